#!/usr/bin/python3
"""An HTTP server with configurable faults, for tests of downloads.

    httpd.py DIR RULES LOG [CERTIFICATE KEY]

Serves DIR on a free port of 127.0.0.1, prints the port, and ends with its
parent. RULES, read again for each request, has lines

    PATH-REGEX FAULT [ARGUMENT] [times=N]

The first rule whose regex matches, and that was used fewer than N times, is
applied:

    drop N       close the connection after N bytes of the body
    short        send the full Content-Length but half of the body, close
    length N     send a wrong Content-Length: N
    wrong        change one byte of the body
    drip N       send N bytes per second
    stall N      send N bytes, then nothing
    status N     answer N
    retry N      answer 503, Retry-After: N
    loop         redirect to itself
    to URL       redirect
    noranges     ignore Range
    shift        answer with a different range than requested
    etag X       send the ETag "X"
    huge N       send a JSON text of N MB instead
    deep N       send a JSON text of N nested objects instead
    run FILE     run FILE with sh before answering
    slow N       wait N ms before answering

Each request adds a line to LOG: METHOD PATH STATUS BYTES-SENT RANGE.
"""
import os, re, socketserver, ssl, subprocess, sys, threading, time
from http.server import BaseHTTPRequestHandler

root, rules_file, log_file = sys.argv[1:4]
parent = os.getppid()
used, lock = {}, threading.Lock()


def find_rule(path):
    with lock:
        try:
            lines = open(rules_file).read().splitlines()
        except FileNotFoundError:
            return None, None
        for line in lines:
            words = line.split()
            if not words or not re.search(words[0], path):
                continue
            times = [w for w in words if w.startswith("times=")]
            if times:
                if used.get(line, 0) >= int(times[0][6:]):
                    continue
                used[line] = used.get(line, 0) + 1
            args = [w for w in words[1:] if not w.startswith("times=")]
            return args[0], args[1] if len(args) > 1 else None
    return None, None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def note(self, status, sent):
        with lock, open(log_file, "a") as f:
            f.write("%s %s %s %d %s\n" % (
                self.command, self.path, status, sent,
                self.headers.get("Range", "-")))

    def simple(self, status, headers=()):
        self.send_response(status)
        for k, v in headers:
            self.send_header(k, v)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.note(status, 0)

    def stop(self):
        self.close_connection = True
        try:
            self.wfile.flush()
            self.connection.shutdown(2)
        except OSError:
            pass

    def do_GET(self):
        try:
            self.answer()
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True

    def answer(self):
        fault, arg = find_rule(self.path)
        if fault == "status":
            return self.simple(int(arg))
        if fault == "retry":
            return self.simple(503, [("Retry-After", arg)])
        if fault == "loop":
            return self.simple(302, [("Location", self.path)])
        if fault == "to":
            return self.simple(302, [("Location", arg)])
        if fault == "run":
            subprocess.run(["sh", arg])
        if fault == "slow":
            time.sleep(int(arg) / 1000)
        from urllib.parse import unquote
        path = re.sub("^http://[^/]*", "", self.path)  # as a proxy
        path = os.path.join(root, unquote(path).lstrip("/"))
        if fault in ("huge", "deep"):
            n = int(arg)
            body = (b'{"x":"' + b"y" * (n << 20) + b'"}' if fault == "huge"
                    else b'{"a":' * n + b"1" + b"}" * n)
            tag = '"x"'
            stamp = None
        else:
            try:
                with open(path, "rb") as f:
                    body = f.read()
                    st = os.fstat(f.fileno())
            except OSError:
                return self.simple(404)
            tag = '"%x-%x"' % (st.st_mtime_ns, st.st_size)
            stamp = self.date_time_string(int(st.st_mtime))
        if fault == "etag":
            tag = '"%s"' % arg
        if self.headers.get("If-None-Match") == tag:
            return self.simple(304)
        status, start, total = 200, 0, len(body)
        m = re.match(r"bytes=(\d+)-$", self.headers.get("Range", ""))
        if_range = self.headers.get("If-Range", tag)
        if m and if_range in (tag, stamp) and fault != "noranges":
            start = int(m.group(1))
            if start >= total:
                return self.simple(416)
            status = 206
            if fault == "shift":
                start = max(0, start - 7)
        body = body[start:]
        if fault == "wrong":
            at = len(body) // 2
            body = body[:at] + bytes([body[at] ^ 1]) + body[at + 1:]
        length = int(arg) if fault == "length" else len(body)
        self.send_response(status)
        self.send_header("ETag", tag)
        if stamp:
            self.send_header("Last-Modified", stamp)
        if status == 206:
            self.send_header("Content-Range", "bytes %d-%d/%d" % (
                start, total - 1, total))
        self.send_header("Content-Length", str(length))
        self.end_headers()
        sent = 0
        try:
            if fault == "drip":
                n = max(1, int(arg) // 50)
                for i in range(0, len(body), n):
                    self.wfile.write(body[i:i + n])
                    sent += n
                    time.sleep(0.02)
            elif fault in ("drop", "stall", "short"):
                n = len(body) // 2 if fault == "short" else int(arg)
                self.wfile.write(body[:n])
                sent = len(body[:n])
                if fault == "stall":
                    self.connection.settimeout(60)
                    self.connection.recv(1)
                self.stop()
            else:
                for i in range(0, len(body), 1 << 16):
                    self.wfile.write(body[i:i + (1 << 16)])
                    sent += len(body[i:i + (1 << 16)])
        finally:
            self.note(status, sent)
        if length != len(body):
            self.stop()


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, *args):
        pass


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) > 4:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[4], sys.argv[5])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
while os.getppid() == parent:
    time.sleep(0.2)

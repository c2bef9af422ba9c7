#!/usr/bin/env python3
"""Replaces QEMU in tests that need no guest: its console prints what the command
$FAKE_SAYS prints, and after $FAKE_SECONDS the guest powers off. That command finds
the text of -readconfig in $FAKE_CONFIG, and the MiB of memory in $FAKE_MEM. The
installer's channel gets the text $FAKE_REPORTS at the end, while the supervisor is
stopped.

A machine whose memory is a file becomes a template, or starts from one. $FAKE_GUEST
says what its guest does: it waits, passes the waiting point, or is deaf."""
import json
import mmap
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time

argv = " ".join(sys.argv)
if argv.endswith(" --version"):
    print("fake")
    sys.exit(0)
if "id=qmp" not in argv:
    sys.exit(1)  # asked for the properties of devices

PLACE = 5000  # of the URL in memory
STATE = b"state of devices"


def end_of(name):
    fd = re.search(r"socket,id=%s,fd=(\d+)" % name, argv).group(1)
    return socket.socket(fileno=int(fd))


def send(message):
    qmp.sendall(json.dumps(message).encode() + b"\n")


def say():
    subprocess.run(os.environ.get("FAKE_SAYS", "true"), shell=True, stdout=console)


class Warm:
    """What is special about a machine whose memory is a file."""

    def __init__(self, path):
        self.starts = "-incoming" in argv
        self.guest = os.environ.get("FAKE_GUEST", "waits")
        self.fds, self.status = [], "none"
        self.url = re.search(r"s=(http[^\s\"]*)", os.environ["FAKE_CONFIG"])[1].encode()
        with open(path, "r+b") as f:
            self.memory = mmap.mmap(f.fileno(), 0, mmap.MAP_PRIVATE if self.starts
                                    else mmap.MAP_SHARED)
        if not self.starts:
            self.memory[PLACE:PLACE + len(self.url)] = self.url
            console.sendall(b"[ 0.1] Linux version 0 (fake)\r\n")

    def boots(self):
        if self.guest == "passes":
            console.sendall(b"cloud-init[1]: Cloud-init v. 0 running 'init'\r\n")
        else:
            end_of("channel").sendall(b"vt-warm: waiting\n")

    def obey(self, command):
        if command == "migrate":
            os.write(self.fds.pop(), STATE)
            self.status = "completed"
        elif command == "migrate-incoming":
            right = os.read(self.fds.pop(), 100) == STATE
            self.status = "completed" if right else "failed"
        elif command == "query-cpus-fast" and not self.starts:
            self.boots()  # it is asked as soon as the guest runs
        elif command == "cont":
            self.goes_on()
        return {"status": self.status} if command == "query-migrate" else {}

    def goes_on(self):
        global deadline
        channel = end_of("channel")
        words = channel.recv(1000).split()
        if self.guest == "deaf":
            return
        url = self.memory[PLACE:PLACE + len(self.url)]
        console.sendall(b"url %s\r\ntold %s %d words\r\n" % (url, words[0], len(words)))
        channel.sendall(b"vt-warm: running\n")
        say()
        deadline = time.monotonic() + seconds


config = re.search(r"-readconfig (\S+)", argv)
if config:
    os.environ["FAKE_CONFIG"] = open(config.group(1)).read()
os.environ["FAKE_MEM"] = (re.search(r"-m (\d+)", argv) or [0, ""])[1]
qmp, console = end_of("qmp"), end_of("serial0")
send({"QMP": {"version": {}, "capabilities": []}})
seconds = float(os.environ.get("FAKE_SECONDS", "0.1"))
ram = re.search(r"mem-path=(\S+)", argv)
warm = Warm(ram[1]) if ram else None
if not warm:
    say()
deadline = time.monotonic() + (300 if warm else seconds)
rest = b""
while time.monotonic() < deadline:
    if not select.select([qmp], [], [], deadline - time.monotonic())[0]:
        break
    data, fds, _, _ = socket.recv_fds(qmp, 65536, 1)
    if not data:
        sys.exit(1)
    *lines, rest = (rest + data).split(b"\n")
    if warm:
        warm.fds += fds
    for line in lines:
        command = json.loads(line)
        value = warm.obey(command["execute"]) if warm else {}
        send({"return": value, "id": command.get("id")})
        if command["execute"] == "quit":
            sys.exit(0)
if "FAKE_REPORTS" in os.environ:
    os.kill(os.getppid(), signal.SIGSTOP)
    end_of("channel").sendall(os.environ["FAKE_REPORTS"].encode())
send({"event": "SHUTDOWN", "timestamp": {"seconds": 0, "microseconds": 0},
      "data": {"guest": True, "reason": "guest-shutdown"}})

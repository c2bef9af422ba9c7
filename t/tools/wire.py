#!/usr/bin/env python3
"""The cases of wire.t: what vt-wire does with frames on real sockets.

    t/tools/wire.py CASE        run a case in the current directory

No case waits for time to pass. settle() waits until the switch has received
what was sent; it then has forwarded it too, since it does one with the other.
"""
import os
import random
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import time

import pcapng

LIMIT = 60
A, B, C = (bytes.fromhex('5254000000%02x' % i) for i in (1, 2, 3))
ALL = b'\xff' * 6
EVERYTHING = 16384


def frame(dst, src, *tags, n=46, fill=0):
    """tags: (TPID, VID)"""
    header = b''.join(struct.pack('!HH', *t) for t in tags) + b'\x88\xb5'
    return dst + src + header + bytes([fill]) * n


class Wire:
    """vt-wire with ports 'p0', 'p1', ... of the given segments"""

    def __init__(self, *segments, kind=socket.SOCK_SEQPACKET, args=(),
                 control=True, **how):
        pairs = [socket.socketpair(socket.AF_UNIX, kind) for _ in segments]
        theirs = [p[1] for p in pairs]
        self.ports = [p[0] for p in pairs]
        for p in self.ports:
            p.settimeout(LIMIT)
        argv = ['vt-wire', *args]
        argv += ['--port=p%d:%s:%d' % (i, s, theirs[i].fileno())
                 for i, s in enumerate(segments)]
        self.control = None
        if control:
            self.control, end = socket.socketpair()
            self.control.settimeout(LIMIT)
            theirs.append(end)
            argv.append('--control=%d' % end.fileno())
        self.sent = 0
        self.text = b''
        self.proc = subprocess.Popen(
            argv, pass_fds=[t.fileno() for t in theirs], **how)
        for t in theirs:
            t.close()
        if control:
            assert self.answer() == ['ready']

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.proc.kill()
        self.proc.wait()
        for s in self.ports + ([self.control] if self.control else []):
            s.close()

    def answer(self):
        while True:
            lines = self.text.decode().splitlines()
            if self.text.endswith(b'\n') and (
                    lines[-1] in ('ok', 'ready') or
                    lines[-1].startswith('error: ')):
                self.text = b''
                return lines
            more = self.control.recv(65536)
            assert more, 'vt-wire has ended'
            self.text += more

    def ask(self, line):
        self.control.sendall(line.encode() + b'\n')
        return self.answer()

    def stats(self):
        """the counters of each port, by name; 'capture' for the capture"""
        found = {}
        for line in self.ask('stats')[:-1]:
            words = line.split()
            if words[0] == 'port':
                found[words[1]] = dict(zip(words[2::2], words[3::2]))
            else:
                found['capture'] = dict(zip(words[1::2], words[2::2]))
        return found

    def count(self, port, name):
        return int(self.stats()['p%d' % port][name])

    def send(self, port, data):
        self.ports[port].send(data)
        self.sent += 1

    def settle(self):
        until = time.monotonic() + LIMIT
        while sum(int(v['received']) for k, v in self.stats().items()
                  if k != 'capture') < self.sent:
            assert time.monotonic() < until, 'frames are not received'

    def got(self, port):
        """all frames that a port has got"""
        frames = []
        while select.select([self.ports[port]], [], [], 0)[0]:
            frames.append(self.ports[port].recv(70000))
        return frames

    def end(self):
        self.control.close()
        return self.proc.wait(LIMIT)


def passes(w, port, data, *to):
    """what enters a port leaves the ports of `to`, unchanged, and no other"""
    w.send(port, data)
    w.settle()
    for i in range(len(w.ports)):
        expected = [data] if i in to else []
        found = w.got(i)
        assert found == expected, (
            f'port {i} got {len(found)}: {[f[:40].hex() for f in found[:9]]}, '
            f'not {[f[:40].hex() for f in expected]}')


def case_cable():
    for kind in socket.SOCK_SEQPACKET, socket.SOCK_DGRAM:
        with Wire('a', 'a', kind=kind) as w:
            for last in range(16):
                reserved = bytes.fromhex('0180c20000%02x' % last)
                passes(w, 0, frame(reserved, A), 1)
                passes(w, 1, frame(reserved, B), 0)
            # a cable does not know addresses
            passes(w, 0, frame(B, A), 1)
            passes(w, 0, frame(A, A), 1)
            passes(w, 1, frame(B, A), 0)
            passes(w, 0, frame(B, A, (0x8100, 0x6005)), 1)
            passes(w, 0, frame(B, A, (0x88a8, 5), (0x8100, 6)), 1)
            passes(w, 0, bytes(14), 1)
            passes(w, 0, frame(ALL, A, n=9216), 1)
            passes(w, 0, frame(ALL, A, n=EVERYTHING - 14), 1)


def case_dropped():
    with Wire('a', 'a') as w:
        for n in 0, 1, 13:
            passes(w, 0, bytes(n))
        assert w.count(0, 'runt') == 3
        for cut in range(14, 18):
            passes(w, 0, frame(ALL, A, (0x8100, 1))[:cut])
        for cut in range(18, 22):
            passes(w, 0, frame(ALL, A, (0x88a8, 1), (0x8100, 1))[:cut])
        assert w.count(0, 'malformed') == 8
        passes(w, 0, frame(ALL, A, n=EVERYTHING - 13))
        passes(w, 0, frame(ALL, A, n=60000))
        assert w.count(0, 'oversized') == 2
        passes(w, 0, frame(ALL, A), 1)
        assert w.count(0, 'received') == 14 and w.count(1, 'sent') == 1


def case_learning():
    with Wire('a', 'a', 'a') as w:
        passes(w, 0, frame(B, A), 1, 2)
        passes(w, 1, frame(A, B), 0)
        passes(w, 0, frame(B, A), 1)
        passes(w, 2, frame(B, C), 1)
        # not back to where it came from
        passes(w, 1, frame(B, B))
        for dst in ALL, bytes.fromhex('01005e000001'), \
                bytes.fromhex('0180c2000002'):
            passes(w, 0, frame(dst, A), 1, 2)
        # B is elsewhere in another VLAN, and S-VLAN
        for tag in (0x8100, 7), (0x88a8, 7):
            passes(w, 0, frame(B, A, tag), 1, 2)
            passes(w, 2, frame(A, B, tag), 0)
            passes(w, 0, frame(B, A, tag), 2)
        passes(w, 0, frame(B, A), 1)
        # a priority tag is no VLAN
        passes(w, 0, frame(B, A, (0x8100, 0xe000)), 1)
        # it moves
        passes(w, 2, frame(A, B), 0)
        passes(w, 0, frame(B, A), 2)
        # a group address is no source
        group = bytes.fromhex('010203040506')
        passes(w, 2, frame(ALL, group), 0, 1)
        passes(w, 0, frame(group, A), 1, 2)


def case_segments():
    with Wire('a', 'b', 'a', 'b', 'c') as w:
        passes(w, 0, frame(ALL, A), 2)
        passes(w, 1, frame(ALL, A), 3)
        passes(w, 3, frame(A, B), 1)
        passes(w, 2, frame(A, B), 0)
        passes(w, 4, frame(ALL, C))
    with Wire('a', 'a', 'b', 'a', 'b', 'b') as w:
        passes(w, 0, frame(ALL, A), 1, 3)
        passes(w, 2, frame(B, A), 4, 5)
        passes(w, 1, frame(A, B), 0)
        passes(w, 4, frame(A, B), 2)


def case_link():
    with Wire('a', 'a', 'a') as w:
        passes(w, 1, frame(ALL, B), 0, 2)
        assert w.ask('down p1') == ['ok']
        assert w.stats()['p1']['link'] == 'down'
        passes(w, 0, frame(ALL, A), 2)
        passes(w, 1, frame(ALL, B))
        assert w.count(1, 'down') == 1
        # what was learned there is forgotten: B may be reached elsewhere
        passes(w, 0, frame(B, A), 2)
        assert w.ask('up p1') == ['ok']
        passes(w, 0, frame(B, A), 1, 2)
        passes(w, 1, frame(A, B), 0)


def case_control():
    with Wire('a', 'a') as w:
        for line in 'down', 'down ', 'down p9', 'up  p0', 'x' * 300, '', \
                'stats p0', '\0', 'x' * 100000:
            assert w.ask(line)[-1].startswith('error: '), line
        assert w.ask('y' * 255)[-1] == 'error: no such command'
        assert w.ask('y' * 256)[-1] == 'error: the line is too long'
        # two in one message, one in two
        w.control.sendall(b'down p0\nup p0\nsta')
        w.control.sendall(b'ts\n')
        until = time.monotonic() + LIMIT
        while w.text.count(b'ok\n') < 3:
            assert time.monotonic() < until
            w.text += w.control.recv(65536)
        w.text = b''
        # answers that are not read hold up nothing
        w.control.settimeout(0)
        questions = 0
        for _ in range(300):
            try:
                questions += w.control.send(b'stats\n' * 100) // 6
            except BlockingIOError:
                select.select([], [w.control], [], LIMIT)
        assert questions > 5000, questions
        w.ports[0].send(frame(ALL, A))
        assert w.ports[1].recv(70000) == frame(ALL, A)


def case_slow():
    """a port that does not read loses frames, and delays no other"""
    with Wire('a', 'a', 'a', 'a') as w:
        n, data = 20000, frame(ALL, A)
        for i in range(n):
            w.send(0, data)
            if i % 50 == 49:
                for _ in range(50):
                    assert w.ports[1].recv(70000) == data
        w.settle()
        stats = w.stats()
        assert int(stats['p1']['sent']) == n
        assert int(stats['p1']['dropped']) == 0
        for port in 'p2', 'p3':
            dropped = int(stats[port]['dropped'])
            assert dropped > n / 2, dropped
            assert int(stats[port]['sent']) + dropped == n
        assert len(w.got(2)) == int(stats['p2']['sent'])


def rss(w, name='VmRSS'):
    with open('/proc/%d/status' % w.proc.pid) as f:
        return int(f.read().split(name + ':')[1].split()[0])


def case_flood():
    """10^6 frames with sources of their own: the memory does not grow"""
    with Wire('a', 'a', 'a', args=['--capture=flood.pcapng',
                                   '--capture-limit=1']) as w:
        def flood(first, n):
            for i in range(first, first + n):
                w.ports[0].send(struct.pack('!QI', i << 16 | 2, i) + bytes(52))
            w.sent += n
            w.settle()
        flood(0, 100000)
        before = rss(w)
        flood(100000, 900000)
        assert rss(w) < before + 512, (before, rss(w))
        assert w.count(0, 'received') == 1000000
        assert os.stat('flood.pcapng').st_size <= 1 << 20
        w.got(1)
        w.got(2)
        passes(w, 2, frame(ALL, C), 0, 1)
        assert w.end() == 0
    c = pcapng.read('flood.pcapng')
    assert len(c.frames) > 5000, len(c.frames)
    assert os.stat('flood.pcapng').st_size <= 1 << 20
    # at the limit, and at the end
    assert [s[0] for s in c.stats] == [0, 1, 2] * 2, c.stats
    assert all('limit of 1 MiB' in s[3] for s in c.stats), c.stats
    assert sum(s[1] for s in c.stats[3:]) == 1000001
    assert sum(s[1] - s[2] for s in c.stats[3:]) == len(c.frames)


def case_capture():
    with Wire('left', 'left', 'right', args=['--capture=c.pcapng']) as w:
        begin = time.time_ns()
        sent = [(0, frame(ALL, A, n=i)) for i in range(0, 200, 3)]
        sent += [(1, frame(A, B, (0x8100, 5), n=9216, fill=7)), (2, bytes(14)),
                 (0, frame(ALL, A, (0x8100, 1))[:17])]
        for port, data in sent:
            w.send(port, data)
            w.settle()
        w.send(0, bytes(13))
        w.send(0, bytes(EVERYTHING + 1))
        w.ask('down p0')
        w.send(0, frame(ALL, A))
        w.settle()
        assert int(w.stats()['capture']['captured']) == len(sent)
        # all is in the file once nothing happens
        until = time.monotonic() + LIMIT
        while len(pcapng.read('c.pcapng').frames) < len(sent):
            assert time.monotonic() < until
        assert w.end() == 0
        end = time.time_ns()
    c = pcapng.read('c.pcapng')
    assert c.names == ['p0', 'p1', 'p2'], c.names
    assert c.about == ['segment left', 'segment left', 'segment right']
    assert [(f.port, f.data, f.length) for f in c.frames] == [
        (p, d[:4040], len(d)) for p, d in sent]
    assert begin - 10**9 < c.frames[0].ns <= c.frames[-1].ns < end + 10**9
    assert [s[:3] for s in c.stats] == [(0, 68, 0), (1, 1, 0), (2, 1, 0)]
    with Wire('a', 'a', args=['--capture=c.pcapng', '--snaplen=20']) as w:
        passes(w, 0, frame(ALL, A), 1)
        assert w.end() == 0
    c = pcapng.read('c.pcapng')
    assert [(f.length, len(f.data)) for f in c.frames] == [(60, 20)]


def case_pages():
    """frames of all lengths, so that blocks end everywhere in a page"""
    sizes = list(range(14, 4500, 5)) + [14] * 200
    random.Random(1).shuffle(sizes)
    with Wire('a', 'a', args=['--capture=c.pcapng']) as w:
        for n in sizes:
            w.send(0, bytes(n))
            w.ports[1].recv(70000)
        w.settle()
        assert w.end() == 0
    assert [f.length for f in pcapng.read('c.pcapng').frames] == sizes
    # the reader sees a block that is cut
    with open('c.pcapng', 'rb') as f:
        data = f.read()
    for cut in 4, 100, 5000:
        with open('cut.pcapng', 'wb') as f:
            f.write(data[:-cut])
        try:
            pcapng.read('cut.pcapng')
        except pcapng.Bad:
            continue
        raise AssertionError(f'{cut} bytes less are not noticed')


def case_killed():
    """the capture is whole whenever vt-wire is killed"""
    r = random.Random(2)
    frames = 0
    for i in range(40):
        with Wire('a', 'a', args=['--capture=k.pcapng']) as w:
            stop = r.randrange(3000)
            for _ in range(stop):
                w.ports[0].send(bytes(r.randrange(14, 3000)))
            w.proc.kill()
            assert w.proc.wait() == -signal.SIGKILL
            frames += len(pcapng.read('k.pcapng').frames)
    assert frames > 1000, frames


def case_full():
    """a capture that cannot be written"""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
    with open('err', 'w') as err, \
            Wire('a', 'a', args=['--capture=f.pcapng'], preexec_fn=limit,
                 stderr=err) as w:
        for i in range(500):
            w.send(0, bytes(100))
            w.ports[1].recv(70000)
        w.settle()
        assert int(w.stats()['capture']['missed']) > 300
        assert w.end() == 3
    with open('err') as err:
        text = err.read()
    assert text.count("cannot write capture 'f.pcapng': File too large") == 2
    assert len(pcapng.read('f.pcapng').frames) > 100


def case_ends():
    for kind in socket.SOCK_SEQPACKET, socket.SOCK_DGRAM:
        with Wire('a', 'a', kind=kind) as w:
            w.ports[0].send(frame(ALL, A))
            assert w.end() == 0, 'the control socket is closed'
    with Wire('a', 'a', 'a') as w:
        w.ports[0].send(frame(ALL, A))
        w.ports[0].close()
        assert w.ports[1].recv(100) == frame(ALL, A), 'the last frame'
        until = time.monotonic() + LIMIT
        while w.stats()['p0']['link'] != 'closed':
            assert time.monotonic() < until
        assert w.ask('up p0')[-1].startswith('error: ')
        assert w.ask('down p0') == ['ok']
        w.ports[2].send(frame(ALL, B))
        assert w.ports[1].recv(100) == frame(ALL, B)
        w.ports[1].close()
        w.ports[2].close()
        assert w.proc.wait(LIMIT) == 0, 'all ports are closed'
    with Wire('a', 'a', control=False) as w:
        for p in w.ports:
            p.close()
        assert w.proc.wait(LIMIT) == 0, 'without a control socket'
    # on SOCK_DGRAM only a frame tells
    with Wire('a', 'a', kind=socket.SOCK_DGRAM) as w:
        w.ports[1].close()
        w.ports[0].send(frame(ALL, A))
        until = time.monotonic() + LIMIT
        while w.stats()['p1']['link'] != 'closed':
            assert time.monotonic() < until
    # half a close is one
    for how in socket.SHUT_WR, socket.SHUT_RDWR:
        with Wire('a', 'a') as w:
            for p in w.ports:
                p.shutdown(how)
            assert w.proc.wait(LIMIT) == 0
    for sig in signal.SIGTERM, signal.SIGINT, signal.SIGHUP:
        with Wire('a', 'a', args=['--capture=s.pcapng']) as w:
            passes(w, 0, frame(ALL, A), 1)
            w.proc.send_signal(sig)
            assert w.proc.wait(LIMIT) == -sig
        c = pcapng.read('s.pcapng')
        assert (len(c.frames), len(c.stats)) == (1, 2)


def case_orphan():
    """its parent is killed"""
    r, wr = os.pipe()
    pid = os.fork()
    if pid == 0:
        w = Wire('a', 'a')
        os.write(wr, b'%d' % w.proc.pid)
        signal.pause()
    os.close(wr)
    wire = int(os.read(r, 100))
    fd = os.pidfd_open(wire)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert select.select([fd], [], [], LIMIT)[0], 'it is still there'


def case_starts():
    """many starts leave no process, descriptor or file"""
    def here():
        return len(os.listdir('/proc/self/fd')), sorted(os.listdir('.'))
    before = here()
    starts = int(os.environ.get('VT_TEST_STARTS', 200))
    for i in range(starts):
        with Wire('a', 'a', 'b', control=i % 2 == 0) as w:
            w.ports[0].send(frame(ALL, A))
            assert w.ports[1].recv(100) == frame(ALL, A)
            if i % 2 == 0:
                assert w.end() == 0
    try:
        os.waitpid(-1, os.WNOHANG)
        raise AssertionError('there is a child')
    except ChildProcessError:
        pass
    assert before == here(), (before, here())


def mutate(r, templates):
    data = bytearray(r.choice(templates))
    for _ in range(r.randrange(4)):
        how = r.randrange(3)
        if how == 0 and data:
            data[r.randrange(min(len(data), 24))] = r.randrange(256)
        elif how == 1:
            del data[r.randrange(len(data) + 1):]
        else:
            data += bytes(r.choice([1, 40, 1000, 16384, 50000]))
    return bytes(data)


def forwarded(data):
    """whether a frame is to be forwarded"""
    at = 12
    if len(data) > EVERYTHING or len(data) < 14:
        return False
    for _ in range(2):
        if data[at:at + 2] not in (b'\x81\x00', b'\x88\xa8'):
            return True
        at += 4
        if len(data) < at + 2:
            return False
    return True


def case_mutations():
    """10,000 mutated frames: forwarded as they are, or dropped and counted"""
    r = random.Random(os.environ.get('VT_TEST_SEED', 3))
    templates = [frame(ALL, A), frame(B, A, (0x8100, 5), n=20),
                 frame(A, B, (0x88a8, 4095), (0x8100, 1), n=3),
                 frame(bytes.fromhex('0180c2000002'), A, n=110), b'']
    with Wire('a', 'a', args=['--capture=m.pcapng']) as w:
        kept = 0
        for _ in range(10000):
            data = mutate(r, templates)
            w.send(0, data)
            if forwarded(data):
                assert w.ports[1].recv(70000) == data
                kept += 1
        w.settle()
        assert w.got(1) == []
        p = {k: int(v) for k, v in w.stats()['p0'].items() if v.isdigit()}
        assert kept + p['runt'] + p['malformed'] + p['oversized'] == 10000
        assert min(p['runt'], p['malformed'], p['oversized']) > 20, p
        assert w.end() == 0
    assert len(pcapng.read('m.pcapng').frames) == kept + p['malformed']


def case_uplink():
    """a QEMU without a machine joins user networking to a port (t/vm/wire.t)"""
    def arp(address):
        return frame(ALL, A)[:12] + bytes.fromhex('080600010800060400015254'
            '000000010a00020f000000000000') + bytes(address) + bytes(18)
    with Wire('a', 'a', 'a', args=['--capture=u.pcapng']) as w:
        fd = w.ports[0].fileno()
        qemu = subprocess.Popen([
            'qemu-system-x86_64', '-nodefaults', '-no-user-config', '-display',
            'none', '-machine', 'none', '-sandbox',
            'on,obsolete=deny,elevateprivileges=deny,spawn=deny,'
            'resourcecontrol=deny',
            '-netdev', 'user,id=u', '-netdev',
            'hubport,id=h1,hubid=1,netdev=u', '-netdev',
            'dgram,id=d,local.type=fd,local.str=%d' % fd, '-netdev',
            'hubport,id=h2,hubid=1,netdev=d'], pass_fds=[fd])
        w.ports[0].close()
        try:
            w.ports[1].send(arp([10, 0, 2, 2]))
            answer = w.ports[1].recv(70000)
            assert answer[:6] == A and answer[28:32] == bytes([10, 0, 2, 2])
            # the other guest has the question, and not the answer
            assert w.got(2) == [arp([10, 0, 2, 2])]
        finally:
            qemu.terminate()
            qemu.wait()
        until = time.monotonic() + LIMIT
        while w.stats()['p0']['link'] != 'closed':
            assert time.monotonic() < until
        assert w.end() == 0
    assert [f.port for f in pcapng.read('u.pcapng').frames] == [1, 0]


if __name__ == '__main__':
    globals()['case_' + sys.argv[1]]()

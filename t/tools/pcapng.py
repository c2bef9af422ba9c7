#!/usr/bin/env python3
"""Read a capture of vt-wire strictly: every block whole, in its place and with
the options that it must have. Prints a line for each frame and each block of
statistics; exits with 1 and a reason when anything is wrong.

    t/tools/pcapng.py FILE
"""
import collections
import struct
import sys

SECTION, INTERFACE, STATISTICS, PACKET = 0x0A0D0D0A, 1, 5, 6
PAGE = 4096

Frame = collections.namedtuple('Frame', 'port ns data length')
Capture = collections.namedtuple('Capture', 'names about frames stats')


class Bad(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Bad(what)


def options(data):
    found, at = {}, 0
    while at < len(data):
        need(at + 4 <= len(data), 'an option is cut')
        code, n = struct.unpack_from('=HH', data, at)
        need(at + 4 + n <= len(data), 'an option is longer than its block')
        value = data[at + 4:at + 4 + n]
        padding = data[at + 4 + n:at + 4 + n + -n % 4]
        need(not padding.strip(b'\0'), 'padding is not zero')
        at += 4 + n + -n % 4
        if code == 0:
            break
        need(code not in found, 'an option is there twice')
        found[code] = value
    need(at == len(data), 'no end of options, or data after it')
    return found


def time(data):
    high, low = struct.unpack('=II', data)
    return high << 32 | low


def blocks(data):
    at = 0
    while at < len(data):
        need(at + 12 <= len(data), f'the file is cut at {at}')
        kind, n = struct.unpack_from('=II', data, at)
        need(n >= 12 and n % 4 == 0, f'block at {at}: length {n}')
        need(at + n <= len(data), f'the block at {at} is cut')
        need(struct.unpack_from('=I', data, at + n - 4)[0] == n,
             f'block at {at}: two lengths')
        need(at // PAGE == (at + n - 1) // PAGE,
             f'the block at {at} crosses a page')
        yield kind, data[at + 8:at + n - 4]
        at += n


def packet(body, ports):
    port, high, low, kept, length = struct.unpack_from('=IIIII', body)
    need(port < ports, 'no such interface')
    need(kept <= length and 20 + kept <= len(body), 'length of a frame')
    found = options(body[20 + kept + -kept % 4:])
    need(found.get(2) == struct.pack('=I', 1), 'not marked as inbound')
    return Frame(port, high << 32 | low, body[20:20 + kept], length)


def statistics(body, ports):
    port, high, low = struct.unpack_from('=III', body)
    need(port < ports, 'no such interface')
    found = options(body[12:])
    need(time(found[2]) <= time(found[3]) == high << 32 | low, 'times')
    return (port, struct.unpack('=Q', found[4])[0],
            struct.unpack('=Q', found[5])[0], found.get(1, b'').decode())


def read(path):
    with open(path, 'rb') as f:
        data = f.read()
    c = Capture([], [], [], [])
    for i, (kind, body) in enumerate(blocks(data)):
        need((kind == SECTION) == (i == 0), 'sections')
        if kind == SECTION:
            need(body[:8] == struct.pack('=IHH', 0x1A2B3C4D, 1, 0), 'version')
            options(body[16:])
        elif kind == INTERFACE:
            need(not c.frames, 'an interface after a frame')
            need(struct.unpack_from('=H', body)[0] == 1, 'not Ethernet')
            found = options(body[8:])
            need(found[9] == b'\x09', 'not in nanoseconds')
            c.names.append(found[2].decode())
            c.about.append(found[3].decode())
        elif kind == PACKET:
            c.frames.append(packet(body, len(c.names)))
            need(len(c.frames) < 2 or c.frames[-2].ns <= c.frames[-1].ns,
                 'time runs backwards')
        elif kind == STATISTICS:
            c.stats.append(statistics(body, len(c.names)))
        else:
            need(kind >> 31, f'block of type {kind}')
            need(not body.strip(b'\0'), 'a filler has content')
    need(i >= 0 and c.names, 'no interfaces') if data else None
    return c


def main():
    try:
        c = read(sys.argv[1])
    except (Bad, struct.error, KeyError) as e:
        sys.exit(f'{sys.argv[1]}: {e!r}')
    for f in c.frames:
        print('frame', c.names[f.port], f.length, f.data.hex())
    for port, received, missed, comment in c.stats:
        print('statistics', c.names[port], received, missed, comment)


if __name__ == '__main__':
    main()

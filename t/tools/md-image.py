#!/usr/bin/env python3
"""Superblocks of Linux software RAID, laid out as mdadm does it, without it.

usage: md-image.py KEY=VALUE... IMAGE OFFSET SIZE [IMAGE OFFSET SIZE]...

Each stretch of an image gets the superblock of a member; their roles are their
order, past `devices` they are spares. Keys: metadata (0.90, 1.0, 1.1, 1.2),
level, devices, name, minor, uuid (a letter), events, first (role of the first
member), data (offset in MiB), feature, created, layout, chunk (sectors)."""
import struct
import sys

MAGIC = 0xa92b4efc


def fold(words):
    total = sum(words)
    return ((total & 0xffffffff) + (total >> 32)) & 0xffffffff


def new(o, number, size):
    n = int(o["devices"])
    at = {"1.0": (size // 512 - 16 & ~7) * 512, "1.1": 0,
          "1.2": 4096}[o["metadata"]]
    start = 0 if o["metadata"] == "1.0" else int(o["data"]) << 20
    used = abs((at if at > 4096 else size) - start) // 512 & ~2047
    top = 32
    roles = [i if i < n else 0xffff for i in range(top)]
    lost = [int(i) for i in o["failed"].split(",") if i]
    roles = [0xfffe if i in lost else r for i, r in enumerate(roles)]
    head = struct.pack("<IIII16s32s", MAGIC, 1, int(o["feature"]), 0,
                       o["uuid"].encode() * 16, o["name"].encode())
    even = used if int(o["level"]) > 0 else 0
    head += struct.pack("<QiIQII", int(o["created"]), int(o["level"]),
                        int(o["layout"]), even, int(o["chunk"]),
                        n).ljust(32 + 32, b"\0")
    head += struct.pack("<QQQQ", start // 512, used, at // 512, 0)
    head += struct.pack("<II16s8s", number, 0, bytes([number + 1]) * 16, b"")
    head += struct.pack("<QQQII32s", 1, int(o["events"]), 2 ** 64 - 1, 0, top,
                        b"")
    block = bytearray(head + struct.pack("<%dH" % top, *roles))
    total = fold(struct.unpack("<%dI" % (len(block) // 4), block))
    struct.pack_into("<I", block, 216, total)
    return at, bytes(block).ljust(4096, b"\0")


def old(o, number, size):
    n = int(o["devices"])
    at = (size & ~65535) - 65536
    words = [0] * 1024
    words[0:9] = [MAGIC, 0, 90, 0, 0, ord(o["uuid"]), int(o["created"]),
                  int(o["level"]) & 0xffffffff, at >> 10]
    words[9:12] = [n, n, int(o["minor"])]
    words[33:36] = [1, n, n]
    words[64:66] = [int(o["layout"]), int(o["chunk"]) * 512]
    words[39] = int(o["events"])
    for i in range(n):
        words[128 + 32 * i:128 + 32 * i + 5] = [i, 7, i, i, 6]
    words[992:997] = [number, 7, number, number, 6 if number < n else 0]
    words[38] = fold(words)
    return at, struct.pack("<1024I", *words)


def main():
    o = dict(metadata="1.2", level="1", devices="2", name="any:md0", minor="0",
             uuid="a", events="9", first="0", data="1", feature="0", failed="",
             created="1700000000", layout="2", chunk="128")
    places = []
    for arg in sys.argv[1:]:
        key, is_option, value = arg.partition("=")
        if is_option and key in o:
            o[key] = value
        else:
            places.append(arg)
    make = old if o["metadata"] == "0.90" else new
    for i, path in enumerate(places[::3]):
        offset, size = int(places[3 * i + 1]), int(places[3 * i + 2])
        at, block = make(o, int(o["first"]) + i, size)
        with open(path, "r+b") as f:
            f.seek(offset + at)
            f.write(block)


main()

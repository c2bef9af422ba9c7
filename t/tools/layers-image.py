#!/usr/bin/env python3
"""Headers of LUKS, bcache and ZFS, laid out as their tools do it.

usage: layers-image.py luks IMAGE OFFSET UUID
       layers-image.py luks-edit IMAGE OFFSET FROM TO
       layers-image.py bcache IMAGE OFFSET VERSION SET MODE STATE
       layers-image.py zfs IMAGE OFFSET POOL

SET is a UUID; MODE and STATE are numbers. luks-edit changes the text of a
header of version 2, in both copies, and makes their checksums right."""
import hashlib
import struct
import sys
import uuid

MAGIC = uuid.UUID("c68573f6-4e1a-45ca-8265-f57f48ba6d81").bytes


def crc64(data):
    crc = (1 << 64) - 1
    for byte in data:
        crc ^= byte << 56
        for _ in range(8):
            crc = crc << 1 ^ (0x142f0e1eba9ea3693 if crc >> 63 else 0)
    return crc ^ ((1 << 64) - 1)


def luks_copy(magic, at, ident):
    head = struct.pack(">6sHQQ48s32s64s40s48sQ", magic, 2, 16384, 1, b"",
                       b"sha256", b"salt", ident.encode(), b"", at)
    copy = bytearray(head.ljust(4096, b"\0") + b"{}".ljust(12288, b"\0"))
    copy[448:480] = hashlib.sha256(copy).digest()
    return bytes(copy)


def luks(ident):
    return (luks_copy(b"LUKS\xba\xbe", 0, ident)
            + luks_copy(b"SKUL\xba\xbe", 16384, ident))


def bcache(version, ident, mode, state):
    flags = int(state) << 61 | int(mode)
    rest = struct.pack("<QQ16s16s16s32sQQ64x", 8, int(version), MAGIC,
                       uuid.uuid4().bytes, uuid.UUID(ident).bytes, b"fast0",
                       flags, 0)
    rest += struct.pack("<QHHHHIHH", 16, 8, 1024, 1, 0, 0, 1, 0)
    return bytes(4096) + struct.pack("<Q", crc64(rest)) + rest


def luks_edit(f, offset, old, new):
    f.seek(offset)
    both = f.read(2 * 16384)
    f.seek(offset)
    for copy in (both[:16384], both[16384:]):
        text = copy[4096:].rstrip(b"\0").replace(old.encode(), new.encode())
        made = bytearray(copy[:4096] + text.ljust(12288, b"\0"))
        made[448:512] = bytes(64)
        made[448:480] = hashlib.sha256(made).digest()
        f.write(made)


def pair(name, kind, value):
    name = name.encode()
    name = struct.pack(">I", len(name)) + name + b"\0" * (-len(name) % 4)
    body = name + struct.pack(">II", kind, 1) + value
    return struct.pack(">II", len(body) + 8, len(body) + 8) + body


# The first of four labels: what the pool is called, and its uberblocks.
def zfs(pool):
    name = pool.encode()
    text = struct.pack(">I", len(name)) + name + b"\0" * (-len(name) % 4)
    pairs = (struct.pack(">BBBBII", 1, 1, 0, 0, 0, 1) + pair("name", 9, text)
             + pair("pool_guid", 8, struct.pack(">Q", 123456)) + bytes(8))
    uberblock = struct.pack("<QQQ", 0x00bab10c, 5000, 1).ljust(1024, b"\0")
    return (bytes(16384) + pairs).ljust(131072, b"\0") + uberblock * 8


def main():
    kind, path, offset, *rest = sys.argv[1:]
    with open(path, "r+b") as f:
        if kind == "luks-edit":
            luks_edit(f, int(offset), *rest)
            return
        f.seek(int(offset))
        f.write({"luks": luks, "bcache": bcache, "zfs": zfs}[kind](*rest))


main()

#!/usr/bin/env python3
"""Physical volumes of LVM2, laid out as lvm2 does it, without lvm2.

usage: lvm-image.py METADATA IMAGE OFFSET UUID [IMAGE OFFSET UUID]...

METADATA is the text of a volume group; each IMAGE gets a label and the
metadata at OFFSET, a mebibyte in all."""
import struct
import sys
import zlib

AREA, AREA_SIZE, TEXT = 4096, (1 << 20) - 4096, 512


def crc(data):
    return zlib.crc32(data, 0xf597a6cf ^ 0xffffffff) ^ 0xffffffff


def label(uuid):
    rest = struct.pack("<I8s32sQ", 32, b"LVM2 001", uuid.encode(), 0)
    rest += struct.pack("<8Q", 1 << 20, 0, 0, 0, AREA, AREA_SIZE, 0, 0)
    rest = rest.ljust(512 - 20, b"\0")
    return struct.pack("<8sQI", b"LABELONE", 1, crc(rest)) + rest


def area(text):
    rest = struct.pack("<16sIQQ", b" LVM2 x[5A%r0N*>", 1, AREA, AREA_SIZE)
    rest += struct.pack("<QQII", TEXT, len(text), crc(text), 0)
    rest = rest.ljust(512 - 4, b"\0")
    return struct.pack("<I", crc(rest)) + rest + text


def main():
    with open(sys.argv[1], "rb") as f:
        text = f.read()
    places = sys.argv[2:]
    for path, offset, uuid in zip(places[::3], places[1::3], places[2::3]):
        with open(path, "r+b") as f:
            f.seek(int(offset) + 512)
            f.write(label(uuid.replace("-", "")))
            f.seek(int(offset) + AREA)
            f.write(area(text))


main()

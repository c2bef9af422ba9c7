#!/usr/bin/python3
"""boot-image.py IMAGE SECTOR [AREA:SECTORS...]: GRUB for a BIOS.

The boot code in the first sector, which loads SECTOR; there the core image's
first one, which loads the areas (default: 60 sectors behind it). Of both there
are the fields and words alone, as boot.S and diskboot.S of GRUB 2 have them.
"""
import struct
import sys

path, sector = sys.argv[1], int(sys.argv[2])
areas = [tuple(map(int, a.split(':'))) for a in sys.argv[3:]]
areas = areas or [(sector + 1, 60)]
with open(path, 'r+b') as f:
    boot = bytearray(f.read(512))
    boot[:3] = b'\xeb\x63\x90'
    boot[0x5a:0x65] = struct.pack('<HQB', 0x8000, sector, 0xff)
    words = b'GRUB \0Geom\0Hard Disk\0Read\0 Error\r\n\0'
    boot[0x180:0x180 + len(words)] = words
    boot[510:] = b'\x55\xaa'
    f.seek(0)
    f.write(boot)
    core = bytearray(512)
    words = b'loading\0.\0\r\n\0Geom\0Read\0 Error\0'
    core[0x11b:0x11b + len(words)] = words
    for i, (start, n) in enumerate(areas):
        struct.pack_into('<QHH', core, 0x1f4 - 12 * i, start, n, 0x820)
        f.seek(start * 512)
        f.write(b'\x5a' * (n * 512))
    f.seek(sector * 512)
    f.write(core)

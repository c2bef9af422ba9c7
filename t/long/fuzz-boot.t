#!/bin/sh
# Fuzzing: mutated boot code of GRUB and FATs are read for VT_TEST_FUZZ_SECONDS
# (default 60), with sanitizers.
. "$(dirname "$0")/../lib.sh"
. "$top/t/long/fuzz-lib.sh"
PATH=$PATH:/sbin:/usr/sbin
need mkfs.vfat mcopy mmd

ok 'the harness is built' fuzz_build boot '' -lcrypto
cd "$work/corpus" || exit 3
for bits in 12 16 32; do
	truncate -s 64K $bits
	mkfs.vfat -F $bits -s 1 $bits >/dev/null 2>&1
done
# mtools takes no FAT of the others that is so small
printf 'MZ' >"$work/loader"
mmd -i 12 ::/EFI ::/EFI/BOOT ::/EFI/debian
mcopy -i 12 "$work/loader" ::/EFI/BOOT/BOOTX64.EFI
mcopy -i 12 "$work/loader" '::/EFI/debian/a long name.efi'
python3 - mbr <<'P'
import sys

disk = bytearray(64 * 512)
disk[0x5c:0x64] = (1).to_bytes(8, "little")
disk[0x180:0x19f] = b"GRUB \0Geom\0Hard Disk\0Read\0 Error"[:31]
disk[510:512] = b"\x55\xaa"
disk[512:518] = b"\x52\xe8\x28\x01\x74\x08"
open(sys.argv[1], "wb").write(disk)
P
fuzz_run 65536 'no mutated boot code or FAT crashes, hangs or leaks'
done_testing

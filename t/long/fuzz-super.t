#!/bin/sh
# Fuzzing: mutated superblocks and options of mkfs are read and compared for
# VT_TEST_FUZZ_SECONDS (default 60), with sanitizers.
. "$(dirname "$0")/../lib.sh"
. "$top/t/long/fuzz-lib.sh"
PATH=$PATH:/sbin:/usr/sbin
need mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkswap

ok 'the harness is built' fuzz_build super '' \
	'-lext2fs -le2p -lcom_err -lcrypto'
cd "$work/corpus" || exit 3
# NAME COMMAND OPTIONS: the image's first block and that of btrfs, and options
while read -r name options; do
	truncate -s 400M "$work/image"
	case $name in
	swap) mkswap "$work/image" ;;
	ext4) mkfs.ext4 -q -F "$work/image" ;;
	xfs) mkfs.xfs -q "$work/image" ;;
	*) mkfs.$name "$work/image" ;;
	esac >/dev/null 2>&1
	{
		head -c 4096 "$work/image"
		tail -c +65537 "$work/image" | head -c 4096
		printf %s "$options"
	} >"$name"
	rm "$work/image"
done <<O
ext4 -b 4096 -O ^ext_attr,extent -I 256 -m 1.5 -E stride=4 -L x
xfs -b size=4k -m crc=1,reflink=0 -n ftype=1 -i size=512
btrfs --nodesize 16k -s 4096 -O ^no-holes -L x
vfat -F 32 -s 8 -S 512 -n X
swap --pagesize 4096 -L x
O
fuzz_run 16384 'no mutated superblock or option crashes, hangs or leaks'
done_testing

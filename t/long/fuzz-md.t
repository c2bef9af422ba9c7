#!/bin/sh
# Fuzzing: mutated superblocks of RAID members are read for
# VT_TEST_FUZZ_SECONDS (default 60), with sanitizers.
. "$(dirname "$0")/../lib.sh"
. "$top/t/long/fuzz-lib.sh"

ok 'the harness is built' fuzz_build md '' -lcrypto
cd "$work/corpus" || exit 3
size=$((1 << 20))
# metadata, and where its superblock begins
while read -r metadata at; do
	truncate -s $size "$work/a" "$work/b"
	"$top/t/tools/md-image.py" metadata="$metadata" level=1 devices=2 name=x \
		uuid=u "$work/a" 0 $size "$work/b" 0 $size
	{
		perl -e 'print pack "Q<2", @ARGV' "$at" $size
		tail -c +$((at + 1)) "$work/a" | head -c 4096
	} >"$metadata"
	rm "$work/a" "$work/b"
done <<S
0.90 $((size - 65536))
1.0 $((size - 8192))
1.1 0
1.2 4096
S
fuzz_run 4112 'no mutated superblock crashes, hangs or leaks'
done_testing

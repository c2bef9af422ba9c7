#!/bin/sh
# Fuzzing: mutated frames pass the switch and its capture for
# VT_TEST_FUZZ_SECONDS (default 60), with sanitizers.
. "$(dirname "$0")/../lib.sh"
. "$top/t/long/fuzz-lib.sh"

ok 'the harness is built' fuzz_build wire '' ''
# PORT, time and length, then the frame: hexadecimal
while read -r name hex; do
	python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(
		sys.argv[1]))' "$hex" >"$work/corpus/$name"
done <<F
plain 00010010ffffffffffff52540000000188b50001
vlan 02010014ffffffffffff525400000001810000050800aabb
stacked 02010018ffffffffffff52540000000188a8000581000006080045000000
lacp 0001001c0180c20000025254000000018809010100000000000000000000
answer 0201000effffffffffff52540000000188b50301000e52540000000152540000000288b5
F
fuzz_run 65536 'no frame crashes, leaks, or goes where it must not'
done_testing

#!/bin/sh
# Real installs on used disks: over its own result, and of two layouts over each
# other; and the smallest memory of one.
VT_TEST_LIMIT=${VT_TEST_LIMIT:-7200}
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../e2e/lib.sh"
need jq

checks() { # TEST: the checks `planted`, and how they ended
	jq -r '.checks[] | select(.name | startswith("planted")) |
		"\(.name): \(.status)"' "$tests/$1/result.json" | tr '\n' ' '
}
vt tests/simple.again
status_is 0 'simple over its own result'
explain simple.again
is "$(checks simple.again)" 'planted: ok planted /: ok ' \
	'a file of the first system is gone with its file system'
ok 'the first system was not booted' test ! -e "$tests/simple/boot.done"

vt dirty-matrix TESTS='simple lvm'
status_is 0 'two layouts, each on the disks of each'
note "$(cat "$work/out")"
has "$tests/dirty-matrix.md" '^\| lvm \| ok \| ok \|$' 'a table of them'
is "$(checks lvm-on-lvm)" \
	'planted: ok planted /: ok planted /srv/data: ok planted /srv/backup: ok ' \
	'nothing is left on logical volumes'

vt tests/simple.minmem
status_is 0 'the smallest memory of simple'
note "$(grep -a '^simple: ' "$work/out")"
has "$work/out" '^simple: [0-9]+ MiB \(fails with [0-9]+ MiB: out of memory\)$' \
	'is found'
done_testing

#!/bin/sh
# A bad verify.yaml is told with its place and harms nothing.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
fixture

bad() { # SED-EXPRESSION ERE
	fresh
	: >"$case.done"
	sed -i "$1" "$case/verify.yaml"
	verify
	is "$status" 2 "exit 2: $1"
	has "$work/err" "verify\\.yaml:[0-9]+:[0-9]+: .*$2" "says: $2"
}

bad 's/^format: 2/format: 1/' 'expected'
bad '/^test:/d' "'test' is missing"
bad '/^format:/d' "'format' is missing"
bad 's|^test: .*|test: ../x|' 'not a valid test name'
bad 's/^inherited:/inherit:/' 'inherit'
bad 's/swaps_used/swap_used/' "did you mean 'swaps_used'"
bad 's/number: 10/number: 1000/' '1000'
bad 's/number: 10/number: ten/' 'expected'
bad 's/fstype: fat32/fstyp: fat32/' "fstyp"
bad 's/disk: pnum, number: 10/disk: pmun, number: 10/' "device 'pmun' is not"
bad 's/disk: pnum, number: 10/disk: fat-fs, number: 10/' "'fat-fs' is a format"
bad 's/^  filesystems:/  filesystem:/' "did you mean 'filesystems'"
bad 's/id: pnum,/id: sda,/' "id 'sda' is already"
bad 's/flag: prep/flag: perp/' "flag 'perp'"
bad 's/sector_size: 512/sector_size: 513/' 'power of 2'
bad "s/'\\^BOOT_IMAGE[^']*'/'('/" 'regular expression'
bad "\$a fatal: {ours: '['}" 'regular expression'
bad 's/has_line:/has_lines:/' "did you mean 'has_line'"
bad 's/file: marker, exists: true/exists: true/' "needs a 'file'"
bad 's|file: marker, exists: true|file: ../verify.yaml, exists: true|' 'outside of collect'
bad 's|file: marker, exists: true|file: marker, same_as: /../passwd|' 'outside of collect'
bad 's/exists: true/exists: true, absent: true/' 'two checks'
bad 's/, exists: true//' 'the entry has no check: add one of'
bad 's/run: \[.*/run: []}/' 'command'
bad 's/options: defaults, fstab/options: [], fstab/' 'expected'
bad 's/mounted: true, options: defaults,/mountd: true,/' "did you mean 'mounted'"
bad 's/volume: data,/volume: [data],/' 'expected'
bad 's/^storage:/storage: [/' ''
bad 's/id: data-fs, volume: data/id: data-fs, device: data/' "'device'"
bad 's/^  - \[.*/  - [a, b]/' 'SPEC'
is "$(of status) $(of exit)" "error 2" "a result says so"
ok "the stamp is gone" test ! -e "$case.done"
ok "the TAP of it can be read" sh -c "! prove '$case/result.tap'"

rm "$case/verify.yaml"
verify
status_is 2 "no verify.yaml"
run vt-verify "$work/nothing"
status_is 2 "no directory"
run vt-verify
status_is 2 "no operand"
run vt-verify --faild=install "$case"
status_is 2 "an unknown option"
has "$work/err" "did you mean '--failed'" "with the right one"

# A directory that cannot be written.
if [ -c /dev/full ]; then
	fresh
	run sh -c "vt-verify '$case' >/dev/full"
	status_is 3 "a full disk under stdout"
fi
done_testing

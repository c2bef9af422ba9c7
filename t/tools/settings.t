#!/bin/sh
# The table of settings: names, where values come from, words for people.
# (What a setting does is seen where it is read: rules.t, report.t, run.t...)
. "$(dirname "$0")/../lib.sh"

run vt-rules --settings=values
status_is 0 "the settings are shown"
has "$work/out" '^BOOT_TIMEOUT +300  \(default\)$' "a default"
has "$work/out" '^VMRAM +-  \(not set\)$' "none"
names=$(sed 's/ .*//' "$work/out")

# Each by both names, ours before the reference's, that before the bare one
bad=
for name in $names; do
	env "CURTIN_VMTEST_$name=7" vt-rules --settings=values >"$work/out" 2>&1
	grep -Eq "^$name +(7|true)  \(CURTIN_VMTEST_$name\)\$" "$work/out" ||
		bad="$bad CURTIN_VMTEST_$name"
	env "VT_$name=8" "CURTIN_VMTEST_$name=7" vt-rules --settings=values \
		>"$work/out" 2>&1
	grep -Eq "^$name +(8|true)  \(VT_$name\)\$" "$work/out" ||
		bad="$bad VT_$name"
	[ "$(grep -c warning "$work/out")" = 0 ] || bad="$bad warning:$name"
done
is "$bad" "" "each setting has both names"
bad=
for name in apt_proxy HTTP_PORT IMAGE_DIR IMAGES_TO_KEEP IP_ADDR \
	TGT_IPC_SOCKET UNSUPPORTED_UBUNTU _DEVEL_UBUNTU; do
	env "$name=7" vt-rules --settings=values >"$work/out"
	grep -Eq " 7  \($name\)\$" "$work/out" || bad="$bad $name"
done
is "$bad" "" "the reference's bare names work"
run env VMRAM=7 vt-rules --settings=values
has "$work/out" '^VMRAM +-  ' "others have none"
run env VT_APT_PROXY= apt_proxy=x vt-rules --settings=values
has "$work/out" '^APT_PROXY +  \(VT_APT_PROXY\)$' "empty is set"

# Booleans
for value in false FALSE False 0 ''; do
	run env "VT_TAR_DISKS=$value" vt-rules --settings=values
	has "$work/out" '^TAR_DISKS +false' "'$value' is false"
done
for value in true 1 no off 2 ' '; do
	run env "VT_TAR_DISKS=$value" vt-rules --settings=values
	has "$work/out" '^TAR_DISKS +true' "'$value' is true"
done

# What no test could run with
: >"$work/none.yaml"
run env VT_ACCEL=fast vt-rules --check "$work/none.yaml"
status_is 2 "a value that is none"
has "$work/err" "VT_ACCEL: .*'fast' is not one of auto, tcg, kvm" \
	"is told by its setting, before any test runs"

run env VT_HTTP_PORT=65536 vt-vmtest "$work" -- sh -c 'echo make'
status_is 2 "a number out of its bounds ends a run"
has "$work/err" 'VT_HTTP_PORT: 65536 is out of range' "and names the setting"
hasnt "$work/out" make "before make is called"

# Misspelt
run env VT_VRAM=1 CURTIN_VMTEST_KEEP_DATA_PAS=none VT_XYZZY_PLUGH=1 \
	VT_TEST_X=1 VT_COLLECT_DIR=x MYVT_X=1 vt-rules --settings=values
status_is 0 "a wrong name is no error"
has "$work/err" "unknown setting 'VT_VRAM': did you mean 'VT_VMRAM'" \
	"but said, with the nearest"
has "$work/err" "did you mean 'CURTIN_VMTEST_KEEP_DATA_PASS'" \
	"as the reference writes it"
has "$work/err" "unknown setting 'VT_XYZZY_PLUGH' \('make settings'" \
	"and where nothing is near"
is "$(grep -c warning "$work/err")" 3 "other names are none of ours"
run make --no-print-directory -C "$top" VT_BIN="$bin" VT_VMRAN=5 VT_VMRAM=6 \
	settings
status_is 0 "make settings"
has "$work/out" '^VMRAM +6  \(VT_VMRAM\)$' "what stands on make's command line"
has "$work/err" "unknown setting 'VT_VMRAN': did you mean 'VT_VMRAM'" \
	"is warned of, too"

bad=
for tool in launch xkvm pack seed extract verify report sync tgt vmtest; do
	run env VT_VMRAN=5 "vt-$tool" "$work/none" x
	is_one=$(grep -c "unknown setting 'VT_VMRAN': did you mean" "$work/err")
	[ "$is_one" = 1 ] || bad="$bad vt-$tool:$is_one"
done
is "$bad" "" "each tool that is run by hand says it once"
run env VT_VMRAN=5 vt-vmtest "$work" -- sh -c 'vt-report nowhere; exit 1'
is "$(grep -c VMRAN "$work/err")" 1 "and not those that it runs"
run env VT_VMRAN=5 vt-rules --help
hasnt "$work/err" VMRAN "--help only helps"

# One table
run vt-rules --settings=man
bad=
for name in $names; do
	grep -q "^.It Ev VT_$name\b" "$work/out" || bad="$bad $name"
done
is "$bad" "" "all are in the man page"
# Those that are part of a test, by each name, and what vt-rules reads is
run vt-rules --settings=test
cp "$work/out" "$work/of-tests"
for name in VT_NR_CPUS CURTIN_VMTEST_NR_CPUS apt_proxy VT_IMAGE_SYNC; do
	has "$work/of-tests" "^$name\$" "$name decides what a test is"
done
for name in VT_LOG HTTP_PORT CURTIN_VMTEST_KEEP_DATA_PASS; do
	hasnt "$work/of-tests" "^$name\$" "$name does not"
done
bad=
for name in $(sed -n 's/.*vt_setting[a-z_]*("\([A-Z_]*\)".*/\1/p' \
	"$top"/src/rules/*.c | sort -u); do
	[ "$name" = TOPDIR ] || grep -q "^VT_$name\$" "$work/of-tests" ||
		bad="$bad $name"
done
is "$bad" "" "all that vt-rules reads, but where it writes, is part of a test"
run vt-rules --settings=man
is "$(grep -c '^Changes the inputs of tests' "$work/out")" \
	"$(grep -c '^VT_' "$work/of-tests")" "vt-settings(7) says which"

run vt-rules --help
bad=
for name in $names; do
	grep -q "^  $name " "$work/out" || bad="$bad $name"
done
is "$bad" "" "and in --help"
run vt-rules --settings=x
status_is 2 "another form is an error"
run env 'VT_LOG=a
b' vt-rules --settings=values
is "$(wc -l <"$work/out")" "$(echo "$names" | wc -l)" "a line each, whatever"
done_testing

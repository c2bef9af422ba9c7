#!/bin/sh
# The table of settings: names, sources of values, booleans, warnings about
# wrong names, documentation. (For the effects of settings see
# settings-effect.t.)
. "$(dirname "$0")/../lib.sh"

run vt-rules --settings=values
status_is 0 "the settings are shown"
has "$work/out" '^BOOT_TIMEOUT +300  \(default\)$' "a default"
has "$work/out" '^VMRAM +-  \(not set\)$' "a setting without a default"
names=$(sed 's/ .*//' "$work/out")

# Each setting has two names, VT_NAME before CURTIN_VMTEST_NAME; some have a
# bare name too
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
is "$bad" "" "the bare names of curtin's vmtest can be used"
run env VMRAM=7 vt-rules --settings=values
has "$work/out" '^VMRAM +-  ' "other settings have no bare name"
run env VT_APT_PROXY= apt_proxy=x vt-rules --settings=values
has "$work/out" '^APT_PROXY +  \(VT_APT_PROXY\)$' "an empty variable is set"

# CI systems set variables to nothing
bad=
for name in $names; do
	case $name in APT_PROXY) continue ;; esac
	env "VT_$name=" "CURTIN_VMTEST_$name=7" vt-rules --settings=values \
		>"$work/out"
	grep -Eq "^$name +(7  \(CURTIN_VMTEST_$name|false  \(VT_$name)\)\$" \
		"$work/out" || bad="$bad $name"
done
is "$bad" "" "other empty variables count as not set, and empty booleans are false"
run env VT_BOOT_TIMEOUT= VT_HTTP_PORT= HTTP_PORT= VT_TIMEOUT_SCALE= VT_ACCEL= \
	VT_BRIDGE= VT_IMAGE_DIR= VT_TOPDIR= VT_KEEP_DATA_PASS= VT_LOG= \
	VT_IMAGES_TO_KEEP= VT_MAAS_IMAGE_STREAM= VT_EXTRA_CONFIG= VT_CURTIN_EXE= \
	vt-rules --settings=values
cp "$work/out" "$work/empty"
run vt-rules --settings=values
ok "and every setting has its default" cmp "$work/out" "$work/empty"
printf 'storage: {version: 1, config: []}\n' >"$work/c.yaml"
run env VT_BOOT_TIMEOUT= VT_INSTALL_TIMEOUT= VT_ACCEL= VT_BRIDGE= VT_VMRAM= \
	VT_NR_CPUS= VT_IMAGES_TO_KEEP= vt-rules --plan "$work/c.yaml"
status_is 0 "a test can be planned with them"
run env VT_HTTP_PORT= VT_KEEP_DATA_FAIL= vt-vmtest "$work" -- sh -c 'echo make'
has "$work/out" make "and make vmtest starts"

# Tests themselves do not see the user's settings
mkdir -p "$work/t/any"
cat >"$work/t/any/a.t" <<S
. "$top/t/lib.sh"
env | grep -E '^(VT|CURTIN_VMTEST)_|IMAGE_DIR' | grep -v '^VT_BIN='
echo "\$user_images \$user_curtin"
S
is "$(VT_IMAGE_DIR=/images VT_CURTIN_EXE=/curtin VT_VMRAM=9 IMAGE_DIR=/other \
	CURTIN_VMTEST_RELEASE=x sh "$work/t/any/a.t")" "/images /curtin" \
	"t/lib.sh keeps the user's settings from tests"

# Booleans
for value in false FALSE False 0 ''; do
	run env "VT_TAR_DISKS=$value" vt-rules --settings=values
	has "$work/out" '^TAR_DISKS +false' "'$value' is false"
done
for value in true 1 no off 2 ' '; do
	run env "VT_TAR_DISKS=$value" vt-rules --settings=values
	has "$work/out" '^TAR_DISKS +true' "'$value' is true"
done

# Invalid values
: >"$work/none.yaml"
run env VT_ACCEL=fast vt-rules --check "$work/none.yaml"
status_is 2 "an invalid value"
has "$work/err" "VT_ACCEL: .*'fast' is not one of auto, tcg, kvm" \
	"is an error before any test is run, and names the setting"

run env VT_HTTP_PORT=65536 vt-vmtest "$work" -- sh -c 'echo make'
status_is 2 "a number out of range"
has "$work/err" 'VT_HTTP_PORT: 65536 is out of range' \
	"is an error that names the setting"
hasnt "$work/out" make "before make is called"

# Misspelt names
run env VT_VRAM=1 CURTIN_VMTEST_KEEP_DATA_PAS=none VT_XYZZY_PLUGH=1 \
	VT_TEST_X=1 VT_COLLECT_DIR=x MYVT_X=1 vt-rules --settings=values
status_is 0 "an unknown setting is not an error"
has "$work/err" "unknown setting 'VT_VRAM': did you mean 'VT_VMRAM'" \
	"but a warning, with the nearest name"
has "$work/err" "did you mean 'CURTIN_VMTEST_KEEP_DATA_PASS'" \
	"which has the same prefix"
has "$work/err" "unknown setting 'VT_XYZZY_PLUGH' \('make settings'" \
	"or how to list all settings, if no name is near"
is "$(grep -c warning "$work/err")" 3 "there are no warnings for other variables"
run make --no-print-directory -C "$top" VT_BIN="$bin" VT_VMRAN=5 VT_VMRAM=6 \
	settings
status_is 0 "make settings"
has "$work/out" '^VMRAM +6  \(VT_VMRAM\)$' "shows variables of its command line"
has "$work/err" "unknown setting 'VT_VMRAN': did you mean 'VT_VMRAM'" \
	"and warns about misspelt ones"

bad=
for tool in launch xkvm pack seed extract verify report sync tgt vmtest; do
	run env VT_VMRAN=5 "vt-$tool" "$work/none" x
	is_one=$(grep -c "unknown setting 'VT_VMRAN': did you mean" "$work/err")
	[ "$is_one" = 1 ] || bad="$bad vt-$tool:$is_one"
done
is "$bad" "" "each tool that is run directly prints the warning once"
run env VT_VMRAN=5 vt-vmtest "$work" -- sh -c 'vt-report nowhere; exit 1'
is "$(grep -c VMRAN "$work/err")" 1 "and the tools that it runs do not"
run env VT_VMRAN=5 vt-rules --help
hasnt "$work/err" VMRAN "--help prints no warning"

# Documentation
run vt-rules --settings=man
bad=
for name in $names; do
	grep -q "^.It Ev VT_$name\b" "$work/out" || bad="$bad $name"
done
is "$bad" "" "all settings are in the man page"
# Settings that change the inputs of tests, which are those that vt-rules reads
run vt-rules --settings=test
cp "$work/out" "$work/of-tests"
for name in VT_NR_CPUS CURTIN_VMTEST_NR_CPUS apt_proxy VT_IMAGE_SYNC; do
	has "$work/of-tests" "^$name\$" "$name changes the inputs of tests"
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
is "$bad" "" "all settings that vt-rules reads, except TOPDIR, do so"
run vt-rules --settings=man
is "$(grep -c '^Changes the inputs of tests' "$work/out")" \
	"$(grep -c '^VT_' "$work/of-tests")" "vt-settings(7) says which do"

run vt-rules --help
bad=
for name in $names; do
	grep -q "^  $name " "$work/out" || bad="$bad $name"
done
is "$bad" "" "all settings are in --help"
run vt-rules --settings=x
status_is 2 "an unknown form"
run env 'VT_LOG=a
b' vt-rules --settings=values
is "$(wc -l <"$work/out")" "$(echo "$names" | wc -l)" \
	"a value with a newline is printed on one line"
done_testing

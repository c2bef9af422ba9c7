#!/bin/sh
# simple and basic in parallel; then which phases run again after which change.
VT_TEST_LIMIT=${VT_TEST_LIMIT:-1800}
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"

# Copies of the definitions, which this test changes.
mkdir -p "$work/defs"
cp -R "$top/examples/." "$work/defs/"
find "$work/defs" -maxdepth 1 -name '*.yaml' ! -name simple.yaml \
	! -name basic.yaml -delete
# A copy of the installer, which it changes too.
cp "$bin/vt-install" "$work/vt-install"
sed -i '$a installer: '"$work/vt-install" "$work/defs/simple.yaml"
defs=$work/defs

vt -j2 tests/simple.done tests/basic.done
status_is 0 "simple and basic are installed, booted and verified in parallel"
explain simple
explain basic
for t in simple basic; do
	is "$(field "$tests/$t/result.json" status)" passed "$t: passed"
	is "$(field "$tests/$t/logs/install.json" outcome)" poweroff \
		"$t: the installer's machine powered off"
	ok "$t: JUnit is well-formed" xmllint --noout "$tests/$t/result.xml"
	has "$tests/$t/result.tap" '^TAP version 13$' "$t: TAP version 13"
	hasnt "$tests/$t/result.tap" '^not ok' "$t: every check is ok"
	note "$t: install $(field "$tests/$t/logs/install.json" seconds) s, \
boot $(field "$tests/$t/logs/boot.json" seconds) s, $(grep -c '^ok' \
		"$tests/$t/result.tap") checks"
done
sanitized simple
sanitized basic
mutants simple "$top/examples/tests/simple.yaml"
mutants basic "$top/examples/tests/basic.yaml"
ok "the facts of the booted system are there" \
	test -s "$tests/basic/collect/fstab"

# Up to date.
vt tests/simple.done
status_is 0 "a second make"
hasnt "$work/out" 'vt-|PACK|LAUNCH|BOOT|VERIFY' "runs nothing"

# Which phases a change runs again, as make -n prints them.
touch "$bin/vt-launch" "$bin/vt-verify"
is "$(plan tests/simple.done)" "" "a rebuilt tool: nothing"

cat >>"$work/defs/simple.yaml" <<'Y'
boots: 2
extra_collect_scripts:
  - "#!/bin/sh\necho mark >OUTPUT_COLLECT_D/mark\n"
Y
is "$(plan tests/simple.done)" "vt-extract vt-seed vt-verify vt-xkvm" \
	"changed boots and collect scripts: seed, boot, extract and verify"
installed=$(stamp simple/install.done)
vt tests/simple.done
status_is 0 "and does so"
explain simple
is "$(stamp simple/install.done)" "$installed" "without installing again"
is "$(cat "$tests/simple/collect/mark" 2>/dev/null)" mark \
	"the new script ran in the guest"
has "$tests/simple/result.tap" '^ok [0-9]+ - boots$' "in its second boot"
is "$(zgrep -ac 'Linux version' "$tests/simple/logs/boot-serial.log")" 2 \
	"after the first"

sed -i '/^verify:/a \  - {name: mark, file: mark, has_line: mark}' \
	"$work/defs/simple.yaml"
is "$(plan tests/simple.done)" "vt-verify" "a changed check: vt-verify only"
booted=$(stamp simple/boot.done)
vt tests/simple.done
status_is 0 "and does so"
is "$(stamp simple/boot.done)" "$booted" "without booting again"
has "$tests/simple/result.tap" '^ok .*mark' "the new check is in the result"

all="vt-extract vt-launch vt-pack vt-verify vt-xkvm"
touch "$work/vt-install"
is "$(plan tests/simple.done)" "$all" \
	"a changed installer: all phases except the seed"
touch -d '1 day ago' "$work/vt-install"
is "$(plan tests/simple.done)" "" "the installer with its old time stamp: nothing"
echo "# changed" >>"$work/defs/tests/simple.yaml"
is "$(plan tests/simple.done)" "$all" "a changed config: all phases except the seed"

# Tools called directly, as in the README.
ok "vt-pack writes user-data" sh -c \
	"vt-pack '$tests/simple' && sed -n 1p '$tests/simple/install/user-data' |
	grep -q cloud-config-archive"
run sh -c "vt-extract '$tests/simple/boot/output_disk.img' -o - | tar t"
status_is 0 "vt-extract writes a tar archive"
has "$work/out" 'fstab$' "with the facts"
run sh -c "vt-verify '$tests/simple' | prove -e cat /dev/stdin"
done_testing

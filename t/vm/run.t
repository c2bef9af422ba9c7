#!/bin/sh
# make vmtest, failed, changed and tests/NAME.repeat with micro guests: real make
# rules, phases and verdicts. The test itself writes the output of vt-rules.
. "$(dirname "$0")/../lib.sh"
. "$top/t/vm/vm.sh"
need make xmllint

mkdir -p "$work/tree/mk" "$work/tree/bin"
cp "$top/mk/rules.mk" "$work/tree/mk/"
for tool in "$bin"/vt-*; do ln -s "$tool" "$work/tree/bin/"; done
rm "$work/tree/bin/vt-rules"
rules_makefile "$work/tree"
# what it would write, and a filter that knows names only
cat >"$work/tree/bin/vt-rules" <<'S'
#!/bin/sh
[ "$1" != list ] || {
	printf '%s\n' pass fail skip | grep -- "${2#--filter=name~}"
	exit 0
}
touch "$WORK/rules.d"
S
chmod +x "$work/tree/bin/vt-rules"
export WORK="$work"

# rules NAME: as vt-rules has them
rules() {
	t=$work/$1
	cat <<M
.SECONDARY: $t/boot/seed.img $t/install/user-data $t/install.done $t/boot.done $t/collect.done
$t/install/user-data: $t/install/pack.yaml
	\$(Q)cp $work/user-data $work/meta-data $t/install/
$t/install.done: $t/install/user-data $t/install/vm.yaml
	\$(call vt_phase,INSTALL ,$1,vt-launch $t)
$t/boot/seed.img: $t/boot/seed.yaml
	\$(Q)truncate -s 1M $t/boot/seed.img
$t/boot.done: $t/install.done $t/boot/seed.img $t/boot/vm.yaml
	\$(call vt_phase,BOOT    ,$1,vt-xkvm $t)
$t/collect.done: $t/boot.done
	\$(call vt_phase,COLLECT ,$1,vt-extract $t)
$t.done: $t/install.done $t/collect.done $t/verify.yaml
	\$(call vt_phase,VERIFY  ,$1,vt-verify --skip-is-done $t\$(vt_tap))
M
}
verify_yaml() { # NAME CHECKS
	cat >"$work/$1/verify.yaml" <<Y
format: 1
test: $1
expected_failure: false
installer: {kind: exe}
target: {distro: debian, release: bookworm, arch: amd64, firmware: bios}
inherited: []
storage: {}
checks: $2
Y
}
steady="[{name: facts, at: 'x:1:1', file: facts, has_line: facts},
  {name: mood, at: 'x:2:1', run: ['$work/mood']}]"
for t in pass fail; do
	boot_dir $t init,output,poweroff
	install_dir $t init,start,success,poweroff
	verify_yaml $t "$steady"
done
install_dir fail start,fail,poweroff
for t in pass fail; do
	: >"$work/$t/install/pack.yaml"
	touch -r "$work/$t/install/pack.yaml" "$work/$t/boot/seed.yaml"
done
cp "$work/pass/install/user-data" "$work/pass/install/meta-data" "$work"
mkdir -p "$work/skip/collect"
verify_yaml skip '[]'
# passes while there is a file of that name; `fickle`: every second time
printf '#!/bin/sh\n[ ! -e %s ] || { rm %s && exit 1; }\n' \
	"$work/bad" "$work/bad" >"$work/mood"
chmod +x "$work/mood"
{
	echo 'VT_TESTS := pass fail skip'
	rules pass
	rules fail
	t=$work/skip
	printf '%s.done: %s/verify.yaml\n\t$(call vt_phase,SKIP    ,skip,%s)\n' \
		"$t" "$t" "vt-verify --skip-is-done $t\$(vt_tap)"
} >"$work/rules.mk"
for t in pass fail skip; do : >"$work/$t/rules.mk"; done

vt() {
	run make --no-print-directory -C "$work/tree" VT_TOPDIR="$work" \
		VT_IMAGE_DIR="$work/none" "$@"
	events=$(cat "$work/debug.log" 2>/dev/null)
	: >"$work/debug.log"
}
# those phases that ran a machine since the last vt
machines() { echo "$events" | sed -n 's/^[^ ]* \(.*\) started$/\1/p' | sort | tr '\n' ' '; }

vt -j2 vmtest
status_is 2 "a run with a failure"
has "$work/err" 'vmtest\] Error 1$' "its true status is a failure"
has "$work/out" "^no images in '$work/none'" "images are shown first"
has "$work/out" '^test +verdict +install +boot +collect +cause$' "a table"
has "$work/out" '^pass +passed +[0-9.]+ s +[0-9.]+ s +[0-9.]+ s$' "the pass"
has "$work/out" "^fail +FAILED +[0-9.]+ s .*install: .* \(see $work/fail/logs/install-serial.log\)" \
	"the failure, its cause, and where to look"
has "$work/out" '^skip +skipped' "the skip, which is no failure"
has "$work/out" '^3 tests: 1 passed, 1 FAILED, 1 skipped$|^3 tests: 1 passed, 1 failed, 1 skipped$' \
	"the counts"
ok "one JUnit file" xmllint --noout "$work/junit.xml"
has "$work/junit.xml" '<testsuites tests="4" failures="1" errors="0" skipped="0"|<testsuites tests="[0-9]+" failures="1" errors="0"' \
	"with all of them"
is "$(grep -c '<testsuite name=' "$work/junit.xml")" 3 "a suite each"
is "$(machines)" "fail install pass boot pass install " "these machines ran"
is "$(echo "$events" | grep -Ecv '^[0-9T:.-]+Z [^ ]+ [a-z]+ .+$')" 0 \
	"the run log: a time, a test, a phase and words on each line"
echo "$events" >"$work/events"
has "$work/events" ' fail install failed in [0-9.]+ s: .' "what failed is there"
has "$work/events" ' - run failed in ' "and how the run ended"
vt vmtest
is "$(machines)" "fail install " "again: what passed or was skipped does not"

vt vmtest FILTER=name~skip
status_is 0 "a FILTER"
has "$work/out" '^1 test: 1 skipped$' "runs what it lets through"
vt vmtest FILTER=name~nobody
status_is 2 "which may be nothing"
has "$work/err" 'no tests match FILTER name~nobody' "as is said"

vt changed
status_is 0 "changed: nothing"
has "$work/err" 'every test is as it was when it passed' "and says so"
is "$(machines)" "" "runs nothing"
verify_yaml pass "$steady # more"
: >"$work/bad"
vt changed
has "$work/out" '^pass +FAILED .*mood' "what changed is looked at, and fails"
has "$work/out" '^1 test: ' "and is all that is shown"
is "$(machines)" "" "here without a machine"
vt failed FILTER=name~pass
status_is 0 "failed: once more"
has "$work/out" '^pass +failed, then passed' "that is a verdict of its own"
vt failed FILTER=name~pass
has "$work/err" 'nothing to do: no test failed' "and not failed any more"

vt VT_REUSE_TOPDIR=1 vmtest
has "$work/out" '^3 tests: .*1 failed' "REUSE_TOPDIR: all verdicts"
is "$(machines)" "" "without a machine"
vt VT_TAR_DISKS=1 tests/pass.verify
status_is 0 "TAR_DISKS"
is "$(tar tf "$work/pass/disks/disks.tar")" install_disk.img "has the disks"
[ "$(stat -c '%b' "$work/pass/disks/disks.tar")" -lt 20000 ]
result $? "and not their holes"
ok "they are in there once" test ! -e "$work/pass/disks/install_disk.img"

: >"$work/bad"
vt VT_KEEP_DATA_PASS=logs VT_KEEP_DATA_FAIL=logs,collect VT_VERBOSE=1 \
	tests/pass.repeat N=2
status_is 2 "repeat"
has "$work/out" \
	'^pass: failed, then passed: 2 rounds: 1 passed, 1 failed in verify$' \
	"says how often, and where"
is "$(machines)" "pass boot pass boot pass install pass install " \
	"all phases run in each round"
ok "of a failure what is kept is put aside" test -e \
	"$work/pass/repeat/1/result.json" -a -e "$work/pass/repeat/1/collect"
ok "of a pass logs stay" test -e "$work/pass/logs/boot.json" -a \
	! -e "$work/pass/collect" -a ! -e "$work/pass/disks" -a \
	! -e "$work/pass/boot/output_disk.img" -a -e "$work/pass/boot/vm.yaml"
has "$work/err" '^pass boot\| micro: output written' "VERBOSE: the consoles"
vt vmtest FILTER=name~pass
is "$(machines)" "" "what is gone is not missed"
touch "$work/pass/boot/vm.yaml"
vt tests/pass.done
status_is 0 "until it is needed"
is "$(grep -c . "$work/pass/history")" 8 "history has all verdicts"

vt VT_KEEP_DATA_FAIL=logs,disk vmtest
status_is 2 "a keep rule that is none"
has "$work/err" "VT_KEEP_DATA_FAIL: 'disk' cannot be kept: say all" \
	"is said before anything runs"
vt VT_PARALLEL=many vmtest
has "$work/err" "PARALLEL 'many'" "so is another PARALLEL"
done_testing

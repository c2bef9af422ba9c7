#!/bin/sh
# make vmtest, failed, changed and tests/NAME.repeat with micro guests: real make
# rules, phases and verdicts. The test itself writes the output of vt-rules.
. "$(dirname "$0")/../lib.sh"
. "$top/t/vm/vm.sh"
need make xmllint jq

mkdir -p "$work/tree/mk" "$work/tree/bin"
cp "$top/mk/rules.mk" "$work/tree/mk/"
for tool in "$bin"/vt-*; do ln -s "$tool" "$work/tree/bin/"; done
rm "$work/tree/bin/vt-rules"
rules_makefile "$work/tree"
# a script in its place: lists the tests, with a filter for names only
cat >"$work/tree/bin/vt-rules" <<'S'
#!/bin/sh
case $1 in
list) printf '%s\n' pass fail skip | grep -- "${2#--filter=name~}" ;;
--settings=*) ;;
*) touch "$WORK/tests.mk" ;;
esac
exit 0
S
chmod +x "$work/tree/bin/vt-rules"
export WORK="$work"

# rules NAME: the make rules of a test, as vt-rules writes them
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
	\$(call vt_stale,$1)\$(call vt_phase,VERIFY  ,$1,vt-verify --skip-is-done $t\$(vt_tap))
M
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
echo 'skip: not for this machine' >>"$work/skip/verify.yaml"
# the check "mood" fails once after the file `bad` was created
printf '#!/bin/sh\n[ ! -e %s ] || { rm %s && exit 1; }\n' \
	"$work/bad" "$work/bad" >"$work/mood"
chmod +x "$work/mood"
{
	echo 'VT_TESTS := pass fail skip'
	rules pass
	rules fail
	t=$work/skip
	printf '%s.done: %s/verify.yaml\n\t$(call vt_stale,skip)$(call vt_phase,SKIP    ,skip,%s)\n' \
		"$t" "$t" "vt-verify --skip-is-done $t\$(vt_tap)"
} >"$work/tests.mk"

vt() {
	run make --no-print-directory -C "$work/tree" VT_TOPDIR="$work" \
		VT_IMAGE_DIR="$work/none" "$@"
	events=$(cat "$work/debug.log" 2>/dev/null)
	: >"$work/debug.log"
}
# machines: the phases that started a machine in the last vt
machines() { echo "$events" | sed -n 's/^[^ ]* \(.*\) started$/\1/p' | sort | tr '\n' ' '; }

vt -j2 vmtest
status_is 2 "a run with a failure"
has "$work/err" 'vmtest\] Error 1$' "make shows exit status 1"
has "$work/out" "^no images in '$work/none'" "images are shown first"
has "$work/out" '^test +verdict +install +boot +collect +checks +answered +cause$' "a table"
has "$work/out" '^pass +passed +[0-9.]+ s +[0-9.]+ s +[0-9.]+ s +[0-9]+$' "the pass"
has "$work/out" "^fail +FAILED +[0-9.]+ s .*install: .* \(see $work/fail/logs/install-serial.log\)" \
	"the failure, its cause, and the log"
is "$(jq -c '[.status, .exit]' "$work/fail/result.json")" '["failed",1]' \
	"its verdict, and 1 as its status"
has "$work/err" 'Installation failed with exception: micro' \
	"the guest's last words are shown"
ok "no stamp" test ! -e "$work/fail.done"
ok "the log remains" test -s "$work/fail/logs/install-serial.log"
has "$work/out" '^skip +skipped' "the skip"
has "$work/out" '^3 tests: 1 passed, 1 FAILED, 1 skipped$|^3 tests: 1 passed, 1 failed, 1 skipped$' \
	"the counts"
ok "one JUnit file" xmllint --noout "$work/junit.xml"
has "$work/junit.xml" '<testsuites tests="[0-9]+" failures="1" errors="0"' \
	"the JUnit file has all tests"
is "$(grep -c '<testsuite name=' "$work/junit.xml")" 3 "one suite for each test"
is "$(machines)" "fail install pass boot pass install " \
	"the machines that were started"
is "$(echo "$events" | grep -Ecv '^[0-9T:.-]+Z [^ ]+ [a-z]+ .+$')" 0 \
	"the run log: a time, a test, a phase and an event on each line"
echo "$events" >"$work/events"
has "$work/events" ' fail install failed in [0-9.]+ s: .' \
	"the run log: the failure"
has "$work/events" ' - run failed in ' "the run log: the end of the run"
vt vmtest
is "$(machines)" "fail install " \
	"again: tests that passed or were skipped do not run"

vt vmtest FILTER=name~skip
status_is 0 "a FILTER"
has "$work/out" '^1 test: 1 skipped$' "FILTER: runs the tests that match"
vt vmtest FILTER=name~nobody
status_is 2 "a FILTER that matches no test"
has "$work/err" 'no tests match FILTER name~nobody' "the message says so"

vt changed
status_is 0 "changed: nothing"
has "$work/err" 'no test has changed since it passed' "the message says so"
is "$(machines)" "" "changed: no machine is started"
verify_yaml pass "$steady # more"
: >"$work/bad"
vt changed
has "$work/out" '^pass +FAILED .*mood' "changed: the changed test runs and fails"
has "$work/out" '^1 test: ' "changed: only this test is reported"
is "$(machines)" "" "changed: only its verify phase runs"
vt failed FILTER=name~pass
status_is 0 "failed: the test runs again and passes"
has "$work/out" '^pass +failed, then passed' "its verdict: failed, then passed"
vt failed FILTER=name~pass
has "$work/err" 'nothing to do: no test failed' "failed: no test is left"

vt VT_REUSE_TOPDIR=1 vmtest
has "$work/out" '^3 tests: .*1 failed' "REUSE_TOPDIR: all verdicts"
is "$(machines)" "" "REUSE_TOPDIR: no machine is started"
vt VT_TAR_DISKS=1 tests/pass.verify
status_is 0 "TAR_DISKS"
is "$(tar tf "$work/pass/disks/disks.tar")" install_disk.img \
	"TAR_DISKS: the archive has the disks"
[ "$(stat -c '%b' "$work/pass/disks/disks.tar")" -lt 20000 ]
result $? "TAR_DISKS: the archive is sparse"
ok "TAR_DISKS: the disks themselves are removed" \
	test ! -e "$work/pass/disks/install_disk.img"

: >"$work/bad"
vt VT_KEEP_DATA_PASS=logs VT_KEEP_DATA_FAIL=logs,collect VT_VERBOSE=1 \
	tests/pass.repeat N=2
status_is 2 "repeat"
has "$work/out" \
	'^pass: failed, then passed: 2 rounds: 1 passed, 1 failed in verify$' \
	"repeat: the number of failures and the phase"
is "$(machines)" "pass boot pass boot pass install pass install " \
	"repeat: all phases run in each round"
ok "repeat: a failure's files are moved to repeat/1" test -e \
	"$work/pass/repeat/1/result.json" -a -e "$work/pass/repeat/1/collect"
ok "KEEP_DATA_PASS: logs are kept" test -e "$work/pass/logs/boot.json" -a \
	! -e "$work/pass/collect" -a ! -e "$work/pass/disks" -a \
	! -e "$work/pass/boot/output_disk.img" -a -e "$work/pass/boot/vm.yaml"
has "$work/err" '^pass boot\| micro: output written' "VERBOSE: the consoles"
vt vmtest FILTER=name~pass
is "$(machines)" "" "removed files do not make the test run again"
touch "$work/pass/boot/vm.yaml"
vt tests/pass.done
status_is 0 "they are created again when they are needed"
is "$(grep -c . "$work/pass/history")" 8 "history has all verdicts"

vt VT_KEEP_DATA_FAIL=logs,disk vmtest
status_is 2 "a malformed keep rule"
has "$work/err" "VT_KEEP_DATA_FAIL: unknown data 'disk': use all" \
	"the error comes before anything runs"
vt VT_PARALLEL=many vmtest
has "$work/err" "PARALLEL 'many'" "a malformed PARALLEL"
done_testing

#!/bin/sh
# Results of tests whose phases failed, as they should or not.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
fixture

left() { # PHASE EXIT OUTCOME CAUSE: what a phase leaves
	phase_json "$1" "$2" "$3" 12.5 "$4" >"$case/logs/$1.json"
}

# --failed needs nothing but the log of the phase.
fresh
: >"$case.done"
rm -r "$case/collect" "$case/disks" "$case/verify.yaml"
left install 1 poweroff "no success line"
verify --failed=install
status_is 1 "a verdict is kept"
is "$(of status)" failed "it failed"
is "$(of cause)" "install: no success line" "its cause"
is "$(of see)" "logs/install-serial.log" "where to look"
has "$work/out" '^not ok 1 - install$' "TAP names the phase"
has "$work/out" '^#   \| last words of the guest$' "with the guest's words"
is "$(grep -c boot "$case/result.json")" 0 "an older boot is not spoken of"
ok "the stamp is gone" test ! -e "$case.done"
has "$work/err" 'case: FAILED: install: no success line \(see .*/logs/install-serial.log\)' \
	"the last line"

# What to see exists, and is not empty.
: >"$case/logs/install-serial.log"
left install 1 poweroff "no success line"
verify --failed=install
is "$(of see)" logs/install.json "an empty console is not to be seen"
has "$work/out" "see: .*/logs/install.json" "nor in TAP"
rm "$case"/logs/*
: >"$case/test.yaml"
verify --failed=install
is "$(of see)" result.tap "without logs, the results are"

# Looked at again, as make vmtest does with REUSE_TOPDIR.
fresh
rm -r "$case/collect"
rm -f "$case"/logs/boot.json "$case"/logs/collect.json
left install 1 panic "the kernel panicked"
verify
status_is 1 "again: a phase that failed is the verdict"
is "$(of cause)" "install: the kernel panicked" "with its cause"
rm "$case/logs/install.json"
verify
status_is 3 "without one nothing is known"

fresh
left install 0 poweroff ""
left boot 4 timeout "no poweroff within 600 s"
left install 0 poweroff ""
verify --failed=boot
status_is 4 "out of time is kept"
is "$(of status)" failed "a guest that hangs failed"
has "$work/out" '^ok 1 - install$' "the install passed"
has "$case/result.xml" '<failure type="timeout"' "JUnit calls it so"
left boot 3 host-fault "qemu-system-x86_64: no such file"
verify --failed=boot
status_is 3 "the host's fault is kept"
is "$(of status)" error "an error"
has "$case/result.xml" 'failures="0" errors="1"' "not a failure in JUnit"
has "$case/result.xml" '<error type="host"' "but an error"
left boot 2 "" "boot/vm.yaml:3:1: unknown key"
verify --failed=boot
status_is 2 "bad input is kept"
is "$(of status)" error "an error too"
has "$case/result.xml" '<error ' "in JUnit too"
left boot 0 poweroff ""
verify --failed=boot
status_is 3 "a phase that did not fail is nobody's verdict"
left pack 2 "" "install/pack.yaml:3:1: unknown key"
verify --failed=pack
status_is 2 "a phase without a machine"
has "$work/out" '^1\.\.1$' "what came after it is of an older run"
is "$(of see)" "logs/pack.json" "it has no console to look at"
verify --failed=seed
status_is 3 "a phase that wrote nothing"
rm "$case/logs/boot.json"
verify --failed=boot
status_is 3 "a phase that left nothing is the host's fault"
is "$(of status)" error "and has a result"
verify --failed=../../etc
status_is 2 "a phase's name is a word"

# An expected failure.
expected() {
	fresh
	sed -i 's/expected_failure: false/expected_failure: true/' \
		"$case/verify.yaml"
	rm -r "$case/collect" "$case/logs/boot.json"
}
expected
left install 1 poweroff "Installation failed"
verify
status_is 0 "an install that fails as expected passes"
is "$(outcome expected_failure)" ok "by the check expected_failure"
is "$(outcome log)" ok "a check on a log is made"
is "$(outcome hostname)$(outcome script)$(outcome 'install_log')" \
	"skipskipno such check" "the others are skipped: nothing was booted"
ok "with a stamp" test -e "$case.done"
expected
left install 1 poweroff "Installation failed"
echo nothing >"$case/logs/install-serial.log"
verify
status_is 1 "a check on its log can fail"
is "$(outcome log)" "not ok" "which is told"
expected
verify
status_is 1 "an install that passes against expectation fails"
is "$(outcome expected_failure)" "not ok" "by the same check"
expected
left boot 1 panic "kernel panic"
verify
status_is 1 "a boot that fails is not the failure that is expected"
is "$(outcome expected_failure)" "not ok" "the installer succeeded"
expected
rm "$case/logs/install-serial.log"
left install 1 poweroff "Installation failed"
verify
status_is 3 "without the console of the install"
expected
left install 4 timeout "no end within 3000 s"
verify
status_is 4 "a hang is no expected failure"
expected
rm "$case/logs/install.json"
verify
status_is 3 "nothing was installed"

# In the usual way.
fresh
rm -r "$case/collect"
verify
status_is 3 "nothing was collected"
has "$work/err" "ERROR: nothing was collected: .*vt-extract" "what to do"
fresh
rm "$case"/logs/*.json
verify
status_is 3 "no reports of the phases: a fault of the host"
is "$(outcome install) $(outcome boot)" "not ok not ok" "both are missed"
for lost in boot.json boot-serial.log install.json; do
	fresh
	rm "$case/logs/$lost"
	verify
	status_is 3 "no logs/$lost"
	has "$work/err" "ERROR: .*no 'logs/$lost': .*run the test again" \
		"what to do"
done
fresh
sed -i 's/"exit":0/"exit":4294967296/' "$case/logs/boot.json"
verify
status_is 3 "an exit status that no process has"
has "$work/err" "boot.json:1:[0-9]+: expected an integer from 0 to 255" \
	"its position"
fresh
printf '{"format":1}' >"$case/logs/boot.json"
verify
status_is 3 "a broken log of a phase"
has "$work/err" "logs/boot.json:1:1: 'exit' is missing" "with its position"
fresh
phase_json boot 0 poweroff 1e300 '' >"$case/logs/boot.json"
verify
status_is 3 "a log with a time that no phase can take"

# Prompts that the guest must have shown
asked() { # PROMPT TYPED PROMPT TYPED: two in the report of the boot
	fresh
	cat >>"$case/verify.yaml" <<-'Y'
	answers:
	  - {phase: boot, prompt: 'disk a', at: 'case.yaml:3:5'}
	  - {phase: boot, prompt: 'disk b', at: 'case.yaml:4:5'}
	Y
	left boot 0 poweroff ""
	answers="{\"prompt\":\"$1\",\"typed\":$2},{\"prompt\":\"$3\",\"typed\":$4}"
	sed -i "s/\"times\"/\"answers\":[$answers],&/" "$case/logs/boot.json"
	verify
}
asked 'disk a' 1 'disk b' 2
status_is 0 "each answer was asked for"
is "$(outcome 'answer boot 1') $(outcome 'answer boot 2')" "ok ok" "both are checks"
asked 'disk a' 1 'disk b' 0
status_is 1 "one was never asked for"
is "$(outcome 'answer boot 1') $(outcome 'answer boot 2')" "ok not ok" "and fails"
is "$(of cause)" "answer boot 2: the guest never asked" "with this cause"
has "$work/out" "case.yaml:4:5" "the definition's line"
asked 'disk a' 1 'disk c' 1
is "$(outcome 'answer boot 2')" "not ok" "the answer to another prompt is none"
fresh
printf 'answers: [{phase: boot, prompt: x}]\n' >>"$case/verify.yaml"
breaks "answer boot 1" "a report without answers"

fresh
left boot 1 panic "kernel panic"
breaks "boot" "a boot that failed"
done_testing

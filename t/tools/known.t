#!/bin/sh
# Known issues and the grace of new tests: what vt-rules reads, what vt-verify
# makes of it, what vt-report and make vmtest tell.
. "$(dirname "$0")/rules-lib.sh"
need make xmllint qemu-img
day() { date -d "$1 days" +%F; }
soon=$(day 3) past=$(day -1)

# What vt-rules reads
issue() { # LINE...: the file has this one entry
	{ printf -- '- test: k\n'; printf '  %s\n' "$@"; } >known-issues.yaml
}
issue 'check: fstab' 'bug: of-mine' "until: $soon" 'says: it is so'
plan 'mem: 512'
is "$(get verify.yaml known_issues 0 issue bug)" of-mine \
	"known-issues.yaml is read beside the definition"
is "$(get verify.yaml known_issues 0 at)" known-issues.yaml:1:3 "with its place"
sed -i 's/test: k/test: "k?*"/' known-issues.yaml
plan 'mem: 512'
is "$(get verify.yaml known_issues)" None "not for tests that it does not name"
sed -i 's/test: .*/test: "*"/' known-issues.yaml
plan 'mem: 512'
is "$(get verify.yaml known_issues 0 issue says)" "it is so" "a pattern names them"
run "$work/bin/vt-rules" --plan tests/c.yaml
has "$work/out" 'bug: of-mine' "also a bare config, in the directory below"
mkdir below && cp k.yaml below/ && sed -i 's|tests/|../tests/|' below/k.yaml
run "$work/bin/vt-rules" --plan below/k.yaml
hasnt "$work/out" 'bug: of-mine' "but no definition there"
rm -r below
run "$work/bin/vt-rules" list .
hasnt "$work/out" known-issues "it is no definition"
mv known-issues.yaml elsewhere
VT_KNOWN_ISSUES=elsewhere plan 'mem: 512'
is "$(get verify.yaml known_issues 0 issue bug)" of-mine "KNOWN_ISSUES names another"
VT_KNOWN_ISSUES=nowhere run "$work/bin/vt-rules" --plan k.yaml
status_is 2 "which has to be there"
rm elsewhere
printf '# none yet\n' >known-issues.yaml
plan 'mem: 512'
is "$(get verify.yaml known_issues)" None "an empty file"

wrong() { # LINES POSITION-AND-WORDS
	printf '%b\n' "$1" >known-issues.yaml
	run "$work/bin/vt-rules" --check k.yaml
	[ "$status" -eq 2 ] && grep -Eq "known-issues.yaml:$2" "$work/err"
	result $? "refused: $2" || diag "status $status: $(cat "$work/err")"
}
all="bug: b, until: $soon"
wrong "test: k" "1:1: expected a list"
wrong "- {test: k, chekc: x, $all}" "1:13: unknown key 'chekc': did you mean 'check'"
wrong "- {test: k, $all}" "1:3: 'check' or 'line' is needed"
wrong "- {check: x, $all}" "1:3: 'test' is missing"
wrong "- {test: k, check: x, until: $soon}" "1:3: 'bug' is missing"
wrong "- {test: k, check: x, bug: b}" "1:3: 'until' is missing"
wrong "- {test: k, check: x, bug: b, until: 2026-02-30}" \
	"1:38: '2026-02-30' is not a date \(YYYY-MM-DD\)"
wrong "- {test: k, check: x, bug: b, until: 2026-2-3}" "1:38: .* is not a date"
wrong "- {test: k, check: x, bug: b, until: soon}" "1:38: .* is not a date"
wrong "- {test: k, check: '(', $all}" "1:20: "
wrong "- {test: k, line: '', $all}" "1:19: expected a text"
wrong "- {test: k, line: '\\\\d', $all}" "1:19: .*\[0-9\]"
wrong "- test: k\n  check: x\n  bug: [a]\n  until: $soon" "3:8: "
rm known-issues.yaml
bad 'grace: tomorrow' "2:8: 'tomorrow' is not a date" "a grace that is no date"
bad 'strict: maybe' '2:9: ' "strict is true or false"

# An entry for no test is told, of a whole directory
issue 'check: x' 'bug: b' "until: $soon"
sed -i 's/test: k/test: kk/' known-issues.yaml
run "$work/bin/vt-rules" -t "$work/t1" .
has "$work/err" "known-issues.yaml:1:3: no test is called 'kk'" \
	"an entry for no test is told"
sed -i 's/test: kk/test: k/' known-issues.yaml
run "$work/bin/vt-rules" -t "$work/t1" .
hasnt "$work/err" "no test is called" "one for a test is not"
sed -i 's/test: k/test: kk/' known-issues.yaml
run "$work/bin/vt-rules" -t "$work/t1" k.yaml
hasnt "$work/err" "no test is called" "not if only some tests are read"
rm -r known-issues.yaml k.yaml

# What vt-verify makes of it. x has three checks, of which `fail` names those
# that fail, and a console.
cd "$work" || exit 3
mkdir -p x/collect x/logs
for f in one two three; do echo good >x/collect/$f; done
echo '{"format": 1, "scripts": []}' >x/collect/vt-sentinel.json
: >x/collect/symlinks.txt
phase() { # NAME EXIT
	echo "{\"format\": 1, \"exit\": $2, \"outcome\": \"o\", \"cause\": \"boom\", \"seconds\": 1}" \
		>x/logs/$1.json
}
for p in install boot collect; do phase $p 0; done
printf '[    1.5] of-mine: it is broken\r\n' >x/logs/boot-serial.log
echo log >x/logs/install-serial.log
# verify FAILING ISSUE... [-- LINE...]: with known issues, and other lines
verify() {
	failing=$1 i=
	shift
	{
		printf 'format: 2\ntest: x\ncollect_scripts: []\nknown_issues:\n'
		n=0
		for i; do
			n=$((n + 1))
			[ "$i" != -- ] || break
			echo "  - {at: 'known-issues.yaml:$n:3', issue: {test: x, until: $soon, $i}}"
		done
		[ $n -gt 0 ] || echo '  []'
		[ "${i:-}" != -- ] || { while [ "$1" != -- ]; do shift; done && shift &&
			printf '%s\n' "$@"; }
		echo checks:
		for f in one two three; do
			case " $failing " in
			*" $f "*) echo "  - {name: check $f, file: $f, has_line: bad}" ;;
			*) echo "  - {name: check $f, file: $f, has_line: good}" ;;
			esac
		done
	} >x/verify.yaml
	run vt-verify --skip-is-done x
}
one='check: one$, bug: "https://bugs/1", says: it is so'
verify one
status_is 1 "without an entry a failure is one"
hasnt x/result.json known_issues "of which nothing is known"
verify one "$one"
status_is 1 "a known failure is one by default"
has x/result.json '"known": "https://bugs/1: it is so"' "result.json has the bug"
has x/result.tap '^not ok [0-9]+ - check one$' "TAP: it counts"
has x/result.tap '^#   known: +https://bugs/1: it is so$' "TAP: the bug"
has x/result.xml '<failure type="known"' "JUnit: its type"
has x/result.xml '^known: https://bugs/1' "JUnit: the bug"
has "$work/err" 'known failure: https://bugs/1: it is so: check one: ' "the message"
run vt-report x
has "$work/out" '^x +KNOWN FAILURE .*check one: .* \(known: https://bugs/1: it is so\)' \
	"the table"
VT_KNOWN=skip verify one "$one"
status_is 0 "KNOWN=skip: it does not count"
has x/result.json '"status": "skipped"' "it is a skip"
has x/result.json '"cause": "check one: ' "with its cause"
has x/result.tap '^not ok [0-9]+ - check one # TODO https://bugs/1: it is so$' "TAP: TODO"
has x/result.xml 'failures="0" errors="0" .*skipped="1"' "JUnit: skipped"
has x/result.xml '<skipped message="known: https://bugs/1' "JUnit: why"
ok "JUnit: XML" xmllint --noout x/result.xml
ok "but it has no stamp: it is tried again" test ! -e x.done
has x/history ' 77 verify ' "the history has the phase"
run vt-report --status x
status_is 77 "a skip in vt-report"
has "$work/out" '^x +known failure ' "which shows what it is"
VT_KNOWN=maybe verify one "$one"
status_is 2 "KNOWN: other words"
has "$work/err" "VT_KNOWN: 'maybe' is not fail or skip" "are refused"

VT_KNOWN=skip verify 'one two' "$one"
status_is 1 "a failure beside it counts"
has x/result.json '"cause": "check two: ' "and is the cause"
has x/result.tap '^not ok [0-9]+ - check one # TODO' "the known one is told apart"
VT_KNOWN=skip verify 'one two' "$one" 'check: two, bug: b2'
status_is 0 "unless it is known as well"
verify two "$one"
hasnt x/result.json '"known":' "an entry for another check is none"
has x/result.json '"state": "unmatched"' "which result.json has"
VT_KNOWN=skip verify 'one three' 'line: "of-mine: .*broken$", bug: b'
status_is 0 "a line of the console, for all checks"
VT_KNOWN=skip verify 'one three' 'line: "of-mine: .*whole", bug: b'
status_is 1 "a line that is not there"
VT_KNOWN=skip verify 'one three' 'check: one, line: of-mine, bug: b'
status_is 1 "line and check: only that check"
VT_KNOWN=skip verify one 'check: two, line: of-mine, bug: b'
status_is 1 "both are needed"

# Fault of the host, a phase, a timeout
mv x/logs/boot-serial.log x/away
VT_KNOWN=skip verify one 'check: ., bug: b'
status_is 3 "a fault of the host is not known"
hasnt x/result.json '"known":' "nor is what failed with it"
mv x/away x/logs/boot-serial.log
phase boot 4
VT_KNOWN=skip verify one 'check: ^boot$, bug: b'
run env VT_KNOWN=skip vt-verify --failed=boot x
status_is 77 "a phase that failed: its name is that of the check"
has x/result.json '"cause": "boot: boom"' "the cause"
run vt-verify --failed=boot x
status_is 4 "by default a timeout stays one"
has x/result.json '"known": "b"' "but is known"
VT_KNOWN=skip verify one 'line: of-mine, bug: b'
run env VT_KNOWN=skip vt-verify --failed=boot x
status_is 77 "by a line of its console"
echo '{' >x/verify.yaml
run vt-verify --failed=boot x
status_is 4 "a broken verify.yaml does not matter then"
phase boot 0

# Until when
soon=$past
VT_KNOWN=skip verify one "$one"
status_is 1 "after its last day an entry does not apply"
has x/result.json '"state": "expired"' "result.json"
has x/result.tap '^# known issue that has expired: known-issues.yaml:1:3: https://bugs/1$' "TAP"
run vt-report x
has "$work/err" "known-issues.yaml:1:3: expired on $past, .*: https://bugs/1" "vt-report"
soon=$(day 0)
VT_KNOWN=skip verify one "$one"
status_is 0 "on that day it does"
verify one -- "grace: $(day 0)"
status_is 0 "grace: a failure does not count"
has x/result.tap "# TODO a new test, until $(day 0)" "and says why"
verify one "$one" -- "grace: $(day 0)"
status_is 0 "nor does a known one"
has x/result.tap '# TODO https://bugs/1' "which has its bug"
verify one -- "grace: $past"
status_is 1 "after it, it counts"
verify '' -- "grace: $(day 0)"
status_is 0 "a new test that passes"
has x/result.json '"status": "passed"' "has passed"
soon=$(day 3)

# Entries that nothing matches
mkdir tests
verify '' "$one"
mv x tests/x
cp -r tests/x tests/y
sed -i 's/"test": *"x"/"test": "y"/' tests/y/result.json
run vt-report tests
has "$work/err" 'known-issues.yaml:1:3: no failure matches any more: https://bugs/1' \
	"an entry that no failure matches"
is "$(grep -c 'any more' "$work/err")" 1 "is told once"
run vt-report tests/x
hasnt "$work/err" 'any more' "not for one test"
echo x >names
run vt-report --tests=names tests
has "$work/err" 'any more' "for some of them, if the others have a result"
sed -i 's/unmatched/matched/' tests/y/result.json
run vt-report --tests=names tests
hasnt "$work/err" 'any more' "but not if one of those matches"
sed -i 's/"matched/"unmatched/' tests/y/result.json
touch -d '1 hour' tests/y/verify.yaml
run vt-report tests
hasnt "$work/err" 'any more' "not while a test is not up to date"
touch -d '1 hour ago' tests/y/verify.yaml
mkdir tests/z && : >tests/z/verify.yaml
run vt-report tests
hasnt "$work/err" 'any more' "nor while one has not run"
rm -r tests/z
run vt-report tests
has "$work/err" 'any more' "but then"
python3 - tests/x/result.json <<'P'
import json, sys
j = json.load(open(sys.argv[1]))
j["checks"][0]["excused"] = True
json.dump(j, open(sys.argv[1], "w"))
P
run vt-report --status tests/x
status_is 3 "a result.json that excuses what is not known is no result"

# By make: a phase that fails, and a test that has never run
fake_machines
cp -r "$work/d/tests" examples/
for t in a b; do echo 'conf_file: tests/c.yaml' >examples/$t.yaml; done
echo "- {test: '*', line: of-mine, bug: b1, until: $soon}" >examples/known-issues.yaml
export FAKE_SAYS="echo 'of-mine: it fails'" FAKE_SECONDS=0.2
vt() { run timeout 120 make --no-print-directory "$@"; }
vt FILTER=name=a vmtest
status_is 2 "make: a known failure is one"
has "$work/out" '^a +KNOWN FAILURE .*\(known: b1\)' "and is known"
vt VT_KNOWN=skip failed
status_is 0 "make failed, KNOWN=skip: it does not count"
has "$work/out" '^b +known failure ' "what has never run is run as well"
has "$work/out" '^2 tests: 2 known failure' "all of it"
ok "no phase after it has run" test ! -e tests/a/logs/boot.json -a ! -e tests/a.done
vt VT_KNOWN=skip failed
has "$work/err" 'nothing to do: no test failed last time or has never run' "no test is left"
vt VT_KNOWN=often vmtest
has "$work/err" "VT_KNOWN: 'often' is not fail or skip" \
	"KNOWN is checked before a test runs"
done_testing

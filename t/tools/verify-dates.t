#!/bin/sh
# skip_by_date in vt-verify: before fixby, from then on, after removeby.
. "$(dirname "$0")/../lib.sh"
day() { date -d "$1 days" +%F; }
mkdir -p "$work/x/collect" "$work/x/logs"
cd "$work" || exit 3
echo good >x/collect/a
# verify FIXBY REMOVEBY WANTED [MORE]: of a check that passes for "good"
verify() {
	cat >x/verify.yaml <<Y
format: 2
test: x
expected_failure: ${must_fail:-false}
skip_by_date: [{bug: 7, fixby: $(day "$1"), removeby: $(day "$2")${4:-}}]
checks:
  - {name: mine, file: a, equals: "$3\n"}
  - {name: other, file: a, exists: true}
Y
	run vt-verify x
}
phase='{"format": 1, "exit": 0, "outcome": "passed", "cause": "", "seconds": 1}'
for p in install boot collect; do echo "$phase" >x/logs/$p.json; done

verify 3 9 bad ', tests: [mine]'
has x/result.tap '^ok .* mine # SKIP .*not fixed yet: failed' "before fixby: a failure"
hasnt x/result.tap '^ok .* other # SKIP' "of the others nothing"
verify 3 9 good ', tests: [test_mine]'
has x/result.tap '^ok .* mine # SKIP .*passed' "before fixby: a pass as well"
verify 0 9 bad ', tests: [mine]'
has x/result.tap '^not ok .* mine' "on fixby it counts"
verify -3 0 good ', tests: [mine]'
has x/result.tap '^ok .* mine$' "until removeby"
verify -9 -1 good ', tests: [mine]'
has x/result.tap '^not ok .* mine' "after it even a pass fails"
has x/result.tap 'remove it' "and says why"
verify 3 9 good ', tests: [mien]'
has x/result.tap "^ok .* skip_by_date mien # SKIP .*no check .* named 'mien'" \
	"a name of no check is told"
verify -9 -1 good ', tests: [mien]'
has x/result.tap '^not ok .* skip_by_date mien' "and fails when it must go"
echo '{"format": 1, "exit": 1, "outcome": "failed", "cause": "boom", "seconds": 1}' >x/logs/install.json
verify 3 9 good
status_is 77 "a phase that fails before fixby"
has x/result.json '"status": *"skipped"' "is a skip"
must_fail=true
echo log >x/logs/install-serial.log
verify -9 -1 good
status_is 1 "after removeby an expected failure is none"
has x/result.tap '^not ok .* expected_failure' "the entry is to be removed"
verify -3 0 good
status_is 0 "until then it is"
sed -i 's/"exit": 1/"exit": 4/' x/logs/install.json
verify 0 9 good
status_is 4 "a timeout is none"
verify 3 9 good
status_is 77 "but before fixby it is a skip"
done_testing

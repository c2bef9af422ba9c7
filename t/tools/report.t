#!/bin/sh
# vt-report: the table, and the run's true status.
. "$(dirname "$0")/../lib.sh"
need xmllint

put() { # NAME STATUS EXIT CAUSE SEE [CHECKS]
	mkdir -p "$work/tests/$1"
	cat >"$work/tests/$1/result.json" <<-J
	{"format":1,"test":"$1","status":"$2","exit":$3,"cause":"$4","see":"$5",
	 "phases":{"install":{"seconds":93.25,"outcome":"poweroff"},
	 "boot":{"seconds":61,"outcome":"poweroff"}},"checks":[${6:-}]}
	J
}
status() { # EXPECTED WHAT, of $work/tests
	run vt-report --status "$work/tests"
	status_is "$1" "$2"
}

put simple passed 0 "" ""
: >"$work/tests/tests.mk" # as vt-rules does
status 0 "all passed"
has "$work/out" '^test +verdict +install +boot +checks +answered +cause$' "a heading"
has "$work/out" '^simple +passed +93\.2 s +61\.0 s$' "a line with times"
has "$work/out" '^1 test: 1 passed$' "a count"

sed -i 's/"checks"/"statements":3,"unanswered":[{"statement":"size"}],"checks"/' \
	"$work/tests/simple/result.json"
status 0 "with statements"
has "$work/out" '^simple +passed .* 2 of 3$' "statements that are answered"

put skip skipped 77 "no check could be made" result.tap
status 0 "a skip is no failure"
put fails failed 1 "mount /home: nothing is mounted" collect/proc_mounts
status 1 "a failure"
has "$work/out" "^fails +FAILED .*mount /home: nothing is mounted \(see $work/tests/fails/collect/proc_mounts\)" \
	"cause and where to look"
put hangs failed 4 "boot: timeout" logs/boot-serial.log
status 4 "a hang is worse"
put input error 2 "vm.yaml:1:1: no" logs
status 2 "bad input is worse"
mkdir -p "$work/tests/killed/logs" "$work/tests/planned"
: >"$work/tests/planned/verify.yaml"
status 3 "a test without a result is worst"
has "$work/out" '^killed +NO RESULT .*the test did not finish' "it is shown"
hasnt "$work/out" '^planned' "what never ran is not, of a whole directory"
has "$work/out" '^6 tests: ' "all are counted"
run vt-report "$work/tests"
status_is 0 "without --status the table is what counts"
run vt-report --status "$work/tests/simple" "$work/tests/planned/"
status_is 3 "a test that was named has to have a result"
has "$work/out" '^planned +NO RESULT' "and is shown"
run vt-report --status "$work/tests/skip"
status_is 77 "all skipped"
mkdir "$work/none"
run vt-report --status "$work/none"
status_is 2 "no tests are not a success"
has "$work/err" "no test has run in '$work/none'" "the message says so"

echo '{' >"$work/tests/killed/result.json"
run vt-report --status "$work/tests/killed"
status_is 3 "a broken result is no result"
put evil failed 1 '\u001b[2J\u0000\nforged  passed' '\u001b]0;x\u0007'
run vt-report "$work/tests/evil"
is "$(wc -l <"$work/out")" 3 "hostile texts stay on their line"
ok "without control characters" sh -c \
	"! LC_ALL=C grep -q '[[:cntrl:]]' '$work/out'"
run vt-report
status_is 2 "no operand"

# One JUnit file, and tests by name
put plain failed 1 "" "" '{"name":"a","status":"ok","seconds":1.25},
	{"name":"b","status":"not ok","found":"<b>","seconds":0.25},
	{"name":"c","status":"skip","found":"not here"}'
run vt-report "$work/tests/plain"
has "$work/out" '^plain +FAILED .* 2$' "checks that were made are counted"
echo 'no XML' >"$work/tests/plain/result.xml"
mkdir -p "$work/tests/x&y"
printf 'plain\nx&y\n' >"$work/names"
run vt-report --status --junit="$work/junit.xml" --tests="$work/names" \
	"$work/tests"
status_is 3 "a named test without a result"
is "$(wc -l <"$work/out")" 4 "those that are named, and no other"
ok "the JUnit file is XML" xmllint --noout "$work/junit.xml"
has "$work/junit.xml" '^<testsuites tests="4" failures="1" errors="1" skipped="1" time="1.500">' \
	"with the sums of all"
has "$work/junit.xml" '<failure type="check" message="&lt;b&gt;">' \
	"of what result.json has, whatever is in result.xml"
has "$work/junit.xml" '<testcase classname="x&amp;y" name="result"' \
	"what has no result is an error in it"

# Verdicts of before
put plain passed 0 "" ""
past() { # LINE...: TIME STATUS PHASE SUM
	printf '2026-01-01T00:00:00Z %s\n' "$@" >"$work/tests/plain/history"
	run vt-report --status "$work/tests/plain"
}
past "1 boot aaaa" "0 - aaaa"
has "$work/out" '^plain +failed, then passed ' "it failed, and then passed"
status_is 0 "which is no failure"
past "4 boot aaaa" "1 boot bbbb" "0 - aaaa"
has "$work/out" '^plain +failed, then passed ' "so with a hang, and a while ago"
past "1 boot aaaa" "0 - bbbb"
has "$work/out" '^plain +passed ' "with other inputs it is mended"
past "3 boot aaaa" "0 - aaaa"
has "$work/out" '^plain +passed ' "a fault of the host is none of the test"
past "0 - aaaa" "garbage" "1 x"
has "$work/out" '^plain +passed ' "a pass first, and broken lines"
done_testing

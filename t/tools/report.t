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
has "$work/junit.xml" '^<testsuites tests="4" failures="1" errors="1" time="1.500">' \
	"with the sums of all"
has "$work/junit.xml" '<failure type="check" message="&lt;b&gt;">' \
	"of what result.json has, whatever is in result.xml"
has "$work/junit.xml" '<testcase classname="x&amp;y" name="result"' \
	"what has no result is an error in it"

# JUnit and CTRF, as CI systems read them
data=$top/t/data
put shapes failed 1 "<&>" "logs" '
	{"name":"a","status":"ok","seconds":1.25},
	{"name":"b","status":"not ok","expected":"x\ny","found":"]]>\u0001&",
	 "at":"d/a.yaml:7:3","why":"w","see":"logs","detail":"one\ntwo",
	 "seconds":0.25},
	{"name":"c","status":"skip","found":"not here"},
	{"name":"d","status":"not ok","found":"no room","host":true}],
	"versions":[{"name":"vt","value":"0.1"},{"name":"image.squashfs",
	 "value":"bookworm/amd64/1/squashfs \u001b[2Jsha256:abc"}],"unanswered":['
put timed failed 4 "boot: timeout" "" '{"name":"boot","status":"not ok",
	"found":"timeout","seconds":1234.5}'
sed -i 's/"seconds":61,/"seconds":61,"started":"2026-01-02T03:04:05Z",/' \
	"$work/tests/timed/result.json"
run vt-report --junit="$work/junit.xml" --ctrf="$work/ctrf.json" \
	"$work/tests/shapes" "$work/tests/timed"
status_is 0 "results of all kinds"
ok "JUnit has the shape that Jenkins and GitLab read" xmllint --noout \
	--relaxng "$data/junit.rng" "$work/junit.xml"
xpath() { xmllint --xpath "$1" "$work/junit.xml"; }
is "$(xpath 'count(//testcase)')" 5 "one case for each check"
is "$(xpath 'string(//property[@name="vt"]/@value)')" 0.1 "versions are properties"
is "$(xpath 'string(//property[@name="image.squashfs"]/@value)')" \
	"bookworm/amd64/1/squashfs sha256:abc" "of images, too"
is "$(xpath 'string(//testsuite[@name="timed"]/@time)')" 1234.500 "time per test"
is "$(xpath 'count(//failure)') $(xpath 'count(//error)')" "2 1" \
	"what the host is at fault for is an error"
for change in 's/<testsuite /<testsuite skipt="1" /' 's/ classname="[^"]*"//' \
	's/ time="[0-9.]*"/ time="1,5"/' 's/<failure /<fail /; s/failure>/fail>/' \
	's/<property /<property x="y" /' 's/<testsuites /<testsuites skipped="1" /'; do
	sed "$change" "$work/junit.xml" >"$work/other.xml"
	ok "other shapes are seen: $change" sh -c "! xmllint --noout \
		--relaxng '$data/junit.rng' '$work/other.xml'"
done
if python3 -c 'import jsonschema' 2>"$work/null"; then
	cat >"$work/valid.py" <<-'P'
	import json, sys, jsonschema
	schema, document = (json.load(open(f)) for f in sys.argv[1:3])
	for change in sys.argv[3:]:
	    exec(change, {"d": document})
	jsonschema.validate(document, schema)
	P
	valid() { python3 "$work/valid.py" "$data/ctrf.schema.json" "$work/ctrf.json" "$@"; }
	ok "CTRF has the shape of its schema" valid
	for change in 'd["x"] = 1' 'd["specVersion"] = "1"' \
		'del d["results"]["summary"]["other"]' \
		'd["results"]["tests"][0]["status"] = "ok"' \
		'd["results"]["tests"][0]["duration"] = 1.5' \
		'd["results"]["tests"][0]["name"] = ""'; do
		valid "$change" 2>"$work/null"
		ok "other shapes are seen: $change" test $? -ne 0
	done
else
	skip "CTRF has the shape of its schema" "python3-jsonschema is not installed"
fi
json() { python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
print(eval(sys.argv[2], {"r": d["results"], "t": d["results"]["tests"]}))' \
	"$work/ctrf.json" "$1"; }
is "$(json '[t["status"] for t in t]')" \
	"['passed', 'failed', 'skipped', 'failed', 'failed']" "its statuses"
is "$(json '[t.get("rawStatus") for t in t]')" \
	"[None, 'failed', None, 'host fault', 'timeout']" "and those of vt"
is "$(json '(t[1]["filePath"], t[1]["line"], t[1]["suite"])')" \
	"('d/a.yaml', 7, ['shapes'])" "the place of a check"
is "$(json '[r["summary"][k] for k in ("tests", "passed", "failed", "skipped", "suites")]')" \
	"[5, 1, 3, 1, 2]" "the sums"
is "$(json 'r["summary"]["stop"] - r["summary"]["start"]')" 61000 "start and stop"
is "$(json 'r["extra"]["versions"]["shapes"]["vt"]')" 0.1 "and the versions"
cp "$work/ctrf.json" "$work/first"
run vt-report --ctrf="$work/ctrf.json" "$work/tests/shapes" "$work/tests/timed"
ok "the same results give the same bytes" cmp "$work/first" "$work/ctrf.json"

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

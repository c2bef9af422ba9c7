#!/bin/sh
# Every operator of `verify:` holds, fails, and says what it found; those with
# words of their own, and how programs end.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
fixture
f=$work/good/collect
printf ' a \nb\na\n\tab\n' >"$f/list"
cp "$f/version" "$f/version2"
echo 12.9 >"$f/other"
cat >"$f/state.json" <<'J'
{"v1": {"errors": [], "stage": "final", "n": 3, "x": 1.5, "none": null,
  "ok": true, "a.b": {"c": [10, 20, 30]}, "big": 9007199254740993}}
J
mkdir -p "$work/good/logs/posted"
echo 'installed well' >"$work/good/logs/posted/install.log"

asks() { # CHECK: the inside of a YAML map
	fresh
	sed -i '/^checks:/,$d' "$case/verify.yaml"
	printf 'checks:\n  - {name: x, at: "d.yaml:1:2", %s}\n' "$1" \
		>>"$case/verify.yaml"
	verify
}
title() { printf %s "$1" | tr '\\#' '/.'; }
passes() {
	asks "$1"
	is "$(outcome x)" ok "$(title "$1")"
}
fails() { # CHECK [ERE of what was found]
	asks "$1"
	is "$(outcome x)" "not ok" "fails: $(title "$1")"
	[ $# -lt 2 ] || has "$work/out" "^#   found: +$2" "found: $2"
}
skips_() { # CHECK ERE
	asks "$1"
	is "$(outcome x)" skip "skipped: $(title "$1")"
	has "$work/out" "# SKIP.*$2" "because: $2"
}

# Lines
passes 'file: list, lacks_line: c'
fails 'file: list, lacks_line: b' 'line 2'
fails 'file: list, lacks_line: a' 'line 1'
fails 'file: nothing, lacks_line: a' "no file 'nothing'"
passes 'file: logs/posted/install.log, has_line: installed well'
passes 'file: list, not_matches: "^c"'
fails 'file: list, not_matches: "^.ab$"' 'line 4'
fails 'file: nothing, not_matches: a' "no file"
passes 'file: logs/install-serial.log, not_matches: "no such words"'

# Counts
passes 'file: list, count: {value: 4}'
passes 'file: list, count: {line: a, value: 2}'
passes 'file: list, count: {matches: "^[[:space:]]*a", value: 3}'
passes 'file: list, count: {matches: a, op: ">=", value: 3}'
passes 'file: list, count: {matches: c, value: 0}'
passes 'file: marker, count: {value: 0}'
fails 'file: list, count: {line: a, value: 1}' '2 lines$'
fails 'file: list, count: {line: a, op: "!=", value: 2}'
fails 'file: list, count: {line: a, op: ">", value: 2}'
fails 'file: list, count: {line: a, op: "<", value: 2}'
fails 'file: list, count: {line: a, op: "<=", value: 1}'
fails 'file: list, count: {line: a, op: ">=", value: 3}'
passes 'file: list, count: {line: a, op: "<", value: 3}'
fails 'file: nothing, count: {value: 0}' "no file"

# JSON
j() { echo "file: state.json, json: {path: $1${2:+, op: $2}${3:+, value: $3}}"; }
passes "$(j v1.stage '"=="' final)"
passes "$(j v1.n '' 3)"
passes "$(j v1.n '' 3.0)"
passes "$(j v1.x '">"' 1)"
passes "$(j v1.ok '' true)"
passes "$(j v1.none '' null)"
passes "$(j v1.errors '' '[]')"
passes "$(j "'v1[\"a.b\"].c[-1]'" '' 30)"
passes "$(j "'.v1[\"a.b\"]'" '' '{c: [10, 20, 30]}')"
passes "$(j "'v1[\"a.b\"].c'" has 20)"
passes "$(j "'v1[\"a.b\"].c'" lacks 25)"
passes "$(j v1 has stage)"
passes "$(j v1.stage has ina)"
passes "$(j v1.stage matches "'^f.*l$'")"
passes "$(j v1.stage exists)"
passes "$(j v1.nothing absent)"
passes "$(j v1.big '"<"' 9007199254740994)"
# a text, number, true or null alone is JSON too
passes 'file: version, json: {path: ., value: 12.8}'
passes 'file: version, json: {path: "", op: "<", value: 13}'
fails 'file: version, json: {path: ., value: 12}' '12.8'
fails 'file: version, json: {path: a, value: 12}' "no value at 'a'"
fails "$(j v1.stage '' Final)" '"final"'
fails "$(j v1.n '' "'3'")" 3
fails "$(j v1.n '"!="' 3)"
fails "$(j v1.n '"<"' 3)"
fails "$(j v1.n '"<="' 2)"
fails "$(j v1.n '">"' 3)"
fails "$(j v1.n '">="' 4)"
fails "$(j v1.stage '">="' 4)" '"final": operator .>=. does not apply'
fails "$(j v1.n lacks 4)" '3: operator .lacks. does not apply'
fails "$(j "'v1[\"a.b\"].c'" has "'20'")"
fails "$(j v1.stage has inx)"
fails "$(j v1.stage lacks ina)"
fails "$(j v1.stage matches "'^x'")"
fails "$(j v1.nothing exists)" "no value at 'v1.nothing', only at v1"
fails "$(j v1.nothing '' null)" "no value at"
fails "$(j v1.nothing '"!="' 3)" "no value at"
fails "$(j v1.stage absent)"
fails 'file: fstab, json: {path: a, value: 1}' 'fstab:1:1: bad JSON'
fails 'file: marker, json: {path: a, op: absent}' "'marker' is empty"
fails 'file: nothing, json: {path: a, op: absent}' "no file"

# Two files, and the host
passes 'file: version, same_as: version2'
fails 'file: version, same_as: other' "'12.8'"
has "$work/out" "expected: +the same text as 'other': '12.9'" "and expected"
fails 'file: version, same_as: nothing' "no file 'nothing'"
fails 'file: nothing, same_as: version' "no file 'nothing'"
skips_ 'file: version, same_as_host: [echo, "12.8"]' VT_HOST_CHECKS=1
asks "file: version, same_as_host: [touch, $work/ran]"
ok "a command of the host does not run unasked" test ! -e "$work/ran"
export VT_HOST_CHECKS=yes
passes 'file: version, same_as_host: [echo, "12.8"]'
passes 'file: version, same_as_host: [sh, -c, "cat $VT_COLLECT_DIR/version2; echo x >&2"]'
fails 'file: version, same_as_host: [echo, "12.9"]' "'12.8'"
fails 'file: version, same_as_host: [sh, -c, "echo 12.8; exit 3"]' '.*exit status 3'
fails 'file: version, same_as_host: no-such-command-of-vt'
fails 'file: nothing, same_as_host: [echo]' "no file"
unset VT_HOST_CHECKS

# Not for this test
skips_ 'file: version, equals: x, skip: "release is a, the check is for b"' \
	'release is a, the check is for b'
is "$(outcome install_log)$(outcome 'install_log success')" \
	"no such checkok" "the others are made"

# Deadlines: a program ends with all it started, even what left its group.
cat >"$work/forker" <<'S'
#!/bin/sh
setsid sh -c 'echo $$ >>"$VT_TEST_DIR/pids"; exec sleep 300' &
sh -c 'echo $$ >>"$VT_TEST_DIR/pids"; exec sleep 300' &
while [ "$(wc -l <"$VT_TEST_DIR/pids" 2>/dev/null || echo 0)" -lt 2 ]; do
	sleep 0.05
done
[ "$1" != hang ] || exec sleep 300
echo 1..1
echo ok 1
S
chmod +x "$work/forker"
gone() {
	left=0
	while read -r pid; do
		! kill -0 "$pid" 2>/dev/null || left=$((left + 1))
	done <"$case/pids"
	is "$left of $(wc -l <"$case/pids")" "0 of 2" "$1"
}
lines() { [ "$(wc -l <"$1" 2>/dev/null)" -ge "$2" ]; }
all_ended() {
	while read -r pid; do
		! kill -0 "$pid" 2>/dev/null || return 1
	done <"$case/pids"
}
start=$(date +%s)
fails "timeout: 2, run: [$work/forker, hang]" '.*did not end within 2 s'
[ $(($(date +%s) - start)) -lt 20 ]
result $? "a program that hangs has a deadline"
gone "all it started is gone"
passes "run: [$work/forker]"
gone "and so when it ends well"

# What is started keeps the pipe busy: it changes no deadline.
cat >"$work/writer" <<'S'
#!/bin/sh
setsid sh -c 'echo $$ >>"$VT_TEST_DIR/pids"; while :; do echo y; done' &
setsid sh -c 'echo $$ >>"$VT_TEST_DIR/pids"
	while :; do echo y; sleep 0.01; done' &
while [ "$(wc -l <"$VT_TEST_DIR/pids" 2>/dev/null || echo 0)" -lt 2 ]; do
	sleep 0.05
done
[ "$1" != hang ] || exec sleep 300
S
sed 's/while :; do echo y; done/exec sleep 300/' "$work/writer" >"$work/slow"
chmod +x "$work/writer" "$work/slow"
passes "timeout: 60, run: [$work/slow]"
gone "a program that ends: what still writes is gone"
fails "timeout: 2, run: [$work/slow, hang]" '.*did not end within 2 s'
gone "one that hangs: what writes all the time is gone"
fails "timeout: 2, run: [$work/writer, hang]"
gone "one that writes too much"

# vt-verify is killed: what it had started ends.
for how in KILL TERM; do
	fresh
	sed -i '/^checks:/,$d' "$case/verify.yaml"
	printf 'checks: [{name: x, run: [%s, hang]}]\n' "$work/forker" \
		>>"$case/verify.yaml"
	"$bin/vt-verify" "$case" >/dev/null 2>&1 &
	killed=$!
	wait_until 20 lines "$case/pids" 2
	kill -$how $killed
	wait $killed 2>/dev/null
	wait_until 10 all_ended
	gone "after SIG$how"
done

# Hostile: deep JSON, NULs, control characters
perl -e 'print "[" x 100000' >"$f/deep.json"
fails 'file: deep.json, json: {path: "[0]", op: exists}' '.*bad JSON'
printf '{"a":"\\u001b[31m ]]> \\nok 7 - forged"}' >"$f/evil.json"
fails 'file: evil.json, json: {path: a, value: b}'
hasnt "$work/out" '^ok 7 - forged' "guest's JSON is no TAP"
[ "$(tr -d '\11\12\40-\176\200-\377' <"$work/out" | wc -c)" -eq 0 ]
result $? "nor has it control characters"
printf 'a\000b\nc\n' >"$f/nul"
passes 'file: nul, has_line: c'
fails 'file: nul, has_line: a'

# Mistakes have a place
bad() { # CHECK ERE
	asks "$1"
	status_is 2 "refused: $(title "$1")"
	has "$work/err" "verify\\.yaml:[0-9]+:[0-9]+: .*$2" "says: $2"
}
bad 'file: a, lack_line: x' "did you mean 'lacks_line'"
bad 'file: a, has_line: x, lacks_line: x' "two checks"
bad 'file: a, count: 3' "expected"
bad 'file: a, count: {line: a}' "'value' is missing"
bad 'file: a, count: {line: a, matches: b, value: 1}' "cannot be used together"
bad 'file: a, count: {op: has, value: 1}' "unknown op 'has': use one of =="
bad 'file: a, count: {value: -1}' "-1"
bad 'file: a, count: {matches: "(", value: 1}' "regular expression"
bad 'file: a, json: {value: 1}' "'path' is missing"
bad 'file: a, json: {path: "a..b", value: 1}' "bad path 'a..b'"
bad 'file: a, json: {path: "a[x]", value: 1}' "bad path"
bad 'file: a, json: {path: a, op: is, value: 1}' "unknown op 'is'"
bad 'file: a, json: {path: a, op: exists, value: 1}' "does not take a 'value'"
bad 'file: a, json: {path: a, op: matches, value: "["}' "regular expression"
bad 'file: a, json: {path: a}' "'value' is missing"
bad 'file: a, same_as: ""' "empty"
bad 'same_as: b' "needs a 'file'"
bad 'file: a, same_as_host: []' "no command"
bad 'file: a, run: ["true"]' "does not take a 'file'"
bad 'run: ["true"], timeout: 0' "0"
bad 'file: a, equals: b, timeout: 3' "does not take a 'timeout'"
done_testing

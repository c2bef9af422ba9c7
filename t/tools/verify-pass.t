#!/bin/sh
# vt-verify of a test that is as it should be, and what it writes.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
fixture
fresh

verify
status_is 0 "a good test passes"
is "$(head -n 1 "$work/out")" "TAP version 13" "stdout is TAP version 13"
ok "result.tap is the same" cmp "$work/out" "$case/result.tap"
hasnt "$work/out" '^not ok|SKIP' "every check is made and ok"
has "$work/err" '^vt-verify: case: passed, 63 checks$' "one line of words"
is "$(wc -l <"$work/err")" 1 "and only one"
is "$(cat "$case.done")" "case: passed, 63 checks" "the stamp is written"
is "$(of status) $(of exit) $(of format) $(of test)" "passed 0 1 case" \
	"result.json says so"
is "$(find "$case" -maxdepth 1 -type f | sort | tr '\n' ' ')" \
	"$case/history $case/result.json $case/result.tap $case/result.xml $case/verify.yaml " \
	"nothing else is left behind"

ok "prove accepts result.tap" prove "$case/result.tap"
ok "prove accepts it from a pipe" \
	sh -c "vt-verify '$case' 2>/dev/null | prove -e cat /dev/stdin"
echo 0 >"$case/collect/version"
ok "and tells a failure" \
	sh -c "! vt-verify '$case' 2>/dev/null | prove -e cat /dev/stdin"
ok "the stamp of a test that fails is removed" test ! -e "$case.done"
cp -a "$work/good/collect/version" "$case/collect/version"

run sh -c "cd '$work/tests' && vt-verify case/"
status_is 0 "a relative directory with a slash"
ok "has its stamp beside it" test -e "$case.done"
run sh -c "cd '$case' && vt-verify ."
status_is 0 "so does '.'"

if command -v xmllint >/dev/null; then
	ok "result.xml is well-formed" xmllint --noout "$case/result.xml"
	is "$(xmllint --xpath 'string(/testsuites/testsuite/@tests)' \
		"$case/result.xml")" 63 "with every check"
	is "$(xmllint --xpath 'string(//testcase[@name="install"]/@time)' \
		"$case/result.xml")" 93.200 "and the time of a phase"
else
	skip "result.xml is well-formed" "no xmllint"
fi

# What is killed leaves no verdict of before.
fresh
verify
printf '  - {name: slow, run: [sh, -c, ": >\\"$VT_TEST_DIR/began\\"; exec sleep 60"]}\n' \
	>>"$case/verify.yaml"
vt-verify "$case" >/dev/null 2>&1 &
killed=$!
wait_until 20 test -e "$case/began"
kill -9 $killed
wait $killed 2>/dev/null
is "$(find "$case" -name 'result.*' -not -path '*/passed/*')" '' "killed: no result"
ok "and no stamp" test ! -e "$case.done"

fresh
verify
VT_TEST_CRASH=results vt-verify "$case" >/dev/null 2>&1
is $? 137 "killed between two of its results"
none() { [ -z "$(find "$case" -name 'result.*' -not -path '*/passed/*')" ]; }
wait_until 10 none
is "$(find "$case" -name 'result.*' -not -path '*/passed/*')" '' "  none of them remains"
ok "  and no stamp" test ! -e "$case.done"
is "$(cut -d' ' -f2 "$case/history")" 0 "  nor a verdict in the history"

# What cannot be written leaves no verdict of before, and none is printed.
small=$work/small
long=$(printf '%01000d' 7)
if [ "$(id -u)" -eq 0 ] && mkdir "$small" &&
	mount -t tmpfs -o size=3m tmpfs "$small" 2>/dev/null; then
	at_end() { umount "$small"; }
	fresh
	sed -i '/^storage:/,/^checks:/{/^checks:/!d}' "$case/verify.yaml"
	rm -r "$case/disks"
	mv "$case" "$small/case"
	case=$small/case
	verify
	status_is 0 "on a small file system"
	cp "$case/history" "$work/history"
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
		echo "  - {name: long, file: long, equals: '$long'}"
	done >>"$case/verify.yaml"
	echo "$long" >"$case/collect/long"
	dd if=/dev/zero of="$small/fill" bs=4k 2>/dev/null
	verify
	status_is 3 "a full disk"
	has "$work/err" 'No space left' "  the cause"
	hasnt "$work/err" passed "  no verdict is printed"
	is "$(wc -c <"$work/out")" 0 "  nor results"
	is "$(find "$small" -name 'result.*' -not -path '*/passed/*' -o -name '*.done')" '' \
		"  the verdict of before is gone"
	ok "  the history is as before" cmp "$case/history" "$work/history"
	rm "$small/fill"
	verify
	status_is 0 "with space again"
	mount -o remount,ro "$small"
	verify
	status_is 3 "a read-only file system"
	hasnt "$work/err" passed "  no verdict is printed"
	is "$(wc -c <"$work/out")" 0 "  nor results"
	umount "$small"
	at_end() { :; }
	case=$work/tests/case
else
	skip "a full disk" "mounting a tmpfs is not allowed here"
fi

fresh
verify
vt-verify "$case" >/dev/full 2>/dev/null
is $? 3 "standard output is full"
is "$(of status)" passed "there is a result all the same"
ok "and no stamp" test ! -e "$case.done"

# An ordinary user needs no more than to read.
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	chmod 755 "$work" && chown -R 65534:65534 "$work/tests"
	run setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$bin/vt-verify" "$case"
	status_is 0 "an ordinary user verifies disks"
	chmod 555 "$case" "$work/tests"
	run setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$bin/vt-verify" "$case"
	status_is 3 "a directory that cannot be written"
	hasnt "$work/err" passed "  no verdict is printed"
	run vt-report --status "$case"
	status_is 3 "  the verdict of before is gone"
	is "$(stat -c %Y "$case.done")" 0 "  the stamp is old for make"
else
	skip "an ordinary user verifies disks" "not root: every run is one"
fi
done_testing

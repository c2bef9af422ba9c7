#!/bin/sh
# make vmtest with all tools and a script in place of QEMU: two runs at once, a
# make that is killed, a full disk, definitions that are added and removed. (With
# guests: t/vm/run.t)
. "$(dirname "$0")/rules-lib.sh"
need make xmllint qemu-img ps
fake_machines
cp -r "$work/d/tests" examples/
for t in a b; do echo 'conf_file: tests/c.yaml' >examples/$t.yaml; done
FAKE_SAYS="echo 'curtin: Installation finished.'" FAKE_SECONDS=0.2
export FAKE_SAYS FAKE_SECONDS

# the guest powers off each time, and collects no facts
vt() { run timeout 120 make --no-print-directory "$@"; }
all_gone() { ! ps -eo args | grep -v grep | grep -q "$work/fake"; }
vt -j2 vmtest
status_is 2 "guests that collect no facts"
has "$work/err" 'vmtest\] Error 1$' "they are failures"
has "$work/out" '^2 tests: 2 failed$' "the table has both"
has "$work/out" '^a +FAILED .* collect: .*wrote nothing' "and the cause"
ok "one JUnit file" xmllint --noout tests/junit.xml
has tests/report.html '^<section class="test' "and a page of all results"

# What the installer reports: vt-launch decides as vt-verify does
says() { # LINE...: a guest that prints them
	FAKE_SAYS="printf '%s\\n' $(printf "'%s' " "$@")"
	run vt-launch tests/a
}
done='curtin: Installation finished.'
says 'vt-pack: a: start' "$done" 'vt-pack: a: exit status 0'
status_is 0 "success between the marks"
says "$done" 'vt-pack: a: exit status 3'
status_is 1 "success, then exit status 3"
has "$work/err" "ended with 'vt-pack: a: exit status 3', although" "the cause"
says "+ echo $done"
status_is 1 "a traced script that contains the line"
has "$work/err" "only part of the line: '. echo curtin: I" "the cause"
FAKE_SAYS="echo '$done'"

# An installer that must fail: all phases by make's rules, nothing is booted
printf 'conf_file: tests/c.yaml\nexpected_failure: true\n' >examples/e.yaml
FAKE_SAYS="echo 'curtin: Installation failed'" vt FILTER=name=e vmtest
status_is 0 "an installer that fails as it must"
has tests/e/result.json '"status": "passed"' "the test passes"
ok "nothing was booted" test ! -e tests/e/logs/boot.json -a -e tests/e/boot.done
rm -rf tests/e tests/e.done
vt FILTER=name=e vmtest
status_is 2 "one that succeeds"
has tests/e/result.json '"cause": "expected_failure: ' "is the failure"
rm -rf tests/e tests/e.done examples/e.yaml

# Verifying a failure again does not change it
rm -rf tests
FAKE_SAYS="echo 'Kernel panic - x'" vt FILTER=name=a vmtest
cause=$(sed -n 's/^ *"cause": //p' tests/a/result.json)
VT_REUSE_TOPDIR=1 vt FILTER=name=a vmtest
has "$work/err" 'vmtest\] Error 1$' "REUSE_TOPDIR: a failed install fails"
is "$(sed -n 's/^ *"cause": //p' tests/a/result.json)" "$cause" \
	"the cause stays the same"

# The line for CI of vt-report(1), after a definition with a misspelt key: the
# result of an earlier run is not the status
rm -rf tests
mkdir -p tests/a
cat >tests/a/result.json <<'J'
{"format":1,"test":"a","status":"passed","exit":0,"cause":"","see":"",
 "phases":{},"checks":[{"name":"c","status":"ok"}]}
J
echo 'conf_fiel: tests/c.yaml' >examples/wrong.yaml
sed -n 's/^\.Dl \(make .*vt-report .*\)/\1/p' "$top/src/report/vt-report.1" \
	>"$work/ci"
PATH=$work/bin:$PATH run timeout 120 sh "$work/ci"
status_is 2 "the documented line for CI: a misspelt key"
has "$work/err" "wrong.yaml:1:1: .*'conf_fiel'" "its position"
has "$work/out" '^a +passed' "beside an old result"
rm examples/wrong.yaml

# Two runs at once share the tests
rm -rf tests
export FAKE_SECONDS=4
timeout 120 make -j2 vmtest >"$work/out1" 2>"$work/err1" &
first=$!
wait_until 60 test -e tests/a/logs/install-serial.log
vt -j2 vmtest
wait $first
cat "$work/err1" "$work/err" >"$work/both"
has "$work/both" "another run is using 'tests/" \
	"two runs: a test is run by one of them"
for out in "$work/out1" "$work/out"; do
	has "$out" '^2 tests: ' "each ends with a table"
done
ok "the JUnit file is well-formed" xmllint --noout tests/junit.xml
run vt-report --status tests
status_is 1 "each test has a result"

# Killed: the table is printed, and nothing runs on
rm -rf tests
export FAKE_SECONDS=60
for sig in INT KILL; do
	make -j2 vmtest >"$work/out" 2>"$work/err" &
	make=$!
	wait_until 60 test -e tests/a/logs/install-serial.log
	# in a background job make ignores INT, vt-vmtest does not
	[ $sig = KILL ] || kill -INT "$(ps -o pid= --ppid $make | tr -d ' ')"
	[ $sig != KILL ] || kill -KILL $make
	wait $make 2>/dev/null
	ok "$sig: no process runs on" wait_until 5 all_gone
	until_has 10 "$work/out" '^2 tests: '
	has "$work/out" '^a +NO RESULT +the test did not finish' \
		"$sig: the table shows the test that did not end"
	wait_until 10 rm -rf tests # vt-vmtest may still write its page
done
# The make of all tests, whose makes have no other parent
make -j2 vmtest >"$work/out" 2>"$work/err" &
make=$!
wait_until 60 test -e tests/a/logs/install-serial.log
inner=$make
while [ -n "$inner" ] && ! ps -o args= -p "$inner" | grep -q '^make.* vt-run'; do
	inner=$(ps -o pid= --ppid "$inner" | head -n 1 | tr -d ' ')
done
ok "the make of all tests is killed" kill -KILL "$inner"
wait $make 2>/dev/null
ok "KILL of the make of all tests: no process runs on" wait_until 5 all_gone
rm -rf tests
export FAKE_SECONDS=0.2

# The order: the longest first, all phases of one before others begin
for t in c d e; do echo 'conf_file: tests/c.yaml' >examples/$t.yaml; done
for t in a 20 b 10 c 40 d 30; do
	case $t in [a-z]) name=$t && continue ;; esac
	mkdir -p tests/$name
	echo "2026-01-01T00:00:00Z 0 - 0123456789abcdef $t" >tests/$name/history
done
vt vmtest
is "$(awk '$3 == "install" && $4 == "started" { print $2 }' tests/debug.log |
	tr -d '\n')" ecdab "those that never passed, then the longest"
rm -f tests/*.done tests/*/*.done tests/debug.log
FAKE_SECONDS=0.5 vt -j2 vmtest
booted=$(awk '$4 == "started" { print $2, $3 }' tests/debug.log |
	head -n 6 | grep -c boot)
ok "with -j2, tests have booted before the others are installed" \
	test "$booted" -ge 2
for t in c d e; do rm -r examples/$t.yaml tests/$t; done

# Definitions that are removed and added
vt FILTER=name=b vmtest
rm examples/b.yaml
vt vmtest
has "$work/out" '^1 test: ' "a test whose definition was removed is not run"
vt tests/b.done
has "$work/err" "no test 'b'" "make of it fails"
mkdir more
echo 'conf_file: ../examples/tests/c.yaml' >more/a.yaml
vt EXAMPLES='examples more' vmtest
status_is 2 "two definitions of one name"
has "$work/err" "more/a.yaml: the test name 'a' is already used by 'examples/a.yaml'" \
	"the message names both"

# A full disk is a fault of the host
cat >"$work/full" <<'S'
mount -t tmpfs -o size=3m none "$1" || exit 77
FAKE_SAYS="head -c 8000000 /dev/zero | tr '\0' x" \
	timeout 120 make VT_TOPDIR="$1/t" vmtest
S
mkdir "$work/small"
run unshare -rm sh "$work/full" "$work/small"
if [ "$status" -ne 2 ]; then
	skip "a full disk" "cannot mount a tmpfs: $(tail -n 1 "$work/err")"
else
	has "$work/err" 'No space left on device' "the message says that it is full"
	has "$work/err" 'vmtest\] Error 3$' "exit status 3"
	has "$work/out" '^a +NO RESULT|^a +ERROR' "the test in the table"
fi
done_testing

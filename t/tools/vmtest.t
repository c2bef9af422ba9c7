#!/bin/sh
# vt-vmtest with a script in place of make: live lines on a terminal, signals,
# hostile consoles. (With a real make: t/vm/run.t)
. "$(dirname "$0")/../lib.sh"
need python3 flock

top_dir=$work/tests
mkdir -p "$top_dir/a/logs" "$top_dir/b/logs"
# console output that would clear the screen, set the title, wrap and forge lines
perl -e 'print "ok line\n\e[2J\e]0;x\a\000\r\377 deep \xf0\x9f\x92\xa9", "w" x 500, "\n"' \
	>"$top_dir/a/logs/install-serial.log"
cat >"$work/make" <<'S'
#!/bin/sh
for a; do
	case $a in
	tests_list=*) list=${a#*=} ;;
	tests_stale=*) cp "$list" "${a#*=}" && exit ;;
	esac
done
case $* in
*vt-list*) printf 'a b\n' >"$list"; exit ;;
esac
if [ -s "$TESTS/rounds" ]; then # STATUS of install, of boot, of all
	read -r install boot all <"$TESTS/rounds"
	sed -i 1d "$TESTS/rounds"
	rm -f "$TESTS/a/result.json"
	case $all in
	0) word=passed ;;
	1 | 4) word=failed ;;
	77) word=skipped ;;
	*) word=error ;;
	esac
	[ "$all" = none ] || cat >"$TESTS/a/result.json" <<-J
	{"format":1,"test":"a","status":"$word","exit":$all,"cause":"x",
	 "see":"","phases":{"install":{"exit":$install},"boot":{"exit":$boot}},
	 "checks":[]}
	J
	exit 0
fi
flock -n "$VT_IMAGE_DIR/vmtest-images.lock" true || : >"$TESTS/locked"
echo "LOG=$VT_LOG" >&2
# The lock of a running phase, which ends without logging it. Its holder lives:
# outside of the first PID namespace, /proc/locks has no others.
flock "$TESTS/a" sh -c '
echo "2026-01-01T00:00:00.000Z a install started" >>"$VT_LOG"
printf "half of "
sleep 1.3 # the live line is written once a second
echo "a line"
sleep 0.7'
cat "$list" >"$TESTS/ran"
j='{"format":1,"status":"passed","exit":0,"cause":"","see":"","phases":{},"checks":[]}'
for t in a b; do echo "$j" | sed "s/1,/1,\"test\":\"$t\",/" >"$TESTS/$t/result.json"; done
[ ! -e "$TESTS/hang" ] || { echo 'it hangs' && sleep 30; }
S
chmod +x "$work/make"
TESTS=$top_dir VT_IMAGE_DIR=$work/images
export TESTS VT_IMAGE_DIR
mkdir "$VT_IMAGE_DIR"

# Without a terminal
run vt-vmtest "$top_dir" -- "$work/make"
status_is 0 "a run that passes"
hasnt "$work/err" "$(printf '\033')" "no escape sequences"
has "$work/err" "^LOG=$top_dir/debug.log$" "the default run log"
has "$work/out" '^2 tests: 2 passed$' "the table"
ok "images are locked during the run" test -e "$top_dir/locked"
has "$top_dir/debug.log" ' - run passed in ' "the end is in the run log"
run env VT_LOG="$work/own.log" vt-vmtest "$top_dir" -- "$work/make"
has "$work/own.log" ' - run vmtest: 2 tests' "LOG names another run log"
run env VT_SHUFFLE_TESTS=0 vt-vmtest "$top_dir" -- "$work/make"
is "$(tr '\n' ' ' <"$top_dir/ran")" "a b " "in order without SHUFFLE_TESTS"
rm -r "$top_dir/b/"*
run vt-vmtest --select=failed "$top_dir" -- "$work/make"
is "$(cat "$top_dir/ran")" b "failed: what has never run is run"
seen=
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	case $seen in *"b a"*) break ;; esac
	run vt-vmtest "$top_dir" -- "$work/make"
	seen="$seen $(tr '\n' ' ' <"$top_dir/ran")"
done
is "$(echo "$seen" | grep -c 'b a')" 1 "another order with SHUFFLE_TESTS"

# On a terminal
: >"$work/script"
at_terminal() {
	TERM=xterm python3 "$top/t/vm/at-terminal.py" "$work/script" \
		"$@" >"$work/out" 2>&1
	# the terminal's screen: apply the escape sequences that erase lines
	perl -0777 -pe 's/\r\n/\n/g; 1 while s/(?:[^\n]*\n){1}\r\e\[1A\e\[J//' \
		"$work/out" >"$work/screen"
}
at_terminal vt-vmtest "$top_dir" -- "$work/make"
has "$work/out" '^a  install  0:0[01]  \?* ?\?? ?deep \?+w+' \
	"a live line: test, phase, time, the console's last line"
is "$(LC_ALL=C tr -d '\n\r' <"$work/out" | LC_ALL=C grep -aoP '\x1b(?!\[[0-9]+A\x1b\[J|\[J)' | wc -l)" 0 \
	"no escape sequences of the guest"
is "$(grep -aoE '^a  install.*' "$work/out" | awk '{ if (length($0) > 81) n++ } END { print n + 0 }')" 0 \
	"no line is wider than the terminal"
has "$work/screen" '^half of a line$' \
	"a line that was written in two parts is whole"
hasnt "$work/screen" '^a  install' "live lines are erased"
has "$work/out" 'restored: yes' "the terminal is restored"
at_terminal env VT_VERBOSE=1 vt-vmtest "$top_dir" -- "$work/make"
hasnt "$work/out" 'a  install  0:' "VERBOSE: no live lines"
at_terminal env TERM=dumb vt-vmtest "$top_dir" -- "$work/make"
hasnt "$work/out" 'a  install  0:' "a dumb terminal: no live lines"

# Signals
: >"$top_dir/hang"
printf 'expect it hangs\nterm\n' >"$work/script"
at_terminal vt-vmtest "$top_dir" -- "$work/make"
has "$work/out" '^2 tests: 2 passed' "TERM: the table is printed"
has "$work/out" 'status: -15' "TERM: vt-vmtest ends by the signal"
rm "$top_dir/hang"

# Rounds of one test
: >"$top_dir/a/verify.yaml"
rounds() { # ROUND...: what each comes to
	printf '%s\n' "$@" >"$top_dir/rounds"
	run vt-vmtest --test=a --repeat=$# "$top_dir" -- "$work/make"
}
rounds '0 0 0' '0 4 4' '0 0 1' '1 1 1' '0 0 1'
has "$work/out" \
	'^a: failed, then passed: 5 rounds: 1 passed, 1 timeout in boot, 2 failed in verify, 1 failed in install$' \
	"repeat: how the rounds ended, and in which phase"
status_is 4 "repeat: the exit status is the worst of the rounds"
has "$top_dir/a/repeat.json" '"verdict": "failed, then passed"' \
	"repeat.json has the verdict"
has "$top_dir/a/repeat/2/result.json" '"exit":4' \
	"repeat: what a failed round left is kept"
ok "repeat: the last round stays where it is" test ! -e "$top_dir/a/repeat/5"
rounds '0 0 0' '0 0 none' '0 0 77'
has "$work/out" \
	'^a: host fault: 3 rounds: 1 passed, 1 host fault in no result, 1 skipped$' \
	"repeat: a round without a result is a fault of the host"
status_is 3 "repeat: a fault of the host is the worst"
rounds '0 0 0' '0 0 0'
has "$work/out" '^a: passed: 2 rounds: 2 passed$' \
	"repeat: all rounds passed"
status_is 0 "repeat: status 0 when all rounds passed"
rounds '0 0 77'
status_is 0 "repeat: status 0 when all rounds were skipped"

# Usage
run vt-vmtest "$top_dir"
status_is 2 "no command"
run vt-vmtest --select=x "$top_dir" -- true
status_is 2 "an unknown selection"
run vt-vmtest --test=a "$top_dir" -- true
status_is 2 "--test without --repeat"
run vt-vmtest "$top_dir" -- false
status_is 2 "a make that fails"
has "$work/err" 'no test was run' "the message says so"
run env VT_LOG="$work/no/such" vt-vmtest "$top_dir" -- "$work/make"
is "$(grep -c 'cannot write the run log' "$work/err")" 1 \
	"a run log that cannot be written is reported once"
done_testing

#!/bin/sh
# After a run: the screens of its failures at a terminal, which vt-report --last
# shows again; the commands in them; vt-report --log with and without a pager.
. "$(dirname "$0")/rules-lib.sh"
need make qemu-img
fake_machines
cp -r "$work/d/tests" examples/
for t in a b; do echo 'conf_file: tests/c.yaml' >examples/$t.yaml; done
# hostile: escape sequences, forged lines, and more lines than fit
cat >"$work/says" <<'S'
i=0
while [ $i -lt 60 ]; do echo "line $i of the guest" && i=$((i + 1)); done
printf 'red \033[31m\033]0;x\007\r\n'
echo 'Kernel panic - not syncing: of-mine'
echo 'panic, indeed'
S
export FAKE_SAYS=". $work/says" FAKE_SECONDS=0.2
: >"$work/script"
at_terminal() {
	TERM=xterm timeout 200 python3 "$top/t/vm/at-terminal.py" "$work/script" \
		"$@" 2>&1 | tr -d '\r' >"$work/out"
}
# screen TEST: that of a test in $work/out
screen() { sed -n "/^--- [0-9]* of [0-9]*: $1: /,/^\$/p" "$work/out"; }
escapes() { LC_ALL=C grep -cP '\x1b(?!\[[0-9]*A?\x1b?\[?J?)' "$work/out"; }

at_terminal make --no-print-directory 'EXAMPLES=examples' vmtest
has "$work/out" '^--- 1 of 2: a: failed in install ---$' "a screen for a failure"
has "$work/out" '^--- 2 of 2: b: failed in install ---$' "and for the other"
screen a >"$work/a"
[ "$(wc -l <"$work/a")" -le 24 ]
result $? "of at most 24 lines" || diag "$(cat "$work/a")"
has "$work/a" "^cause:    install: Kernel panic - not syncing: of-mine: the guest's kernel$" \
	"the cause"
has "$work/a" "^          panicked$" "on lines that fit"
has "$work/a" '^(lines:)? +.*Kernel panic - not syncing: of-mine' "the lines"
has "$work/a" '^see:      tests/a/logs/install-serial.log' "the log"
has "$work/a" '^log:      vt-report tests/a --log$' "how to look at it"
has "$work/a" '^again:    make EXAMPLES=examples tests/a/install.done$' \
	"how to run the phase again"
hasnt "$work/a" '^page:' "no page, when there is none"
is "$(escapes)" 0 "no escape sequences of a guest"

: >tests/report.html
cp "$work/a" "$work/before"
run vt-report --last
status_is 0 "vt-report --last"
screen a >"$work/a"
has "$work/out" '^2 tests: 2 failed$' "the table again"
is "$(grep -v '^page:' "$work/a")" "$(cat "$work/before")" "the same screen"
has "$work/a" '^page:     tests/report.html$' "and the page that is there now"
command=$(sed -n 's/^again: *//p' "$work/a")
run sh -c "$command"
status_is 2 "the command fails as before"
has "$work/out" 'INSTALL +a$' "and runs the install phase"
is "$(grep -cE '^ +[A-Z]+ +' "$work/out")" 1 "and no other"

# Without a terminal there is the table; --last has what the run had
run make --no-print-directory VT_KNOWN=fail FILTER=name=a "N=it's" vmtest
hasnt "$work/out" '^---' "no screens without a terminal"
run vt-report --last tests
is "$(grep -c '^---' "$work/out")" 1 "the tests of the last run"
has "$work/out" "^again:    make ('VT_KNOWN=fail' |VT_KNOWN=fail |'N=it'.''s' )+tests/a/install.done$" \
	"the variables of make's command line, but for FILTER"
run env VT_TOPDIR="$work/nowhere" vt-report --last
status_is 2 "no run"
has "$work/err" "no '$work/nowhere/last-run.json': 'make vmtest' has not run there" \
	"the message says so"

# A failed check: what was expected, where it was asked for
mkdir -p tests/v/logs tests/v/collect
cat >tests/v/result.json <<'J'
{"format":1,"test":"v","status":"failed","exit":1,"cause":"mount /data: gone","see":"result.tap",
 "phases":{"install":{"exit":0},"boot":{"exit":0}},"checks":[
 {"name":"a","status":"ok"},
 {"name":"mount /data","status":"not ok","expected":"mounted","found":"one\ntwo\nthree\nfour\nfive\nsix",
  "at":"examples/v.yaml:12:3","why":"data is kept","detail":"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14"},
 {"name":"b","status":"not ok"},{"name":"c","status":"not ok"}]}
J
last() { # TEST...
	printf '{"format":1,"run":"vmtest","make":[],"tests":[%s]}\n' \
		"$(printf '"%s",' "$@" | sed 's/,$//')" >tests/last-run.json
	run vt-report --last tests
	screen v >"$work/v"
}
last v
has "$work/v" '^place:    examples/v.yaml:12:3$' "the place"
has "$work/v" '^why:      data is kept$' "the reason"
has "$work/v" '^expected: mounted$' "what was expected"
is "$(sed -n '/^found:/,/^also:/p' "$work/v" | wc -l)" 5 "what was found, cut"
has "$work/v" '^also:     b, c$' "the other checks"
has "$work/v" '^ +14$' "the last lines"
has "$work/v" '^again:    make tests/v.verify$' "verify again"
[ "$(wc -l <"$work/v")" -le 24 ]
result $? "all on one screen" || diag "$(cat "$work/v")"
for i in 1 2 3 4 5 6 7 8 9 10 11; do cp -r tests/v tests/v$i; done
last v v1 v2 v3 v4 v5 v6 v7 v8 v9 v10 v11
is "$(grep -c '^---' "$work/out")" 10 "at most ten screens"
has "$work/out" '^and 2 more that did not pass$' "the others are counted"
last never
has "$work/out" '^again:    make tests/never.done$' "what never ran is run as a whole"
sed -i 's/"install":{"exit":0}/"\\u001b[2Jno phase":{"exit":1}/' tests/v/result.json
last v
has "$work/v" '^again:    make tests/v.done$' "a phase that is none"
has "$work/out" '^--- .* in [^[:cntrl:]]*---$' "is inert"
echo '{"format":1,"run":"vmtest","make":7}' >tests/last-run.json
run vt-report --last tests
status_is 2 "a last-run.json that is none"
has "$work/err" 'last-run.json:1:' "is refused with its place"

# The log
run vt-report a --log
status_is 0 "--log: by the name of a test in TOPDIR"
has "$work/out" '^> +[0-9]+  .*Kernel panic - not syncing: of-mine$' "the fatal line is marked"
is "$(grep -c '^>' "$work/out")" 1 "no other"
has "$work/out" '^ +1  line 0 of the guest$' "lines have their number"
ok "nothing in it controls a terminal" sh -c \
	"! LC_ALL=C grep -q '[[:cntrl:]]' '$work/out'"
cp tests/a/logs/install-serial.log "$work/log"
{
	head -c 3000000 /dev/zero | tr '\0' y
	printf '\0\n\n'
} >tests/a/logs/install-serial.log
run vt-report tests/a --log
status_is 0 "a line that is too long"
has "$work/out" '^ +1  y{4096}\.\.\.$' "is cut"
is "$(wc -l <"$work/out")" 2 "no line is lost"
cp "$work/log" tests/a/logs/install-serial.log
cat >"$work/fake/of mine" <<'S'
S
cat >"$work/fake/pager" <<'S'
#!/bin/sh
printf '%s\n' "pager" "$@" "[$(cat -v | grep -a panic)]"
S
chmod +x "$work/fake/pager"
at_terminal env PAGER="pager  -x \$(id)" vt-report a --log
has "$work/out" '^pager$' "on a terminal: the pager"
has "$work/out" '^\$\(id\)$' "its words, without a shell"
has "$work/out" '^\[\^\[\[7m> .*of-mine\^\[\[0m' "the fatal line in reverse video"
at_terminal env NO_COLOR=1 PAGER=pager vt-report a --log
has "$work/out" '^\[> .*of-mine' "NO_COLOR: without"
at_terminal env PAGER=no-such-pager vt-report a --log
has "$work/out" "cannot run the pager 'no-such-pager'" "a pager that is not there"
has "$work/out" 'of-mine' "the log is printed"
cp "$work/fake/pager" "$work/fake/less"
at_terminal env -u PAGER vt-report a --log
has "$work/out" '^\+[0-9]+g$' "less begins at the fatal line"
rm "$work/fake/less"
run vt-report --log never
status_is 2 "no log"
has "$work/err" "there is no console log in 'tests/never'" "the message says so"
run vt-report --log a b
status_is 2 "--log shows one test"
ln -sf /etc/passwd tests/v/logs/install-serial.log
run vt-report --log v
hasnt "$work/out" root "a link is not followed"
done_testing

#!/bin/sh
# Notes of what consoles have of a kernel's warning, a crash or a core dump, and
# `strict`, by which they are failures.
. "$(dirname "$0")/../lib.sh"
need xmllint
cd "$work" || exit 3
mkdir -p x/collect x/logs
echo good >x/collect/a
echo '{"format": 1, "scripts": []}' >x/collect/vt-sentinel.json
: >x/collect/symlinks.txt
echo '{"format": 1, "exit": 0, "outcome": "poweroff", "cause": "", "seconds": 1}' |
	tee x/logs/install.json x/logs/boot.json >x/logs/collect.json
log=x/logs/boot-serial.log
echo log >x/logs/install-serial.log
# console LINE...: what the boot phase has printed
console() { printf 'Debian GNU/Linux 12 guest ttyS0\r\n'; printf '%s\r\n' "$@"; }
verify() { # [LINE]
	printf '%s\n' 'format: 2' 'test: x' 'collect_scripts: []' "$@" \
		'checks: [{name: mine, file: a, exists: true}]' >x/verify.yaml
	run vt-verify x
}
noted() { # LINE WORDS NAME
	console '[    1.000000] x: fine' "$1" >$log
	verify
	[ "$status" -eq 0 ] && grep -Eq "\"note\": *\"boot: $2: .*\"" x/result.json &&
		grep -q '"see": *"logs/boot-serial.log:3"' x/result.json
	result $? "noted: $3" || diag "status $status: $(cat x/result.json)"
	verify 'strict: true'
	[ "$status" -eq 1 ] && ! grep -q '"notes"' x/result.json &&
		grep -Eq '^not ok [0-9]+ - strict '"$3" x/result.tap &&
		[ "$(grep -c '^not ok' x/result.tap)" = 1 ]
	result $? "strict: $3" || diag "status $status: $(cat x/result.tap)"
}
w='the kernel warns' s='a program crashed' c='a unit of systemd dumped core'
noted '[    4.512345] WARNING: CPU: 0 PID: 77 at fs/btrfs/super.c:12 btrfs_x+0x1/0x2 [btrfs]' \
	"$w" kernel-warning
noted '[    4.5] WARNING: fs/ext4/inode.c:12 at ext4_x+0x1/0x2, CPU#0: mount/77' \
	"$w" kernel-warning
noted '[    4.5] Call Trace:' "$w" kernel-warning
noted '[    9.1] python3[412]: segfault at 0 ip 00007f1e8 sp 00007ffd error 4 in libc.so.6[7f1e8+1]' \
	"$s" segfault
noted '[    9.1] traps: curtin[412] trap invalid opcode ip:55d0 sp:7ffd error:0 in x[55+1]' \
	"$s" segfault
noted '[    9.1] traps: x[412] general protection fault ip:55d0 sp:7ffd error:0' \
	"$s" segfault
noted '[    9.9] systemd[1]: my.service: Main process exited, code=dumped, status=11/SEGV' \
	"$c" core-dump
noted 'systemd-coredump[90]: Process 80 (my (x)) of user 0 dumped core.' \
	"$c" core-dump

# What a good guest says
console '[    0.5] ACPI Warning: 32/64X length mismatch' \
	'WARNING: Device for PV x not found or rejected by a filter.' \
	'[    9.9] systemd[1]: my.service: Main process exited, code=exited, status=1/FAILURE' \
	'WARNING: apt does not have a stable CLI interface.' \
	'call trace: no' 'segfault at last' >$log
verify 'strict: true'
status_is 0 "words that are alike are none"
is "$(grep -c '^ok .* - strict ' x/result.tap)" 3 "strict: three checks pass"
verify
hasnt x/result.json '"notes"' "and nothing is noted"

# How it is shown
trace=$(for i in 1 2 3; do
	echo "[    4.5] WARNING: CPU: 0 PID: 77 at a.c:$i x+0x1/0x2"
	seq 30 | sed 's/^/[    4.5] RAX: /'
	echo '[    4.5] Call Trace:'
	i=0
	while [ $i -lt 50 ]; do echo "[    4.5]  ? f$i" && i=$((i + 1)); done
	seq 70 | sed 's/^/[    5.0] quiet /'
done)
console "$trace" '[    9.1] x[4]: segfault at 0 ip 0 sp 0 error 4' >$log
verify
is "$(grep -c '"note"' x/result.json)" 2 "a note for each kind"
has x/result.json 'a.c:1 .*\(3 times\)"' "a warning and its trace are one"
has x/result.tap '^# note: boot: a program crashed: .* \(see x/logs/boot-serial.log:[0-9]+\)$' \
	"TAP: a comment"
has x/result.xml '<system-out>note: boot: the kernel warns: ' "JUnit: system-out"
ok "JUnit: XML" xmllint --noout x/result.xml
run vt-report x
has "$work/out" '^x +passed .*note: boot: the kernel warns: .*, and 1 more$' "the table"
has x/result.json '"status": "passed"' "the test has passed"
verify 'strict: true' \
	"known_issues: [{at: 'k:1:1', issue: {test: x, check: strict kernel, bug: b, until: 2999-01-01}}]"
has x/result.json '"cause": "strict segfault: ' "strict: a known issue may match its check"

# The journal, and the install
console fine >$log
printf 'Jan 01 systemd[1]: x.service: Main process exited, code=dumped, status=6/ABRT\n' \
	>x/logs/boot-journal.log
echo '[    9.1] y[4]: segfault at 0 ip 0 sp 0 error 4' >>x/logs/install-serial.log
verify
has x/result.json '"see": "logs/boot-journal.log:1"' "the journal is read as well"
has x/result.json '"note": "install: a program crashed' "and the console of the install"
rm x/logs/boot-journal.log

# Hostile consoles
perl -e 'print "\e[2J\e]0;x\a] y[4]: segfault at 0 ip \x00\xff</system-out>" . "z" x 9000, "\n";
	print "] y[$_]: segfault at $_ ip 0\n", "q\n" x 99 for 1 .. 2000' >$log
verify
status_is 0 "a hostile console"
ok "is inert in JUnit" xmllint --noout x/result.xml
ok "and in TAP" sh -c "! LC_ALL=C grep -q '[[:cntrl:]]' x/result.tap"
[ "$(grep '"note"' x/result.json | wc -c)" -lt 800 ]
result $? "and bounded"
verify 'expected_failure: true'
ok "a test that must fail has its notes" grep -q '"notes"' x/result.json
done_testing

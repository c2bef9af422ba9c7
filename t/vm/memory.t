#!/bin/sh
# Memory reservation: many guests are started at once on a host that is
# simulated to be small. They never reserve more than it has, start in order of
# arrival, and all finish. A run that is killed, with its guest or in the queue,
# frees its place. VT_TEST_GUESTS: how many guests.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq flock

XDG_RUNTIME_DIR=$work/run
export XDG_RUNTIME_DIR
mkdir "$work/run"
ledger=$work/run/vt/memory

# look: prints the ledger, in a consistent state
look() {
	(
		exec 9<"$ledger" && flock -s 9 && cat <&9
	) 2>/dev/null
}

# line PID STATE: the process has a line with this state within 20 s
line() { wait_until 20 has_line "$@"; }
has_line() { look | grep -q "^$1 .* $2\$"; }

# learn how much one guest needs from the message that it is too much
boot_dir big poweroff
run env VT_TEST_HOST_MIB=100 vt-xkvm "$work/big"
status_is 3 'a guest that never fits on the host: exit status 3'
has "$work/err" \
	'this host can provide at most 100 MiB: reduce .*VT_VMRAM' \
	'the message says what to do'
outcome big boot host-fault
one=$(sed -n 's/.*the guest needs \([0-9]*\) MiB.*/\1/p' "$work/err" | head -n 1)
ok "QEMU's own memory is counted" [ "${one:-0}" -gt 256 ]

# memory for three guests at once, and not quite for four
VT_TEST_HOST_MIB=$((4 * one - 1))
export VT_TEST_HOST_MIB
count=${VT_TEST_GUESTS:-12}
names=$(seq -f g%g "$count")
for name in $names; do
	boot_dir "$name" init,poweroff
done
: >"$work/seen"
while sleep 0.05; do # samples the ledger
	look && echo --
done >"$work/seen" &
sampler=$!
pids=
for name in $names; do
	in_background vt-xkvm "$name"
	pids="$pids $bg"
done
# shellcheck disable=SC2086
wait $pids
kill "$sampler"
passed=0
for name in $names; do
	[ "$(cat "$work/$name.status")" -ne 0 ] ||
		[ "$(report "$name" boot .outcome)" != poweroff ] ||
		passed=$((passed + 1))
done
is "$passed" "$count" "$count guests at once: all power off"
most=$(awk '/holding$/ {n += $3} /^--/ {if (n > m) m = n; n = 0}
	END {print m + 0}' "$work/seen")
is "$most" $((3 * one)) \
	"at most $most MiB reserved at a time, of $VT_TEST_HOST_MIB"
is "$(awk '/waiting$/ {w = 1} /holding$/ && w {bad++} /^--/ {w = 0}
	END {print bad + 0}' "$work/seen")" 0 'none has overtaken another'
cat "$work"/g*.err >"$work/messages"
has "$work/messages" \
	"waiting for memory: the guest needs $one MiB, .* MiB are available" \
	'a run that waits says so'
has "$work/messages" \
	'3 guests have reserved .* \(pid [0-9]+ [0-9]+ [0-9]+\)' \
	'and names the guests that it waits for'
is "$(cat "$work"/g*/logs/boot.json | jq -s "[.[] | select(.waited > 0)] |
	length >= $count - 3 - 2 and all(.times.power_on >= .waited)")" true \
	'the time in the queue is in the report, before the power on'
ok 'the ledger has been removed' test ! -e "$work/run/vt"

# memory for one guest
VT_TEST_HOST_MIB=$one
# started NAME: starts vt-xkvm; returns when it has a line; its PID in $tool
started() {
	in_background vt-xkvm "$1"
	wait_until 20 has_tool
}
has_tool() {
	tool=$(pgrep -P "$bg") && look | grep -q "^$tool "
}
boot_dir first init,hang
boot_dir second init,poweroff
boot_dir third init,poweroff
boot_dir fourth init,poweroff
started first
first=$tool
ok 'one runs' until_has 60 "$work/first/logs/boot-serial.log" 'micro: hang'
started second
kill_me=$tool
ok 'one waits' line "$tool" waiting
started third
third=$tool third_bg=$bg
ok 'another waits' line "$tool" waiting
started fourth
fourth_bg=$bg
kill -INT "$third"
wait "$third_bg" 2>/dev/null
exited third 130
outcome third boot killed
cause third boot 'signal 2 .* while waiting for memory'
is "$(report third boot '.times.power_on')" null 'its guest had not started'
kill -KILL "$kill_me"
qemu=$(pgrep -P "$first")
kill -KILL "$first"
ok 'the guest of a killed run ends with it' gone 3 "$qemu"
wait "$fourth_bg" 2>/dev/null
exited fourth 0
ok 'a killed holder and a killed waiter free their places' \
	[ "$(report fourth boot .waited)" != 0 ]
ok 'and leave no line' test ! -e "$work/run/vt"

# another directory in the place of the ledger's
mkdir "$work/trap"
ln -s ../trap "$work/run/vt"
run vt-xkvm "$work/fourth"
status_is 3 'a symlink in the place of the directory is not followed'
has "$work/err" "'$work/run/vt' is not a directory.*XDG_RUNTIME_DIR" \
	'the message says what to do'
is "$(ls -A "$work/trap")" '' 'and nothing is written there'

done_testing

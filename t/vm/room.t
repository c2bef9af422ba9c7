#!/bin/sh
# Room: many guests at once on a host that is pretended to be small. They
# never hold more than it has, come in turn, and all finish; who is killed,
# with a guest or in the queue, leaves its place. VT_TEST_GUESTS: how many.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq flock

XDG_RUNTIME_DIR=$work/run
export XDG_RUNTIME_DIR
mkdir "$work/run"
ledger=$work/run/vt/room

# look: the ledger as it is now, between two changes
look() {
	(
		exec 9<"$ledger" && flock -s 9 && cat <&9
	) 2>/dev/null
}

# line PID STATE: within 20 s its line says so
line() {
	tries=200
	until look | grep -q "^$1 .* $2\$"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}

# what one guest takes, by what is said when that is too much
boot_dir big poweroff
run env VT_TEST_ROOM_MIB=100 vt-xkvm "$work/big"
status_is 3 'a guest that the host can never hold: the host is at fault'
has "$work/err" 'this host has 100 at most: lower .*VT_VMRAM' 'what to do'
outcome big boot host-fault
one=$(sed -n 's/.*the guest takes \([0-9]*\) MiB.*/\1/p' "$work/err" | head -n 1)
ok 'it counts what QEMU needs' [ "${one:-0}" -gt 256 ]

# three at once, and not quite four
VT_TEST_ROOM_MIB=$((4 * one - 1))
export VT_TEST_ROOM_MIB
count=${VT_TEST_GUESTS:-12}
names=$(seq -f g%g "$count")
for name in $names; do
	boot_dir "$name" init,poweroff
done
: >"$work/seen"
while sleep 0.05; do
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
	"at most $most MiB held at a time, of $VT_TEST_ROOM_MIB"
is "$(awk '/waiting$/ {w = 1} /holding$/ && w {bad++} /^--/ {w = 0}
	END {print bad + 0}' "$work/seen")" 0 'nobody has passed another'
cat "$work"/g*.err >"$work/words"
has "$work/words" "waiting for memory: the guest takes $one MiB, .* are free" \
	'who waits says so'
has "$work/words" '3 guests hold .* \(pid [0-9]+ [0-9]+ [0-9]+\)' 'for whom'
is "$(cat "$work"/g*/logs/boot.json | jq -s "[.[] | select(.waited > 0)] |
	length >= $count - 3 - 2 and all(.times.power_on >= .waited)")" true \
	'the time in the queue is in the report, before the power on'
ok 'the ledger has gone' test ! -e "$work/run/vt"

# room for one
VT_TEST_ROOM_MIB=$one
# started NAME: $tool, which has a line
started() {
	in_background vt-xkvm "$1"
	tool=
	until [ -n "$tool" ] && [ -n "$(look | grep "^$tool ")" ]; do
		sleep 0.1
		tool=$(pgrep -P "$bg")
	done
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
cause third boot 'signal 2 .* while it waited for memory'
is "$(report third boot '.times.power_on')" null 'it had not begun'
kill -KILL "$kill_me"
qemu=$(pgrep -P "$first")
kill -KILL "$first"
ok 'the guest of a killed run goes with it' gone 3 "$qemu"
wait "$fourth_bg" 2>/dev/null
exited fourth 0
ok 'a killed holder and a killed waiter leave their places' \
	[ "$(report fourth boot .waited)" != 0 ]
ok 'and no line' test ! -e "$work/run/vt"

# somebody else's directory in the place of ours
mkdir "$work/trap"
ln -s ../trap "$work/run/vt"
run vt-xkvm "$work/fourth"
status_is 3 'a symlink in the place of the ledger is not followed'
has "$work/err" "'$work/run/vt' is not a directory.*XDG_RUNTIME_DIR" 'in words'
is "$(ls -A "$work/trap")" '' 'and nothing is written there'

done_testing

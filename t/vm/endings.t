#!/bin/sh
# Every way in which a guest can end: the outcome, the line that decided it, and
# how long the detection takes. Faults of the host and signals are in launch.t,
# xkvm.t and signals.t.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq

# The table, longest runs first: name | actions | outcome | exit status | rule |
# line to print, with + for a space. The guest prints fatal lines with "say" or
# "ask"; for panic, oom, cut and halt it really causes them.
table() {
	cat <<'T'
idle|mute,sleep30,success,poweroff|poweroff|0||
timeout|init,hang|timeout|4||
spin|spin|timeout|4||
poweroff|success,poweroff|poweroff|0||
reboot|success,reboot|reboot|1||
panic|panic|panic|1|kernel-panic|
nopvpanic|nopvpanic,panic|panic|1|kernel-panic|
mutepanic|mute,panic|panic|1||
halt|halt|halted|1|system-halted|
mutehalt|mute,halt|halted|1||
oom|oom,hang|fatal-line|1|out-of-memory|
cut|cut,hang|fatal-line|1|installation-failed|
noroot|say,hang|panic|1|no-root|Kernel+panic+-+not+syncing:+VFS:+Unable+to+mount+root+fs
oops|say,hang|fatal-line|1|kernel-oops|Oops:+0002+[#1]+PREEMPT+SMP
bug|say,hang|fatal-line|1|kernel-bug|kernel+BUG+at+fs/ext4/inode.c:1!
fault|say,hang|fatal-line|1|general-protection|general+protection+fault,+probably+for+0x1:+0000+[#1]
hung|say,hang|fatal-line|1|hung-task|INFO:+task+dd:7+blocked+for+more+than+120+seconds.
lockup|say,hang|host-fault|3|soft-lockup|watchdog:+BUG:+soft+lockup+-+CPU#0+stuck+for+22s!
emergency|say,hang|fatal-line|1|emergency-mode|You+are+in+emergency+mode.
freeze|say,hang|fatal-line|1|systemd-freeze|systemd[1]:+Freezing+execution.
initramfs|ask|fatal-line|1|initramfs-prompt|(initramfs)+
dracut|ask|fatal-line|1|dracut-shell|dracut:/#+
rescue|ask|fatal-line|1|grub-rescue|grub+rescue>+
grub|ask|fatal-line|1|grub-prompt|grub>+
shell|ask|fatal-line|1|uefi-shell|Shell>+
pxe|say,hang|fatal-line|1|pxe|No+more+network+devices
traceback|say,hang|fatal-line|1|cloud-init-traceback|cloud-init[7]:+Traceback+(most+recent+call+last):
reason|say,cut,hang|fatal-line|1|installation-failed|E:+Package+'x'+has+no+installation+candidate
package|say,success,poweroff|poweroff|1|no-package|E:+Unable+to+locate+package+x
off|say,success,poweroff|poweroff|0||INFO:+task+dd:7+blocked+for+more+than+120+seconds.
ours|say,hang|fatal-line|1|ours|the+odd+line
T
}

# what a row's definition says beside its words
more() {
	case $1 in
	off) echo "fatal: {hung-task: off}" ;;
	ours) echo "fatal: {ours: 'the [eo]dd line'}" ;;
	esac
}

limit() {
	case $1 in timeout | spin) echo 12 ;; *) echo 100 ;; esac
}

# judge NAME OUTCOME STATUS RULE: one row, after its run
judge() {
	exited "$1" "$3"
	outcome "$1" install "$2"
	[ -z "$4" ] || is "$(report "$1" install .rule.id)" "$4" "$1: rule $4"
	# from the line that told to the end of the guest
	took=$(report "$1" install \
		'if .rule then .times.power_off - .rule.at else "-" end')
	case $4,$2 in
	,* | *,poweroff) diag "$1: $2" ;;
	*)
		[ "$took" != - ] && awk "BEGIN {exit !($took < 5)}"
		result $? "$1: over $(printf %.1f "$took") s after the line"
		;;
	esac
	case $3,$2 in
	1,*) cause "$1" install . ;;
	esac
}

# a QEMU that is stopped answers nothing, and is killed at the timeout
timeout=20 install_dir stopped hang
in_background vt-launch stopped
stopped=$bg
until_has 100 "$work/stopped/logs/install-serial.log" 'Linux version'
tool=$(pgrep -P "$stopped" -x vt-launch)
qemu=$(pgrep -P "$tool" -x qemu-system-x86)
kill -STOP "$qemu"

table >"$work/table"
names=
while IFS='|' read -r name words outcome status rule say <&3; do
	timeout=$(limit "$name") install_dir "$name" \
		"$words${say:+ vt.say=$say}" "  $(more "$name")"
	names="$names $name"
done 3<"$work/table"
# shellcheck disable=SC2086
several vt-launch $names
while IFS='|' read -r name words outcome status rule say <&3; do
	judge "$name" "$outcome" "$status" "$rule"
done 3<"$work/table"

wait "$stopped"
exited stopped 4
outcome stopped install timeout
ok 'stopped: QEMU is gone' gone 1 "$qemu"

cause mutehalt install 'halted .*interrupts disabled'
cause reason install "^E: Package 'x' has no installation candidate$"
cause package install 'Unable to locate package x: apt did not find'
is "$(report cut install '.rule.line')" \
	'curtin: Installation failed with exception: micro' 'a cut line, whole'
is "$(report panic install '.context | map(select(test("Kernel panic"))) | length > 0')" \
	true 'the context has the line'
done_testing

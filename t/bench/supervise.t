#!/bin/sh
# The cost of supervision: processor time and memory while a guest is idle, and
# the time before and after a short guest.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../vm/vm.sh"
need jq getconf
[ -r /proc/self/schedstat ] || skip_all "no /proc/PID/schedstat"

boot_dir boot init,hang
install_dir install init,hang
boot_dir short init,poweroff

# idle TOOL NAME: measures the tool while its guest sleeps
idle() {
	in_background "$1" "$2"
	until_has 100 "$work/$2/logs/$2-serial.log" 'micro: hang'
	result $? "$1: the guest is idle" || diag "$(cat "$work/$2.err")"
	tool=$(pgrep -P "$bg" -x "$1")
	before=$(used)
	sleep 20
	share=$(awk "BEGIN {printf \"%.3f\", ($(used) - $before) / 20e9 * 100}")
	awk "BEGIN {exit !($share < 0.5)}"
	result $? "$1: $share% of a core over 20 s"
	rss=$(awk '/VmRSS/{print $2}' "/proc/$tool/status")
	case $bin in
	*address*) skip "$1: $rss KiB of memory" 'sanitizers need more' ;;
	*)
		[ "$rss" -lt 15360 ]
		result $? "$1: $rss KiB of memory"
		;;
	esac
	kill "$tool"
	wait "$bg"
	exited "$2" 143
}
# processor time in ns
used() { cut -d' ' -f1 "/proc/$tool/schedstat"; }
idle vt-xkvm boot
idle vt-launch install

# The time from the start of the tool to that of QEMU (in ticks, from /proc),
# and after QEMU has reported its end
in_background vt-xkvm short
until_has 100 "$work/short/logs/boot-serial.log" 'Linux version'
tool=$(pgrep -P "$bg" -x vt-xkvm)
began() { sed 's/.*) //' "/proc/$1/stat" | cut -d' ' -f20; }
before=$(($(began "$(pgrep -P "$tool" -x qemu-system-x86)") - $(began "$tool")))
wait "$bg"
exited short 0
after=$(report short boot '.seconds - .times.power_off')
share=$(awk "BEGIN {print $before / $(getconf CLK_TCK) + $after}")
all=$(report short boot .seconds)
awk "BEGIN {exit !($share < 0.5)}"
result $? "short: $(printf %.2f "$share") s of $all s outside QEMU"
done_testing

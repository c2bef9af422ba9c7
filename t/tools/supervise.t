#!/bin/sh
# vt-launch and vt-xkvm neither block nor become deaf, with a script in place of
# QEMU: readers that do not read, FIFOs that nobody reads, a supervisor that is
# stopped.
. "$(dirname "$0")/../lib.sh"
need python3 mkfifo taskset
[ "$(uname -m)" = x86_64 ] || skip_all 'the script stands for an x86_64 QEMU'
mkdir "$work/fake"
ln -s "$top/t/tools/fake-qemu.py" "$work/fake/qemu-system-x86_64"
export PATH="$work/fake:$PATH" XDG_CACHE_HOME="$work/cache" VT_TIMEOUT_SCALE=1
# no waiting for the memory and the processors that others use
export XDG_RUNTIME_DIR="$work/run" VT_TEST_HOST_MIB=100000
mkdir "$XDG_RUNTIME_DIR"
cd "$work" || exit 3
truncate -s 1M a.img
xkvm='vt-xkvm --accel tcg --disk a.img'

stuck() { # NAME: a FIFO that is open and never read
	mkfifo "$1"
	sleep 300 <"$1" &
}

ends_by() { # NAME STATUS PID
	if gone 20 "$3"; then
		wait "$3"
		is $? "$2" "$1"
	else
		kill -KILL "$3"
		result 1 "$1: it still runs"
	fi
}

# --- readers that do not read, all at once; the guest says more than is kept
export FAKE_SAYS="seq -f 'the guest says %.0f' 120000" FAKE_SECONDS=100
for f in log echo live quiet; do stuck $f; done
$xkvm --serial-log - --timeout 2 >log 2>log.err </dev/null &
log=$!
$xkvm --no-dowait --serial-log echo.log --timeout 2 >echo 2>echo.err \
	</dev/null &
echo=$!
VT_VERBOSE=1 $xkvm --serial-log live.log 2>live </dev/null &
live=$!
$xkvm --no-dowait --serial-log quiet.log >quiet 2>quiet.err </dev/null &
quiet=$!
until_has 20 live.log 'says 120000$'
kill -TERM $live
until_has 20 quiet.log 'says 120000$'
kill -INT $quiet
ends_by 'a log that nobody reads: the time limit holds' 4 $log
ends_by 'an echo that nobody reads: the time limit holds' 4 $echo
ends_by 'lines on stderr that nobody reads: TERM is heard' 143 $live
ends_by 'an echo that nobody reads: INT is heard' 130 $quiet
has quiet.err "warning: [0-9]+ bytes of the guest's output were dropped" \
	'what was dropped is said'
has quiet.log 'says 120000$' '  and is in the log'

# --- a reader that begins late learns where output is missing
mkfifo late
(
	exec <late
	until_has 20 late.log 'says 120000$'
	exec cat
) >late.out &
late=$!
FAKE_SECONDS=3 $xkvm --no-dowait --serial-log late.log >late 2>late.err \
	</dev/null
is $? 0 'a reader that begins late'
ends_by '  reads to the end' 0 $late
has late.out '^vt: [0-9]+ bytes of output were dropped here' '  and is told so'

# --- FIFOs that no process reads
mkfifo fifo
run timeout -k 1 20 $xkvm --serial-log fifo
status_is 3 'a FIFO without a reader as serial log'
has err "serial log 'fifo': no process reads this FIFO" '  is named'
mkdir -p t/install
echo 'format: 1' >t/install/vm.yaml
VT_LOG=fifo run timeout -k 1 20 vt-launch t
status_is 2 'a FIFO without a reader as VT_LOG'
has err "run log 'fifo' \(VT_LOG\): no process reads this FIFO" '  is named'

# --- guests under TCG and the processors of the host
export FAKE_SAYS='echo hello'
one_cpu="taskset -c $(taskset -cp $$ | sed 's/.*[^0-9]\([0-9]*\)$/\1/') $xkvm"
FAKE_SECONDS=100 $one_cpu --serial-log first.log 2>first.err </dev/null &
first=$!
until_has 20 first.log hello
VT_GUESTS_PER_CPU=2 FAKE_SECONDS=100 $one_cpu --serial-log second.log \
	2>second.err </dev/null &
second=$!
until_has 20 second.log hello
result $? 'a second guest on one processor, with two for each'
VT_GUESTS_PER_CPU=2 FAKE_SECONDS=0.1 $one_cpu --serial-log third.log 2>third.err </dev/null &
third=$!
until_has 20 third.err 'waiting for a processor: 2 emulated guests run on 1 proc'
result $? 'a third one waits, and says why'
kill $first
ends_by 'it starts when another one has ended' 0 $third
kill $second
run env VT_GUESTS_PER_CPU=many $xkvm
status_is 2 'a bad VT_GUESTS_PER_CPU'

# --- a supervisor that is stopped for longer than its time limit
export FAKE_SAYS='echo hello'
hung='INFO: task dd:7 blocked for more than 120 seconds.'
late='[  OK  ] Reached target emergency.target - Emergency Mode.'
hangs() { # NAME LINE: a guest that prints it after a second
	mkdir -p $1/boot
	printf '%s\n' 'format: 1' "test: $1" 'phase: boot' 'accel: tcg' \
		'timeout: 60' "kernel: $work/a.img" >$1/boot/vm.yaml
	FAKE_SAYS="touch $1.up; sleep 1; echo '$2'" FAKE_SECONDS=9 vt-xkvm $1 \
		>$1.out 2>$1.err </dev/null &
}
hangs its-own "$hung"
own=$!
hangs starved "$hung"
starved=$!
wait_until 20 test -e starved.up
kill -STOP $starved
hangs no-device "$late"
no_device=$!
hangs slow-device "$late"
slow_device=$!
wait_until 20 test -e slow-device.up
kill -STOP $slow_device
guest_ended() { # SUPERVISOR: its QEMU is a zombie
	grep -q '^State:.Z' "/proc/$(cat "/proc/$1/task/$1/children" |
		tr -d ' ')/status"
}
FAKE_SECONDS=0.3 $xkvm --serial-log waiting.log --timeout 1 2>waiting.err \
	</dev/null &
waiting=$!
FAKE_SECONDS=2.2 $xkvm --serial-log later.log --timeout 2 2>later.err \
	</dev/null &
later=$!
for i in waiting later; do until_has 20 $i.log hello; done
kill -STOP $waiting $later
wait_until 20 guest_ended $waiting
sleep 2 # as long as the time limit of one, and what the other lacks
kill -CONT $waiting $later $starved $slow_device
ends_by 'stopped: a power off that waits to be read counts' 0 $waiting
ends_by 'stopped: that time does not count against the guest' 0 $later
ends_by 'a hung task is a failure of the guest' 1 $own
ends_by '  of the host, if that did not run us' 3 $starved
has starved.err "the host is overloaded .*: $hung" '  which is said'
ends_by 'emergency mode is a failure of the guest' 1 $no_device
ends_by '  or of the host, as systemd waits for devices' 3 $slow_device ||
	diag "$(cat slow-device.err)"

mkdir -p reports/install
printf '%s\n' 'format: 1' 'test: reports' 'phase: install' 'accel: tcg' \
	"kernel: $work/a.img" 'verdict: {success: all done}' 'timeout: 60' \
	>reports/install/vm.yaml
echo '#cloud-config' | tee reports/install/user-data >reports/install/meta-data
FAKE_REPORTS="$(seq 6000)
all done
" FAKE_SECONDS=0.1 vt-launch reports 2>reports.err </dev/null &
reports=$!
wait_until 20 grep -q '^State:.T' /proc/$reports/status
wait_until 20 guest_ended $reports
kill -CONT $reports
ends_by 'stopped: all that the installer reported is read' 0 $reports
has reports/logs/install.json '"all done"' '  what counts is kept for vt-verify'
done_testing

#!/bin/sh
# Nothing is left behind: counts processes, temporary files, sockets, locks and
# lines in the ledger of memory reservations after every way in which a run can
# end, and after VT_TEST_STARTS runs that are stopped at a random time. The
# content of the test's directory after a signal is checked in signals.t.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq make

mkdir "$work/tmp" "$work/run"
TMPDIR=$work/tmp XDG_RUNTIME_DIR=$work/run
export TMPDIR XDG_RUNTIME_DIR
ulimit -c 0
cat >"$work/Makefile" <<'MAKE'
MAKEFLAGS += -rR
.PHONY: FORCE
%/install.done: FORCE
	vt-launch $*
MAKE

# begin COMMAND...: in $work, in the background; its pid in $pid. What it
# starts carries the mark, whoever its parent is later.
mark=VT_TEST_MARK=$$.$(date +%s%N)
begin() {
	(cd "$work" && exec env --default-signal "$mark" "$@") \
		>"$work/out" 2>"$work/err" </dev/null &
	pid=$!
}

marked() {
	grep -lsaF "$mark" /proc/[0-9]*/environ | tr -dc '0-9\n'
}

unmarked() { [ -z "$(marked)" ]; }

# nameless: the tool has a file without a name in $TMPDIR
nameless() { ls -l "/proc/$pid/fd" | grep -q "$work/tmp/.*(deleted)"; }

# what a run has left, in words
left() {
	wait_until 3 unmarked
	for p in $(marked); do
		echo "process $p: $(tr '\0' ' ' <"/proc/$p/cmdline" |
			cut -c 1-200)"
	done
	find "$work/tmp" "$work/run" -mindepth 1 ! -path "$work/run/vt" \
		! -path "$work/run/vt/memory"
	# (a TPM's state has a file .lock, which swtpm keeps)
	find "$work/$1" -mindepth 1 \( -name '.*' -o -type s \) \
		! -path '*/tpm/.lock'
	inode=$(stat -c %i "$work/$1")
	grep ":$inode " /proc/locks | sed 's/^/lock /'
	# a killed run cannot strike itself off; it is dead and so is its line
	[ ! -e "$work/run/vt/memory" ] || while read -r p rest; do
		[ ! -e "/proc/$p" ] || echo "line in the ledger: $p $rest"
	done <"$work/run/vt/memory"
}

# ends NAME STATUS: nothing is left of it. A run that ended by itself has
# struck itself off, and all others.
ends() {
	wait "$pid" 2>/dev/null
	is "$?" "$2" "$1: ended with $2" || diag "$(cat "$work/err")"
	is "$(left "$1")" '' "$1: nothing is left"
	[ "$2" -ge 128 ] ||
		is "$(ls "$work/run")" '' "$1: no ledger either"
}

# the probe can see
install_dir probe init,hang
begin vt-launch probe
until_has 60 "$work/probe/logs/install-serial.log" 'micro: hang'
: >"$work/tmp/x"
mkdir "$work/probe/.y"
left probe >"$work/found"
is "$(sed -n 's/^process [0-9]*: \([^ ]*\).*/\1/p' "$work/found" | sort |
	tr '\n' ' ')" 'qemu-system-x86_64 vt-launch ' \
	'the probe sees a tool and its QEMU' || cat "$work/found"
has "$work/found" 'tmp/x' 'a temporary'
has "$work/found" 'probe/\.y' 'a hidden name'
has "$work/found" '^lock .*FLOCK' 'a lock'
has "$work/found" "ledger: $pid .* holding" 'and a line in the ledger'
rm -r "$work/tmp/x" "$work/probe/.y"
kill -KILL "$pid"
ends probe 137

install_dir normal init,success,poweroff
begin vt-launch normal
ends normal 0
install_dir verdict init,start,fail,hang
begin vt-launch verdict
ends verdict 1
has "$work/verdict/logs/install.json" fatal-line 'verdict: by a line'
boot_dir boot init,output,poweroff
begin vt-xkvm boot
ends boot 0

# by hand, a boot image gets an overlay
mkdir "$work/hand"
truncate -s 1M "$work/hand/image"
begin vt-launch --boot-image hand/image --accel tcg --mem 256 \
	--serial-log hand/log --disk hand/disk.img:1M
wait_until 10 pgrep -P "$pid" qemu-system
ok 'hand: QEMU writes to a file without a name' nameless
kill -KILL "$pid"
ends hand 137

if command -v tgtd >/dev/null; then
	mkdir "$work/tgt"
	begin vt-tgt tgt
	ok 'tgt: it serves' until_has 20 "$work/tgt/info" TGT_PORTAL
	kill -KILL "$pid"
	ends tgt 137
	is "$(ls "$work/tgt")" tgt.log 'tgt: but its log'
else
	skip 'an iSCSI server' "'tgtd' is not installed"
fi

# a disk from a pipe goes through a temporary file
mkdir "$work/pipe"
mkfifo "$work/fifo"
(
	cd "$work" && exec env "$mark" vt-extract -o pipe/out - <fifo
) >"$work/out" 2>"$work/err" &
pid=$!
exec 8>"$work/fifo"
head -c 4000000 /dev/zero >&8
ok 'pipe: it reads into a file without a name' wait_until 10 nameless
kill -KILL "$pid"
exec 8>&-
ends pipe 137

# the tool itself fails
for state in start run ending over; do
	install_dir "crash-$state" init,success,poweroff
	begin env VT_TEST_CRASH=$state vt-launch "crash-$state"
	ends "crash-$state" 134
	ok "crash-$state: no stamp" test ! -e "$work/crash-$state/install.done"
done
begin vt-launch crash-run
ends crash-run 0

# a disk that is full from the start, and one that becomes full
mkdir "$work/full" "$work/fills"
if mount -t tmpfs -o size=128k tmpfs "$work/full" 2>/dev/null &&
	mount -t tmpfs -o size=20m tmpfs "$work/fills"; then
	at_end() { umount "$work/full" "$work/fills"; }
	boot_dir full init,poweroff
	begin vt-xkvm full
	ends full 3
	has "$work/err" 'No space left on device' 'full: cause'
	install_dir fills init,fill,success,poweroff
	begin vt-launch fills
	ends fills 3
	cause fills install 'No space left on device'
else
	skip 'full disk' 'mounting a tmpfs is not allowed here'
fi

random() { # BELOW
	echo $(($(od -An -N 4 -tu4 /dev/urandom) % $1))
}

# many starts; a stop comes while the tool starts, or while its guest runs.
# Half of them are followed by the next one at once.
tpm=
! command -v swtpm >/dev/null || tpm='tpm: disks/tpm'
install_dir many init,start,sleep5,success,poweroff "$tpm"
boot_dir manyboot init,sleep5,poweroff
starts=${VT_TEST_STARTS:-10} bad=0 refused=0
for i in $(seq "$starts"); do
	ms=$(random $((i % 2 ? 300 : 3000)))
	case $((i % 5)) in
	0) sig=INT name=many && begin vt-launch many ;;
	1) sig=KILL name=many && begin vt-launch many ;;
	2) sig=TERM name=manyboot && begin vt-xkvm manyboot ;;
	3) sig=KILL name=manyboot && begin vt-xkvm manyboot ;;
	4) sig=KILL name=many && begin make many/install.done ;;
	esac
	sleep "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))"
	kill -$sig "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	! grep -q 'another run is using' "$work/err" ||
		refused=$((refused + 1))
	[ $((i / 5 % 2)) -eq 0 ] || continue
	words=$(left "$name")
	[ -z "$words" ] && continue
	bad=$((bad + 1))
	diag "start $i, $sig after $ms ms: $words"
done
is "$bad" 0 "$starts starts that were stopped: nothing is left"
is "$(left many)$(left manyboot)" '' 'nor in the end'
note "$refused were refused, as the one before was still ending"
install_dir many init,start,mark,success,poweroff "$tpm"
begin make many/install.done
ends many 0
has "$work/many/logs/install-serial.log" "mark: before ''" \
	'and the next run finishes, on a fresh disk'
boot_dir manyboot init,output,poweroff
begin vt-xkvm manyboot
ends manyboot 0

done_testing

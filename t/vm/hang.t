#!/bin/sh
# Guests that hang, each in its own way: the outcome, what is seen of them before
# they are ended, and that nothing is left. Guests that are slow do not hang. And
# the guest's journal, which is the other witness.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq
[ "$(uname -m)" = x86_64 ] || skip_all "the real QEMU is qemu-system-x86_64"
real=$(command -v qemu-system-x86_64)
export VT_HANG_TIMEOUT=6 REAL="$real" DISKS="$work"

# QEMU with what vt gives no machine, by the machine's name: a disk that is slow
# after its first MiB, one that answers with errors, a screen
mkdir "$work/path"
truncate -s 4M "$work/slow.img" "$work/lost.img"
cat >"$work/path/qemu-system-x86_64" <<'S'
#!/bin/sh
case "$*" in
*'-name guest=dstate '*) set -- "$@" \
	-object throttle-group,id=slow,x-bps-total=1,x-bps-total-max=1048576 \
	-blockdev "driver=throttle,node-name=slow,throttle-group=slow,file.driver=file,file.filename=$DISKS/slow.img" \
	-device virtio-blk-pci,drive=slow,serial=slow ;;
*'-name guest=lost '*) set -- "$@" \
	-blockdev "driver=blkdebug,node-name=lost,image.driver=file,image.filename=$DISKS/lost.img,inject-error.0.event=read_aio,inject-error.0.errno=5" \
	-device virtio-blk-pci,drive=lost,serial=lost ;;
*'-name guest=grub '*) set -- "$@" -device VGA ;;
esac
exec "$REAL" "$@"
S
chmod +x "$work/path/qemu-system-x86_64"
PATH=$work/path:$PATH

s=sysrq_always_enabled
install_dir initrd "init,hang $s"
install_dir dstate "init,dstate $s"
install_dir spin "init,spin $s"
install_dir lost "init,mute,lost $s"
install_dir refuses "init,hang"
install_dir slow "init,slow,success,poweroff"
install_dir slowdisk "init,journal,mute,slowdisk,success,poweroff"
# as the initramfs's prompt, which has an outcome of its own
install_dir prompt "ask vt.say=(initramfs)+"
guests='initrd dstate spin lost refuses slow slowdisk prompt'

if grub=$("$top/t/guest/build.sh" grub 2>"$work/grub.err"); then
	for g in grub known; do
		mkdir -p "$work/$g/boot" "$work/$g/disks"
		cp "$grub/grub.img" "$work/$g/disks/install_disk.img"
		{
			micro_vm boot $g - | grep -v '^kernel:\|^initrd:\|^append:'
			echo 'disks:'
			echo '  - {path: disks/install_disk.img, size: 1048576,'
			echo '     format: raw, driver: virtio-blk}'
		} >"$work/$g/boot/vm.yaml"
	done
	echo 'verdict: {fatal: {grub-prompt: off}}' >>"$work/grub/boot/vm.yaml"
else
	skip 'at a GRUB prompt' "$(tail -n 1 "$work/grub.err")"
fi

(export VT_DUMP=hang && run_tool vt-launch initrd)
# shellcheck disable=SC2086
several vt-launch ${guests#initrd }
[ -z "$grub" ] || several vt-xkvm grub known

# hangs NAME PHASE CPU: it ended so, and this was seen of it
hangs() {
	log=$work/$1/logs/$2
	exited "$1" 4
	outcome "$1" "$2" hung
	cause "$1" "$2" "^the guest hung: no output and no disk activity for \
[6-9] s, its processors were $3; last line on the console: ."
	is "$(report "$1" "$2" '.hang.silence >= 6')" true "$1: for 6 s or more"
	is "$(report "$1" "$2" '.hang.autopsy[] | select(.see) | .see' | sort |
		tr '\n' ' ')" "$4" "$1: what there is"
	ok "$1: and really is" seen "$1" "$2"
	has "$log-registers.txt" '^CPU#0' "$1: registers"
	has "$log-registers.txt" '^0*[0-9a-f]*: 0x[0-9a-f]{16}' "$1: a stack"
}
seen() {
	for f in $(report "$1" "$2" '.hang.autopsy[] | select(.see) | .see'); do
		[ -s "$work/$1/$f" ] || return 1
	done
}
sysrq() { # NAME: its kernel has answered
	log=$work/$1/logs/install-serial.log
	has "$log" '^vt: the guest hung; what follows are answers' "$1: a note"
	has "$log" 'sysrq: Show Blocked State' "$1: sysrq w"
	has "$log" 'sysrq: Show State' "$1: sysrq t"
	has "$log" 'task:init +state:' "$1: lists init"
	hasnt "$work/$1/logs/install.json" 'Show State' \
		"$1: the context is what the guest said by itself"
}
two='logs/install-registers.txt logs/install-serial.log '
hangs initrd install idle \
	'logs/install-memory.dump logs/install-registers.txt logs/install-serial.log '
hangs dstate install idle "$two"
hangs spin install busy "$two"
hangs lost install idle "$two"
for g in initrd dstate spin lost; do sysrq $g; done
has "$work/dstate/logs/install-serial.log" 'task:cat +state:D' \
	'the task in state D'
is "$(head -c 8 "$work/initrd/logs/install-memory.dump")" makedump \
	'initrd: a dump of its memory, as VT_DUMP asks'
ok '  and of no other' test ! -e "$work/spin/logs/install-memory.dump"
is "$(report initrd install '.hang.autopsy[0] | .what + ": " + .why')" \
	'screen: There is no console to take a screendump from' \
	'that there is no screen is told'
has "$work/initrd.err" 'registers: +.*/logs/install-registers.txt' \
	'the tool says where to look'
hangs refuses install idle 'logs/install-registers.txt '
is "$(report refuses install '.hang.autopsy[] | select(.what == "tasks").why' |
	grep -c 'refuses sysrq')" 1 'refuses: a kernel that refuses sysrq'
jq -r '.checks[0].detail' "$work/spin/result.json" >"$work/detail"
has "$work/detail" '^registers: logs/install-registers.txt' \
	'the result names the files'

for g in slow slowdisk; do
	exited $g 0
	outcome $g install poweroff
	is "$(report $g install .hang)" null "$g: it did not hang"
done
is "$(cat "$work/slowdisk/logs/install-journal.log" | wc -l)" 3 \
	"what the guest sends of its journal is kept"
ok '  and there is no file if it sends none' \
	test ! -e "$work/slow/logs/install-journal.log"
exited prompt 1
outcome prompt install fatal-line

if [ -n "$grub" ]; then
	hangs grub boot busy \
		'logs/boot-registers.txt logs/boot-screen.png '
	is "$(head -c 4 "$work/grub/logs/boot-screen.png" | tail -c 3)" PNG \
		'grub: a picture of its screen'
	exited known 1
	outcome known boot fatal-line
	is "$(report known boot .rule.id)" grub-prompt \
		'a prompt that is known keeps its outcome'
fi
ok 'no QEMU is left' sh -c '! pgrep -f "^$REAL.*$DISKS"'
done_testing

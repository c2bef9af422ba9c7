#!/bin/sh
# vt-launch and vt-xkvm without a guest: options, vm.yaml, the QEMU command, and
# faults of the host.
. "$(dirname "$0")/../lib.sh"
need jq
# no waiting for the memory and the processors that others use
export XDG_CACHE_HOME="$work/cache" XDG_RUNTIME_DIR="$work" \
	VT_TEST_HOST_MIB=100000

dry() { # TOOL ARG...: the QEMU command, in $work/out
	tool=$1
	shift
	run "$tool" --dry-run "$@"
}

# --- the command
truncate -s 1M "$work/a.img"
dry vt-launch --kernel K --initrd I --append one --append 'two three' \
	--boot-image "$work/a.img" --mem 512 --smp 3 \
	--disk "new.img:1G:nvme:4096" --disk "b,c.img::scsi-hd:512,4096:wwn=0x1"
status_is 0 'vt-launch --dry-run'
has "$work/out" "^qemu-system-x86_64 .*-sandbox on,.*spawn=deny" 'sandbox'
has "$work/out" '-nodefaults -no-user-config -sandbox' \
	"none of QEMU's defaults"
has "$work/out" '-smp 3 -m 512' 'memory, processors'
has "$work/out" "-kernel K -initrd I -append 'no_timer_check ds=nocloud-net;s=http://10.0.2.2:PORT/TOKEN/ root=/dev/disk/by-id/virtio-boot-disk console=ttyS0 one two three'" \
	'kernel command line'
has "$work/out" 'read-only=on,file.driver=file,file.filename=[^ ]*/a.img .*virtio-blk-pci,drive=image,serial=boot-disk' \
	'the boot image is read-only'
has "$work/out" 'nvme,drive=disk0,serial=new.img,logical_block_size=4096,physical_block_size=4096,min_io_size=4096' \
	'nvme with block size and a serial'
has "$work/out" 'filename=b,,c.img .*-device virtio-scsi-pci,id=scsi0 ' \
	'a comma in a path is doubled'
has "$work/out" 'scsi-hd,drive=disk1,bus=scsi0.0,serial=0x1,wwn=0x1,logical_block_size=512,physical_block_size=4096,min_io_size=512' \
	'scsi-hd'
hasnt "$work/out" 'bootindex' 'no boot order with --kernel'
ok 'no file was created' \
	test ! -e "$work/new.img" -a ! -e new.img -a ! -e serial.log

dry vt-xkvm --disk "$work/a.img" --disk "file=$work/a.img,driver=ide,serial=s,rotation_rate=1" \
	--netdev user,mac=52:54:00:00:00:09 --netdev user,model=e1000 -- -s
has "$work/out" 'virtio-blk-pci,drive=disk0,serial=a.img,bootindex=0' \
	'the machine boots from the first disk'
has "$work/out" 'ahci,id=ahci0 -device ide-hd,drive=disk1,bus=ahci0.0,serial=s,bootindex=1,rotation_rate=1' \
	'ide with a property of the device'
has "$work/out" 'netdev=net0,mac=52:54:00:00:00:09 .*e1000,netdev=net1' 'NICs'
has "$work/out" ' -s$' "QEMU's own arguments"

# options as the reference's harness and tools/launch use them
dry vt-xkvm -v --dowait --no-reboot --netdev user,mac=52:54:00:12:34:01 \
	--netdev user,mac=:07,model=e1000,hostname=h \
	"--disk=$work/a.img,driver=scsi-hd,format=raw,logical_block_size=4096,physical_block_size=4096,min_io_size=4096,wwn=0x5,serial=x,file.locking=off" \
	"--disk=$work/b.img,driver=nvme,format=raw,cache=unsafe,serial=nvme-a" \
	"--disk=$work/a.img,driver=scsi-hd,format=raw,file.locking=off" \
	"--disk=file=$work/c.img,format=raw,if=virtio,media=cdrom" \
	-- -smp 3 -m 2048 -nographic -serial file:LOG -kernel K -initrd I \
	-append 'a b' -s
has "$work/out" '-smp 3 -m 2048' 'processors and memory after --'
has "$work/out" 'node-name=disk0,[^ ]*filename=[^ ]*/a.img,file.locking=off ' \
	'an option that is no property of the device goes to the block node'
has "$work/out" 'scsi-hd,drive=disk0,bus=scsi0.0,serial=x,wwn=0x5,share-rw=on,logical_block_size=4096,physical_block_size=4096,min_io_size=4096 ' \
	'a property of the device goes to the device'
is "$(grep -o 'scsi-hd,drive=disk0' "$work/out" | wc -l)" 2 \
	'a disk that is named twice has two paths'
has "$work/out" 'nvme,drive=disk1,serial=nvme-a .*virtio-blk-pci,drive=disk2,serial=c.img .*scsi-hd' \
	'the second path comes last'
has "$work/out" 'node-name=disk2,read-only=on' 'media=cdrom is read-only'
has "$work/out" 'user,id=net1,hostname=h -device e1000,netdev=net1,mac=52:54:00:12:34:07' \
	'a short MAC, the options of each NIC'
has "$work/out" "-kernel K -initrd I -append 'no_timer_check a b' -s\$" \
	"the kernel, and QEMU's own arguments"
hasnt "$work/out" 'nographic|LOG' 'console options are not passed on'
dry vt-xkvm --disk "$work/a.img" -- -m 1G
hasnt "$work/out" '-no-reboot' 'the guest may reboot'
dry vt-launch --arch s390x --kernel K --netdev user --disk x::scsi-hd
has "$work/out" 'qemu-system-s390x .*virtio-rng-ccw.*virtio-net-ccw,netdev.*virtio-scsi-ccw,id=scsi0' \
	'another architecture'
dry vt-launch --kernel K --root-arg 'root=squash:PUBURL/root/squashfs'
has "$work/out" 'root=squash:http://10.0.2.2:PORT/TOKEN/root/squashfs' \
	'PUBURL in root='
dry vt-launch --kernel K --disk d.img:1G:scsi-hd:512,4096,8192:wwn=0x1:serial=s \
	--disk i.img:2G:iscsi:512:target:u:p
has "$work/out" 'serial=s,wwn=0x1,logical_block_size=512,physical_block_size=4096,min_io_size=8192' \
	'block sizes, several options'
hasnt "$work/out" 'i.img' 'an iSCSI disk is not a device of the machine'
if [ -e /usr/share/OVMF ]; then
	dry vt-xkvm --uefi-nvram "$work/nv.fd" --disk "$work/a.img"
	has "$work/out" 'pflash0=pflash0.*read-only=on,[^ ]*OVMF_CODE.*filename=[^ ]*/nv.fd' \
		'UEFI'
	hasnt "$work/out" 'bootindex' 'UEFI: no boot order'
	ok 'UEFI: --dry-run does not create the NVRAM' test ! -e "$work/nv.fd"
else
	skip UEFI 'ovmf is not installed'
fi

# --- usage
wrong() { # ERE NAME COMMAND...
	ere=$1 name=$2
	shift 2
	run "$@"
	status_is 2 "$name: exit 2"
	has "$work/err" "$ere" "$name: message"
}
wrong 'either one test directory or --kernel' 'no operand' vt-launch
wrong 'either one test directory or --disk' 'two operands' vt-xkvm a b
wrong "test directory '.*' does not exist" 'no directory' vt-launch "$work/none"
wrong "'e1000' is not a disk driver: use one of virtio-blk, scsi-hd, nvme, sata" driver \
	vt-launch --kernel K --disk x::e1000
wrong "has no device 'zip-drive'" 'unknown device' \
	vt-launch --kernel K --disk x::zip-drive
wrong "is not PATH" 'disk spec' vt-launch --kernel K --disk :5G
wrong "disk 'x:5Q'" 'disk size' vt-launch --kernel K --disk x:5Q
wrong 'not a power of two' 'block size' vt-launch --kernel K --disk x:::1000
wrong "must begin with 'user' or the name of a bridge" netdev \
	vt-launch --kernel K --netdev ,mac=auto
wrong "'5g' is not a MAC address" 'MAC' vt-launch --kernel K --netdev user,mac=5g
wrong '--bios cannot be used with --uefi' firmware \
	vt-launch --kernel K --bios F --uefi
wrong 'cannot be used with --no-dowait' waiting \
	vt-launch --kernel K --dowait --no-dowait
wrong "'armhf' is not one of amd64, i386, arm64" arch vt-xkvm --arch armhf --disk x
known=$(sed -n "s/.*'armhf' is not one of \(.*\)/\1/p" "$work/err")
run vt-xkvm --help
has "$work/out" "guest: ${known%, *} or ${known##*, };" '--help lists the same'
wrong "needs an argument" "QEMU's arguments" vt-xkvm --disk x -- -m
wrong 'auto, tcg, kvm' accel vt-xkvm --disk "$work/a.img" --accel xen
wrong 'does not name a file' 'disk without file' vt-xkvm --disk driver=ide
wrong 'too long: a guest sees at most 20 bytes' serial vt-xkvm --dry-run --disk \
	"$work/a.img,serial=123456789012345678901"
wrong "does not support a wwn" wwn vt-xkvm --dry-run --disk \
	"$work/a.img,wwn=0x12"
wrong "no installer provides command 'install-it'" command \
	vt-launch --kernel K -- install-it
wrong "regular expression 'a\\(': " pattern vt-launch --kernel "$work/a.img" \
	--accel tcg --serial-log "$work/log" --failure 'a('

# --- a directory that is not that of a test, but of tests
mkdir -p "$work/tests/simple/install" "$work/tests/logs"
touch "$work/tests/simple/test.yaml" "$work/tests.done" \
	"$work/tests/logs/install-serial.log"
(cd "$work/tests" && find . | sort) >"$work/before"
for tool in vt-launch vt-xkvm vt-verify vt-pack vt-seed vt-extract \
	'vt-launch --console' 'vt-xkvm --console'; do
	wrong "'.*/tests' is not a test directory: it contains no file of a test" \
		"$tool tests" $tool "$work/tests"
done
(cd "$work/tests" && find . | sort) >"$work/after"
ok '  none of them has changed anything' \
	cmp "$work/before" "$work/after"
ok '  not even the stamp beside it' test -e "$work/tests.done"

# --- vm.yaml
dir=$work/t
mkdir -p "$dir/install" "$dir/disks"
vm_yaml() { # LINE...: write the file: a valid beginning, then these lines
	printf 'format: 1\ntest: t\nphase: install\naccel: tcg\ntimeout: 60\nkernel: /nonexistent/kernel\n' \
		>"$dir/install/vm.yaml"
	printf '%s\n' "$@" >>"$dir/install/vm.yaml"
}
bad_yaml() { # ERE LINE...
	ere=$1
	shift
	vm_yaml "$@"
	run vt-launch "$dir"
	status_is 2 "vm.yaml: $1"
	has "$work/err" "install/vm.yaml:$ere" "  position and reason"
}
bad_yaml "7:1: .*'memory'" 'memory: 12'
bad_yaml '7:6: ' 'mem: lots'
bad_yaml '7:6: ' 'mem: 1'
bad_yaml "7:7: arch 'vax' is not one of amd64, " 'arch: vax'
bad_yaml "7:11: firmware 'coreboot' is not one of bios, uefi" 'firmware: coreboot'
bad_yaml "8:5: 'path' is missing" 'disks:' '  - {size: 5}'
bad_yaml "8:23: driver 'floppy' is not one of" 'disks:' \
	'  - {path: x, driver: floppy}'
bad_yaml '8:35: .*1000 is not a power of two' 'disks:' \
	'  - {path: x, logical_block_size: 1000}'
bad_yaml "7:7: .*list" 'nics: user'
bad_yaml "7:" 'verdict: {sucess: x}'
bad_yaml "7:19: expected true or false" 'expected_failure: perhaps'
is "$(jq -r '.outcome, .exit' "$dir/logs/install.json" | tr '\n' ' ')" \
	'bad-input 2 ' 'the report of a bad file'
ok 'no stamp' test ! -e "$dir/install.done"
printf 'format: 1\nkernel: x\n' >"$dir/install/vm.yaml"
run vt-launch "$dir"
has "$work/err" "vm.yaml:1:1: 'timeout' is missing" 'a time limit is required'
printf 'format: 2\n' >"$dir/install/vm.yaml"
run vt-launch "$dir"
status_is 2 'an unknown format'
rm "$dir/install/vm.yaml"
run vt-launch "$dir"
status_is 2 'no vm.yaml'

# --- wrong input is status 2, and leaves nothing; by hand
cd "$work" || exit 3
nothing_left() { [ ! -e no -a ! -e z.img ]; }
by_hand() { # ERE NAME COMMAND...
	wrong "$@"
	hasnt "$work/err" 'host-fault' '  not a fault of the host'
}
truncate -s 3M odd.fd
by_hand "cannot create 'no/such/x.fd': there is no directory 'no/such'" \
	'NVRAM in no directory' vt-xkvm --accel tcg --uefi-nvram no/such/x.fd --disk a.img
by_hand "size of NVRAM file 'odd.fd' does not match" 'NVRAM of a wrong size' \
	vt-xkvm --accel tcg --uefi-nvram odd.fd --disk a.img
by_hand "cannot create 'no/z.img': there is no directory 'no'" \
	'a disk in no directory' vt-launch --accel tcg --kernel a.img --disk no/z.img
by_hand "cannot create 'no/tpm': there is no directory 'no'" \
	'a TPM in no directory' vt-launch --accel tcg --kernel a.img --tpm no/tpm
by_hand "disk 'z.img:0': the size is 0" 'a disk of no size' \
	vt-launch --accel tcg --kernel a.img --disk z.img:0
by_hand "disk 'a.img' exists and has 1048576 bytes, not 5368709120" \
	'another size' vt-launch --accel tcg --kernel a.img --disk a.img:5G
by_hand "kernel 'nope': No such file" 'no kernel' \
	vt-launch --accel tcg --kernel nope
hasnt "$work/err" 'make image' '  without advice that does not help'
by_hand "cannot read disk image 'nope'" 'no disk' vt-xkvm --accel tcg --disk nope
if command -v qemu-system-x86_64 >/dev/null; then
	by_hand "cannot load the kernel '/etc/passwd': .*kernel header" \
		'a kernel that is none' \
		vt-launch --arch amd64 --accel tcg --kernel /etc/passwd
else
	skip 'a kernel that is none' 'qemu-system-x86_64 is not installed'
fi
ok '  no directory and no disk was made' nothing_left
cp a.img nbd:x
dry vt-xkvm --disk nbd:x
has "$work/out" 'file.filename=./nbd:x' 'a file is not taken for a protocol'

# --- faults of the host
printf '#cloud-config\n' >"$dir/install/user-data"
printf 'instance-id: x\n' >"$dir/install/meta-data"
touch "$dir/install.done"
vm_yaml
run vt-launch "$dir"
status_is 3 'no kernel'
has "$work/err" "missing \(run 'make image'\): kernel '/nonexistent/kernel'" \
	'the message names it and says what to do'
ok 'the stamp of an earlier run is removed' test ! -e "$dir/install.done"
is "$(jq -r '.cause' "$dir/logs/install.json" | cut -d: -f1)" \
	"an image is missing (run 'make image')" 'the cause in the report'
ln -s loop "$work/loop"
vm_yaml
sed -i "s,/nonexistent/kernel,$work/loop," "$dir/install/vm.yaml"
run vt-launch "$dir"
status_is 3 'a kernel that cannot be read'
hasnt "$work/err" 'make image' '  the advice fits'
if [ -e /usr/share/OVMF ]; then
	mkdir -p "$work/c/boot" "$work/c/disks"
	truncate -s 3M "$work/c/disks/ovmf_vars.fd"
	printf '%s\n' 'format: 1' 'test: c' 'phase: boot' 'timeout: 1' \
		"kernel: $work/a.img" 'firmware: uefi' \
		'nvram: disks/ovmf_vars.fd' >"$work/c/boot/vm.yaml"
	run vt-xkvm --console "$work/c"
	status_is 2 'a session with NVRAM of a wrong size'
	has "$work/err" "NVRAM file '.*/c/disks/ovmf_vars.fd' does not match" \
		'  which is named'
else
	skip 'a session with NVRAM of a wrong size' 'ovmf is not installed'
fi
vm_yaml "missing: \"no image for release=x: run 'make image'\""
run vt-launch "$dir"
status_is 3 'vm.yaml says that an image is missing'
has "$work/err" "no image for release=x: run 'make image'" 'its message'

vm_yaml
sed -i "s,/nonexistent/kernel,$work/a.img," "$dir/install/vm.yaml"
mkdir "$work/empty"
run env PATH="$work/empty" "$bin/vt-launch" "$dir"
status_is 3 'no QEMU'
has "$work/err" "'qemu-system-x86_64' is not installed: install the Debian package 'qemu-system-x86'" \
	'the message names the package'
boot=$work/b
mkdir -p "$boot/boot" "$boot/disks"
truncate -s 1M "$boot/disks/install_disk.img"
cat >"$boot/boot/vm.yaml" <<'YAML'
format: 1
test: b
phase: boot
accel: tcg
timeout: 60
disks: [{path: disks/install_disk.img, size: 1048576, format: raw}]
YAML
cp "$boot/boot/vm.yaml" "$work/vm.yaml"
sed -i 's/^disks: .*/disks:/' "$boot/boot/vm.yaml"
for disk in a b c,boots:true d,boots:true; do
	echo "  - {path: disks/x.img, size: 1048576, serial: ${disk%%,*}$(
		echo "$disk" | sed -n 's/.*,boots:/, boots: /p')}"
done >>"$boot/boot/vm.yaml"
run vt-xkvm --dry-run "$boot"
is "$(grep -o 'serial=[a-d],bootindex=[0-9]' "$work/out" | tr '\n' ' ')" \
	'serial=a,bootindex=2 serial=b,bootindex=3 serial=c,bootindex=0 serial=d,bootindex=1 ' \
	'a BIOS first tries the disks that boot'
mv "$work/vm.yaml" "$boot/boot/vm.yaml"
run env PATH="$work/empty" "$bin/vt-xkvm" "$boot"
status_is 3 'no qemu-img'
has "$work/err" "'qemu-img' is not installed.*'qemu-utils'" \
	'the message names the package'
for tool in qemu-system-x86_64 qemu-img; do
	printf '#!/bin/sh\necho "%s: bad day" >&2\nexit 1\n' "$tool" \
		>"$work/empty/$tool"
	chmod +x "$work/empty/$tool"
done
run env PATH="$work/empty:/usr/bin:/bin" "$bin/vt-launch" "$dir"
status_is 3 'QEMU does not start'
has "$work/err" 'QEMU did not start: exit status 1: qemu-system-x86_64: bad day' \
	"the message has QEMU's error"
is "$(jq -r '.outcome' "$dir/logs/install.json")" host-fault outcome
run env PATH="$work/empty:/usr/bin:/bin" "$bin/vt-xkvm" "$boot"
status_is 3 'qemu-img fails'
has "$work/err" 'cannot create overlay .*exit status 1' 'the message says so'
is "$(find "$boot/boot" -name '.*' -type f | wc -l)" 0 'no temporaries'
ok 'the installed disk is kept' test -e "$boot/disks/install_disk.img"

# user-data that cloud-init ignores
printf '\n#cloud-config\n' >"$dir/install/user-data"
run env PATH="$work/empty:/usr/bin:/bin" "$bin/vt-launch" "$dir"
status_is 2 'user-data whose first line is empty'
has "$work/err" 'first line of the user-data is empty.*remove the line' \
	'the message says what to do'
printf 'runcmd: [ls]\n' >"$dir/install/user-data"
run env PATH="$work/empty:/usr/bin:/bin" "$bin/vt-launch" "$dir"
has "$work/err" "warning: .*cloud-init ignores this user-data.*'#cloud-config'" \
	'another first line that cloud-init does not know is a warning'
printf '#cloud-config\n' >"$dir/install/user-data"

# without vt-verify, which writes the result, the status is the same
mkdir "$work/alone"
cp "$bin/vt-launch" "$work/alone"
run env PATH="$work/empty:/usr/bin:/bin" "$work/alone/vt-launch" "$dir"
status_is 3 'without vt-verify: the same exit status'
has "$work/err" 'no result was written: cannot run .*/alone/vt-verify' \
	'the message says that there is no result'

# the token of the web server is only in the file that QEMU reads
ln -sf "$top/t/tools/fake-qemu.py" "$work/empty/qemu-system-x86_64"
printf '#cloud-config\n' >"$dir/install/user-data"
printf 'instance-id: x\n' >"$dir/install/meta-data"
printf 'append: console=ttyS0 a=b,c\n' >>"$dir/install/vm.yaml"
run env PATH="$work/empty:/usr/bin:/bin" FAKE_SAYS="
	tr '\\0' ' ' </proc/\$PPID/cmdline >$work/args
	printf '%s' \"\$FAKE_CONFIG\" >$work/config" "$bin/vt-launch" "$dir"
has "$work/config" '^append = "no_timer_check ds=nocloud-net;s=http://10\.0\.2\.2:[0-9]+/[0-9a-f]{32}/ console=ttyS0 a=b,c"$' \
	'the kernel command line is in a file'
token=$(grep -Eo '[0-9a-f]{32}' "$work/config")
has "$work/args" '-kernel .*/a.img -readconfig /proc/self/fd/[0-9]+ $' \
	"... which QEMU's arguments name"
hasnt "$work/args" "${token:-http}" '... and which have no token'
hasnt "$dir/logs/install.json" "${token:-http}" '... nor has the report'
is "$(rm "$dir/logs/install-serial.log"; PATH="$work/empty:$PATH" \
	vt-launch "$dir" 2>/dev/null; stat -c %a "$dir/logs/install-serial.log")" 640 \
	'... and the log, in which the guest prints it, is not for all users'
for append in 'a="b"' "$(printf '%0990d' 0)"; do
	sed -i "s/^append: .*/append: $append/" "$dir/install/vm.yaml"
	run env PATH="$work/empty:/usr/bin:/bin" "$bin/vt-launch" "$dir"
	status_is 2 'arguments that QEMU cannot read from a file'
done
has "$work/err" 'longer than 1011 bytes' 'the limit is named'
sed -i '/^append/d' "$dir/install/vm.yaml"

# a QEMU that sends a message that is not QMP
rm "$work/empty/qemu-system-x86_64"
cat >"$work/empty/qemu-system-x86_64" <<'SH'
#!/usr/bin/perl
my ($fd) = "@ARGV" =~ /id=qmp,fd=(\d+)/;
open(my $qmp, '>&=', $fd);
syswrite($qmp, "nonsense\n");
sleep 60;
SH
chmod +x "$work/empty/qemu-system-x86_64"
run timeout 100 env PATH="$work/empty:/usr/bin:/bin" "$bin/vt-launch" "$dir"
status_is 3 'a message that is not QMP'
has "$work/err" 'not QMP' 'the error says so'

# --- accelerators
run vt-xkvm --accel kvm --timeout 20 --disk "$work/a.img"
if grep -q 'KVM does not work on this host' "$work/err"; then
	status_is 3 'no KVM: --accel kvm does not fall back'
	has "$work/err" 'does not work on this host: .*kvm' 'with the reason'
else
	skip 'no KVM' 'KVM works on this host'
fi
# A probe at a busy moment says nothing about the next. (So one of three differs.)
mkdir -p "$XDG_CACHE_HOME/vt"
believed() { # NUMBER WORDS: of a result in the cache
	echo "$(cat /proc/sys/kernel/random/boot_id) $1" \
		>"$XDG_CACHE_HOME/vt/kvm"
	run vt-xkvm --accel kvm --timeout 1 --disk "$work/a.img"
	grep -q "on this host: .*$2" "$work/err"
}
if [ -w /dev/kvm ]; then
	for busy in '5 cannot run a guest' '7 far slower' '8 did not finish'; do
		! believed ${busy%% *} "${busy#* }" ||
			! believed ${busy%% *} "${busy#* }" ||
			! believed ${busy%% *} "${busy#* }"
		result $? "KVM was tried at a busy moment: not kept (${busy#* })"
	done
else
	skip 'KVM was tried at a busy moment' '/dev/kvm cannot be used'
fi
run vt-launch --help
has "$work/out" 'without it there is no time limit' 'no time limit by hand'
run env VT_TIMEOUT_SCALE=fast vt-xkvm --accel tcg --disk "$work/a.img"
status_is 2 'a bad VT_TIMEOUT_SCALE'
has "$work/err" "VT_TIMEOUT_SCALE: 'fast' is not a number" 'the message says so'

done_testing

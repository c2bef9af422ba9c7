#!/bin/sh
# The QEMU commands of vt-xkvm --dry-run and vt-launch --dry-run, checked against
# what QEMU supports: every architecture with every kind of disk, NIC and
# firmware. QEMU is also started with them, but does not run the guest.
. "$(dirname "$0")/../lib.sh"
need perl qemu-img
export XDG_CACHE_HOME="$work/cache"
check=$top/t/qemu-check.pl

# good NAME OPTION...: QEMU lists all devices and options, and starts with them
# listed NAME OPTION...: only lists them: it cannot be started in this test
good() { checked --start "$@"; }
listed() { checked '' "$@"; }
checked() {
	how=$1 name=$2
	shift 2
	run vt-xkvm --dry-run "$@"
	cp "$work/err" "$work/checked"
	if [ "$status" -eq 0 ]; then
		"$check" $how <"$work/out" >"$work/checked" 2>&1
		status=$?
	fi
	result "$status" "$arch: $name" ||
		diag "$(cat "$work/checked" "$work/out")"
}
# refused STATUS ERE NAME OPTION...
refused() {
	want=$1 ere=$2 name=$3
	shift 3
	run vt-xkvm --dry-run -A "$arch" "$@"
	status_is "$want" "$arch: $name: exit $want"
	has "$work/err" "$ere" "$arch: $name: the message says why"
}

d=$work/d.img
truncate -s 1M "$d" "$work/e.img" "$work/f.img" "$work/g.img" "$work/h.img"
qemu-img create -q -f qcow2 "$work/q.qcow2" 1M

# disks ARCH: all kinds of disks in one machine
disks() {
	set -- -A "$1" --disk "$d" \
		--disk "file=$work/q.qcow2,format=qcow2,driver=virtio-blk,serial=s" \
		--disk "file=$work/e.img,driver=virtio-blk,logical_block_size=4096,physical_block_size=4096" \
		--disk "file=$work/f.img,driver=scsi-hd,serial=two-paths,wwn=0x5000c50015ea71aa" \
		--disk "file=$work/f.img,driver=scsi-hd,serial=two-paths,wwn=0x5000c50015ea71aa" \
		--disk "file=$work/h.img,driver=scsi-hd,logical_block_size=512,physical_block_size=4096,min_io_size=8192"
	if [ "$arch" != s390x ]; then
		truncate -s 1M "$work/n.img" "$work/m.img" "$work/u.img"
		set -- "$@" \
			--disk "file=$work/g.img,driver=nvme,serial=nv,logical_block_size=4096,physical_block_size=4096" \
			--disk "file=$work/u.img,driver=nvme,serial=nv2,wwn=eui.0123456789abcdef" \
			--disk "file=$work/n.img,driver=sata,physical_block_size=4096" \
			--disk "file=$work/m.img,driver=ide-hd,serial=ide"
	fi
	good 'disks' "$@"
}

# firmware [secure-boot]: UEFI firmware of this architecture
firmware() {
	run vt-xkvm --dry-run -A $arch --uefi --disk "$d"
	if [ "$status" -eq 3 ]; then
		skip "$arch: UEFI" "$(sed 's/.*error: //' "$work/err")"
		return
	fi
	good 'UEFI' -A $arch --uefi --disk "$d"
	vars=$(grep -o '/usr/share/[^ ,]*VARS[^ ,]*' "$work/out")
	cp "$vars" "$work/nvram"
	good 'UEFI, its variables in a file' -A $arch \
		--uefi-nvram "$work/nvram" --disk "$d"
	if [ $# -gt 0 ]; then
		good 'Secure Boot' -A $arch --secure-boot --disk "$d"
	else
		refused 2 "not support firmware 'secure-boot'" 'Secure Boot' \
			--secure-boot --disk "$d"
	fi
}

for arch in amd64 i386 arm64 ppc64el s390x; do
	run vt-xkvm --dry-run -A $arch --disk "$d"
	qemu=$(cut -d' ' -f1 "$work/out")
	if ! command -v "$qemu" >/dev/null; then
		skip "$arch" "'$qemu' is not installed"
		continue
	fi
	disks $arch
	nics='--netdev user,mac=52:54:00:12:34:01 --netdev user,model=virtio'
	[ $arch = s390x ] || nics="$nics --netdev user,model=e1000"
	good 'NICs, a screen, memory, processors' -A $arch $nics --smp 3 \
		--mem 1G --vnc "unix:$work/vnc" --disk "$d"
	listed 'on a bridge' -A $arch --netdev br0,mac=52:54:00:12:34:01 \
		--disk "$d"
	case $arch in
	amd64)
		firmware secure-boot
		good 'a firmware image' -A $arch --disk "$d" \
			--bios /usr/share/seabios/bios-256k.bin
		;;
	arm64) firmware secure-boot ;;
	i386) firmware ;;
	*)
		refused 2 "not support firmware 'uefi'" UEFI --uefi --disk "$d"
		;;
	esac
	if [ $arch = s390x ]; then
		refused 2 'does not support a TPM' TPM \
			--tpm "$work/tpm" --disk "$d"
		refused 2 "'nvme' needs PCI" nvme --disk "$d,driver=nvme"
		refused 2 "'sata' needs PCI" sata --disk "$d,driver=sata"
	else
		listed TPM -A $arch --tpm "$work/tpm" --disk "$d"
		has "$work/out" "tpm-[a-z-]*,tpmdev=tpm0" "$arch: TPM: a device"
	fi
done

# --- NVRAM of another firmware, and options of -drive
arch=amd64
if [ -e /usr/share/OVMF/OVMF_VARS.fd ]; then
	cp /usr/share/OVMF/OVMF_VARS.fd "$work/small"
	good 'NVRAM of 2 MiB firmware' -A $arch --uefi-nvram "$work/small" \
		--disk "$d"
	has "$work/out" '/OVMF_CODE\.fd' 'the matching firmware code'
	truncate -s 3M "$work/small"
	refused 2 'the size of .* does not match' 'NVRAM of unknown size' \
		--uefi-nvram "$work/small" --disk "$d"
else
	skip 'NVRAM of 2 MiB firmware' 'ovmf does not have it'
fi
good 'options of -drive' -A $arch \
	--disk "file=$d,if=none,driver=scsi-hd,id=drv2,index=2,cache=none" \
	--disk "file=$work/e.img,if=virtio,media=cdrom" \
	--disk "file=$work/f.img,driver=nvme,if=none,aio=threads"
has "$work/out" 'scsi-hd,drive=disk0.*virtio-blk-pci,drive=disk1.*nvme,drive=disk2' \
	'if=none leaves the driver alone'
has "$work/out" 'node-name=disk1,read-only=on' 'a CD-ROM is read-only'
run env DEF_DISK_DRIVER=nvme vt-xkvm --dry-run --disk "file=$d,if=none"
has "$work/out" '-device nvme,' 'DEF_DISK_DRIVER'
for i in sd mtd floppy; do
	refused 2 "'if=$i' is not supported" "if=$i" --disk "file=$d,if=$i"
done

# --- the options that curtin's harness composes
sizes() { echo "logical_block_size=$1,physical_block_size=$1,min_io_size=$1"; }
plain=format=raw,$(sizes 512)
nic=--netdev=user,mac=52:54:00:12:34:01
cd "$work" || exit 3
truncate -s 1M o.img
end="--disk=o.img,driver=virtio-blk,$plain,serial=output_disk.img
--disk=file=g.img,if=virtio,media=cdrom"
good 'basic, nvme' $nic --no-reboot \
	"--disk=d.img,driver=virtio-blk,$plain,serial=disk-a" \
	"--disk=e.img,driver=virtio-blk,$plain" \
	"--disk=n.img,driver=nvme,$plain,serial=nvme-1" $end -- -smp 2 -m 1024
good 'scsi with blocks of 4096' $nic \
	"--disk=d.img,driver=scsi-hd,format=raw,$(sizes 4096),wwn=0x5000c500,serial=disk-a" \
	$end
path="--disk=d.img,driver=scsi-hd,$plain,wwn=0x5000c500,serial=disk-a,file.locking=off"
good 'multipath' $nic "$path" "$path" "$path" $end
is "$(grep -o 'node-name=disk0,\|drive=disk0,' out | sort | uniq -c |
	tr -s ' \n' ' ')" ' 3 drive=disk0, 1 node-name=disk0, ' \
	'three paths to one block node'

# --- vt-launch: the same machine, from vt-launch's options
run vt-launch --dry-run --kernel K --disk "$d" --disk "$work/new.img:1G:nvme:4096" \
	--disk "$work/e.img::scsi-hd:512,4096:wwn=0x5000c50015ea71aa" \
	--disk "$work/x.img:10M:ide"
"$check" <"$work/out" >"$work/checked" 2>&1
result $? 'vt-launch: disks' || diag "$(cat "$work/checked")"

# --- a pattern with an escape that POSIX does not know is refused at once
for option in --success --failure; do
	run vt-launch --dry-run --kernel K $option 'ttyS\d'
	status_is 2 "vt-launch $option"
	has "$work/err" "$option: bad .*'ttyS.d': .*: write \[0-9\]" \
		'... says what to write'
done

# --- the check itself detects mistakes
vt-xkvm --dry-run -A amd64 --disk "$d" >"$work/right"
for change in s/virtio-rng-pci/virtio-rnd-pci/ s/serial=/cereal=/ \
	s/q35/q36/ s/qemu64/qemu65/; do
	ok "detected: $change" sh -c "! sed $change '$work/right' | '$check'"
done
for change in s/discard=unmap/discard=nothing/ s/d.img/none.img/; do
	ok "detected by QEMU: $change" \
		sh -c "! sed $change '$work/right' | '$check' --start"
done

done_testing

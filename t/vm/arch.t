#!/bin/sh
# An emulated guest of each architecture: its processors, memory, disks, NIC,
# console and random numbers, and that it powers off.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq
mem=512
cpus=2

# test_dir ARCH PHASE WORDS [YAML]: with the disks that this architecture has
test_dir() {
	mkdir -p "$work/$1/$2"
	{
		micro_vm "$2" "$1" "$3"
		cat <<YAML
disks:
  - {path: disks/a.img, size: 4194304, format: raw, driver: virtio-blk, serial: disk-a}
  - {path: disks/b.img, size: 8388608, format: raw, driver: scsi-hd, serial: disk-b, wwn: '0x5000c50015ea71aa'}
YAML
		[ "$1" = s390x ] ||
			echo '  - {path: disks/c.img, size: 16777216, format: raw, driver: nvme, serial: disk-c, logical_block_size: 4096, physical_block_size: 4096}'
		echo "nics: [{net: user, mac: '52:54:00:12:34:07'}]"
		[ "$2" = boot ] ||
			echo 'verdict: {success: "curtin: Installation finished.*"}'
		[ $# -lt 4 ] || printf '%s\n' "$4"
	} >"$work/$1/$2/vm.yaml"
	printf '#cloud-config\n' >"$work/$1/$2/user-data"
	echo "instance-id: $1" >"$work/$1/$2/meta-data"
}

# has_guest FLAVOUR: or a skip that says why not
there=
has_guest() {
	if use_flavour "$1"; then
		there="$there $arch"
	else
		skip "$1" "$(tail -n 1 "$work/guest.err")"
		false
	fi
}

facts=machine,devices,userdata,mark,success,poweroff
if has_guest cloud-arm64; then
	nvram='firmware: uefi
nvram: disks/ovmf_vars.fd'
	test_dir arm64 install "efi,$facts" "$nvram"
	sed -i 's/vt.do/vt.mark=arm64 &/' "$work/arm64/install/vm.yaml"
	test_dir arm64 boot efi,machine,mark,poweroff "$nvram"
fi
for flavour in i386 ppc64el s390x; do
	! has_guest $flavour || test_dir $arch install $facts
done

# sees ARCH ERE NAME
sees() { has "$work/$1/logs/install-serial.log" "$2" "$1: $3"; }

# guest ARCH MACHINE CONSOLE RNG BLK-ADDRESS
guest() {
	case " $there " in
	*" $1 "*) ;;
	*) return ;;
	esac
	exited "$1" 0
	outcome "$1" install poweroff
	sees "$1" "machine: kernel [^ ]* $2" "a kernel of $2"
	sees "$1" 'machine: cpus 2' 'processors'
	is "$(sed -n 's/machine: memory //p' "$work/$1/logs/install-serial.log" |
		awk '$1 > 400000 && $1 < 524288 {print "512 MiB"}')" \
		'512 MiB' "$1: memory"
	sees "$1" "devices: console $3" 'console'
	sees "$1" "devices: rng $4 16 bytes" 'random numbers'
	sees "$1" 'machine: nic eth0 52:54:00:12:34:07 driver virtio_net' NIC
	sees "$1" 'user-data: #cloud-config' 'a network, through that NIC'
	sees "$1" "disk vda serial disk-a size 4194304 .* virtio_blk at $5" \
		virtio-blk
	sees "$1" 'disk sda serial disk-b size 8388608 .* virtio_scsi .*5000c50015ea71aa' \
		'scsi-hd, its wwn'
	[ "$1" = s390x ] ||
		sees "$1" 'nvme0n1 serial disk-c size 16777216 logical 4096 ' \
			nvme
	is "$(head -c 7 "$work/$1/disks/a.img")" VT-MARK "$1: wrote to its disk"
}

set -- $there
[ $# -gt 0 ] || skip_all 'none of these guests can be had'
several vt-launch "$@"
guest arm64 aarch64 ttyAMA0 virtio_rng.0 0000:00:
guest i386 i686 ttyS0 virtio_rng.0 0000:00:
guest ppc64el ppc64le hvc0 virtio_rng.0 0000:00:
guest s390x s390x ttysclp0 virtio_rng.0 0.0.

# UEFI: arm64 always has it, and finds the variables and disks of the install
# in the boot; i386 where it is installed
boots=
if [ -d "$work/arm64" ]; then
	sees arm64 'machine: uefi' UEFI
	sees arm64 "efi: before ''" 'no variable before'
	boots=arm64
fi
if [ -d "$work/i386" ] && [ -e /usr/share/OVMF/OVMF32_VARS_4M.fd ]; then
	use_flavour i386
	test_dir i386 boot machine,poweroff 'firmware: uefi'
	boots="$boots i386"
fi
[ -z "$boots" ] || several vt-xkvm $boots
for arch in $boots; do
	exited $arch 0
	has "$work/$arch/logs/boot-serial.log" 'machine: uefi' \
		"$arch: UEFI in the boot"
done
if [ -d "$work/arm64" ]; then
	log=$work/arm64/logs/boot-serial.log
	has "$log" "efi: before 'mark of arm64'" \
		'arm64: the variable of the install is there in the boot'
	has "$log" "mark: before 'VT-MARK'" 'arm64: and its disk'
fi

done_testing

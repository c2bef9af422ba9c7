#!/bin/sh
# Disks as a guest sees them: driver, order, size, serial, wwn, block sizes,
# several paths to one image; in the install phase and on the boot's overlays.
flavour=amd64 # the cloud kernel has no SATA
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq

# disk YAML-WORDS: one line of `disks:`, in files of their own
disk_n=0
disk() {
	disk_n=$((disk_n + 1))
	echo "  - {path: disks/d$disk_n.img, format: raw, $*}"
}
all_disks() {
	echo disks:
	disk 'size: 1048576, driver: virtio-blk, serial: virtio-a'
	disk 'size: 2097152, driver: scsi-hd, serial: scsi-a'
	disk 'size: 3145728, driver: sata, serial: sata-a'
	disk 'size: 4194304, driver: nvme, serial: nvme-a'
	# logical = physical = 4096, and the 512e of most disks that are sold
	disk 'size: 5242880, driver: nvme, serial: nvme-b, logical_block_size: 4096, physical_block_size: 4096'
	disk 'size: 6291456, driver: sata, serial: sata-b, logical_block_size: 512, physical_block_size: 4096, wwn: "0x5000c50015ea71aa"'
	disk 'size: 7340032, driver: scsi-hd, serial: scsi-b-which-has-36-bytes-as-some-do, logical_block_size: 4096, physical_block_size: 4096, wwn: "0x5000c50015ea71ab"'
	disk 'size: 8388608, driver: virtio-blk, serial: virtio-b-of-20-bytes, logical_block_size: 4096, physical_block_size: 4096'
	disk 'size: 9437184, driver: scsi-hd, serial: scsi-c, logical_block_size: 512, physical_block_size: 4096, min_io_size: 32768'
	disk 'size: 10485760, driver: virtio-blk, serial: virtio-c, logical_block_size: 512, physical_block_size: 4096, min_io_size: 16384'
}

# machine NAME PHASE WORDS: vm.yaml, its disks on standard input
machine() {
	mkdir -p "$work/$1/$2"
	{
		micro_vm "$2" "$1" "$3"
		cat
		[ "$2" = boot ] || cat <<YAML
verdict: {success: 'curtin: Installation finished. No error reported.'}
YAML
	} >"$work/$1/$2/vm.yaml"
	printf '#cloud-config\n' >"$work/$1/$2/user-data"
	echo "instance-id: $1" >"$work/$1/$2/meta-data"
}

paths='disks:
  - {path: disks/d1.img, size: 4194304, format: raw, driver: scsi-hd, serial: first}
  - {path: disks/d2.img, size: 8388608, format: raw, driver: scsi-hd, serial: disk-a, wwn: "0x5000c50015ea71ac", paths: 3}
  - {path: disks/d3.img, size: 4194304, format: raw, driver: scsi-hd, serial: last}'

all_disks | machine kinds install machine,success,poweroff
all_disks | machine kinds boot machine,poweroff
echo "$paths" | machine paths install machine,paths,success,poweroff
{ echo "$paths" && echo 'seed: boot/seed.img'; } |
	machine paths boot machine,paths,poweroff
truncate -s 1M "$work/paths/boot/seed.img"

# facts PHASE SERIAL: what the guest said of that disk, from its size on
facts() {
	sed -n "s/.*machine: disk [a-z0-9]* serial $2 size //p" \
		"$work/kinds/logs/$1-serial.log" | tr -d '\r'
}
# sees PHASE SERIAL SIZE LOGICAL PHYSICAL MINIMUM DRIVER [WWN-ERE]
sees() {
	facts "$1" "$2" >"$work/facts"
	has "$work/facts" "^$3 logical $4 physical $5 ro 0 minimum $6 driver $7 at [^ ]* wwn ${8:-.*}\$" \
		"$1: $2 on $7"
}
# order PHASE DRIVER: serials in the order of their addresses
order() {
	sed -n "s/.* serial \([^ ]*\) .* driver $2 at \([^ ]*\) .*/\2 \1/p" \
		"$work/kinds/logs/$1-serial.log" | sort -V | cut -d' ' -f2 |
		tr '\n' ' '
}
in_order() { # PHASE DRIVER SERIALS
	is "$(order "$1" "$2")" "$3 " "$1: $2 disks in the order of vm.yaml"
}

kinds() { # PHASE
	exited kinds 0
	sees "$1" virtio-a 1048576 512 512 512 virtio_blk
	sees "$1" scsi-a 2097152 512 512 512 virtio_scsi
	sees "$1" sata-a 3145728 512 512 512 ahci
	sees "$1" nvme-a 4194304 512 512 512 nvme
	sees "$1" nvme-b 5242880 4096 4096 4096 nvme
	sees "$1" sata-b 6291456 512 4096 4096 ahci naa.5000c50015ea71aa
	sees "$1" scsi-b-which-has-36-bytes-as-some-do 7340032 4096 4096 4096 \
		virtio_scsi naa.5000c50015ea71ab
	sees "$1" virtio-b-of-20-bytes 8388608 4096 4096 4096 virtio_blk
	sees "$1" scsi-c 9437184 512 4096 32768 virtio_scsi
	sees "$1" virtio-c 10485760 512 4096 16384 virtio_blk
	in_order "$1" virtio_blk 'virtio-a virtio-b-of-20-bytes virtio-c'
	in_order "$1" virtio_scsi \
		'scsi-a scsi-b-which-has-36-bytes-as-some-do scsi-c'
	in_order "$1" ahci 'sata-a sata-b'
	in_order "$1" nvme 'nvme-a nvme-b'
}

paths() {
	log=$work/paths/logs/$1-serial.log
	exited paths 0
	is "$(grep -c 'serial disk-a size 8388608 .* wwn naa.5000c50015ea71ac' \
		"$log")" 3 "$1: one disk by three paths, serial and wwn the same"
	has "$log" 'paths: 3 to disk-a' "$1: known by the serial"
	for d in 1 3 4; do
		has "$log" "paths: 0:0:$d:0 has 'for 0:0:$d:0'" \
			"$1: what is written by the first path is read by $d"
	done
	is "$(sed -n 's/.*serial \([^ ]*\) .* driver virtio_scsi at \([^ ]*\) .*/\2 \1/p' \
		"$log" | sort -V | cut -d' ' -f2 | tr '\n' ' ')" \
		'first disk-a last disk-a disk-a ' \
		"$1: in the order of vm.yaml, then the further paths"
}

several vt-launch kinds paths
kinds install
paths install
is "$(head -c 11 "$work/paths/disks/d2.img")" 'for 0:0:4:0' \
	'and it is in the image'

md5sum "$work"/*/disks/*.img >"$work/sums"
several vt-xkvm kinds paths
kinds boot
paths boot
ok 'the installed disks stay as they were' md5sum --quiet -c "$work/sums"
has "$work/paths/logs/boot-serial.log" \
	'disk vda serial  size 1048576 .* ro 1 .* virtio_blk' \
	'boot: the seed is read-only'
is "$(find "$work/paths/boot" -name 'd2*.qcow2' | wc -l)" 1 \
	'one overlay for three paths'

# --- what cannot be
refused() { # ERE NAME DISK
	printf 'disks:\n  - {path: disks/x.img, size: 1048576, %s}\n' "$3" |
		machine refused boot poweroff
	run vt-xkvm --dry-run "$work/refused"
	status_is 2 "$2: exit 2"
	has "$work/err" "boot/vm.yaml:[0-9]*:[0-9]*: .*$1" '  position and reason'
}
refused "'nvme' does not support a wwn" 'nvme with a wwn' \
	'driver: nvme, wwn: "0x1"'
refused 'a guest sees at most 20 bytes of it' 'a serial too long' \
	'driver: sata, serial: a-serial-of-21-bytes!'
refused 'only a logical block size of 512 bytes, not 4096' \
	'sata with 4096-byte sectors' \
	'driver: sata, logical_block_size: 4096'

done_testing

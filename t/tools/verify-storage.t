#!/bin/sh
# Each check of the storage config fails when the disk is otherwise.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
fixture

# want SED-EXPRESSION: change what is expected, not the disk
want() {
	fresh
	sed -i "$1" "$case/verify.yaml"
	! cmp -s "$case/verify.yaml" "$work/good/verify.yaml" ||
		diag "nothing changed by $1"
}
poke() { # IMAGE OFFSET
	printf X | dd of="$case/disks/$1" bs=1 seek="$2" conv=notrunc status=none
}

want 's/ptable: msdos/ptable: gpt/'
breaks "ptable sda" "another table"
has "$work/out" '^#   found: +msdos$' "found is said"
has "$work/out" "^#   expected: partition table 'gpt'" "expected is said"
has "$work/out" '^#   at: +basic.yaml:3:9$' "and who asked"
fresh
dd if=/dev/zero of="$case/disks/install_disk.img" bs=512 count=1 conv=notrunc \
	status=none
breaks "ptable sda" "no table"
is "$(outcome "partition sda 1")" "not ok" "nor partitions"
is "$(outcome "mount /")" "not ok" "nor what to mount"

want '/number: 10/d'
breaks "partitions pnum" "one partition too many"
want 's/number: 10/number: 3/'
breaks "partitions pnum" "a wrong number"
is "$(outcome "partition pnum 3")" "not ok" "it is missing"
want 's/number: 2, size: 33554432/number: 2, size: 36700160/'
breaks "partition sda 2 size" "3 MiB too small"
has "$work/out" "33554432 bytes \(32 MiB\)" "sizes are readable"
want 's/number: 2, size: 33554432/number: 2, size: 34603008/'
verify
is "$(outcome "partition sda 2 size")" ok "1 MiB is within alignment"
want 's/flag: boot/flag: swap/'
breaks "partition sda 1 flag" "a wrong flag on msdos"
want 's/flag: swap/flag: boot/'
breaks "partition sda 3 flag" "not active"
want 's/flag: prep/flag: bios_grub/'
breaks "partition pnum 2 flag" "a wrong flag on gpt"
want "s/type: '83'/type: '0x82'/"
breaks "partition sda 2 type" "a wrong type"
want 's/flag: prep, name: boot/type: 9e1a2d38-c612-4316-aa26-8b49521e5a8b, name: root/'
breaks "partition pnum 2 name" "a wrong name"
is "$(outcome "partition pnum 2 type")" ok "a GUID has no case"
want "s/flag: swap/flag: bios_grub/"
skips "partition sda 3 flag" "a flag that msdos has not"

want "s/flag: prep/flag: ''/"
verify
is "$(outcome "partition pnum 2 flag")" "no such check" "an empty flag asks nothing"

want 's/partition: 1, fstype: ext4, label/partition: 1, fstype: xfs, label/'
breaks "filesystem sda 1" "another file system"
want 's/label: cloudimg-rootfs/label: other/'
breaks "filesystem sda 1 label" "another label"
want 's/partition: 2, fstype: ext4, uuid: [^,]*/partition: 2, fstype: ext4, uuid: 00000000-0000-4000-8000-000000000000/'
breaks "filesystem sda 2 uuid" "another UUID"
want 's/fstype: fat32/fstype: fat16/'
breaks "filesystem fat" "another width of FAT"
want 's/fstype: fat32/fstype: fat/'
verify
is "$(outcome "filesystem fat")" ok "any width of FAT"
want 's/disk: data, partition: 0, fstype: [a-z0-9]*, at/disk: data, partition: 1, fstype: ext4, at/'
breaks "filesystem data 1" "a partition that is not there"
fresh
dd if=/dev/zero of="$case/disks/install_disk.img" bs=1M seek=1 count=1 \
	conv=notrunc status=none
breaks "filesystem sda 1" "no file system"

fresh
poke extra_disk_3.img $(((2048 + 32768) * 512 + 12345))
breaks "zeroed pnum 2" "a byte in a zeroed partition"
has "$work/out" 'another byte at 12345' "its place is said"

fresh
rm "$case/disks/extra_disk_3.img"
skips "partition pnum 2" "an image that is gone"
status_is 0 "skips do not fail a test"
has "$work/err" 'passed, [0-9]+ checks, [0-9]+ skipped' "and are counted"
fresh
rm "$case/disks/extra_disk_3.img"
mkdir "$case/disks/extra_disk_3.img"
verify
status_is 3 "an image that cannot be read is the host's fault"
is "$(of status)" error "an error, not a failure"
has "$case/result.xml" '<error type="host"' "in JUnit too"

# a 4K disk
fresh
rm "$case/disks/extra_disk_3.img"
truncate -s 64M "$case/disks/extra_disk_3.img"
printf 'g\nn\n1\n\n+16M\nn\n2\n\n+8M\nt\n2\n9E1A2D38-C612-4316-AA26-8B49521E5A8B\nx\nn\n2\nboot\nr\nn\n10\n\n+16M\nw\n' |
	fdisk -b 4096 "$case/disks/extra_disk_3.img" >/dev/null 2>&1
verify
is "$(outcome "ptable pnum")" "not ok" "a 4K table read as 512 is not gpt"
sed -i '/id: pnum/s/sector_size: 512/sector_size: 4096/' "$case/verify.yaml"
verify
status_is 0 "with its sector size it is"
done_testing

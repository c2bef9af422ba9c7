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
breaks "disk sda ptable" "another table"
has "$work/out" '^#   found: +msdos$' "found is said"
has "$work/out" "^#   expected: ptable 'gpt'" "expected is said"
has "$work/out" '^#   at: +basic.yaml:3:9$' "and who asked"
fresh
dd if=/dev/zero of="$case/disks/install_disk.img" bs=512 count=1 conv=notrunc \
	status=none
breaks "disk sda ptable" "no table"
is "$(outcome "partition sda1 number")" "not ok" "nor partitions"
is "$(outcome "partition sda1 size")" "not ok" "nor their sizes"
is "$(outcome "mount root-mount mounted")" "not ok" "nor what to mount"

want "s/'1, 2, 10'/'1, 2'/"
breaks "disk pnum partitions" "one partition too many"
has "$work/out" "^#   expected: partitions '1, 2'" "which were expected"
has "$work/out" "^#   found: +1, 2, 10$" "and which are there"
want 's/number: 10/number: 3/'
breaks "partition pnum10 number" "a partition that is missing"
has "$work/out" "^#   found: +disk 'pnum' has no partition 3$" "it is said"
want 's/number: 2, size: 33554432/number: 2, size: 36700160/'
breaks "partition sda2 size" "3 MiB too small"
has "$work/out" "33554432 bytes \(32 MiB\)" "sizes are readable"
want 's/number: 2, size: 33554432/number: 2, size: 34603008/'
verify
is "$(outcome "partition sda2 size")" ok "1 MiB is within alignment"
want 's/number: 2, size: 33554432, type: .83./number: 2, size: 36700160, flag: extended/'
breaks "partition sda2 size" "an extended one without logical ones"
has "$work/out" "and 1 MiB more for each logical partition$" "which add to it"
want 's/flag: boot/flag: swap/'
breaks "partition sda1 flag" "a wrong flag on msdos"
want 's/flag: swap/flag: boot/'
breaks "partition sda3 flag" "not active"
want 's/flag: prep/flag: bios_grub/'
breaks "partition pnum2 flag" "a wrong flag on gpt"
want "s/type: '83'/type: '0x82'/"
breaks "partition sda2 partition_type" "a wrong type"
want 's/flag: prep, name: boot/type: 9e1a2d38-c612-4316-aa26-8b49521e5a8b, name: root/'
breaks "partition pnum2 partition_name" "a wrong name"
is "$(outcome "partition pnum2 partition_type")" ok "a GUID has no case"
want 's/uuid: 5c0f1a52/uuid: 6c0f1a52/'
breaks "partition pnum2 uuid" "another UUID of a partition"
want 's/offset: 17825792/offset: 17826304/'
breaks "partition pnum2 offset" "one sector off"
has "$work/out" "found: +17825792 bytes" "where it is"
want 's/offset: 17825792/offset: 17826303/'
verify
is "$(outcome "partition pnum2 offset")" ok "sfdisk counts whole sectors"
want 's/GUID:60, GUID:63/GUID:63/'
breaks "partition pnum2 attributes" "an attribute that was not asked for"
has "$work/out" "^#   found: +RequiredPartition, GUID:60, GUID:63$" "all of them"
want "s/flag: boot, at/name: boot, at/"
skips "partition sda1 partition_name" "a name that msdos has not"
want "s/flag: swap/flag: bios_grub/"
skips "partition sda3 flag" "a flag that msdos has not"

# options of mkfs, by the superblock
want "s/id: root, .*fstype: ext4,/& mkfs_options: '-b 1024 -O ^quota -q',/"
verify
is "$(outcome "format root mkfs_options")" ok "options of mkfs in effect"
want "s/id: root, .*fstype: ext4,/& mkfs_options: '-b 1024 -O ^ext_attr',/"
breaks "format root mkfs_options" "one that is not"
has "$work/out" "expected: mkfs's options '-b 1024 -O \^ext_attr' in effect" \
	"which are asked for"
has "$work/out" 'found: +not in effect: -O \^ext_attr: feature ext_attr is set; in effect: -b 1024$' \
	"which one it is"
sed -i "s/'-b 1024 -O ^ext_attr'/'-O ^has_journal'/" "$case/verify.yaml"
tune2fs -O ^has_journal -E offset=1048576 "$case/disks/install_disk.img" \
	>/dev/null 2>&1 || debugfs -w -R 'feature -has_journal' \
	"$case/disks/install_disk.img?offset=1048576" >/dev/null 2>&1
verify
is "$(outcome "format root mkfs_options")" ok "it is read at its offset"
want "s/id: fat-fs, .*fstype: fat32,/& mkfs_options: '-F 32 -s 2',/"
breaks "format fat-fs mkfs_options" "clusters of another size"
want "s/id: home, .*fstype: ext4,/& mkfs_options: '-q -N 9',/"
skips "format home mkfs_options" "options without a trace"
has "$work/out" 'mkfs_options # SKIP -q: it leaves no trace .*, -N 9: mkfs' \
	"and why"

want "s/id: home, .*fstype: ext4,/& label: '',/"
verify
is "$(outcome "format home label")" ok "an empty label is none"
label=$(sed -n 's/.*id: fat-fs, .*label: \([A-Z]*\).*/\1/p' "$case/verify.yaml")
want "s/label: $label/label: ''/"
verify
is "$(outcome "format fat-fs label")" "not ok" "  and one that is there fails"

want 's/fstype: ext4, label/fstype: xfs, label/'
breaks "format root fstype" "another file system"
want 's/label: cloudimg-rootfs/label: other/'
breaks "format root label" "another label"
want 's/fstype: ext4, uuid: [^,]*/fstype: ext4, uuid: 00000000-0000-4000-8000-000000000000/'
breaks "format home uuid" "another UUID"
want 's/fstype: fat32/fstype: fat16/'
breaks "format fat-fs fstype" "another width of FAT"
want 's/fstype: fat32/fstype: fat/'
verify
is "$(outcome "format fat-fs fstype")" ok "any width of FAT"
want '/id: data-fs/s/volume: data/volume: pnum1/;/id: pnum1,/s/number: 1/number: 4/'
breaks "format data-fs fstype" "on a partition that is not there"
fresh
dd if=/dev/zero of="$case/disks/install_disk.img" bs=1M seek=1 count=1 \
	conv=notrunc status=none
breaks "format root fstype" "no file system"

fresh
poke extra_disk_3.img $(((2048 + 32768) * 512 + 12345))
breaks "partition pnum2 wipe" "a byte in a zeroed partition"
has "$work/out" 'another byte at 12345' "its place is said"

fresh
rm "$case/disks/extra_disk_3.img"
skips "partition pnum2 number" "an image that is gone"
status_is 3 "it is a fault of the host"
is "$(outcome disks/extra_disk_3.img)" "not ok" "by a result of the image"
has "$work/err" "ERROR: disks/extra_disk_3.img: .*run the test again" \
	"which says what to do"
fresh
rm -r "$case/disks"
verify
status_is 3 "no image is left"
fresh
sed -i '/id: pnum/d; /disk: pnum/d' "$case/verify.yaml"
sed -i '/^checks:/a \  - {name: odd, file: fstab, skip: "not for it", exists: true}' \
	"$case/verify.yaml"
verify
status_is 0 "skips do not fail a test"
has "$work/err" 'passed, [0-9]+ checks, 1 skipped' "and are counted"
fresh
rm "$case/disks/extra_disk_3.img"
mkdir "$case/disks/extra_disk_3.img"
verify
status_is 3 "an image that cannot be read is the host's fault"
is "$(of status)" error "an error, not a failure"
has "$case/result.xml" '<error type="host"' "in JUnit too"

# a result can be named by its last word, as the reference's test_ptable is
want 's/ptable: msdos/ptable: gpt/'
echo "skip_by_date: [{bug: 7, fixby: 2998-01-01, removeby: 2999-01-01, tests: [test_ptable]}]" \
	>>"$case/verify.yaml"
skips "disk sda ptable" "not yet fixed"
is "$(outcome "disk sda partitions")" ok "the others count"

# a 4K disk
want 's/uuid: 5c0f.*offset: 17825792, //'
rm "$case/disks/extra_disk_3.img"
truncate -s 64M "$case/disks/extra_disk_3.img"
printf 'g\nn\n1\n\n+16M\nn\n2\n\n+8M\nt\n2\n9E1A2D38-C612-4316-AA26-8B49521E5A8B\nx\nn\n2\nboot\nr\nn\n10\n\n+16M\nw\n' |
	fdisk -b 4096 "$case/disks/extra_disk_3.img" >/dev/null 2>&1
verify
is "$(outcome "disk pnum ptable")" "not ok" "a 4K table read as 512 is not gpt"
sed -i '/id: pnum/s/sector_size: 512/sector_size: 4096/' "$case/verify.yaml"
verify
status_is 0 "with its sector size it is"
done_testing

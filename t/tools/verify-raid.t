#!/bin/sh
# RAID arrays: found on disk images by the superblocks of their members, in the
# booted system by facts; what is on one where it lies.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
need python3 sfdisk blkid mkfs.ext4
fixture

mib=1048576
size=$((8 * mib))
fs_uuid=1c2d3e4f-5061-4b7c-8d9e-0f1a2b3c4d5e
five_uuid=2d3e4f50-6172-4c8d-9eaf-102a3b4c5d6f
pv_uuid=cCcccc-cccc-cccc-cccc-cccc-cccc-cccccc
disk=$work/good/disks/raid_disk.img

# Partition N begins at mebibyte 1 + 8 (N - 1).
truncate -s 106M "$disk"
{
	echo label: gpt
	seq 13 | sed 's/.*/&: size=16384/'
} | sfdisk -q "$disk"
# lay IMAGE PARTITION... -- KEY=VALUE...: superblocks of an array
lay() {
	image=$1 places=
	shift
	while [ "$1" != -- ]; do
		places="$places $image $((mib + ($1 - 1) * size)) $size"
		shift
	done
	shift
	# shellcheck disable=SC2086 # several words
	"$top/t/tools/md-image.py" "$@" $places
}
# put FILE PARTITION MIB
put() {
	dd if="$1" of="$disk" bs=1M seek=$((1 + ($2 - 1) * 8 + $3)) \
		conv=notrunc status=none
}
lay "$disk" 1 2 3 -- level=5 devices=3 name=any:os-raid uuid=a
lay "$disk" 4 5 6 -- devices=2 name=guest:0 uuid=b
lay "$disk" 7 8 -- metadata=0.90 minor=3 uuid=c
lay "$disk" 9 10 -- metadata=1.0 name=parts uuid=d
lay "$disk" 11 12 -- metadata=1.1 name=any:pv uuid=e
# as another reader has them, which checks checksums too
for row in 1:1.2 6:1.2 7:0.90.0 9:1.0 11:1.1; do
	is "$(blkid -p -o value -s VERSION -S $size \
		-O $((mib + (${row%:*} - 1) * size)) "$disk")" "${row#*:}" \
		"blkid reads the superblock of partition ${row%:*}"
done
# what is on them: at 1 MiB of members with 1.1 and 1.2, else at the start
for fs in one old part volume; do
	truncate -s 4M "$work/$fs"
	mkfs.ext4 -q -F -L $fs "$work/$fs"
done
tune2fs -U $fs_uuid "$work/one" >/dev/null
put "$work/one" 4 1
put "$work/old" 7 0
truncate -s 14M "$work/five"
mkfs.ext4 -q -F -L five -U $five_uuid "$work/five"
"$top/t/tools/array-content.py" raid5 65536 "$work/five" \
	$(for p in 0 1 2; do echo "$disk" $((2 * mib + p * size)) $((7 * mib)); done)
# mdadm leaves 8 KiB and what is no whole MiB for the superblock
truncate -s 7M "$work/table"
printf 'label: gpt\nstart=2048, size=8192\n' | sfdisk -q "$work/table"
dd if="$work/part" of="$work/table" bs=1M seek=1 conv=notrunc status=none
put "$work/table" 9 0
cat >"$work/metadata" <<M
rvg {
id = "VVVVVV-0000"
seqno = 3
extent_size = 2048
physical_volumes { pv0 { id = "$pv_uuid" pe_start = 2048 pe_count = 5 } }
logical_volumes {
v { segment_count = 1
segment1 { start_extent = 0 extent_count = 4 type = "striped" stripe_count = 1 stripes = ["pv0", 0] }
}
}
}
M
truncate -s 2M "$work/pv"
"$top/t/tools/lvm-image.py" "$work/metadata" "$work/pv" 0 $pv_uuid
put "$work/pv" 11 1
put "$work/volume" 11 2

{
	sed '/^checks:/,$d' "$work/good/verify.yaml" |
		sed "/^  partitions:/i\\
    - {id: r, serial: disk-r, image: disks/raid_disk.img, sector_size: 512, at: 'r.yaml:1:1'}" |
		sed "/^  filesystems:/e seq 13 | sed \"s/.*/    - {id: p&, disk: r, number: &, at: 'r.yaml:2:1'}/\"; echo \"    - {id: rt1, disk: rt, number: 1, at: 'r.yaml:2:2'}\"" |
		sed "/^  mounts:/i\\
    - {id: one-fs, volume: r1, fstype: ext4, label: one, uuid: $fs_uuid, at: 'r.yaml:20:1'}\\
    - {id: old-fs, volume: old, fstype: ext4, label: old, at: 'r.yaml:21:1'}\\
    - {id: part-fs, volume: rt1, fstype: ext4, label: part, at: 'r.yaml:22:1'}\\
    - {id: volume-fs, volume: v, fstype: ext4, label: volume, at: 'r.yaml:23:1'}\\
    - {id: five-fs, volume: r5, fstype: ext4, label: five, at: 'r.yaml:24:1'}"
	cat <<-Y
	    - {id: five-mount, device: five-fs, path: /five, mounted: true, fstab: '* /five ext4 defaults', at: 'r.yaml:25:1'}
	  lvm_volgroups:
	    - {id: rvg, name: rvg, devices: [rp], at: 'r.yaml:15:1'}
	  lvm_partitions:
	    - {id: v, volgroup: rvg, name: v, size: 4194304, at: 'r.yaml:16:1'}
	  raids:
	    - {id: r5, name: os-raid, raidlevel: raid5, devices: [p1, p2, p3], at: 'r.yaml:10:1'}
	    - {id: r1, name: md0, raidlevel: raid1, devices: [p4, p5], spare_devices: [p6], metadata: '1.2', at: 'r.yaml:11:1'}
	    - {id: old, name: md3, raidlevel: raid1, devices: [p7, p8], metadata: '0.90', at: 'r.yaml:12:1'}
	    - {id: rt, mdname: parts, raidlevel: raid1, devices: [p9, p10], metadata: '1.0', ptable: gpt, partitions: '1', at: 'r.yaml:13:1'}
	    - {id: rp, name: pv, raidlevel: raid1, devices: [p11, p12], at: 'r.yaml:14:1'}
	Y
	sed -n '/^checks:/,$p' "$work/good/verify.yaml"
} >"$work/with"
mv "$work/with" "$work/good/verify.yaml"

five=/dev/disk/by-id/md-uuid-61616161:61616161:61616161:61616161
echo "$five /five ext4 defaults 0 0" >>"$work/good/collect/fstab"
echo "/dev/md127 /five ext4 rw 0 0" >>"$work/good/collect/proc_mounts"
echo "lrwxrwxrwx 1 root root 11 Nov 22 10:00 ${five##*/} -> ../../md127" \
	>>"$work/good/collect/ls_al_byid"
for row in $five_uuid:7 3e4f5061-7283-4d9e-afb0-213b4c5d6e7f:6; do
	echo "lrwxrwxrwx 1 root root 11 Nov 22 10:00 ${row%:*} -> ../../md12${row#*:}"
done >>"$work/good/collect/ls_al_byuuid"

fresh
verify
status_is 0 "arrays as they were asked for"
for check in "raid r5 name" "raid r5 raidlevel" "raid r5 devices" \
	"raid r1 name" "raid r1 raidlevel" "raid r1 metadata" \
	"raid r1 devices" "raid r1 spare_devices" \
	"raid old name" "raid old metadata" "raid old devices" \
	"raid rt mdname" "raid rt metadata" "raid rt ptable" \
	"raid rt partitions" "partition rt1 number" "raid rp devices" \
	"format one-fs label" "format one-fs uuid" "format old-fs label" \
	"format part-fs label" "format five-fs label" \
	"mount five-mount mounted" "lvm_volgroup rvg devices" \
	"format volume-fs label"; do
	is "$(outcome "$check")" ok "$check"
done
is "$(outcome "raid r5 spare_devices")" "no such check" "no spares are asked for"

# What is expected is changed: the statement of that name fails.
want() { # SED-EXPRESSION
	fresh
	sed -i "$1" "$case/verify.yaml"
	! cmp -s "$case/verify.yaml" "$work/good/verify.yaml" ||
		diag "nothing changed by $1"
}
want 's/name: os-raid/name: os/'
breaks "raid r5 name" "another name"
has "$work/out" "expected: +name 'os'" "which was asked for"
has "$work/out" "found: +'any:os-raid'" "which is there"
has "$work/out" "^#   at: +r.yaml:10:1$" "who asked"
has "$work/out" "^#   see: .*disks/raid_disk.img$" "where it stands"
want 's/mdname: parts/mdname: part/'
breaks "raid rt mdname" "another name of an array's own"
want 's/name: md0/name: md1/'
breaks "raid r1 name" "another number"
want 's/name: md3/name: md2/'
breaks "raid old name" "another number in metadata 0.90"
want 's/name: md3/name: other/'
skips "raid old name" "metadata 0.90 has no name"
want 's/raidlevel: raid5/raidlevel: raid4/'
breaks "raid r5 raidlevel" "another level"
want "s/metadata: '1.2'/metadata: '1.1'/"
breaks "raid r1 metadata" "another version of metadata"
want 's/devices: \[p1, p2, p3\]/devices: [p1, p2]/'
breaks "raid r5 devices" "a device too many"
has "$work/out" "found: +raid5 of 3: p1, p2, 1 not in the config" "how many"
want 's/devices: \[p1, p2, p3\]/devices: [p1, p2, p3, p13]/'
breaks "raid r5 devices" "a device too few"
has "$work/out" "found: +raid5 of 3: .*disk-r partition 13 has no superblock" "which"
want 's/spare_devices: \[p6\]/spare_devices: [p13]/'
breaks "raid r1 spare_devices" "a spare that is not there"
want 's/devices: \[p4, p5\], spare_devices: \[p6\]/devices: [p4, p6], spare_devices: [p5]/'
breaks "raid r1 devices" "a spare in place of a device"
has "$work/out" "disk-r partition 6 is a spare" "which"
breaks "raid r1 spare_devices" "a device in place of a spare"
want "s/ptable: gpt, partitions: '1', at: 'r.yaml:13/ptable: msdos, partitions: '1', at: 'r.yaml:13/"
breaks "raid rt ptable" "another table on an array"
want "s/ptable: gpt, partitions: '1', at: 'r.yaml:13/ptable: gpt, partitions: '1, 2', at: 'r.yaml:13/"
breaks "raid rt partitions" "a partition too few on an array"
want 's/{id: rt1, disk: rt, number: 1/{id: rt1, disk: r5, number: 1/'
breaks "partition rt1 number" "no table on a RAID 5"
want 's/raidlevel: raid5,/raidlevel: raid5, metadata: imsm,/'
skips "raid r5 raidlevel" "a firmware's format"

# The disk is changed.
hurt() { # PARTITION... -- KEY=VALUE...
	fresh
	lay "$case/disks/raid_disk.img" "$@"
}
zero() { # PARTITION
	fresh
	dd if=/dev/zero of="$case/disks/raid_disk.img" bs=4096 conv=notrunc \
		seek=$((256 + ($1 - 1) * 2048 + 1)) count=1 status=none
}
zero 3
breaks "raid r5 devices" "a superblock that is zero"
has "$work/out" "expected: +raid5 of 3: p1, p2, p3$" "what was asked for"
has "$work/out" "found: +raid5 of 2: p1, p2 \(disk-r partition 3 has no superblock\)$" "which has none"
printf x | dd of="$case/disks/raid_disk.img" bs=1 conv=notrunc \
	seek=$((mib + 4096 + 40)) status=none
breaks "raid r5 devices" "a superblock with a wrong checksum"
has "$work/out" "found: +raid5 of 1: p2 \(disk-r partition 1 has" "counts as none"
for p in 1 2 3; do
	dd if=/dev/zero of="$case/disks/raid_disk.img" bs=4096 conv=notrunc \
		seek=$((256 + (p - 1) * 2048 + 1)) count=1 status=none
done
breaks "raid r5 raidlevel" "no superblock at all"
has "$work/out" "found: +no device of 'r5' has an MD superblock" "in words"
hurt 3 -- level=5 devices=3 first=2 name=any:other uuid=f
breaks "raid r5 devices" "a member of another array"
has "$work/out" "partition 3 is a member of another array, any:other\)" "which"
hurt 1 2 3 -- level=4 devices=3 name=any:os-raid uuid=a
breaks "raid r5 raidlevel" "another level"
hurt 1 2 3 -- level=5 devices=3 name=any:so uuid=a
breaks "raid r5 name" "a name that was changed"
hurt 1 2 3 -- level=5 devices=4 name=any:os-raid uuid=a
breaks "raid r5 devices" "one device more"
hurt 1 2 -- level=5 devices=3 name=any:os-raid uuid=a events=20
breaks "raid r5 devices" "a device that was left behind"
has "$work/out" "partition 3 is out of date: its events are 9 of 20" "which"
hurt 1 2 -- level=5 devices=3 name=any:os-raid uuid=a events=10 failed=2
breaks "raid r5 devices" "a device that has failed by the others' word alone"
has "$work/out" "found: +raid5 of 3: .*it had 2 of 3 at last" "in words"
hurt 1 2 3 -- level=5 devices=3 name=any:os-raid uuid=a failed=2
breaks "raid r5 devices" "a degraded array"
has "$work/out" "partition 3 has failed" "which device"
hurt 5 -- metadata=1.1 first=1 created=1600000000 uuid=f
verify
status_is 0 "an older superblock of another version does not count"
hurt 5 -- metadata=1.1 first=1 created=1800000000 uuid=f
breaks "raid r1 devices" "a newer one does"
# a data offset past the end of its member
hurt 4 5 6 -- devices=2 name=guest:0 uuid=b data=9
skips "format one-fs label" "content that cannot be there"

# The booted system's own word.
booted() { # LEVEL MEMBERS-OF-3 NAME ROLE-OF-3
	child='"children": [{"name": "md127", "kname": "md127", "type": "'$1'", "fstype": "ext4", "label": "five"}]'
	cat >"$case/collect/lsblk.json" <<J
{"blockdevices": [{"name": "vdx", "kname": "vdx", "serial": "disk-r", "children": [
 {"name": "vdx1", "kname": "vdx1", $child}, {"name": "vdx2", "kname": "vdx2", $child},
 {"name": "vdx3", "kname": "vdx3"$2}]}]}
J
	cat >"$case/collect/mdadm.export" <<F
MD_NODE=/dev/md126
MD_LEVEL=raid1
MD_NAME=any:x
MD_NODE=/dev/md127
MD_LEVEL=$1
MD_DEVICES=3
MD_METADATA=1.2
MD_UUID=61616161:61616161:61616161:61616161
MD_DEVNAME=$3
MD_NAME=any:$3
MD_DEVICE_dev_vdx1_ROLE=0
MD_DEVICE_dev_vdx1_DEV=/dev/vdx1
MD_DEVICE_dev_vdx2_ROLE=1
MD_DEVICE_dev_vdx2_DEV=/dev/vdx2
MD_DEVICE_dev_vdx3_ROLE=$4
MD_DEVICE_dev_vdx3_DEV=/dev/vdx3
F
}
in_array=', "children": [{"name": "md127", "kname": "md127", "type": "raid5"}]'
only_five() { # of arrays: the others are not in these facts
	sed -i -e "/yaml:1[1-6]:1/d" -e '/yaml:2:2/d' -e '/yaml:2[0-3]:1/d' \
		-e '/^  lvm_/d' -e "s/name: os-raid,/name: os-raid, metadata: '1.2',/" \
		"$case/verify.yaml"
	awk '/id: p[0-9]+,/ && !/id: p[123],/ { next } { print }' \
		"$case/verify.yaml" >"$work/five"
	cp "$work/five" "$case/verify.yaml"
}
told() { # LEVEL MEMBERS-OF-3 NAME ROLE-OF-3
	fresh
	only_five
	booted "$@"
}
told raid5 "$in_array" os-raid 2
verify
status_is 0 "both sides tell the same"
is "$(outcome "format five-fs fstype")" ok "facts tell what no image can"
is "$(outcome "mount five-mount mounted")" ok "and that it is mounted"
is "$(outcome "mount five-mount fstab")" ok "and its line of fstab"
sed -i 's,^/dev/md127 ,/dev/md126 ,' "$case/collect/proc_mounts"
breaks "mount five-mount mounted" "another array is mounted"
rm "$case/disks/raid_disk.img"
verify
for key in name raidlevel metadata devices; do
	is "$(outcome "raid r5 $key")" ok "without an image, facts tell of $key"
done
rm "$case/collect/mdadm.export"
verify
is "$(outcome "raid r5 devices")" ok "lsblk alone tells of devices"
is "$(outcome "raid r5 name")" skip "but not of the name"
told raid4 "$in_array" os-raid 2
breaks "raid r5 raidlevel" "another level once booted"
told raid5 "$in_array" os 2
breaks "raid r5 name" "another name once booted"
told raid5 "" os-raid 2
breaks "raid r5 devices" "a device that is gone once booted"
has "$work/out" "booted: raid5 of 2: p1, p2 \(/dev/vdx3 is not in the array\)" "which"
told raid5 "$in_array" os-raid spare
breaks "raid r5 devices" "a spare in place of a device once booted"
told raid5 "$in_array" os-raid 2
sed -i 's/devices: \[p1, p2, p3\]/devices: [p1, p2]/' "$case/verify.yaml"
breaks "raid r5 devices" "a device too many once booted"
has "$work/out" "booted: raid5 of 3: p1, p2, /dev/vdx3" "which"
done_testing

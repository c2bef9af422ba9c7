#!/bin/sh
# Volume groups and logical volumes: found on disk images by their metadata, in
# the booted system by facts, and file systems on them where they lie.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
need python3 sfdisk mkfs.ext4
fixture

uuid_a=aAaaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaaaa
uuid_b=bBbbbb-bbbb-bbbb-bbbb-bbbb-bbbb-bbbbbb
lv_uuid=0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d
disk=$work/good/disks/lvm_disk.img

# `wide` is 20 extents on the first device and 4 on the second
cat >"$work/metadata" <<M
vg-1 {
id = "VVVVVV-0000"
seqno = 3
extent_size = 2048
physical_volumes {
pv0 { id = "$uuid_a" pe_start = 2048 pe_count = 24 }
pv1 { id = "$uuid_b" pe_start = 2048 pe_count = 24 }
}
logical_volumes {
wide { segment_count = 2
segment1 { start_extent = 0 extent_count = 20 type = "striped" stripe_count = 1 stripes = ["pv0", 2] }
segment2 { start_extent = 20 extent_count = 4 type = "striped" stripe_count = 1 stripes = ["pv1", 0] }
}
plain { segment_count = 1
segment1 { start_extent = 0 extent_count = 16 type = "striped" stripe_count = 1 stripes = ["pv1", 4] }
}
fast { segment_count = 1
segment1 { start_extent = 0 extent_count = 4 type = "striped" stripe_count = 2 stripe_size = 128 stripes = ["pv0", 22, "pv1", 20] }
}
thin { segment_count = 1
segment1 { start_extent = 0 extent_count = 4 type = "thin" thin_pool = "pool" transaction_id = 0 device_id = 1 }
}
}
}
M
truncate -s 64M "$disk"
printf 'label: gpt\n1: start=2048, size=51200\n2: size=51200\n' |
	sfdisk -q "$disk"
mib=1048576
lay() { # METADATA IMAGE: on both partitions
	"$top/t/tools/lvm-image.py" "$1" "$2" $mib $uuid_a \
		"$2" $((26 * mib)) $uuid_b
}
lay "$work/metadata" "$disk"
# partition 1 is at 1 MiB, its extents begin a MiB later
truncate -s 24M "$work/wide" && mkfs.ext4 -q -F -L wide -U $lv_uuid "$work/wide"
dd if="$work/wide" of="$disk" bs=1M seek=4 count=20 conv=notrunc status=none
dd if="$work/wide" of="$disk" bs=1M skip=20 seek=27 conv=notrunc status=none
truncate -s 16M "$work/plain" && mkfs.ext4 -q -F -L plain "$work/plain"
dd if="$work/plain" of="$disk" bs=1M seek=31 conv=notrunc status=none
truncate -s 4M "$work/fast" && mkfs.ext4 -q -F -L fast "$work/fast"
"$top/t/tools/array-content.py" stripes 65536 "$work/fast" \
	"$disk" $((24 * mib)) $((2 * mib)) "$disk" $((47 * mib)) $((2 * mib))

cat >"$work/storage" <<Y
  disks:
    - {id: l, serial: disk-l, image: disks/lvm_disk.img, sector_size: 512, ptable: gpt, partitions: '1, 2', at: 'l.yaml:1:1'}
  partitions:
    - {id: l1, disk: l, number: 1, at: 'l.yaml:2:1'}
    - {id: l2, disk: l, number: 2, at: 'l.yaml:3:1'}
  filesystems:
    - {id: wide-fs, volume: wide, fstype: ext4, label: wide, uuid: $lv_uuid, at: 'l.yaml:8:1'}
    - {id: plain-fs, volume: plain, fstype: ext4, label: plain, at: 'l.yaml:9:1'}
    - {id: fast-fs, volume: fast, fstype: ext4, label: fast, at: 'l.yaml:10:1'}
    - {id: thin-fs, volume: thin, fstype: xfs, at: 'l.yaml:13:1'}
  mounts:
    - {id: wide-mount, device: wide-fs, path: /w, mounted: true, fstab: '* /w ext4 defaults', at: 'l.yaml:11:1'}
    - {id: thin-mount, device: thin-fs, path: /f, mounted: true, at: 'l.yaml:12:1'}
  lvm_volgroups:
    - {id: vg, name: vg-1, devices: [l1, l2], at: 'l.yaml:4:1'}
  lvm_partitions:
    - {id: wide, volgroup: vg, name: wide, size: 25000000, at: 'l.yaml:5:1'}
    - {id: plain, volgroup: vg, name: plain, at: 'l.yaml:6:1'}
    - {id: fast, volgroup: vg, name: fast, size: 4194304, at: 'l.yaml:7:1'}
    - {id: thin, volgroup: vg, name: thin, at: 'l.yaml:14:1'}
Y
storage_lists
echo "/dev/disk/by-id/dm-name-vg--1-wide /w ext4 defaults 0 0" >>"$work/good/collect/fstab"
echo "/dev/dm-0 /w ext4 rw 0 0" >>"$work/good/collect/proc_mounts"
echo "/dev/mapper/vg--1-thin /f xfs rw 0 0" >>"$work/good/collect/proc_mounts"
cat >>"$work/good/collect/ls_al_byuuid" <<F
lrwxrwxrwx 1 root root  10 Nov 22 10:00 $lv_uuid -> ../../dm-0
F
cat >>"$work/good/collect/ls_al_byid" <<F
lrwxrwxrwx 1 root root  10 Nov 22 10:00 dm-name-vg--1-wide -> ../../dm-0
F

# No device-mapper is needed.
fresh
verify
status_is 0 "a volume group as it was asked for"
for check in "lvm_volgroup vg name" "lvm_volgroup vg devices" \
	"lvm_partition wide name" "lvm_partition wide size" \
	"lvm_partition plain name" "lvm_partition fast size" \
	"format wide-fs fstype" "format wide-fs label" "format wide-fs uuid" \
	"format plain-fs label" "format fast-fs label" \
	"mount wide-mount mounted" \
	"mount wide-mount fstab"; do
	is "$(outcome "$check")" ok "$check"
done
is "$(outcome "lvm_partition plain size")" "no such check" \
	"no size is asked of what takes the rest"
is "$(outcome "format thin-fs fstype")" skip "a thin volume is not mapped"
has "$work/out" "thin-fs fstype # SKIP LVM segments of type 'thin' are not read" "and says so"
is "$(outcome "mount thin-mount mounted")" skip "nor is what is mounted of it"

want() { # SED-EXPRESSION
	fresh
	sed -i "$1" "$case/verify.yaml"
	! cmp -s "$case/verify.yaml" "$work/good/verify.yaml" ||
		diag "nothing changed by $1"
}
want 's/name: vg-1/name: vg-2/'
breaks "lvm_volgroup vg name" "another name"
has "$work/out" "^#   at: +l.yaml:4:1$" "who asked"
has "$work/out" "^#   see: .*disks/lvm_disk.img$" "where it stands"
want 's/devices: \[l1, l2\]/devices: [l1]/'
breaks "lvm_volgroup vg devices" "a device too many"
has "$work/out" "found: +l1, another device \(PV UUID bB" "which one"
want 's/name: wide, size: 25000000/name: wide, size: 24000000/'
breaks "lvm_partition wide size" "larger than to whole extents"
want 's/name: wide, size: 25000000/name: wide, size: 25165825/'
breaks "lvm_partition wide size" "smaller than asked"
want 's/name: plain, at/name: plane, at/'
breaks "lvm_partition plain name" "a volume that is not there"
is "$(outcome "format plain-fs fstype")" "not ok" "nor is what is on it"
want 's/label: wide/label: slim/'
breaks "format wide-fs label" "another label on a volume"

damage() { # SEEK-MIB COUNT
	fresh
	dd if=/dev/zero of="$case/disks/lvm_disk.img" bs=1M seek="$1" \
		count="$2" conv=notrunc status=none
}
damage 4 1
breaks "format wide-fs fstype" "no file system on a volume"
damage 26 1
breaks "lvm_volgroup vg devices" "a device without a label"
has "$work/out" "found: +l1, another device" "the metadata still has it"
damage 1 1
verify
is "$(outcome "lvm_volgroup vg name")" ok "the other device has it as well"
damage 1 1
dd if=/dev/zero of="$case/disks/lvm_disk.img" bs=1M seek=26 count=1 \
	conv=notrunc status=none
breaks "lvm_volgroup vg name" "no metadata at all"
is "$(outcome "lvm_partition wide size")" "not ok" "no volumes"
fresh
printf X | dd of="$case/disks/lvm_disk.img" bs=1 seek=$((mib + 4096 + 700)) \
	conv=notrunc status=none
printf X | dd of="$case/disks/lvm_disk.img" bs=1 \
	seek=$((26 * mib + 4096 + 700)) conv=notrunc status=none
breaks "lvm_volgroup vg name" "metadata whose checksum does not fit"
fresh
sed 's/seqno = 3/seqno = 4/; s/^plain/other/' "$work/metadata" >"$work/newer"
"$top/t/tools/lvm-image.py" "$work/newer" "$case/disks/lvm_disk.img" \
	$((26 * mib)) $uuid_b
breaks "lvm_partition plain name" "the newest metadata counts"

# The booted system's own word.
booted() { # LV SIZE GROUP
	cat >"$case/collect/lsblk.json" <<J
{"blockdevices": [{"name": "vdx", "serial": "disk-l", "children": [
 {"name": "vdx1", "children": [{"name": "vg--1-wide", "path": "/dev/mapper/vg--1-wide", "kname": "dm-0", "type": "lvm",
   "fstype": "ext4", "label": "wide", "uuid": "$lv_uuid"},
  {"name": "vg--1-thin", "path": "/dev/mapper/vg--1-thin", "kname": "dm-1", "type": "lvm", "fstype": "xfs", "uuid": "1-2"}]},
 {"name": "vdx2"}]}]}
J
	cat >"$case/collect/lvm.json" <<J
{"report": [{"vg": [{"vg_name": "$3", "vg_extent_size": "1048576"}],
 "pv": [{"pv_name": "/dev/vdx1"}, {"pv_name": "/dev/vdx2"}],
 "lv": [{"lv_name": "$1", "lv_size": "$2"}, {"lv_name": "plain", "lv_size": "16777216"},
  {"lv_name": "thin", "lv_size": "4194304"}, {"lv_name": "fast", "lv_size": "4194304"}]}]}
J
}
fresh
booted wide 25165824 vg-1
verify
status_is 0 "both sides tell the same"
is "$(outcome "format thin-fs fstype")" ok "facts tell what no image can"
is "$(outcome "mount thin-mount mounted")" ok "and what is mounted of it"
rm "$case/disks/lvm_disk.img"
verify
status_is 3 "without an image"
is "$(outcome "lvm_volgroup vg devices")" ok "the facts tell of devices"
is "$(outcome "lvm_partition wide size")" ok "of sizes"
is "$(outcome "mount wide-mount mounted")" ok "of mounts"
booted wide 26214400 vg-1
breaks "lvm_partition wide size" "larger once booted"
booted slim 25165824 vg-1
breaks "lvm_partition wide name" "gone once booted"
booted wide 25165824 vg-2
breaks "lvm_volgroup vg name" "a group that is gone once booted"
done_testing

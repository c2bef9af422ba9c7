#!/bin/sh
# What is on arrays is found on disk images: of each level, with and without a
# member, a table and a swap on each of its chunks; and layers of layers.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
need python3 sfdisk mkfs.ext4
fixture

mib=1048576
pv_uuid=dDdddd-dddd-dddd-dddd-dddd-dddd-dddddd
disk=$work/good/disks/array_disk.img
parts=25

# Partition N has 4 MiB, from 1 + 4 (N - 1); some are larger
truncate -s 140M "$disk"
{
	echo label: gpt
	at=2048
	for p in $(seq $parts); do
		sectors=8192
		case $p in
		3) sectors=12288 ;;
		24 | 25) sectors=16384 ;;
		esac
		echo "$p: start=$at, size=$sectors"
		at=$((at + sectors))
	done
} | sfdisk -q "$disk"
# where PARTITION: its place, as OFFSET SIZE
where() {
	if [ "$1" -lt 3 ]; then
		echo $((mib + ($1 - 1) * 4 * mib)) $((4 * mib))
	elif [ "$1" -eq 3 ]; then
		echo $((9 * mib)) $((6 * mib))
	elif [ "$1" -gt 23 ]; then
		echo $((95 * mib + ($1 - 24) * 8 * mib)) $((8 * mib))
	else
		echo $((3 * mib + ($1 - 1) * 4 * mib)) $((4 * mib))
	fi
}

# swaps NAME MIB: a table with a swap on each of 12 chunks, and an empty chunk
swaps() {
	truncate -s "$2M" "$work/$1"
	{
		echo label: gpt
		for k in $(seq 13); do
			echo "$k: start=$((1920 + k * 128)), size=128"
		done
	} | sfdisk -q "$work/$1"
	for k in $(seq 12); do
		truncate -s 0 "$work/swap" && truncate -s 64K "$work/swap"
		mkswap -q -L "$1-$k" "$work/swap"
		dd if="$work/swap" of="$work/$1" bs=64K seek=$((15 + k)) \
			conv=notrunc status=none
	done
}
# lay NAME KIND FIRST-PARTITION LAST -- KEY=VALUE...: an array; data is at 1 MiB
lay() {
	name=$1 kind=$2 places= data=
	for p in $(seq $3 $4); do
		places="$places $disk $(where $p)"
		data="$data $disk $(where $p |
			awk '{ print $1 + 1048576, $2 - 1048576 }')"
	done
	shift 5
	# shellcheck disable=SC2086 # several words
	"$top/t/tools/md-image.py" "$@" name=any:$name $places
	# shellcheck disable=SC2086
	"$top/t/tools/array-content.py" $kind 65536 "$work/$name" $data
}
# ids FIRST LAST: "p1, p2"
ids() { seq -s ', ' $1 $2 | sed 's/[0-9][0-9]*/p&/g'; }

swaps zero 11 && lay zero stripes 1 3 -- level=0 devices=3 uuid=a feature=4096
swaps five 6 && lay five raid5 4 6 -- level=5 devices=3 uuid=b
swaps six 6 && lay six raid6 7 10 -- level=6 devices=4 uuid=c
swaps ten 6 && lay ten far 11 14 -- level=10 devices=4 layout=513 uuid=d
swaps line 6 && lay line linear 15 16 -- level=-1 devices=2 uuid=e
swaps four 6 && lay four raid4 17 19 -- level=4 devices=3 uuid=f

# An msdos table whose logical partition is far from both ends: p24, p25
truncate -s 7M "$work/dos"
printf 'label: dos\nstart=2048, size=2048, type=83\n%s\n%s\n' \
	'start=10240, size=2048, type=5' 'start=10496, size=1024, type=82' |
	sfdisk -q "$work/dos"
lay dos near 24 25 -- level=1 devices=2 uuid=j

# A physical volume on a mirror of stripes: p20 to p23
cat >"$work/metadata" <<M
deep {
id = "VVVVVV-0000"
seqno = 3
extent_size = 128
physical_volumes { pv0 { id = "$pv_uuid" pe_start = 2048 pe_count = 16 } }
logical_volumes {
deep { segment_count = 1
segment1 { start_extent = 0 extent_count = 16 type = "striped" stripe_count = 1 stripes = ["pv0", 0] }
}
}
}
M
truncate -s 1M "$work/deep-fs"
mkfs.ext4 -q -F -L deep -O ^has_journal "$work/deep-fs"
truncate -s 3M "$work/pv"
"$top/t/tools/lvm-image.py" "$work/metadata" "$work/pv" 0 $pv_uuid
dd if="$work/deep-fs" of="$work/pv" bs=1M seek=1 conv=notrunc status=none
truncate -s 6M "$work/g" "$work/h"
"$top/t/tools/md-image.py" level=1 devices=2 uuid=i name=any:deep \
	"$work/g" 0 $((6 * mib)) "$work/h" 0 $((6 * mib))
dd if="$work/pv" of="$work/g" bs=1M seek=1 conv=notrunc status=none
dd if="$work/pv" of="$work/h" bs=1M seek=1 conv=notrunc status=none
lay g stripes 20 21 -- level=0 devices=2 uuid=g feature=4096
lay h stripes 22 23 -- level=0 devices=2 uuid=h feature=4096

{
	echo '  disks:'
	echo "    - {id: d, serial: disk-x, image: disks/array_disk.img, sector_size: 512, at: 'a.yaml:1:1'}"
	echo '  partitions:'
	for p in $(seq $parts); do
		echo "    - {id: p$p, disk: d, number: $p, at: 'a.yaml:2:1'}"
	done
	for a in zero five six ten line four; do
		for k in $(seq 12); do
			echo "    - {id: $a$k, disk: $a, number: $k, at: 'a.yaml:3:1'}"
		done
	done
	cat <<-Y
	    - {id: dos1, disk: dos, number: 1, flag: linux, at: 'a.yaml:6:1'}
	    - {id: dos5, disk: dos, number: 5, size: 524288, flag: swap, at: 'a.yaml:7:1'}
	    - {id: empty, disk: five, number: 13, wipe: zero, untouched: all, at: 'a.yaml:8:1'}
	Y
	echo '  filesystems:'
	for a in zero five six ten line four; do
		for k in $(seq 12); do
			echo "    - {id: $a-$k, volume: $a$k, fstype: swap, label: $a-$k, at: 'a.yaml:4:1'}"
		done
	done
	cat <<-Y
	    - {id: deep-fs, volume: deep, fstype: ext4, label: deep, at: 'a.yaml:5:1'}
	  raids:
	    - {id: zero, name: zero, raidlevel: raid0, devices: [$(ids 1 3)], ptable: gpt, at: 'a.yaml:10:1'}
	    - {id: five, name: five, raidlevel: raid5, devices: [$(ids 4 6)], at: 'a.yaml:11:1'}
	    - {id: six, name: six, raidlevel: raid6, devices: [$(ids 7 10)], at: 'a.yaml:12:1'}
	    - {id: ten, name: ten, raidlevel: raid10, devices: [$(ids 11 14)], at: 'a.yaml:13:1'}
	    - {id: line, name: line, raidlevel: linear, devices: [$(ids 15 16)], at: 'a.yaml:14:1'}
	    - {id: four, name: four, raidlevel: raid4, devices: [$(ids 17 19)], at: 'a.yaml:15:1'}
	    - {id: g, name: g, raidlevel: raid0, devices: [$(ids 20 21)], at: 'a.yaml:16:1'}
	    - {id: h, name: h, raidlevel: raid0, devices: [$(ids 22 23)], at: 'a.yaml:17:1'}
	    - {id: dos, name: dos, raidlevel: raid1, devices: [$(ids 24 25)], ptable: msdos, partitions: '1, 2, 5', at: 'a.yaml:21:1'}
	    - {id: i, name: deep, raidlevel: raid1, devices: [g, h], at: 'a.yaml:18:1'}
	  lvm_volgroups:
	    - {id: vg, name: deep, devices: [i], at: 'a.yaml:19:1'}
	  lvm_partitions:
	    - {id: deep, volgroup: vg, name: deep, size: 1048576, at: 'a.yaml:20:1'}
	Y
} >"$work/storage"
storage_lists

# found ARRAY: how many of its swaps are
found() { grep -cE "^ok [0-9]+ - format $1-[0-9]+ label$" "$work/out"; }
fresh
verify
status_is 0 "arrays as they were asked for"
for a in zero five six ten line four; do
	is "$(found $a)" 12 "on '$a' each chunk is found"
done
is "$(outcome "raid zero ptable")" ok "and the table"
for check in "raid dos partitions" "partition dos5 flag" \
	"partition empty wipe"; do
	is "$(outcome "$check")" ok "$check"
done
is "$(outcome "format deep-fs label")" ok \
	"a file system on a volume on a mirror of stripes"

# lose PARTITION: a member
lose() {
	# shellcheck disable=SC2046 # two words
	set -- $(where $1)
	dd if=/dev/urandom of="$case/disks/array_disk.img" bs=1M status=none \
		seek=$(($1 / mib)) count=$(($2 / mib)) conv=notrunc
}
fresh
for p in 2 5 8 12 15 17; do
	lose $p
done
verify
status_is 1 "each array has lost a member"
for a in zero five six ten line four; do
	is "$(outcome "raid $a devices")" "not ok" "which '$a' tells"
done
for a in five six ten four; do
	is "$(found $a)" 12 "on '$a' each chunk is found by the others"
done
is "$(outcome "format zero-1 label")" skip "not on stripes"
has "$work/out" 'zero-1 label # SKIP the array lacks members' "and why"
lose 4
verify
is "$(outcome "format five-1 label")" skip "not with two less"
fresh
# the empty chunk is number 28: the first of row 14, whose parity is on p4
printf x | dd of="$case/disks/array_disk.img" bs=1 conv=notrunc status=none \
	seek=$(($(where 5 | cut -d' ' -f1) + mib + 14 * 65536 + 7))
breaks "partition empty wipe" "a byte in an empty partition"
has "$work/out" "found: +another byte at 7$" "where it is"
fresh
lose 21
skips "raid i raidlevel" "a mirror with a half that is unknown"
done_testing

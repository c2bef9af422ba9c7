#!/bin/sh
# What was on a disk before must be gone when the config wipes it: signatures
# that nothing of the config makes, and bytes where nothing was written since.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
need python3 sfdisk mkfs.ext4 mkfs.vfat
fixture

mib=1048576
uuid=JBnzfF-G2n2-iLqS-xGdb-vFAA-cqkO-C4Lasf
tools=$top/t/tools
gpt=$work/good/disks/gpt.img
msdos=$work/good/disks/msdos.img
whole=$work/good/disks/whole.img

md() { # IMAGE OFFSET-MIB SIZE-MIB METADATA
	"$tools/md-image.py" metadata="$4" level=1 devices=2 name=old "$1" \
		$(($2 * mib)) $(($3 * mib))
}
pv() { # IMAGE OFFSET-BYTES
	echo 'old {}' >"$work/group"
	"$tools/lvm-image.py" "$work/group" "$1" "$2" $uuid
}
put() { # IMAGE OFFSET-BYTES
	printf X | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
fs() { # IMAGE OFFSET-MIB MIB MKFS...
	image=$1 at=$2 size=$3
	shift 3
	rm -f "$work/fs" && truncate -s "${size}M" "$work/fs" &&
		"$@" "$work/fs" >/dev/null 2>&1
	dd if="$work/fs" of="$image" bs=1M seek="$at" conv=notrunc,sparse \
		status=none
}

truncate -s 96M "$gpt" "$msdos" "$whole"
printf '%s\n' 'label: gpt' '1: start=2048, size=16384' '2: size=16384' \
	'3: start=43008, size=16384' '4: size=16384' '5: size=16384' |
	sfdisk -q "$gpt"
fs "$gpt" 1 8 mkfs.ext4 -q -F
fs "$gpt" 9 8 mkfs.vfat -F 16
md "$gpt" 21 8 1.2
pv "$gpt" $((29 * mib))
printf '%s\n' 'label: dos' 'start=2048, size=32768, type=83' \
	'size=65536, type=5' 'start=36864, size=16384, type=83' | sfdisk -q "$msdos"
# boot code of GRUB: in the first sector, and in those up to partition 1
put "$msdos" 100
put "$msdos" 1000
fs "$whole" 0 96 mkfs.ext4 -q -F

cat >"$work/storage" <<'Y'
  disks:
    - {id: g, serial: disk-g, image: disks/gpt.img, ptable: gpt, partitions: '1, 2, 3, 4, 5', wipe: zero, untouched: gaps, at: 'w.yaml:1:1'}
    - {id: m, serial: disk-m, image: disks/msdos.img, ptable: msdos, partitions: '1, 2, 5', wipe: zero, untouched: later gaps, at: 'w.yaml:2:1'}
    - {id: w, serial: disk-w, image: disks/whole.img, wipe: superblock, at: 'w.yaml:3:1'}
  partitions:
    - {id: ext, disk: g, number: 1, wipe: superblock, at: 'w.yaml:4:1'}
    - {id: fat2, disk: g, number: 2, wipe: zero, at: 'w.yaml:5:1'}
    - {id: member, disk: g, number: 3, wipe: superblock-recursive, at: 'w.yaml:6:1'}
    - {id: pv, disk: g, number: 4, wipe: pvremove, at: 'w.yaml:7:1'}
    - {id: unused, disk: g, number: 5, wipe: zero, untouched: all, at: 'w.yaml:8:1'}
    - {id: logical, disk: m, number: 5, wipe: superblock, at: 'w.yaml:9:1'}
    - {id: primary, disk: m, number: 1, at: 'w.yaml:10:1'}
    - {id: other, disk: m, number: 2, at: 'w.yaml:11:1'}
  filesystems:
    - {id: ext-fs, volume: ext, fstype: ext4, at: 'w.yaml:12:1'}
    - {id: fat2-fs, volume: fat2, fstype: fat16, at: 'w.yaml:13:1'}
    - {id: whole-fs, volume: w, fstype: ext4, at: 'w.yaml:14:1'}
  raids:
    - {id: md, name: old, raidlevel: raid1, devices: [member, other], at: 'w.yaml:15:1'}
  lvm_volgroups:
    - {id: vg, name: old, devices: [pv], at: 'w.yaml:16:1'}
Y
storage_lists
g=$case/disks/gpt.img m=$case/disks/msdos.img w=$case/disks/whole.img

fresh
verify
for check in "disk g" "disk m" "disk w" "partition ext" "partition fat2" \
	"partition member" "partition pv" "partition unused" \
	"partition logical"; do
	is "$(outcome "$check wipe")" ok "$check has only what it should have"
done

# left DEVICE TEXT WHAT: what the last command wrote is found
left() {
	breaks "$1 wipe" "$3"
	has "$work/out" "^#   found: +$2" "it is named: $2"
	fresh
}
fresh
md "$g" 1 8 1.0
left "partition ext" "left from before: linux_raid_member 1.0 at byte 8380416$" \
	"an MD superblock at the end of a file system"
md "$g" 21 8 0.90
left "partition member" \
	"left from before: linux_raid_member .* at byte 8323072, linux_raid" \
	"an MD superblock at the end of a member"
pv "$g" $((1 * mib))
left "partition ext" "left from before: LVM2_member LVM2 001 at byte 536$" \
	"a label of LVM before a file system"
fs "$g" 29 8 mkfs.ext4 -q -F
pv "$g" $((29 * mib))
verify
is "$(outcome "partition pv wipe")" ok "pvremove removes only labels of LVM"
pv "$w" 0
left "disk w" "left from before: LVM2_member" "a label of LVM on a disk"
md "$w" 0 96 0.90
left "disk w" "left from before: linux_raid_member 0.90.0 at byte" \
	"an MD superblock at the end of a disk"
fs "$m" 40 8 mkfs.vfat -F 16
verify
is "$(outcome "disk m wipe")" ok "what is in a partition is not the disk's"
md "$m" 0 96 1.0
left "disk m" "left from before: linux_raid_member 1.0 at byte" \
	"an MD superblock after the partitions"
dd if="$gpt" of="$m" bs=512 skip=196607 seek=196607 conv=notrunc status=none
dd if="$gpt" of="$m" bs=512 skip=196575 seek=196575 conv=notrunc status=none
left "disk m" "left from before: gpt at byte 100662784; another byte at" \
	"the copy of an old GPT at the end"
printf '%s\n' 'label: dos' 'start=2048, size=8' | sfdisk -q "$work/fs"
dd if="$work/fs" of="$m" bs=512 seek=36864 count=1 conv=notrunc status=none
left "partition logical" "left from before: dos at byte 510$" \
	"a partition table in a partition"
printf '\125\252' | dd of="$m" bs=1 seek=$((18 * mib + 510)) conv=notrunc \
	status=none
verify
is "$(outcome "partition logical wipe")" ok "boot code in a partition"
fs "$m" 18 8 mkfs.ext4 -q -F
left "partition logical" "left from before: ext4" \
	"a file system on an unused partition"

# bytes: in the gap between partitions 2 and 3, after the last, and before the
# first
put "$g" $((18 * mib))
left "disk g" "another byte at $((18 * mib))$" "a byte between partitions"
put "$g" $((95 * mib))
left "disk g" "another byte at $((95 * mib))$" "a byte after the partitions"
put "$g" 20000
left "disk g" "another byte at 20000$" "a byte before the partitions"
put "$m" $((95 * mib))
left "disk m" "another byte at $((95 * mib))$" "a byte at the end of an msdos disk"
sed -i 's/later gaps/gaps/' "$case/verify.yaml"
left "disk m" "another byte at 1000$" "a byte where no boot code is"
put "$g" $((37 * mib + 5))
left "partition unused" "another byte at 5$" "a byte in a partition"

# random bytes
sed -i '/id: unused/s/wipe: zero/wipe: random/; /id: g,/s/wipe: zero/wipe: random/' \
	"$case/verify.yaml"
left "partition unused" "only zero bytes at" "zeros in place of random bytes"
sed -i '/id: g,/s/wipe: zero/wipe: random/' "$case/verify.yaml"
left "disk g" "only zero bytes at" "or outside of partitions"
sed -i '/id: g,/s/wipe: zero/wipe: random/' "$case/verify.yaml"
for at in 17 46; do
	head -c $((at == 17 ? 4 : 49))M /dev/urandom |
		dd of="$g" bs=1M seek=$at conv=notrunc iflag=fullblock status=none
done
verify
is "$(outcome "disk g wipe")" ok "random bytes outside of partitions"
done_testing

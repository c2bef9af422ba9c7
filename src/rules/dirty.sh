#!/bin/sh
# Make the disks dirty before the install: partition and format them as in the
# config, then deactivate all devices. What remains are superblocks, partition
# tables and labels of an earlier use.
d=/tmp/vt-dirty
mkdir -p "$d/target" "$d/work"

if command -v curtin >/dev/null; then
	env OUTPUT_FSTAB="$d/fstab" TARGET_MOUNT_POINT="$d/target" \
		WORKING_DIR="$d/work" \
		curtin -v block-meta --umount custom || exit 1
	# leave swap active: an installer must handle that, too
	blkid -t TYPE=swap -o device | while read -r dev; do
		swapon "$dev" || :
	done
else
	# without curtin: two partitions, a file system and a swap area
	lsblk -bdnro NAME,TYPE,RO,SIZE | while read -r name type ro size; do
		[ "$type.$ro" = disk.0 ] && [ "$size" -gt 536870912 ] || continue
		printf 'label: gpt\n,256M\n,\n' |
			sfdisk -q --wipe=always "/dev/$name" || continue
		udevadm settle
		for part in "/dev/$name"*[0-9]; do
			[ -b "$part" ] || continue
			case $part in
			*1) mkfs.ext4 -qF -L vt-dirty "$part" || : ;;
			*) mkswap "$part" || : ;;
			esac
		done
	done
fi

! command -v multipath >/dev/null || multipath -r || :
! command -v zpool >/dev/null || zpool export -a || :
if command -v vgchange >/dev/null; then
	# only the installer may activate volume groups
	systemctl mask 'lvm2-pvscan@.service' || :
	vgchange -an || :
	rm -rf /etc/lvm/archive /etc/lvm/backup
fi
if command -v mdadm >/dev/null; then
	mdadm --stop --scan || :
	rm -f /etc/mdadm/mdadm.conf
fi
sync
udevadm settle
exit 0

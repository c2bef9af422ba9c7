#!/bin/sh
# In the install environment, before the installer: leave a file on each file
# system of disks that another test has used. What the installer keeps has it
# afterwards, what it makes anew has not. The devices are those that the system
# has activated by itself; none is activated or deactivated here.
id=$(cat /proc/sys/kernel/random/uuid)
dir=/run/vt-plant
done=
missed=
udevadm settle

# device and type, without what is read-only or in use
list() {
	lsblk -nrpo NAME,RO,FSTYPE,MOUNTPOINT | while read -r dev ro type at; do
		[ "$ro" = 0 ] && [ -z "$at" ] || continue
		case $type in
		ext[234] | xfs | btrfs | vfat | f2fs | jfs | reiserfs)
			echo "$dev $type"
			;;
		esac
	done | sort -u
}

mkdir -p "$dir"
for entry in $(list | tr ' ' :); do
	dev=${entry%:*} type=${entry##*:}
	if mount -t "$type" "$dev" "$dir" &&
		echo "$id" >"$dir/.vt-planted-$id" && umount "$dir"; then
		done="$done $dev"
	else
		umount "$dir" || :
		missed="$missed $dev"
	fi
done
sync
udevadm settle

# On the console, and over the machine's port, to which the kernel does not
# write. A write to a port without a reader would block.
line="vt-plant: $id:${done:- none}${missed:+; not on$missed}"
printf '\n%s\n' "$line" >&2
for port in /sys/class/virtio-ports/*; do
	[ "$(cat "$port/name")" = org.vt.installer ] || continue
	LINE=$line timeout 10 sh -c 'echo "$LINE" >"$1"' - "/dev/${port##*/}"
done
exit 0

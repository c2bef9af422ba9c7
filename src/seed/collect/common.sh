#!/bin/sh
# Facts about any installed system, by the names that tests look for. Each
# command stands alone: one that fails or does not exist leaves no file or an
# empty one, and the rest goes on.
out=OUTPUT_COLLECT_D
mkdir -p "$out" && cd "$out" || exit 1

have() {
	command -v "$1" >/dev/null 2>&1
}

# take FILE NAME: a copy of a file or directory, when it is there
take() {
	[ ! -e "$1" ] || cp -a "$1" "$2"
}

# say NAME COMMAND...: what the command prints, when it is there; through a
# pipe, since SELinux lets some commands write to no file
say() {
	name=$1
	shift
	! have "$1" || "$@" | cat >"$name"
}

# What was mounted, installed and booted. Files of /proc are read, not copied:
# some are links, and all claim to be empty.
take /etc/fstab fstab
cat /proc/cmdline >proc_cmdline
cat /proc/mounts >proc_mounts
cat /proc/partitions >proc_partitions
cat /proc/swaps >proc-swaps
find /boot | cat >find_boot.out
take /etc/default/grub etc_default_grub
take /etc/default/grub.d etc_default_grub_d
[ ! -e /sys/firmware/efi ] || say efibootmgr.out efibootmgr -v

# Disks, and the names that udev gives them
take /etc/udev/rules.d udev_rules.d
mkdir -p /dev/disk/by-dname
ls /dev/disk/by-dname/ | cat >ls_dname
ls -al /dev/disk/by-dname/ | cat >ls_al_bydname
for by in id partuuid path uuid; do
	[ ! -d "/dev/disk/by-$by" ] ||
		ls -al "/dev/disk/by-$by/" | cat >"ls_al_by$by"
done
say blkid.out blkid -o export
# older ones do not know -O with -J
say lsblk.json lsblk -J -b -O
[ -s lsblk.json ] || say lsblk.json lsblk -J -b \
	-o NAME,KNAME,PATH,SIZE,TYPE,FSTYPE,LABEL,UUID,PARTUUID,MOUNTPOINT
say findmnt.json findmnt -J -b \
	-o TARGET,SOURCE,FSTYPE,OPTIONS,UUID,LABEL,PARTUUID,SIZE
say lvm.json lvm fullreport --reportformat json --units b --nosuffix

# Network
say ifconfig_a ifconfig -a
say ip_a ip a

# Logs and health
take /var/log/messages messages
take /var/log/syslog syslog
for f in /var/log/cloud-init*; do
	[ ! -e "$f" ] || cp -a "$f" .
done
take /var/lib/cloud var_lib_cloud
take /run/cloud-init run_cloud-init
# this script is part of cloud-init's last stage, so it says "running"
say cloud-init-status.json cloud-init status --format json
[ -s cloud-init-status.json ] || rm -f cloud-init-status.json
# no list at all is not the same as an empty one
if units=$(systemctl --failed --plain --no-legend); then
	[ -z "$units" ] || units="$units
"
	printf %s "$units" >failed-units
fi
if [ -s failed-units ]; then
	while read -r unit _; do
		echo "== $unit"
		systemctl status --no-pager --full --lines=0 "$unit"
		journalctl --no-pager --boot --lines=50 --unit="$unit"
	done <failed-units 2>&1 | cat >failed-units-journal
fi
exit 0

#!/bin/sh
# Collect facts about any installed system. The file names are those that checks
# use. If a command fails or is missing, its file is missing or empty, and the
# script continues.
out=OUTPUT_COLLECT_D
mkdir -p "$out" && cd "$out" || exit 1

have() {
	command -v "$1" >/dev/null 2>&1
}

# copy PATH NAME: copy a file or directory, if it exists
copy() {
	[ ! -e "$1" ] || cp -a "$1" "$2"
}

# save NAME COMMAND...: save the output of a command, if it exists. By a pipe,
# since SELinux does not allow some commands to write to files.
save() {
	name=$1
	shift
	! have "$1" || "$@" | cat >"$name"
}

# Mounts, the kernel and the boot loader. cp would copy files of /proc as links
# or as empty files, so they are read.
copy /etc/fstab fstab
# an empty file if there is none
cat /etc/crypttab 2>/dev/null >crypttab
cat /proc/cmdline >proc_cmdline
cat /proc/mounts >proc_mounts
cat /proc/partitions >proc_partitions
cat /proc/swaps >proc-swaps
find /boot | cat >find_boot.out
copy /etc/default/grub etc_default_grub
copy /etc/default/grub.d etc_default_grub_d
[ ! -e /sys/firmware/efi ] || save efibootmgr.out efibootmgr -v

# Disks, and their names in /dev/disk
copy /etc/udev/rules.d udev_rules.d
mkdir -p /dev/disk/by-dname
ls /dev/disk/by-dname/ | cat >ls_dname
ls -al /dev/disk/by-dname/ | cat >ls_al_bydname
for by in id partuuid path uuid; do
	[ ! -d "/dev/disk/by-$by" ] ||
		ls -al "/dev/disk/by-$by/" | cat >"ls_al_by$by"
done
find /dev -type l -exec ls -ld {} + | cat >dev_links
save blkid.out blkid -o export
# older versions do not support -O with -J
save lsblk.json lsblk -J -b -O
[ -s lsblk.json ] || save lsblk.json lsblk -J -b \
	-o NAME,KNAME,PATH,SIZE,TYPE,FSTYPE,LABEL,UUID,PARTUUID,MOUNTPOINT
save findmnt.json findmnt -J -b \
	-o TARGET,SOURCE,FSTYPE,OPTIONS,UUID,LABEL,PARTUUID,SIZE
for md in /sys/block/md*/md; do
	[ -d "$md" ] && have mdadm || continue
	node=${md%/md}
	echo "MD_NODE=/dev/${node##*/}"
	mdadm --detail --export "/dev/${node##*/}"
done | cat >mdadm.export
set -- /sys/block/bcache*/bcache/cache_mode
[ ! -e "$1" ] || save bcache_cache_modes grep -H . "$@"
save lvm.json lvm fullreport --reportformat json --units b --nosuffix

# properties in lines of name, property, value and source, separated by tabs
if have zpool && have zfs; then
	zpool list >zpool_list
	zpool status >zpool_status
	zpool list -v -P -H >zpool_vdevs
	zpool get -H -p all >zpool_get
	zfs list >zfs_list
	zfs get -H -p all >zfs_get
fi

# Network
save ifconfig_a ifconfig -a
save ip_a ip a

# Logs and failed services
copy /var/log/messages messages
copy /var/log/syslog syslog
for f in /var/log/cloud-init*; do
	[ ! -e "$f" ] || cp -a "$f" .
done
copy /var/lib/cloud var_lib_cloud
copy /run/cloud-init run_cloud-init
# the status is "running", because cloud-init runs this script
save cloud-init-status.json cloud-init status --format json
[ -s cloud-init-status.json ] || rm -f cloud-init-status.json
# an empty file means that no unit failed; if systemctl fails, there is no file
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

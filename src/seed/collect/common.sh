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

# Network. Older versions of iproute2 do not write JSON: their files are empty.
save ifconfig_a ifconfig -a
save ip_a ip a
save ip_link.json ip -j -d link
save ip_addr.json ip -j addr
save ip_route.json ip -4 -j route show table all
save ip6_route.json ip -6 -j route show table all
save ip_rule.json ip -4 -j rule
save ip6_rule.json ip -6 -j rule
save bridge_link.json bridge -j -d link
save bridge_vlan.json bridge -j vlan
for f in /proc/net/bonding/*; do
	[ ! -e "$f" ] || { echo "== ${f##*/}" && cat "$f"; }
done | cat >proc_net_bonding
# lines of NAME:VALUE; thousands of interfaces are of no interest
(cd / && grep -s . /proc/sys/net/ipv6/conf/*/mtu \
	/proc/sys/net/ipv6/conf/*/accept_ra /proc/sys/net/ipv6/conf/*/autoconf \
	/proc/sys/net/ipv6/conf/*/use_tempaddr \
	/proc/sys/net/ipv6/conf/*/addr_gen_mode \
	/proc/sys/net/ipv6/conf/*/disable_ipv6) | head -c 200000 >net_sysctl
for f in /sys/class/net/*; do
	driver=$(readlink "$f/device/driver") || continue
	echo "${f##*/} ${driver##*/}"
done | head -c 100000 >net_drivers
grep -sh . /var/lib/dhcp/*.leases /var/lib/dhclient/*.lease* \
	/var/lib/NetworkManager/*.lease /run/systemd/netif/leases/* |
	tail -c 200000 >dhcp_leases
# links to files in /run, which are read; an empty file if there is none
cat /etc/resolv.conf 2>/dev/null >resolv.conf
[ ! -e /run/systemd/resolve/resolv.conf ] ||
	cat /run/systemd/resolve/resolv.conf >resolved_resolv.conf
if [ -e /run/systemd/resolve/resolv.conf ]; then
	save resolvectl_dns resolvectl dns
	save resolvectl_domain resolvectl domain
fi
if [ -d /run/systemd/netif/links ]; then
	save networkctl networkctl status -a --no-pager
fi
[ ! -d /etc/systemd/network ] || cp -a /etc/systemd/network etc_systemd_network
[ ! -d /run/systemd/network ] || cp -a /run/systemd/network run_systemd_network

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

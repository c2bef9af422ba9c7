#!/bin/sh
# Runs inside the new root when all packages are there.
#   customize.sh full|trimmed
set -eu
here=$(dirname "$0")

# what a machine makes for itself at its first boot
rm -f /etc/ssh/ssh_host_* /etc/hostname /var/lib/dbus/machine-id
: >/etc/machine-id
echo '127.0.0.1 localhost' >/etc/hosts
echo 'GenerateName=yes' >/etc/iscsi/initiatorname.iscsi

case $1 in
full)
	# the least that boots as an ephemeral image
	printf 'squashfs\noverlay\nloop\n' >>/etc/initramfs-tools/modules
	echo 'datasource_list: [NoCloud, None]' >/etc/cloud/cloud.cfg.d/90-vt-image.cfg
	;;
trimmed)
	grep -v -e '^#' -e '^$' "$here/trim.units" | while read -r unit; do
		ln -sf /dev/null "/etc/systemd/system/$unit"
	done
	# generators: for hibernation, offline updates, signed images, SysV scripts
	for g in hibernate-resume system-update integritysetup veritysetup sysv run; do
		ln -s /dev/null "/etc/systemd/system-generators/systemd-$g-generator"
	done
	# the script itself says why
	dpkg-divert --local --rename --divert /usr/lib/cloud-init/cloud-init.debian \
		--add /usr/bin/cloud-init
	cp "$here/cloud-init" /usr/bin/cloud-init
	# an event daemon that refuses to stop while a thin pool or a mirror is
	# active: 90 seconds at each power off
	sed -i 's/^\([[:space:]]*\)# monitoring = 1/\1monitoring = 0/' /etc/lvm/lvm.conf
	systemctl --quiet disable ssh.service
	systemctl --quiet enable ssh.socket
	# 62-vt-multipathd.rules starts it when there is a use for it
	rm -f /etc/systemd/system/sysinit.target.wants/multipathd.service
	# without this directory the journal stays in memory
	rm -rf /var/log/journal
	# menu entries for Xen and other systems, searched on every update-grub
	chmod -x /etc/grub.d/20_linux_xen /etc/grub.d/30_os-prober
	# parts of Python and of GRUB that only people at a keyboard use; dpkg
	# cannot leave them out, the maintainer scripts look for them
	rm -rf /usr/lib/python3.*/ensurepip /usr/lib/python3.*/idlelib \
		/usr/lib/python3.*/lib2to3 /usr/lib/python3.*/pydoc_data \
		/usr/lib/python3.*/turtledemo /boot/grub/unicode.pf2
	# Where SOURCE_DATE_EPOCH is set, Python compiles to files that are good by
	# the hash of their source, which each start reads for it; by its time stamp
	# a start reads half as much
	python3 -m compileall -q -f --invalidation-mode timestamp \
		/usr/lib/python3 /usr/lib/python3.*
	rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/lib/dpkg/*-old \
		/var/cache/ldconfig/aux-cache /var/log/apt /var/log/*.log
	;;
esac
VT_IMAGE_LEVEL=9 update-initramfs -u

# the exact versions, for whoever has to build the same image again
mkdir -p /usr/share/vt-image
dpkg-query -W -f '${binary:Package} ${Version}\n' >/usr/share/vt-image/packages.manifest
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*

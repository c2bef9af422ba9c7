#!/bin/sh
# Runs in the new root directory after all packages have been installed.
#   customize.sh full|trimmed
set -eu
here=$(dirname "$0")

mkdir -p /usr/share/vt-image
# files that a machine generates at its first boot
rm -f /etc/ssh/ssh_host_* /etc/hostname /var/lib/dbus/machine-id
: >/etc/machine-id
echo '127.0.0.1 localhost' >/etc/hosts
echo 'GenerateName=yes' >/etc/iscsi/initiatorname.iscsi

case $1 in
full)
	# the minimum for an ephemeral image to boot
	printf 'squashfs\noverlay\nloop\n' >>/etc/initramfs-tools/modules
	echo 'datasource_list: [NoCloud, None]' >/etc/cloud/cloud.cfg.d/90-vt-image.cfg
	;;
trimmed)
	grep -v -e '^#' -e '^$' "$here/trim.units" | while read -r unit; do
		ln -sf /dev/null "/etc/systemd/system/$unit"
	done
	# disable generators for hibernation, offline updates, dm-verity and
	# dm-integrity, and SysV scripts
	for g in hibernate-resume system-update integritysetup veritysetup sysv run; do
		ln -s /dev/null "/etc/systemd/system-generators/systemd-$g-generator"
	done
	# see the comment in the script
	dpkg-divert --local --rename --divert /usr/lib/cloud-init/cloud-init.debian \
		--add /usr/bin/cloud-init
	cp "$here/cloud-init" /usr/bin/cloud-init
	# see hooks/vt-large
	for hook in clevis thin-provisioning-tools; do
		dpkg-divert --local --rename --divert /usr/share/vt-image/$hook \
			--add /usr/share/initramfs-tools/hooks/$hook
	done
	# LVM's event daemon does not stop while a thin pool or a mirror is
	# active, which would delay each power-off by 90 seconds
	sed -i 's/^\([[:space:]]*\)# monitoring = 1/\1monitoring = 0/' /etc/lvm/lvm.conf
	systemctl --quiet disable ssh.service
	systemctl --quiet enable ssh.socket
	# started by 62-vt-multipathd.rules when it is needed
	rm -f /etc/systemd/system/sysinit.target.wants/multipathd.service
	# without this directory the journal stays in memory
	rm -rf /var/log/journal
	# update-grub does not have to look for Xen and other operating systems
	chmod -x /etc/grub.d/20_linux_xen /etc/grub.d/30_os-prober
	# parts of Python and GRUB for interactive use. They cannot be in
	# trim.dpkg, because maintainer scripts need them.
	rm -rf /usr/lib/python3.*/ensurepip /usr/lib/python3.*/idlelib \
		/usr/lib/python3.*/lib2to3 /usr/lib/python3.*/pydoc_data \
		/usr/lib/python3.*/turtledemo /boot/grub/unicode.pf2
	# If SOURCE_DATE_EPOCH is set, Python validates .pyc files by a hash of
	# the source, which it has to read at each start. With time stamps, a
	# start reads half as much.
	python3 -m compileall -q -f --invalidation-mode timestamp \
		/usr/lib/python3 /usr/lib/python3.*
	rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/lib/dpkg/*-old \
		/var/cache/ldconfig/aux-cache /var/log/apt /var/log/*.log
	;;
esac
[ ! -e /usr/sbin/netplan ] || systemctl --quiet enable systemd-networkd
VT_IMAGE_LEVEL=9 update-initramfs -u

# the exact versions, so that the same image can be built again
dpkg-query -W -f '${binary:Package} ${Version}\n' >/usr/share/vt-image/packages.manifest
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*

# see packages.archive
archive=/usr/share/vt-image/archive
[ -d $archive ] || exit 0
cd $archive
for deb in *.deb; do
	dpkg-deb -f "$deb"
	printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" \
		"$(stat -c %s "$deb")" "$(sha256sum <"$deb" | cut -d ' ' -f 1)"
done >Packages
echo "deb [trusted=yes] file:$archive ./" >/etc/apt/sources.list.d/vt-image.list
# the lists of this archive, so that apt can install without an update
apt-get -qq update
rm -f /var/cache/apt/*.bin

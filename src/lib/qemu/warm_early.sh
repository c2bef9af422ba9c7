#!/bin/sh
# Runs in the initramfs when the root file system is mounted: /run moves there.
[ "$1" != prereqs ] || exit 0
units=/run/systemd/system
mkdir -p $units/cloud-init-local.service.wants
cp /scripts/vt-warm-wait /run/vt-warm.sh
ln -s ../vt-warm.service $units/cloud-init-local.service.wants/vt-warm.service
cat >$units/vt-warm.service <<'UNIT'
[Unit]
Description=Waiting point of vt
DefaultDependencies=no
Conflicts=shutdown.target
After=systemd-remount-fs.service systemd-udev-trigger.service systemd-journald.service
Before=cloud-init-local.service

[Service]
Type=oneshot
ExecStart=/bin/sh /run/vt-warm.sh
UNIT

#!/bin/sh
# A minimal installer: it partitions a disk, copies the source and makes the
# disk bootable. It gets curtin's command line, and uses only the last argument.
#
#   other-installer.sh -vv install --config=FILE cp:///media/root-ro
set -eux
for source; do :; done
disk=/dev/disk/by-id/virtio-disk-a
root=$disk-part1
t=$(mktemp -d)

echo 'size=3G, type=83, bootable' | sfdisk --label dos --wipe always "$disk"
udevadm settle
mkfs.ext4 -q -F -L root "$root"
mount "$root" "$t"
cp -a "${source#cp://}/." "$t"
uuid=$(blkid -p -s UUID -o value "$root")
echo "/dev/disk/by-uuid/$uuid / ext4 defaults 0 1" >"$t/etc/fstab"
for dir in dev proc sys; do mount --bind "/$dir" "$t/$dir"; done
chroot "$t" grub-install --target=i386-pc "$disk"
chroot "$t" update-grub
echo 'by a shell script' >"$t/root/other-installer"
umount --recursive "$t"

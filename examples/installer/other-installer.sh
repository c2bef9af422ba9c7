#!/bin/sh
# An installer in twenty lines, to show that vt is not bound to curtin. It is
# called as curtin is, and ignores all of it: other-installer.sh -vv install
# --config=config/config.yaml cp:///media/root-ro
set -eux
disk=/dev/disk/by-id/virtio-disk-a
printf 'label: dos\nstart=2048, type=83, bootable\n' | sfdisk "$disk"
udevadm settle
mkfs.ext4 -q -F "$disk-part1"
target=$(mktemp -d)
mount "$disk-part1" "$target"
cp -a /media/root-ro/. "$target"
for d in dev proc sys; do mount --bind "/$d" "$target/$d"; done
uuid=$(blkid -p -o value -s UUID "$disk-part1")
echo "UUID=$uuid / ext4 defaults 0 1" >"$target/etc/fstab"
touch "$target/root/other-installer"
chroot "$target" grub-install "$(readlink -f "$disk")"
chroot "$target" update-grub
umount -R "$target"

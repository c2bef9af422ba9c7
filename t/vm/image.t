#!/bin/sh
# The guest image in a machine: what an installer needs of it works there.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/image-lib.sh"
squashfs=$(image_path squashfs)
[ -n "$squashfs" ] || skip_all "no image: run 'make image'"

{
	cat <<'YAML'
#cloud-config
password: secret
chpasswd: {expire: false}
ssh_authorized_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIMqqMmuvnXpVm2vb1sFzTyyVhaAAtRXZuUOlMEd9xxx t]
write_files: [{path: /root/written, content: by cloud-init}]
power_state: {mode: poweroff, delay: now, timeout: 60, condition: true}
runcmd:
  - - sh
    - -c
    - |
YAML
	sed 's/^/      /' <<'GUEST'
exec >/dev/ttyS0 2>&1
dmesg -n 1 # the kernel must not write into our lines
check() { name=$1; shift; if "$@" >/tmp/said 2>&1; then echo "GUEST ok $name"; else echo "GUEST bad $name: $(tail -n 1 /tmp/said)"; fi; }
d=/dev/disk/by-id/virtio-d
echo secret >/tmp/key
check lower-layer test -x /media/root-ro/sbin/init
check lower-read-only sh -c '! touch /media/root-ro/x'
check write-files grep -q cloud-init /root/written
check password sh -c 'getent shadow debian | grep -q "^debian:\\$"'
check ssh-key grep -q '^ssh-ed25519' /home/debian/.ssh/authorized_keys
check sshd ssh-keyscan -T 30 127.0.0.1
check logind loginctl --no-pager
check no-failed-units sh -c '! systemctl --failed --quiet --no-legend --plain | grep .'
check address sh -c 'ip -4 -o addr | grep -q 10.0.2.'
check apt-offline apt-get install -y lvm2 mdadm
check apt-archive apt-get install -y --download-only multipath-tools-boot shim-signed grub-efi-amd64-signed
check dpkg sh -c '! dpkg --audit | grep .'
check curtin-imports python3 -c 'import apt, apt_pkg, attr, debian, jsonschema, oauthlib, packaging, pyudev, yaml'
check gpt sh -c "printf 'label: gpt\nsize=64M,type=U\nsize=64M\n' | sfdisk -q ${d}1 && udevadm settle"
check msdos parted -s ${d}2 mklabel msdos mkpart primary ext2 1MiB 30MiB set 1 boot on
check raid5 mdadm --create /dev/md0 --run --level=5 --raid-devices=3 ${d}3 ${d}4 ${d}5
check lvm sh -c 'pvcreate -y /dev/md0 && vgcreate vg /dev/md0 && lvcreate -y -n a -L 100M vg && lvcreate -y -T -L 100M vg/pool'
check luks sh -c 'cryptsetup -q luksFormat --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --key-file /tmp/key /dev/vg/a && cryptsetup open --key-file /tmp/key /dev/vg/a plain'
check ext4 sh -c 'mkfs.ext4 -q /dev/mapper/plain && mount /dev/mapper/plain /mnt && umount /mnt'
check bcache sh -c "make-bcache -C ${d}6 -B ${d}7 && udevadm settle && test -b /dev/bcache0"
check btrfs sh -c "mkfs.btrfs -q ${d}8 && mount ${d}8 /mnt && umount /mnt"
check xfs sh -c "mkfs.xfs -q ${d}9 && mount ${d}9 /mnt && umount /mnt"
check vfat sh -c "mkfs.vfat ${d}1-part1 && mount ${d}1-part1 /mnt"
check grub-efi grub-install --target=x86_64-efi --efi-directory=/mnt --boot-directory=/mnt --no-nvram --removable
check modules modprobe -a bonding 8021q bridge dm_multipath dm_raid dm_cache nvme isofs
check pvpanic test -d /sys/module/pvpanic_mmio
check multipathd systemctl is-active multipathd
echo GUEST end
GUEST
} | image_seed checks

set --
for i in 1 2 3 4 5 6 7 8 9; do
	truncate -s 320M "$work/d$i"
	set -- "$@" -drive "file=$work/d$i,format=raw,if=none,id=d$i" \
		-device "virtio-blk-pci,drive=d$i,serial=d$i"
done
# two paths to one disk
truncate -s 64M "$work/m"
set -- "$@" -device virtio-scsi-pci \
	-blockdev "driver=file,filename=$work/m,node-name=m"
for i in 1 2; do
	set -- "$@" -device scsi-hd,drive=m,serial=m,wwn=0x5000c50015ea71aa,share-rw=on
done

ms=$(image_boot checks "$(image_path boot-kernel)" "$(image_path boot-initrd)" \
	"$squashfs" -device pvpanic "$@")
ok "the guest powered itself off" [ -n "$ms" ]
note "from power on to power off: $((ms / 1000)) s"
has "$work/checks.log" 'GUEST end' "it ran its script to the end"
expected=$(grep -c '^ *check [a-z]' "$work/user-data")
tr -d '\r' <"$work/checks.log" | grep -ao 'GUEST \(ok\|bad\) .*' >"$work/results"
is "$(wc -l <"$work/results")" "$expected" "all checks gave a result"
while read -r _ verdict name; do
	[ "$verdict" = ok ]
	result $? "in the guest: $name"
done <"$work/results"
# a thin pool must not hold the power off back for its event daemon
hasnt "$work/checks.log" 'stop running \([0-9]*[2-9][0-9]s' \
	"no unit holds up the power off"
done_testing

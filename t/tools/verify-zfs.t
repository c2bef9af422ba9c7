#!/bin/sh
# Pools and datasets of ZFS, in facts as zpool(8) and zfs(8) write them: no
# guest here has it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
fixture

printf 'storage: {version: 1, config: [%s]}\n' "
 {id: z, type: disk, serial: disk-z, ptable: gpt, grub_device: true},
 {id: z1, type: partition, number: 1, size: 40M, device: z},
 {id: z2, type: partition, number: 2, size: 1M, device: z, flag: bios_grub},
 {id: yy, type: disk, serial: disk-y},
 {id: tank, type: zpool, pool: rpool, vdevs: [z1, yy], mountpoint: /,
  pool_properties: {ashift: 12, version: null, autotrim: on, cachefile: none},
  fs_properties: {atime: false, recordsize: 128K, encryption: on, quota: none}},
 {id: top, type: zfs, pool: tank, volume: /ROOT, properties: {canmount: off, mountpoint: /}},
 {id: slash, type: zfs, pool: tank, volume: /ROOT/zfsroot,
  properties: {canmount: noauto, mountpoint: /}}" >"$work/c.yaml"
run vt-rules -p "$work/c.yaml"
status_is 0 "a config with ZFS"
# lists LIST...: of the plan, as members of another verify.yaml
lists() {
	for list; do
		echo "  $list:"
		sed -n "/^    $list:/,/^    [a-z]/p" "$work/out" |
			sed -n 's/^      /    /p'
	done
}
lists zpools zfs >"$work/lists"
has "$work/lists" '^      pool: rpool$' "the name of the pool"
has "$work/lists" "^        atime: 'off'$" "booleans as the command gets them"
hasnt "$work/lists" 'version' "what is null is not set"
has "$work/lists" 'dataset: rpool/ROOT/zfsroot' "the root is mounted"
is "$(grep -c dataset: "$work/lists")" 1 "and not what cannot be mounted"
{
	cat <<-Y
	  disks:
	    - {id: z, serial: disk-z, at: 'z.yaml:1:1'}
	    - {id: yy, serial: disk-y, at: 'z.yaml:1:1'}
	  partitions:
	    - {id: z1, disk: z, number: 1, at: 'z.yaml:2:1'}
	Y
	cat "$work/lists"
} >"$work/storage"
storage_lists

facts_of_zfs() {
	cd "$work/good/collect" || exit 3
	cat >lsblk.json <<-J
	{"blockdevices": [{"name": "vda", "kname": "vda", "serial": "disk-a", "type": "disk", "children": [
	  {"name": "vda1", "kname": "vda1", "type": "part", "uuid": "$root_uuid"}, {"name": "vda2", "kname": "vda2", "type": "part", "uuid": "$home_uuid"},
	  {"name": "vda3", "kname": "vda3", "type": "part", "uuid": "$swap_uuid"}]},
	 {"name": "vdy", "kname": "vdy", "serial": "disk-y", "type": "disk", "children": [
	  {"name": "vdy1", "kname": "vdy1", "type": "part"}]},
	 {"name": "vdz", "kname": "vdz", "serial": "disk-z", "type": "disk", "children": [
	  {"name": "vdz1", "kname": "vdz1", "type": "part"}]}]}
	J
	echo 'lrwxrwxrwx 1 root root 10 Nov 22 10:00 virtio-disk-z-part1 -> ../../vdz1' >ls_al_byid
	# zpool list -v -P -H
	{
		printf 'other\t9.5G\t1G\t8G\t-\t-\t0\t0\t1.00\tONLINE\t-\n'
		printf '\t/dev/vdx1\t9.5G\t1G\t8G\t-\t-\t0\t0.0\t-\tONLINE\n'
		printf 'rpool\t9.5G\t1.02G\t8.48G\t-\t-\t0\t10\t1.00\tONLINE\t-\n'
		printf '\t/dev/disk/by-id/virtio-disk-z-part1\t9.5G\t1.02G\t8.48G\t-\t-\t0\t10.7\t-\tONLINE\n'
		printf '\t/dev/vdy1\t9.5G\t1.02G\t8.48G\t-\t-\t0\t10.7\t-\tONLINE\n'
	} >zpool_vdevs
	printf 'rpool\t%s\n' 'ashift	12	local' 'autotrim	on	local' \
		'cachefile	-	default' 'version	-	default' >zpool_get
	printf '%s\n' 'rpool	mountpoint	/	local' \
		'rpool	atime	off	local' 'rpool	recordsize	131072	local' \
		'rpool	encryption	aes-256-gcm	-' 'rpool	quota	0	local' \
		'rpool/ROOT	canmount	off	local' \
		'rpool/ROOT	mountpoint	/	local' \
		'rpool/ROOT/zfsroot	canmount	noauto	local' \
		'rpool/ROOT/zfsroot	mountpoint	/	local' >zfs_get
}
(facts_of_zfs) || exit 3
cat >"$work/mounts.json" <<'J'
{"filesystems": [{"target": "/", "source": "rpool/ROOT/zfsroot", "options": "rw,relatime"}]}
J

# zfs_fact FACT SED-EXPRESSION CHECK WHAT FOUND
zfs_fact() {
	fresh
	sed -i "$2" "$case/collect/$1"
	breaks "$3" "$4"
	has "$work/out" "^#   found: +$5" "which is said"
}
fresh
verify
for check in "zpool tank pool" "zpool tank vdevs" "zpool tank mountpoint" \
	"zpool tank pool_properties" "zpool tank fs_properties" \
	"zfs top volume" "zfs top properties" "zfs slash properties"; do
	is "$(outcome "$check")" ok "$check"
done
is "$(outcome "zfs slash dataset")" "not ok" "another root"
has "$work/out" '^#   found: +/dev/vda1 is mounted on /$' "is named"
cp "$work/mounts.json" "$case/collect/findmnt.json"
verify
is "$(outcome "zfs slash dataset")" ok "the dataset is the root"

zfs_fact zpool_get 's/^rpool/xpool/' "zpool tank pool" "no such pool" \
	"the booted system has no pool 'rpool'"
zfs_fact zpool_get 's/	12	/	9	/' "zpool tank pool_properties" \
	"another property of the pool" 'ashift=9, autotrim=on'
has "$work/out" 'expected: pool_properties ashift=12, autotrim=on' \
	"what is expected"
zfs_fact zfs_get '/atime/s/off/on/' "zpool tank fs_properties" \
	"another property of its datasets" 'atime=on, recordsize=131072'
zfs_fact zfs_get '/encryption/s/aes-256-gcm/off/' "zpool tank fs_properties" \
	"no encryption" 'atime=off, .*encryption=off'
zfs_fact zfs_get '/rpool	mountpoint/s,/,/x,' "zpool tank mountpoint" \
	"another mount point" "'/x'"
zfs_fact zpool_vdevs '/vdy1/d' "zpool tank vdevs" "a device too few" 'z1$'
zfs_fact zpool_vdevs '$a \	/dev/vdq\tx' "zpool tank vdevs" \
	"a device too many" 'z1, yy, /dev/vdq$'
zfs_fact zfs_get '/noauto/s/noauto/off/' "zfs slash properties" \
	"another property of a dataset" 'canmount=off, mountpoint=/'
zfs_fact zfs_get '/zfsroot/d' "zfs slash volume" "no such dataset" \
	"the booted system has no dataset 'rpool/ROOT/zfsroot'"
fresh
rm "$case/collect/zfs_get" "$case/collect/zpool_get"
skips "zpool tank pool" "a system without ZFS"
skips "zfs slash properties" "the same"

# The superblocks on disk images: of a partition, and of the first one of a
# whole disk.
disk=$case/disks/zfs_disk.img
lay() { # POOL MIB
	"$top/t/tools/layers-image.py" zfs "$disk" $(($2 * 1048576)) "$1"
}
on_disks() { # POOL-ON-THE-SECOND
	fresh
	truncate -s 192M "$disk"
	printf '%s\n' 'label: gpt' '1: start=2048, size=64M' 'size=64M' |
		sfdisk -q "$disk"
	lay rpool 1
	lay "$1" 65
	cp "$disk" "$case/disks/whole.img"
	sed -i "s/{id: z, serial/{id: z, image: disks\/zfs_disk.img, serial/;
s/{id: yy, serial/{id: yy, image: disks\/whole.img, serial/
s/vdevs:/vdevs: [z1, yy$2]/; /^ *- \(z1\|yy\)\$/d
/{id: z1, disk/a \    - {id: z9, disk: z, number: 2, at: 'z.yaml:2:1'}" \
		"$case/verify.yaml"
	rm -f "$case/collect/zpool_get"
}
on_disks rpool ', z9'
verify
is "$(outcome "zpool tank pool") $(outcome "zpool tank vdevs")" 'ok ok' \
	"superblocks of the pool"
on_disks other ', z9'
breaks "zpool tank vdevs" "a device of another pool"
has "$work/out" "^#   found: +z1, yy; 'z9' has a superblock of the pool other$" \
	"which is said"
sed -i 's/pool: rpool/pool: tank/' "$case/verify.yaml"
breaks "zpool tank pool" "a pool of another name"
has "$work/out" "^#   found: +'rpool'$" "which is said"
dd if=/dev/zero of="$disk" bs=1M seek=1 count=128 conv=notrunc status=none
rm "$case/disks/whole.img"
cp "$disk" "$case/disks/whole.img"
breaks "zpool tank pool" "no pool"
has "$work/out" "^#   found: +'z1' has no superblock, 'yy' has" "which is said"

# fstype zfsroot
printf 'storage: {version: 1, config: [%s]}\n' "
 {id: z, type: disk, serial: disk-z, ptable: gpt, grub_device: true},
 {id: z1, type: partition, number: 1, size: 4G, device: z},
 {id: b, type: partition, number: 2, size: 1M, device: z, flag: bios_grub},
 {id: zf, type: format, volume: z1, fstype: zfsroot, label: x},
 {id: zm, type: mount, device: zf, path: /}" >"$work/c.yaml"
run vt-rules -p "$work/c.yaml"
lists filesystems mounts >"$work/lists"
has "$work/lists" 'fstype: zfs_member' "its device is of a pool"
has "$work/lists" 'label: rpool' "which has curtin's name"
has "$work/lists" 'dataset: rpool/ROOT/zfsroot' "the root is its dataset"
hasnt "$work/lists" 'fstab:|mounted:|options:' "which fstab does not have"
fresh
sed -i "/id: root-mount/s|mounted:.*at:|dataset: rpool/ROOT/zfsroot, at:|" \
	"$case/verify.yaml"
breaks "mount root-mount dataset" "another file system as root"
cp "$work/mounts.json" "$case/collect/findmnt.json"
verify
is "$(outcome "mount root-mount dataset")" ok "and the right one"
done_testing

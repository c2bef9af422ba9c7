#!/bin/sh
# What the booted system has beside the devices of the config.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
fixture
sed -i "/^checks:/i storage_extra: {at: 'basic.yaml:2:1', swap_file: /swap.img}" \
	"$work/good/verify.yaml"

lsblk() { # more objects below the first disk
	cat >"$case/collect/lsblk.json" <<J
{"blockdevices": [{"name": "vda", "kname": "vda", "serial": "disk-a", "type": "disk",
  "children": [{"name": "vda1", "kname": "vda1", "type": "part", "fstype": "ext4",
   "label": "cloudimg-rootfs", "uuid": "$root_uuid"},
  {"name": "vda2", "kname": "vda2", "type": "part", "uuid": "$home_uuid"},
  {"name": "vda3", "kname": "vda3", "type": "part", "fstype": "swap", "uuid": "$swap_uuid"}${1-}]}]}
J
	sed -i 's/{id: sda, image/{id: sda, serial: disk-a, image/' \
		"$case/verify.yaml"
}
# add FACT LINE: to a new copy
add() {
	fresh
	lsblk
	printf '%s\n' "$2" >>"$case/collect/$1"
}
fresh
lsblk
verify
status_is 0 "nothing else is there"
for kind in mounts swaps arrays volumes bcaches; do
	is "$(outcome "storage extra-$kind")" ok "no extra $kind"
done

add fstab '/dev/vdz /srv ext4 defaults 0 0'
breaks "storage extra-mounts" "a line that nobody asked for"
has "$work/out" "^#   expected: no line of fstab" "what is expected"
has "$work/out" "^#   found: +line 6: '/dev/vdz /srv" "the line is shown"
has "$work/out" '^#   at: +basic.yaml:2:1' "and the section of the config"
add fstab "UUID=$home_uuid /home ext4 defaults,noatime 0 2"
breaks "storage extra-mounts" "a line twice"
add fstab "UUID=1-2-3 none swap sw 0 0"
breaks "storage extra-mounts" "a swap that nobody asked for"
rm "$case/disks/install_disk.img" "$case/collect/lsblk.json" \
	"$case/collect/ls_al_byuuid"
skips "storage extra-mounts" "a swap that may be the config's"
for line in '/dev/vdz /mnt auto defaults,nofail,comment=cloudconfig 0 2' \
	'/swap.img	none	swap	sw	0	0' '# /dev/vdz /srv ext4'; do
	add fstab "$line"
	verify
	is "$(outcome "storage extra-mounts")" ok "the line '$line'"
done
sed -i 's/, swap_file: .swap.img//' "$case/verify.yaml"
printf '/swap.img none swap sw 0 0\n' >>"$case/collect/fstab"
breaks "storage extra-mounts" "a swap file where the config has a section"

add proc-swaps '/swp file 1020 0 -3'
breaks "storage extra-swaps" "a swap file that nobody asked for"
has "$work/out" '^#   found: +/swp$' "which is named"
add proc-swaps '/dev/vdz2 partition 1020 0 -3'
breaks "storage extra-swaps" "a swap device that nobody asked for"
rm "$case/disks/install_disk.img" "$case/collect/lsblk.json" \
	"$case/collect/ls_al_byuuid"
skips "storage extra-swaps" "which may be the config's"
for line in '/swap.img file 1020 0 -3' '/dev/zram0 partition 1020 0 100'; do
	add proc-swaps "$line"
	verify
	is "$(outcome "storage extra-swaps")" ok "the swap '${line%% *}'"
done
fresh
sed -i '/id: swap-mount/d' "$case/verify.yaml"
lsblk
sed -i '/swap/d' "$case/collect/fstab"
verify
is "$(outcome "storage extra-swaps")" ok \
	"a swap of the config that systemd has found"

layer() { # KIND NAME TYPE FOUND
	fresh
	lsblk ", {\"name\": \"vda4\", \"kname\": \"vda4\", \"type\": \"part\", \"children\": [
  {\"name\": \"$2\", \"kname\": \"${5-$2}\", \"type\": \"$3\", \"children\": [
   {\"name\": \"$2p1\", \"kname\": \"${5-$2}p1\", \"type\": \"part\"}]}]}"
	breaks "storage extra-$1" "$2 that is not in the config"
	has "$work/out" "^#   found: +$4\$" "which is named"
}
layer arrays md127 raid1 '/dev/md127 \(md127, raid1\)'
layer bcaches bcache0 disk '/dev/bcache0 \(bcache0, disk\)'
layer volumes vg-lv lvm '/dev/dm-0 \(vg-lv, lvm\)' dm-0
sed -i "s|{at: 'basic.yaml:2:1'|&, skip: {volumes: other groups are kept}|" \
	"$case/verify.yaml"
skips "storage extra-volumes" "what the config may have kept"
has "$work/out" 'SKIP other groups are kept' "with the reason"
fresh
lsblk
echo '{"report": [{"vg": [{"vg_name": "old"}], "lv": []}]}' \
	>"$case/collect/lvm.json"
breaks "storage extra-volumes" "a group without volumes"
sed -i "/^storage_extra:/i \  lvm_volgroups: [{id: old, name: old, devices: [sda3], at: 'b:1:1'}]" \
	"$case/verify.yaml"
verify
is "$(outcome "storage extra-volumes")" ok "which the config has"

# An array of the config is not one too many; if it is not found, none is.
raid() {
	sed -i "/^storage_extra:/i \  raids: [{id: r, name: r, raidlevel: raid1, devices: [sda2, sda3], at: 'b:1:1'}]" \
		"$case/verify.yaml"
	verify
}
fresh
lsblk
sed -i 's/"vda2", "type": "part"/&, "children": [{"name": "md0", "kname": "md0", "type": "raid1"}]/' \
	"$case/collect/lsblk.json"
raid
is "$(outcome "storage extra-arrays")" ok "an array of the config"
layer arrays md127 raid1 '.*'
raid
is "$(outcome "storage extra-arrays")" skip "one that may be of the config"
fresh
verify
is "$(outcome "storage extra-arrays")" skip "without lsblk.json"

# How vt-rules writes it
plan() { # SECTIONS: of a config beside a disk
	printf 'storage: {version: 1, config: [{id: d, type: disk, serial: d%s}]}\n%s\n' \
		"$2" "$1" >"$work/c.yaml"
	run vt-rules -p "$work/c.yaml"
	sed -n '/^  storage_extra:/,/^  [b-z][^t]/p' "$work/out" >"$work/extra"
}
plan '' ''
has "$work/extra" 'at: .*c.yaml:1:10$' "the position of the section"
has "$work/extra" 'swap_file: /swap.img$' "the installer may make a swap file"
hasnt "$work/extra" skip "all is looked for"
plan 'swap: {size: 0}' ', preserve: true'
hasnt "$work/extra" swap_file "no file if a section asks for none"
has "$work/extra" 'arrays: the config keeps devices' "arrays may be kept"
hasnt "$work/extra" 'mounts:|swaps:' "but fstab is new"
plan 'late_commands: {a: [sh, -c, "echo x >>$TARGET_MOUNT_POINT/etc/fstab"]}' ''
has "$work/extra" "mounts: another section of the config has 'fstab'" \
	"a command may add lines"
hasnt "$work/extra" 'arrays:' "but no arrays"
done_testing

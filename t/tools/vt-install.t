#!/bin/sh
# vt-install finds what is wrong with a config before it touches a disk.
. "$(dirname "$0")/../lib.sh"

cd "$work" || exit 3

# entries LINE...: a storage section on /, with more entries
entries() {
	cat <<'Y'
storage:
  version: 1
  config:
  - {id: d, type: disk, serial: a, ptable: msdos}
  - {id: p, type: partition, device: d, size: 1GB, flag: boot}
  - {id: f, type: format, volume: p, fstype: ext4}
  - {id: m, type: mount, device: f, path: /}
Y
	[ $# -eq 0 ] || printf '  - %s\n' "$@"
}

# refused POSITION WORDS NAME: c.yaml is, there, in these words
refused() {
	run vt-install check --config c.yaml
	status_is 2 "refused: $3"
	has "$work/err" "c\.yaml:$1: .*$2" "  with its place and '$2'"
}

for config in simple basic fail-install; do
	ok "examples/tests/$config.yaml" vt-install check \
		--config "$top/examples/tests/$config.yaml"
done
entries >c.yaml
ok "the least config" vt-install check --config c.yaml
echo 'late_commands: {a: true}' >empty.yaml
ok "no storage section: one disk, one root" vt-install check -c empty.yaml

for good in a=b reporting/maas/endpoint=http://10.0.2.2:80/x/webhooks x/y=; do
	ok "--set $good" vt-install check -c empty.yaml --set "$good"
done
for bad in a =b; do
	run vt-install check -c empty.yaml --set "$bad"
	status_is 2 "refused: --set $bad"
done

entries '{id: p, type: format, volume: d, fstype: ext4}' >c.yaml
refused '8:5' "the id 'p' is already" 'an id twice'
entries '{id: x, type: format, volume: q, fstype: ext4}' >c.yaml
refused '8:35' "'x': its volume 'q' is not" 'a dangling reference'
entries '{id: x, type: mount, device: p, path: /x}' >c.yaml
refused '8:34' "'x': its device 'p' is a partition, not one of: format" 'a mount of a partition'
entries '{id: x, type: zpool, pool: x, vdevs: [p]}' >c.yaml
refused '8:19' "'x': type 'zpool' is not" 'a type it does not make'
entries '{id: x, type: format, volume: y, fstype: ext4}' \
	'{id: y, type: disk, serial: b}' >c.yaml
refused '8:35' "its volume 'y' must be defined before it" 'an entry made before its disk'
entries '{id: x, type: disk, serial: b, wipee: zero}' >c.yaml
refused '8:36' "did you mean 'wipe'" 'a misspelt key'
entries '{id: x, type: disk, serial: b, wipe: some}' >c.yaml
refused '8:42' "'x': wipe 'some'" 'an unknown wipe'
entries '{id: x, type: disk, serial: b, preserve: true, wipe: zero}' >c.yaml
refused '8:58' "'wipe' and 'preserve' exclude" 'a disk that is kept and wiped'
entries '{id: x, type: disk, serial: b, ptable: gpt}' \
	'{id: y, type: partition, device: x, size: 1G, preserve: true}' >c.yaml
refused '9:61' "'y': it cannot be preserved" 'a partition of a table that is not kept'
entries '{id: x, type: disk, serial: b, ptable: gpt, preserve: true}' \
	'{id: y, type: partition, device: x, size: 1G, preserve: true}' \
	'{id: z, type: partition, device: x, number: 3, size: 1G, wipe: pvremove}' \
	>c.yaml
ok "a table that is kept" vt-install check -c c.yaml
entries '{id: c, type: nvme_controller, transport: pcie}' \
	'{id: x, type: disk, serial: b, nvme_controller: c}' \
	'{id: y, type: disk, serial: c, nvme_controller: c, preserve: true}' \
	>c.yaml
ok "disks of an NVMe controller" vt-install check -c c.yaml
entries '{id: c, type: nvme_controller, transport: tcp}' >c.yaml
refused '8:47' "'c': transport 'tcp' is not supported" 'a controller elsewhere'
entries '{id: x, type: disk, model: b}' >c.yaml
refused '8:5' "'x': it has no serial, wwn or path" 'a disk without a name'
entries '{id: x, type: disk, serial: b, ptable: bsd}' >c.yaml
refused '8:44' "'x': ptable 'bsd'" 'an unknown table'
entries '{id: x, type: partition, device: d, number: 1, size: 1G}' >c.yaml
refused '8:49' "'x': its number 1 on 'd' is that of 'p'" 'a number twice'
entries '{id: x, type: partition, device: d, number: 5, size: 1G}' >c.yaml
refused '8:49' 'at most 4 primary partitions' 'a fifth partition on msdos'
entries '{id: x, type: partition, device: d, size: 1Q}' >c.yaml
refused '8:47' '1Q' 'a size that is none'
entries '{id: x, type: partition, device: d}' >c.yaml
refused '8:5' "'x': 'size' is missing" 'a partition without a size'
entries '{id: x, type: partition, device: d, size: 1G, flag: logical}' >c.yaml
refused '8:57' "'x': flag 'logical'" 'a logical partition'
entries '{id: e, type: partition, device: d, size: 1G, flag: extended}' \
	'{id: x, type: partition, device: d, size: 600M, flag: logical}' \
	'{id: y, type: partition, device: d, size: 600M, flag: logical}' >c.yaml
refused '10:5' "'y': it does not fit into .* 'e'" 'logical ones that are too large'
entries '{id: e, type: partition, device: d, size: 1G, flag: extended}' \
	'{id: x, type: format, volume: e, fstype: ext4}' >c.yaml
refused '9:35' "partition 'e' is extended" 'a filesystem on an extended partition'
entries '{id: x, type: partition, device: d, size: 1G}' \
	'{id: y, type: partition, device: d, size: 1G}' \
	'{id: z, type: partition, device: d, size: 1G}' \
	'{id: zz, type: partition, device: d, size: 1G}' >c.yaml
refused '11:5' 'at most 4 primary partitions' 'a fifth partition without a number'

# version 2 follows offsets, which version 1 ignores
v2() {
	entries "$@" | sed 's/version: 1/version: 2/'
}
entries '{id: x, type: partition, device: d, size: 1G, offset: 2M}' >c.yaml
ok "version 1: an offset is ignored" vt-install check -c c.yaml
v2 '{id: x, type: partition, device: d, size: 1G, offset: 2M}' >c.yaml
refused '8:5' "'x': it overlaps partition 1, which starts at byte 1048576" \
	'partitions that overlap'
v2 '{id: x, type: partition, device: d, size: 1G, offset: 2G}' \
	'{id: y, type: partition, device: d, size: 64M}' >c.yaml
ok "version 2: offsets, and a partition after one" vt-install check -c c.yaml
v2 '{id: e, type: partition, device: d, size: 1G, flag: extended}' \
	'{id: x, type: partition, device: d, number: 5, size: 1G}' >c.yaml
refused '9:5' "'x': it does not fit into .* 'e'" 'a logical one as large as the extended one'
{ v2 '{id: x, type: partition, device: d, size: 1G, partition_type: "83, bootable"}' &&
	echo; } >c.yaml
refused '8:67' "partition_type '83, bootable' is not" 'a type that would be more words of sfdisk'
v2 '{id: x, type: partition, device: d, size: 1G, attrs: [Required]}' >c.yaml
refused '8:59' "attribute 'Required' is unknown" 'an attribute that sfdisk ignores'
v2 '{id: x, type: disk, serial: b, ptable: gpt, preserve: true}' \
	'{id: y, type: partition, device: x, size: 1G, preserve: true, resize: true}' \
	>c.yaml
ok "version 2: resize" vt-install check -c c.yaml
entries | sed 's/serial: a/path: "iscsi:host::::t"/' >c.yaml
refused '7:43' "GRUB cannot read the kernel from an iSCSI disk" '/boot on iSCSI'
net_root() { # the root file system on an iSCSI disk
	sed 's/__RFC4173__/host:6:::t1/' "$top/examples/tests/iscsi_root.yaml"
}
net_root >c.yaml
ok 'a root on iSCSI' vt-install check -c c.yaml
sed -i 's/^       grub_device: true}/       }/' c.yaml
refused '12:7' 'cannot boot from an iSCSI disk: set grub_device' 'GRUB on iSCSI'
{
	net_root
	cat <<'Y'
    - {id: u, type: disk, path: 'iscsi:host:6:::t2'}
    - {id: u-fs, type: format, volume: u, fstype: ext4}
    - {id: u-mount, type: mount, device: u-fs, path: /usr}
Y
} >c.yaml
refused '19:54' "'/usr' cannot be on an iSCSI disk: it is needed" '/usr on iSCSI'
{
	net_root | sed '/ptable: gpt/,$d'
	cat <<'Y'
    - {id: net, type: disk, path: 'iscsi:host:6:::t1'}
    - {id: u, type: disk, path: 'iscsi:host:6:::t2'}
    - {id: vg, type: lvm_volgroup, name: vg, devices: [net, u]}
    - {id: lv, type: lvm_partition, volgroup: vg, name: lv}
    - {id: root-fs, type: format, volume: lv, fstype: ext4}
    - {id: root-mount, type: mount, device: root-fs, path: /}
Y
} >c.yaml
refused '17:7' "on the targets of 'net' and 'u', and can be on one" 'a root on two targets'
entries '{id: x, type: disk, path: "iscsi:user@host::3260:1:name"}' >c.yaml
refused '8:31' "its path is not iscsi:" 'an account without a password'
for path in 'u:p@host::3260:1:iqn.2024:x' 'host::::iqn' 'a:b:c:d@[::1]:6:1:2:t'; do
	entries "{id: x, type: disk, path: 'iscsi:$path'}" >c.yaml
	ok "iscsi:$path" vt-install check -c c.yaml
done
entries '{id: x, type: partition, device: d, size: 1G, flag: bios_grub}' \
	>c.yaml
refused '8:57' "'x': flag 'bios_grub' needs a gpt" 'a flag of gpt on msdos'
entries '{id: x, type: format, volume: p, fstype: ext4}' >c.yaml
refused '8:35' "'f' is already using 'p'" 'a partition formatted twice'
entries '{id: x, type: format, volume: d, fstype: ext4}' >c.yaml
refused '8:35' "disk 'd' has partitions" 'a filesystem over a partition table'
entries '{id: x, type: partition, device: d, size: 1G}' \
	'{id: y, type: format, volume: x, fstype: zfsroot}' >c.yaml
refused '9:46' "'y': fstype 'zfsroot'" 'a filesystem it does not make'
entries '{id: x, type: partition, device: d, size: 1G}' \
	'{id: y, type: format, volume: x, fstype: fat32, label: twelve-chars}' \
	>c.yaml
refused '9:60' "'y': label 'twelve-chars' is too long" 'a label too long'
entries '{id: x, type: partition, device: d, size: 1G}' \
	'{id: y, type: format, volume: x, fstype: ext4, uuid: 12}' >c.yaml
refused '9:58' "'y': uuid '12'" 'a UUID that is none'
entries '{id: x, type: mount, device: f, path: /}' >c.yaml
refused '8:43' "'x': its path is in use by 'm'" 'a mount point twice'
for path in x /x/ /a/../b /.. //a '/a b'; do
	entries "{id: x, type: mount, device: f, path: '$path'}" >c.yaml
	refused '8:43' "'x': path must be absolute" "mount point '$path'"
done
entries | sed 's|path: /|path: /srv|' >c.yaml
refused '4:3' "nothing is mounted on '/'" 'no root'
entries | sed 's/msdos/gpt/;s/, flag: boot//' >c.yaml
refused '4:5' "disk 'd': cannot boot from it" 'a gpt without a place for GRUB'
entries | sed 's/version: 1/version: 3/' >c.yaml
refused '2:12' 'integer' 'another version'
echo 'storage: {version: 1}' >c.yaml
refused '1:10' "no 'config'" 'storage without a config'

# other ways to boot
uefi() {
	entries "$@" | sed "s/msdos/gpt/;s/, flag: boot//"
	echo '  - {id: e, type: partition, device: d, size: 99M, flag: boot}'
	echo '  - {id: ef, type: format, volume: e, fstype: fat32}'
	echo '  - {id: em, type: mount, device: ef, path: /boot/efi}'
}
uefi >c.yaml
ok "a gpt with an ESP on /boot/efi" vt-install check -c c.yaml
uefi '{id: e2, type: partition, device: d, size: 99M, grub_device: true}' >c.yaml
refused '8:66' "'e2': it has no FAT for GRUB" 'a second ESP without a filesystem'
uefi '{id: e2, type: partition, device: d, size: 99M, grub_device: true}' \
	'{id: ef2, type: format, volume: e2, fstype: fat32}' >c.yaml
ok "a second ESP" vt-install check -c c.yaml
uefi | sed 's/volume: e,/volume: md,/;/type: mount, device: f,/a\
  - {id: a0, type: disk, serial: a0}\
  - {id: a1, type: disk, serial: a1}\
  - {id: md, type: raid, name: m, raidlevel: 1, devices: [a0, a1]}' >c.yaml
refused '13:45' "firmware finds the EFI system partition" 'an ESP on an array'
entries '{id: x, type: partition, device: d, size: 1G, grub_device: true}' >c.yaml
refused '8:64' "a BIOS boots from disks: set grub_device of 'd'" \
	'a partition for the GRUB of a BIOS'
uefi | sed '/id: em,/d' >c.yaml
refused '4:5' "disk 'd': cannot boot from it" 'an ESP that is not mounted'

# arrays and volumes: three more partitions to make them of
layers() {
	entries
	for i in 1 2 3; do
		echo "  - {id: d$i, type: disk, serial: d$i, ptable: gpt}"
		echo "  - {id: p$i, type: partition, device: d$i, size: 1G}"
	done
	[ $# -eq 0 ] || printf '  - %s\n' "$@"
}
md='{id: md, type: raid, name: r, raidlevel: 5, devices: [p1, p2, p3]}'
vg='{id: vg, type: lvm_volgroup, name: g, devices: [md]}'
layers "$md" "$vg" '{id: a, type: lvm_partition, name: a, volgroup: vg, size: 1G}' \
	'{id: b, type: lvm_partition, name: b, volgroup: vg}' \
	'{id: bf, type: format, volume: b, fstype: xfs}' \
	'{id: bm, type: mount, device: bf, path: /b}' >c.yaml
ok "volumes on an array" vt-install check -c c.yaml
layers "${md%, p3]*}]}" >c.yaml
refused '14:58' "'md': it needs at least 3" 'a RAID 5 of two'
layers "${md%5,*}7, devices: [p1]}" >c.yaml
refused '14:46' "raidlevel '7' is not" 'a level there is none of'
layers "$md" "$vg" '{id: x, type: format, volume: p2, fstype: ext4}' >c.yaml
refused '16:35' "'md' is already using 'p2'" 'a filesystem on a member'
layers "$md" '{id: x, type: format, volume: md, fstype: ext4}' "$vg" >c.yaml
refused '16:53' "'x' is already using 'md'" 'a group on a filesystem'
layers "${md%p3*}d3]}" >c.yaml
refused '14:67' "disk 'd3' has partitions" 'a member with partitions'
layers "$md" "$vg" '{id: x, type: format, volume: vg, fstype: ext4}' >c.yaml
refused '16:35' "volume 'vg' is a lvm_volgroup, not one of: disk" \
	'a filesystem on a group'
layers "$md" "$vg" '{id: a, type: lvm_partition, name: a, volgroup: vg}' \
	'{id: b, type: lvm_partition, name: b, volgroup: vg}' >c.yaml
refused '17:5' "'a' takes the rest of the group" 'a volume after the last'
layers "$md" "$vg" '{id: a, type: lvm_partition, name: ../a, volgroup: vg}' \
	>c.yaml
refused '16:40' "'../a' is not a valid device name" 'a name that is a path'
layers "${md%\}}, metadata: 2}" >c.yaml
refused '14:82' "metadata '2' is not" 'a format of arrays there is none of'

for level in 0 1 4 linear stripe raid0 raid1 raid4 raid5; do
	layers "${md%5,*}$level, devices: [p1, p2, p3]}" >c.yaml
	ok "raidlevel $level" vt-install check -c c.yaml
done
for metadata in default 0 1 0.90 1.0 "'1.2'"; do
	layers "${md%\}}, metadata: $metadata}" >c.yaml
	ok "metadata $metadata" vt-install check -c c.yaml
done
for name in /dev/md0 md/r /dev/md/r; do
	layers "{id: md, type: raid, name: $name, ${md#*name: r,}" >c.yaml
	ok "an array $name" vt-install check -c c.yaml
done
layers "${md%\}}, metadata: 0.90, mdname: x}" >c.yaml
refused '14:96' 'metadata 0.90 has no names' 'a name where none fits'
layers "{id: md, type: raid, name: a/b, ${md#*name: r,}" >c.yaml
refused '14:32' "'a/b' is not a valid device name" 'an array in a directory'
layers '{id: md, type: raid, name: r, raidlevel: container, devices: [p1, p2]}' \
	>c.yaml
refused '14:5' 'containers are not supported' 'a container'
layers "${md%\}}, ptable: gpt}" '{id: t, type: partition, device: md, size: 1G}' \
	'{id: x, type: format, volume: md, fstype: ext4}' >c.yaml
refused '16:35' "raid 'md' has partitions" 'a filesystem over those of an array'
layers "${md%\}}, ptable: gpt}" '{id: x, type: format, volume: md, fstype: ext4}' \
	>c.yaml
ok "a filesystem instead of the table of an array" vt-install check -c c.yaml
layers "${md%\}}, preserve: true}" >c.yaml
refused '14:82' "it is preserved, but 'p1' is not" 'an array kept on new partitions'
layers "$md" "${vg%\}}, preserve: true}" >c.yaml
refused '15:68' "it is preserved, but 'md' is not" 'a group kept on a new array'
layers "$md" "$vg" \
	'{id: a, type: lvm_partition, name: a, volgroup: vg, preserve: true}' >c.yaml
refused '16:67' "it is preserved, but 'vg' is not" 'a volume kept in a new group'
layers '{id: x, type: format, volume: p1, fstype: "", preserve: true}' >c.yaml
refused '14:61' "it is preserved, but 'p1' is not" \
	'a filesystem kept on a new partition'

# bcache
bcache='{id: b, type: bcache, name: b, backing_device: p1, cache_device: p2}'
layers "$bcache" '{id: c, type: bcache, backing_device: p3, cache_device: p2}' \
	'{id: x, type: format, volume: b, fstype: xfs}' >c.yaml
ok "two devices with one cache" vt-install check -c c.yaml
layers "$bcache" '{id: c, type: bcache, backing_device: p1, cache_device: p3}' \
	>c.yaml
refused '15:43' "'b' is already using 'p1'" 'a backing device twice'
layers "$bcache" '{id: x, type: format, volume: p2, fstype: xfs}' >c.yaml
refused '15:35' "'b' is already using 'p2'" 'a filesystem on a cache'
layers "$bcache" '{id: c, type: bcache, backing_device: p2, cache_device: p3}' \
	>c.yaml
refused '15:43' "'b' is already using 'p2'" 'a cache with a cache'
layers "${bcache%p2*}p1}" >c.yaml
refused '14:70' "'b' is already using 'p1'" 'its own cache'

# encrypted volumes
crypt='{id: c, type: dm_crypt, volume: p1, key: k}'
layers "$crypt" '{id: x, type: format, volume: c, fstype: xfs}' >c.yaml
ok "a file system on an encrypted volume" vt-install check -c c.yaml
layers "${crypt%\}}, dm_name: a/b}" >c.yaml
refused '14:58' "'a/b' is not a valid name" 'a volume whose name is a path'
layers "${crypt%\}}, options: ['luks,discard']}" >c.yaml
refused '14:59' "'luks,discard' must be one option" 'two options in one'
layers "${crypt%key*}keyfile: /dev/urandom, preserve: true}" >c.yaml
refused '14:74' 'preserved with a random key' 'a random key for what is kept'
layers "${crypt%\}}, preserve: true}" >c.yaml
refused '14:59' "preserved, but 'p1' is not" 'a volume kept on a new partition'
entries '{id: d1, type: disk, serial: d1}' "$crypt" |
	sed 's/volume: p1/volume: d1/;s/volume: p,/volume: c,/' >c.yaml
sed -i '/id: f,/{h;d};/id: m,/{H;d};$G' c.yaml
refused '9:43' "GRUB cannot read the kernel from dm_crypt 'c'" \
	'an encrypted root without /boot'

# apt
apt() {
	entries
	printf '%s\n' "$@"
}
apt 'apt: {sources: {a: {source: "ppa:x/y"}}}' >c.yaml
refused '8:29' "source 'ppa:x/y' is not a line" 'a source that is none'
apt 'apt: {sources: {a: {source: "deb http://x y z", keyid: 12}}}' >c.yaml
refused '8:20' "source 'a': keys are not" 'a key to fetch'
apt 'apt: {sources: {../a: {source: "deb http://x y z"}}}' >c.yaml
refused '8:23' 'the name must not be a path' 'a file elsewhere'
apt 'apt: {conf: [a]}' >c.yaml
refused '8:13' 'string' 'settings that are a list'
apt 'system_upgrade: {enable: true}' >c.yaml
refused '8:18' "did you mean 'enabled'" 'a misspelt key of system_upgrade'
apt 'apt: {debconf_selections: {a: b}, sources: {a: {source: deb http://x y z}}}' \
	'system_upgrade: {enabled: true}' >c.yaml
run vt-install check -c c.yaml
status_is 0 "sources and an upgrade"
has "$work/err" "warning: 'debconf_selections' of section 'apt'" \
	"what has no effect is said"

# mounts without a device, and swap
entries '{id: x, type: mount, spec: none, path: /x, fstype: tmpfs}' >c.yaml
ok "a tmpfs" vt-install check -c c.yaml
entries '{id: x, type: mount, path: /x}' >c.yaml
refused '8:5' "'x': it has neither 'device' nor 'spec'" 'a mount of nothing'
entries '{id: x, type: mount, spec: none, path: /x}' >c.yaml
refused '8:5' "'x': .* needs an 'fstype'" 'a tmpfs that does not say so'
{ entries && echo 'swap: {filename: s}'; } >c.yaml
refused '8:[0-9]*' "'size' of the swap file is missing" 'a swap file without a size'
{ entries && echo 'swap: {size: auto}'; } >c.yaml
refused '8:14' "'auto' is not a size" 'a size that curtin cannot read'
{ entries && echo 'swap: {size: 1G, filename: "a b"}'; } >c.yaml
refused '8:28' "'a b' must be one field" 'a name of two words'
{ entries && echo 'swap: {size: 1G, maxsize: 512M}'; } >c.yaml
ok "a swap file" vt-install check -c c.yaml
entries '{id: x, type: partition, device: d, size: 1G}' \
	'{id: y, type: format, volume: x, fstype: fat32, uuid: 0f1d3c7a-94b2-4f0e-8a37-6f6c2f7f1d01}' \
	>c.yaml
run vt-install check -c c.yaml
status_is 0 "a UUID for a FAT"
has "$work/err" "warning: .*'y': the UUID of a 'fat32' cannot be set" "  is said"

{ entries && echo 'late_comands: {a: b}'; } >c.yaml
refused '8:1' "did you mean 'late_commands'" 'a misspelt section'
{ entries && echo 'stages: [early]'; } >c.yaml
refused '8:1' "'stages' is not supported" 'what changes the course of things'
{ entries && echo 'late_commands: {a: {b: c}}'; } >c.yaml
refused '8:20' 'a command is a list' 'a command that is none'
{ entries && echo 'write_files: {a: {path: etc/x}}'; } >c.yaml
refused '8:18' "'path' must be absolute" 'a file without a place'
{ entries && echo 'write_files: {a: {path: /x, encoding: b64, content: "?"}}'; } \
	>c.yaml
refused '8:53' 'not base64' 'content that does not decode'
{ entries && echo 'kernel: {package: x}'; } >c.yaml
run vt-install check --config c.yaml
status_is 0 "a section of curtin's that has no effect here"
has "$work/err" "warning: section 'kernel'" "  is said"

# later configs win, and positions name the right file
entries >c.yaml
echo 'storage: {version: 3}' >d.yaml
run vt-install check -c c.yaml -c d.yaml
has "$work/err" 'd\.yaml:1:20: ' "an error of the second config stands there"

run vt-install install -c c.yaml ftp://x
status_is 2 "a source it cannot copy"
has "$work/err" "^curtin: Installation failed: source 'ftp://x'" \
	"the failure is the last word"
run vt-install in-target -- true
status_is 2 "in-target outside of an installation"
done_testing

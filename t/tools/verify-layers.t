#!/bin/sh
# Encryption and bcache: the headers on disk images, in the booted system facts,
# and the file systems above either.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
need python3 sfdisk mkfs.ext4 qemu-img
fixture

mib=1048576
luks_uuid=eb8a513e-3f9a-4aea-8c57-e2c22b0d8138
set_uuid=a6a6bad9-9cd4-4080-afb2-c8155e7772f4
other_uuid=1bc07014-33d9-418e-9ffc-344f27f65005
fs_uuid=0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d
disk=$work/good/disks/layers_disk.img

lay() { # KIND IMAGE MIB...
	kind=$1 image=$2 at=$3
	shift 3
	"$top/t/tools/layers-image.py" $kind "$image" $((at * mib)) "$@"
}
wipe() { # MIB COUNT
	dd if=/dev/zero of="$case/disks/layers_disk.img" bs=1M seek="$1" \
		count="$2" conv=notrunc status=none
}
truncate -s 64M "$disk"
printf '%s\n' 'label: gpt' '1: start=2048, size=32768' '2: size=49152' \
	'3: size=16384' '4: size=8192' | sfdisk -q "$disk"
lay luks "$disk" 1 $luks_uuid
lay bcache "$disk" 17 1 $set_uuid 1 1 # writeback, clean
lay bcache "$disk" 41 3 $set_uuid 0 0
truncate -s 23M "$work/fs" && echo size=20M | sfdisk -q -X gpt "$work/fs" &&
	mkfs.ext4 -q -F -L fast -U $fs_uuid -E offset=$mib "$work/fs" 20M
# its data begins 8 KiB from its start
dd if="$work/fs" of="$disk" bs=8K seek=$((17 * 128 + 1)) conv=notrunc,sparse \
	status=none

cat >"$work/storage" <<Y
  disks:
    - {id: l, serial: disk-l, image: disks/layers_disk.img, sector_size: 512, ptable: gpt, partitions: '1, 2, 3, 4', at: 'l.yaml:1:1'}
  partitions:
    - {id: l1, disk: l, number: 1, at: 'l.yaml:2:1'}
    - {id: l2, disk: l, number: 2, at: 'l.yaml:3:1'}
    - {id: l3, disk: l, number: 3, at: 'l.yaml:4:1'}
    - {id: l4, disk: l, number: 4, at: 'l.yaml:5:1'}
    - {id: bc1, disk: bc, number: 1, at: 'l.yaml:14:1'}
  filesystems:
    - {id: vault-fs, volume: vault, fstype: xfs, label: vault, at: 'l.yaml:10:1'}
    - {id: bc-fs, volume: bc1, fstype: ext4, label: fast, uuid: $fs_uuid, at: 'l.yaml:11:1'}
    - {id: plain-fs, volume: plain, fstype: swap, at: 'l.yaml:12:1'}
  mounts:
    - {id: bc-mount, device: bc-fs, path: /b, fstab: '* /b ext4 defaults', at: 'l.yaml:15:1'}
    - {id: vault-mount, device: vault-fs, path: /v, mounted: true, fstab: '* /v xfs defaults', at: 'l.yaml:13:1'}
  bcaches:
    - {id: bc, backing_device: l2, cache_device: l3, cache_mode: writeback, ptable: gpt, partitions: '1', at: 'l.yaml:6:1'}
  dm_crypts:
    - {id: vault, volume: l1, dm_name: v-1, crypttab: 'v-1 * none luks,discard', at: 'l.yaml:7:1'}
    - {id: plain, volume: l4, dm_name: v-2, keyfile: /dev/urandom, crypttab: 'v-2 * /dev/urandom luks', at: 'l.yaml:8:1'}
Y
storage_lists
cat >"$work/good/collect/crypttab" <<F
# <name> <device> <key> <options>
v-1 UUID=$luks_uuid none luks,discard
v-2 PARTUUID=5-4 /dev/urandom luks
F
echo "/dev/mapper/v-1 /v xfs defaults 0 0" >>"$work/good/collect/fstab"
link="lrwxrwxrwx 1 root root 13 Nov 28 11:51"
echo "/dev/bcache/by-uuid/b-1 /b ext4 defaults 0 0" >>"$work/good/collect/fstab"
echo "$link /dev/bcache/by-uuid/b-1 -> ../../bcache0" \
	>>"$work/good/collect/dev_links"
echo "$link $fs_uuid -> ../../bcache0" >>"$work/good/collect/ls_al_byuuid"
echo "/dev/mapper/v-1 /v xfs rw 0 0" >>"$work/good/collect/proc_mounts"

fresh
verify
status_is 0 "layers as they were asked for"
for check in "dm_crypt vault volume" "dm_crypt vault crypttab" \
	"bcache bc backing_device" \
	"bcache bc cache_device" "bcache bc cache_mode" \
	"bcache bc ptable" "bcache bc partitions" "partition bc1 number" \
	"format bc-fs fstype" "format bc-fs label" "format bc-fs uuid" \
	"mount bc-mount fstab"; do
	is "$(outcome "$check")" ok "$check"
done
for check in "dm_crypt vault dm_name" "format vault-fs fstype" \
	"mount vault-mount mounted" "dm_crypt plain volume" \
	"format plain-fs fstype"; do
	is "$(outcome "$check")" skip "$check is no image's to tell"
done
has "$work/out" 'vault-fs label # SKIP it is encrypted, and only the booted' \
	"since it is encrypted"
has "$work/out" 'plain volume # SKIP with a random key it has no header' \
	"or has no header"

want() { # SED-EXPRESSION
	fresh
	sed -i "$1" "$case/verify.yaml"
	! cmp -s "$case/verify.yaml" "$work/good/verify.yaml" ||
		diag "nothing changed by $1"
}
want 's/volume: l1,/volume: l3,/'
breaks "dm_crypt vault volume" "another volume"
has "$work/out" "^#   at: +l.yaml:7:1$" "who asked"
has "$work/out" "^#   see: .*disks/layers_disk.img$" "where it stands"
has "$work/out" "found: +no LUKS header on 'l3'" "what is there"
is "$(outcome "format vault-fs fstype")" "not ok" "nor is what is on it"
want 's/backing_device: l2/backing_device: l1/'
breaks "bcache bc backing_device" "another backing device"
want 's/backing_device: l2/backing_device: l3/'
breaks "bcache bc backing_device" "a cache as backing device"
want 's/cache_device: l3/cache_device: l2/'
breaks "bcache bc cache_device" "a backing device as cache"
want 's/cache_mode: writeback/cache_mode: writearound/'
breaks "bcache bc cache_mode" "another cache mode"
want "s/partitions: '1'/partitions: '1, 2'/"
breaks "bcache bc partitions" "a partition on it that is missing"
want 's/ptable: gpt, partitions: .1., at/ptable: msdos, at/'
breaks "bcache bc ptable" "another table on it"
want 's/label: fast/label: slow/'
breaks "format bc-fs label" "another label above it"

fresh
wipe 1 4
breaks "dm_crypt vault volume" "a header that is zeroed"
fresh
printf '\0\11' | dd of="$case/disks/layers_disk.img" bs=1 \
	seek=$((mib + 6)) conv=notrunc status=none
verify
is "$(outcome "dm_crypt vault volume")" ok "there is a second copy"
printf X | dd of="$case/disks/layers_disk.img" bs=1 \
	seek=$((mib + 16384 + 5000)) conv=notrunc status=none
breaks "dm_crypt vault volume" "copies of another version, and damaged"
fresh
wipe 17 1
breaks "bcache bc backing_device" "a superblock that is zeroed"
is "$(outcome "format bc-fs fstype")" "not ok" "nothing is found above it"
fresh
wipe 41 1
breaks "bcache bc cache_device" "a cache without a superblock"
fresh
lay bcache "$case/disks/layers_disk.img" 41 3 $other_uuid 0 0
breaks "bcache bc cache_device" "a cache of another set"
has "$work/out" "'l3' is of set $other_uuid, the backing" "which one"
fresh
lay bcache "$case/disks/layers_disk.img" 17 9 $set_uuid 1 1
breaks "bcache bc backing_device" "a version that is unknown"
fresh
printf X | dd of="$case/disks/layers_disk.img" bs=1 \
	seek=$((17 * mib + 4096 + 60)) conv=notrunc status=none
breaks "bcache bc backing_device" "a checksum that does not fit"
fresh
lay bcache "$case/disks/layers_disk.img" 17 1 $set_uuid 1 2
skips "format bc-fs fstype" "newer data in the cache"
has "$work/out" 'bc-fs fstype # SKIP bcache is dirty' "which is said"
is "$(outcome "bcache bc cache_device")" ok "the set is still known"

# The booted system's own word.
booted() { # DM-NAME CACHE'S-CHILD MODES
	cat >"$case/collect/lsblk.json" <<J
{"blockdevices": [{"name": "vdx", "type": "disk", "serial": "disk-l", "children": [
 {"name": "vdx1", "type": "part", "fstype": "crypto_LUKS", "children": [
  {"name": "$1", "path": "/dev/mapper/$1", "kname": "dm-0", "type": "crypt", "fstype": "xfs", "label": "vault", "uuid": "1-2"}]},
 {"name": "vdx2", "type": "part", "fstype": "bcache", "children": [
  {"name": "bcache1", "type": "disk", "pttype": "gpt", "children": [
   {"name": "bcache1p1", "type": "part", "fstype": "ext4", "label": "fast", "uuid": "$fs_uuid"}]}]},
 {"name": "vdx3", "type": "part", "fstype": "bcache", "children": [
  {"name": "bcache0", "type": "disk"}, {"name": "$2", "type": "disk"}]},
 {"name": "vdx4", "partuuid": "5-4", "type": "part", "children": [
  {"name": "v-2", "path": "/dev/mapper/v-2", "kname": "dm-1", "type": "crypt", "fstype": "swap", "uuid": "1-3"}]}]},
 {"name": "vda", "type": "disk"}]}
J
	printf '%s\n' "/sys/block/bcache0/bcache/cache_mode:[writethrough] writeback writearound none" \
		"/sys/block/bcache1/bcache/cache_mode:$3" \
		>"$case/collect/bcache_cache_modes"
}
modes='writethrough [writeback] writearound none'
fresh
booted v-1 bcache1 "$modes"
verify
status_is 0 "both sides tell the same"
for check in "dm_crypt vault dm_name" "dm_crypt plain dm_name" \
	"dm_crypt vault crypttab" "dm_crypt plain crypttab" \
	"dm_crypt plain volume" "format vault-fs fstype" \
	"format vault-fs label" "mount vault-mount mounted" \
	"mount vault-mount fstab" "format plain-fs fstype" \
	"partition bc1 number"; do
	is "$(outcome "$check")" ok "facts tell of $check"
done
rm "$case/disks/layers_disk.img"
verify
status_is 3 "without an image"
for check in "dm_crypt vault volume" "bcache bc backing_device" \
	"bcache bc cache_device" "bcache bc cache_mode" \
	"format bc-fs fstype"; do
	is "$(outcome "$check")" ok "facts tell of $check"
done
fresh
booted v-9 bcache1 "$modes"
breaks "dm_crypt vault dm_name" "open as another name"
booted v-1 bcache2 "$modes"
breaks "bcache bc cache_device" "another bcache on the cache"
booted v-1 bcache1 "$modes"
sed -i 's/bcache1p1/bcache1p2/' "$case/collect/lsblk.json"
breaks "bcache bc partitions" "another partition on it once booted"
booted v-1 bcache1 '[writethrough] writeback writearound none'
breaks "bcache bc cache_mode" "another mode once booted"
booted v-1 bcache1 "$modes"
sed -i 's/"v-1", "path"/"v-3", "path"/; s/"v-2", "path"/"v-1", "path"/' \
	"$case/collect/lsblk.json"
breaks "dm_crypt vault volume" "another volume is open as the name"
booted v-1 bcache1 "$modes"
sed -i 's/"bcache1", "type"/"sdz", "type"/' "$case/collect/lsblk.json"
breaks "bcache bc backing_device" "no bcache once booted"
booted v-1 bcache1 "$modes"
rm "$case/collect/bcache_cache_modes" "$case/disks/layers_disk.img"
skips "bcache bc cache_mode" "modes that were not collected"

# The line of crypttab
tab() { # SED-EXPRESSION WHAT FOUND [ID]
	fresh
	booted v-1 bcache1 "$modes"
	sed -i "$1" "$case/collect/crypttab"
	breaks "dm_crypt ${4-vault} crypttab" "$2"
	has "$work/out" "^#   found: +$3" "which is said"
}
tab '/v-1/d' 'no line of crypttab' "no line for 'v-1'$"
has "$work/out" "expected: a line of crypttab: v-1 'l1' none luks,discard" \
	'the line is expected'
tab "s/$luks_uuid/$other_uuid/" 'another volume' \
	'line 2: .*, which names another device$'
tab 's/none/.key/' 'another key file' "line 2: .*, whose key file is not 'none'$"
tab 's/,discard//' 'other options' \
	"line 2: .*, whose options are not 'luks,discard'$"
tab 's/v-2.*/v-2 \/dev\/vdx3 \/dev\/urandom luks/' 'another device' \
	'line 3: .*, which names another device$' plain
tab 's/v-1.*//' 'no line' "no line for 'v-1'$"
fresh
booted v-1 bcache1 "$modes"
sed -i 's/"dm-0", "type": "crypt"/"dm-0", "type": "part"/' \
	"$case/collect/lsblk.json"
breaks "dm_crypt vault dm_name" "a volume that is not open"
is "$(outcome "dm_crypt vault crypttab")" ok "has its line all the same"
rm "$case/collect/crypttab"
skips "dm_crypt vault crypttab" "a crypttab that was not collected"

# A volume group on an encrypted volume, whose device has a path of its own.
fresh
booted v-1 bcache1 "$modes"
sed -i '/vault-fs/d; /^checks:/i\
\  lvm_volgroups:\
\    - {id: vg, name: vg, devices: [vault], at: "l.yaml:15:1"}' \
	"$case/verify.yaml"
cat >"$case/collect/lvm.json" <<'J'
{"report": [{"vg": [{"vg_name": "vg", "vg_extent_size": "1048576"}],
 "pv": [{"pv_name": "/dev/mapper/v-1"}], "lv": []}]}
J
verify
is "$(outcome "lvm_volgroup vg devices")" ok "a volume group above it"

# With the key of the config, what is on it is read. qemu-img makes version 1.
truncate -s 8M "$work/vault" && mkfs.ext4 -q -F -L vault "$work/vault"
encrypt() {
	qemu-img convert -O luks --object secret,id=key,data=open \
		-o key-secret=key,iter-time=10 "$work/vault" "$work/luks.qemu"
}
# it measures processor time for its iterations, which a busy host can disturb
ok 'qemu-img encrypts a disk' eval 'encrypt || encrypt'
keyed() { # IMAGE: on partition 1, and its key is in the config
	want 's/dm_name: v-1,/dm_name: v-1, key: open,/; s/vault-fs, volume: vault, fstype: xfs/vault-fs, volume: vault, fstype: ext4/'
	wipe 1 16
	dd if="$1" of="$case/disks/layers_disk.img" bs=1M seek=1 \
		conv=notrunc,sparse status=none
	uuid=$(blkid -p -s UUID -o value "$1")
	sed -i "s/^v-1 .* none/v-1 UUID=$uuid none/" "$case/collect/crypttab"
}
keyed "$work/luks.qemu"
verify
status_is 0 "an encrypted volume whose key the config has"
is "$(outcome "dm_crypt vault key")" ok "the key opens it"
is "$(outcome "format vault-fs label")" ok "and what is on it is found"
hasnt "$case/result.json" '"open"' "results do not have the key"
sed -i 's/key: open/key: opens/' "$case/verify.yaml"
breaks "dm_crypt vault key" "another key"
has "$work/out" "expected: +the key of the config opens it$" "what was expected"
has "$work/out" "found: +the key opens no keyslot$" "what it does"
is "$(outcome "format vault-fs label")" skip "what is on it is not read then"
keyed "$work/luks.qemu"
sed -i 's/label: vault/label: other/' "$case/verify.yaml"
breaks "format vault-fs label" "another label on it"

# What the tools themselves make.
if command -v cryptsetup >/dev/null; then
	echo secret >"$work/key"
	for type in luks1 luks2; do
		fresh
		truncate -s 16M "$work/$type"
		cryptsetup luksFormat -q --type $type --pbkdf pbkdf2 \
			--pbkdf-force-iterations 1000 \
			$([ $type = luks1 ] || echo --offset 2048) \
			--key-file "$work/key" "$work/$type" >/dev/null 2>&1
		wipe 1 4
		dd if="$work/$type" of="$case/disks/layers_disk.img" bs=1M \
			seek=1 count=1 conv=notrunc status=none
		verify
		is "$(outcome "dm_crypt vault volume")" ok "cryptsetup's $type"
	done
	# version 2 with the same key of the volume has the same content
	printf open >"$work/key"
	dump() { cryptsetup luksDump "$work/luks.qemu" -q --key-file "$work/key" "$@"; }
	dump --dump-volume-key --volume-key-file "$work/volume-key" >/dev/null
	payload=$(dump | sed -n 's/^Payload offset:[^0-9]*//p')
	format() { # [OPTION]...
		rm -f "$work/luks2" && truncate -s 12M "$work/luks2"
		cryptsetup luksFormat -q --type luks2 --key-file "$work/key" \
			--volume-key-file "$work/volume-key" --offset 4096 \
			--key-size 512 --sector-size 512 --pbkdf-force-iterations "$@" \
			"$work/luks2" >/dev/null 2>&1
		dd if="$work/luks.qemu" of="$work/luks2" bs=512 skip="$payload" \
			seek=4096 conv=notrunc status=none
	}
	format 4 --pbkdf argon2id --pbkdf-memory 32 --pbkdf-parallel 1
	keyed "$work/luks2"
	verify
	is "$(outcome "dm_crypt vault key")" ok "a key of version 2"
	is "$(outcome "format vault-fs label")" ok "and what is on it"
	"$top/t/tools/layers-image.py" luks-edit "$case/disks/layers_disk.img" \
		$mib '"memory":32' '"memory":1048577'
	skips "dm_crypt vault key" "a keyslot that takes too much memory"
	has "$work/out" "SKIP its keyslots take more than 1 GiB of memory" "says so"
	keyed "$work/luks2"
	"$top/t/tools/layers-image.py" luks-edit "$case/disks/layers_disk.img" \
		$mib '"encryption":"aes-xts-plain64","sector' \
		'"encryption":"aes-xts-plain","sector'
	verify
	is "$(outcome "dm_crypt vault key")" ok "the key of another cipher"
	is "$(outcome "format vault-fs label")" skip "whose content is not read"
	keyed "$work/luks2"
	"$top/t/tools/layers-image.py" luks-edit "$case/disks/layers_disk.img" \
		$mib '"keyslots"' '"keysluts"'
	skips "dm_crypt vault key" "a header that libcryptsetup does not read"
fi
if command -v make-bcache >/dev/null; then
	fresh
	truncate -s 24M "$work/backing" && truncate -s 8M "$work/cache"
	make-bcache --writeback -w 4k -b 32k -B "$work/backing" \
		-C "$work/cache" >/dev/null
	wipe 41 1
	for place in backing:17 cache:41; do
		dd if="$work/${place%:*}" of="$case/disks/layers_disk.img" \
			bs=8K count=1 seek=$((${place#*:} * 128)) \
			conv=notrunc status=none
	done
	verify
	for check in backing_device cache_device cache_mode; do
		is "$(outcome "bcache bc $check")" ok "make-bcache's $check"
	done
fi
done_testing

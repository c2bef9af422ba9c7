#!/bin/sh
# A disk or a fact is damaged, and the check of what is gone must fail, by name.
# Each key of a type that is compared (src/lib/storage/types.c) needs a row.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/config-lib.sh"
. "$(dirname "$0")/verify-lib.sh"
configs flat msdos raid layers
made=$good good=$work/good
mv "$made" "$work/made" && made=$work/made
fixture
d=$work/damaged.img # a copy of the image of a row

# Commands of rows about disks.
zero() { # FIRST-MIB COUNT
	dd if=/dev/zero of="$d" bs=1M seek="$1" count="$2" conv=notrunc status=none
}
poke() { # OFFSET
	printf X | dd of="$d" bs=1 seek="$1" conv=notrunc status=none
}
table() { sfdisk -q --no-reread --no-tell-kernel "$@" >/dev/null 2>&1; }
no_gpt() { # both copies
	zero 0 1 && zero 95 1
}
# part FIRST-MIB COUNT COMMAND...: on a copy of a part of the disk
part() {
	dd if="$d" of="$work/part" bs=1M skip="$1" count="$2" status=none
	start=$1
	shift 2
	"$@" >/dev/null 2>&1 </dev/null || diag "failed: $*"
	dd if="$work/part" of="$d" bs=1M seek="$start" conv=notrunc status=none
}
vg() { # SED-EXPRESSION: newer metadata
	lvm_metadata plain 4 | sed "$1" >"$work/text"
	lay_lvm "$d" "$work/text"
}
md() { # as lay()
	ln -sf "$d" "$work/raid.img"
	(cd "$work" && lay "$@")
}
no_member() { # PARTITION: without a superblock at 4 KiB
	dd if=/dev/zero of="$d" bs=4096 conv=notrunc count=1 status=none \
		seek=$((256 + ($1 - 1) * 2048 + 1))
}
bcache() { # FIRST-MIB VERSION SET MODE STATE
	at=$(($1 * mib))
	shift
	"$top/t/tools/layers-image.py" bcache "$d" $at "$@"
}
set=a6a6bad9-9cd4-4080-afb2-c8155e7772f4
other=1bc07014-33d9-418e-9ffc-344f27f65005
none=00000000-0000-0000-0000-000000000000

old_md() { # OFFSET BYTES: a superblock at the end
	"$top/t/tools/md-image.py" metadata=1.0 level=1 devices=2 name=old \
		"$d" "$1" "$2"
}
old_lvm() { # OFFSET: a label in the second sector
	echo 'old {}' >"$work/old"
	"$top/t/tools/lvm-image.py" "$work/old" "$d" "$1" \
		JBnzfF-G2n2-iLqS-xGdb-vFAA-cqkO-C4Lasf
}
on_bcache() { # COMMAND...: on a copy of what is on it
	dd if="$d" of="$work/part" bs=8K skip=$((67 * 128 + 1)) \
		count=$((23 * 128)) status=none
	"$@" >/dev/null 2>&1 </dev/null || diag "failed: $*"
	dd if="$work/part" of="$d" bs=8K seek=$((67 * 128 + 1)) conv=notrunc \
		status=none
}

# And of those about facts.
edit() { # FACT SED-EXPRESSION
	sed -i "$2" "$case/collect/$1"
}

# What the fixture of a test has in addition.
"$top/t/tools/layers-image.py" luks "$good/disks/extra_disk_3.img" $mib \
	eb8a513e-3f9a-4aea-8c57-e2c22b0d8138
cat >"$work/storage" <<'Y'
  mounts:
    - {id: /swap.img, path: none, size: 1048576, mounted: true, fstab: '/swap.img none swap sw', at: 'case.yaml:1:1'}
  dm_crypts:
    - {id: vault, volume: pnum1, dm_name: v-1, at: 'case.yaml:2:1'}
Y
storage_lists
sed -i -e 's/id: \(sda\|pnum\), serial: disk-./id: \1/' \
	-e 's/{id: sda, /&serial: disk-a, wwn: "0x39cc071e72c64cc4", /' \
	-e 's/{id: pnum, /&serial: disk-d, /' "$good/verify.yaml"
echo '/swap.img none swap sw 0 0' >>"$good/collect/fstab"
echo '/swap.img file 1024 0 -3' >>"$good/collect/proc-swaps"
cat >"$good/collect/lsblk.json" <<'J'
{"blockdevices": [
 {"name": "vda", "type": "disk", "serial": "disk-a",
  "wwn": "0x39cc071e72c64cc4", "children": [
  {"name": "vda1"}, {"name": "vda2"}, {"name": "vda3"}]},
 {"name": "vdb", "type": "disk", "serial": "disk-b"},
 {"name": "vdc", "type": "disk", "serial": "disk-c"},
 {"name": "vdd", "type": "disk", "serial": "disk-d", "children": [
  {"name": "vdd1", "children": [
   {"name": "v-1", "kname": "dm-0", "type": "crypt"}]},
  {"name": "vdd2"}, {"name": "vdd10"}]}]}
J

# CONFIG | CHECK | COMMAND. The config "facts" is that of the test.
cat >"$work/rows" <<'R'
flat | disk flat ptable | no_gpt
flat | disk flat partitions | table --delete "$d" 4
flat | disk flat partitions | echo 'start=167936, size=2048' | table --append "$d"
flat | partition f10 number | table --delete "$d" 10
flat | partition f10 size | echo 'size=8192' | table -N 10 "$d"
flat | partition f1 flag | table --part-type "$d" 1 linux
flat | partition f2 flag | table --part-type "$d" 2 swap
flat | partition f4 flag | table --part-type "$d" 4 swap
flat | partition f3 partition_type | table --part-type "$d" 3 linux
flat | partition f3 partition_name | table --part-label "$d" 3 other
flat | partition f3 uuid | table --part-uuid "$d" 3 22222222-2222-4333-8444-555555555555
flat | partition f4 offset | table --delete "$d" 4; echo 'start=143368, size=8184' | table -N 4 "$d"
flat | partition f4 attributes | table --part-attrs "$d" 4 GUID:62
flat | partition f4 wipe | poke $((73 * mib))
flat | partition f2 wipe | old_md $((2 * mib)) $((36 * mib))
flat | disk flat wipe | old_lvm 0
flat | format root fstype | zero 38 1
flat | format root fstype | table --delete "$d" 3; echo 'start=79872, size=32768' | table -N 3 "$d"
flat | format esp fstype | part 2 36 mkfs.vfat -F 16 -n ESP -i 1234ABCD "$work/part"
flat | format swap fstype | zero 74 1
flat | format root label | part 38 32 tune2fs -L other "$work/part"
flat | format swap label | part 74 8 mkswap -L other "$work/part"
flat | format root uuid | part 38 32 tune2fs -U random "$work/part"
flat | format swap uuid | part 74 8 mkswap -L sw "$work/part"
msdos | disk old ptable | zero 0 1
msdos | partition o1 flag | table --activate "$d" -
msdos | partition o2 active | table --activate "$d" 2
msdos | partition o2 flag | table --delete "$d" 2; echo 'type=83' | table -N 2 "$d"
msdos | partition o6 number | table --delete "$d" 6
raid | raid one name | md 1 2 3 -- devices=2 name=guest:7 uuid=a
raid | raid zero name | md 7 8 -- level=0 metadata=0.90 minor=4 uuid=c
raid | raid five mdname | md 4 5 6 -- level=5 devices=3 name=any:other uuid=b
raid | raid five raidlevel | md 4 5 6 -- level=4 devices=3 name=any:os-raid uuid=b
raid | raid five devices | no_member 6
raid | raid five devices | md 4 5 -- level=5 devices=3 name=any:os-raid uuid=b events=20
raid | raid five devices | md 4 5 6 -- level=5 devices=3 name=any:os-raid uuid=b failed=2
raid | raid one spare_devices | no_member 3
raid | raid one metadata | no_member 1; no_member 2; md 1 2 3 -- metadata=1.1 devices=2 name=guest:0 uuid=a
raid | raid table ptable | zero 65 1; zero 71 1
raid | raid table partitions | part 65 7 sfdisk -q --delete "$work/part" 1
raid | raid one wipe | old_lvm $((2 * mib))
raid | format one-fs label | part 2 4 tune2fs -L other "$work/part"
raid | lvm_volgroup rvg name | zero 82 1
layers | lvm_volgroup vg name | vg 's/^vg /other /'
layers | lvm_volgroup vg devices | zero 26 1
layers | lvm_volgroup vg devices | vg '/^pv1/d; /segment2/d; s/segment_count = 2/segment_count = 1/; /^plain/,/^}/d'
layers | lvm_partition plain name | vg '/^plain/,/^}/d'
layers | lvm_partition plain name | vg 's/^plain/other/'
layers | lvm_partition plain size | vg 's/extent_count = 16/extent_count = 15/'
layers | lvm_partition plain wipe | old_lvm $((31 * mib))
layers | bcache bc ptable | on_bcache dd if=/dev/zero of="$work/part" bs=1M count=1 conv=notrunc
layers | bcache bc partitions | on_bcache sfdisk -q --delete "$work/part" 1
layers | bcache bc wipe | old_md $((67 * mib + 8192)) $((24 * mib - 8192))
layers | format wide-fs fstype | zero 4 1
layers | bcache bc backing_device | zero 67 1
layers | bcache bc cache_device | zero 91 1
layers | bcache bc cache_device | bcache 91 3 $other 0 0
layers | bcache bc cache_device | bcache 67 1 $none 1 0
layers | bcache bc cache_mode | bcache 67 1 $set 0 1
layers | dm_crypt vault volume | zero 51 4
facts | disk sda serial | edit lsblk.json s/disk-a/disk-x/
facts | disk sda wwn | edit lsblk.json s/0x39/0x29/
facts | partition sda3 number | edit lsblk.json 's/, {"name": "vda3"}//'
facts | mount home-mount mounted | edit proc_mounts '/home/d'
facts | mount home-mount mounted | edit proc_mounts 's,^/dev/vda2 ,/dev/vdc ,'
facts | mount swap-mount mounted | edit proc-swaps /vda3/d
facts | mount home-mount options | edit proc_mounts '/home/s/noatime/relatime/'
facts | mount home-mount fstab | edit fstab '/home/d'
facts | mount home-mount fstab | edit fstab '/home/s/,noatime//'
facts | mount data-mount fstab | edit fstab '/data/s/nofail/&,noexec/'
facts | mount data-mount fstab | edit fstab 's,^[^ ]* /data,/dev/vda2 /data,'
facts | mount swap-mount fstab | edit fstab '/ none swap/d'
facts | mount /swap.img fstab | edit fstab '/^.swap.img/d'
facts | mount /swap.img mounted | edit proc-swaps '/^.swap.img/d'
facts | mount /swap.img size | edit proc-swaps 's/file 1024/file 8192/'
facts | dm_crypt vault dm_name | edit lsblk.json 's/"v-1"/"v-9"/'
facts | dm_crypt vault volume | edit lsblk.json 's/"vdd1", /"vdd1"}, {"name": "vdd3", /'
R

# judge CONFIG: with its TAP in $work/out
judge() {
	case $1 in
	facts) run vt-verify "$case" ;;
	*)
		id=$(sed -n 's/.*{id: \([a-z]*\), type: disk.*/\1/p' "$made/$1.yaml")
		run vt-verify --config "$made/$1.yaml" "$id=$d"
		;;
	esac
}
restore() {
	case $1 in
	facts) fresh ;;
	*) cp --sparse=always "$made/$1.img" "$d" ;;
	esac
}

for config in flat msdos raid layers facts; do
	restore $config
	judge $config
	status_is 0 "$config: nothing is damaged"
	cp "$work/out" "$work/$config.tap"
done
while IFS='|' read -r config check command; do
	config=${config% }
	check=${check% } check=${check# }
	echo "$check" >>"$work/covered"
	grep -q -E "^ok [0-9]+ - $check\$" "$work/$config.tap" ||
		diag "'$check' was not ok before"
	restore "$config"
	eval "$command"
	judge "$config"
	has "$work/out" "^not ok [0-9]+ - $check\$" "$check:$command"
done <"$work/rows"

# TYPE KEY FILE TEXT: keys that another test sees fail; it has the text.
cat >"$work/elsewhere" <<'R'
bcache name verify-names.t bcache bc name:fast0
disk boot_code verify-boot.t disk $1 boot_code
disk multipath verify-names.t breaks "disk mp multipath"
disk name verify-names.t disk d name:main-disk
dm_crypt crypttab verify-layers.t crypttab" "$2"
dm_crypt key verify-layers.t breaks "dm_crypt vault key"
dm_crypt wipe verify-wipe.t breaks "$1 wipe"
format mkfs_options verify-storage.t breaks "format root mkfs_options"
lvm_partition dname verify-names.t lvm_partition l dname:vg--1-lv
mount absent verify-facts.t breaks "mount /swp absent"
mount dataset verify-zfs.t breaks "mount
mount freq verify-facts.t words "freq:
mount maxsize verify-facts.t breaks "mount /swp maxsize"
mount passno verify-facts.t words "passno:
mount priority verify-facts.t breaks "mount swap-mount priority"
partition boot_code verify-boot.t partition $1 boot_code
partition name verify-names.t partition d1 name:one
raid dname verify-names.t raid r dname:md0
zfs dataset verify-zfs.t outcome "zfs slash dataset")" "not ok"
zfs properties verify-zfs.t "zfs slash properties"
zfs volume verify-zfs.t "zfs slash volume"
zpool fs_properties verify-zfs.t "zpool tank fs_properties"
zpool mountpoint verify-zfs.t "zpool tank mountpoint"
zpool pool verify-zfs.t breaks "zpool tank pool"
zpool pool_properties verify-zfs.t "zpool tank pool_properties"
zpool vdevs verify-zfs.t breaks "zpool tank vdevs"
R

# Each key with a likeness: "type key", as its checks are named.
"${CC:-cc}" -E -P "-I$top/src/lib" -D_GNU_SOURCE "$top/src/lib/storage/types.c" |
	perl -0777 -ne '
	while (/vt_type_key (\w+)_keys\[\] = \{(.*?)\n?\};/gs) {
		my ($type, $keys) = ($1, $2);
		for (split /(?=\.word = ")/, $keys) {
			my ($key) = /^\.word = "(\w+)"/;
			print "$type $key\n"
				if $key && /\.like = VT_LIKE_(?!NONE)/;
		}
	}' | sort >"$work/keys"
[ "$(wc -l <"$work/keys")" -ge 34 ]
result $? "keys that are compared: $(wc -l <"$work/keys")"
sed 's/ .* / /' "$work/covered" | sort -u >"$work/rows.keys"
while read -r type key file text; do
	grep -qx "$type $key" "$work/keys" || continue
	grep -qF "$text" "$top/t/tools/$file"
	result $? "$type $key: in $file" || diag "it has no '$text'"
	echo "$type $key" >>"$work/rows.keys"
done <"$work/elsewhere"
is "$(sort -u "$work/rows.keys" | comm -23 "$work/keys" -)" "" \
	"each key that is compared has a row"
done_testing

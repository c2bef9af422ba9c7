#!/bin/sh
# Names and identities in the booted system: each link in /dev/disk/by-dname
# leads to the device that has the name in the config; serials and WWNs.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
need python3
fixture

f=$work/good/collect
# a backing device of bcache at 1 MiB and its cache at 9 MiB, label fast0
set_uuid=a6a6bad9-9cd4-4080-afb2-c8155e7772f4
disk=$work/good/disks/names_disk.img
truncate -s 64M "$disk"
printf '%s\n' 'label: gpt' '1: start=2048, size=16384' '2: size=16384' |
	sfdisk -q "$disk"
"$top/t/tools/layers-image.py" bcache "$disk" 1048576 1 $set_uuid 1 1
"$top/t/tools/layers-image.py" bcache "$disk" 9437184 3 $set_uuid 0 0
# what is on it begins 8 KiB from its start: a table of one partition
truncate -s $((8388608 - 8192)) "$work/table"
printf 'label: gpt\nstart=2048, size=4096\n' | sfdisk -q "$work/table"
dd if="$work/table" of="$disk" bs=8K seek=129 conv=notrunc status=none

cat >"$work/storage" <<Y
  disks:
    - {id: d, serial: disk-n, dname: main-disk, image: disks/names_disk.img, sector_size: 512, at: 'n.yaml:1:1'}
    - {id: e, serial: disk-m, at: 'n.yaml:8:1'}
    - {id: sas, serial: 'disk w  x/1', wwn: '0x5000', at: 'n.yaml:10:1', places: {wwn: 'n.yaml:11:9'}}
    - {id: nvme, serial: nvme-a, wwn: eui.0000000000000001, at: 'n.yaml:12:1'}
    - {id: only, wwn: '0x5000c500a0b1c2d3', at: 'n.yaml:13:1'}
    - {id: mp, serial: disk-p, multipath: mpatha, dname: paths, at: 'n.yaml:14:1'}
    - {id: on-bc, made_by: bc, ptable: gpt, partitions: '1', at: 'n.yaml:16:1'}
    - {id: bare, dname: bare, at: 'n.yaml:9:1'}
  partitions:
    - {id: bc1, disk: on-bc, number: 1, size: 2097152, at: 'n.yaml:17:1'}
    - {id: mp1, disk: mp, number: 1, at: 'n.yaml:15:1'}
    - {id: d1, disk: d, number: 1, dname: one, at: 'n.yaml:2:1', places: {dname: 'n.yaml:2:30'}}
    - {id: d2, disk: d, number: 2, at: 'n.yaml:3:1'}
    - {id: e1, disk: e, number: 1, at: 'n.yaml:3:2'}
    - {id: e2, disk: e, number: 2, at: 'n.yaml:3:3'}
    - {id: e3, disk: e, number: 3, dname: five, at: 'n.yaml:3:4'}
  bcaches:
    - {id: bc, backing_device: d1, cache_device: d2, dname: fast0, at: 'n.yaml:4:1'}
  raids:
    - {id: r, name: md0, raidlevel: raid1, devices: [e1, e2], dname: md0, at: 'n.yaml:5:1'}
  lvm_volgroups:
    - {id: v, name: vg-1, devices: [e3], at: 'n.yaml:6:1'}
  lvm_partitions:
    - {id: l, volgroup: v, name: lv, dname: vg--1-lv, at: 'n.yaml:7:1'}
Y
storage_lists
part() { # KNAME CHILD
	printf '{"name":"%s","kname":"%s","path":"/dev/%s","type":"part","partuuid":"9c8d-%s","children":[%s]}' \
		"$1" "$1" "$1" "$1" "$2"
}
child() { # KNAME TYPE [NAME]
	printf '{"name":"%s","kname":"%s","path":"/dev/%s","type":"%s"}' \
		"${3-$1}" "$1" "$1" "$2"
}
bcache='{"name":"bcache0","kname":"bcache0","path":"/dev/bcache0","type":"disk","pttype":"gpt","children":[{"name":"bcache0p1","kname":"bcache0p1","type":"part"}]}'
path() { # KNAME
	printf '{"name":"%s","kname":"%s","type":"disk","serial":"disk-p","children":[{"name":"mpatha","kname":"dm-1","type":"mpath","children":[%s]}]}' \
		"$1" "$1" "$(child dm-2 part mpatha-part1)"
}
cat >"$f/lsblk.json" <<J
{"blockdevices":[
 {"name":"sr0","kname":"sr0","path":"/dev/sr0","type":"rom","serial":"QM00003","wwn":null},
 {"name":"vda","kname":"vda","path":"/dev/vda","type":"disk","serial":"disk-n","wwn":null,"children":[
  $(part vda1 "$bcache"),
  $(part vda2 "$bcache")]},
 {"name":"vdb","kname":"vdb","path":"/dev/vdb","type":"disk","serial":"disk-m","wwn":null,"children":[
  $(part vdb1 "$(child md127 raid1)"),
  $(part vdb2 "$(child md127 raid1)"),
  $(part vdb3 "$(child dm-0 lvm vg--1-lv)")]},
 {"name":"sda","kname":"sda","path":"/dev/sda","type":"disk","serial":"disk w x/1","wwn":"0x0000000000005000"},
 {"name":"sdb","kname":"sdb","path":"/dev/sdb","type":"disk","serial":"drive-scsi1","wwn":"0x5000C500a0b1c2d3"},
 $(path sdc),
 $(path sdd),
 {"name":"nvme0n1","kname":"nvme0n1","path":"/dev/nvme0n1","type":"disk","serial":"nvme-a","wwn":"nvme.1b36-6e766d652d61-51454d55204e564d65204374726c-00000001"}
]}
J
cat >"$f/lvm.json" <<'J'
{"report":[{"vg":[{"vg_name":"vg-1","vg_extent_size":"4194304"}],
 "pv":[{"pv_name":"/dev/vdb3"}],"lv":[{"lv_name":"lv","lv_size":"4194304"}]}]}
J
cat >"$f/ls_al_bydname" <<'L'
total 0
drwxr-xr-x 2 root root 140 Nov 28 10:00 .
drwxr-xr-x 8 root root 160 Nov 28 10:00 ..
lrwxrwxrwx 1 root root  13 Nov 28 10:00 fast0 -> ../../bcache0
lrwxrwxrwx 1 root root  10 Nov 28 10:00 five -> ../../vdb3
lrwxrwxrwx 1 root root   9 Nov 28 10:00 main-disk -> ../../vda
lrwxrwxrwx 1 root root  10 Nov 28 10:00 main-disk-part1 -> ../../vda1
lrwxrwxrwx 1 root root  11 Nov 28 10:00 md0 -> ../../md127
lrwxrwxrwx 1 root root  10 Nov 28 10:00 one -> ../../vda1
lrwxrwxrwx 1 root root  10 Nov 28 10:00 paths -> ../../dm-1
lrwxrwxrwx 1 root root  10 Nov 28 10:00 vg--1-lv -> ../../dm-0
L
mkdir -p "$f/udev_rules.d"
rule="$f/udev_rules.d/fast0.rules"
printf '%s\n%s' '# Written by curtin' "SUBSYSTEM==\"block\", ACTION==\"add|change\", ENV{CACHED_UUID}==\"$set_uuid\", SYMLINK+=\"disk/by-dname/fast0\"" >"$rule"

want() { # SED-EXPRESSION
	fresh
	sed -i "$1" "$case/verify.yaml"
	! cmp -s "$case/verify.yaml" "$work/good/verify.yaml" ||
		diag "nothing changed by $1"
}
links() { # SED-EXPRESSION
	fresh
	sed -i "$1" "$case/collect/ls_al_bydname"
}

fresh
verify
for check in "disk d name" "partition d1 name" "partition e3 name" \
	"bcache bc name" "raid r dname" "lvm_partition l dname"; do
	is "$(outcome "$check")" ok "$check"
done
is "$(outcome "disk bare name")" skip "a disk that cannot be found"

# each name is another
for row in "disk d name:main-disk" "partition d1 name:one" \
	"partition e3 name:five" "bcache bc name:fast0" "raid r dname:md0" \
	"lvm_partition l dname:vg--1-lv"; do
	want "s/dname: ${row#*:},/dname: other,/"
	breaks "${row%:*}" "another name than ${row#*:}"
	has "$work/out" "^#   expected: link 'other' in /dev/disk/by-dname to" \
		"which was expected"
	has "$work/out" "fast0, five, main-disk, main-disk-part1, md0, one" \
		"and which there are"
done
want "s/dname: one,/dname: two,/"
verify
has "$work/out" '^#   at: +n.yaml:2:30$' "the name's own position"

# each link is another, or missing
for row in "disk d name:main-disk" "partition d1 name:one" \
	"bcache bc name:fast0" "raid r dname:md0" \
	"lvm_partition l dname:vg--1-lv"; do
	links "/ ${row#*:} -> /s|[^/]*\$|vda2|"
	breaks "${row%:*}" "a link to another device"
	links "/ ${row#*:} -> /d"
	[ "${row#*:}" != fast0 ] || rm "$case/collect/udev_rules.d/fast0.rules"
	breaks "${row%:*}" "no link"
done
links '/ one -> /s|[^/]*$|vda2|'
verify
has "$work/out" "found: +a link to /dev/vda2, and 'd1' is /dev/vda1$" \
	"both devices are said"

# what udev cannot know
links '/ fast0 -> /d'
verify
is "$(outcome "bcache bc name")" ok "a bcache has its label and a rule"
sed -i 's/by-dname.fast0"/by-dname\/fast"/' "$case/collect/udev_rules.d/fast0.rules"
breaks "bcache bc name" "but not another rule"
links '/ one -> /d'
sed -i 's/"partuuid":"9c8d-vda1",//' "$case/collect/lsblk.json"
skips "partition d1 name" "without a PARTUUID there is no rule"
has "$work/out" "d1 name # SKIP .*no PARTUUID" "which is said"
fresh
rm "$case/collect/ls_al_bydname"
skips "disk d name" "links that were not collected"
want 's/^target:.*/target: {distro: ubuntu, release: trusty, arch: amd64, firmware: bios}/'
skips "raid r dname" "a release without them"
has "$work/out" "r dname # SKIP .*kernels of 'trusty' do not support it" "by name"
want 's/^target:.*/target: {distro: centos, release: centos70, arch: amd64, firmware: bios}/'
skips "raid r dname" "a target whose hooks are not curtin's"

# Serials and WWNs
fresh
verify
for check in "disk d serial" "disk sas serial" "disk sas wwn" \
	"disk nvme serial" "disk only wwn"; do
	is "$(outcome "$check")" ok "$check"
done
is "$(outcome "disk nvme wwn")" skip "the EUI of a QEMU NVMe disk"
has "$work/out" "nvme wwn # SKIP .*Linux ignores the EUI" "is unknown by name"
want 's/serial: disk-n/serial: disk-o/'
breaks "disk d serial" "another serial"
has "$work/out" "there are: disk-n, disk-m, disk w x/1, drive-scsi1, disk-p" \
	"which there are is said"
is "$(outcome "partition d1 name")" "not ok" "nor what is on it"
want "s/wwn: '0x5000'/wwn: '0x5001'/"
breaks "disk sas wwn" "another WWN beside the serial"
has "$work/out" '^#   at: +n.yaml:11:9$' "and who asked"
want "s/serial: 'disk w/serial: 'disk v/"
breaks "disk sas serial" "another serial beside the WWN"
is "$(outcome "disk sas wwn")" ok "by which it is found"
want "s/wwn: '0x5000c500a0b1c2d3'/wwn: '0x5000c500a0b1c2d4'/"
breaks "disk only wwn" "another WWN alone"
# older systems: udev's links tell
fresh
sed -i 's/"serial":"disk-n",//' "$case/collect/lsblk.json"
echo 'lrwxrwxrwx 1 root root 9 Nov 28 10:00 virtio-disk-n -> ../../vda' \
	>"$case/collect/ls_al_byid"
verify
is "$(outcome "disk d serial")" ok "a serial in by-id alone"
is "$(outcome "disk d name")" ok "finds the disk"
fresh
sed -i 's/"serial":"[^"]*",//; s/"wwn":"[^"]*"/"wwn":null/' \
	"$case/collect/lsblk.json"
skips "disk d serial" "no serials at all"
is "$(outcome "disk only wwn")" skip "and no WWNs"
fresh
sed -i 's/"serial":"disk-m",//' "$case/collect/lsblk.json"
sed -i 's/serial: disk-n/serial: disk-o/' "$case/verify.yaml"
skips "disk d serial" "a disk whose serial lsblk does not show"
fresh
sed -i 's/"serial":"disk w x.1"/"serial":"00005000"/' "$case/collect/lsblk.json"
skips "disk sas serial" "a WWN in place of the serial"
is "$(outcome "disk sas wwn")" ok "by which it is found"

# A disk whose path is that of a device of another entry
fresh
verify
for check in "disk on-bc ptable" "disk on-bc partitions" \
	"partition bc1 number" "partition bc1 size"; do
	is "$(outcome "$check")" ok "$check"
done
want 's/made_by: bc, ptable: gpt/made_by: bc, ptable: msdos/'
breaks "disk on-bc ptable" "another table"
has "$work/out" "found: +gpt$" "which both sides show"
want 's/made_by: bc,/made_by: r,/'
sed -i 's/"name":"md127",/&"pttype":"dos",/' "$case/collect/lsblk.json"
breaks "disk on-bc ptable" "the path of another device"
want 's/made_by: bc,/made_by: on-bc,/'
skips "disk on-bc ptable" "one that makes itself"

# Multipath
fresh
verify
for check in "disk mp multipath" "disk mp name" "partition mp1 number"; do
	is "$(outcome "$check")" ok "$check"
done
fresh
sed -i '/"kname":"sdd"/s/,"children":.*/},/' "$case/collect/lsblk.json"
breaks "disk mp multipath" "a path beside the map"
has "$work/out" "found: +a map mpatha with 1 of 2 paths$" "both are counted"
fresh
sed -i '/"kname":"sd[cd]"/s/,"children":.*/},/' "$case/collect/lsblk.json"
breaks "disk mp multipath" "no map"
sed -i 's|paths -> ../../dm-1|paths -> ../../sdd|' "$case/collect/ls_al_bydname"
verify
is "$(outcome "disk mp name")" ok "a link to any path of a disk without a map"
sed -i 's|paths -> ../../sdd|paths -> ../../sda|' "$case/collect/ls_al_bydname"
breaks "disk mp name" "a link to another disk"
sed -i '/"kname":"sdd"/d' "$case/collect/lsblk.json"
skips "disk mp multipath" "a machine with one path"
want 's/multipath: mpatha/multipath: mpathb/'
skips "disk mp multipath" "a name that multipath chooses"
has "$work/out" "mp multipath # SKIP .*multipath calls its map 'mpatha'" \
	"which is said"
done_testing

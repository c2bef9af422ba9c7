#!/bin/sh
# Partition tables that vt-install makes and keeps, on loop devices. sfdisk and
# wipefs are real; what needs partitions in the kernel is not, and the
# installation ends with the first mount.
. "$(dirname "$0")/../lib.sh"
[ "$(id -u)" -eq 0 ] || skip_all "loop devices need root"
d1='' d2=''
at_end() { losetup -d $d1 $d2; }

mkdir "$work/bin"
cd "$work" || exit 3
for tool in partprobe udevadm mkfs.ext4 mkswap e2fsck resize2fs ntfsresize; do
	printf '#!/bin/sh\necho "$0 $*" | sed "s|.*/||" >>"$TOOLS"\n' >"bin/$tool"
done
printf '#!/bin/sh\nexit 1\n' >bin/mount
cat >bin/blkid <<'S'
#!/bin/sh
case $* in *TYPE*) cat "${TOOLS%/*}/type" ;; *) echo 1234-5678 ;; esac
S
chmod +x bin/*
export TOOLS="$work/tools"
truncate -s 64M one.img && truncate -s 1G two.img
d1=$(losetup -f --show one.img) && d2=$(losetup -f --show two.img) ||
	skip_all "no loop devices"
name=${d2##*/}

# disks VERSION KEYS LINE...: the second disk with these keys and entries, and the
# first as root
disks() {
	cat <<Y
storage:
  version: $1
  config:
  - {id: d, type: disk, path: $d2, $2}
Y
	shift 2
	printf '  - %s\n' "$@"
	cat <<Y
  - {id: x, type: disk, path: $d1, ptable: msdos, wipe: superblock}
  - {id: xp, type: partition, device: x, size: 32M}
  - {id: xf, type: format, volume: xp, fstype: ext4}
  - {id: xm, type: mount, device: xf, path: /}
Y
}
# made NAME: the disks of c.yaml are made, up to the mount
made() {
	: >tools
	PATH="$work/bin:$PATH" run vt-install install --config c.yaml cp:///etc/apt
	has err "Installation failed: mounting 'xm'" "$1"
	sfdisk --dump "$d2" >table 2>&1
}
# refused POSITION WORDS NAME: and the table is as it was
refused() {
	sfdisk --dump "$d2" >before
	PATH="$work/bin:$PATH" run vt-install install --config c.yaml cp:///etc/apt
	status_is 2 "refused: $3"
	has err "c\.yaml:$1: .*$2" "  with its place and '$2'"
	sfdisk --dump "$d2" | cmp -s - before
	result $? "  and nothing is changed"
}
part() { has table "^$d2""p$1 : start= *$2, size= *$3,.*$4" "partition $1 $5"; }

# version 2: all that it can say
disks 2 'ptable: gpt, wipe: superblock' \
	"{id: a, type: partition, device: d, number: 2, size: 64M, offset: 10M, partition_name: 'a \"name\", ü', uuid: 0f1d3c7a-94b2-4f0e-8a37-6f6c2f7f1d01, attrs: [RequiredPartition, 'GUID:60']}" \
	'{id: b, type: partition, device: d, number: 7, size: 10M, partition_type: 8DA63339-0007-60C0-C436-083AC8230908}' \
	'{id: c, type: partition, device: d, number: 9, size: 512K, offset: 17408, flag: swap}' >c.yaml
made "a gpt of version 2"
part 2 20480 131072 'uuid=0F1D3C7A-94B2-4F0E-8A37-6F6C2F7F1D01, name="a .x22name.x22, .xc3.xbc", attrs="RequiredPartition GUID:60"' "at its offset"
part 7 151552 20480 'type=8DA63339-' "after the one before it"
part 9 34 1024 'type=0657FD6D-' "before 1 MiB"

# what is at the places of new partitions does not come back
for mib in 1 11 100; do
	echo old | dd of="$d2" bs=1M seek=$mib conv=notrunc 2>/dev/null
done
disks 1 'ptable: gpt' '{id: a, type: partition, device: d, size: 10M}' \
	'{id: b, type: partition, device: d, number: 5, size: 89M, flag: home}' \
	'{id: c, type: partition, device: d, number: 6, size: 50M}' >c.yaml
made "version 1, without wipe"
part 1 2048 20480 'type=0FC63DAF' 'first'
part 5 22528 182272 'type=933AC7E1' "with a gap in the numbers"
part 6 204800 102400 '' 'next'
for mib in 1 11 100; do
	is "$(dd if="$d2" bs=1M skip=$mib count=1 2>/dev/null | tr -d '\0')" '' \
		"nothing is left at $mib MiB"
done

# version 1 keeps what the config does not have
sfdisk --dump "$d2" >before
kept='{id: a, type: partition, device: d, number: 1, size: 10M, preserve: true}'
disks 1 'ptable: gpt, preserve: true' "$kept" \
	'{id: b, type: partition, device: d, number: 5, size: 89M, flag: home, preserve: true}' \
	'{id: c, type: partition, device: d, number: 6, size: 50M, preserve: true}' >c.yaml
made "version 1: a table that is kept"
ok "is not written" cmp table before
hasnt err 'sfdisk.*--append' "  not even the same"
disks 1 'ptable: gpt, preserve: true' "$kept" \
	'{id: c, type: partition, device: d, number: 6, size: 50M, preserve: true}' \
	'{id: n, type: partition, device: d, number: 8, size: 20M, flag: raid}' >c.yaml
made "version 1: one more partition"
is "$(diff before table | grep -c '^[<>]')" 1 "is the only change"
part 8 307200 40960 'type=A19D880F' "after the one before it"

disks 1 'ptable: gpt, preserve: true' "$kept" \
	'{id: c, type: partition, device: d, number: 6, size: 51M, preserve: true}' >c.yaml
refused '6:58' "'c': it cannot be preserved: partition 6 of $d2 has 52428800 bytes, not 53477376" \
	'another size'
disks 1 'ptable: gpt, preserve: true' "$kept" \
	'{id: c, type: partition, device: d, number: 4, size: 50M, preserve: true}' >c.yaml
refused '6:49' "'c': it cannot be preserved: $d2 has no partition 4" 'no such partition'
disks 1 'ptable: gpt, preserve: true' "$kept" \
	'{id: c, type: partition, device: d, number: 6, size: 50M, flag: swap, preserve: true}' >c.yaml
refused '6:69' "it cannot be preserved with flag 'swap'" 'another flag'
disks 1 'ptable: gpt, preserve: true' "$kept" \
	'{id: c, type: partition, device: d, number: 6, size: 50M}' >c.yaml
refused '6:49' "$d2 has a partition 6, and keeps its table" 'a number that is in use'
disks 1 'ptable: gpt, preserve: true' "$kept" \
	'{id: b, type: partition, device: d, number: 5, size: 89M, preserve: true}' \
	'{id: n, type: partition, device: d, number: 9, size: 60M}' >c.yaml
refused '7:5' "'n': it overlaps partition 6" 'a place that is in use'
disks 1 'ptable: msdos, preserve: true' \
	'{id: c, type: partition, device: d, number: 1, size: 10M, preserve: true}' >c.yaml
refused '4:[0-9]*' "has a table of type gpt, not msdos" 'another kind of table'
disks 2 'ptable: gpt, preserve: true' \
	'{id: c, type: partition, device: d, number: 6, size: 50M, offset: 101M, preserve: true}' >c.yaml
refused '5:[0-9]*' "no partition of $d2 starts at byte 105906176" 'another offset'

# resize
ext() { # SIZE
	disks 2 'ptable: gpt, preserve: true' \
		'{id: a, type: partition, device: d, number: 1, size: 10M, offset: 1M, preserve: true}' \
		'{id: b, type: partition, device: d, number: 5, size: 89M, offset: 11M, preserve: true}' \
		"{id: c, type: partition, device: d, number: 3, size: $1, offset: 100M, preserve: true, resize: true}" \
		'{id: n, type: partition, device: d, number: 8, size: 20M, offset: 150M, preserve: true}'
}
echo xfs >type
ext 40M >c.yaml
refused '7:[0-9]*' "contains a 'xfs', which cannot be resized" 'resize of XFS'
echo ext4 >type
ext 60M >c.yaml
refused '8:5' "'n': it overlaps partition 3" 'a partition that grows into another'

# msdos
disks 1 'ptable: msdos, wipe: superblock' \
	'{id: a, type: partition, device: d, number: 1, size: 64M, flag: boot}' \
	'{id: e, type: partition, device: d, number: 2, size: 100M, flag: extended}' \
	'{id: b, type: partition, device: d, number: 5, size: 50M, flag: logical}' \
	'{id: c, type: partition, device: d, number: 6, size: 50M, flag: logical}' \
	'{id: s, type: partition, device: d, number: 3, size: 10M, flag: swap}' >c.yaml
made "logical partitions of version 1"
has table "p1 : start= *2048, size= *131072, type=83, bootable" "active"
has table "p2 : start= *133120, size= *208896, type=5" \
	"the extended one is larger by 1 MiB for each"
has table "p5 : start= *135168, size= *102400, type=83" "the first"
has table "p6 : start= *239616, size= *102400, type=83" "the second"
has table "p3 : start= *342016, size= *20480, type=82" "one after them"
id=$(sed -n 's/^label-id: //p' table)
disks 2 'ptable: msdos, preserve: true' \
	'{id: a, type: partition, device: d, number: 1, size: 64M, flag: boot, preserve: true}' \
	'{id: e, type: partition, device: d, number: 2, size: 102M, flag: extended, preserve: true}' \
	'{id: b, type: partition, device: d, number: 5, size: 50M, flag: logical, preserve: true}' \
	'{id: c, type: partition, device: d, number: 6, size: 50M, flag: logical, preserve: true}' \
	'{id: s, type: partition, device: d, number: 3, size: 10M, flag: swap, preserve: true}' \
	'{id: n, type: partition, device: d, number: 4, size: 30M, partition_type: "0x8e"}' >c.yaml
made "version 2 keeps them"
has table "^label-id: $id" "with the id of the table"
has table "p6 : start= *239616, size= *102400, type=83" "and their places"
has table "p4 : start= *362496, size= *61440, type=8e" "and adds one"
is "$(grep -c "$name" tools)" 1 "only the kernel is told"
done_testing

# Storage configs and disk images as an installer leaves them, made without an
# installer, for `vt-verify --config`. Source it after ../lib.sh.
#
# `configs` makes in $work/good, of one disk each, NAME.yaml and NAME.img:
#	flat	version 2: gpt, file systems, swap, zeroed bytes
#	msdos	version 1: primary and logical partitions
#	raid	arrays of all metadata; a table, and LVM, on RAID 1
#	layers	LVM, bcache and an encrypted volume
# Partition N of the disks raid and layers begins at a place that `place` knows.

PATH=$PATH:/usr/sbin:/sbin
mib=1048576
good=$work/good

# put FILE IMAGE MIB: a file system to its place
put() {
	dd if="$1" of="$2" bs=1M seek="$3" conv=notrunc,sparse status=none
}

flat() {
	cat >flat.yaml <<-'Y'
	storage:
	  version: 2
	  config:
	    - {id: flat, type: disk, serial: disk-a, ptable: gpt, wipe: superblock}
	    - {id: f1, type: partition, device: flat, number: 1, size: 1MB,
	       offset: 1MB, flag: bios_grub}
	    - {id: f2, type: partition, device: flat, number: 2, size: 36MB,
	       offset: 2MB, flag: boot, wipe: superblock}
	    - {id: f3, type: partition, device: flat, number: 3, size: 32MB,
	       offset: 38MB, partition_name: root,
	       partition_type: 4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709,
	       uuid: 11111111-2222-4333-8444-555555555555}
	    - {id: f4, type: partition, device: flat, number: 4, size: 4MB,
	       offset: 70MB, wipe: zero, attrs: ['GUID:63']}
	    - {id: f10, type: partition, device: flat, number: 10, size: 8MB,
	       offset: 74MB, flag: swap}
	    - {id: esp, type: format, volume: f2, fstype: fat32, label: ESP,
	       uuid: 1234-ABCD}
	    - {id: root, type: format, volume: f3, fstype: ext4, label: os,
	       uuid: 6d1f0c4a-6a3b-4e4d-9d3e-0a2b1c3d4e51}
	    - {id: swap, type: format, volume: f10, fstype: swap, label: sw,
	       uuid: 8f3a2e6c-8c5d-4a6f-9f5a-2c4d3e5f6a73}
	    - {id: root-mount, type: mount, device: root, path: /}
	    - {id: swap-mount, type: mount, device: swap, path: none}
	Y
	truncate -s 96M flat.img
	sfdisk -q flat.img <<-'P'
		label: gpt
		1: start=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649
		2: start=4096, size=73728, type=uefi
		3: start=77824, size=65536, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, name=root, uuid=11111111-2222-4333-8444-555555555555
		4: start=143360, size=8192, attrs="GUID:63"
		10: start=151552, size=16384, type=swap
	P
	truncate -s 36M fat && mkfs.vfat -F 32 -n ESP -i 1234ABCD fat >/dev/null
	put fat flat.img 2
	mkfs.ext4 -q -F -L os -U 6d1f0c4a-6a3b-4e4d-9d3e-0a2b1c3d4e51 \
		-E offset=$((38 * mib)) flat.img 32M
	truncate -s 8M swap
	mkswap -q -L sw -U 8f3a2e6c-8c5d-4a6f-9f5a-2c4d3e5f6a73 swap
	put swap flat.img 74
	rm fat swap
}

msdos() {
	cat >msdos.yaml <<-'Y'
	storage:
	  version: 1
	  config:
	    - {id: old, type: disk, serial: disk-b, ptable: msdos}
	    - {id: o1, type: partition, device: old, number: 1, size: 32MB,
	       flag: boot}
	    - {id: o2, type: partition, device: old, number: 2, size: 24MB,
	       flag: extended}
	    - {id: o5, type: partition, device: old, number: 5, size: 8MB,
	       flag: logical}
	    - {id: o6, type: partition, device: old, number: 6, size: 8MB,
	       flag: logical}
	    - {id: home, type: format, volume: o1, fstype: ext4}
	Y
	truncate -s 64M msdos.img
	sfdisk -q msdos.img <<-'P'
		label: dos
		1: start=2048, size=65536, type=83, bootable
		2: start=67584, size=49152, type=5
		5: start=69632, size=16384, type=83
		6: start=88064, size=16384, type=83
	P
	mkfs.ext4 -q -F -E offset=$mib msdos.img 32M
}

# lay PARTITION... -- KEY=VALUE...: superblocks of an array
lay() {
	places=
	while [ "$1" != -- ]; do
		places="$places raid.img $((mib + ($1 - 1) * 8 * mib)) $((8 * mib))"
		shift
	done
	shift
	# shellcheck disable=SC2086 # several words
	"$top/t/tools/md-image.py" "$@" $places
}

raid() {
	cat >raid.yaml <<-Y
	storage:
	  version: 1
	  config:
	    - {id: r, type: disk, serial: disk-r, ptable: gpt}
	$(seq 12 | sed 's/.*/    - {id: p&, type: partition, device: r, number: &, size: 8MB, flag: raid}/')
	    - {id: one, type: raid, name: md0, raidlevel: 1, devices: [p1, p2],
	       spare_devices: [p3], metadata: 1.2,
	       wipe: superblock}
	    - {id: one-fs, type: format, volume: one, fstype: ext4, label: one}
	    - {id: five, type: raid, name: md5, mdname: os-raid, raidlevel: raid5,
	       devices: [p4, p5, p6]}
	    - {id: zero, type: raid, name: md3, raidlevel: raid0,
	       devices: [p7, p8], metadata: 0.90}
	    - {id: table, type: raid, name: parts, raidlevel: 1, devices: [p9, p10],
	       metadata: '1.0', ptable: gpt}
	    - {id: t1, type: partition, device: table, number: 1, size: 4MB}
	    - {id: t1-fs, type: format, volume: t1, fstype: ext4, label: part}
	    - {id: pv, type: raid, name: pv, raidlevel: 1, devices: [p11, p12],
	       metadata: 1.1}
	    - {id: rvg, type: lvm_volgroup, name: rvg, devices: [pv]}
	    - {id: v, type: lvm_partition, volgroup: rvg, name: v, size: 4MB}
	    - {id: v-fs, type: format, volume: v, fstype: ext4, label: volume}
	Y
	truncate -s 98M raid.img
	{
		echo label: gpt
		seq 12 | sed 's/.*/&: size=16384, type=raid/'
	} | sfdisk -q raid.img
	lay 1 2 3 -- devices=2 name=guest:0 uuid=a
	lay 4 5 6 -- level=5 devices=3 name=any:os-raid uuid=b
	lay 7 8 -- level=0 metadata=0.90 minor=3 uuid=c
	lay 9 10 -- metadata=1.0 name=parts uuid=d
	lay 11 12 -- metadata=1.1 name=any:pv uuid=e
	for fs in one part volume; do
		truncate -s 4M $fs
		mkfs.ext4 -q -F -L $fs $fs
	done
	put one raid.img 2
	truncate -s 7M table
	printf 'label: gpt\nstart=2048, size=8192\n' | sfdisk -q table
	put part table 1
	put table raid.img 65
	cat >text <<-'M'
	rvg {
	id = "VVVVVV-0000"
	seqno = 3
	extent_size = 2048
	physical_volumes { pv0 { id = "cCcccc-cccc-cccc-cccc-cccc-cccc-cccccc" pe_start = 2048 pe_count = 5 } }
	logical_volumes {
	v { segment_count = 1
	segment1 { start_extent = 0 extent_count = 4 type = "striped" stripe_count = 1 stripes = ["pv0", 0] }
	}
	}
	}
	M
	truncate -s 2M pv
	"$top/t/tools/lvm-image.py" text pv 0 \
		cCcccc-cccc-cccc-cccc-cccc-cccc-cccccc
	put pv raid.img 82
	put volume raid.img 83
	rm one part volume table text pv
}

# lvm_metadata VOLUME: of the group; the other volume is `wide`
lvm_metadata() {
	cat <<-M
	vg {
	id = "VVVVVV-0001"
	seqno = ${2:-3}
	extent_size = 2048
	physical_volumes {
	pv0 { id = "aAaaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaaaa" pe_start = 2048 pe_count = 24 }
	pv1 { id = "bBbbbb-bbbb-bbbb-bbbb-bbbb-bbbb-bbbbbb" pe_start = 2048 pe_count = 24 }
	}
	logical_volumes {
	wide { segment_count = 2
	segment1 { start_extent = 0 extent_count = 20 type = "striped" stripe_count = 1 stripes = ["pv0", 2] }
	segment2 { start_extent = 20 extent_count = 4 type = "striped" stripe_count = 1 stripes = ["pv1", 0] }
	}
	$1 { segment_count = 1
	segment1 { start_extent = 0 extent_count = 16 type = "striped" stripe_count = 1 stripes = ["pv1", 4] }
	}
	}
	}
	M
}

lay_lvm() { # IMAGE METADATA
	"$top/t/tools/lvm-image.py" "$2" "$1" $mib \
		aAaaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaaaa "$1" $((26 * mib)) \
		bBbbbb-bbbb-bbbb-bbbb-bbbb-bbbb-bbbbbb
}

layers() {
	cat >layers.yaml <<-'Y'
	storage:
	  version: 1
	  config:
	    - {id: l, type: disk, serial: disk-l, ptable: gpt}
	    - {id: l1, type: partition, device: l, number: 1, size: 25MB}
	    - {id: l2, type: partition, device: l, number: 2, size: 25MB}
	    - {id: l3, type: partition, device: l, number: 3, size: 16MB}
	    - {id: l4, type: partition, device: l, number: 4, size: 24MB}
	    - {id: l5, type: partition, device: l, number: 5, size: 8MB}
	    - {id: vg, type: lvm_volgroup, name: vg, devices: [l1, l2]}
	    - {id: wide, type: lvm_partition, volgroup: vg, name: wide, size: 24MB}
	    - {id: plain, type: lvm_partition, volgroup: vg, name: plain,
	       size: 16MB, wipe: superblock}
	    - {id: wide-fs, type: format, volume: wide, fstype: ext4, label: wide,
	       uuid: 0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d}
	    - {id: plain-fs, type: format, volume: plain, fstype: ext4, label: plain}
	    - {id: vault, type: dm_crypt, volume: l3, dm_name: v-1, key: secret}
	    - {id: vault-fs, type: format, volume: vault, fstype: ext4, label: vault}
	    - {id: bc, type: bcache, name: fast0, backing_device: l4,
	       cache_device: l5, cache_mode: writeback, ptable: gpt,
	       wipe: superblock}
	    - {id: b1, type: partition, device: bc, number: 1, size: 20MB}
	    - {id: bc-fs, type: format, volume: b1, fstype: ext4, label: fast}
	Y
	truncate -s 100M layers.img
	printf '%s\n' 'label: gpt' '1: start=2048, size=51200' '2: size=51200' \
		'3: size=32768' '4: size=49152' '5: size=16384' |
		sfdisk -q layers.img
	lvm_metadata plain >text
	lay_lvm layers.img text
	truncate -s 24M wide
	mkfs.ext4 -q -F -L wide -U 0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d wide
	dd if=wide of=layers.img bs=1M seek=4 count=20 conv=notrunc status=none
	dd if=wide of=layers.img bs=1M skip=20 seek=27 conv=notrunc status=none
	truncate -s 16M plain && mkfs.ext4 -q -F -L plain plain
	put plain layers.img 31
	"$top/t/tools/layers-image.py" luks layers.img $((51 * mib)) \
		eb8a513e-3f9a-4aea-8c57-e2c22b0d8138
	set=a6a6bad9-9cd4-4080-afb2-c8155e7772f4
	"$top/t/tools/layers-image.py" bcache layers.img $((67 * mib)) 1 $set 1 1
	"$top/t/tools/layers-image.py" bcache layers.img $((91 * mib)) 3 $set 0 0
	truncate -s 23M fast && echo size=20M | sfdisk -q -X gpt fast
	mkfs.ext4 -q -F -L fast -E offset=$mib fast 20M
	# its data begins 8 KiB from its start
	dd if=fast of=layers.img bs=8K seek=$((67 * 128 + 1)) \
		conv=notrunc,sparse status=none
	rm wide plain fast text
}

configs() { # NAME...
	need python3 sfdisk mkfs.ext4 mkfs.vfat mkswap
	mkdir -p "$good"
	for name; do
		(cd "$good" && set -e && $name) || exit 3
	done
}

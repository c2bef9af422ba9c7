#!/bin/sh
# vt-rules accepts the examples, and vt-install their configs.
. "$(dirname "$0")/../lib.sh"
need python3
python3 -c 'import yaml' 2>/dev/null || skip_all "python3-yaml is not installed"
mkdir -p "$work/images/streams/v1"
export VT_IMAGE_DIR="$work/images"
cd "$top" || exit 3
value() { # FILE EXPRESSION of v
	python3 -c 'import sys, yaml
v = yaml.safe_load(open(sys.argv[1]))
print(eval(sys.argv[2]))' "$work/t/$1" "$2"
}

run vt-rules -t "$work/t" -c examples/tests examples
status_is 0 "vt-rules accepts the examples"
for name in basic simple fail-install nvme fs-battery lvm raid5boot \
	uefi-basic@disk_block_size-512 uefi-basic@disk_block_size-4096 \
	uefi-layers apt-source dm_crypt bcache_basic raid5bcache raid6boot \
	raid10boot mirrorboot mirrorboot-msdos-partition mirrorboot-uefi \
	lvmroot uefi_lvmroot lvmoverraid nvme_bcache preserve \
	reuse-msdos-partitions preserve-lvm preserve-raid preserve-bcache \
	reuse-lvm-member-partition partition-existing-raid \
	raid-partition-to-disk uefi_reuse_esp dirty basic_scsi multipath \
	multipath-lvm basic_iscsi lvm_iscsi iscsi_root 4k crypt-root crypt-tpm; do
	ok "$name" test -s "$work/t/$name/verify.yaml"
	is "$(sed -n 's/^kind: //p' "$work/t/$name/test.yaml")" definition \
		"$name: its config is not a test by itself"
done
is "$(value nvme/install/vm.yaml '[d["driver"] for d in v["disks"]]')" \
	"['virtio-blk', 'nvme', 'nvme']" "nvme: a virtio disk and two NVMe disks"
is "$(value multipath-lvm/install/vm.yaml '[(d["driver"], d["paths"]) for d in v["disks"]]')" \
	"[('scsi-hd', 4)]" "multipath-lvm: a disk with four paths"
is "$(value basic_iscsi/install/vm.yaml '[d["driver"] for d in v["disks"]]')" \
	"['virtio-blk', 'iscsi', 'iscsi']" "basic_iscsi: two disks of a server"
is "$(value fs-battery/verify.yaml '[f["fstype"] for f in v["storage"]["filesystems"]][1:]')" \
	"['ext2', 'ext3', 'ext4', 'btrfs', 'fat16', 'fat32', 'vfat', 'xfs', 'f2fs', 'jfs', 'ntfs', 'reiserfs']" \
	"fs-battery: all file systems are checked"
is "$(value fs-battery/verify.yaml '[f.get("mkfs_options") for f in v["storage"]["filesystems"]][3]')" \
	"-O ^ext_attr" "and the options of mkfs"
is "$(value crypt-root/boot/vm.yaml 'v["answers"][0]["say"]') \
$(value crypt-tpm/boot/vm.yaml 'v.get("answers")')" \
	"four words or more None" "a passphrase of the config is typed, or none"
is "$(value basic/verify.yaml '[p["id"] for p in v["storage"]["partitions"] if p.get("untouched")]')" \
	"['gaps2']" "basic: a PReP partition without GRUB stays zero"
# the examples are installed with vt-install
for config in examples/tests/*.yaml; do
	case $config in */other-installer.yaml) continue ;; esac
	run vt-install check --config "$config"
	status_is 0 "vt-install accepts $config"
done

is "$(value lvm/verify.yaml '[d["name"] for d in v["dnames"]]')" \
	"['main_disk', 'main_disk', 'main_disk', 'vg1-lv1', 'vg1-lv2']" \
	"lvm: disk_to_check"
is "$(value raid5boot/verify.yaml '[d["name"] for d in v["dname_rules"]]')" \
	"['main_disk', 'second_disk', 'third_disk']" "raid5boot: named disks"
is "$(value uefi-basic@disk_block_size-4096/install/vm.yaml 'v["firmware"]')" \
	uefi "uefi-basic: UEFI firmware because of the ESP"
is "$(value uefi-basic@disk_block_size-512/verify.yaml \
	'[c["name"] for c in v["checks"] if "skip" in c]')" \
	"['logical-4k', 'physical-4k', 'blockdev-4k', 'blockdev-pb-4k']" "with blocks of 512 bytes, checks for 4096 are skipped"
done_testing

#!/bin/sh
# The machine that vm.yaml describes, as the guest sees it: disks by each
# driver, block sizes, order, memory, processors, firmware.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"

install_dir disks init,machine,success,poweroff
cat >>"$work/disks/install/vm.yaml" <<'YAML'
disks:
  - {path: disks/install_disk.img, size: 16777216, serial: first,
     logical_block_size: 512, physical_block_size: 4096}
  - {path: disks/extra_disk_0.img, size: 32M, driver: scsi-hd, serial: second,
     wwn: '0x39cc071e72c64cc4'}
  - {path: disks/nvme_disk_0.img, size: 48M, driver: nvme, serial: nvme-a,
     logical_block_size: 4096, physical_block_size: 4096}
  - {path: disks/extra_disk_1.img, size: 64M, driver: scsi-hd, serial: third}
YAML
sed -i -e '/^disks:$/,/^nics:$/{/^nics:$/!{/install_disk.img, size: 67/,/disk-a}/d}}' \
	-e '0,/^disks:$/{/^disks:$/d}' -e 's/^cpus: 1/cpus: 2/' \
	"$work/disks/install/vm.yaml"
install_dir uefi init,machine,success,poweroff \
	'nvram: disks/ovmf_vars.fd'
sed -i 's/^arch:/firmware: uefi\narch:/' "$work/uefi/install/vm.yaml"
boot_dir uefi init,machine,poweroff 'nvram: disks/ovmf_vars.fd'
sed -i 's/^arch:/firmware: uefi\narch:/' "$work/uefi/boot/vm.yaml"

if [ -e /usr/share/OVMF ]; then
	several vt-launch disks uefi
else
	several vt-launch disks
fi
exited disks 0
log=$work/disks/logs/install-serial.log
has "$log" 'machine: cpus 2' processors
has "$log" 'machine: memory 2[0-9]{5}[^0-9]' memory
has "$log" 'disk vda serial first size 16777216 logical 512 physical 4096' \
	'virtio-blk, 512e'
has "$log" 'disk sd. serial second size 33554432 logical 512' 'scsi-hd'
has "$log" 'disk sd. serial third size 67108864' 'scsi-hd, another'
has "$log" 'disk nvme0n1 serial nvme-a size 50331648 logical 4096 physical 4096' \
	'nvme, 4096'

if [ -e /usr/share/OVMF ]; then
	exited uefi 0
	has "$work/uefi/logs/install-serial.log" 'machine: uefi' 'install: UEFI'
	before=$(sha256sum <"$work/uefi/disks/ovmf_vars.fd")
	several vt-xkvm uefi
	exited uefi 0
	has "$work/uefi/logs/boot-serial.log" 'machine: uefi' 'boot: UEFI'
	is "$(sha256sum <"$work/uefi/disks/ovmf_vars.fd")" "$before" \
		'the variables of the installation stay'
	ok 'the boot had a copy' test -s "$work/uefi/boot/ovmf_vars.fd"
else
	skip UEFI 'no ovmf here'
fi

# by hand: an image to boot is not written to, its datasource is in SMBIOS
truncate -s 1M "$work/disk.img"
printf 'OLD DATA' | dd of="$work/disk.img" conv=notrunc 2>/dev/null
cat >"$work/user-data" <<'SH'
echo "micro: fetched and run"
echo "Installation finished. No error reported."
SH
run vt-launch --accel tcg --mem 256 --smp 1 --timeout 300 \
	--serial-log "$work/log" --kernel "$guest/kernel" \
	--initrd "$guest/initrd" --append vt.do=init,run,machine,poweroff \
	--boot-image "$work/disk.img" --disk "$work/new.img:32M" \
	--user-data "$work/user-data" --success 'Installation finished.*'
status_is 0 'vt-launch by hand'
has "$work/log" 'micro: fetched and run' 'user-data from a file'
has "$work/log" 'serial boot-disk size 1048576 .* ro 0' 'the boot image'
has "$work/log" 'size 33554432' 'a disk was made'
ok 'and stays' test -e "$work/new.img"
run vt-launch --accel tcg --mem 64 --smp 1 --timeout 20 \
	--serial-log "$work/log" --boot-image "$work/disk.img"
status_is 1 'a boot image that does not boot'
is "$(head -c 8 "$work/disk.img")" 'OLD DATA' 'was not written to'
is "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'vt-launch.*' -user "$(id -u)" -newer "$work/user-data" | wc -l)" 0 \
	'no temporaries'

done_testing

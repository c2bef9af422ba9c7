#!/bin/sh
# Firmware: BIOS, UEFI whose variables are kept from install to boot, Secure
# Boot, a firmware image of the user's own.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq mcopy mkfs.vfat perl
[ -e /usr/share/OVMF/OVMF_CODE_4M.fd ] || skip_all 'no ovmf here'

# machine NAME PHASE WORDS FIRMWARE-YAML: a machine with a kernel and one disk
machine() {
	mkdir -p "$work/$1/$2"
	{
		micro_vm "$2" "$1" "$3"
		echo 'disks: [{path: disks/d.img, size: 1048576, format: raw, serial: disk-a}]'
		[ "$2" = boot ] ||
			echo 'verdict: {success: "curtin: Installation finished.*"}'
		printf '%s\n' "$4"
	} >"$work/$1/$2/vm.yaml"
	sed -i "s/vt.do/vt.mark=$2 &/" "$work/$1/$2/vm.yaml"
	printf '#cloud-config\n' >"$work/$1/$2/user-data"
	echo "instance-id: $1" >"$work/$1/$2/meta-data"
	mkdir -p "$work/$1/disks"
	[ "$2" = install ] || [ -e "$work/$1/disks/d.img" ] ||
		truncate -s 1M "$work/$1/disks/d.img"
}
says() { has "$work/$1/logs/$2-serial.log" "$3" "$1, $2: $4"; }
silent() { hasnt "$work/$1/logs/$2-serial.log" "$3" "$1, $2: $4"; }

disks='' images='' # the machines of the parts that may be skipped

# --- variables, from the install to the boot
for f in uefi secure-boot; do
	yaml="firmware: $f
nvram: disks/ovmf_vars.fd"
	machine $f install machine,efi,success,poweroff "$yaml"
	machine $f boot machine,efi,poweroff "$yaml"
done

# --- from a disk: what Secure Boot lets start
# esp NAME LOADER FIRMWARE: a machine that starts LOADER
esp() {
	machine "$1" boot efi "firmware: $3"
	sed -i -e '/^kernel:/d' -e '/^initrd:/d' -e '/^append:/d' \
		-e 's/^mem:.*/mem: 512/' "$work/$1/boot/vm.yaml"
	echo "verdict: {fatal: {denied: 'BdsDxe: failed to load .*: Access Denied'}}" \
		>>"$work/$1/boot/vm.yaml"
	d=$work/$1/disks/d.img
	truncate -s 64M "$d"
	mkfs.vfat -n ESP "$d" >/dev/null
	printf 'set timeout=0\nlinux /kernel console=%s panic=-1 %s\n%s\nboot\n' \
		"$console" vt.do=efi,poweroff 'initrd /initrd' >"$work/grub.cfg"
	MTOOLS_SKIP_CHECK=1
	export MTOOLS_SKIP_CHECK
	mmd -i "$d" ::EFI ::EFI/BOOT ::EFI/debian
	mcopy -i "$d" "$2" ::EFI/BOOT/BOOTX64.EFI
	mcopy -i "$d" "$shim/grub.efi" ::EFI/BOOT/grubx64.efi
	mcopy -i "$d" "$guest/kernel" "$guest/initrd" ::
	mcopy -i "$d" "$work/grub.cfg" ::EFI/debian/grub.cfg
}
if shim=$("$top/t/guest/build.sh" shim 2>"$work/guest.err"); then
	# the same loader without its signature: the entry of the PE header
	# that says where that is
	cp "$shim/shim.efi" "$work/unsigned.efi"
	perl -e 'open my $f, "+<", $ARGV[0] or die;
		seek $f, 0x3c, 0; read $f, my $pe, 4;
		seek $f, unpack("V", $pe) + 168, 0; print $f "\0" x 8' \
		"$work/unsigned.efi"
	esp signed "$shim/shim.efi" secure-boot
	esp unsigned "$work/unsigned.efi" secure-boot
	esp insecure "$work/unsigned.efi" uefi
	disks='signed unsigned insecure'
fi

# --- a firmware image of one's own
seabios=/usr/share/seabios/bios-256k.bin ovmf=/usr/share/ovmf/OVMF.fd
machine seabios boot machine,poweroff "bios: $seabios"
machine ovmf boot machine,poweroff "bios: $ovmf"
machine bios boot machine,poweroff 'firmware: bios'
[ ! -e $seabios ] || [ ! -e $ovmf ] || images='seabios ovmf'

several vt-launch uefi secure-boot
sum() { md5sum <"$work/$1/disks/ovmf_vars.fd"; }
for f in uefi secure-boot; do
	exited $f 0
	says $f install 'machine: uefi' 'it is UEFI'
	says $f install "efi: before ''" 'no variable of ours before'
	silent $f install 'efi: cannot write' 'it wrote one'
	sum $f >"$work/$f.sum"
done
says uefi install 'efi: SecureBoot 0' 'not Secure Boot'
says secure-boot install 'efi: SecureBoot 1' 'Secure Boot'
says secure-boot install 'efi: SetupMode 0' 'with keys'
# shellcheck disable=SC2086
several vt-xkvm uefi secure-boot bios $disks $images
for f in uefi secure-boot; do
	exited $f 0
	says $f boot "efi: before 'mark of install'" \
		'the variable that the install wrote is there'
	silent $f boot 'efi: cannot write' 'it wrote one'
	is "$(sum $f)" "$(cat "$work/$f.sum")" \
		"$f: disks/ovmf_vars.fd is as the install left it"
	ok "$f: the boot's own copy has changed" \
		test "$(md5sum <"$work/$f/boot/ovmf_vars.fd")" != "$(sum $f)"
done
says secure-boot boot 'efi: SecureBoot 1' 'Secure Boot'

if [ -n "$disks" ]; then
	exited signed 0
	says signed boot 'efi: SecureBoot 1' \
		'shim, GRUB and kernel, all signed, start'
	exited unsigned 1
	outcome unsigned boot fatal-line
	cause unsigned boot 'Access Denied'
	silent unsigned boot 'micro:' 'without a signature nothing starts'
	exited insecure 0
	says insecure boot 'efi: SecureBoot 0' \
		'the unsigned loader works, without Secure Boot'
else
	skip 'from a disk' "$(tail -n 1 "$work/guest.err")"
fi

if [ -n "$images" ]; then
	exited seabios 0
	says seabios boot 'SeaBIOS' 'the image that was asked for'
	silent seabios boot 'machine: uefi' 'is a BIOS'
	exited ovmf 0
	says ovmf boot 'machine: uefi' 'an image with UEFI'
else
	skip 'own firmware' 'no seabios or ovmf image here'
fi
exited bios 0
silent bios boot 'machine: uefi' 'no UEFI'

done_testing

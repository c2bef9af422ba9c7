#!/bin/sh
# Boot code on disk images: GRUB for a BIOS, the loaders of EFI system
# partitions, a program in a PReP partition.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
need python3 sfdisk mkfs.vfat mcopy
fixture

disks=$work/good/disks
table() { # IMAGE MIB LINE...
	image=$1 size=$2
	shift 2
	truncate -s "${size}M" "$disks/$image"
	printf '%s\n' "$@" | sfdisk -q "$disks/$image"
}
grub() { # IMAGE SECTOR [AREA:SECTORS...]
	"$top/t/tools/boot-image.py" "$@"
}
put() { # FILE IMAGE MIB
	dd if="$1" of="$2" bs=1M seek="$3" conv=notrunc,sparse status=none
}
printf 'MZ a program of UEFI' >"$work/program"
printf 'no program' >"$work/text"
# esp IMAGE MIB SIZE BITS DIRECTORY NAME [FILE]: a FAT with one loader, as the
# last of many files; each level of directories has several clusters
esp() {
	image=$1 at=$2 file=${7:-$work/program}
	rm -f "$work/esp" && truncate -s "${3}M" "$work/esp"
	mkfs.vfat -F "$4" -s $(($4 == 12 ? 4 : 1)) "$work/esp" >/dev/null
	mmd -i "$work/esp" ::/EFI "::/EFI/a long name of a vendor" "::/EFI/$5"
	for i in $(seq 40); do
		cp "$work/text" "$work/another loader $i.efi"
	done
	mcopy -i "$work/esp" "$work"/another*.efi "::/EFI/$5/"
	mcopy -i "$work/esp" "$file" "::/EFI/$5/$6"
	put "$work/esp" "$image" "$at"
}

table msdos.img 16 'label: dos' 'start=2048, size=8192'
grub "$disks/msdos.img" 1
table gpt.img 16 'label: gpt' \
	'1: start=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649' \
	'2: size=8192'
grub "$disks/gpt.img" 2048
table spare.img 16 'label: gpt' 'start=2048, size=8192'
table uefi.img 96 'label: gpt' '1: start=2048, size=81920, type=uefi' \
	'2: size=32768, type=uefi' '3: size=8192, type=uefi' \
	'4: size=8192, type=9E1A2D38-C612-4316-AA26-8B49521E5A8B' \
	'5: size=8192, type=uefi'
esp "$disks/uefi.img" 1 40 32 BOOT BOOTX64.EFI
esp "$disks/uefi.img" 41 16 16 debian shimx64.efi
esp "$disks/uefi.img" 57 4 12 centos grubaa64.efi
printf '\177ELF' | dd of="$disks/uefi.img" bs=1M seek=61 conv=notrunc \
	status=none
mkfs.vfat "$work/esp" >/dev/null
put "$work/esp" "$disks/uefi.img" 65
cat >"$work/storage" <<'Y'
  disks:
    - {id: m, serial: m, image: disks/msdos.img, sector_size: 512, boot_code: bios, at: 'b.yaml:1:1'}
    - {id: g, serial: g, image: disks/gpt.img, sector_size: 512, boot_code: bios, at: 'b.yaml:2:1', places: {boot_code: 'b.yaml:2:9'}}
    - {id: s, serial: s, image: disks/spare.img, sector_size: 512, boot_code: none, at: 'b.yaml:3:1'}
    - {id: u, serial: u, image: disks/uefi.img, sector_size: 512, boot_code: efi-x64, at: 'b.yaml:4:1'}
  partitions:
    - {id: u1, disk: u, number: 1, boot_code: efi-x64, at: 'b.yaml:5:1'}
    - {id: u2, disk: u, number: 2, boot_code: efi-x64-copy, at: 'b.yaml:6:1'}
    - {id: u3, disk: u, number: 3, boot_code: efi-aa64, at: 'b.yaml:7:1'}
    - {id: u4, disk: u, number: 4, boot_code: prep, at: 'b.yaml:8:1'}
    - {id: u5, disk: u, number: 5, boot_code: efi-x64-copy, at: 'b.yaml:9:1'}
Y
storage_lists
check() { # ID: the check's name
	case $1 in
	??) echo "partition $1 boot_code" ;;
	*) echo "disk $1 boot_code" ;;
	esac
}
found() { # ID: what it found
	perl -MJSON::PP -e '
		local $/;
		open my $f, "<", $ARGV[0] or die $!;
		for (@{decode_json(<$f>)->{checks}}) {
			print $_->{found} if $_->{name} eq $ARGV[1];
		}' "$case/result.json" "$(check "$1")"
}

fresh
verify
status_is 0 "boot code where it was asked for"
for id in m g s u u1 u2 u3 u4; do
	is "$(outcome "$(check $id)")" ok "$(check $id)"
done
is "$(found m)" "GRUB's boot code in the MBR, core image before the first \
partition" "in the gap of an msdos table"
is "$(found g)" "GRUB's boot code in the MBR, core image in partition 1" \
	"in the BIOS boot partition of a gpt"
is "$(found u)" "EFI/BOOT/BOOTX64.EFI in partition 1, EFI/debian/shimx64.efi \
in partition 2" "in two partitions, by FAT32 and FAT16"
is "$(found u3)" "EFI/centos/grubaa64.efi" "by FAT12"
is "$(outcome "$(check u5)")" skip "a second ESP, which may be empty"
has "$work/out" 'u5 boot_code # SKIP .*only Ubuntu.s package' "and why"

# damage ID WHAT FOUND-ERE COMMAND...
damage() {
	id=$1 what=$2 found=$3
	shift 3
	fresh
	(cd "$case/disks" && "$@") || diag "cannot do: $*"
	breaks "$(check $id)" "$what"
	found $id >"$work/found"
	has "$work/found" "$found" "$what: it says so"
}
zero() { # IMAGE SECTOR COUNT
	dd if=/dev/zero of="$1" bs=512 seek="$2" count="$3" conv=notrunc \
		status=none
}
damage m "an MBR without boot code" 'no boot code of GRUB' \
	sh -c 'printf %0440d 0 | dd of=msdos.img conv=notrunc status=none'
damage m "a core image that is zeroed" 'no core image at sector 1,' \
	zero msdos.img 1 61
damage m "its first sector alone" 'no core image at sector 1,' \
	zero msdos.img 1 1
damage m "what follows that" 'no core image at sector 1,' zero msdos.img 2 60
damage g "a core image that is zeroed" 'no core image at sector 2048,' \
	zero gpt.img 2048 2048
has "$work/out" '^#   at: +b.yaml:2:9$' "the line that asks for it"
has "$work/out" "^#   expected: +GRUB's boot code in the MBR, and its core" \
	"what it asks for"
damage g "a sector behind the disk" 'no core image at sector 18446744' \
	sh -c 'printf "\377\377\377\377\377\377\377\377" |
		dd of=gpt.img bs=1 seek=92 conv=notrunc status=none'
damage g "a core image in another partition" 'at byte 2097152, which other' \
	grub gpt.img 4096
damage g "an area in another partition" 'at byte 1048576, which other' \
	grub gpt.img 2048 2049:20 4200:9
damage g "an area behind the disk" 'no core image at sector 2048' \
	sh -c 'printf "\377\377" |
		dd of=gpt.img bs=1 seek=1049084 conv=notrunc status=none'
damage m "a core image in the first partition" 'at byte 1048576, which' \
	grub msdos.img 2048
damage s "GRUB on a disk that is not to have it" 'GRUB.s boot code in the MBR' \
	grub spare.img 1
damage u1 "an ESP without files" '^no loader for x64 in an EFI' \
	sh -c 'mkfs.vfat --offset 2048 uefi.img 40960 >/dev/null 2>&1'
is "$(outcome "$(check u)")" ok "the disk has another ESP"
damage u1 "a loader of other firmware" '^no loader' \
	esp uefi.img 1 40 32 BOOT BOOTIA32.EFI
damage u1 "a loader where firmware does not look" '^no loader' \
	esp uefi.img 1 40 32 BOOT grubx64.efi
damage u1 "a loader that is no program" '^no loader' \
	esp uefi.img 1 40 32 debian grubx64.efi "$work/text"
damage u3 "no FAT" '^no loader for aa64' zero uefi.img 116736 8192
damage u4 "no program in the PReP partition" '^no program' \
	zero uefi.img 124928 1
fresh
sfdisk -q --part-type "$case/disks/uefi.img" 1 linux
sfdisk -q --part-type "$case/disks/uefi.img" 2 linux
verify
is "$(outcome "$(check u)")" ok "loaders in partitions of another type"
has "$work/out" "^ok [0-9]+ - $(check u)\$" "are found by a boot entry"
is "$(found u)" "EFI/BOOT/BOOTX64.EFI in partition 1, whose type is another, \
EFI/debian/shimx64.efi in partition 2, whose type is another" "and it is said"
fresh
esp "$case/disks/uefi.img" 41 16 16 debian readme
skips "$(check u2)" "a second ESP without a loader"
fresh
sed -i 's/efi-x64-copy/efi-x64/' "$case/verify.yaml"
breaks "$(check u5)" "a second ESP that is asked for"
fresh
sed -i 's/\(serial: m.*sector_size:\) 512/\1 4096/' "$case/verify.yaml"
skips "$(check m)" "sectors of 4096 bytes"

# What the firmware of the booted system says.
guid=31d79941-b3da-5348-8255-261ee858e11b
booted() { # ENTRY
	cat >"$case/collect/lsblk.json" <<J
{"blockdevices": [{"name": "vdx", "type": "disk", "serial": "u", "children": [
 {"name": "vdx1", "type": "part", "partuuid": "$guid"},
 {"name": "vdx2", "type": "part", "partuuid": "41d79941-b3da-5348-8255-261ee858e11b"}]}]}
J
	printf '%s\n' "BootCurrent: 0001" "BootOrder: 0001,0000" \
		'Boot00011* other	HD(1,GPT,61d79941)/File(x)' \
		'Boot0000* UiApp	FvVol(7cb8bdc9)/FvFile(462caa21)' \
		"Boot0001* debian	$1" >"$case/collect/efibootmgr.out"
}
fresh
booted "HD(1,GPT,$guid,0x800,0x14000)/File(\EFI\debian\grubx64.efi)"
sed -i '/id: u[345],/d' "$case/verify.yaml"
verify
is "$(outcome "$(check u1)")" ok "booted from the first ESP"
is "$(found u1)" "on the disk: EFI/BOOT/BOOTX64.EFI; booted: the system was \
booted by Boot0001* debian	HD(1,GPT,$guid,0x800,0x14000)/File(\EFI\debian\grubx64.efi)" \
	"and how"
is "$(outcome "$(check u2)")" ok "nothing is said of the second"
booted "HD(1,GPT,51d79941-b3da-5348-8255-261ee858e11b,0x800,0x1)/File(x)"
breaks "$(check u1)" "booted from a partition that the config has not"
has "$work/out" '^#   see: .*collect/efibootmgr.out$' "as the fact says"
booted "PciRoot(0x0)/Pci(0x4,0x0)"
verify
is "$(outcome "$(check u1)")" ok "an entry that the firmware made of a disk"

# GRUB's own files, where they are installed.
img=/usr/lib/grub/i386-pc
if [ -f "$img/boot.img" ] && [ -f "$img/diskboot.img" ]; then
	fresh
	dd if="$img/boot.img" of="$case/disks/msdos.img" bs=1 count=440 \
		conv=notrunc status=none
	dd if="$img/diskboot.img" of="$case/disks/msdos.img" bs=1 \
		count=500 seek=512 conv=notrunc status=none
	verify
	is "$(outcome "$(check m)")" ok "boot.img and diskboot.img of GRUB"
fi
done_testing

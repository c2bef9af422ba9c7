#!/bin/sh
# vt-xkvm: the boot phase on overlays, and machines described by options.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq

boot_dir one init,machine,mark,seed,output,poweroff
boot_dir two init,reboot
several vt-xkvm one two
exited one 0
outcome one boot poweroff
is "$(cat "$work/one/boot.done")" 'boot: passed' 'stamp'
log=$work/one/logs/boot-serial.log
has "$log" 'machine: product_serial ds=nocloud' 'smbios'
has "$log" 'machine: disk vd. serial disk-a size 67108864 logical 512 physical 512 ro 0' \
	'the installed disk'
has "$log" 'machine: disk vd. serial output_disk.img size 16777216' 'output disk'
has "$log" 'seed: SEED' 'the seed disk'
hasnt "$log" 'seed: writable' 'the seed is read-only'
has "$log" 'micro: output written' 'output written'
is "$(head -c 7 "$work/one/disks/install_disk.img" | tr -d '\000')" '' \
	'the installed disk is not changed'
is "$(qemu-img info --output=json "$work/one/boot/output_disk.img" |
	jq -r '.format, ."format-specific".data.compat' | tr '\n' ' ')" \
	'qcow2 0.10 ' 'output disk: qcow2, compat=0.10'
qemu-img convert -O raw "$work/one/boot/output_disk.img" "$work/out.raw"
is "$(tar tf "$work/out.raw" | tr '\n' ' ')" 'facts symlinks.txt vt-sentinel.json ' \
	'the output disk has what the guest wrote'
exited two 1
outcome two boot reboot
ok 'no stamp' test ! -e "$work/two/boot.done"

# again, after the directory was moved: a new overlay, a new output disk
mv "$work/one" "$work/moved"
boot_dir panic panic
sed -i 's/mark,seed,output/mark/' "$work/moved/boot/vm.yaml"
several vt-xkvm moved panic
exited moved 0
has "$work/moved/logs/boot-serial.log" "mark: before ''" 'the overlay is new'
qemu-img convert -O raw "$work/moved/boot/output_disk.img" "$work/out.raw"
ok 'the output disk is new' cmp -n 16777216 "$work/out.raw" /dev/zero
exited panic 1
outcome panic boot panic

# nothing to boot after an expected failure of the installation
boot_dir expected poweroff 'expected_failure: true'
mkdir -p "$work/expected/logs"
echo '{"format":1,"exit":1}' >"$work/expected/logs/install.json"
run vt-xkvm "$work/expected"
status_is 0 'expected failure: nothing to do'
ok 'the stamp is written' test -e "$work/expected/boot.done"
ok 'no report is written' test ! -e "$work/expected/logs/boot.json"

# missing inputs
boot_dir nodisk poweroff
rm "$work/nodisk/disks/install_disk.img"
run vt-xkvm "$work/nodisk"
status_is 3 'no installed disk'
has "$work/err" 'install_disk.img.* is missing: run vt-launch first' \
	'the message says what to do'
outcome nodisk boot host-fault
boot_dir noseed poweroff
rm "$work/noseed/boot/seed.img"
run vt-xkvm "$work/noseed"
status_is 3 'no seed'
has "$work/err" 'seed.img.* is missing: run vt-seed first' \
	'the message says what to do'

# a boot sector that prints a letter and powers off (q35's ACPI at 0x604)
boot_sector() { # FILE LETTER
	truncate -s 1M "$1"
	printf '\276\032\174\272\370\003\254\010\300\164\003\356\353\370\272\004\006\270\000\040\357\364\353\376\220\220\n%s\n\000' \
		"booted from $2" | dd of="$1" conv=notrunc 2>/dev/null
	printf '\125\252' | dd of="$1" bs=1 seek=510 conv=notrunc 2>/dev/null
}
boot_sector "$work/a.img" A
boot_sector "$work/b.img" B
run vt-xkvm --accel tcg --mem 64 --smp 1 --timeout 300 \
	--disk "$work/a.img" --disk "file=$work/b.img,driver=virtio-blk"
status_is 0 'a boot sector'
has "$work/out" 'booted from A' 'from the first disk, console on stdout'
run vt-xkvm --accel tcg --mem 64 --smp 1 --timeout 300 --serial-log "$work/log" \
	--disk "$work/b.img,driver=scsi-hd" --disk "$work/a.img"
has "$work/log" 'booted from B' 'from the first disk, console in a file'
run vt-xkvm --accel tcg --mem 64 --smp 1 --timeout 300 \
	--serial-log /dev/full --disk "$work/a.img"
status_is 3 'a full disk for the console log'
has "$work/err" 'cannot write the serial log: No space left' 'the message says so'
truncate -s 1M "$work/empty.img"
run vt-xkvm --accel tcg --mem 64 --smp 1 --timeout 100 --disk "$work/empty.img"
status_is 1 'an empty disk: the firmware finds nothing to boot'
has "$work/err" 'Boot failed: not a bootable disk.*found no bootable disk' \
	"the message has the firmware's line"

run vt-xkvm --accel tcg --mem 64 --disk "$work/missing.img"
status_is 2 'a missing disk'
printf 'QFI\373garbage' >"$work/bad.img"
run vt-xkvm --accel tcg --mem 64 --disk "$work/bad.img"
status_is 3 'a bad disk image'
has "$work/err" 'QEMU did not start: exit status 1: .*bad.img|nsupported|Image' \
	"the message has QEMU's error"

done_testing

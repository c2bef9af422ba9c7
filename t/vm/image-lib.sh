# Helpers to boot the guest image. Source it after lib.sh.

need qemu-system-x86_64 mkfs.vfat mcopy
PATH=$PATH:/usr/sbin:/sbin

# image_path ITEM: prints the path of an item of the published image
image_path() {
	vt-sync query --max 1 -o '%(item_url)s' "$(realpath "$user_images")" \
		label=local release=bookworm subarch=ga-12 ftype="$1" 2>/dev/null
}

# image_seed NAME: creates a seed disk $work/NAME.seed from user-data on stdin
image_seed() {
	cat >"$work/user-data"
	printf 'instance-id: %s\nlocal-hostname: guest\n' "$1" >"$work/meta-data"
	rm -f "$work/$1.seed"
	truncate -s 1M "$work/$1.seed"
	mkfs.vfat -n CIDATA "$work/$1.seed" >/dev/null &&
		mcopy -i "$work/$1.seed" "$work/user-data" "$work/meta-data" ::
}

# image_boot NAME KERNEL INITRD SQUASHFS [QEMU-ARG...]: boots the image and waits
# until it powers off; the console goes to $work/NAME.log; prints the duration in
# milliseconds
image_boot() {
	name=$1 kernel=$2 initrd=$3 squashfs=$4
	shift 4
	set -- "$@" -drive "file=$work/$name.seed,format=raw,if=none,id=seed,readonly=on" \
		-device virtio-blk-pci,drive=seed
	began=$(date +%s%N)
	timeout 600 qemu-system-x86_64 -nodefaults -display none -no-reboot \
		-machine q35 -accel tcg,thread=multi -smp 2 -m 2048 \
		-serial "file:$work/$name.log" -device virtio-rng-pci \
		-drive "file=$squashfs,format=raw,if=none,id=root,readonly=on" \
		-device virtio-blk-pci,drive=root,serial=boot-disk \
		-nic user,model=virtio-net-pci -kernel "$kernel" -initrd "$initrd" \
		-append 'root=/dev/disk/by-id/virtio-boot-disk rootfstype=squashfs overlayroot=tmpfs console=ttyS0 ds=nocloud' \
		"$@" </dev/null >&2 || return 1
	echo $((($(date +%s%N) - began) / 1000000))
}

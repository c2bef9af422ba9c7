#!/bin/sh
# t/guest/build.sh [DIR]: a kernel and a small initramfs for tests that need a
# guest but no Debian in it: DIR/kernel and DIR/initrd (default
# $BUILD/guest or build/guest). What it does once started stands in init.
# The kernel comes from Debian's package, or is named by VT_TEST_KERNEL_DEB.
# Prints DIR. Several tests may call this at once; nothing is built twice.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-${VT_TEST_GUEST:-$here/../../build/guest}}
mkdir -p "$out"
out=$(cd "$out" && pwd)
exec 9>"$out/lock"
flock 9

fail() {
	echo "build.sh: $*" >&2
	exit 1
}

# what a guest needs to see its disks and NIC and to report a panic
modules='virtio_pci virtio_blk virtio_net virtio_scsi sd_mod pvpanic-mmio'

# add NAME: the module and, before it, those it depends on
add() (
	# names are written with - or _ as it pleases their authors
	pattern=$(echo "$1" | sed 's/[-_]/[-_]/g')
	from=$(grep "/$pattern\.ko" "$out/tmp/all" | head -n 1)
	to=$1.ko
	[ -n "$from" ] && [ ! -e "$out/modules/$to" ] || return 0
	case $from in
	*.xz) xz -dc "$from" >"$out/modules/$to" ;;
	*) cp "$from" "$out/modules/$to" ;;
	esac
	for d in $(tr '\000' '\n' <"$out/modules/$to" |
		sed -n 's/^depends=//p' | tr ',' ' '); do
		add "$d"
	done
	echo "$to" >>"$out/modules/order"
)

if [ ! -s "$out/kernel" ]; then
	rm -rf "$out/tmp" && mkdir "$out/tmp"
	deb=${VT_TEST_KERNEL_DEB:-}
	if [ -z "$deb" ]; then
		command -v apt-get >/dev/null || fail 'no apt-get here'
		package=$(apt-cache depends linux-image-cloud-amd64 |
			sed -n 's/.*Depends: \(linux-image-[^ ]*\)$/\1/p' |
			head -n 1)
		[ -n "$package" ] || fail 'no kernel package is known to apt'
		# root's downloads are done by another user, who needs a way in
		chmod 755 "$out/tmp"
		(cd "$out/tmp" && apt-get -q -o APT::Sandbox::User=root \
			download "$package") >"$out/apt.log" 2>&1 ||
			fail "cannot download '$package': see $out/apt.log"
		deb=$(ls "$out"/tmp/linux-image-*.deb)
	fi
	dpkg-deb -x "$deb" "$out/tmp/x"
	rm -rf "$out/modules" && mkdir "$out/modules"
	find "$out/tmp/x" -name '*.ko*' | sort >"$out/tmp/all"
	for m in $modules; do
		add "$m"
	done
	cp "$out"/tmp/x/boot/vmlinuz-* "$out/kernel.tmp"
	rm -rf "$out/tmp"
	mv "$out/kernel.tmp" "$out/kernel"
fi

if [ ! -s "$out/initrd" ] || [ "$here/init" -nt "$out/initrd" ] ||
	[ "$here/build.sh" -nt "$out/initrd" ]; then
	busybox=$(command -v busybox) ||
		fail 'no busybox: apt-get install busybox-static'
	root=$out/root
	rm -rf "$root" && mkdir -p "$root/bin" "$root/dev"
	cp "$busybox" "$root/bin/busybox"
	cp -R "$out/modules" "$root/modules"
	cp "$here/init" "$root/init"
	chmod 755 "$root/init"
	(cd "$root" && find . | LC_ALL=C sort |
		cpio --quiet -o -H newc) >"$out/initrd.tmp"
	rm -rf "$root"
	mv "$out/initrd.tmp" "$out/initrd"
fi
echo "$out"

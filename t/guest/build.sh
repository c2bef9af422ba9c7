#!/bin/sh
# t/guest/build.sh [FLAVOUR]: builds the micro guest, a kernel and a small
# initramfs for tests that need a guest but not a whole Debian. The script init
# is its init process.
#
# A flavour is a Debian kernel: cloud-amd64 (the default), amd64 (with SATA),
# cloud-arm64, i386, ppc64el, s390x. Prints the directory that contains `kernel`
# and `initrd`: FLAVOUR in $VT_TEST_GUEST, by default build/guest.
# The flavour `shim` has amd64's signed boot loaders, `shim.efi` and `grub.efi`,
# instead of a kernel; `grub` has a disk, `grub.img`, from which a BIOS boots a
# GRUB without a configuration.
#
# Packages are downloaded with apt; for an architecture that is not the host's,
# with package lists of its own from the host's sources. They are kept, so that
# a flavour needs the network only once. Tests may call this at the same time;
# nothing is built twice.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
flavour=${1:-cloud-amd64}

fail() {
	echo "build.sh: $*" >&2
	exit 1
}

packages=busybox-static
case $flavour in
cloud-amd64 | amd64) arch=amd64 meta=linux-image-$flavour ;;
cloud-arm64) arch=arm64 meta=linux-image-$flavour ;;
i386) arch=i386 meta=linux-image-686 ;;
ppc64el) arch=ppc64el meta=linux-image-powerpc64le ;;
s390x) arch=s390x meta=linux-image-s390x ;;
shim) arch=amd64 meta= packages='shim-signed grub-efi-amd64-signed' ;;
grub) arch=amd64 meta= packages='grub-pc-bin grub-common' ;;
*) fail "unknown flavour '$flavour'" ;;
esac

# Modules that guests need for their disks and NICs and for reports. Those that
# a kernel has built in, or does not have, are skipped.
modules='virtio_pci virtio_blk virtio_net virtio_scsi virtio_console
virtio-rng sd_mod nvme ahci ata_piix e1000 e1000e pvpanic-mmio pvpanic-pci
tpm_tis'
# Modules that init's actions load themselves.
on_demand='efivarfs iscsi_tcp'

out=${VT_TEST_GUEST:-$here/../../build/guest}/$flavour
mkdir -p "$out"
out=$(cd "$out" && pwd)
exec 9>"$out/lock"
flock 9
rm -rf "$out/tmp"

# apt TOOL ARG...: apt-get or apt-cache, for the flavour's architecture. As root,
# apt must not switch to its own user, who cannot access our directory.
apt() {
	tool=$1
	shift
	if [ "$arch" = "$(dpkg --print-architecture)" ]; then
		"$tool" -q -o APT::Sandbox::User=root "$@"
	else
		"$tool" -q -o APT::Sandbox::User=root \
			-o APT::Architecture="$arch" \
			-o APT::Architectures="$arch" \
			-o Dir::State="$out/tmp/apt" \
			-o Dir::State::status="$out/tmp/apt/status" \
			-o Dir::Cache="$out/tmp/apt/cache" \
			-o APT::Update::Post-Invoke-Success= "$@"
	fi
}

# download: the packages of this flavour, into $out/debs
download() {
	command -v apt-get >/dev/null || fail "'apt-get' is not installed"
	mkdir -p "$out/tmp/apt/lists/partial" \
		"$out/tmp/apt/cache/archives/partial" "$out/tmp/debs"
	: >"$out/tmp/apt/status"
	# ignore errors: another source may have the packages
	[ "$arch" = "$(dpkg --print-architecture)" ] ||
		apt apt-get update >"$out/apt.log" 2>&1 || :
	for m in $meta; do
		package=$(apt apt-cache depends $m 2>/dev/null | sed -n \
			's/.*Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1)
		[ -n "$package" ] ||
			fail "apt does not find '$m' for $arch: see $out/apt.log"
		packages="$packages $package"
	done
	(cd "$out/tmp/debs" && apt apt-get download $packages) \
		>>"$out/apt.log" 2>&1 ||
		fail "cannot download '$packages': see $out/apt.log"
	rm -rf "$out/debs"
	mv "$out/tmp/debs" "$out/debs"
}

# add NAME: adds a module and, before it, those that it depends on
add() (
	# file names of modules use - or _
	pattern=$(echo "$1" | sed 's/[-_]/[-_]/g')
	from=$(grep "/$pattern\.ko" "$out/tmp/all" | head -n 1)
	to=$1.ko
	[ -n "$from" ] || return 0
	if [ ! -e "$root/modules/$to" ]; then
		case $from in
		*.xz) xz -dc "$from" >"$root/modules/$to" ;;
		*) cp "$from" "$root/modules/$to" ;;
		esac
		for d in $(tr '\000' '\n' <"$root/modules/$to" |
			sed -n 's/^depends=//p' | tr ',' ' '); do
			add "$d"
		done
		echo "$to" >>"$root/modules/$order"
	fi
)

build_kernel() {
	root=$out/tmp/root
	mkdir -p "$root/bin" "$root/dev" "$root/modules"
	find "$out/tmp/x" -name '*.ko*' | sort >"$out/tmp/all"
	order=order
	for m in $modules; do
		add "$m"
	done
	for m in $on_demand; do
		order=$m.order
		add "$m"
	done
	cp "$out/tmp/x/bin/busybox" "$root/bin/busybox"
	cp "$here/init" "$root/init"
	chmod 755 "$root/init"
	(cd "$root" && find . | LC_ALL=C sort |
		cpio --quiet -o -H newc) >"$out/tmp/initrd"
	mv "$out"/tmp/x/boot/vmlinu[xz]-* "$out/kernel"
	mv "$out/tmp/initrd" "$out/initrd"
}

build_shim() {
	mv "$out/tmp/x/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed" \
		"$out/grub.efi"
	mv "$out/tmp/x/usr/lib/shim/shimx64.efi.signed" "$out/shim.efi"
}

build_grub() {
	from=$out/tmp/x/usr/lib/grub/i386-pc
	"$out/tmp/x/usr/bin/grub-mkimage" -d "$from" -O i386-pc -p /none \
		-o "$out/tmp/core.img" biosdisk normal terminal
	cat "$from/boot.img" "$out/tmp/core.img" >"$out/tmp/grub.img"
	truncate -s 1M "$out/tmp/grub.img"
	mv "$out/tmp/grub.img" "$out/grub.img"
}

if [ ! -e "$out/built" ] || [ "$here/init" -nt "$out/built" ] ||
	[ "$here/build.sh" -nt "$out/built" ]; then
	[ -d "$out/debs" ] || download
	mkdir -p "$out/tmp/x"
	for deb in "$out"/debs/*.deb; do
		dpkg-deb -x "$deb" "$out/tmp/x"
	done
	case $flavour in
	shim) build_shim ;;
	grub) build_grub ;;
	*) build_kernel ;;
	esac
	rm -rf "$out/tmp"
	: >"$out/built"
fi
echo "$out"

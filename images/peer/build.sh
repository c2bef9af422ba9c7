#!/bin/sh
# Builds the image of the peer in DIRECTORY: `kernel`, `initrd`, and `manifest`,
# a list of the packages. The peer is the other end of the wire of a machine
# under test: a router, a DHCP and name server, the other end of a bond. See
# `start`, which says how it is configured.
#
#   build.sh DIRECTORY
#
# Its output is in DIRECTORY/build.log; the last lines are shown if it fails.
# Packages come from the Debian archive in the apt configuration of this host.
# Requires mmdebstrap, kmod and cpio.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../recipe.sh"

# Modules of the kernel: `start` loads those of the machine; the others are loaded
# by the kernel when `ip` needs them.
modules='virtio_pci virtio_net qemu_fw_cfg button evdev
bonding 8021q bridge dummy veth'
programs='/bin/dash /bin/ip /sbin/bridge /usr/sbin/dnsmasq /usr/sbin/radvd'

[ $# -eq 1 ] || { echo "usage: build.sh DIRECTORY" >&2; exit 2; }
begin "$1" mmdebstrap depmod cpio tar
debian_archive

# The packages are only unpacked: nothing in the image needs their scripts, so that
# the build needs neither root nor name spaces.
# shellcheck disable=SC2016 # $1 is for mmdebstrap's hooks
run mmdebstrap --mode=chrootless --variant=extract \
	--include="$(packages "$here/packages.list")" \
	--extract-hook='cd "$1/var/cache/apt/archives" && for deb in *.deb; do dpkg-deb -W --showformat "\${Package} \${Version}\n" "$deb"; done >"$1/manifest"' \
	"$suite" "$tmp/packages.tar" "$tmp/sources.list"
mkdir "$tmp/x" "$tmp/root"
tar -xf "$tmp/packages.tar" -C "$tmp/x" --no-same-owner --exclude='./dev/*'
x=$tmp/x root=$tmp/root
mv "$x/manifest" "$tmp/manifest"
set -- "$x"/boot/vmlinuz-*
mv "$1" "$tmp/kernel"
version=${1##*/vmlinuz-}

mkdir -p "$root/bin" "$root/sbin" "$root/etc/acpi/PWRF" "$root/proc" "$root/sys" \
	"$root/dev" "$root/run" "$root/tmp" "$root/var" "$root/peer"
ln -s ../run "$root/var/run" # of ip netns
cp "$x/bin/busybox" "$root/bin/busybox"
# a link for each command: one with the name of a program is replaced by it
for name in $("$x/bin/busybox" --list); do
	[ "$name" = busybox ] || ln -s busybox "$root/bin/$name"
done
ln -s ../bin/busybox "$root/sbin/modprobe" # where the kernel looks for it
ln -s bin/busybox "$root/init"

# The loader and the libraries, as the loader of the packages finds them.
loader=/lib64/ld-linux-x86-64.so.2
libraries=/lib/x86_64-linux-gnu
for program in $programs; do
	name=${program##*/}
	rm -f "$root/bin/$name"
	cp -L "$x$program" "$root/bin/$name"
	"$x$loader" --inhibit-cache \
		--library-path "$x$libraries:$x/usr$libraries" \
		--list "$x$program" >"$tmp/list" || {
		cat "$tmp/list"
		fail "a library of $program is missing"
	}
	sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' "$tmp/list" >>"$tmp/libraries"
done
mkdir -p "$root$libraries" "$root/lib64"
cp -L "$x$loader" "$root$loader"
sort -u "$tmp/libraries" | while read -r library; do
	case $library in
	*/ld-linux*) ;; # the loader itself
	"$x"/*) cp -L "$library" "$root$libraries/${library##*/}" ;;
	*) fail "$library is not from the packages" ;;
	esac
done

# Modules, with those that they depend on.
depmod -b "$x" "$version"
mkdir -p "$root/lib/modules/$version"
cp "$x/lib/modules/$version/modules.order" \
	"$x/lib/modules/$version/modules.builtin" "$root/lib/modules/$version"
for module in $modules; do
	pattern=$(echo "$module" | sed 's/[-_]/[-_]/g')
	files=$(sed -n "s|^\([^:]*/$pattern\.ko\):|\1|p" \
		"$x/lib/modules/$version/modules.dep")
	[ -n "$files" ] || fail "the kernel has no module '$module'"
	for file in $files; do
		to=$root/lib/modules/$version/$file
		mkdir -p "${to%/*}"
		cp "$x/lib/modules/$version/$file" "$to"
	done
done
depmod -b "$root" "$version"

# The shell of busybox prefers busybox's own commands: its `ip` to that of iproute2.
ln -sf dash "$root/bin/sh"
cp "$here/start" "$root/bin/start"
cp "$here/power" "$root/etc/acpi/PWRF/00000080"
cp "$here/inittab" "$root/etc/inittab"
chmod 755 "$root/bin/start" "$root/etc/acpi/PWRF/00000080"
# the modules make no interfaces of their own when they are loaded
mkdir "$root/etc/modprobe.d"
printf 'options bonding max_bonds=0\noptions dummy numdummies=0\n' \
	>"$root/etc/modprobe.d/peer.conf"
echo 'root:x:0:0:root:/:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"
printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"

# The same packages and files make the same initrd.
find "$root" -exec touch -h -d @0 {} +
(cd "$root" && find . | LC_ALL=C sort |
	cpio --quiet --reproducible -R 0:0 -o -H newc) >"$tmp/initrd"
publish kernel initrd manifest

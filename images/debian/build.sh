#!/bin/sh
# Builds the guest image, Debian bookworm, in DIRECTORY: the kernel, the initrd,
# a squashfs, a tar archive of the root directory, and a list of the packages.
#
#   build.sh [--untrimmed | --networkd] DIRECTORY
#
# With --networkd, netplan and systemd-networkd configure the network instead of
# ifupdown.
#
# Its output is in DIRECTORY/build.log; the last lines are shown if it fails.
# Packages come from the Debian archive in the apt configuration of this host.
# Requires mmdebstrap and squashfs-tools, and root or unprivileged user
# namespaces.
# shellcheck disable=SC2016 # $1 is for mmdebstrap's hooks
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../recipe.sh"

variant=trimmed network=ifupdown
case ${1:-} in
--untrimmed) variant=full && shift ;;
--networkd) network=networkd && shift ;;
esac
[ $# -eq 1 ] || { echo "usage: build.sh [--untrimmed | --networkd] DIRECTORY" >&2; exit 2; }
begin "$1" mmdebstrap sqfstar gzip
debian_archive

# Time stamps in the image are not newer than the newest index of the archive,
# which is the same for all builds from the same archive. No file of a package
# is newer than this date: if a .py file got another time stamp, its .pyc would
# be invalid, which would slow down every boot.
mkdir -p "$tmp/apt/lists/partial" "$tmp/apt/cache"
run apt-get -qq update -o Dir::State="$tmp/apt" -o Dir::Cache="$tmp/apt/cache" \
	-o Dir::Etc::SourceList="$tmp/sources.list" -o Dir::Etc::SourceParts=/dev/null \
	-o Acquire::IndexTargets::deb::Packages::DefaultEnabled=false \
	-o Acquire::Languages=none -o APT::Sandbox::User= \
	-o APT::Update::Post-Invoke-Success::= ||
	fail "cannot read the Debian archive"
SOURCE_DATE_EPOCH=$(sed -n 's/^Date: //p' "$tmp"/apt/lists/*InRelease |
	while read -r date; do date -d "$date" +%s; done | sort -n | tail -n 1)
export SOURCE_DATE_EPOCH

tar -C "$here" --owner=0 --group=0 --mode=go=rX -cf "$tmp/recipe.tar" \
	--transform 's|^|vt-image/|' customize.sh trim.units cloud-init
tar -C "$here/files" --owner=0 --group=0 --mode=go=rX -cf "$tmp/files.tar" etc

# force-unsafe-io: an fsync() per package takes minutes on a busy disk, and
# after a crash a build or a test can be repeated.
set -- --variant=apt --dpkgopt=force-unsafe-io \
	--include="$(packages "$here/packages.list"),$(packages "$here/packages.$network")" \
	--essential-hook='echo grub-pc grub-pc/install_devices_empty boolean true | chroot "$1" debconf-set-selections' \
	--customize-hook="tar-in '$tmp/recipe.tar' /" \
	--customize-hook="chroot \"\$1\" sh /vt-image/customize.sh $variant" \
	--customize-hook='rm -r "$1/vt-image"'
if [ $variant = trimmed ]; then
	set -- --customize-hook='mkdir -p "$1/usr/share/vt-image/archive"' \
		--customize-hook='cd "$1/usr/share/vt-image/archive" && APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get -qq -o APT::Sandbox::User= download '"$(packages "$here/packages.archive" | tr ',' ' ')" "$@"
	set -- --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
		--skip=cleanup/apt/lists \
		--dpkgopt="$here/trim.dpkg" \
		--essential-hook="tar-in '$tmp/files.tar' /" "$@"
fi
run mmdebstrap "$@" "$suite" "$tmp/root.tar" "$tmp/sources.list"

# With lz4 the image is a quarter larger than with zstd, and booting takes a
# tenth less processor time. (sqfstar, because unsquashfs cannot read the lz4
# images of tar2sqfs.)
set -- -comp zstd
[ $variant = full ] || set -- -comp lz4 -Xhc
run sqfstar -quiet -no-progress -no-xattrs "$@" "$tmp/squashfs" \
	<"$tmp/root.tar"
run gzip -n -6 <"$tmp/root.tar" >"$tmp/root-tgz"
tar -xf "$tmp/root.tar" -C "$tmp" --no-same-owner --wildcards \
	'./boot/vmlinuz-*' './boot/initrd.img-*' ./usr/share/vt-image/packages.manifest
mv "$tmp"/boot/vmlinuz-* "$tmp/boot-kernel"
mv "$tmp"/boot/initrd.img-* "$tmp/boot-initrd"
mv "$tmp/usr/share/vt-image/packages.manifest" "$tmp/manifest"
publish boot-kernel boot-initrd squashfs root-tgz manifest

#!/bin/sh
# Builds the guest image: Debian bookworm as kernel, initrd, squashfs and
# root tarball, in a directory of its own.
#
#   build.sh [--untrimmed] DIRECTORY
#
# The packages come from the Debian archive that this machine's own apt uses.
# Needs mmdebstrap and squashfs-tools; root, or unprivileged user namespaces.
# shellcheck disable=SC2016 # $(REPO_URI) is for apt, $1 for mmdebstrap's hooks
set -eu
here=$(cd "$(dirname "$0")" && pwd)
suite=bookworm

fail() {
	echo "build.sh: $*" >&2
	exit 3
}

variant=trimmed
[ "${1:-}" = --untrimmed ] && { variant=full; shift; }
[ $# -eq 1 ] || { echo "usage: build.sh [--untrimmed] DIRECTORY" >&2; exit 2; }
for tool in mmdebstrap sqfstar gzip flock; do
	command -v $tool >/dev/null || fail "$tool not found; run 'make deps'"
done

out=$1
mkdir -p "$out"
out=$(cd "$out" && pwd)
# one build at a time; what a killed one left goes
exec 9>"$out/.lock"
flock 9
rm -rf "$out"/.build.*
tmp=$(mktemp -d "$out/.build.XXXXXX")

# A long command runs beside the shell, in a process group of its own, so that
# a signal ends all of it at once and everything temporary goes.
job=
run() {
	exec 8<&0
	setsid "$@" <&8 9>&- & # a job's own standard input would be /dev/null
	job=$!
	wait "$job"
	job=
}
end() {
	status=$?
	trap - EXIT INT TERM HUP
	if [ -n "$job" ]; then
		kill -TERM "-$job" 2>/dev/null || :
		wait "$job" 2>/dev/null || :
	fi
	rm -rf "$tmp"
	exit "$status"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Debian's entries of this machine's apt configuration, whatever their format;
# third-party repositories have another origin
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' \
	'Identifier: Packages' 'Origin: Debian' 'Architecture: amd64' |
	grep " $suite" | sort -u |
	sed "s|^|deb [signed-by=$keyring] |" >"$tmp/sources.list"
[ -s "$tmp/sources.list" ] ||
	fail "apt on this machine knows no Debian $suite; add it and run 'apt-get update'"

proxy=${apt_proxy:-$(apt-config dump | sed -n 's/^Acquire::http::Proxy "\(.*\)";$/\1/p')}
[ -z "$proxy" ] || export http_proxy="$proxy"

# Time stamps: the date of the newest archive index, the same for all builds
# from the same archive and never older than a file of a package (a clamped
# .py would invalidate its .pyc and slow down every boot)
mkdir -p "$tmp/apt/lists/partial" "$tmp/apt/cache"
run apt-get -qq update -o Dir::State="$tmp/apt" -o Dir::Cache="$tmp/apt/cache" \
	-o Dir::Etc::SourceList="$tmp/sources.list" -o Dir::Etc::SourceParts=/dev/null \
	-o Acquire::IndexTargets::deb::Packages::DefaultEnabled=false \
	-o Acquire::Languages=none -o APT::Sandbox::User= \
	-o APT::Update::Post-Invoke-Success::= >&2 ||
	fail "cannot read the Debian archive"
SOURCE_DATE_EPOCH=$(sed -n 's/^Date: //p' "$tmp"/apt/lists/*InRelease |
	while read -r date; do date -d "$date" +%s; done | sort -n | tail -n 1)
export SOURCE_DATE_EPOCH

tar -C "$here" --owner=0 --group=0 --mode=go=rX -cf "$tmp/recipe.tar" \
	--transform 's|^|vt-image/|' customize.sh trim.units cloud-init
tar -C "$here/files" --owner=0 --group=0 --mode=go=rX -cf "$tmp/files.tar" etc

# (unsafe-io: syncing each package costs minutes on a busy disk, and a crash
# loses nothing that a build or a test cannot make again)
set -- --variant=apt --dpkgopt=force-unsafe-io \
	--include="$(sed 's/#.*//' "$here/packages.list" | xargs | tr ' ' ',')" \
	--essential-hook='echo grub-pc grub-pc/install_devices_empty boolean true | chroot "$1" debconf-set-selections' \
	--customize-hook="tar-in '$tmp/recipe.tar' /" \
	--customize-hook="chroot \"\$1\" sh /vt-image/customize.sh $variant" \
	--customize-hook='rm -r "$1/vt-image"'
if [ $variant = trimmed ]; then
	set -- --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
		--dpkgopt="$here/trim.dpkg" \
		--essential-hook="tar-in '$tmp/files.tar' /" "$@"
fi
run mmdebstrap "$@" "$suite" "$tmp/root.tar" "$tmp/sources.list"

# lz4 makes an image a quarter larger than zstd does, and boots with a tenth
# less work. (sqfstar: what tar2sqfs makes of lz4, unsquashfs cannot read.)
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
for item in boot-kernel boot-initrd squashfs root-tgz manifest; do
	chmod 644 "$tmp/$item"
	mv "$tmp/$item" "$out/$item"
done

#!/bin/sh
# t/guest/iscsi.sh GUEST: builds an initrd with Debian's open-iscsi, based on
# that in the directory GUEST of build.sh. The script iscsi-init is its init
# process. Prints the initrd's path.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1/iscsi
mkdir -p "$out"
out=$(cd "$out" && pwd)
exec 9>"$out/lock"
flock 9

fail() {
	echo "iscsi.sh: $*" >&2
	exit 1
}

# copy FILE [FROM]: copies a file to its place in the guest
copy() {
	mkdir -p "$out/root$(dirname "$1")"
	cp -L "${2:-$1}" "$out/root$1"
}

rm -rf "$out/root" "$out/x" "$out/tmp"
if [ ! -d "$out/debs" ]; then
	mkdir "$out/tmp"
	command -v apt-get >/dev/null || fail "'apt-get' is not installed"
	(cd "$out/tmp" && apt-get -q -o APT::Sandbox::User=root download \
		open-iscsi libopeniscsiusr libisns0) >"$out/apt.log" 2>&1 ||
		fail "cannot download 'open-iscsi': see $out/apt.log"
	mv "$out/tmp" "$out/debs"
fi
if [ ! -s "$out/initrd" ] || [ "$here/iscsi-init" -nt "$out/initrd" ] ||
	[ "$here/iscsi.sh" -nt "$out/initrd" ] ||
	[ "$1/initrd" -nt "$out/initrd" ]; then
	for deb in "$out"/debs/*.deb; do
		dpkg-deb -x "$deb" "$out/x"
	done
	libs=$(find "$out/x" -name '*.so.*' -exec dirname {} \; | sort -u)
	for tool in iscsid iscsiadm; do
		copy "/sbin/$tool" "$out/x/sbin/$tool"
	done
	# the loader and the libraries, including those of the packages
	LD_LIBRARY_PATH=$(echo "$libs" | tr '\n' ':') ldd "$out"/x/sbin/iscsid \
		"$out"/x/sbin/iscsiadm >"$out/x/ldd"
	! grep 'not found' "$out/x/ldd" >&2 ||
		fail "a library of open-iscsi is missing"
	for lib in $(sed -n -e 's/.*=> \(\/[^ ]*\) .*/\1/p' \
		-e 's/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' "$out/x/ldd" |
		sort -u); do
		case $lib in
		*/ld-linux*) copy "$lib" ;;
		*) copy "/lib/${lib##*/}" "$lib" ;;
		esac
	done
	cp "$here/iscsi-init" "$out/root/init"
	chmod 755 "$out/root/init"
	(cd "$out/root" && find . | LC_ALL=C sort |
		cpio --quiet -o -H newc) >"$out/x/cpio"
	# files in the second archive replace those in the first
	cat "$1/initrd" "$out/x/cpio" >"$out/x/initrd"
	mv "$out/x/initrd" "$out/initrd"
	rm -rf "$out/root" "$out/x"
fi
echo "$out/initrd"

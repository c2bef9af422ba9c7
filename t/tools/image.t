#!/bin/sh
# The contents of the published guest image. Skipped if it has not been built.
. "$(dirname "$0")/../lib.sh"
need rdsquashfs
cd "$top" || exit 3
mirror=$user_images

item() { # NAME: its path in the mirror
	vt-sync query --max 1 -o '%(path)s' "$mirror" label=local subarch=ga-12 \
		release=bookworm ftype="$1" 2>/dev/null
}
[ -n "$(item squashfs)" ] || skip_all "no image: run 'make image'"
image=$mirror/$(item squashfs)
cat_file() { rdsquashfs -c "/$1" "$image"; }
names() { rdsquashfs -l "/$1" "$image" | sed 's/.* //'; }

for i in boot-kernel boot-initrd squashfs root-tgz manifest; do
	is "$(sha256sum <"$mirror/$(item $i)" | cut -d' ' -f1)" \
		"$(vt-sync query --max 1 -o '%(sha256)s' "$mirror" \
			label=local subarch=ga-12 release=bookworm \
			ftype=$i)" \
		"$i has the checksum in the stream"
done
size=$(stat -c %s "$image")
ok "the squashfs has at most 150 MB: $size bytes" [ "$size" -le 150000000 ]

# packages, and the manifest of their versions
cat_file var/lib/dpkg/status >"$work/status"
awk '/^Package: /{p=$2} /^Status: install ok installed/{s=1}
	/^Architecture: /{a=$2} /^Multi-Arch: same/{m=1} /^Version: /{v=$2}
	/^$/{if(s)print p (m?":" a:""), v; s=m=0}' "$work/status" |
	sort >"$work/installed"
sort "$mirror/$(item manifest)" >"$work/recorded"
ok "the manifest has all packages with their versions" \
	cmp "$work/installed" "$work/recorded"
cat_file usr/share/vt-image/packages.manifest | sort >"$work/inside"
ok "the image contains the same manifest" cmp "$work/inside" "$work/recorded"
sed 's/#.*//' images/debian/packages.list | tr -s ' \t' '\n' |
	grep . >"$work/asked"
cut -d' ' -f1 "$work/installed" | sed 's/:.*//' | sort -u >"$work/there"
is "$(sort -u "$work/asked" | comm -23 - "$work/there")" "" \
	"all packages of the list are installed"
ok "no package is partly installed" [ "$(grep -c '^Status: ' "$work/status")" -eq \
	"$(grep -c '^Status: install ok installed' "$work/status")" ]

# no data of the host that built it, no apt sources of another host
is "$(names etc/apt | grep '^sources.list$')$(names etc/apt/sources.list.d)" \
	vt-image.list "no apt sources but the archive of the image"
is "$(cat_file etc/apt/sources.list.d/vt-image.list)" \
	"deb [trusted=yes] file:/usr/share/vt-image/archive ./" \
	"which is a directory of it"
is "$(names usr/share/vt-image/archive | sed -n 's/_.*//p' | sort)" \
	"$(sed -n 's/^\([a-z0-9-]\{1,\}\).*/\1/p' images/debian/packages.archive |
		sort)" "with the packages of the recipe"
is "$(names var/lib/apt/lists | grep -vx -e lock -e partial)" \
	/usr/share/vt-image/archive/./Packages "whose lists are the only ones"
is "$(cat_file etc/machine-id)" "" "no machine id"
is "$(names etc/ssh | grep host_key)" "" "no SSH host keys"
is "$(cat_file etc/iscsi/initiatorname.iscsi)" "GenerateName=yes" "no iSCSI name"
is "$(names etc | grep '^hostname$')" "" "no host name"
is "$(cat_file etc/shadow | cut -d: -f2 | grep -v '^[!*]')" "" "no password"
is "$(cat_file etc/passwd | awk -F: '$3 >= 1000 && $1 != "nobody"')" "" \
	"no user"
is "$(names vt-image 2>/dev/null)" "" "no files of the build"

# it contains the kernel and the initrd, so that an installed copy boots
for i in kernel:vmlinuz initrd:initrd.img; do
	file=$(names boot | grep "^${i#*:}-")
	is "$(cat_file "boot/$file" | sha256sum)" \
		"$(sha256sum <"$mirror/$(item "boot-${i%:*}")")" \
		"/boot has the ${i%:*} of the stream"
done

# Compiled Python is valid: if a source does not have the time stamp in the
# .pyc, it is compiled again at each boot
mkdir "$work/py"
gzip -dc <"$mirror/$(item root-tgz)" | tar xf - -C "$work/py" \
	./usr/lib/python3/dist-packages/cloudinit/cmd ./usr/share/vt-image
stale=0 seen=0
for py in "$work"/py/usr/lib/python3/dist-packages/cloudinit/cmd/*.py; do
	pyc=$(find "$(dirname "$py")/__pycache__" \
		-name "$(basename "$py" .py).*.pyc")
	seen=$((seen + 1))
	# flags 0: validated by time stamp, which follows
	[ "$(od -A n -t u4 -j 4 -N 8 "$pyc" | xargs)" = \
		"0 $(stat -c %Y "$py")" ] || stale=$((stale + 1))
done
is "$stale of $((seen > 0))" "0 of 1" "compiled Python is up to date"

ok "root-tgz has the same tree" cmp \
	"$work/py/usr/share/vt-image/packages.manifest" "$mirror/$(item manifest)"
done_testing

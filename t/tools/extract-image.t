#!/bin/sh
# vt-extract --image: extract files from images.
. "$(dirname "$0")/../lib.sh"
need qemu-img tar
PATH=$PATH:/usr/sbin:/sbin

TMPDIR=$work/tmp
export TMPDIR
mkdir "$TMPDIR"
cd "$work" || exit 3

# The tree that every image contains
mkdir -p root/boot/grub root/usr/lib/modules/6.1 root/usr/bin root/etc \
	root/var/deep/er root/dev
cd root || exit 3
seq 200000 >boot/vmlinuz-6.1
seq 300000 | gzip -n >boot/initrd.img-6.1
echo 6.1 >usr/lib/modules/6.1/modules.dep
echo 'set x' >boot/grub/grub.cfg
printf '#!/bin/sh\n' >usr/bin/tool && chmod 4755 usr/bin/tool
: >etc/empty
head -c 3000000 /dev/zero >var/holes && echo end >>var/holes
echo deep >var/deep/er/file
ln -s boot/vmlinuz-6.1 vmlinuz
ln -s vmlinuz-6.1 boot/vmlinuz
ln -s /boot/initrd.img-6.1 initrd.img
ln -s usr/lib lib
ln -s ../../../../../../../etc/empty etc/above
ln -s /etc/passwd etc/passwd
ln -s loop etc/loop
ln -s loop2b etc/loop2a
ln -s loop2a etc/loop2b
ln -s / etc/top
ln -s er/file var/deep/near
ln -s "$(printf '%0100d' 0)/../../vmlinuz" boot/long
cd "$work" || exit 3

cat >all <<END
boot/grub/grub.cfg
boot/initrd.img-6.1
boot/vmlinuz
boot/vmlinuz-6.1
etc/above
etc/empty
initrd.img
lib/modules/6.1/modules.dep
usr/bin/tool
usr/lib/modules/6.1/modules.dep
var/deep/er/file
var/deep/near
var/holes
vmlinuz
END

# take IMAGE PATTERN...: extract to a new directory o/
take() {
	rm -rf o
	take_image=$1
	shift
	run vt-extract --image "$take_image" -o o "$@"
}

# check NAME IMAGE: the checks that apply to every kind of image
check() {
	take "$2" 'boot/vmlinuz-*' 'boot/initrd*'
	status_is 0 "$1: files by pattern"
	ok '  have their content' sh -c 'cmp o/boot/vmlinuz-6.1 root/boot/vmlinuz-6.1 &&
		cmp o/boot/initrd.img-6.1 root/boot/initrd.img-6.1'
	is "$(find o -type f | wc -l)" 2 '  and nothing else comes'
	take "$2" 'boot/*'
	status_is 0 "$1: all of a directory"
	is "$(cat o/boot/grub/grub.cfg)" 'set x' '  with what is below'
	ok '  a link gives its file' cmp o/boot/vmlinuz root/boot/vmlinuz-6.1
	is "$(find o -type l)" '' '  and no link is made'
	take "$2" vmlinuz initrd.img /etc/above
	status_is 0 "$1: links by name"
	ok '  relative' cmp o/vmlinuz root/boot/vmlinuz-6.1
	ok '  absolute within the image' cmp o/initrd.img \
		root/boot/initrd.img-6.1
	ok '  one that climbs above the root stays in it' [ -f o/etc/above ]
	take "$2" 'lib/modules/*/modules.dep' 'etc/top/usr/bin/t*'
	status_is 0 "$1: through links to directories"
	is "$(cat o/lib/modules/6.1/modules.dep)" 6.1 '  under the name asked'
	is "$(stat -c %a o/etc/top/usr/bin/tool)" 755 '  without setuid'
	take "$2" var
	status_is 0 "$1: a directory by name"
	ok '  with holes and depth' sh -c 'cmp o/var/holes root/var/holes &&
		[ "$(du -k o/var/holes | cut -f1)" -lt 2500 ] &&
		cmp o/var/deep/er/file root/var/deep/er/file'
	ok '  and a link below' cmp o/var/deep/near root/var/deep/er/file
	for none in nothing 'boot/x*' etc/passwd etc/loop etc/loop2a \
		etc/empty/x boot/vmlinuz/x boot/long; do
		take "$2" "$none"
		status_is 1 "$1: no match for $none: exit 1"
		has err "matches '$(echo "$none" | sed 's/[*]/./')'" \
			'  names it'
	done
	take "$2" etc/empty nothing
	status_is 1 "$1: one of two patterns without a match"
	has err "matches 'nothing'" '  names that one'
	run vt-extract --image "$2" -o - 'boot/vm*' 'boot/vmlinuz-*'
	status_is 0 "$1: to standard output"
	is "$(tar tf out | sort | xargs)" 'boot/vmlinuz boot/vmlinuz-6.1' \
		'  each file once'
	take "$2" '*'
	status_is 0 "$1: everything"
	is "$(cd o && find . -type f ! -name '*in-boot' ! -name lost |
		sed 's,^[.]/,,' | sort | xargs)" "$(xargs <all)" \
		'  all files and links to files, and the directory lib'
	is "$(ls "$TMPDIR")" '' '  TMPDIR is clean'
}

if command -v gensquashfs >/dev/null; then
	for c in gzip xz lz4 zstd; do
		gensquashfs -q -c $c -D root $c.sqfs 2>err || {
			skip "squashfs with $c" "$(head -n 1 err)"
			continue
		}
		take $c.sqfs 'boot/vmlinuz-*' var/holes
		ok "squashfs with $c" sh -c 'cmp o/boot/vmlinuz-6.1 \
			root/boot/vmlinuz-6.1 && cmp o/var/holes root/var/holes'
	done
	check squashfs gzip.sqfs
	qemu-img convert -O qcow2 gzip.sqfs sqfs.qcow2
	take sqfs.qcow2 'boot/vmlinuz-*'
	ok 'squashfs in qcow2' cmp o/boot/vmlinuz-6.1 root/boot/vmlinuz-6.1
	size=$(stat -c %s gzip.sqfs)
	head -c $((size / 2)) gzip.sqfs >cut.sqfs
	take cut.sqfs 'boot/*'
	status_is 3 'a cut squashfs: exit 3'
	has err squashfs '  says what'
else
	skip squashfs 'gensquashfs is not installed'
fi

if command -v mke2fs >/dev/null && command -v sfdisk >/dev/null; then
	for type in ext2 ext3 ext4; do
		rm -f $type.img
		mke2fs -qF -t $type -d root $type.img 24M >err 2>\&1
		take $type.img 'boot/vmlinuz-*' var/holes
		ok "bare $type" sh -c 'cmp o/boot/vmlinuz-6.1 \
			root/boot/vmlinuz-6.1 && cmp o/var/holes root/var/holes'
	done
	mke2fs -qF -t ext4 -O inline_data -I 256 -d root inline.img 24M >err 2>\&1
	check 'bare ext4' inline.img
	mkdir other && echo second >other/vmlinuz-in-boot && echo no >other/lost
	mkdir other/boot && echo no >other/boot/vmlinuz-6.1
	mke2fs -qF -t ext4 -d other other.img 4M >err 2>\&1
	truncate -s 64M disk.img
	printf 'label: gpt\nstart=2048,size=49152\nsize=2048\nsize=8192\n' |
		sfdisk -q disk.img
	dd if=ext4.img of=disk.img bs=1M seek=1 conv=notrunc status=none
	dd if=other.img of=disk.img bs=1M seek=26 conv=notrunc status=none
	check 'a disk with GPT' disk.img
	take disk.img 'boot/vmlinuz-6*' 'vmlinuz-in*'
	status_is 0 'several file systems in one disk'
	is "$(cat o/vmlinuz-in-boot)" second '  all are searched'
	ok '  the first that has a name gives it' \
		cmp o/boot/vmlinuz-6.1 root/boot/vmlinuz-6.1
	take disk.img nothing
	has err 'searched: partition 1, partition 3' '  no match tells where'
	has err 'partition 2' '  and what was not readable'

	truncate -s 64M dos.img
	printf 'label: dos\n1: size=8192\n2: size=61440,type=5\n5: size=51200\n' |
		sfdisk -q dos.img
	logical=$(sfdisk -d dos.img |
		sed -n 's/^dos.img5 : start= *\([0-9]*\),.*/\1/p')
	dd if=ext4.img of=dos.img bs=512 seek="$logical" conv=notrunc \
		status=none
	take dos.img 'boot/vmlinuz-*'
	status_is 0 'a logical partition'
	truncate -s 64M 4k.img
	printf 'g\nn\n1\n256\n+25M\nw\n' | fdisk -b 4096 4k.img >/dev/null
	dd if=ext4.img of=4k.img bs=1M seek=1 conv=notrunc status=none
	take 4k.img 'boot/vmlinuz-*'
	status_is 0 'a disk with sectors of 4096 bytes'

	qemu-img convert -c -O qcow2 disk.img disk.qcow2
	check 'a compressed qcow2' disk.qcow2
	qemu-img create -q -f qcow2 -b disk.img -F raw over.qcow2
	take over.qcow2 'boot/vmlinuz-*'
	status_is 0 'an overlay, such as boot/*.qcow2 of a test'
	cat disk.img | vt-extract --image - -o piped 'boot/vmlinuz-*' 2>err
	ok 'from a pipe' cmp piped/boot/vmlinuz-6.1 root/boot/vmlinuz-6.1

	truncate -s 8M swap.img
	printf 'label: gpt\nsize=4096\n' | sfdisk -q swap.img
	take swap.img 'boot/*'
	status_is 3 'a disk with nothing to read: exit 3'
	has err 'only partition 1' '  names what there is'
	truncate -s 2M ext4.img
	take ext4.img 'boot/*'
	status_is 3 'a cut ext4: exit 3'
	debugfs -w -R 'rm /boot/initrd.img-6.1' inline.img 2>/dev/null
	debugfs -w -R 'ln <2> /var/deep/again' inline.img 2>/dev/null
	take inline.img 'var/*'
	status_is 3 'a directory that holds itself: exit 3'
	has err 'too (many levels|long)' '  found by its depth'
else
	skip 'ext2, ext3, ext4 and disks' 'mke2fs or sfdisk is not installed'
fi

## Into directories that exist

image=$(ls gzip.sqfs disk.img 2>/dev/null | head -n 1)
mkdir -p into/boot elsewhere
echo old >into/boot/vmlinuz-6.1
echo mine >into/boot/mine
run vt-extract --image "$image" -o into 'boot/vmlinuz-*'
status_is 0 'into a directory that exists'
ok '  replaces files' cmp into/boot/vmlinuz-6.1 root/boot/vmlinuz-6.1
is "$(cat into/boot/mine)" mine '  and leaves others'
rm -rf into && mkdir into && ln -s ../elsewhere into/boot
run vt-extract --image "$image" -o into 'boot/vmlinuz-*'
[ "$status" -ne 0 ]
result $? 'a link on the host is not followed'
is "$(ls elsewhere)" '' '  nothing is written through it'
rm into/boot && mkdir into/boot
ln -s "$work/elsewhere/f" into/boot/vmlinuz-6.1
run vt-extract --image "$image" -o into 'boot/vmlinuz-*'
status_is 0 'a link in place of the file'
is "$(ls elsewhere)" '' '  is replaced, not written through'
is "$(ls -A into/boot)" vmlinuz-6.1 '  and no temporary file stays'
mkdir cwd && (cd cwd && vt-extract --image "../$image" 'boot/vmlinuz-*' 2>/dev/null)
ok 'to the current directory by default' [ -f cwd/boot/vmlinuz-6.1 ]

## Usage

run vt-extract --image "$image"
status_is 2 'no pattern: exit 2'
run vt-extract --image "$image" -o o '../x'
status_is 2 'a pattern with ..: exit 2'
run vt-extract --image nothing.img -o o x
status_is 2 'a missing image: exit 2'
run vt-extract
status_is 2 'no operand: exit 2'
head -c 100000 /dev/urandom >noise
take noise x
status_is 3 'noise: exit 3'
: >none
take none x
status_is 3 'an empty file: exit 3'
done_testing

#!/bin/sh
# vt-verify --config: disk images against a storage config, without a test.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/config-lib.sh"
need qemu-img fdisk
configs flat msdos raid layers
cd "$work" || exit 3
mkdir -p tmp
export TMPDIR="$work/tmp"

# checked NAME ID [CONFIG [IMAGE]]
checked() {
	run vt-verify --config "${3:-good/$1.yaml}" "$2=${4:-good/$1.img}"
}
# fails CHECK WHAT: this check, with status 1
fails() {
	is "$status" 1 "$2: status"
	has "$work/out" "^not ok [0-9]+ - $1$" "$2: '$1' fails"
}
# want NAME SED-EXPRESSION: a config that asks something else
want() {
	sed "$2" "good/$1.yaml" >asked.yaml
	! cmp -s asked.yaml "good/$1.yaml" || diag "nothing changed by $2"
}
# refused STATUS ERE WHAT
refused() {
	is "$status $(cat out)" "$1 " "$3: status $1, and no TAP"
	has "$work/err" "^vt-verify: error: $2" "$3"
}

for row in flat:flat msdos:old raid:r layers:l; do
	checked "${row%:*}" "${row#*:}"
	status_is 0 "images of ${row%:*} are as the config asks"
	hasnt "$work/out" '^not ok' "every check of ${row%:*} is ok"
done
checked flat flat
is "$(sed -n 1p out)" "TAP version 13" "TAP on standard output"
has out '^1\.\.[0-9]+$' "with a plan"
has err '^vt-verify: good/flat.yaml: passed, [0-9]+ checks, [0-9]+ skipped, [0-9]+ of [0-9]+ statements answered$' \
	"a summary on standard error"
has out '^ok [0-9]+ - mount root-mount fstab # SKIP nothing was collected$' \
	"what only facts show is skipped"
is "$(find good -newer good/layers.yaml -name '*result*')$(ls tmp)" "" \
	"nothing is written"

# The same results as in a test.
want flat 's/label: os/label: other/'
checked flat flat asked.yaml
fails "format root label" "another label"
has out "^#   expected: +label 'other'$" "what was asked for"
has out "^#   found: +'os'$" "what is there"
has out '^#   at: +asked.yaml:19:7$' "where the config asks it"
has out '^#   see: +good/flat.img$' "the image"
has err "FAILED: format root label: .*\(see good/flat.img\)" "a summary"
want flat 's/size: 32MB/size: 30MB/'
checked flat flat asked.yaml
fails "partition f3 size" "another size"
want msdos 's/flag: boot/flag: linux/'
checked msdos old asked.yaml
fails "partition o1 active" "an active partition that has no flag 'boot'"
has out "^#   found: +active$" "what is there"
want raid 's/metadata: 1.2/metadata: 1.0/'
checked raid r asked.yaml
fails "raid one metadata" "an array of another version"
has out '^#   at: +asked.yaml:18:39$' "where the config asks it"
want layers 's/name: plain,/name: plane,/'
checked layers l asked.yaml
fails "lvm_partition plain name" "another logical volume"
cp --sparse=always good/layers.img damaged.img
dd if=/dev/zero of=damaged.img bs=1M seek=51 count=1 conv=notrunc status=none
checked layers l good/layers.yaml damaged.img
fails "dm_crypt vault volume" "a LUKS header that is gone"
has out '^#   see: +damaged.img$' "the image"
# What libfdisk puts right in its memory, and a kernel does not
damaged() { cp --sparse=always good/flat.img damaged.img; }
damaged
dd if=/dev/zero of=damaged.img bs=512 seek=1 count=1 conv=notrunc status=none
checked flat flat good/flat.yaml damaged.img
fails "disk flat ptable" "a gpt without its header"
damaged
truncate -s -1M damaged.img
checked flat flat good/flat.yaml damaged.img
fails "disk flat ptable" "a gpt without its copy"
cat >two.yaml <<'Y'
storage:
  version: 2
  config:
    - {id: old, type: disk, serial: disk-o, ptable: msdos}
    - {id: t1, type: partition, device: old, number: 1, size: 8MB}
    - {id: t2, type: partition, device: old, number: 2, size: 8MB}
Y
truncate -s 20M damaged.img
printf '%s\n' 'label: dos' 'size=8MiB' 'size=8MiB' | sfdisk -q damaged.img
checked two old two.yaml damaged.img
status_is 0 "two partitions"
# the start of the first entry to the second one
dd if=damaged.img of=damaged.img bs=1 skip=454 seek=470 count=4 \
	conv=notrunc status=none
checked two old two.yaml damaged.img
fails "partition t2 number" "partitions that overlap"
has "$work/out" '^#   found: +it overlaps partition 1$' "  which it says"
old_bytes=$(stat -c %s good/msdos.img)
cp --sparse=always good/msdos.img damaged.img
truncate -s $((old_bytes / 2)) damaged.img
run "$bin/vt-verify" --config good/msdos.yaml old=damaged.img
has "$work/out" '^#   found: +it ends beyond the end of the disk$' \
	"a partition beyond the end"
run "$bin/vt-verify" --config . old=damaged.img
status_is 2 "a directory"
truncate -s 0 empty.img
checked flat flat good/flat.yaml empty.img
fails "disk flat ptable" "an image without a byte"

# A disk without an image.
{
	cat good/flat.yaml
	sed '1,3d; s/old, /other, /' good/msdos.yaml
} >two.yaml
run vt-verify --config two.yaml flat=good/flat.img
status_is 0 "one of two disks"
has out "^ok [0-9]+ - disk other ptable # SKIP disk 'other' has no image" \
	"the other's checks are skipped"
has out "^ok [0-9]+ - format home fstype # SKIP disk 'other' has no image" \
	"and those of what lies on it"
sed 's/f[0-9]*, type: partition/x&/; /config:/q' good/flat.yaml >none.yaml
echo "    - {id: a=b, type: disk, serial: a}
    - {id: a, type: disk, serial: b}
    - {id: fs, type: format, volume: a=b, fstype: ext4}" >>none.yaml
run vt-verify --config none.yaml a=good/flat.img
status_is 77 "no check could be made"

# Images of another format, and disks of another sector size.
qemu-img convert -O qcow2 good/layers.img layers.qcow2
checked layers l good/layers.yaml layers.qcow2
status_is 0 "a qcow2 image"
want layers 's/name: plain,/name: plane,/'
checked layers l asked.yaml layers.qcow2
has out '^#   see: +layers.qcow2$' "is named as it was given"
is "$(ls tmp)" "" "its raw copy is removed"
head -c 600 layers.qcow2 >short.qcow2
checked layers l good/layers.yaml short.qcow2
refused 3 ".*short.qcow2" "a truncated qcow2 image"
qemu-img create -q -f qcow2 -F raw -b "$work/good/layers.img" over.qcow2
checked layers l good/layers.yaml over.qcow2
refused 3 ".*over.qcow2.*backing" "a qcow2 image with a backing file"
truncate -s 64M 4k.img
printf 'g\nn\n1\n\n+16M\nw\n' | fdisk -b 4096 4k.img >fdisk.out 2>&1
cat >4k.yaml <<'Y'
storage:
  version: 1
  config:
    - {id: d, type: disk, serial: s, ptable: gpt}
    - {id: p, type: partition, device: d, number: 1, size: 16MB}
Y
run vt-verify --config 4k.yaml d=4k.img
status_is 0 "a gpt with sectors of 4096 bytes"

# Usage.
run vt-verify --config good/flat.yaml
refused 2 "expected the disks' images as ID=IMAGE" "no image"
run vt-verify --config good/flat.yaml good/flat.img
refused 2 "expected ID=IMAGE, not 'good/flat.img'" "no id"
run vt-verify --config two.yaml sda=good/flat.img
refused 2 "'two.yaml' has no disk with the id 'sda'; its disks: flat, other$" \
	"an id that no disk has"
run vt-verify --config good/flat.yaml root=good/flat.img
refused 2 ".*no disk with the id 'root'" "an id of another entry"
run vt-verify --config good/flat.yaml flat=good/flat.img flat=good/raid.img
refused 2 "disk 'flat' has two images" "a disk twice"
run vt-verify --config good/flat.yaml flat=
refused 2 "disk 'flat': expected an image" "an empty name"
run vt-verify --failed=install --config good/flat.yaml flat=good/flat.img
refused 2 "--config and --failed exclude each other" "--failed, too"
run vt-verify --config absent.yaml flat=good/flat.img
refused 2 ".*absent.yaml" "no config"
echo 'storage: {version: 1, config: [{id: x, type: disc}]}' >bad.yaml
run vt-verify --config bad.yaml x=good/flat.img
refused 2 "bad.yaml:1:" "a bad config"
echo 'stages: []' >other.yaml
run vt-verify --config other.yaml x=good/flat.img
refused 2 "'other.yaml' has no disk" "no section 'storage'"
mkfifo fifo
for row in "absent:cannot read 'absent'" ".:'\\.' is not a regular file" \
	"fifo:'fifo' is not a regular file" "-:.*standard input" \
	"/dev/null:'/dev/null' is not a regular file"; do
	checked flat flat good/flat.yaml "${row%%:*}"
	refused 2 "${row#*:}" "image '${row%%:*}'"
done

# Hostile names.
run vt-verify --config none.yaml a=b=good/flat.img
fails "format fs fstype" "an id with a '='"
esc=$(printf 'e\033[31m\nx.img')
cp --sparse=always good/flat.img "$esc"
want flat 's/label: os/label: other/'
checked flat flat asked.yaml "$esc"
fails "format root label" "a name with an escape sequence"
[ "$(tr -d '\n' <out | tr -d '[:print:]\t' | wc -c)" -eq 0 ]
result $? "which is not printed"
is "$(grep -c '^x.img' out err | tr '\n' ' ')" "out:0 err:0 " "nor its newline"
printf 'storage: {version: 1, config: [{id: "d\\e[1m", type: disk, serial: s}]}\n' \
	>esc.yaml
run vt-verify --config esc.yaml x=good/flat.img
refused 2 ".*its disks: d" "an id with an escape sequence"
[ "$(tr -d '\n' <err | tr -d '[:print:]\t' | wc -c)" -eq 0 ]
result $? "which is not printed"
done_testing

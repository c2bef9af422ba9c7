#!/bin/sh
# vt-rules list and --plan; releases, pairwise, chains of definitions; what a
# storage config needs, and what is wrong with one.
. "$(dirname "$0")/rules-lib.sh"
list() { run "$work/bin/vt-rules" list "$@"; }

cp "$top/examples/releases.yaml" .
cat >m.yaml <<'Y'
conf_file: tests/c.yaml
releases: [focal, jammy, centos70-from-focal]
matrix:
  uefi: [true, false]
  disk_driver: [virtio-blk, nvme, scsi-hd]
  mem: [1024, 2048]
  disk_block_size: [512, 4096]
pairwise: true
Y
list m.yaml
n=$(wc -l <"$work/out")
ok "$n of 72 combinations" test "$n" -ge 9 -a "$n" -le 14
list -o json m.yaml
python3 - "$work/out" >missing <<'P'
import itertools, json, sys
tests = json.load(open(sys.argv[1]))
axes = {"releases": ["focal", "jammy", "centos70-from-focal"],
        "uefi": [True, False], "mem": [1024, 2048],
        "disk_driver": ["virtio-blk", "nvme", "scsi-hd"],
        "disk_block_size": [512, 4096]}
for a, b in itertools.combinations(axes, 2):
    for x, y in itertools.product(axes[a], axes[b]):
        if not any(t[a] == x and t[b] == y for t in tests):
            print(a, x, b, y)
P
is "$(cat missing)" "" "every two values meet"
cp "$work/out" first
list -o json m.yaml
ok "the same ones each time" cmp first "$work/out"
sed -i '/pairwise/d' m.yaml
list m.yaml
is "$(wc -l <"$work/out")" 72 "without pairwise: all"
has "$work/out" '^m@centos70-from-focal\+uefi-true\+' "a row has its name in the test's"
echo 'matrix: {mem: [64, 65]}
conf_file: tests/c.yaml
pairwise: true' >p.yaml
list p.yaml
is "$(wc -l <"$work/out")" 2 "one axis: all of its values"
bad 'pairwise: true' "2:11: .*matrix" "pairwise of nothing"
bad 'matrix: {mem: [64, 64]}' "2:20: '64' is listed twice" "a value twice"
bad 'matrix: {extends: [a, b]}' "2:10: .*cannot be a key of a matrix" "a key that cannot vary"

# Rows
row() { list -o "{$1}" "$2"; cat "$work/out"; }
printf 'conf_file: tests/c.yaml\nreleases: trusty-hwe-u\n' >r.yaml
is "$(row name r.yaml)$(row krel r.yaml)$(row release r.yaml)" rutopictrusty \
	"a single row: keys, and no new name; rows extend rows"
printf 'extends: r\nreleases: [focal]\n' >r2.yaml
is "$(row name r2.yaml)" r2@focal "a list of one is a list"
printf 'release: bookworm\nconf_file: tests/c.yaml\n' >r.yaml
is "$(row release r2.yaml)" focal "a row wins over what is inherited"
bad 'releases: [focla]' "2:12: unknown release 'focla': not in 'releases.yaml': did you mean 'focal'" "no such row"
bad 'releases: focal
release: jammy' "3:10: 'release' is set both here and by" "said twice"
echo 'x: {mem: 3}' >>releases.yaml
printf 'conf_file: tests/c.yaml\nreleases: x\n' >c.yaml
run "$work/bin/vt-rules" --check c.yaml
has "$work/err" "releases.yaml:[0-9]+:5: unknown key 'mem'" "a row has no machine"
echo 'a: {extends: b}
b: {extends: a}' >>releases.yaml
printf 'conf_file: tests/c.yaml\nreleases: a\n' >c.yaml
run "$work/bin/vt-rules" --check c.yaml
status_is 2 "a cycle of rows"
rm -f c.yaml r.yaml r2.yaml
for r in $(sed -n 's/^\([a-z][a-z0-9-]*\):.*/\1/p' "$top/examples/releases.yaml"); do
	printf 'conf_file: tests/c.yaml\nreleases: %s\n' "$r" >r.yaml
	"$work/bin/vt-rules" --check r.yaml 2>&1
done >rows
is "$(cat rows)" "" "every row of examples/releases.yaml can be used"

# Chains: the nearest word wins, null takes back, lists are replaced
echo 'conf_file: tests/c.yaml
mem: 100
extra_disks: [1G, 2G]
nr_cpus: 3
verify: [{file: a, exists: true}]' >_0.yaml
for i in 1 2 3 4 5 6 7 8 9; do
	echo "extends: _$((i - 1))" >_$i.yaml
done
echo 'mem: 200' >>_4.yaml
echo 'extra_disks: [3G]' >>_5.yaml
echo 'nr_cpus: ~' >>_6.yaml
echo 'extends: _9
verify: [{file: b, exists: true}]' >deep.yaml
list -o '{mem} {extra_disks} {nr_cpus} {verify}' deep.yaml
is "$(cat "$work/out")" "200 3G 2 file:a,exists:true,file:b,exists:true" \
	"a chain of ten"

# Filters
rm -f ./*.yaml
printf 'conf_file: tests/c.yaml\nrelease: bookworm\narch: amd64\n' >x.yaml
printf 'extends: x\narch: i386\nuefi: true\n' >y.yaml
cp tests/c.yaml tests/raid-z.yaml
names() {
	list "$@" . -c tests
	tr '\n' ' ' <"$work/out"
}
is "$(names)" "x y raid-z " "definitions and configs"
is "$(names release=bookworm)" "x y raid-z " "release=bookworm"
is "$(names arch!=i386)" "x raid-z " "arch!=i386"
is "$(names conf_file~raid)" "raid-z " "conf_file~raid"
is "$(names 'conf_file!~raid')" "x y " "!~"
is "$(names uefi=true firmware=uefi)" "y " "what follows from the config too"
is "$(names --filter='kind=definition arch=amd64')" "x " "--filter"
is "$(names skip=)" "x y raid-z " "what is not there is empty"
list relase=x .
status_is 2 "an attribute that there is not"
has "$work/err" "did you mean 'release'" "is told"
list 'name~(' .
status_is 2 "a bad ERE"
list 'name!~x\d' .
status_is 2 "an escape that POSIX does not know"
has "$work/err" "write \[0-9\]" "... says what to write"
list -o table .
has "$work/out" '^name +release +target_release +arch' "a table"
list -o yaml name=x .
has "$work/out" '^- name: x' yaml
list -o '{name' .
status_is 2 "a bad format"
list -o '{nmae}' name=none .
status_is 2 "or attribute in it, even if no test is shown"

# What a config needs
need_of() { # ENTRIES: the sizes of the disks in MiB
	printf 'storage:\n  version: 1\n  config:\n' >tests/n.yaml
	printf '    - %s\n' "$@" >>tests/n.yaml
	run "$work/bin/vt-rules" -p tests/n.yaml
	python3 -c '
import sys, yaml
print(*[d["size"] >> 30 for d in yaml.safe_load(sys.stdin)["install/vm.yaml"]["disks"]])' \
		<"$work/out" 2>/dev/null || cat "$work/err"
}
D1='{id: a, type: disk, serial: a}' D2='{id: b, type: disk, serial: b}'
VG='{id: v, type: lvm_volgroup, name: v, devices: [a, b]}'
is "$(need_of "$D1" "$D2" "$VG" '{id: l, type: lvm_partition, volgroup: v, name: l, size: 40G}')" \
	"21 21" "logical volumes"
is "$(need_of "$D1" "$D2" '{id: r, type: raid, name: r, raidlevel: 1, devices: [a, b], ptable: gpt}' \
	'{id: p, type: partition, device: r, size: 20G}')" "21 21" "a mirror"
is "$(need_of "$D1" "$D2" '{id: r, type: raid, name: r, raidlevel: 0, devices: [a, b], ptable: gpt}' \
	'{id: p, type: partition, device: r, size: 40G}')" "21 21" "a stripe"
is "$(need_of "$D1" "$D2" '{id: r, type: bcache, name: r, backing_device: a, cache_device: b, ptable: gpt}' \
	'{id: p, type: partition, device: r, size: 20G}')" "21 5" "bcache"
PA='{id: pa, type: partition, device: a, size: 2G}'
has_need() { # ERE NAME ENTRIES
	ere=$1 name=$2
	shift 2
	need_of "$@" >/dev/null
	has "$work/err" "n.yaml:$ere" "$name"
}
has_need "6:7: lvm_volgroup 'v': what lies on it needs 3073 MiB, but it has 2048" "volumes that do not fit" \
	"{id: a, type: disk, serial: a, ptable: gpt}" "$PA" '{id: v, type: lvm_volgroup, name: v, devices: [pa]}' \
	'{id: l, type: lvm_partition, volgroup: v, name: l, size: 3G}'
has_need "5:.*'v': its devices 'c'" "a dangling member" "$D1" \
	'{id: v, type: lvm_volgroup, name: v, devices: [a, c]}'
has_need "[0-9]+:[0-9]+: raid '[xy]': it is made of itself" "a cycle" "$D1" \
	'{id: x, type: raid, name: x, raidlevel: 1, devices: [y, a]}' \
	'{id: y, type: raid, name: y, raidlevel: 1, devices: [x, a]}'
# Disks are where the config names them
disks_of() { # VERSION ENTRIES: DRIVER[:IDENTITY] of each disk, * if it boots
	version=$1
	shift
	{ printf 'storage:\n  version: %s\n  config:\n' "$version" &&
		printf '    - %s\n' "$@"; } >tests/n.yaml
	run "$work/bin/vt-rules" -p tests/n.yaml
	python3 -c '
import sys, yaml
plan = yaml.safe_load(sys.stdin)
entries = {e["image"]: e["id"] for e in (plan["verify.yaml"].get("storage") or {}).get("disks", [])}
print(*[entries.get(d["path"], "-") + ":" + d["driver"] + ":" + (d.get("wwn") or d.get("serial") or "")
    + "*" * d.get("boots", False) + "x%d" % d.get("paths", 0) * ("paths" in d)
    for d in plan["install/vm.yaml"]["disks"]])' <"$work/out" 2>/dev/null ||
		sed 's/.*n.yaml:/n.yaml:/' "$work/err"
}
P='{id: p, type: disk, path: '
is "$(disks_of 1 "$D1" "$P/dev/vdb}")" 'p:virtio-blk: a:virtio-blk:a' \
	'a path: the first disk'
is "$(disks_of 1 "$D1" "$P/dev/vdc}")" 'a:virtio-blk:a p:virtio-blk:' 'the second'
is "$(disks_of 1 "$P/dev/vdc}")" '-:virtio-blk: p:virtio-blk:' \
	'and one before it that nobody asked for'
is "$(disks_of 1 "$D1" "$P/dev/sdb}" '{id: q, type: disk, path: /dev/sda}')" \
	'a:virtio-blk:a q:scsi-hd: p:scsi-hd:' 'SCSI disks'
is "$(disks_of 1 "$P/dev/nvme1n1}" '{id: n, type: disk, serial: nvme-a}')" \
	'n:nvme:nvme-a p:nvme:nvme_disk_1.img' 'NVMe disks'
is "$(disks_of 2 '{id: p, type: disk, serial: s, path: /dev/sda}' "$D1")" \
	'p:scsi-hd:s a:virtio-blk:a' 'version 2: serial and path are one disk'
is "$(disks_of 1 "{id: p, type: disk, serial: s, path: /dev/disk/by-path/pci-1}")" \
	'p:virtio-blk:s' 'version 1: a serial is enough'
is "$(disks_of 1 "$P/dev/disk/by-id/virtio-x}" "{id: q, type: disk, path: /dev/disk/by-id/wwn-0x5000c5000000ab01}")" \
	'p:virtio-blk:x q:scsi-hd:0x5000c5000000ab01' 'by-id names of a disk'
is "$(disks_of 1 "$P/dev/disk/by-id/nvme-eui.0123456789abcdef}")" \
	'p:nvme:eui.0123456789abcdef' 'of an NVMe disk'
is "$(disks_of 1 "$P/dev/mapper/mpatha, ptable: gpt}")" \
	'p:scsi-hd:install_disk.imgx2' 'a multipath map: two paths'
is "$(disks_of 1 "$D1" '{id: b, type: disk, serial: b, grub_device: true}')" \
	'a:virtio-blk:a b:virtio-blk:b*' 'the disk with GRUB boots'
has_refusal() { # VERSION ERE NAME ENTRIES
	version=$1 ere=$2 name=$3
	shift 3
	disks_of "$version" "$@" >"$work/refusal"
	has "$work/refusal" "^n.yaml:$ere" "$name"
}
has_refusal 1 "4:33: .* this is the install image, and the first disk is /dev/vdb" \
	'the install image' "$P/dev/vda}"
has_refusal 1 "4:33: .*use 'serial'" 'a by-path name' "$P/dev/disk/by-path/pci-1}"
has_refusal 1 "4:33: .*use 'serial'" 'a by-id name of no driver' \
	"$P/dev/disk/by-id/ata-QEMU_HARDDISK_1}"
has_refusal 1 "4:33: .*no disk '/dev/xvdb'" 'another kernel name' "$P/dev/xvdb}"
has_refusal 1 "5:33: .*its path is that of disk 'p'" 'one path twice' \
	"$P/dev/vdb}" '{id: q, type: disk, path: /dev/vdb}'
long=0x600508b1001c7e7ea3f0a1b2c3d4e5f6
is "$(disks_of 1 "{id: p, type: disk, wwn: '$long', serial: s}")" \
	'p:virtio-blk:s' 'version 1: a wwn of 128 bits beside a serial'
has_refusal 2 '4:32: .*64 bits long' 'version 2' \
	"{id: p, type: disk, wwn: '$long', serial: s}"
has_refusal 1 '4:33: .*64 bits long' 'a by-id name with one' \
	"$P/dev/disk/by-id/wwn-$long}"
is "$(disks_of 1 "$P/dev/disk/by-id/dm-uuid-mpath-35000c5000000ab01}")" \
	'p:scsi-hd:0x5000c5000000ab01x2' 'a multipath map by its wwn'
has_refusal 1 '4:33: .*multipath' 'a map with another name' \
	"$P/dev/disk/by-id/dm-name-data}"
has_refusal 1 '4:32: .*64 bits long' 'a wwn of 128 bits' \
	"{id: p, type: disk, wwn: '0x600508b1001c7e7ea3f0a1b2c3d4e5f6'}"

has_need "5:.*id 'a' is already that of line 4" "an id twice" "$D1" "$D1"
# Which of it is carried out, and what a person should know
carried() { # SECTION YES-OR-NO NAME
	{ printf 'storage:\n  version: 1\n  config:\n    - %s\n%s\n' \
		"{id: a, type: disk, serial: a, ptable: gpt}" "$1"; } >tests/n.yaml
	run "$work/bin/vt-rules" -p tests/n.yaml
	if [ "$2" = yes ]; then
		hasnt "$work/out" 'is not carried out' "carried out: $3"
	else
		has "$work/out" 'is not carried out' "not carried out: $3"
	fi
	is "$(grep -c '^  storage:' "$work/out")" "$([ "$2" = yes ] && echo 1 || echo 0)" \
		'  and expected accordingly'
}
commands='partitioning_commands:'
carried '' yes 'without commands'
carried "$commands {builtin: [curtin, block-meta, custom]}" yes 'as MAAS writes it'
carried "$commands {builtin: [curtin, block-meta, simple]}" yes 'the default'
carried "$commands {builtin: curtin block-meta custom}" yes 'as a text'
carried "$commands {00_note: [sh, -c, 'true']}" yes 'one command more'
carried "$commands {builtin: [], mine: [curtin, block-meta, custom]}" yes \
	'by another name'
carried "$commands {builtin: [curtin, block-meta, --force-mode, custom]}" yes \
	'a forced mode that is custom'
carried "$commands {builtin: [curtin, block-meta, --force-mode, simple]}" no \
	'another mode'
carried "$commands {builtin: []}" no 'no command'
carried "$commands {builtin: [./mine]}" no 'another program'
carried "sources: {00: {type: dd-xz, uri: 'http://x/y.xz'}}" no 'a disk image'
carried "sources: {00: {type: tgz, uri: 'http://x/y.tgz'}}" yes 'a root file system'
need_of '{id: a, type: disk, serial: a, ptable: gpt, preserve: true}' \
	'{id: p, type: partition, device: a, size: 1M, flag: bios_grub, preserve: true}' \
	'{id: c, type: dm_crypt, volume: p, key: x}' \
	'{id: u, type: dm_crypt, volume: p, keyfile: /dev/urandom}' >/dev/null
sed "/^test.yaml:/,\$d; s/''/'/g" "$work/out" | tr -s ' \n' ' ' >"$work/line"
has "$work/line" "disk 'a' is preserved: it must be there before the install, with the partitions 1 \(1048576 bytes, flag bios_grub\)" \
	'a note of what is preserved'
has "$work/line" "dm_crypt 'c': the booted system asks for its passphrase" \
	'a note of a passphrase'
hasnt "$work/line" "dm_crypt 'u'" 'not of a random key'
printf 'swap: {size: 512M, maxsize: 256M, filename: swp}\n' >tests/w.yaml
run "$work/bin/vt-rules" -p tests/w.yaml
has "$work/out" "fstab: /swp none swap sw" 'a swap file is expected'
has "$work/out" 'size: 536870912' '  of its size, whatever maxsize is'
hasnt "$work/out" 'maxsize:|optional' '  which is only read without a size'
# swap SECTION ERE WHAT: what is expected of the swap file
swap() {
	printf 'storage: {version: 1, config: [%s]}\nswap: %s\n' \
		"{id: d, type: disk, serial: d}, {id: f, type: format, volume: d, fstype: btrfs}, {id: m, type: mount, device: f, path: /b}" \
		"$1" >tests/w.yaml
	run "$work/bin/vt-rules" -p tests/w.yaml
	has "$work/out" "$2" "$3"
}
for none in '{size: 0}' '{size: 0G}' '{size: false}' '{maxsize: 0}' '' '{}' \
	false 0; do
	swap "$none" 'absent: /swap\.img' "a swap file is absent: $none"
done
hasnt "$work/out" 'none swap' '  and no line is expected'
swap '{size: 0, filename: b/s}' 'absent: /b/s' 'by its name'
swap '{maxsize: 3G}' "maxsize: $((3 << 30))" 'a chosen size has a limit'
has "$work/out" "optional: 'there is none: without" '  if there is a file'
hasnt "$work/out" ' size: 3221225472$' '  and no size'
swap '{filename: x}' "maxsize: $((8 << 30))" "the installer's own limit"
has "$work/out" 'fstab: /x none swap sw' '  of that file'
swap '{size: 1G, filename: /b/s}' "optional: 'there is none: on btrfs" \
	'a swap file on btrfs'
swap '{size: 1G, filename: /b/s, force: true}' 'fstab: /b/s' 'forced'
hasnt "$work/out" optional '  it is made'
swap '{size: 1G, filename: /bs}' 'fstab: /bs none' 'a file beside the btrfs'
hasnt "$work/out" optional '  is made'
printf 'swap: {size: 512}\n' >tests/w.yaml
run "$work/bin/vt-rules" -p tests/w.yaml
has "$work/err" 'w.yaml:1:14: the swap file is smaller than 1 MiB' \
	'a size without a unit'
printf 'swap: {size: 30G}\n' >tests/w.yaml
run "$work/bin/vt-rules" -p tests/w.yaml
has "$work/out" "size: $((40 << 30))" "a swap file counts"
has "$work/out" "the config is a fragment" "a fragment is called one"
printf 'network: {version: 1, config: []}\n' >tests/w.yaml
run "$work/bin/vt-rules" -p tests/w.yaml
has "$work/out" "the config has no storage" "no disks: a note"
need_of "$D1" '{id: m, type: mount, spec: none, path: /t, fstype: tmpfs, options: size=1M}' >/dev/null
has "$work/out" "fstab: none /t tmpfs size=1M" "a mount by spec has a check"

done_testing

#!/bin/sh
# disks_from: a test that starts from another test's finished disks. What
# vt-rules writes and refuses, what make runs, the overlays of vt-launch and of
# the boot phase, what vt-verify reads of them, and what keep rules leave.
. "$(dirname "$0")/rules-lib.sh"
need make qemu-img qemu-io sfdisk jq
T=$work/t
export XDG_CACHE_HOME="$work/cache" XDG_RUNTIME_DIR="$work" VT_ACCEL=tcg \
	VT_TEST_HOST_MIB=100000 PATH="$work/fake:$PATH"
mkdir "$work/fake"
for machine in x86_64 aarch64; do
	ln -s "$top/t/tools/fake-qemu.py" "$work/fake/qemu-system-$machine"
done
for f in boot-kernel boot-initrd squashfs; do : >"$work/images/$f"; done
export FAKE_SAYS="echo 'curtin: Installation finished.'"

# disks SERIAL...: a config with these disks
disks() {
	printf 'storage:\n  version: 1\n  config:\n'
	for s; do echo "    - {id: $s, type: disk, serial: $s, ptable: gpt}"; done
}
disks x y >tests/xy.yaml
disks y z new >tests/yz.yaml
echo '    - {id: p1, type: partition, device: y, number: 1, size: 8M}' \
	>>tests/yz.yaml
def() { # NAME CONFIG LINES...
	name=$1 config=$2
	shift 2
	{
		echo "conf_file: tests/$config.yaml"
		printf '%s\n' "$@"
	} >"$name.yaml"
}
rules() { run "$work/bin/vt-rules" -t "$T" .; }
refused() { # ERE NAME
	run "$work/bin/vt-rules" --check .
	status_is 2 "$2"
	has "$work/err" "$1" "  $1"
}
disk() { # TEST NUMBER KEY: of install/vm.yaml
	python3 -c '
import sys, yaml
print(yaml.safe_load(open(sys.argv[1]))["disks"][int(sys.argv[2])].get(sys.argv[3]))' \
		"$T/$1/install/vm.yaml" "$2" "$3"
}

# --- which disk is which
def a xy 'extra_disks: [6G]'
def b yz 'disks_from: a' 'extra_disks: [2G, 8G]'
rules
status_is 0 "a test with the disks of another"
is "$(disk b 0 base)" ../a/disks/extra_disk_0.img \
	"the disk with the same serial, though it is the other's second"
is "$(disk b 1 base)" ../a/disks/install_disk.img \
	"the first that is left, for one with another serial"
is "$(disk b 2 base)" None "a third is new"
is "$(disk b 0 format) $(disk b 1 format) $(disk b 2 format)" \
	"qcow2 qcow2 None" "  the first two are overlays"
is "$(disk b 0 size) $(disk b 1 size)" "10737418240 10737418240" \
	"a disk is as large as it must be, and at least as it was"
has "$T/b/verify.yaml" 'overlay: true' "vt-verify knows"
hasnt "$T/a/verify.yaml" 'overlay:' "  not of the other test"
is "$(cat "$T/a/disks_for")" b "the other test knows, too"
is "$(prerequisites "$T/tests.mk" "$T/b/install.done" | tr ' ' '\n' |
	grep -c "^$T/a/install.done$")" 1 \
	"make installs the other first, and does not boot it"

def c xy 'disks_from: b' 'disk_driver: scsi-hd'
rules
is "$(disk c 0 base) $(disk c 0 base_format)" "../b/disks/extra_disk_0.img qcow2" \
	"a chain of three"
def c xy 'disks_from: b' 'iscsi_disks: [{size: 1G}]' "extra_disks: []"
rules
is "$(disk c 1 driver) $(disk c 1 format)" "iscsi None" \
	"an iSCSI disk is a copy, since tgtd reads raw images only"
def d xy 'disks_from: c' 'extra_disks: [5G]'
rules
is "$(disk d 1 base_format)" raw "  on which an overlay can be"
rm d.yaml c.yaml

# --- firmware and TPM
keys() { sed -n "s/^\($1\): //p" "$T/b/install/vm.yaml"; }
for row in 'true true ../a/disks/ovmf_vars.fd' 'true false' 'false true'; do
	set -- $row
	def a xy "uefi: $1" "tpm: $1"
	def b yz 'disks_from: a' "uefi: $2" "tpm: $2"
	rules
	is "$(keys nvram_from)" "${3:-}" "UEFI variables: $1, then $2"
	is "$(keys tpm_from)" "${3:+../a/disks/tpm}" "  TPM"
done
def a xy 'uefi: true'
def b yz 'disks_from: a' 'secure_boot: true'
rules
is "$(keys nvram_from)" "" "not those of another firmware"

# --- what is refused
at='b.yaml:2:13: '
def a xy
def b yz 'disks_from: aa'
refused "${at}there is no test 'aa': did you mean 'a'" "an unknown test"
def b yz 'disks_from: b'
refused "${at}'disks_from' has a cycle through 'b'" "its own disks"
def b yz 'disks_from: a'
def a xy 'disks_from: c'
def c xy 'disks_from: a'
refused "[ab].yaml:2:13: 'disks_from' has a cycle through" "a longer cycle"
rm c.yaml
def a xy 'interactive: true'
refused "${at}test 'a' is skipped: the test is interactive" "a skipped test"
def b yz 'disks_from: a' 'interactive: true'
ok "  unless it is skipped itself" "$work/bin/vt-rules" --check .
def b yz 'disks_from: a'
def a xy 'arch: arm64'
def b yz 'disks_from: a' 'arch: amd64'
refused "${at}test 'a' has the architecture arm64, not amd64" \
	"another architecture"
def a xy 'disk_block_size: 4096'
def b yz 'disks_from: a'
refused "${at}the disks of test 'a' have blocks of 4096 bytes, not 512" \
	"another block size"
mkdir bare && echo 'storage: {version: 1, config: [{type: disk}]}' >bare/bad.yaml
def a xy
def b yz 'disks_from: bad'
run "$work/bin/vt-rules" --check -c bare b.yaml
has "$work/err" "${at}cannot use the disks of test 'bad': bare/bad.yaml:1:" \
	"a bare config that cannot be run"
rm -r bare
def b yz 'disks_from: [a]'
refused 'b.yaml:2:13: ' "a list"

# --- vt-launch and the boot phase, with a script in place of QEMU
def a xy 'extra_disks: [64M]'
def b yz 'disks_from: a' 'extra_disks: [1M, 32M]'
rm -rf "$T"
rules
for tool in "$bin"/vt-*; do
	[ -e "$work/bin/${tool##*/}" ] || ln -s "$tool" "$work/bin/"
done
for t in a b; do
	echo '#cloud-config' >"$T/$t/install/user-data"
	echo "instance-id: $t" >"$T/$t/install/meta-data"
done
run vt-launch "$T/b"
status_is 2 "the other test's disks are not there"
has "$work/err" 'vm.yaml:[0-9:]+: .*a/disks/extra_disk_0.img. is missing: run the' \
	"  the message names one"
ok "  no disk is made" test ! -e "$T/b/disks/install_disk.img"
run vt-launch "$T/a"
status_is 0 "the first install"
printf 'label: gpt\n,8M\n' | sfdisk -q "$T/a/disks/extra_disk_0.img"
state() { stat -c '%n %y %b' "$T"/a/disks/*.img; } # an image is not written
before=$(state)
run vt-launch "$T/b"
status_is 0 "the second install"
info() { qemu-img info --output=json "$1" | jq -r "$2"; }
img=$T/b/disks/install_disk.img
is "$(info "$img" '."backing-filename"')" ../../a/disks/extra_disk_0.img \
	"its disk is an overlay, by a relative name"
is "$(info "$img" '."backing-filename-format"')" raw "  whose format is said"
is "$(info "$img" '."virtual-size"')" 10737418240 "  larger than its base"
is "$(info "$T/b/disks/extra_disk_1.img" .format)" raw "the third is empty"
: >"$T/b/boot/seed.img"
run vt-xkvm --dry-run "$T/b"
has "$work/out" 'driver=qcow2,.*boot/install_disk.qcow2' "boot: an overlay"
run vt-xkvm "$T/b"
status_is 0 "the boot phase runs on it"
is "$(info "$T/b/boot/install_disk.qcow2" '."backing-filename-format"')" qcow2 \
	"  on a qcow2 image"
ok "  through which all bases can be read" qemu-io -r -c 'read 0 1M' \
	"$T/b/boot/install_disk.qcow2"

# --- what is verified is the overlay's content
mkdir -p "$T/b/collect"
answer() { # of the check of the first disk's table
	run vt-verify "$T/b"
	jq -r '.checks[] | select(.name == "disk y ptable") |
		"\(.status) \(.found)"' "$T/b/result.json"
}
is "$(answer)" "ok gpt" "the table of the other test is seen"
qemu-io -c 'write -P 0 0 1M' "$img" >/dev/null
is "$(answer)" "not ok no partition table" "one that the install removed is not"
is "$(state)" "$before" "the other test's disks are unchanged"
mv "$T/a/disks" "$T/a/away"
run vt-verify "$T/b"
jq -r '.checks[] | select(.name | startswith("disk y")) | .error, .found' \
	"$T/b/result.json" >"$work/said"
has "$work/said" "cannot read backing file '.*a/disks/extra_disk_0.img'" \
	"without them it is said what is missing"
mv "$T/a/away" "$T/a/disks"

# --- the history: a failure, then success with other disks is not unsteady
sum_of() { tail -n 1 "$T/b/history" | awk '{ print $4 }'; }
run vt-verify "$T/b"
sum=$(sum_of)
echo '# another' >>"$T/a/install/vm.yaml"
run vt-verify "$T/b"
ok "the inputs of the other test count in the history" test "$(sum_of)" != "$sum"

# --- keep rules
keep() { VT_KEEP_DATA_PASS=none VT_KEEP_DATA_FAIL=none run vt-verify "$T/$1"; }
rm -f "$T/b/result.json"
mkdir -p "$T/a/collect"
keep a
ok "disks that a test without a result starts from are kept" \
	test -e "$T/a/disks/install_disk.img"
VT_TAR_DISKS=1 run vt-verify "$T/a"
ok "  and no archive" test ! -e "$T/a/disks/disks.tar"
run vt-verify "$T/b"
keep a
ok "those of one that has disks on them as well" \
	test -e "$T/a/disks/install_disk.img"
keep b
ok "when its disks are dropped" test ! -e "$T/b/disks"
ok "  those below are, too" test ! -e "$T/a/disks"
ok "  and the stamp" test ! -e "$T/a/install.done"
rules
is "$(cat "$T/a/disks_for")" b "the list of a test's users"
rm b.yaml
mkdir "$T/b/disks"
rules
is "$(cat "$T/a/disks_for")" b "has a former one that still has disks"
rmdir "$T/b/disks"
rules
ok "and goes with the last" test ! -e "$T/a/disks_for"
done_testing

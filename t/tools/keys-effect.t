#!/bin/sh
# Every key of a definition does what it says: with it, a tool that reads the
# test shows what it does not show without it. (Values, defaults and what is
# refused: rules-keys.t.)
. "$(dirname "$0")/effect-lib.sh"
T=$work/t
mkdir "$work/fw" && : >"$work/fw/seabios"
printf '#!/bin/sh\n' >inst && chmod +x inst
echo 'early_commands: {mine: [a-dirty-one]}' >tests/mine.yaml
sed 's/disk-a/disk-z/' tests/c.yaml >tests/z.yaml
echo 'mem: 777' >parent.yaml
echo 'r1: {release: trixie}' >releases.yaml
export VT_UNSUPPORTED_UBUNTU=disco
beside='-c tests/z.yaml' # another test
later=$(date -d '9 days' +%F) host=$(uname -m)
other=arm64 machine=aarch64
[ "$host" != aarch64 ] || other=amd64 machine=x86_64

# key NAME: VALUE ; WHAT TO LOOK AT ; WHAT IS SEEN [; OTHER LINES, BOTH TIMES]
rows=
key() {
	line=${1%% ; *} rest=${1#* ; }
	what=${rest%% ; *} rest=${rest#* ; }
	ere=${rest%% ; *} both=
	[ "$rest" = "$ere" ] || both=${rest#* ; }
	name=${line%%:*}
	rows="$rows $name"
	look "$what" "$both" >"$work/before" 2>&1
	look "$what" "$both" "$line" >"$work/after" 2>&1
	seen "$line" "$ere" "$work/before" "$work/after"
}
# a network that needs a wire
{
	cat tests/c.yaml
	echo 'network: {version: 2, ethernets: {eth0: {addresses: [10.9.0.2/24]}}}'
} >tests/net.yaml
N='conf_file: tests/net.yaml'
K='expected_failure: true
verify: [{file: logs/install-serial.log, has_line: none}]'
U='distro: ubuntu
release: focal'
while read -r row <&3; do
	[ -z "$row" ] || key "$(eval "printf '%s' \"$row\"")"
done 3<<'ROWS'
add_repos: [ppa:a/b] ; pack ; source: ppa:a/b
answers: [{at: of-mine, say: x}] ; file boot/vm.yaml ; prompt: of-mine
arch: $other ; install ; ^qemu-system-$machine
arch_skip: [amd64, arm64] ; list {skip} ; ^arch_skip lists a
bios: $work/fw/seabios ; boot ; filename=[^ ]*/fw/seabios
boot_cloudconf: {packages: [pkg-of-mine]} ; seed ; pkg-of-mine
boots: 3 ; seed ; boot_again 3
boot_timeout: 77 ; file boot/vm.yaml ; ^timeout: 77
collect_scripts: [echo of-mine] ; seed ; of-mine
conf_file: tests/z.yaml ; pack ; serial: disk-z
conf_replace: {disk-a: disk-q} ; pack ; serial: disk-q
crashdump: true ; install ; -m 4096 .*crashkernel=
dirty_disk_config: tests/mine.yaml ; pack ; a-dirty-one ; dirty_disks: true
dirty_disks: true ; pack ; 01-dirty-disks
disk_block_size: 4096 ; boot ; disk0,serial=disk-a,logical_block_size=4096
disk_driver: nvme ; install ; -device nvme,
disk_to_check: [[main, 1]] ; verify ; dname main-part1
disks_from: z ; file install/vm.yaml ; base: ../z/disks/install_disk[.]img
distro: ubuntu ; asked ; os=ubuntu ; release: focal
ephemeral_ftype: root-image ; install ; rootfstype=ext4
expected_failure: true ; verify ; ^ok [0-9]+ - expected_failure
extends: parent ; install ; -m 777
extra_collect_scripts: [echo more-of-mine] ; seed ; more-of-mine
extra_disks: [3G] ; boot ; extra_disk_0[.]qcow2
extra_kern_args: of.mine=1 ; install ; of[.]mine=1
fatal_lines: {hung-task: off} ; verify ; ^ok [0-9]+ - install_log failures
fstab_expected: [[spec-of-mine, /b, c]] ; verify ; no line with 'spec-of-mine'
install_timeout: 78 ; file install/vm.yaml ; ^timeout: 78
grace: $later ; verify ; # TODO a new test ; $K
installer: inst ; file install/pack.yaml ; path: .*/d/inst
interactive: true ; list {skip} ; the test is interactive
iscsi_disks: [{size: 1G}] ; file install/vm.yaml ; driver: iscsi
kflavor: low ; asked ; kflavor=low ; $U
krel: jammy ; asked ; krel=jammy ; $U
matrix: {mem: [512, 600, 700]} ; count ; ^3
mem: 555 ; boot ; -m 555
multipath: true ; boot ; drive=disk0,.*drive=disk0,
multipath_num_paths: 3 ; boot ; (drive=disk0,.*){3} ; multipath: true
nr_cpus: 7 ; boot ; -smp 7
nvme_disks: [2G] ; boot ; -device nvme,
peer: {setup: of-mine} ; file boot/vm.yaml ; setup: of-mine ; $N
pairwise: true ; count ; ^4$ ; matrix: {uefi: [true, false], tpm: [true, false], mem: [512, 600]}
release: trixie ; asked ; release=trixie
releases: [r1] ; list {name} ; ^k@r1
secure_boot: true ; boot ; property=secure,value=on
skip_by_date: {bug: 1, fixby: $later, tests: [fstab]} ; verify ; ^ok [0-9]+ - fstab # SKIP .*bug 1
strict: true ; verify ; ^ok [0-9]+ - strict segfault
subarch: hwe-20.04 ; asked ; subarch=hwe-20.04
supported_releases: [disco] ; list [{skip}] ; ^\[\] ; release: disco
system_upgrade: true ; pack ; system_upgrade:
target_distro: centos ; asked ; os=centos
target_ftype: root-tgz ; file install/pack.yaml ; tgz:PUBURL/target/root-tgz ; target_release: trixie
target_kernel_package: linux-of-mine ; pack ; package: linux-of-mine
target_kflavor: tf ; asked ; kflavor=tf ; target_release: trixie
target_krel: tk ; asked ; krel=tk ; target_release: trixie
target_release: trixie ; file install/pack.yaml ; fsimage:PUBURL/target/squashfs
tpm: true ; boot ; tpm-[a-z]+,
uefi: true ; boot ; OVMF_CODE|AAVMF_CODE|QEMU_EFI
uplink: true ; file boot/vm.yaml ; name: uplink ; $N
upgrade_packages: [pkg-of-mine] ; pack ; pkg-of-mine
verify: [{file: file-of-mine, exists: true}] ; verify ; exists file-of-mine
warm: early ; file install/vm.yaml ; ^warm: early
wire: false ; file boot/vm.yaml ; net: user ; $N
ROWS

all_seen "$("$work/bin/vt-rules" --keys=man |
	sed -n 's/^\.It Ic \([a-z_]*\) .*/\1/p')" "$rows" keys
done_testing

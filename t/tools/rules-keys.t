#!/bin/sh
# Every key of a definition has an effect, and says where it is wrong.
. "$(dirname "$0")/rules-lib.sh"
install=install/vm.yaml boot=boot/vm.yaml

# What is not run
other=arm64
plan
skip=$(get "$install" arch)
plan "arch_skip: [$skip, s390x]"
is "$(get verify.yaml skip)" "arch_skip lists $skip" "arch_skip"
plan "arch_skip: s390x,ppc64el"
is "$(get verify.yaml skip)" None "arch_skip of others, as one text"
plan "arch: $other" 'target_distro: centos' 'target_release: centos70'
is "$(get verify.yaml skip)" "centos is supported on amd64 only, not on $other" \
	"CentOS is for amd64"
export VT_UNSUPPORTED_UBUNTU=eoan,disco
plan 'distro: ubuntu' 'release: disco'
is "$(get verify.yaml skip)" "release disco is out of support" \
	"a release out of support"
plan 'distro: ubuntu' 'release: disco' 'supported_releases: [disco]'
is "$(get verify.yaml skip)" None "supported_releases"
unset VT_UNSUPPORTED_UBUNTU
UNSUPPORTED_UBUNTU='x focal' && export UNSUPPORTED_UBUNTU
plan 'distro: ubuntu' 'release: focal'
is "$(get verify.yaml skip)" "release focal is out of support" \
	"the setting under the reference's name, with spaces"
unset UNSUPPORTED_UBUNTU
export VT_UNSUPPORTED_UBUNTU=none
plan 'interactive: true'
is "$(get verify.yaml skip)" \
	"the test is interactive: run 'make tests/k.install-console'" "interactive"
plan 'expected_failure: true'
is "$(get "$install" expected_failure)" True "expected_failure"

# skip_by_date
day() { date -d "$1 days" +%F; }
plan "skip_by_date: {bug: '1', fixby: $(day 5), install: false}"
is "$(get verify.yaml skip)" "skip_by_date: bug 1, fixby $(day 5), \
removeby $(day 26): install: false" "install: false before fixby; three weeks"
plan "skip_by_date: {bug: '1', fixby: $(day 0), install: false}"
is "$(get verify.yaml skip)" None "not on the day of fixby"
plan "skip_by_date: {bug: 1, fixby: $(day 5)}"
is "$(get "$install" forgive)" True \
	"all of it is a known failure: so is a phase that fails"
is "$(get "$install" expected_failure)" False "it need not fail"
is "$(get verify.yaml expected_failure)" False "but a pass is no failure"
plan "skip_by_date: {bug: 1, fixby: $(day 5), tests: [fstab]}"
is "$(get "$install" forgive)" None "a known failure of one check"
is "$(get verify.yaml collect_scripts)" "['common', 'dpkg']" "collect scripts"
is "$(get verify.yaml skip_by_date 0 tests)" "['fstab']" "is for vt-verify"
for bugs in 7 '3,7' '3 7' '*'; do
	export CURTIN_VMTEST_SKIP_BY_DATE_BUGS="$bugs"
	plan "skip_by_date: [{bug: 7, fixby: 2020-01-01, tests: [x]}]"
	has "$work/out" 'skip: .*bug 7.*SKIP_BY_DATE_BUGS' "SKIP_BY_DATE_BUGS=$bugs"
done
CURTIN_VMTEST_SKIP_BY_DATE_BUGS=77
plan "skip_by_date: [{bug: 7, fixby: 2020-01-01, tests: [x]}]"
is "$(get verify.yaml skip)" None "not another bug's"
unset CURTIN_VMTEST_SKIP_BY_DATE_BUGS

# A skip is a result, and no failure
T=$work/t
echo "skip_by_date: {bug: 1, fixby: $(day 5), install: false}" >s.yaml
echo 'conf_file: tests/c.yaml' >>s.yaml
run "$work/bin/vt-rules" -t "$T" s.yaml
has "$T/tests.mk" "VT_DAY := $(day 0)" "make knows that the day counts"
is "$(prerequisites "$T/tests.mk" "$T/s.done")" \
	"$T/s/verify.yaml | /vt-verify" "its rule is vt-verify"
has "$T/tests.mk" 'vt-verify --skip-is-done' "which takes a skip for done"
hasnt "$T/tests.mk" vt-launch "and nothing else"
run vt-verify "$T/s"
status_is 77 "vt-verify by hand says that it was skipped"
has "$T/s/result.json" '"status": *"skipped"' "so does its result"
has "$T/s/result.xml" '<skipped message=.*bug 1' "with the reason"
run vt-verify --skip-is-done "$T/s"
status_is 0 "to make it is no failure"
has "$T/s.done" skipped "and done"

# The machine
plan 'disk_driver: nvme' 'disk_block_size: 4096'
is "$(get "$install" disks 0 driver)$(get "$boot" disks 0 logical_block_size)" \
	nvme4096 "disk_driver, disk_block_size"
head -c 1048576 /dev/zero >"$work/mine.img"
plan "extra_disks: [2G, $work/mine.img]" 'nvme_disks: [1G]'
is "$(get "$install" disks 1 size)" 2147483648 "extra_disks"
is "$(get "$install" disks 2 from)" "$work/mine.img" "an image of the user's"
is "$(get "$install" disks 2 path)" disks/extra_disk_1.img "is copied"
is "$(get "$install" disks 3 driver)" nvme "nvme_disks"
bad "extra_disks: [/nowhere.img]" '2:15: no such file' "an image that is not there"
plan 'mem: 1024' 'nr_cpus: 3' 'crashdump: true'
is "$(get "$install" mem).$(get "$boot" cpus)" 3072.3 "mem, nr_cpus, crashdump"
plan 'multipath: true' 'multipath_num_paths: 4'
is "$(get "$boot" disks 0 paths).$(get "$boot" disks 0 driver)" 4.scsi-hd multipath
plan 'uefi: true'
is "$(get "$boot" firmware)" uefi uefi
plan 'tpm: true' 'secure_boot: true'
is "$(get "$boot" firmware).$(get "$boot" tpm)" secure-boot.disks/tpm "tpm, secure_boot"
plan 'install_timeout: 11' 'boot_timeout: 12'
is "$(get "$install" timeout).$(get "$boot" timeout)" 11.12 timeouts
plan 'extra_kern_args: "--- luks=no"'
has "$work/out" 'append: .* --- luks=no' extra_kern_args
plan "answers: [{at: 'Disk: \$', say: a b}, {at: x, phase: install, say: 007},
  {at: y, say_from: {config: [storage, config, sda, serial]}}]"
is "$(get "$boot" answers)" "[{'prompt': 'Disk: \$', 'say': 'a b'}, \
{'prompt': 'y', 'say': 'disk-a'}]" "answers at boot, one from the config"
is "$(get "$install" answers)" "[{'prompt': 'x', 'say': '007'}]" \
	"an answer for the installer"
is "$(get verify.yaml answers | grep -o "'phase': '[a-z]*'" | tr '\n' ' ')" \
	"'phase': 'boot' 'phase': 'install' 'phase': 'boot' " \
	"each must have been asked for"
is "$(get verify.yaml answers | grep -c "disk-a")" 0 "what was said is not needed"
plan 'fatal_lines: {hung-task: off}' 'iscsi_disks: [{size: 1G}]'
is "$(get "$install" disks 1 driver)" iscsi iscsi_disks
is "$(get "$install" verdict fatal)" "{'hung-task': False}" fatal_lines
: >"$work/fw"
plan "bios: $work/fw"
is "$(get "$boot" bios)" "$work/fw" bios

# Releases and images
plan 'distro: ubuntu' 'release: xenial'
has "$work/out" 'append: .*BOOTIF.* iscsi_auto' "iscsi_auto for old releases"
has "$work/bin/asked" 'os=ubuntu release=xenial .*krel=xenial kflavor=generic' \
	"krel and kflavor of Ubuntu"
plan 'distro: ubuntu' 'release: bionic' 'krel: x' 'kflavor: y' 'subarch: z'
hasnt "$work/out" iscsi_auto "not for newer ones"
has "$work/bin/asked" 'release=bionic.* krel=x kflavor=y subarch=z' "krel, kflavor, subarch"
plan 'ephemeral_ftype: root-image'
has "$work/out" 'rootfstype=ext4' ephemeral_ftype
bad 'ephemeral_ftype: floppy' '2:18: .*floppy.*squashfs' "no image to boot from"
is "$(get install/pack.yaml command -1)" cp:///media/root-ro \
	"the same release: copied"
source_of() {
	plan 'distro: ubuntu' 'release: focal' "target_release: $1" \
		"target_ftype: $2" "target_distro: $3" 'target_krel: tk' \
		'target_kflavor: tf'
	get install/pack.yaml command -1
}
is "$(source_of jammy squashfs ubuntu)" fsimage:PUBURL/target/squashfs "a squashfs"
is "$(source_of centos70 root-tgz centos)" tgz:PUBURL/target/root-tgz "a tar archive"
is "$(source_of uc20 root-image.xz ubuntu-core)" \
	dd-xz:PUBURL/target/root-image.xz "a disk"
has "$work/bin/asked" 'release=jammy .*krel=tk kflavor=tf' "target_krel, target_kflavor"

# Layers of the config; a copy of curtin reads them all
export VT_CURTIN_EXE="$work/curtin/bin/curtin"
plan 'distro: ubuntu' 'release: focal' 'target_distro: centos' \
	'target_release: centos70' 'target_ftype: root-tgz'
layers >l
has l 'hook_commands: \{builtin: null\}' "CentOS keeps its own kernel and GRUB"
has l 'ttyS0,115200' "on the serial console"
is "$(get "$boot" reboots)" True "and may reboot once"
plan 'distro: ubuntu' 'release: xenial' 'subarch: hwe-16.04'
layers >l
has l 'fallback-package: linux-image-generic-hwe-16.04' "the kernel of a subarch"
plan 'distro: ubuntu' 'release: xenial' 'subarch: ga-16.04'
layers >l
hasnt l '^kernel:' "none for ga"
plan 'distro: ubuntu' 'release: xenial' 'target_kernel_package: linux-x'
layers >l
has l '^  package: linux-x$' target_kernel_package
plan 'distro: ubuntu' 'release: xenial' \
	'target_kernel_package: "x}\nlate_commands: {a: [reboot]}"'
layers >l
has l '^    late_commands: \{a: ' "... is text, whatever is in it"
hasnt l '^late_commands' "... and not YAML"
plan 'dirty_disks: true'
layers >l
has l 'early_commands:' "dirty_disks"
has l 'block-meta --umount custom' "lays the disks out before the install"
echo 'early_commands: {a: [mine]}' >tests/mine.yaml
plan 'dirty_disks: true' 'dirty_disk_config: tests/mine.yaml'
layers >l
has l '/d/tests/mine.yaml' dirty_disk_config
hasnt l block-meta "instead of ours"
bad "dirty_disks: true
dirty_disk_config: no.yaml" '3:20: no such file' "one that is not there"
echo 'early_commands: {}' >tests/nodisk.yaml
plan 'mem: 512'
sed -i 's/c.yaml/nodisk.yaml/;2,$d' k.yaml && echo 'dirty_disks: true' >>k.yaml
run "$work/bin/vt-rules" --plan k.yaml
hasnt "$work/out" block-meta "not without a storage config"
plan 'add_repos: "ppa:a/b,proposed"'
layers >l
has l "add_repos_00:" "add_repos"
has l 'source: ppa:a/b' "the repository"
has l 'source: proposed' "and the pocket"
has l 'system_upgrade: \{enabled: true\}' "system_upgrade follows"
export VT_DEVEL_UBUNTU=bookworm
plan 'add_repos: [proposed]'
layers >l
hasnt l proposed "not of a release in development"
hasnt l system_upgrade "then nothing follows"
plan 'add_repos: [PROPOSED]'
layers >l
has l 'source: proposed' "unless it is shouted"
unset VT_DEVEL_UBUNTU
plan 'add_repos: [ppa:a/b]' 'system_upgrade: false'
layers >l
hasnt l system_upgrade: "system_upgrade: false"
plan 'system_upgrade: true'
layers >l
has l system_upgrade: "system_upgrade: true"
export VT_SYSTEM_UPGRADE=0
plan 'system_upgrade: true'
layers >l
hasnt l system_upgrade: "the setting wins"
export VT_SYSTEM_UPGRADE=auto VT_ADD_REPOS=ppa:e/f VT_UPGRADE_PACKAGES=p,q
plan 'upgrade_packages: [x]' 'add_repos: [ppa:a/b]'
layers >l
has l 'ppa:e/f' "ADD_REPOS over add_repos"
hasnt l 'ppa:a/b' "which is gone"
has l system_upgrade: "SYSTEM_UPGRADE=auto"
has l '^    - q' "UPGRADE_PACKAGES"
unset VT_SYSTEM_UPGRADE VT_ADD_REPOS VT_UPGRADE_PACKAGES
plan 'upgrade_packages: x y'
layers >l
has l 'install_pkg_00' upgrade_packages
export VT_APT_PROXY=http://proxy:3142
plan
layers >l
has l 'apt_proxy: http://proxy:3142' "the apt proxy"
export VT_APT_PROXY=
plan
layers >l
hasnt l apt_proxy "an empty setting: none"
echo 'x: 1' >extra.yaml
export VT_EXTRA_CONFIG=extra.yaml
plan
layers >l
has l '/extra.yaml' EXTRA_CONFIG
unset VT_EXTRA_CONFIG VT_CURTIN_EXE
printf '#!/bin/sh\n' >inst && chmod +x inst
for k in 'add_repos: [x]' 'dirty_disks: true' 'system_upgrade: true' \
	'upgrade_packages: x' 'target_kernel_package: x'; do
	bad "installer: inst
$k" "3:[0-9]+: '.*' requires an installer that reads curtin" \
		"$k is not lost on another installer"
done

# The config and the collecting
plan 'conf_replace: {3GB: 12GB}'
is "$(get "$install" disks 0 size)" $((13 << 30)) "conf_replace"
bad 'conf_replace: {33GB: 12GB}' "2:16: .*'33GB' does not occur in" \
	"conf_replace of what is not there"

# placeholders that nothing replaces
sed 's/fstype: ext4/fstype: __ROOT_FS__/' tests/c.yaml >tests/token.yaml
cat >>tests/token.yaml <<'Y'
late_commands: {a: [sh, -c, 'cat <<__END__']}
Y
run "$work/bin/vt-rules" --check -c tests/token.yaml
status_is 2 "a bare config with a placeholder cannot be run"
has "$work/err" "token\.yaml:6:50: '__ROOT_FS__' is a placeholder.*conf_replace" \
	"it is named with its place"
ok "but its plan is shown" "$work/bin/vt-rules" --plan tests/token.yaml
ok "and its coverage" "$work/bin/vt-rules" --coverage tests/token.yaml
printf 'conf_file: tests/token.yaml\nconf_replace: {__ROOT_FS__: xfs}\n' >token.yaml
ok "conf_replace replaces it; other words of a script are none" \
	"$work/bin/vt-rules" --check token.yaml
printf 'conf_file: tests/token.yaml\nconf_replace: {serial: serial}\n' >token.yaml
run "$work/bin/vt-rules" --check token.yaml
status_is 2 "a definition that does not replace it"
rm token.yaml tests/token.yaml

plan 'boot_cloudconf: {packages: [x]}' 'extra_collect_scripts: [echo e]'
is "$(get boot/seed.yaml cloudconf packages 0)" x boot_cloudconf
is "$(get boot/seed.yaml scripts 2 content)" 'echo e' extra_collect_scripts
plan 'collect_scripts: [echo c]'
is "$(get boot/seed.yaml scripts 0 content)" 'echo c' collect_scripts
plan 'fstab_expected: [[a, /b, c]]' 'disk_to_check: [[main, 1]]'
is "$(get verify.yaml fstab_expected 0 1)" /b fstab_expected
is "$(get test.yaml keys disk_to_check 0 0)" main disk_to_check
plan 'target_release: other' 'target_distro: debian'
is "$(get verify.yaml target release)" other "target_release"
plan 'verify: [{file: fstab, exists: true}]'
is "$(get verify.yaml checks 0 file)" fstab verify

# Where it is wrong
for k in 'bios: .' 'dirty_disk_config: .
dirty_disks: true' 'extra_disks: [/tmp]'; do
	bad "$k" "2:[0-9]+: .* is a directory" "a directory: ${k%:*}"
done
bad 'extends: .' "2:10: cannot extend .*no such definition" "nor is it a definition"
printf 'conf_file: .\n' >dot.yaml
run "$work/bin/vt-rules" --check dot.yaml
status_is 2 "nor a config"
has "$work/err" "dot.yaml:1:12: '.' is a directory" "as is said"
rm dot.yaml
bad 'disk_to_check: [[a]]' '2:17: expected \[name, partition\]' "half a pair"
bad 'disk_to_check: [[a, x]]' '2:21: ' "no number"
bad 'arch_skip: {a: b}' '2:12: ' "no list"
bad 'system_upgrade: maybe' '2:17: ' "no boolean"
bad "fatal_lines: {x: 'ttyS\\d'}" "2:18: .*write \\[0-9\\]" "an escape: fatal_lines"
bad 'answers: {at: a, say: b}' '2:10: expected a list' "answers: a map"
bad 'answers: [{at: a}]' "2:11: one of 'say' and 'say_from'" "... without a text"
bad 'answers: [{say: a}]' "2:11: 'at' is missing" "... without a prompt"
bad "answers: [{at: '', say: a}]" '2:16: .*every prompt' "... with an empty one"
bad "answers: [{at: 'a[', say: a}]" '2:16: .*expression' "... a bad pattern"
bad 'answers: [{at: a, say: b, phase: pack}]' "2:34: 'pack' is not a phase" "... a phase without a console"
bad 'answers: [{at: a, say: b, phase: [boot]}]' '2:34: expected' "... a list of them"
bad 'answers: [{at: a, say: b, says: c}]' "2:27: .*'says'" "... an unknown word"
bad 'answers: [{at: a, say: "b\nc"}]' '2:24: it cannot be typed: .*one line' "... two lines"
bad 'answers: [{at: a, say_from: {config: storage}}]' '2:38: expected .*\[KEY' "... a way that is no list"
bad 'answers: [{at: a, say_from: {config: [storage, confg, p1]}}]' "2:48: .* has no 'confg' there" "... one that leads nowhere"
bad 'answers: [{at: a, say_from: {config: [storage, config, p2, size]}}]' "2:56: .* has no 'p2' there" "... an entry that is not there"
bad 'answers: [{at: a, say_from: {config: [storage, config, p1]}}]' '2:56: .* has a map there' "... an entry, not its value"
bad "verify: [{file: a, not_matches: '[\\d]'}]" "2:33: .*write 0-9" "... in a check"
bad "installer: {path: x, success: 'a\\nb'}" "2:31: .*line feed" "... in success"
bad 'skip_by_date: {bug: 1}' "2:15: 'fixby' is missing" "no date"
bad 'skip_by_date: {bug: 1, fixby: 2026-02-30}' "2:31: '2026-02-30' is not a date" "a date that does not exist"
bad 'skip_by_date: {bug: 1, fixby: 2026-02-20, fixed: x}' '2:43: ' "an unknown word"
bad 'skip_by_date: {bug: 1, fixby: 2026-02-20, tests: fstab}' '2:50: ' "tests is a list"

# The firmware of ppc64el needs a partition that BIOS and UEFI do not
sed 's/size: 3GB/&, flag: prep/' tests/c.yaml >tests/prep.yaml
printf 'conf_file: tests/c.yaml\narch: ppc64el\n' >prep.yaml
run "$work/bin/vt-rules" --check prep.yaml
status_is 2 "ppc64el: no PReP partition"
has "$work/err" 'tests/c.yaml:4:7: .*ppc64el boots from a PReP.*flag: prep' \
	"says where, and what to do"
sed -i s/c.yaml/prep.yaml/ prep.yaml
run "$work/bin/vt-rules" --check prep.yaml
status_is 0 "with one"
plan 'arch: ppc64el' 'arch_skip: [ppc64el]'
is "$(get verify.yaml skip)" "arch_skip lists ppc64el" "skipped there"

# No key is passed over: all that --help has are known, and no other
for k in $("$work/bin/vt-rules" --help | sed -n '/^keys of/,/^$/s/^  \([a-z_]*\) .*/\1/p'); do
	echo "$k: ~" >n.yaml && echo 'conf_file: tests/c.yaml' >m.yaml
	[ "$k" = conf_file ] || cat m.yaml >>n.yaml
	"$work/bin/vt-rules" --check n.yaml 2>"$work/err" || [ "$k" = conf_file ] ||
		echo "$k: $(cat "$work/err")"
done >unknown
is "$(cat unknown)" "" "every key takes null"
bad 'dirty_disk: true' "2:1: .*dirty_disks" "a key that is nearly one"

done_testing

#!/bin/sh
# vt-rules: what definitions and bare configs become, and what is wrong with
# broken ones. vt-sync is a stub with two versions of a Debian image.
. "$(dirname "$0")/../lib.sh"

mkdir -p "$work/bin" "$work/images/streams/v1" "$work/d/tests"
cp "$bin/vt-rules" "$work/bin/"
cat >"$work/bin/vt-sync" <<'S'
#!/bin/sh
printf '%s\n' "$*" >>"${0%/*}/asked"
case $* in *release=none*) exit 1 ;; *release=broken*) exit 3 ;; esac
sep='['
for v in 20260101 20260102; do
	for f in boot-kernel boot-initrd squashfs; do
		# the newest version is not whole
		[ $v$f != 20260103squashfs ] || continue
		printf '%s{"product_name":"p","version_name":"%s","item_name":"%s",
"ftype":"%s","path":"%s/%s","sha256":"%s-%s"}' \
			"$sep" $v $f $f $v $f $v $f
		sep=,
	done
done
echo ']'
S
chmod +x "$work/bin/vt-sync"
: >"$work/bin/vt-install"
chmod +x "$work/bin/vt-install"
export VT_IMAGE_DIR="$work/images"
cd "$work/d" || exit 3

rules() { run "$work/bin/vt-rules" -t "$work/t" "$@"; }
# value FILE KEY...: from a file that vt-rules wrote
value() {
	file=$work/t/$1
	shift
	python3 - "$file" "$@" <<'P'
import sys, yaml
v = yaml.safe_load(open(sys.argv[1]))
for k in sys.argv[2:]:
    v = v[int(k)] if isinstance(v, list) else v.get(k) if v else None
print(v)
P
}
need python3
python3 -c 'import yaml' 2>/dev/null || skip_all "python3-yaml is not installed"

cat >tests/one.yaml <<'Y'
storage:
  version: 1
  config:
    - {id: sda, type: disk, serial: disk-a, ptable: gpt, name: 'odd/\&name'}
    - {id: p1, type: partition, device: sda, size: 9GB, flag: boot}
    - {id: p2, type: partition, device: sda, size: 3GB}
    - {id: p15, type: partition, device: sda, number: 15, size: 8MB, wipe: zero}
    - {id: f1, type: format, volume: p1, fstype: ext4, label: root}
    - {id: m1, type: mount, device: f1, path: /}
    - {id: nv, type: disk, serial: nvme-a}
    - {id: sdb, type: disk, wwn: '0x500a'}
    - {id: fb, type: format, volume: sdb, fstype: fat32,
       label: twelve-chars, uuid: 0f1d3c7a-94b2-4f0e-8a37-6f6c2f7f1d01}
    - {id: bc, type: disk, path: /dev/bcache0}
network:
  version: 1
  config:
    - {type: physical, name: a, mac_address: '52:54:00:12:34:10'}
    - {type: physical, name: b, mac_address: '52:54:00:12:34:11'}
    - {type: bond, name: c, mac_address: '52:54:00:12:34:12'}
Y
cat >one.yaml <<'Y'
conf_file: tests/one.yaml
verify:
  - {file: fstab, has_line: x}
Y

# The machine
rules one.yaml
status_is 0 "a definition is planned"
is "$(cd "$work/t/one" && stat -c %a . install boot | sort -u)" 750 \
	"other users cannot read the test's directory"
is "$(value one/install/vm.yaml disks 0 path)" disks/install_disk.img \
	"the first disk"
is "$(value one/install/vm.yaml disks 0 size)" $((13 << 30)) \
	"is as large as its partitions ask"
is "$(value one/install/vm.yaml disks 1 path)" disks/extra_disk_0.img \
	"the next, which is no NVMe"
is "$(value one/install/vm.yaml disks 1 driver)" scsi-hd "a WWN needs SCSI"
is "$(value one/install/vm.yaml disks 1 size)" $((5 << 30)) "5 GiB at least"
is "$(value one/install/vm.yaml disks 2 path)" disks/nvme_disk_0.img \
	"a serial that begins with nvme"
is "$(value one/install/vm.yaml disks 2 driver)" nvme "is one"
is "$(value one/install/vm.yaml disks 3 path 2>&1 | tail -n 1)" \
	"IndexError: list index out of range" "what the installer makes is none"
is "$(value one/install/vm.yaml nics)" \
	"[{'net': 'user', 'mac': '52:54:00:12:34:10'}, {'net': 'user', 'mac': '52:54:00:12:34:11'}]" \
	"physical NICs only"
case $(value one/install/vm.yaml append) in
*" BOOTIF=01-52-54-00-12-34-10 ---"*) result 0 "BOOTIF is the first" ;;
*) result 1 "BOOTIF in $(value one/install/vm.yaml append)" ;;
esac
is "$(value one/install/vm.yaml tpm)" None "no TPM unless asked for"
is "$(value one/install/vm.yaml firmware)" bios "BIOS by default"
is "$(value one/boot/vm.yaml timeout)" 300 "the boot phase's timeout"
is "$(value one/boot/vm.yaml disks)" "$(value one/install/vm.yaml disks)" \
	"the same disks in both phases"
is "$(value one/boot/vm.yaml kernel)" None "the installed system boots itself"

# Images
is "$(value one/install/vm.yaml kernel)" "$work/images/20260102/boot-kernel" \
	"the newest version's kernel"
is "$(value one/install/vm.yaml images 2 sha256)" 20260102-squashfs \
	"images by sha256"
is "$(grep -c . "$work/bin/asked")" 1 "asked for once"
has "$work/bin/asked" 'os=debian release=bookworm arch=' "for the default"
append=$(value one/install/vm.yaml append)
case $append in
*" ro "*) result 1 "no 'ro' in '$append'" ;;
*" --- "*" panic=-1"*) result 0 "what reaches the target stands after ---" ;;
*) result 1 "append is '$append'" ;;
esac

# Expectations
# of TEST ID KEY: what verify.yaml expects of a device
of() {
	python3 - "$work/t/$1/verify.yaml" "$2" "$3" <<'P'
import sys, yaml
for l in yaml.safe_load(open(sys.argv[1]))["storage"].values():
    for d in l:
        if d["id"] == sys.argv[2]:
            print(d.get(sys.argv[3]))
P
}
is "$(of one p2 number)" 2 "a number that the config leaves out"
is "$(of one p15 at)" tests/one.yaml:7:7 "each names the place that asks"
is "$(of one p15 wipe) $(of one p1 wipe)" "zero None" "wipe: zero"
is "$(of one sda partitions)" "1, 2, 15" "all partitions of a disk"
is "$(of one fb label)" twelve-char "a label is as long as curtin lets it be"
is "$(of one fb places)" "{'label': 'tests/one.yaml:13:15'}" \
	"and names its own line"
hasnt "$work/t/one/verify.yaml" 'uuid: 0f1d3c7a' "and no UUID is asked of a FAT"
is "$(of one fb volume) $(of one sdb image)" "sdb disks/extra_disk_0.img" \
	"a whole disk with a file system"
is "$(of one m1 options)" defaults "a mount"
is "$(of one m1 fstab)" '* / ext4 defaults' "and its line of fstab"
is "$(value one/verify.yaml checks 0 at)" one.yaml:3:5 "a check's place"

# On a bridge
printf 'storage: {version: 1, config: []}\n' >"$work/plain.yaml"
echo 'conf_file: ../plain.yaml' >plain.yaml
cp plain.yaml other.yaml
rules plain.yaml
is "$(value plain/install/vm.yaml nics)" \
	"[{'net': 'user', 'mac': '52:54:00:12:34:01'}]" "one NIC by default"
cat >tests/named.yaml <<'Y'
showtrace: true
showtrace: false
network:
  version: 2
  ethernets:
    enp1s0: {}
    lan: {match: {macaddress: '52:54:00:12:34:01'}}
    enp2s0: {dhcp4: true}
  bonds: {bond0: {interfaces: [enp1s0, enp2s0], macaddress: '52:54:00:12:34:02'}}
Y
run "$work/bin/vt-rules" --plan tests/named.yaml
status_is 0 "NICs by name"
is "$(sed -n '/^boot/,$d; s/^.* mac: //p' "$work/out" | xargs)" \
	"52:54:00:12:34:02 52:54:00:12:34:01 52:54:00:12:34:03" \
	"have addresses of their own"
has "$work/out" "tests/named.yaml:2:1: duplicate key ''showtrace'' overrides" \
	"a repeated key is noted"
printf 'network: {version: 1, config: [{type: bond, name: b}]}\n' >tests/bond.yaml
run "$work/bin/vt-rules" --plan tests/bond.yaml
has "$work/out" "tests/bond.yaml:1:32: curtin ignores a bond without" \
	"and so is an entry that curtin ignores"
rm tests/named.yaml tests/bond.yaml
VT_BRIDGE=br7 rules one.yaml plain.yaml other.yaml
is "$(value one/boot/vm.yaml nics)" \
	"[{'net': 'br7', 'mac': '52:54:00:12:34:10'}, {'net': 'br7', 'mac': '52:54:00:12:34:11'}]" \
	"BRIDGE has all NICs"
[ "$(value plain/install/vm.yaml nics)" != "$(value other/install/vm.yaml nics)" ]
result $? "tests without MACs of their own are kept apart"
is "$(value plain/install/vm.yaml nics)" "$(value plain/boot/vm.yaml nics)" \
	"in both phases alike"
# Disks over the network: from the config, or as the definition has them
mkdir nets
cat >nets/net.yaml <<'Y'
storage:
  version: 1
  config:
    - {id: a, type: disk, serial: disk-a, ptable: msdos}
    - {id: net1, type: disk, path: "iscsi:__RFC4173__", ptable: gpt}
    - {id: far, type: disk, path: "iscsi:far.example.org::3260:1:x"}
    - {id: net2, type: disk, path: "iscsi:__RFC4173__"}
    - {id: p, type: partition, device: net1, number: 1, size: 7GB}
    - {id: f, type: format, volume: p, fstype: ext4}
    - {id: m, type: mount, device: f, path: /srv}
Y
rules -c nets/net.yaml
status_is 0 "a bare config with iSCSI disks"
is "$(value net/install/vm.yaml disks 1 driver)" iscsi "iscsi"
is "$(value net/install/vm.yaml disks 1 path)" disks/iscsi_disk_0.img "its image"
is "$(value net/install/vm.yaml disks 1 size)" $((8 << 30)) "large enough"
is "$(value net/install/vm.yaml disks 2 size)" $((5 << 30)) "another"
is "$(value net/install/vm.yaml disks | grep -o iscsi_disk | wc -l)" 2 \
	"no more: one is elsewhere"
is "$(of net m options)" defaults,_netdev "a mount that needs the network"
cat >net.yaml <<'Y'
conf_file: nets/net.yaml
iscsi_disks:
  - {size: 9G, auth: 'user:passw0rd', iauth: 'iuser:ipassw0rd'}
  - {size: 6G}
  - {size: 3G}
Y
rules net.yaml
status_is 0 "a definition with iscsi_disks"
is "$(value net/install/vm.yaml disks 1 size)" $((9 << 30)) "its size"
is "$(value net/install/vm.yaml disks 1 auth)" user:passw0rd "its auth"
is "$(value net/boot/vm.yaml disks 1 iauth)" iuser:ipassw0rd "its iauth"
is "$(value net/install/vm.yaml disks 3 size)" $((3 << 30)) "one more"

# Checks: for which tests, and those that need no word of a definition
printf '#!/bin/sh\n' >check.sh
cat >checks.yaml <<'Y'
extends: one
target_release: bionic
target_distro: ubuntu
disk_to_check: [[main_disk, 1]]
verify:
  - {name: a, file: f, lacks_line: x, when: {target_release: [xenial, bionic]}}
  - {name: b, file: f, not_matches: x, when: {target_release: focal}}
  - {name: c, file: f, exists: true, when: {not: {firmware: uefi}, uefi: null}}
  - {name: d, file: f, exists: true, when: {not: {target_distro: ubuntu}}}
  - {name: e, file: f, exists: true, when: {multipath: no, test: checks}}
  - {name: f, file: f, exists: true, when: {tpm: yes}}
  - {name: g, run: [./check.sh], timeout: 7, when: {nr_cpus: 2}}
  - {name: h, file: f, same_as_host: ./check.sh}
  - {name: i, file: f, json: {path: a, value: [1, x]}, why: so}
Y
rules checks.yaml
status_is 0 "checks of all kinds"
# the first check is that of `one`
skip_of() { value checks/verify.yaml checks $(($1 + 1)) skip; }
is "$(skip_of 0)" None "a check that is for this release"
is "$(skip_of 1)" "target_release is 'bionic', the check applies to 'focal'" \
	"one for another is skipped by name"
is "$(skip_of 2)" None "not UEFI, and uefi unset"
is "$(skip_of 3)" \
	"target_distro is 'ubuntu', the check applies to all but 'ubuntu'" \
	"one for all but this"
is "$(skip_of 4)" None "booleans are compared as such"
is "$(skip_of 5)" "tpm is 'false', the check applies to 'yes'" "and differ so"
is "$(skip_of 6)" None "numbers"
is "$(value checks/verify.yaml checks 7 timeout)" 7 "a deadline"
is "$(value checks/verify.yaml checks 8 same_as_host)" \
	"['$work/d/check.sh']" "a command on the host, beside the definition"
is "$(value checks/verify.yaml checks 9 json)" \
	"{'path': 'a', 'value': [1, 'x']}" "a place in JSON"
is "$(value checks/verify.yaml dnames)" \
	"[{'name': 'main_disk', 'partition': 1, 'at': 'checks.yaml:4:17'}]" \
	"disk_to_check"
is "$(value checks/verify.yaml dname_rules)" \
	"[{'name': 'odd---name', 'serial': 'disk-a', 'at': 'tests/one.yaml:4:7'}]" \
	"the config's names, as curtin writes them"
is "$(value checks/verify.yaml kernel_package)" linux-image-generic \
	"the kernel's package"
is "$(value checks/verify.yaml inherited | grep -o 'dname\|dname_rules\|inter[a-z0-9_]*\|inst[a-z]*_c[a-z_]*\|kernel_i[a-z_]*' | tr '\n' ' ')" \
	"dname dname_rules interfacesd_eth0_removed installed_correct_kernel_package kernel_img_conf " \
	"Ubuntu has all inherited checks"
cat >below.yaml <<'Y'
extends: checks
verify:
  - {name: a, file: another, absent: true}
Y
rules below.yaml
is "$(value below/verify.yaml checks | grep -o "'name': 'a'" | wc -l)" 1 \
	"a check of the same name replaces the inherited one"
has "$work/t/below/verify.yaml" "at: below.yaml:3:5" "by the nearest one"
is "$(value one/verify.yaml inherited)" \
	"['install_log', 'fstab', 'swaps_used', 'cloud_init_status', 'failed_units', 'reporting_data']" \
	"Debian those that can be made"
kpkg() { # SUBARCH FLAVOR
	printf 'extends: checks\nsubarch: %s\nkflavor: %s\ndistro: ubuntu\n' \
		"$1" "$2" >kpkg.yaml
	rules kpkg.yaml
	value kpkg/verify.yaml kernel_package
}
is "$(kpkg ga-18.04 generic)" linux-image-generic "ga: the release's kernel"
is "$(kpkg hwe-18.04-edge lowlatency)" linux-image-lowlatency-hwe-18.04-edge \
	"hwe: a kernel of its own"
printf 'extends: one\ntarget_kernel_package: linux-image-cloud-amd64\n' >kpkg.yaml
rules kpkg.yaml
is "$(value kpkg/verify.yaml kernel_package)" linux-image-cloud-amd64 \
	"a package that a definition names"
printf 'extends: checks\nexpected_failure: true\n' >kpkg.yaml
rules kpkg.yaml
is "$(value kpkg/verify.yaml inherited)" "['install_log']" \
	"a test that must fail has its log alone"
rm kpkg.yaml

# What a definition says over its config
cat >over.yaml <<'Y'
extends: one
uefi: yes
mem: 1024
extra_disks: [20G, 7G]
nvme_disks: []
disk_driver: virtio-blk
disk_block_size: 4096
tpm: true
extra_kern_args: quiet
install_timeout: 77
boot_cloudconf: {packages: [x]}
extra_collect_scripts: ["echo 1\n"]
verify:
  - {file: fstab, exists: true}
  - {name: mine, run: [./check.sh, a]}
Y
printf '#!/bin/sh\n' >check.sh
VT_VMRAM=3000 rules over.yaml
status_is 0 "a definition that extends another"
is "$(value over/install/vm.yaml firmware)" uefi "uefi"
is "$(value over/install/vm.yaml nvram)" disks/ovmf_vars.fd "with variables"
is "$(value over/install/vm.yaml mem)" 3000 "VMRAM wins over mem"
is "$(value over/install/vm.yaml tpm) $(value over/boot/vm.yaml tpm)" \
	'disks/tpm disks/tpm' "a TPM in both phases"
is "$(value over/install/vm.yaml disks 1 size)" $((20 << 30)) "extra_disks"
is "$(value over/install/vm.yaml disks 2 size)" $((7 << 30)) \
	"even more than the config knows"
is "$(value over/install/vm.yaml disks 1 driver)" virtio-blk "disk_driver"
is "$(value over/install/vm.yaml disks 1 logical_block_size)" 4096 \
	"disk_block_size"
is "$(value over/install/vm.yaml timeout)" 77 "install_timeout"
has "$work/t/over/install/vm.yaml" ' --- .* quiet' "extra_kern_args"
is "$(value over/boot/seed.yaml cloudconf)" "{'packages': ['x']}" \
	"boot_cloudconf"
is "$(value over/boot/seed.yaml scripts 2 name)" extra-1 \
	"extra scripts after common and debian"
is "$(value over/verify.yaml checks 0 has_line)" x "inherited checks first"
is "$(value over/verify.yaml checks 2 run)" "['$work/d/check.sh', 'a']" \
	"a program beside the definition"
is "$(prerequisites "$work/t/tests.mk" "$work/t/over.done" |
	grep -c "[ /]check\.sh ")" 1 "which make watches"
has "$work/t/over/install/pack.yaml" 'update_nvram: true' "UEFI: update_nvram"

# Installers
rules one.yaml
is "$(value one/install/pack.yaml installer kind)" exe "vt-install by default"
is "$(value one/install/pack.yaml command 0)" vt-install "and runs"
is "$(value one/install/pack.yaml command 4)" \
	--set=reporting/maas/endpoint=PUBURL/webhooks "reports to us"
has "$work/t/one/install/pack.yaml" 'type: webhook' "as its config says"
cat >mine.yaml <<'Y'
installer: {path: my.inst, success: 'all (is )?well'}
Y
: >my.inst
rules mine.yaml
status_is 0 "an installer of one's own needs no config"
is "$(value mine/install/vm.yaml verdict success)" 'all (is )?well' \
	"its success pattern"
is "$(value mine/install/pack.yaml configs)" "[]" "and gets nothing of ours"
echo 'installer: my.inst' >mine.yaml
rules mine.yaml
is "$(value mine/install/vm.yaml verdict success)" \
	'vt-pack: my\.inst: exit status 0' "or its exit status"
echo 'fatal_lines: {hung-task: off, mine: a.b}' >>mine.yaml
rules mine.yaml
for f in "install/vm.yaml verdict" "boot/vm.yaml verdict" verify.yaml; do
	# shellcheck disable=SC2086
	is "$(value mine/$f fatal mine)" a.b "fatal_lines go to ${f%% *}"
done
mkdir -p curtin/bin curtin/curtin/__pycache__ curtin/helpers
: >curtin/bin/curtin
: >curtin/curtin/__init__.py
: >curtin/curtin/__pycache__/x.pyc
: >'curtin/helpers/a b'
VT_CURTIN_EXE=curtin/bin/curtin rules one.yaml
status_is 0 "VT_CURTIN_EXE"
is "$(value one/install/pack.yaml installer kind)" curtin "is curtin"
has "$work/t/one/install/pack.yaml" 'package: linux-image-amd64' \
	"which must be told Debian's kernel"
prerequisites "$work/t/tests.mk" "$work/t/one/install/user-data" >"$work/deps"
has "$work/deps" 'curtin/curtin/__init__.py' "its files are watched"
has "$work/deps" 'helpers/a b' "even with a space"
hasnt "$work/deps" 'pyc' "Python's litter is not"
mkdir -p tree/bin
: >tree/bin/tree
printf 'conf_file: tests/one.yaml\ninstaller: tree\n' >tree.yaml
rules tree.yaml
is "$(value tree/install/pack.yaml installer kind)" tree "a directory"

# Matrix
cat >mat.yaml <<'Y'
extends: one
matrix:
  uefi: [true, false]
  mem: [512, 1024]
Y
rules mat.yaml
status_is 0 "a matrix"
is "$(cd "$work/t" && echo mat@*)" \
	"mat@uefi-false+mem-1024 mat@uefi-false+mem-512 mat@uefi-true+mem-1024 mat@uefi-true+mem-512" \
	"is one test for each combination"
cp tests/one.yaml tests/two.x.yaml
echo 'matrix: {conf_file: [tests/one.yaml, tests/two.x.yaml]}' >conf.yaml
rules conf.yaml
is "$(cd "$work/t" && echo conf@*)" \
	"conf@conf_file-one conf@conf_file-two.x" "files are named by their names"
rm conf.yaml tests/two.x.yaml
is "$(value mat@uefi-true+mem-512/install/vm.yaml mem)" 512 "with its values"

# Bare configs
rm -rf "$work/t"
cp tests/one.yaml tests/bare.yaml
cat >>tests/bare.yaml <<'Y'
showtrace: true
showtrace: false
Y
echo 'storage: {config: [{type: disk}], version: 1}' >tests/bad.yaml
rules -c tests one.yaml
status_is 0 "bare configs"
is "$(cd "$work/t" && echo *)" "bare one tests.mk" \
	"are tests unless a definition uses them"
is "$(value bare/test.yaml kind)" config "and say so"
run "$work/bin/vt-rules" --check -c tests/bad.yaml
status_is 2 "a broken one is an error for who asks"
has "$work/err" "tests/bad.yaml:1:20: .*id" "with its place"
rules -c tests
is "$(value one/test.yaml kind)" config "without a definition it is bare"

# Only what changed is written
# mark: what is written from now on is newer than $work/mark
mark() {
	find "$work/t" -exec touch -d '1 hour ago' {} +
	touch -d '1 minute ago' "$work/mark"
}
rules -c tests one.yaml over.yaml
mark
rules -c tests one.yaml over.yaml
is "$(cd "$work/t" && find . -newer "$work/mark" ! -type d)" ./tests.mk \
	"nothing changed: only the stamp is written"
changed() {
	mark
	rules -c tests one.yaml over.yaml
	(cd "$work/t/one" && find . -newer "$work/mark" ! -type d | sort |
		tr '\n' ' ')
}
sed -i 's/has_line: x/has_line: y/' one.yaml
is "$(changed)" "./test.yaml ./verify.yaml " "a changed check: verify.yaml"
echo 'extra_collect_scripts: ["a\n"]' >>one.yaml
is "$(changed)" "./boot/seed.yaml ./test.yaml ./verify.yaml " \
	"another collect script: boot/seed.yaml, and its name in verify.yaml"
sed -i 's/\["a/["b/' one.yaml
is "$(changed)" "./boot/seed.yaml ./test.yaml " \
	"a changed collect script: boot/seed.yaml"
echo 'boot_timeout: 200' >>one.yaml
is "$(changed)" "./boot/vm.yaml ./test.yaml " "the boot's machine alone"
echo 'install_timeout: 200' >>one.yaml
is "$(changed)" "./install/vm.yaml ./test.yaml " "the install's machine alone"
sed -i 's/20260102/20260103/' "$work/bin/vt-sync"
is "$(changed)" "./install/vm.yaml " "another image: install/vm.yaml"
is "$(value one/install/vm.yaml kernel)" "$work/images/20260101/boot-kernel" \
	"a version that is not whole is passed over"
VT_EXTRA_CONFIG=$work/extra.yaml
echo 'a: 1' >"$VT_EXTRA_CONFIG"
export VT_EXTRA_CONFIG
is "$(changed)" "./install/pack.yaml " "one more config: pack.yaml"
is "$(prerequisites "$work/t/tests.mk" "$work/t/one/install/user-data" |
	grep -c "/extra\.yaml ")" 1 "which make watches"
unset VT_EXTRA_CONFIG

# No image
cat >none.yaml <<'Y'
extends: one
release: none
Y
rules none.yaml
status_is 0 "no image is no error yet"
has "$work/t/none/install/vm.yaml" "missing: .*release=none.*make image" \
	"the launch says what to do"
sed -i 's/release: none/release: broken/' none.yaml
rules none.yaml
has "$work/t/none/install/vm.yaml" "missing: .*exit status 3" \
	"nor is a broken mirror"

# Mistakes, each with its place
bad() { # TEXT ERE NAME
	printf '%s\n' "$1" >b.yaml
	rules b.yaml
	status_is 2 "$3"
	has "$work/err" "b.yaml:$2" "$3: says where and what"
}
C='conf_file: tests/one.yaml'
bad "$C
iscsi_disks: [{auth: a:b}]" "2:15: .*'size' is missing" "an iSCSI disk of no size"
bad "$C
iscsi_disks: [{size: 3G, auth: 'a:b c'}]" "2:32: .*USER:PASSWORD" "no account"
bad "conf_file: nets/net.yaml
iscsi_disks: [{size: 9G}]" "2:14: .*than the 1 listed here: 'net2' has no entry" "fewer than the config has"
bad "conf_fil: x" "1:1: .*'conf_file'" "a misspelt key"
bad "$C
mem: lots" "2:6: .*integer" "a wrong type"
bad "$C
mem: 1" "2:6: .*64" "an impossible value"
bad "mem: 512" "1:1: .*conf_file" "no config"
bad "conf_file: none.x" "1:12: .*no such file" "a config that is not there"
bad "extends: nobody" "1:10: .*nobody" "no such parent"
bad "extends: b" "1:10: .*cycle through .*b.yaml" "a cycle"
bad "$C
arch: vax" "2:7: .*vax" "an unknown architecture"
bad "$C
disk_driver: floppy" "2:14: .*floppy" "an unknown driver"
bad "$C
extra_disks: [big]" "2:15: .*big" "no size"
bad "$C
matrix: {mem: []}" "2:15: .*list of values is empty" "an empty matrix"
bad "$C
matrix: {mem: ['a b']}" "2:9: .*name" "a value that cannot be in a name"
bad "$C
matrix: {memm: [1]}" "2:10: .*'mem'" "a misspelt key in a matrix"
bad "$C
installer: nothing" "2:12: .*no installer" "no installer"
bad "$C
verify: [{file: ../a, exists: true}]" "2:17: .*outside of collect" "a path that leads out"
bad "$C
verify: [{file: a, same_as: a/../../b}]" "2:29: .*outside of collect" "another one"
bad "$C
verify: [{file: a, exist: true}]" "2:20: .*'exists'" "a misspelt check"
bad "$C
verify: [{file: a}]" "2:10: .*the entry has no check" "a check of nothing"
bad "$C
verify: [{file: a, matches: '('}]" "2:29: " "a bad pattern"
bad "$C
verify: [{file: a, exists: true, equals: x}]" "2:42: .*two" "two in one"
bad "$C
verify: [{file: a, exists: true, when: {relaese: x}}]" \
	"2:41: .*'release'" "when: a misspelt attribute"
bad "$C
verify: [{file: a, exists: true, when: {release: {a: b}}}]" \
	"2:50: .*value" "when: a map for a value"
bad "$C
verify: [{file: a, exists: true, when: {release: []}}]" \
	"2:50: .*list of values is empty" "when: no values"
bad "$C
verify: [{file: a, exists: true, when: bookworm}]" \
	"2:40: .*map" "when: no map"
bad "$C
verify: [{file: a, exists: true, when: {not: {not: {a: b}}}}]" \
	"2:47: .*'not'" "when: not not"
bad "$C
verify: [{file: a, json: {path: 'a[', value: 1}}]" "2:33: .*bad path" "json: a bad path"
bad "$C
verify: [{file: a, count: {valu: 1}}]" "2:28: .*'value'" "count: a misspelt key"
bad "$C
disk_to_check: [main]" "2:17: .*list" "a disk to check without a partition"
bad "$C
disk_to_check: [[main, 1, 2]]" "2:17: .*name, partition" "one of three words"
bad "$C
disk_to_check: [[../main, 1]]" "2:18: .*by-dname" "a name that is a path"
bad "$C
verify: [{run: [./none.sh]}]" "2:17: .*none.sh" "no such program"
bad "$C
fstab_expected: [[a, b]]" "2:18: .*spec" "a short row"
bad "$C
fatal_lines: {hung-tusk: off}" "2:15: .*'hung-task'" "an unknown fatal line"
bad "$C
fatal_lines: {mine: 'a['}" "2:21: .*expression" "a bad pattern for one"
bad "a: [" "2:1: " "no YAML"
ok "a definition that stays multipath: false passes" sh -c "
	printf '%s\nmultipath: false\ndirty_disks: no\n' '$C' >b.yaml &&
	'$work/bin/vt-rules' --check b.yaml"

badconf() { # ENTRIES ERE NAME
	printf 'storage:\n  config:\n%s\n  version: 1\n' "$1" >tests/b.yaml
	echo 'conf_file: tests/b.yaml' >b.yaml
	rules b.yaml
	status_is 2 "$3"
	has "$work/err" "tests/b.yaml:$2" "$3: says where and what"
}
D='    - {id: a, type: disk, serial: s}'
badconf "$D
    - {id: p, type: partition, device: b, size: 1G}" \
	"4:40: .*'b'" "a dangling reference"
badconf "$D
    - {id: a, type: disk, serial: t}" "4:7: .*line 3" "a second id"
badconf "    - {id: a, type: disc, serial: s}" "3:21: .*'disk'" "a misspelt type"
badconf "$D
    - {id: p, type: partition, device: a, size: 1Q}" "4:49: .*1Q" "no size"
badconf "$D
    - {id: p, type: partition, device: a}" "4:7: .*size" "a missing size"
badconf "$D
    - {id: p, type: partition, device: a, size: 1, flag: bott}" \
	"4:58: .*'boot'" "a misspelt flag"
badconf "$D
    - {id: p, type: partition, device: a, size: 1G, number: 1}
    - {id: q, type: partition, device: a, size: 1G, number: 1}" \
	"5:61: .*'p'" "one number twice"
badconf "    - {id: a, type: disk}" "3:7: .*serial" "a disk nobody can find"
badconf "    - {id: a, type: disk, serial: a-serial-of-25-characters}" \
	"3:35: .*20" "a serial too long for its driver"
printf '%s\n' "$C" 'extra_disks: [20G]' 'disk_driver: nvm' >b.yaml

# Names, and what else is no test
printf '%s\n' "$C" >'a b.yaml'
rules 'a b.yaml'
status_is 2 "a name that make would split"
rm -f 'a b.yaml' b.yaml none.yaml tests/b.yaml
mkdir -p other && printf 'conf_file: ../tests/one.yaml\n' >other/one.yaml
rules one.yaml other/one.yaml
status_is 2 "one name twice"
has "$work/err" "other/one.yaml: .*'one.yaml'" "says which two"
printf 'mem: 100\n' >_base.yaml
printf 'extends: _base\nconf_file: tests/one.yaml\n' >based.yaml
rules .
status_is 0 "a directory"
ok "a definition to be extended is no test" test ! -e "$work/t/_base"
is "$(value based/install/vm.yaml mem)" 100 "but is extended"
run "$work/bin/vt-rules" -t "$work/a b" one.yaml
status_is 2 "TOPDIR with a space"
run "$work/bin/vt-rules"
status_is 2 "nothing to do"
VT_NR_CPUS=many rules one.yaml
status_is 2 "a setting that is no number"
has "$work/err" 'VT_NR_CPUS' "says which"
run env VT_HTTP_PORT=65536 vt-rules --check "$top/examples/simple.yaml"
status_is 2 "and one that is too large, which no test has looked at yet"
done_testing

#!/bin/sh
# Checks that tests inherit: they hold on good facts, fail on each bad one, and
# are skipped by name where they do not apply.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
fixture

f=$work/good/collect
mkdir -p "$f/udev_rules.d"
printf '%s\n' main_disk main_disk-part1 main_disk-part2 spare >"$f/ls_dname"
echo 'SUBSYSTEM=="block", ENV{ID_SERIAL}=="disk_a", ENV{ID_WWN_WITH_EXTENSION}=="0x5000", SYMLINK+="disk/by-dname/main_disk"' \
	>"$f/udev_rules.d/main_disk.rules"
printf '%s\n' /etc/network/interfaces.d >"$f/find_interfacesd"
printf 'ii \tlinux-image-generic\t5.4\nrc \tlinux-image-old\t4.4\nii \tlinux-image-generic-hwe\t5\n' \
	>"$f/debian-packages.txt"
printf '# Kernel image management\nlink_in_boot = no\n' >"$f/kernel-img.conf"
cat >"$work/tail" <<'Y'
kernel_package: linux-image-generic
dnames:
  - {name: main_disk, partition: 1, at: 'd.yaml:5:3'}
  - {name: spare, partition: 0, at: 'd.yaml:6:3'}
dname_rules:
  - {name: main_disk, serial: 'disk a', wwn: '0x5000', at: 'c.yaml:4:7'}
Y

all='dname, dname_rules, interfacesd_eth0_removed, installed_correct_kernel_package, kernel_img_conf'
target() { # DISTRO RELEASE ARCH
	fresh
	sed -i "/^checks:/,\$d; s/^target:.*/target: {distro: $1, release: $2, arch: $3, firmware: bios}/
		s/^collect_scripts:.*/collect_scripts: [common, dpkg]/
		s/^inherited:.*/inherited: [install_log, $all]/" "$case/verify.yaml"
	sed -i 's/debian/dpkg/' "$case/collect/vt-sentinel.json"
	cat "$work/tail" >>"$case/verify.yaml"
}
each='dname main_disk-part1
dname spare
dname_rules main_disk
interfacesd_eth0_removed
installed_correct_kernel_package
kernel_img_conf'
outcomes() {
	printf '%s\n' "$each" | while read -r name; do
		outcome "$name"
		echo
	done | tr '\n' ,
}

target ubuntu bionic amd64
verify
is "$(outcomes)" ok,ok,ok,ok,ok,ok, "all hold on an Ubuntu"
ubuntu() { target ubuntu bionic "${1-amd64}"; }

ubuntu && sed -i /part1/d "$case/collect/ls_dname"
breaks "dname main_disk-part1" "no link of the partition"
has "$work/out" '^#   at: +d.yaml:5:3$' "who asked is said"
has "$work/out" "expected: +'main_disk-part1' and 'main_disk' in /dev/disk" \
	"expected is said"
is "$(outcome 'dname spare')" ok "the other holds"
ubuntu && sed -i '/^main_disk$/d' "$case/collect/ls_dname"
breaks "dname main_disk-part1" "a link of the partition alone"
ubuntu && : >"$case/collect/ls_dname"
breaks "dname spare" "no links"
ubuntu && rm "$case/collect/ls_dname"
breaks "dname spare" "not collected"

ubuntu && sed -i 's/disk_a/disk_b/' "$case/collect/udev_rules.d/main_disk.rules"
breaks "dname_rules main_disk" "a rule for another serial"
has "$work/out" "no ID_SERIAL with value 'disk_a'" "which is said"
has "$work/out" '^#   at: +c.yaml:4:7$' "and where the config has it"
ubuntu && sed -i 's/ID_WWN/WWN/' "$case/collect/udev_rules.d/main_disk.rules"
breaks "dname_rules main_disk" "a rule without a WWN"
ubuntu && rm "$case/collect/udev_rules.d/main_disk.rules"
breaks "dname_rules main_disk" "no rule"
ubuntu && rm -r "$case/collect/udev_rules.d"
breaks "dname_rules main_disk" "no rules were collected"

ubuntu && echo /etc/network/interfaces.d/eth0.cfg >>"$case/collect/find_interfacesd"
breaks interfacesd_eth0_removed "an image's config was left"
ubuntu && rm "$case/collect/find_interfacesd"
breaks interfacesd_eth0_removed "not collected"

ubuntu && sed -i 's/-generic$/-other/; s/generic\t/lowlatency\t/' \
	"$case/collect/debian-packages.txt"
breaks installed_correct_kernel_package "another kernel"
ubuntu && sed -i 's/ii \tlinux-image-generic\t/rc \tlinux-image-generic\t/' \
	"$case/collect/debian-packages.txt"
breaks installed_correct_kernel_package "one that was removed again"
ubuntu && rm "$case/collect/debian-packages.txt"
breaks installed_correct_kernel_package "not collected"
sed -i 's/^collect_scripts:.*/collect_scripts: [common]/' "$case/verify.yaml"
skips installed_correct_kernel_package "dpkg's script did not run"

ubuntu && sed -i 's/= no/= yes/' "$case/collect/kernel-img.conf"
breaks kernel_img_conf "links in boot on amd64"
ubuntu && rm "$case/collect/kernel-img.conf"
breaks kernel_img_conf "no file"
ubuntu ppc64el
breaks kernel_img_conf "no links in boot elsewhere"
ubuntu s390x && sed -i 's/= no/ = yes/' "$case/collect/kernel-img.conf"
sed -i 's/  =/ =/' "$case/collect/kernel-img.conf"
verify
is "$(outcome kernel_img_conf)" ok "links in boot on s390x"

# Where they do not apply
target ubuntu focal amd64
skips kernel_img_conf "since eoan"
is "$(outcome 'dname spare')" ok "the names are checked"
target ubuntu trusty amd64
skips "dname spare" "trusty"
is "$(outcome 'dname_rules main_disk')" ok "but its rules are there"
target debian bookworm amd64
verify
is "$(outcomes)" ok,ok,ok,skip,ok,skip, \
	"of Ubuntu's on Debian the names and the package can be checked"
target centos centos70 amd64
sed -i "s|dpkg|centos|" "$case/verify.yaml" "$case/collect/vt-sentinel.json"
rm "$case/collect/debian-packages.txt"
verify
is "$(outcomes)" skip,skip,skip,skip,skip,skip, "nor on CentOS"

# Hostile
ubuntu && printf '\033[31m\0main_disk\n%s' "$(head -c 200000 /dev/zero | tr '\0' x)" \
	>"$case/collect/ls_dname"
breaks "dname spare" "a hostile listing"
[ "$(tr -d '\11\12\40-\176\200-\377' <"$work/out" | wc -c)" -eq 0 ]
result $? "is shown without control characters"
ubuntu && sed -i 's|name: main_disk, serial|name: ../../marker, serial|' "$case/verify.yaml"
verify
is "$(outcome 'dname_rules ../../marker')" "not ok" "no way out of collect/"

bad() { # SED ERE
	ubuntu
	sed -i "$1" "$case/verify.yaml"
	verify
	status_is 2 "refused: $1"
	has "$work/err" "verify\\.yaml:[0-9]+:[0-9]+: .*$2" "says: $2"
}
bad '/^kernel_package/d' "needs a 'kernel_package'"
bad 's/partition: 1/partition: x/' "integer"
bad 's/name: spare, //' "'name' is missing"
bad 's/wwn:/wnw:/' "wwn"
done_testing

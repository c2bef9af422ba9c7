#!/bin/sh
# The root file system on LVM on RAID 5 with UEFI, and the effects in the guest
# of a definition's keys for disks, packages and boot.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"
need python3 dpkg-deb

# An apt repository with two packages: a newer version of one in the image, and
# a new one.
repo=$work/repo
mkdir -p "$repo"
for package in usr-is-merged vt-probe; do
	mkdir -p "$work/$package/DEBIAN" "$work/$package/usr/share/vt"
	printf '%s\n' "Package: $package" 'Version: 99' 'Architecture: all' \
		'Maintainer: vt <vt@example.org>' 'Description: made by a test' \
		>"$work/$package/DEBIAN/control"
	echo 99 >"$work/$package/usr/share/vt/$package"
	dpkg-deb --root-owner-group -b "$work/$package" \
		"$repo/$package.deb" >/dev/null || exit 3
	{
		dpkg-deb -f "$repo/$package.deb"
		echo "Filename: ./$package.deb"
		echo "Size: $(stat -c %s "$repo/$package.deb")"
		echo "SHA256: $(sha256sum "$repo/$package.deb" | cut -d ' ' -f 1)"
		echo
	} >>"$repo/Packages"
done
cat >"$repo/Release" <<R
Suite: vt
SHA256:
 $(sha256sum "$repo/Packages" | cut -d ' ' -f 1) $(stat -c %s "$repo/Packages") Packages
R
python3 -u -m http.server --bind 127.0.0.1 --directory "$repo" 0 \
	>"$work/port" 2>"$work/requests" &
server=$!
at_end() { kill $server; }
until_has 30 "$work/port" port
port=$(sed 's/.* port \([0-9]*\) .*/\1/' "$work/port")

mkdir -p "$work/defs/tests"
config=$work/defs/tests/layers.yaml
sed 's/size: 256MB/size: __SWAP__/' "$top/examples/tests/uefi-layers.yaml" \
	>"$config"
cat >>"$config" <<'Y'
early_commands:
  50_look: [sh, -c, 'for d in /dev/vd[b-d]1; do echo "found: $(blkid -o value -s LABEL $d)"; done']
Y
sed -e 's|^conf_file: .*|conf_file: tests/layers.yaml|' -e '/^verify:/i \
  - |\
    cd OUTPUT_COLLECT_D\
    cat /usr/share/vt/* >vt-packages\
    cp /etc/vt-boot vt-boot' "$top/examples/uefi-layers.yaml" \
	>"$work/defs/layers.yaml"
cat >>"$work/defs/layers.yaml" <<Y
  - {name: early, file: logs/install-serial.log, count: {matches: 'found: vt-dirty', value: 3}, why: dirty_disks}
  - {name: swap-size, file: proc-swaps, matches: '[[:space:]]262140[[:space:]]', why: conf_replace}
  - {name: repo, file: root/curtin-install.log, matches: 'http://10.0.2.2:$port', why: add_repos}
  - {name: upgraded, file: debian-packages.txt, matches: '^ii .*usr-is-merged.*99$', why: system_upgrade}
  - {name: installed, file: debian-packages.txt, matches: '^ii .*vt-probe.*99$', why: upgrade_packages}
  - {name: files, file: vt-packages, count: {line: '99', value: 2}}
  - {name: boot, file: vt-boot, equals: by cloud-init, why: boot_cloudconf}
conf_replace: {__SWAP__: 256MB}
dirty_disks: true
add_repos: ['deb [trusted=yes] http://10.0.2.2:$port/ ./']
upgrade_packages: vt-probe
boot_cloudconf: {write_files: [{path: /etc/vt-boot, content: by cloud-init}]}
Y
defs=$work/defs
vt tests/layers.done
status_is 0 "root on LVM on RAID 5 with UEFI, dirty disks and new packages"
explain layers
is "$(field "$tests/layers/result.json" status)" passed "passed"
for check in root array one-entry early swap-size repo upgraded installed \
	files boot; do
	has "$tests/layers/result.tap" "^ok [0-9]* - $check\$" "$check"
done
has "$work/requests" 'GET /./Packages' "the guest used the repository"
sparse=$(du -k "$tests/layers/disks" | cut -f 1)
[ "$sparse" -lt 3000000 ]
result $? "the disks are sparse ($((sparse / 1024)) MiB)"
sanitized layers
# conf_replace makes it the same again
mutants layers "$top/examples/tests/uefi-layers.yaml"
note "install $(field "$tests/layers/logs/install.json" seconds) s, \
boot $(field "$tests/layers/logs/boot.json" seconds) s"
done_testing

#!/bin/sh
# Each statement of a config is changed in turn, and vt-verify must fail: on disk
# images with all types that can be seen there, and on a test's directory with
# facts, of storage and of network. t/e2e does the same with what real installs left.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/config-lib.sh"
. "$(dirname "$0")/verify-lib.sh"
good=$work/configs
configs flat msdos raid layers
fixture
python3 -c 'import yaml' 2>/dev/null || skip_all "python3-yaml is not installed"

# mutants NAME ARG...
mutants() {
	name=$1
	shift
	run "$top/t/mutate.py" "$@"
	status_is 0 "$name: each changed statement fails or has a reason"
	grep '^#' "$work/out"
	grep '^not ok' "$work/out" | sed 's/^/# /'
}
for row in flat:flat msdos:old raid:r layers:l; do
	name=${row%:*}
	mutants $name --config "$good/$name.yaml" "${row#*:}=$good/$name.img"
done

# A test's directory, and the config from which its verify.yaml could be.
fresh
cat >"$work/case.yaml" <<Y
storage:
  version: 1
  config:
    - {id: sda, type: disk, serial: disk-a, ptable: msdos}
    - {id: sda1, type: partition, device: sda, number: 1, size: 64MB, flag: boot}
    - {id: sda2, type: partition, device: sda, number: 2, size: 32MB}
    - {id: sda3, type: partition, device: sda, number: 3, size: 16MB, flag: swap}
    - {id: root, type: format, volume: sda1, fstype: ext4, label: cloudimg-rootfs}
    - {id: home, type: format, volume: sda2, fstype: ext4, uuid: $home_uuid}
    - {id: swap, type: format, volume: sda3, fstype: swap}
    - {id: root-mount, type: mount, device: root, path: /}
    - {id: home-mount, type: mount, device: home, path: /home, options: 'defaults,noatime'}
    - {id: swap-mount, type: mount, device: swap, path: none}
    - {id: fat, type: disk, serial: disk-b}
    - {id: fat-fs, type: format, volume: fat, fstype: fat32, label: SPARE}
    - {id: data, type: disk, serial: disk-c}
    - {id: data-fs, type: format, volume: data, fstype: $data_type}
    - {id: data-mount, type: mount, device: data-fs, path: /data, options: 'noatime,nofail'}
    - {id: pnum, type: disk, serial: disk-d, ptable: gpt}
    - {id: pnum1, type: partition, device: pnum, number: 1, size: 16MB}
    - {id: pnum2, type: partition, device: pnum, number: 2, size: 8MB, flag: prep, wipe: zero}
    - {id: pnum10, type: partition, device: pnum, number: 10, size: 16MB}
Y
for n in 1 2 3; do
	mv "$case/disks/extra_disk_$n.img" "$case/disks/extra_disk_$((n - 1)).img"
done
echo 'name: case' >"$case/test.yaml"
cat >"$case/collect/lsblk.json" <<'J'
{"blockdevices": [
 {"name": "vda", "type": "disk", "serial": "disk-a", "children": [
  {"name": "vda1"}, {"name": "vda2"}, {"name": "vda3"}]},
 {"name": "vdb", "type": "disk", "serial": "disk-b"},
 {"name": "vdc", "type": "disk", "serial": "disk-c"},
 {"name": "vdd", "type": "disk", "serial": "disk-d", "children": [
  {"name": "vdd1"}, {"name": "vdd2"}, {"name": "vdd10"}]},
 {"name": "vde", "type": "disk", "label": "cidata"}]}
J
tree=$(cd "$case" && find . | sort | cksum)
mutants case "$case" "$work/case.yaml"
is "$(cd "$case" && find . | sort | cksum)" "$tree" "the test is as it was"

# A network config, with the facts of a guest that has what it asks for.
for version in 1 2; do
	fresh
	echo 'name: case' >"$case/test.yaml"
	cp "$top"/t/network/facts/* "$case/collect/"
	[ $version = 2 ] || of_version_1
	mutants "network-$version" "$case" "$top/t/network/v$version.yaml"
done

# The test fails when the checks do not.
mkdir "$work/fake"
always() { # PRINTF-FORMAT STATUS
	printf '#!/bin/sh\nprintf "%s"\nexit %s\n' "$1" "$2" \
		>"$work/fake/vt-verify"
	chmod +x "$work/fake/vt-verify"
	run env PATH="$work/fake:$PATH" "$top/t/mutate.py" --config \
		"$good/msdos.yaml" "old=$good/msdos.img"
}
always 'TAP version 13\\n1..1\\nok 1 - all\\n' 0
status_is 1 "checks that always pass"
has "$work/out" '^ok 1 - the unchanged config passes$' "are good at first"
has "$work/out" "^#   partition o1 number: 2 for 1 survived$" "but then are not"
always 'TAP version 13\\n1..1\\nnot ok 1 - all\\n' 1
status_is 1 "checks that always fail"
has "$work/out" '^not ok 1 - the unchanged config passes$' "are not good at once"
has "$work/out" "^#   partition o1 number: 2 for 1 elsewhere: all$" \
	"and a failure has to name the line"
done_testing

#!/bin/sh
# Broken definitions and configs: t/fuzz/rules.py, on the build with
# sanitizers. VT_TEST_RULES_CASES is how many, VT_TEST_RULES_SEED which ones.
. "$(dirname "$0")/rules-lib.sh"
mkdir "$work/f" && cp -r tests "$work/f" && cd "$work/f" || exit 3
cp "$top/examples/releases.yaml" .
cp "$top/examples/tests/basic.yaml" seed-config-basic.yaml
cat >seed-config-all.yaml <<'Y'
swap: {size: 1G, filename: swap.img}
storage:
  version: 1
  config:
    - {id: a, type: disk, serial: a, ptable: msdos}
    - {id: b, type: disk, serial: nvme-b, name: b}
    - {id: c, type: disk, path: iscsi:__RFC4173__}
    - {id: p1, type: partition, device: a, size: 3G, flag: boot, offset: 2M}
    - {id: p2, type: partition, device: a, size: 4G, flag: extended}
    - {id: p5, type: partition, device: a, size: 2G, flag: logical, number: 5}
    - {id: r, type: raid, name: r, raidlevel: 5, devices: [b, c], spare_devices: [p5]}
    - {id: v, type: lvm_volgroup, name: v, devices: [r]}
    - {id: l, type: lvm_partition, volgroup: v, name: l, size: 3G}
    - {id: x, type: dm_crypt, volume: l, key: k, dm_name: x}
    - {id: k, type: bcache, name: k, backing_device: x, cache_device: p5}
    - {id: f, type: format, volume: k, fstype: ext4, label: l, uuid: u}
    - {id: m, type: mount, device: f, path: /}
    - {id: t, type: mount, spec: none, path: /t, fstype: tmpfs, options: size=1M}
network:
  version: 1
  config:
    - {type: physical, name: a, mac_address: '52:54:00:12:34:10'}
Y
cat >seed-definition.yaml <<'Y'
conf_file: seed-config-basic.yaml
releases: [bookworm, focal]
matrix: {uefi: [true, false], mem: [512, 1024], disk_driver: [nvme, scsi-hd]}
pairwise: true
skip_by_date: [{bug: 1, fixby: 2026-01-01, removeby: 2030-01-01, tests: [fstab]}]
arch_skip: [s390x]
disk_to_check: [[main, 1]]
extra_disks: [30G, 20G]
extra_collect_scripts: ['true']
fatal_lines: {hung-task: off}
answers: [{at: 'a$', say: b}, {at: c, say_from: {config: [storage, config, t, path]}}]
fstab_expected: [[a, /, defaults]]
conf_replace: {ext4: xfs}
boot_cloudconf: {packages: [x]}
add_repos: [proposed]
verify:
  - {file: fstab, has_line: x, why: y}
  - {name: a, run: [sh, -c, 'true']}
Y
cat >seed-definition-child.yaml <<'Y'
extends: seed-definition
matrix: ~
pairwise: ~
releases: jammy
nvme_disks: [1G]
dirty_disks: true
installer: {success: ok}
Y
cases=${VT_TEST_RULES_CASES:-150}
python3 "$top/t/fuzz/rules.py" "$work/bin/vt-rules" "$work/f" "$cases" \
	"${VT_TEST_RULES_SEED:-4}" >"$work/report" 2>&1
wrong=$(grep -v '^#' "$work/report")
is "$(printf '%s' "$wrong" | head -20)" "" "$cases broken definitions and configs"
has "$work/report" "^# $cases cases, [1-9]" "some of which are plans"
done_testing

# A whole per-test directory, as an installed and booted test leaves it, for
# tests of vt-verify and vt-report. Source it after ../lib.sh.
#
# `fixture` makes $work/good: four disks like those of the example basic, real
# partition tables and file systems, and the facts a guest would collect from
# them. `fresh` copies it to $work/tests/case, where a test changes one thing
# and runs `verify`.

PATH=$PATH:/usr/sbin:/sbin
root_uuid=6d1f0c4a-6a3b-4e4d-9d3e-0a2b1c3d4e51
home_uuid=7e2f1d5b-7b4c-4f5e-8e4f-1b3c2d4e5f62
swap_uuid=8f3a2e6c-8c5d-4a6f-9f5a-2c4d3e5f6a73
data_uuid=9a4b3f7d-9d6e-4b7a-8a6b-3d5e4f6a7b84
case=$work/tests/case

disk_images() {
	truncate -s 200M install_disk.img
	sfdisk -q install_disk.img <<-'P'
		label: dos
		start=2048, size=131072, type=83, bootable
		size=65536, type=83
		size=32768, type=82
	P
	mkfs.ext4 -q -F -L cloudimg-rootfs -U $root_uuid -E offset=1048576 \
		install_disk.img 64M
	mkfs.ext4 -q -F -U $home_uuid -E offset=68157440 install_disk.img 32M
	truncate -s 16M swap && mkswap -q -U $swap_uuid swap &&
		dd if=swap of=install_disk.img bs=1M seek=97 conv=notrunc \
			status=none && rm swap
	truncate -s 64M extra_disk_1.img
	mkfs.vfat -F 32 -n SPARE extra_disk_1.img >/dev/null
	# btrfs is what basic has; ext4 does where mkfs.btrfs is missing
	truncate -s 128M extra_disk_2.img
	if command -v mkfs.btrfs >/dev/null; then
		data_type=btrfs
		mkfs.btrfs -q -U $data_uuid extra_disk_2.img >/dev/null
	else
		data_type=ext4
		mkfs.ext4 -q -F -U $data_uuid extra_disk_2.img
	fi
	truncate -s 64M extra_disk_3.img
	sfdisk -q extra_disk_3.img <<-'P'
		label: gpt
		1: start=2048, size=32768, type=linux
		2: size=16384, type=9E1A2D38-C612-4316-AA26-8B49521E5A8B, name=boot, uuid=5C0F1A52-6F8E-4E0B-9C1D-7A3B5D9E2F40, attrs="RequiredPartition GUID:60,63"
		10: size=32768, type=linux
	P
}

verify_yaml() {
	cat <<-Y
	format: 2
	test: case
	expected_failure: false
	success: 'curtin: Installation finished\.( No error reported\.)?'
	installer: {kind: tree}
	target: {distro: debian, release: bookworm, arch: amd64, firmware: bios}
	collect_scripts: [common, debian]
	inherited: [install_log, fstab, swaps_used, cloud_init_status, failed_units]
	fstab_expected:
	  - [$home_uuid, /home, defaults]
	storage:
	  disks:
	    - {id: sda, image: disks/install_disk.img, sector_size: 512, ptable: msdos, partitions: '1, 2, 3', at: 'basic.yaml:3:9'}
	    - {id: fat, image: disks/extra_disk_1.img, sector_size: 512, at: 'basic.yaml:50:9'}
	    - {id: data, image: disks/extra_disk_2.img, sector_size: 512, at: 'basic.yaml:60:9'}
	    - {id: pnum, image: disks/extra_disk_3.img, sector_size: 512, ptable: gpt, partitions: '1, 2, 10', at: 'basic.yaml:70:9'}
	  partitions:
	    - {id: sda1, disk: sda, number: 1, size: 67108864, flag: boot, at: 'basic.yaml:10:9'}
	    - {id: sda2, disk: sda, number: 2, size: 33554432, type: '83', at: 'basic.yaml:14:9'}
	    - {id: sda3, disk: sda, number: 3, size: 16777216, flag: swap, at: 'basic.yaml:18:9'}
	    - {id: pnum1, disk: pnum, number: 1, size: 16777216, at: 'basic.yaml:74:9'}
	    - {id: pnum2, disk: pnum, number: 2, size: 8388608, flag: prep, name: boot, wipe: zero, untouched: all, uuid: 5c0f1a52-6f8e-4e0b-9c1d-7a3b5d9e2f40, attributes: 'RequiredPartition, GUID:60, GUID:63', offset: 17825792, at: 'basic.yaml:78:9'}
	    - {id: pnum10, disk: pnum, number: 10, size: 16777216, at: 'basic.yaml:82:9'}
	  filesystems:
	    - {id: root, volume: sda1, fstype: ext4, label: cloudimg-rootfs, at: 'basic.yaml:22:9'}
	    - {id: home, volume: sda2, fstype: ext4, uuid: $home_uuid, at: 'basic.yaml:26:9'}
	    - {id: swap, volume: sda3, fstype: swap, at: 'basic.yaml:30:9'}
	    - {id: fat-fs, volume: fat, fstype: fat32, label: SPARE, at: 'basic.yaml:53:9'}
	    - {id: data-fs, volume: data, fstype: $data_type, at: 'basic.yaml:63:9'}
	  mounts:
	    - {id: root-mount, device: root, path: /, mounted: true, options: defaults, fstab: '* / ext4 defaults', at: 'basic.yaml:34:9'}
	    - {id: home-mount, device: home, path: /home, mounted: true, options: 'defaults,noatime', fstab: '* /home ext4 defaults,noatime', at: 'basic.yaml:38:9', places: {options: 'basic.yaml:39:18'}}
	    - {id: swap-mount, device: swap, path: none, mounted: true, fstab: '* none swap sw', at: 'basic.yaml:42:9'}
	    - {id: data-mount, device: data-fs, path: /data, mounted: true, options: 'noatime,nofail', fstab: '* /data $data_type noatime,nofail', at: 'basic.yaml:66:9'}
	checks:
	  - {name: hostname, at: 'case.yaml:9:5', file: etc/hostname, has_line: guest}
	  - {name: kernel, at: 'case.yaml:10:5', file: /proc_cmdline, matches: '^BOOT_IMAGE=/boot/vmlinuz-[0-9.]+', why: the installed kernel must have booted}
	  - {name: version, at: 'case.yaml:11:5', file: ./version, equals: '12.8'}
	  - {name: marker, at: 'case.yaml:12:5', file: marker, exists: true}
	  - {name: no swapfile, at: 'case.yaml:13:5', file: swap.img, absent: true}
	  - {name: log, at: 'case.yaml:14:5', file: logs/install-serial.log, matches: 'exit status 0'}
	  - {name: script, at: 'case.yaml:15:5', run: [sh, -c, 'test -f "\$VT_COLLECT_DIR/fstab" && test -d "\$VT_TEST_DIR/logs"']}
	Y
}

facts() {
	cat >fstab <<-F
	# /etc/fstab, written by the installer
	UUID=$root_uuid / ext4 defaults 0 1
	/dev/disk/by-uuid/$home_uuid	/home ext4 defaults,noatime 0 2
	UUID=$data_uuid /data $data_type noatime,nofail 0 0
	UUID=$swap_uuid none swap sw 0 0
	F
	sed -i "s/defaults,noatime 0 2/$1 0 2/" fstab
	cat >proc-swaps <<-'F'
	Filename				Type		Size		Used		Priority
	/dev/vda3                               partition	16380		0		-2
	F
	cat >ls_al_byuuid <<-F
	total 0
	drwxr-xr-x 2 root root 120 Nov 22 10:00 .
	drwxr-xr-x 7 root root 140 Nov 22 10:00 ..
	lrwxrwxrwx 1 root root  10 Nov 22 10:00 $root_uuid -> ../../vda1
	lrwxrwxrwx 1 root root  10 Nov 22 10:00 $home_uuid -> ../../vda2
	lrwxrwxrwx 1 root root  10 Nov 22 10:00 $swap_uuid -> ../../vda3
	lrwxrwxrwx 1 root root   9 Nov 22 10:00 $data_uuid -> ../../vdc
	F
	cat >proc_mounts <<-F
	sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0
	/dev/vda1 / ext4 rw,relatime 0 0
	/dev/vda2 /home ext4 rw,noatime 0 0
	/dev/vdc /data $data_type rw,noatime 0 0
	F
	mkdir -p run_cloud-init etc var_lib_cloud/data
	cat >var_lib_cloud/data/status.json <<-'F'
	{"v1": {"datasource": "DataSourceNoCloud [seed=/dev/vdb][dsmode=net]",
	 "init": {"errors": [], "finished": 1.5, "start": 1.0},
	 "modules-final": {"errors": [], "finished": null, "start": 9.0},
	 "stage": "modules-final"}}
	F
	: >failed-units
	: >ls_dname
	echo /boot/grub/grub.cfg >find_boot.out
	echo ' 254        0     204800 vda' >proc_partitions
	echo '{"format":1,"scripts":[{"name":"common","status":0},{"name":"debian","status":0}]}' \
		>vt-sentinel.json
	echo guest >etc/hostname
	echo "BOOT_IMAGE=/boot/vmlinuz-6.1.0-28-cloud-amd64 root=UUID=$root_uuid ro" >proc_cmdline
	echo 12.8 >version
	: >marker
	printf 'f\tetc/os-release\t../usr/lib/os-release\n' >symlinks.txt
}

logs() {
	printf '%s\r\n' '[    0.000000] Linux version 6.1.0-28-cloud-amd64' \
		'[   11.2] cloud-init[301]: running' \
		'vt-install: partitioning /dev/vda' \
		'curtin: Installation finished. No error reported.' \
		'vt-pack: case: exit status 0' >install-serial.log
	printf '%s\r\n' 'Debian GNU/Linux 12 guest ttyS0' >boot-serial.log
	phase_json install 0 poweroff 93.2 '' >install.json
	phase_json boot 0 poweroff 61.5 '' >boot.json
}

# phase_json PHASE EXIT OUTCOME SECONDS CAUSE
phase_json() {
	cat <<-J
	{"format":1,"test":"case","phase":"$1","exit":$2,"outcome":"$3",
	 "cause":"$5","accel":"tcg","started":"2026-01-02T03:04:05Z","seconds":$4,
	 "times":{},"context":["first line","last words of the guest"],"command":[]}
	J
}

fixture() {
	need sfdisk mkfs.ext4 mkfs.vfat mkswap
	mkdir -p "$work/good/disks" "$work/good/collect" "$work/good/logs"
	(cd "$work/good/disks" && disk_images) || exit 3
	if command -v mkfs.btrfs >/dev/null; then
		data_type=btrfs
	else
		data_type=ext4
	fi
	(cd "$work/good/collect" && facts defaults,noatime) || exit 3
	(cd "$work/good/logs" && logs) || exit 3
	verify_yaml >"$work/good/verify.yaml"
	# the reference's rule compares options as they stand
	sed -i 's|/home, defaults\]|/home, "defaults,noatime"]|' \
		"$work/good/verify.yaml"
}

fresh() {
	rm -rf "$case" "$case.done"
	mkdir -p "$work/tests"
	cp -a --sparse=always "$work/good" "$case"
}

verify() { run vt-verify "$@" "$case"; }

# result NAME: "ok", "not ok" or "skip" of a check, from result.json
outcome() {
	perl -MJSON::PP -e '
		local $/;
		open my $f, "<", $ARGV[0] or die $!;
		for (@{decode_json(<$f>)->{checks}}) {
			next if $_->{name} ne $ARGV[1];
			print $_->{status};
			exit;
		}
		print "no such check";' "$case/result.json" "$1"
}

# of KEY: a top-level value of result.json
of() {
	perl -MJSON::PP -e '
		local $/;
		open my $f, "<", $ARGV[0] or die $!;
		print decode_json(<$f>)->{$ARGV[1]};' "$case/result.json" "$1"
}

# breaks CHECK WHAT: what was changed in $case makes this one check fail
breaks() {
	verify
	is "$(outcome "$1")" "not ok" "$2: '$1' fails"
	[ "$status" -eq 1 ] || diag "status $status: $(tail -n 3 "$work/err")"
}

# skips CHECK WHAT
skips() {
	verify
	is "$(outcome "$1")" skip "$2: '$1' is skipped"
}

# Add the lists in $work/storage to the storage of $work/good/verify.yaml: each
# to the one of the same type, or as a list of its own.
storage_lists() {
	awk -v lists="$work/storage" '
BEGIN {
	while ((getline line < lists) > 0)
		if (line ~ /^  [a-z]/)
			list = line
		else
			entries[list] = entries[list] line "\n"
}
/^checks:/ {
	for (list in entries)
		printf "%s\n%s", list, entries[list]
}
{ print }
$0 in entries { printf "%s", entries[$0]; delete entries[$0] }
' "$work/good/verify.yaml" >"$work/with"
	mv "$work/with" "$work/good/verify.yaml"
}

# network_fixture: `fixture`, whose guest has the interfaces of t/network
network_fixture() {
	fixture
	cp "$top"/t/network/facts/* "$work/good/collect/"
	cp "$work/good/verify.yaml" "$work/whole.yaml"
}

# of_version_1: facts without what only version 2 can ask for
of_version_1() {
	python3 - "$case/collect" <<'P'
import json, sys
for name in "ip_addr", "ip_link":
    path = "%s/%s.json" % (sys.argv[1], name)
    j = [l for l in json.load(open(path))
         if l["ifname"] not in ("bond2", "dummy0")]
    for l in j:
        for a in l.get("addr_info", []):
            a.pop("deprecated", None)
    json.dump(j, open(path, "w"))
P
}

# expect_network CONFIG: what is expected of it, and nothing of storage
expect_network() {
	run vt-rules --plan "$1"
	[ "$status" -eq 0 ] || diag "$(cat "$work/err")"
	{
		sed '/^storage:/,/^checks:/{/^checks:/!d;}' "$work/whole.yaml"
		sed -n '/^  network:/,/^  [a-z_]*:/p' "$work/out" |
			sed '1!{/^  [a-z]/d;}; s/^  //'
	} >"$work/good/verify.yaml"
}

#!/bin/sh
# Checks of collected facts that every test has.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
fixture
# facts with an lsblk.json show which disk has which serial
for disk in sda:a fat:b data:c pnum:d; do
	sed -i "s/{id: ${disk%:*}, /&serial: disk-${disk#*:}, /" \
		"$work/good/verify.yaml"
done

edit() { # FILE SED-EXPRESSION, in a fresh copy
	fresh
	sed -i "$2" "$case/$1"
	! cmp -s "$case/$1" "$work/good/$1" || diag "nothing changed in $1"
}
lose() { # FILE
	fresh
	rm -r "${case:?}/$1"
}
f=collect/fstab

# The install log.
edit logs/install-serial.log '/No error/d'
breaks "install_log success" "no line of success"
has "$work/out" '^#   \| vt-pack: case: exit status 0' "the end is shown"
sed -i '1s/{/{"channel": ["curtin: Installation finished."],/' \
	"$case/logs/install.json"
verify
is "$(outcome "install_log success")" ok "unless it was told another way"
# The exit status counts, on the console and on the port.
edit logs/install-serial.log 's/exit status 0/exit status 3/'
breaks "install_log success" "a line of success, but exit status 3"
has "$work/out" "^#   found: +the installer ended with 'vt-pack: case: exit status 3'" \
	"with its mark"
fresh
sed -i '1s/{/{"channel": ["vt-pack: case: exit status 3"],/' \
	"$case/logs/install.json"
breaks "install_log success" "exit status 3 by the port alone"
sed -i '/^success:/d' "$case/verify.yaml"
breaks "install_log success" "the same without a pattern"
# Mentioned, not said.
edit logs/install-serial.log "s/^curtin: I.*/+ echo '&'/"
breaks "install_log success" "a script that is traced"
has "$work/out" "since the pattern is only part of the line: '. echo" \
	"the line is shown"
edit logs/install-serial.log 's/^curtin: I/[    0.1] Command line: x=&/'
breaks "install_log success" "a kernel command line"
edit logs/install-serial.log 's/^curtin: I/[   12.345678] cloud-init[7]: &/'
verify
is "$(outcome "install_log success")" ok "cloud-init's name before it"
edit logs/install-serial.log '3i Kernel panic - not syncing\r'
breaks "install_log failures" "a failure pattern"
has "$work/out" '^#   found: +line 3 matches kernel-panic: ' "with its line"
has "$work/out" '^#   \| > 3: Kernel panic - not syncing$' "and context"
has "$work/out" 'see: +.*/tests/case/logs/install-serial.log:3$' "where it is"
has "$work/err" 'FAILED: install_log failures: line 3 .*\(see .*:3\)$' \
	"the last line says it all"
edit logs/install-serial.log '3i curtin: Instal[   12.345678] x\nlation failed'
breaks "install_log failures" "one that the kernel cut in two"
edit verify.yaml '$a fatal: {kernel-panic: off, ours: "odd [lw]ine"}'
sed -i '3i Kernel panic - not syncing' "$case/logs/install-serial.log"
verify
is "$(outcome "install_log failures")" ok "a row that is off"
sed -i '3i an odd line' "$case/logs/install-serial.log"
breaks "install_log failures" "a row of the test's own"
edit verify.yaml '$a fatal: {kernel-panik: off}'
verify
status_is 2 "an unknown row"
has "$work/err" "verify.yaml:[0-9]+:9: .*'kernel-panik'.*mean 'kernel-panic'" \
	"with its place and the nearest"
lose logs/install-serial.log
breaks "install_log" "no log"

# fstab, by the reference's rule and by itself.
edit $f 's/noatime 0 2/relatime 0 2/'
breaks "fstab $home_uuid" "other options than fstab_expected"
edit $f '/home/d'
breaks "fstab $home_uuid" "no line for fstab_expected"
edit $f '/home/p'
breaks "fstab $home_uuid" "two lines for fstab_expected"
edit $f '$a UUID=x'
breaks "fstab" "a line with one field"
lose $f
breaks "fstab" "no fstab"
is "$(outcome evidence)" "not ok" "it is missing evidence, too"
has "$work/out" "^#   found: +no 'collect/fstab'$" "by its name"

# Swap.
edit collect/proc-swaps '/vda3/d'
breaks "swaps_used" "a swap that is not in use"
is "$(outcome "mount swap-mount mounted")" "not ok" "and is not the config's"
edit $f "s/UUID=$swap_uuid/UUID=0000/"
breaks "swaps_used" "a swap that no fact knows"
is "$(outcome "mount swap-mount fstab")" "not ok" "so it is not the config's"
edit $f "s|UUID=$swap_uuid|/dev/disk/by-uuid/$swap_uuid|"
verify
is "$(outcome "swaps_used")" ok "a swap by-uuid"
edit $f "s|UUID=$swap_uuid|/dev/vda3|"
verify
is "$(outcome "swaps_used")" ok "a swap by device"
edit $f '$a /swap\\040file none swap sw 0 0'
printf '%s\n' '/swap\040file file 1024 0 -3' >>"$case/collect/proc-swaps"
verify
is "$(outcome "swaps_used")" ok "a swap file with a space"
lose collect/proc-swaps
breaks "swaps_used" "no proc-swaps"

# lsblk.json instead of the listing.
lose collect/ls_al_byuuid
cat >"$case/collect/lsblk.json" <<J
{"blockdevices": [
 {"name": "vda", "uuid": null, "children": [
  {"name": "vda1", "uuid": "$root_uuid"}, {"name": "vda2", "uuid": "$home_uuid"},
  {"name": "vda3", "uuid": "$swap_uuid"}]},
 {"name": "vdc", "uuid": "$data_uuid"}]}
J
verify
status_is 0 "devices by lsblk.json"
rm "$case/collect/lsblk.json"
skips "mount root-mount mounted" "no fact tells the device's UUID"

# Mounts.
edit collect/proc_mounts '/home/d'
breaks "mount home-mount mounted" "not mounted"
edit collect/proc_mounts 's|/dev/vda2|/dev/vda1|'
breaks "mount home-mount mounted" "mounted from another device"
edit collect/proc_mounts '$a tmpfs /home tmpfs rw,noatime 0 0'
breaks "mount home-mount mounted" "hidden by a tmpfs"
edit collect/proc_mounts '/home/s/noatime/relatime/'
breaks "mount home-mount options" "an option without effect"
edit $f '/home/s/,noatime//'
breaks "mount home-mount fstab" "an option not in fstab"
edit $f "s|/dev/disk/by-uuid/$home_uuid|UUID=$root_uuid|"
breaks "mount home-mount fstab" "another device in fstab"
edit $f '/data/s/,nofail//'
breaks "mount data-mount fstab" "nofail is asked of fstab"
is "$(outcome "mount data-mount options")" ok "and not of the kernel"
lose collect/proc_mounts
skips "mount root-mount mounted" "no mounts"
status_is 1 "which is a failure"
is "$(outcome evidence)" "not ok" "of the evidence"
has "$work/out" "no 'collect/proc_mounts' or 'findmnt.json'" "either would do"
cat >"$case/collect/findmnt.json" <<J
{"filesystems": [{"target": "/", "source": "/dev/vda1", "options": "rw,relatime",
 "children": [{"target": "/home", "source": "/dev/vda2", "options": "rw,noatime"},
 {"target": "/data", "source": "/dev/vdc[/]", "options": "rw,noatime"}]}]}
J
verify
status_is 0 "mounts by findmnt.json"
sed -i 's|"/dev/vda1"|"/dev/root", "uuid": "'$root_uuid'"|' \
	"$case/collect/findmnt.json"
verify
is "$(outcome "mount root-mount mounted")" ok "findmnt's own UUID counts"
sed -i 's/rw,relatime/ro,relatime/' "$case/collect/findmnt.json"
sed -i 's|path: /, mounted: true, options: defaults|path: /, mounted: true, options: rw|' "$case/verify.yaml"
breaks "mount root-mount options" "rw, mounted ro"

# Lines of fstab that name no device of the config.
spec() { # fstab-line-wanted, and the line that is there
	fresh
	printf "    - {id: spec, path: /t, fstab: '%s'}\n" "$1" \
		>"$work/spec"
	sed -i "/id: swap-mount/r $work/spec" "$case/verify.yaml"
	printf '%s\n' "$2" >>"$case/collect/fstab"
}
spec 'none /t tmpfs size=1M' 'none	/t tmpfs size=1M 0 0'
verify
is "$(outcome "mount spec fstab")" ok "a tmpfs in fstab"
spec '/a\040b /t none bind' '/a\040b /t none bind'
verify
is "$(outcome "mount spec fstab")" ok "a spec with a space"
for line in 'none /t tmpfs size=2M' 'none /t ramfs size=1M' \
	'none /t tmpfs size=1M,ro' 'tmp /t tmpfs size=1M' '# none /t tmpfs size=1M'; do
	spec 'none /t tmpfs size=1M' "$line"
	breaks "mount spec fstab" "the line '$line'"
done

# Each word of a line is compared, and the result says which differs.
words() { # the entry's members, what is done to fstab, FIELD, WORDS
	edit verify.yaml "/id: home-mount/s|fstab:|$1fstab:|"
	sed -i "$2" "$case/collect/fstab"
	breaks "mount home-mount $3" "$4"
	has "$work/out" "^#   found: +$4" "and that is said"
}
words '' 's|/home ext4|/home ext3|' fstab "line 3: .*, whose type is not 'ext4'$"
words '' "s|$home_uuid|$root_uuid|" fstab 'line 3: .*, which names another device$'
words '' 's|defaults,noatime|defaults|' fstab "line 3: .*, without the option 'noatime'$"
words "freq: '3', " '' freq "'0' in line 3: '/dev/disk"
words "passno: '1', " '' passno "'2' in line 3: '/dev/disk"
words "passno: '2', " 's| 0 2$||' passno "'0' in line 3: '/dev/disk"
words "passno: '2', " '/home/d' passno 'no line for /home$'
edit verify.yaml "/id: home-mount/s|fstab:|freq: '0', passno: '2', fstab:|"
verify
is "$(outcome "mount home-mount freq") $(outcome "mount home-mount passno")" \
	'ok ok' 'fields 5 and 6'
edit verify.yaml "s|'\* none swap sw'|'* /x swap sw'|"
breaks "mount swap-mount fstab" "the path of a swap in fstab"
has "$work/out" "^#   found: +line 5: .*, whose mount point is not '/x'" \
	"which is said"
edit verify.yaml "s|'\* none swap sw'|&, priority: '5'|"
breaks "mount swap-mount priority" "the priority of a swap"
has "$work/out" "^#   expected: priority '5'" "which is expected"
has "$work/out" "^#   found: +'-2'" "and found"
sed -i 's/-2$/5/' "$case/collect/proc-swaps"
verify
is "$(outcome "mount swap-mount priority")" ok "and as it should be"

# Swap that is no format: a file, and a device by its spec.
swap_of() { # the entry's members, the line of fstab, the line of proc-swaps
	fresh
	printf "    - {id: spec, path: none, mounted: true, %s}\n" "$1" \
		>"$work/spec"
	sed -i "/id: swap-mount/r $work/spec" "$case/verify.yaml"
	printf '%s\n' "$2" >>"$case/collect/fstab"
	[ -z "$3" ] || printf '%s\n' "$3" >>"$case/collect/proc-swaps"
}
file="size: 536870912, fstab: '/swp none swap sw'"
swap_of "$file" '/swp none swap sw 0 0' '/swp file 524284 0 -3'
verify
is "$(outcome "mount spec mounted") $(outcome "mount spec size") $(outcome "mount spec fstab")" \
	'ok ok ok' 'a swap file in use'
swap_of "$file" '/swp none swap sw 0 0' '/swp file 262140 0 -3'
breaks "mount spec size" "a swap file of half the size"
swap_of "$file" '/swp none swap sw 0 0' ''
breaks "mount spec mounted" "a swap file that is not in use"
has "$work/out" "^#   expected: /swp in use" "which is expected to be"
# The section `swap`: no file, or one that the installer chooses.
section_of() { # the entry's members, the line of fstab, the line of proc-swaps
	swap_of "$@"
	sed -i '/id: spec/s/{id: spec/{id: \/swp/; /id: .swp/s/, mounted: true//' \
		"$case/verify.yaml"
}
section_of 'absent: /swp' '' ''
verify
is "$(outcome "mount /swp absent")" ok 'no swap file, as asked for'
section_of 'absent: /swp' '/swp none swap sw 0 0' ''
breaks "mount /swp absent" 'a line of fstab'
has "$work/out" "^#   found: +line 6 of fstab: '/swp none" 'which is shown'
section_of 'absent: /swp' '' '/swp file 1024 0 -3'
breaks "mount /swp absent" 'a swap file in use'
rm "$case/collect/proc-swaps"
skips "mount /swp absent" 'no facts about swap'
most="optional: no size, maxsize: 1048576, mounted: true, fstab: '/swp none swap sw'"
section_of "$most" '' ''
skips "mount /swp maxsize" 'no file where the installer decides'
has "$work/out" 'SKIP no size' '  with the reason'
is "$(outcome "mount /swp fstab") $(outcome "mount /swp mounted")" 'skip skip' \
	'nothing else of it'
section_of "$most" '/swp none swap sw 0 0' '/swp file 1020 0 -3'
verify
is "$(outcome "mount /swp maxsize") $(outcome "mount /swp mounted")" 'ok ok' \
	'a file of that size at most'
section_of "$most" '/swp none swap sw 0 0' '/swp file 1028 0 -3'
breaks "mount /swp maxsize" 'a larger one'
has "$work/out" '^#   expected: at most 1048576 bytes' 'which is said'
section_of "$most" '/swp none swap sw 0 0' ''
breaks "mount /swp mounted" 'one that is not in use'
swap_of "fstab: 'UUID=$swap_uuid none swap sw'" '' ''
verify
is "$(outcome "mount spec mounted")" ok 'a swap by its UUID is in use'
swap_of "fstab: 'LABEL=x none swap sw'" 'LABEL=x none swap sw 0 0' ''
skips "mount spec mounted" 'a spec that no fact knows'

# What must not be mounted.
edit verify.yaml '/id: data-mount/s/mounted: true/mounted: false/'
breaks "mount data-mount mounted" "noauto, and mounted"
sed -i '/data/d' "$case/collect/proc_mounts"
verify
is "$(outcome "mount data-mount mounted")" ok "noauto"

# The booted system's own word about disks.
booted() { # PTTYPE FSTYPE LABEL
	cat >"$case/collect/lsblk.json" <<J
{"blockdevices": [{"name": "vda", "kname": "vda", "serial": "disk-a", "pttype": "$1",
  "children": [{"name": "vda1", "kname": "vda1", "type": "part", "fstype": "$2",
   "label": "$3", "uuid": "$root_uuid", "parttype": "0x83", "partflags": "0x80", "pttype": "$1"},
  {"name": "vda2", "kname": "vda2", "uuid": "$home_uuid"},
  {"name": "vda3", "kname": "vda3", "uuid": "$swap_uuid"}]},
 {"name": "vdb", "serial": "disk-b", "fstype": "vfat", "fsver": "FAT32", "label": "SPARE"},
 {"name": "vdd", "serial": "disk-d", "pttype": "gpt", "children": [
  {"name": "vdd1", "kname": "vdd1"}, {"name": "vdd10", "kname": "vdd10"},
  {"name": "vdd2", "kname": "vdd2", "start": 34816, "partlabel": "boot",
   "partuuid": "5c0f1a52-6f8e-4e0b-9c1d-7a3b5d9e2f40", "pttype": "gpt",
   "parttype": "9e1a2d38-c612-4316-aa26-8b49521e5a8b", "partflags": "0x9000000000000001"}]}]}
J
}
fresh
booted dos ext4 cloudimg-rootfs
verify
status_is 0 "both sides tell the same"
booted gpt ext4 cloudimg-rootfs
breaks "disk sda ptable" "another table once booted"
has "$work/out" '^#   found: +on the disk: msdos; booted: gpt$' "both are shown"
has "$work/out" '^#   see: +.*/collect/lsblk.json$' "and where that stands"
booted dos ext4 cloudimg-rootfs
serials() { # SED-EXPRESSION: where all disks show their serials, but for the seed
	booted dos ext4 cloudimg-rootfs
	sed -i -e 's/"name": "vd[ab]",/& "type": "disk",/' -e '$s/\]}$/,\
 {"name": "vdc", "type": "disk", "serial": "disk-c"},\
 {"name": "vdd", "type": "disk", "serial": "disk-d", "children": [\
  {"name": "vdd1"}, {"name": "vdd2"}, {"name": "vdd10"}]},\
 {"name": "vde", "type": "disk", "serial": null, "label": "cidata"}]}/' \
		-e "$1" "$case/collect/lsblk.json"
}
serials ''
verify
status_is 0 "serials as they were asked for"
is "$(outcome "disk sda serial")" ok "a serial"
serials 's/"disk-a"/"disk-x"/'
breaks "disk sda serial" "no disk has the serial"
has "$work/out" "^#   found: +no disk in lsblk.json has the serial 'disk-a'; there are: disk-x, disk-b, disk-c, disk-d$" \
	"as it says"
is "$(outcome "partition sda1 number")" "not ok" "nor has what is on the disk"
serials 's/"disk-a"/null/'
skips "disk sda serial" "a disk whose serial lsblk does not show"
serials 's/"disk-a"/"39cc071e72c64cc4", "wwn": "0x39cc071e72c64cc4"/'
skips "disk sda serial" "a WWN in its place"
edit verify.yaml '/id: sda,/s/serial: disk-a/&, wwn: "0x39CC071E72C64CC4"/'
serials 's/"disk-a"/"39cc071e72c64cc4", "wwn": "0x39cc071e72c64cc4"/'
verify
is "$(outcome "disk sda wwn")" ok "by which the disk is found"
is "$(outcome "disk sda serial")" skip "without a serial"
edit verify.yaml '/id: sda,/s/serial: disk-a/&, wwn: "0x29CC071E72C64CC4"/'
serials 's/"disk-a"/&, "wwn": "0x39cc071e72c64cc4"/'
breaks "disk sda wwn" "another WWN"
fresh
booted dos xfs other
breaks "format root fstype" "another file system once booted"
is "$(outcome "format root label")" "not ok" "another label"
for said in '"partuuid": "5/"partuuid": "6/ uuid' \
	'"start": 34816/"start": 34824/ offset' '0x9/0x8/ attributes'; do
	booted dos ext4 cloudimg-rootfs
	sed -i "s/${said% *}" "$case/collect/lsblk.json"
	breaks "partition pnum2 ${said##* }" "another ${said##* } once booted"
done
rm "$case/disks/install_disk.img" "$case/disks/extra_disk_1.img"
booted dos ext4 cloudimg-rootfs
verify
status_is 3 "without images the facts tell, but they are missed"
is "$(outcome "format fat-fs fstype")" ok "a width of FAT"
is "$(outcome "partition sda1 flag")" ok "a flag"
is "$(outcome "mount root-mount mounted")" ok "and what is mounted"
is "$(outcome "partition sda1 size")" skip "but no size: systems grow"
sed -i "/id: sda2/s/type: '83'/flag: extended/" "$case/verify.yaml"
sed -i 's/"kname": "vda2",/& "pttype": "dos", "parttype": "0x5",/' \
	"$case/collect/lsblk.json"
verify
is "$(outcome "partition sda2 flag")" ok "lsblk leaves out a zero"
booted dos ext4 cloudimg-rootfs
sed -i 's/vda2/vda4/g' "$case/collect/lsblk.json"
breaks "partition sda2 number" "a partition that is gone"

# Health.
fresh
sed -i '0,/"errors": \[\]/s//"errors": ["Unable to render networking"]/' \
	"$case/collect/var_lib_cloud/data/status.json"
breaks "cloud_init_status" "an error of cloud-init"
has "$work/out" 'init: Unable to render networking' "its words are shown"
fresh
echo '{"status":"error","errors":[]}' >"$case/collect/cloud-init-status.json"
breaks "cloud_init_status" "status error"
fresh
echo '{' >"$case/collect/cloud-init-status.json"
breaks "cloud_init_status" "a broken status"
lose collect/var_lib_cloud
breaks "cloud_init_status" "no cloud-init"
fresh
echo 'ssh.service loaded failed failed OpenSSH' >"$case/collect/failed-units"
breaks "failed_units" "a failed unit"
has "$work/out" 'ssh.service' "its name is shown"
lose collect/failed-units
breaks "failed_units" "no systemd"
edit collect/vt-sentinel.json 's/"debian","status":0/"debian","status":2/'
mkdir "$case/collect/vt-collect"
echo "cp: no space left" >"$case/collect/vt-collect/debian.log"
breaks "collect script debian" "a collect script that failed"
has "$work/out" 'cp: no space left' "its last words are shown"
lose collect/vt-sentinel.json
breaks "collect scripts" "no sentinel"
edit collect/vt-sentinel.json 's/,{"name":"debian","status":0}//'
breaks "collect script debian" "a script that did not run"
for fact in find_boot.out ls_dname proc_cmdline proc_partitions symlinks.txt; do
	lose collect/$fact
	breaks evidence "no $fact"
done
# What a definition's own scripts collect is not known.
lose collect/failed-units
rm "$case/collect/fstab" "$case/collect/proc-swaps"
sed -i 's/^collect_scripts:.*/collect_scripts: [collect-1]/' "$case/verify.yaml"
sed -i 's/"common"/"collect-1"/' "$case/collect/vt-sentinel.json"
skips failed_units "not vt's own scripts"
skips fstab "the same"
is "$(outcome evidence)" ok "no evidence is missing"
lose collect/failed-units
sed -i '/^collect_scripts:/d' "$case/verify.yaml"
breaks failed_units "scripts are not said: vt's own"
for script in common dpkg; do
	for fact in $(sed -n "/^} table/,/^};/{/\"$script\", /s/.*any = {\([^}]*\)}.*/\1/p}" \
		"$top/src/verify/evidence.c" | tr -d '",'); do
		grep -q "${fact%uuid}" "$top/src/seed/collect/$script.sh" ||
			diag "$script does not collect $fact"
		echo "$fact"
	done
done >"$work/facts"
hasnt "$work/facts" 'does not' "each fact of the table is collected by its script"
[ "$(wc -l <"$work/facts")" -gt 10 ]
result $? "which has $(wc -l <"$work/facts") of them"
done_testing

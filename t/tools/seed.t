#!/bin/sh
# vt-seed: reproducible images, and the script that collects facts, which is run
# on this host with its paths replaced by paths below $work.
. "$(dirname "$0")/../lib.sh"
PATH=$PATH:/usr/sbin:/sbin
need python3 tar mkfs.vfat mcopy mtype
python3 -c 'import yaml' 2>/dev/null || skip_all "python3-yaml is not installed"
cd "$work" || exit 3

# guest FILE [DISK]: run the collecting script of a user-data on this host
guest() {
	rm -rf guest tmp
	mkdir -p guest tmp root/.ssh journal/0123
	echo key >root/.ssh/key
	ln -sfn /nowhere root/link
	echo journal >journal/0123/system.journal
	part "$1" "$(($(grep -c '^- ' "$1") - 1))" content |
		sed -e "s|/mnt/output|$work/guest|g" \
			-e "s|^disk=.*|disk=${2:-$work/disk}|" \
			-e "s|^root=.*|root=$work/root|" \
			-e "s|^journal=.*|journal=$work/journal|" \
			-e "s|^limit=.*|limit=2|" -e "s|sleep 1|sleep 0.1|" \
			-e "s|/run/vt-seed|$work/tmp/vt-seed|" \
			-e "s|^per_boot=.*|per_boot=$work/per-boot|" \
			-e "s|^cloud_cfg=.*|cloud_cfg=$work/cfg|" \
			-e "s|^boots=.*|boots=$work/boots|" \
			-e "s|/proc/sys/kernel/random/|$work/|" \
			-e "s|journalctl|: journalctl|" >driver
	truncate -s 4M disk
	run sh driver
}

cat >a.sh <<'EOF'
cd OUTPUT_COLLECT_D || exit 9
echo fact >fact
mkdir -p sub/dir && ln -s ../fact sub/link && ln -s /no/thing sub/broken
mkfifo sub/fifo
ln fact hard
echo said
echo complained >&2
EOF
printf '#!/usr/bin/env python3\nprint("one\\ntwo\\nthree\\nfour")\nraise SystemExit(5)\n' >b.py
printf '#!/bin/sh\necho VT_END\nVT_END\n: <<VT_END_1\nVT_END_1\nprintf last' >c
printf '#cloud-config\nwrite_files: []\n' >cc

# Determinism
seeds() {
	for format in iso vfat; do
		vt-seed --format $format --cloud-config cc -o "$1.$format" \
			a.sh b.py c
	done
}
seeds 1
sleep 2.1 # time stamps of FAT have a resolution of 2 s
touch -d 2001-02-03 a.sh
(umask 077 && export TZ=Asia/Tokyo LC_ALL=C.UTF-8 && seeds 2)
for format in iso vfat; do
	ok "$format: another time, umask and locale give the same bytes" \
		cmp 1.$format 2.$format
	if command -v blkid >/dev/null; then
		is "$(blkid -p -o value -s LABEL 1.$format | tr A-Z a-z)" \
			cidata "$format: the label that cloud-init looks for"
	else
		skip "$format: the label" "no blkid"
	fi
done

# The contents of the image
mtype -i 1.vfat ::user-data >ud
mtype -i 1.vfat ::meta-data >md
mtype -i 1.vfat ::network-config >nc
has md '^instance-id: vt-boot-[0-9a-f]{16}$' "the instance-id is a checksum"
is "$(cat nc)" "config: disabled" "cloud-init does not configure the network"
part ud 0 content >cc0
has cc0 'power_state: \{mode: poweroff' "the machine powers off"
hasnt cc0 'passw' "no password is set"
is "$(part ud 1 type)" text/cloud-config "the added cloud-config"
part ud 1 content >cc1
ok "is not changed" cmp cc1 cc
is "$(part ud 2 type)" text/cloud-boothook "what sends the journal"

# sends BOOTED PORT: what the script that sends the journal does, in a guest with
# systemd, and with a virtio-serial port of this name
sends() {
	rm -rf sys run && mkdir -p "sys/vport0p1" sys/vport0p2
	[ -z "$1" ] || mkdir run
	echo org.vt.installer >sys/vport0p1/name
	echo "$2" >sys/vport0p2/name
	printf '#!/bin/sh\necho "$@"\n' >systemd-run && chmod +x systemd-run
	part ud 2 content | sed -e "s|/sys/class/virtio-ports|$work/sys|" \
		-e "s|/run/systemd/system|$work/run|" >hook
	PATH=$work:$PATH run sh hook
	status_is 0 "the hook never fails: ${1:-no systemd}, $2"
}
sends systemd org.vt.journal
has out 'no-block.*DefaultDependencies=no.*shutdown.target' 'nothing waits for it'
has out 'journalctl .*--boot --follow' 'it follows the journal'
has out '>/dev/vport0p2' 'to the port'
sends systemd org.vt.other
is "$(cat out)" '' 'without the port nothing is run'
sends '' org.vt.journal
is "$(cat out)" '' 'nor without systemd'

# Collecting facts
guest ud
status_is 0 "the script succeeds"
tar -tf disk >names 2>err
is "$?" 0 "the disk contains an archive"
is "$(tail -n 1 names)" vt-sentinel.json "the sentinel is its last member"
is "$(grep -c sentinel names)" 1 "and the only one"
is "$(tar -xOf disk vt-sentinel.json)" \
	'{"format":1,"scripts":[{"name":"a","status":0},{"name":"b.py","status":5},{"name":"c","status":0}]}' \
	"it contains the exit status of each script"
mkdir back && tar -C back -xf disk
is "$(cat back/fact back/root/.ssh/key)" "fact
key" "facts and /root are collected"
is "$(find back ! -type f ! -type d)" "" "only files and directories"
is "$(LC_ALL=C sort back/symlinks.txt | tr '\t\n' '  ')" \
	"N root/link /nowhere N sub/broken /no/thing f sub/link ../fact " \
	"symbolic links are listed"
is "$(tar -tvf disk | grep -c '^h')" 0 "hard links become files"
is "$(cat back/hard)" fact "with the same content"
is "$(gzip -dc back/var-log-journal/0123/system.journal.gz)" journal \
	"the journal is compressed"
has back/vt-collect/a.log '^\+ echo said$' "scripts without '#!' are run by sh -x"
has back/vt-collect/a.log '^complained$' "the output of a script is collected"
is "$(cat back/vt-collect/b.py.log | tr '\n' ' ')" "one two three four " \
	"other interpreters are used"
is "$(grep -c . back/vt-collect/c.log)" 3 \
	"a script may contain the end of a here-document"
has out '^vt-seed: a: exit status 0, [0-9]+ s$' "the console gets the exit status"
hasnt out 'complained|^one' "and not the output"
has out '^four' "but the last lines of a failed script"
is "$(find tmp -mindepth 1)" "" "no temporary files remain"

# Errors in the guest
echo 'echo before; sleep 60' >hang
echo 'exit 0' >after
vt-seed -o seed.vfat --format vfat hang after && mtype -i seed.vfat ::user-data >ud2
guest ud2
status_is 0 "a script that hangs is stopped"
has out 'hang: exit status 124' "with its status"
has out 'after: exit status 0' "the next script is run"
if [ -w /dev/full ]; then
	guest ud2 /dev/full
	status_is 1 "an output disk that is too small"
	has out "cannot write the archive to '/dev/full'" "is reported"
	has out 'No space left' "with the reason"
fi
# Scripts written on Windows
printf '#!/bin/sh\r\nif true; then\r\n\techo yes\r\nfi\r\nprintf "a\\r"' >dos
printf 'cat <<X >OUTPUT_COLLECT_D/kept\na\r\nX\n' >mixed
vt-seed -o seed.vfat --format vfat dos mixed && mtype -i seed.vfat ::user-data >ud4
guest ud4
has out 'dos: exit status 0' "a script with the line ends of Windows runs"
mkdir dos.back && tar -C dos.back -xf disk
is "$(od -An -c dos.back/vt-collect/dos.log | tr -d ' \n')" 'yes\na\r' \
	"with all of its lines"
is "$(od -An -c dos.back/kept | tr -d ' \n')" 'a\r\n' \
	"a single such line end in another script is kept"
head -c 100000 /dev/urandom >noise
cat >big <<'EOF'
cp noise OUTPUT_COLLECT_D/noise
EOF
sed -i "s|noise OUT|$work/noise OUT|" big
vt-seed -o seed.vfat --format vfat big && mtype -i seed.vfat ::user-data >ud3
if command -v prlimit >/dev/null; then
	guest ud3 >/dev/null
	: >disk
	run prlimit --fsize=51200 sh -c 'trap "" XFSZ; sh driver'
	[ "$status" -ne 0 ]
	result $? "a disk that becomes full"
	ok "has no sentinel" sh -c '! grep -q vt-sentinel.json disk'
else
	skip "a disk that becomes full" "no prlimit"
fi
guest ud3 "$work/none"
status_is 1 "without an output disk"
has out "output disk '$work/none' not found" "is reported"

# Bad input
mkdir other && echo x >other/a.sh
run vt-seed -o x.img a.sh other/a.sh
status_is 2 "two scripts with the same name"
cp a.sh 'a b'
run vt-seed -o x.img 'a b'
status_is 2 "a script with an invalid name"
printf 'a\0b' >binary
run vt-seed -o x.img binary
status_is 2 "a script that is not text"
run vt-seed -o x.img none.sh
status_is 2 "a missing script"
printf 'a: 1\nb: [\n' >typo
run vt-seed -o x.img --cloud-config typo a.sh
status_is 2 "a cloud-config with a syntax error"
has err 'typo:[0-9]+:[0-9]+: ' "is shown with its position"
printf '#cloud-config\nruncmd:\t[ls]\n' >tab
run vt-seed -o x.img --cloud-config tab a.sh
status_is 2 "a cloud-config that PyYAML refuses"
run vt-seed -o x.img --output-disk 'a/b' a.sh
status_is 2 "an invalid serial number"
run vt-seed -o x.img --format ext4 a.sh
status_is 2 "an unknown format"
run vt-seed
status_is 2 "without arguments"
ok "none of these wrote an image" test ! -e x.img
ok "an image is written to standard output" \
	sh -c 'vt-seed -o - --cloud-config cc a.sh b.py c | cmp - 1.iso'
vt-seed -o disk.img --output-disk vdz --format vfat a.sh
mtype -i disk.img ::user-data >ud4
has ud4 '^ *disk=/dev/disk/by-id/virtio-vdz$' "another output disk"

# A test's directory
mkdir -p T/boot
cat >T/boot/seed.yaml <<'EOF'
format: 1
test: T
scripts:
  - {name: common, content: "cd OUTPUT_COLLECT_D; echo é >e"}
  - name: two
    content: |
      #!/bin/sh
      exit 3
cloudconf: {bootcmd: [[touch, /x]]}
output: output_disk.img
EOF
run vt-seed T
status_is 0 "a test's directory"
is "$(part T/boot/user-data 1 content | tr -d ' \n')" \
	"#cloud-configbootcmd:--touch-/x" "has the cloud-config of seed.yaml"
guest T/boot/user-data
is "$(tar -xOf disk vt-sentinel.json)" \
	'{"format":1,"scripts":[{"name":"common","status":0},{"name":"two","status":3}]}' \
	"and its scripts"

# Several boots, with a stub of systemd-run; t/e2e/install.t has the real one
mkdir -p twice/boot stubs cfg
sed '$a boots: 2' T/boot/seed.yaml >twice/boot/seed.yaml
vt-seed twice
hasnt twice/boot/user-data power_state "of several boots, none ends with the first"
printf '#!/bin/sh\necho "$@" >%s/end\n' "$work" >stubs/systemd-run
chmod +x stubs/systemd-run
guest_boots() { # ID
	echo "$1" >boot_id
	: >disk
	PATH=$work/stubs:$PATH guest twice/boot/user-data
}
guest_boots one
status_is 0 "the first"
has end 'After=cloud-final.service systemctl reboot$' "reboots"
is "$(tr -d '\0' <disk)" "" "without facts"
ok "makes cloud-init run the script again" cmp driver per-boot/vt-collect
is "$(cat cfg/zz-vt-boots.cfg)" "network: {config: disabled}" \
	"but not configure the network"
guest_boots one
has end reboot "a second run in one boot is no boot"
guest_boots two
has end 'systemctl poweroff$' "the second powers off"
is "$(tar -xOf disk ./vt-collect/boots)" "2 boots" "with the facts"
has out 'two: exit status 3' "of the scripts"
rm -rf cfg boots
guest_boots three
status_is 1 "if cloud-init cannot be told"
has out 'cannot boot again' "this is said"
has end poweroff "and the machine powers off"
rm -f boots

cp -r T before
vt-seed T
ok "a second run gives the same bytes" diff -r before/boot T/boot
sed -i 's/exit 3/exit 4/' T/boot/seed.yaml
vt-seed T
ok "other content gives another instance-id" \
	sh -c '! cmp -s before/boot/meta-data T/boot/meta-data'
mkdir few && cp -L "$(command -v vt-seed)" few/
printf '#!/bin/sh\necho "verify $*"\nexit 2\n' >few/vt-verify
chmod +x few/vt-verify
sed -i 's/name: two/name: common/' T/boot/seed.yaml
run few/vt-seed T
status_is 2 "two scripts with the same name"
has err 'seed\.yaml:5:11: ' "are shown with their position"
has out '^verify --failed=seed T$' "vt-verify is called to write a result"
has T/logs/seed.json '"exit": 2' "from logs/seed.json"
# Interactive seeds: a login, no collecting, no power-off
ssh='ssh-ed25519 AAAA me@here'
echo "$ssh" >key.pub
run vt-seed --user "me:it's: #1" --ssh-key key.pub -o people.img
status_is 0 'an interactive seed'
tr '\000' '\n' <people.img >people
has people 'name: me' 'the user'
has people "passwd: .*it.*s: #1" 'the password, with special characters'
has people "$ssh" 'the key'
hasnt people 'power_state|x-shellscript' 'no script and no power-off'
mkdir -p people.d/boot
cat >people.d/boot/seed.yaml <<'Y'
format: 1
test: people
scripts: [{name: a, content: collect-me}]
cloudconf: {hostname: kept}
Y
run vt-seed --user ubuntu:passw0rd -o people.img people.d
status_is 0 'an interactive seed of a test'
ok 'has its cloud-config' grep -aq 'hostname: kept' people.img
ok 'but not its scripts' sh -c '! grep -aq collect-me people.img'
is "$(ls people.d/boot)" seed.yaml 'and the files of the test are not changed'
vt-seed -o collect.img a.sh
is "$(grep -ac 'instance-id: vt-console' people.img)" 1 'it has another instance-id'
is "$(grep -ac 'instance-id: vt-boot' collect.img)" 1 'than the seed that collects'
for bad in Bad 1x 'a b' '' root; do
	run vt-seed --user "$bad" -o people.img
	status_is 2 "invalid name, or neither password nor key: '$bad'"
done
run vt-seed --user a:b people.d
status_is 2 'without --output'
run vt-seed --user a:b a.sh
status_is 2 'a user and a script'
echo '-----BEGIN OPENSSH PRIVATE KEY-----' >private
run vt-seed --user a --ssh-key private
status_is 2 'a private key'

done_testing

#!/bin/sh
# vt-report --capsule: what is in it, without secrets, and that its test goes on
# elsewhere; with all tools, and a script in place of QEMU.
. "$(dirname "$0")/rules-lib.sh"
need make qemu-img jq tar cmp
fake_machines
cp -r "$work/d/tests" examples/
FAKE_SAYS="echo 'curtin: Installation finished.'"
export FAKE_SAYS
vt() { run timeout 120 make --no-print-directory "$@"; }
# unpack NAME: the capsule of a test, in $work/got
unpack() {
	rm -rf "$work/got"
	mkdir "$work/got"
	tar -xzf "tests/$1.capsule.tar.gz" -C "$work/got"
}
got=$work/got/a.capsule

# A test that fails: its guest collects nothing
cat >examples/a.yaml <<'Y'
conf_file: tests/c.yaml
verify:
  - {name: own, run: [./own-check, now]}
Y
printf '#!/bin/sh\nexit 0\n' >examples/own-check
chmod +x examples/own-check
echo 'a file of the config' >examples/beside
vt tests/a.done
status_is 2 "a test that fails"
has tests/a/result.json '"cause": "collect: ' "when its facts are extracted"
# as the command has it with an absolute TOPDIR
sed -i "s|\"command\": \[|&\"file=$tree/tests/a/disks/x.img\",|" \
	tests/a/logs/install.json
vt tests/a.capsule
status_is 0 "make tests/NAME.capsule"
unpack a
ok "it has the definition and its config" cmp examples/a.yaml \
	"$got/examples/a.yaml"
ok "  under the names that messages have" cmp examples/tests/c.yaml \
	"$got/examples/tests/c.yaml"
for file in README capsule.mk capsule.json tests/a/test.yaml \
	tests/a/install/vm.yaml tests/a/install/pack.yaml \
	tests/a/install/config.yaml tests/a/install/user-data \
	tests/a/install/meta-data tests/a/boot/seed.yaml tests/a/boot/vm.yaml \
	tests/a/verify.yaml tests/a/logs/install.json \
	tests/a/logs/install-serial.log tests/a/logs/collect.json \
	tests/a/result.json tests/a/result.tap tests/a/history; do
	ok "it has $file" test -s "$got/$file"
done
ok "and a program of a check" test -x "$got/programs/own-check"
is "$(find "$work/got" ! -type f ! -type d)" "" "only files and directories"
is "$(find "$work/got" -name '*.img' -o -name '*.qcow2')" "" "and no disk"
is "$(grep -rlF "$work" "$got" | sed "s|$got/||" | sort)" "" \
	"no path of this host is in it"
has "$got/tests/a/logs/install.json" '"file=disks/x.img"' \
	"those of its directory are relative to that"
is "$(sed "s|\.\./\.\./images/|$work/images/|" "$got/tests/a/install/vm.yaml" |
	diff - tests/a/install/vm.yaml | grep '^[<>]' | grep -v '    path: ')" "" \
	"of the machine, only the paths of images differ"
is "$(jq -r '.images[] | "\(.name) \(.path)"' "$got/capsule.json" | head -n 2)" \
	"boot-kernel boot-kernel
boot-initrd boot-initrd" "images are known by their items"
sum=$(sha256sum <"$work/images/boot-kernel" | cut -d ' ' -f 1)
has "$got/README" "sha256 $sum" "and their checksums"
has "$got/README" "^The installer is 'vt-install', sha256 $(sha256sum \
	<"$work/bin/vt-install" | cut -d ' ' -f 1)," "and so is the installer"
has "$got/README" '^No secrets were found' "nothing was replaced"
cp tests/a.capsule.tar.gz "$work/first"
TZ=Asia/Tokyo LC_ALL=C.UTF-8 vt tests/a.capsule
ok "the same input gives the same bytes" cmp "$work/first" \
	tests/a.capsule.tar.gz

# Whole or absent
rm tests/a.capsule.tar.gz
(
	ulimit -f 4
	run vt-report --capsule=tests/a.capsule.tar.gz tests/a
	exit "$status"
)
is $? 3 "no room for it"
is "$(ls tests | grep -v '^tests\.\|^a$')" "" "leaves nothing"
run vt-report --capsule=x examples
status_is 2 "no test"
has "$work/err" "'examples' is not a test directory" "is said"
run vt-report --capsule=x
status_is 2 "no directory"
run flock tests/a vt-report --capsule=tests/a.capsule.tar.gz tests/a
status_is 3 "while a phase runs"
has "$work/err" "another run is using 'tests/a'" "is said"
vt tests/nobody.capsule
status_is 2 "a test that does not exist"

# Elsewhere, with the tree gone
vt tests/a.capsule
mkdir "$work/there"
mv "$tree" "$work/gone"
mv "$work/images" "$work/other-images"
cd "$work/there" || exit 3
unset VT_IMAGE_DIR
run vt-report --open="$work/gone/tests/a.capsule.tar.gz" here
status_is 0 "--open"
has "$work/out" '^a: failed in its collect phase$' "the screen says what failed"
has "$work/out" '^cause: +collect: .*wrote nothing' "  why"
has "$work/out" '^see: +here/tests/a/logs/collect.json' "  where"
has "$work/out" '^  make -C here -f capsule.mk$' "  and how to resume"
ok "the directory is there" test -s here/README
has here/capsule.mk '^resume: from-install$' \
	"without disks, the install phase is the first"
run make -C here -f capsule.mk
status_is 2 "no images"
has "$work/err" "no file in 'images' is the image 'boot-kernel' \(sha256 $sum\)" \
	"it says which is missing"
ok "  and nothing was run" cmp here/tests/a/logs/install.json \
	"$work/got/a.capsule/tests/a/logs/install.json"
mv "$work/other-images/boot-initrd" "$work/other-images/boot-initrd-1234"
echo changed >"$work/other-images/squashfs"
run make -C here -f capsule.mk IMAGE_DIR="$work/other-images"
status_is 2 "another image of that name"
has "$work/err" "is the image 'squashfs'" "is not the image"
: >"$work/other-images/squashfs"
rm -rf here/tests/a/logs
FAKE_SAYS="echo 'of this host'; $FAKE_SAYS"
run make -C here -f capsule.mk IMAGE_DIR="$work/other-images"
status_is 2 "with the images"
has here/tests/a/logs/install-serial.log '^of this host' "the installer ran"
ok "  and the system booted" test -s here/tests/a/logs/boot-serial.log
has here/tests/a/result.json '"cause": "collect: ' "and it fails as before"
run make -C here -f capsule.mk from-boot
status_is 2 "without disks there is no boot"
has "$work/err" "the boot phase of 'a' cannot run here: README says" "is said"
has here/README '^    cannot run: the boot phase needs the disks' "by README, too"
run make -C here -f capsule.mk from-verify
status_is 2 "to verify again"
has "$work/err" 'FAILED: collect: ' "gives the same verdict"
run make -f here/capsule.mk
has "$work/err" 'run make in the directory of the capsule' "elsewhere it is said"
run vt-report --open="$work/gone/tests/a.capsule.tar.gz" here
status_is 2 "a directory that exists"
run vt-report --open="$work/gone/tests/a.capsule.tar.gz"
ok "the default is NAME.capsule" test -s a.capsule/README
run make -C a.capsule -f capsule.mk from-pack
has "$work/err" 'INSTALLER=PATH is missing' "to pack again needs an installer"
run make -C a.capsule -f capsule.mk from-pack INSTALLER="$work/bin/vt-install" \
	IMAGE_DIR="$work/other-images"
has a.capsule/tests/a/logs/install-serial.log '^of this host' "with it, it runs"
mv "$work/gone" "$tree"
mv "$work/other-images" "$work/images"
: >"$work/images/boot-initrd"
export VT_IMAGE_DIR="$work/images"
cd "$tree" || exit 3

# With disks
FAKE_SAYS="echo 'curtin: Installation finished.'"
disk=$(find tests/a/disks -name '*.img')
printf 'of the installer' | dd of="$disk" bs=1M seek=5 conv=notrunc status=none
VT_CAPSULE_DISKS=1 vt tests/a.capsule
run vt-report --open=tests/a.capsule.tar.gz "$work/disks"
has "$work/disks/capsule.mk" '^resume: from-' "a capsule with disks"
ok "is sparse" test "$(stat -c %s tests/a.capsule.tar.gz)" -lt 1000000
run make -C "$work/disks" -f capsule.mk from-boot
has "$work/err" 'collect: ' "resumes at the boot"
ok "from the same disk" qemu-img compare "$disk" "$work/disks/$disk"
VT_CAPSULE_DISKS=1 vt tests/a.capsule
cp tests/a.capsule.tar.gz "$work/first"
VT_CAPSULE_DISKS=1 vt tests/a.capsule
ok "the same bytes again" cmp "$work/first" tests/a.capsule.tar.gz

# What does not fit
head -c 300000 /dev/zero | tr '\0' 'x' >tests/a/logs/long.log
VT_TEST_BOUND=capsule-file=100000 vt tests/a.capsule
unpack a
ok "a long log is cut" test \
	"$(stat -c %s "$got/tests/a/logs/long.log")" -lt 100200
has "$got/tests/a/logs/long.log" '^\.\.\. 200000 bytes were left out here' \
	"where it says so"
has "$got/README" 'logs/long.log: only its begin and its end' "and in README"
VT_TEST_BOUND=capsule-members=12 vt tests/a.capsule
status_is 0 "more files than fit"
unpack a
has "$got/README" ': the capsule is full$' "it says what is missing"
VT_TEST_BOUND=capsule-file=5000 vt tests/a.capsule
unpack a
has "$got/README" 'install/user-data: it has [0-9]* bytes, more than 5000' \
	"a payload that does not fit is left out"
has "$got/README" "the install phase needs 'install/user-data', not" \
	"so that there is no install"
rm tests/a/logs/long.log
gzip -c examples/beside >tests/a/logs/old.gz
printf 'a\0b' >tests/a/logs/odd
ln -s /etc/passwd tests/a/logs/link
mkfifo tests/a/logs/fifo
vt tests/a.capsule
unpack a
has "$got/README" 'logs/old.gz: it is compressed' "what cannot be searched is left out"
has "$got/README" 'logs/link: it is not a regular file' "and what is no file"
has "$got/README" 'logs/fifo: it is not a regular file' "of any kind"
ok "what can be, is there" cmp tests/a/logs/odd "$got/tests/a/logs/odd"

# Secrets
cat >examples/tests/s.yaml <<'Y'
storage:
  version: 1
  config:
    - {id: sda, type: disk, serial: disk-a, ptable: gpt}
    - {id: p1, type: partition, device: sda, size: 3GB}
    - {id: c1, type: dm_crypt, volume: p1, key: SECRET-1 of a disk}
    - {id: f1, type: format, volume: c1, fstype: ext4}
    - {id: m1, type: mount, device: f1, path: /}
write_files:
  one:
    path: /root/.ssh/id_rsa
    content: |
      -----BEGIN OPENSSH PRIVATE KEY-----
      SECRET-2
      -----END OPENSSH PRIVATE KEY-----
apt:
  proxy: http://user:SECRET-3@proxy:3128/
late_commands:
  one: [useradd, --password, SECRET-4, u]
user-data:
  ssh_authorized_keys: [ssh-ed25519 PUBLIC-KEY me]
Y
cat >examples/s.yaml <<'Y'
conf_file: tests/s.yaml
answers: [{at: 'passphrase: $', say: SECRET-5}]
boot_cloudconf:
  users: [{name: u, hashed_passwd: $6$abc$SECRET-6aaaaaaaaaaaaaaaaaaaa}]
  chpasswd: {list: ["u:SECRET-7"]}
Y
grep -o 'SECRET-.' examples/tests/s.yaml examples/s.yaml >"$work/secrets"
FAKE_SAYS="echo 'opening with SECRET-1 of a disk'; echo 'api_token: SECRET-8'; $FAKE_SAYS"
vt tests/s.done
mkdir -p tests/s/collect/etc tests/s/logs/posted
echo 'root:$y$j9T$SECRET-9aaaaaaaaaaaaaaa$aaaaaaaaaaaaaaaa:1::::::' \
	>tests/s/collect/etc/shadow-of-guest
cp tests/s/collect/etc/shadow-of-guest tests/s/collect/etc/shadow
cp tests/s/install/config.yaml tests/s/collect/curtin-install-cfg.yaml
printf '{"a": [{"encoding": "base64", "content": "%s"}]}' \
	"$(base64 -w 0 tests/s/install/config.yaml)" >tests/s/logs/posted.json
cp tests/s/install/user-data tests/s/logs/posted/user-data
printf 'password: SECRET-A\0' >tests/s/logs/binary
: >tests/s/install/iscsi.yaml
ok "the secrets were in files of the test" grep -rq 'SECRET-1' tests/s
VT_IMAGE_SRC_URL=http://me:SECRET-B@images/ vt tests/s.capsule
status_is 0 "a capsule of a test with secrets"
unpack s
got=$work/got/s.capsule
is "$(grep -raoh 'SECRET-.' "$work/got" | sort -u | tr '\n' ' ')" "" \
	"none of them is in it"
payload=$(sed -n '/base64 -d <</{n;s/^ *//;p;q}' tests/s/install/user-data)
ok "the payload is known" test "${#payload}" -gt 60
is "$(grep -rlF "$payload" "$got")" "" "nor the payload that has the config"
has "$got/README" 'logs/posted/user-data: it has the payload' "whoever has a copy"
ok "the config is there once" test ! -e "$got/definition"
for what in 'examples/tests/s.yaml: [0-9]+ \(.*key' 'examples/s.yaml: ' \
	'tests/s/boot/seed.yaml: .*passwd' \
	'tests/s/logs/install-serial.log: 2 \(.*value of a secret' \
	'tests/s/verify.yaml: 1 \(key\)' 'tests/s/logs/posted.json: ' \
	'tests/s/install/user-data: ' 'tests/s/collect/etc/shadow: ' \
	'.*vt-sync mirror --source http://REMOVED-BY-VT@images/' \
	'tests/s/logs/binary: it is binary, and has a secret'; do
	has "$got/README" "^  $what" "README: ${what%%:*}"
done
has "$got/examples/tests/s.yaml" 'type: dm_crypt, volume: p1, key: REMOVED' \
	"the marker is where they were"
is "$(wc -l <"$got/examples/tests/s.yaml")" "$(wc -l <examples/tests/s.yaml)" \
	"lines keep their numbers"
has "$got/examples/tests/s.yaml" 'PUBLIC-KEY' "public keys stay"
ok "the config is YAML" python3 -c 'import sys, yaml
yaml.safe_load(open(sys.argv[1]))' "$got/examples/tests/s.yaml"
hasnt "$got/tests/s/verify.yaml" REMOVED "what is verified is without them"
run vt-report --open=tests/s.capsule.tar.gz "$work/s"
has "$work/out" "the collect phase cannot run again here: it needs the output" \
	"--open says what is missing"
has "$work/s/README" "cannot run: the install phase needs secrets that were rem" \
	"README, too, of other phases"
has "$work/out" 'capsule.mk from-verify$' "and what can be done"
run make -C "$work/s" -f capsule.mk from-install IMAGE_DIR="$work/images"
status_is 2 "the install phase is refused"
has "$work/err" "install phase of 's' cannot run here" "by its name"
run make -C "$work/s" -f capsule.mk from-verify
hasnt "$work/err" 'cannot run' "the verification is not"
ok "and has a result" test -s "$work/s/tests/s/result.json"
done_testing

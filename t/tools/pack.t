#!/bin/sh
# vt-pack: reproducible output, the self-extracting script, user-data, curtin.
. "$(dirname "$0")/../lib.sh"
need python3 tar gzip base64 sha256sum
export TMPDIR="$work/tmp"
mkdir "$TMPDIR"
cd "$work" || exit 3

python3 -c 'import yaml' 2>/dev/null || skip_all "python3-yaml is not installed"

cat >inst <<'EOF'
#!/bin/sh
echo "ran in $PWD"
for a; do printf '<%s>' "$a"; done
echo
readlink /proc/self/fd/0
[ ! -e config/config.yaml ] || cat config/config.yaml
printf 'unfinished'
exit 7
EOF
printf 'b: {x: 1, m: 0644}\na: [1, 2]\n' >c.yaml
printf 'b: {y: "2"}\n' >d.yaml
nasty="a 'b\" \$(id) \`id\` \\n *?[x] !~#&;|<>
second line é"

pack() { vt-pack --config c.yaml --config d.yaml --installer inst "$@"; }

# Determinism
pack -o one.sh -- inst "$nasty"
ok "the script is executable" test -x one.sh
touch -d 2001-02-03 inst c.yaml
chmod 0600 inst
(umask 077 && TZ=Asia/Tokyo LC_ALL=C.UTF-8 pack -- inst "$nasty" >two.sh)
ok "other times, modes, umask and locale give the same bytes" \
	cmp one.sh two.sh
pack -- inst "$nasty" x >three.sh
ok "another command gives other bytes" sh -c '! cmp -s one.sh three.sh'

# Subcommands of the script, as a file and through a pipe
run sh one.sh info
status_is 0 "info"
has out '^name: inst$' "has the name"
has out '^command: inst ' "and the command"
ok "info of a script piped into sh -s" sh -c 'sh -s info <one.sh | cmp - out'
is "$(sh one.sh list | tr '\n' ' ')" \
	"bin/ bin/inst config/ config/config.yaml " "list shows the members"
run sh one.sh check
status_is 0 "check"
run sh one.sh extract there
status_is 0 "extract"
ok "extracts the installer" cmp inst there/bin/inst
is "$(stat -c %a there/bin/inst)" 755 "as an executable"
is "$(python3 -c 'import yaml; print(yaml.safe_load(open("there/config/config.yaml")))')" \
	"{'b': {'x': 1, 'm': 420, 'y': '2'}, 'a': [1, 2]}" "and the merged config"
run sh one.sh extract there
status_is 3 "extract into an existing directory is an error"
run sh one.sh nonsense
status_is 2 "an unknown subcommand is a usage error"

# Running it
printf '<%s>\n' "$nasty" >want
for shell in dash bash "busybox sh" "sh -s"; do
	command -v "${shell%% *}" >/dev/null ||
		{ skip "run by $shell" "not installed"; continue; }
	case $shell in
	*-s) $shell <one.sh >out 2>err ;;
	*) $shell one.sh >out 2>err ;;
	esac
	status=$?
	status_is 7 "$shell: the script exits with the installer's status"
	sed -n '/^</,/>$/p' out >got
	ok "$shell: an argument with special characters is not changed" cmp want got
	has out "^/dev/null\$" "$shell: standard input is empty"
	has err '^vt-pack: inst: start$' "$shell: the start is reported"
	is "$(tail -n 1 err)" "vt-pack: inst: exit status 7" \
		"$shell: the last line reports the exit status"
done
has out "^ran in $TMPDIR/vt-pack" "it runs in the private directory"
is "$(ls -A "$TMPDIR")" "" "which is removed afterwards"
cat >parts <<'EOF'
#!/bin/sh
echo "first: $1"
EOF
vt-pack --installer parts -- parts -n >n.sh
is "$(sh n.sh 2>/dev/null)" "first: -n" "an argument that looks like an option"
vt-pack --installer parts -- parts '' >n.sh
is "$(sh n.sh 2>/dev/null)" "first: " "an empty argument"
vt-pack --installer parts -- sh -c 'parts "$0"; exec parts x' >n.sh
is "$(sh n.sh 2>/dev/null | tr '\n' ' ')" "first: sh first: x " \
	"the installer is in PATH"
vt-pack --installer parts -- no-such-command >n.sh
run sh n.sh
status_is 127 "a missing command"
has err 'exit status 127' "is reported"

# Damage
python3 - <<'EOF'
s = open("one.sh").read()
i = s.index("\n", s.index("base64 -d <<")) + 60
open("bad.sh", "w").write(s[:i] + ("B" if s[i] == "A" else "A") + s[i + 1:])
open("half.sh", "w").write(s[:i])
EOF
run sh bad.sh
status_is 3 "a damaged payload is not run"
has err 'damaged: the payload' "and the message says why"
has err 'inst: exit status 3' "and the last line reports the exit status"
hasnt out 'ran in' "the installer was not run"
run sh bad.sh check
status_is 3 "check finds the damage"
run sh bad.sh extract nowhere
status_is 3 "extract finds it as well"
sh half.sh >out 2>err
hasnt out 'ran in' "a truncated script does nothing"
mkdir few
for tool in sh mktemp chmod rm cat sha256sum tar gzip; do
	ln -s "$(command -v "$tool")" few/
done
(PATH=$work/few && run sh one.sh; echo "$status" >status)
is "$(cat status)" 3 "without base64"
has err "'base64' is required, but not installed" "is reported"
mkdir noexec
if unshare -rm mount -t tmpfs -o noexec none noexec 2>/dev/null; then
	unshare -rm sh -c 'mount -t tmpfs -o noexec none noexec
		TMPDIR=$PWD/noexec sh one.sh' >out 2>/dev/null
	has out '^ran in /tmp/' "a noexec directory is not used"
else
	skip "a noexec directory is not used" "no user namespaces"
fi

# Directories
mkdir -p tree/bin tree/lib/__pycache__ tree/.git
cp inst tree/bin/ && chmod 755 tree/bin/inst
echo m >tree/lib/m.py && : >tree/lib/__pycache__/m.pyc && : >tree/.git/HEAD
ln -s ../bin/inst tree/lib/link
printf x >"tree/a b
c"
vt-pack --installer tree --add c.yaml --add d.yaml:etc/d -- inst >tree.sh
sh tree.sh extract tree.out
is "$(cd tree.out && find . | LC_ALL=C sort | tr '\n' ' ')" \
	". ./a b ./bin ./bin/inst ./c.yaml ./etc ./etc/d ./lib ./lib/link ./lib/m.py c " \
	"a directory without .git and __pycache__, and the added files"
is "$(readlink tree.out/lib/link)" ../bin/inst "a symbolic link is kept"
(cd tree && vt-pack --installer . -- sh -c 'inst from sh') >tree.sh
run sh tree.sh
status_is 7 "a directory with another command"
has err '^vt-pack: tree: exit' "has the name of the directory"
ln -s /etc/passwd tree/evil
run vt-pack --installer tree -- inst
status_is 2 "a link out of the directory"
has err "tree/evil.*link to '/etc/passwd' points outside" "is named"
rm tree/evil && mkfifo tree/fifo
run vt-pack --installer tree -- inst
status_is 2 "a FIFO in the directory"
rm tree/fifo
run vt-pack --installer tree --add inst:bin/inst -- inst
status_is 2 "two files with the same name"
run vt-pack --installer inst --add c.yaml:../up -- inst
status_is 2 "a name with '..'"

# Bad input
run vt-pack --installer inst
status_is 2 "without a command"
run vt-pack
status_is 2 "without arguments"
run vt-pack --installer none -- none
status_is 2 "a missing installer"
has err "installer 'none' does not exist" "is named"
printf 'a: 1\nb: [1\n' >typo.yaml
run vt-pack --config typo.yaml --installer inst -- inst
status_is 2 "a config with a syntax error"
has err 'typo\.yaml:[23]:[0-9]+: ' "is shown with its place"
printf -- '- 1\n' >list.yaml
run vt-pack --config list.yaml --installer inst -- inst
status_is 2 "a config that is not a map"
run vt-pack --config none.yaml --installer inst -- inst
status_is 2 "a missing config"
run vt-pack --installer inst --install-deps -- inst
status_is 2 "--install-deps without curtin"
run vt-pack --part c.yaml --installer inst -- inst
status_is 2 "--part without --user-data"
mkfifo out.pipe
cat out.pipe >piped &
pack -o out.pipe -- inst "$nasty"
wait $!
ok "output to a pipe" cmp one.sh piped
ok "does not replace the pipe" test -p out.pipe
if [ -w /dev/full ]; then
	run sh -c 'vt-pack --installer inst -- inst >/dev/full'
	status_is 3 "a full disk"
fi

# user-data
printf '#cloud-config\nk: v\n' >p1
printf '#!/bin/sh\necho PUBURL\n' >p2
pack --user-data --part p1 --part p2 -o ud -- inst u=PUBURL/x "$nasty"
is "$(part ud 0 type)" text/cloud-config "user-data starts with a cloud-config"
part ud 0 content >cc
has cc '^  mode: poweroff$' "that powers the machine off"
has cc 'tee -a /var/log/cloud-init-output' "and shows the output of scripts"
is "$(part ud 1 type)" text/cloud-config "an extra cloud-config"
is "$(part ud -1 type)" text/cloud-boothook "and what sends the journal"
is "$(part ud 2 type)" text/x-shellscript "an extra script"
ok "has the content of the file" sh -c 'python3 -c "
import yaml
c = yaml.safe_load(open(\"ud\"))[2][\"content\"]
assert c == open(\"p2\").read()"'
is "$(part ud 3 type)" text/x-shellscript "the installer is the last part"
part ud 3 content >part3
sh part3 >out 2>err
is "$?" 7 "and can be run"
has out '<u=@VT_PUBURL@/x>' "PUBURL in the command becomes a marker"
sed -n '/<a /,/>$/p' out | sed 's/^.*<a /<a /' >got
ok "its arguments are not changed" cmp want got
ok "PUBURL is replaced only in the command" \
	sh -c '[ "$(grep -o @VT_PUBURL@ ud | wc -l)" = 2 ]'
run vt-pack --user-data --part c.yaml --installer inst -- inst
status_is 2 "a part of unknown type"
printf '#cloud-config\nruncmd: [a]\nruncmd: [b]\n' >p3
run vt-pack --user-data --part p3 --installer inst -- inst
status_is 2 "a cloud-config with a duplicate key"
has err "p3:3:1: duplicate key 'runcmd'" "is shown with its place"
for text in 'runcmd: [' 'runcmd:\t[]' '- a'; do
	printf "#cloud-config\n$text\n" >p3
	run vt-pack --user-data --part p3 --installer inst -- inst
	status_is 2 "a cloud-config that cloud-init would ignore: $text"
done
printf '#!/bin/sh\r\nif true; then\r\n\techo a\r\nfi\r\n' >p4
pack --user-data --part p4 -o ud4 -- inst a
part ud4 1 content >p4.unix
is "$(sh p4.unix | od -An -c | tr -d ' ')" 'a\n' \
	"a script with the line ends of Windows is converted"
chmod +x p4
run vt-pack --installer p4 -- p4
status_is 2 "an installer with them"
has err "installer 'p4' .*dos2unix" "is an error that says what to do"
run vt-pack --user-data --installer inst -- inst "$(printf '\377')"
status_is 2 "an argument that is not UTF-8"
vt-pack --installer parts -- parts "$(printf '\377')" >n.sh
is "$(sh n.sh 2>/dev/null | od -An -c | tr -d ' \n')" 'first:377\n' \
	"is possible in a script"

# curtin
mkdir fake
cat >fake/curtin <<'EOF'
#!/bin/sh
[ "$1" = pack ] || exit 9
[ "${FAIL-}" ] && echo "No module" >&2 && exit 4
echo '#!/bin/sh'
echo "# $PY3OR2_PYTHON $PYTHONDONTWRITEBYTECODE"
for a; do
	echo "echo '<$a>'"
	case $a in
	--add=config/*) sed 's/^/# /' "${a#*:}" ;;
	esac
done
printf 'VT_END\n'
printf 'exit 5'
EOF
chmod +x fake/curtin
vt-pack --config c.yaml --add d.yaml:etc/d --installer fake/curtin \
	--install-deps -- curtin -vv install PUBURL/x >curtin.sh
has curtin.sh '^# *m: 0644' "curtin gets the config with --add"
has curtin.sh '^# python3 1$' "and the version of Python to use"
(unset PY3OR2_PYTHON; sh curtin.sh 2>/dev/null | sed 's/config.yaml:.*/config.yaml:/' |
	tr -d '\n' >got)
is "$(cat got)" "<pack><--add=config/config.yaml:<--add=etc/d:d.yaml><--><curtin><--install-deps><-vv><install><PUBURL/x>" \
	"curtin pack has the same arguments as in curtin's tools/launch"
vt-pack --user-data --installer fake/curtin -o ud -- curtin install PUBURL/x
part ud 1 content >part1
run sh part1
status_is 5 "the script exits with curtin's status"
has out '@VT_PUBURL@/x' "its command has the marker"
has err '^vt-pack: curtin: exit status 5' "and the last line reports the exit status"
printf 'late_commands: {a: [sleep, 5]}\n' >number.yaml
run vt-pack --config c.yaml --config number.yaml --installer fake/curtin -- \
	curtin install
status_is 2 "an argument that is a number to curtin"
has err 'number.yaml:1:28: .*5 is the integer 5: write' "is shown with its place"
run vt-pack --config number.yaml --installer inst -o out -- inst
status_is 0 "another installer may take numbers"
FAIL=1 run vt-pack --installer fake/curtin -- curtin install
status_is 3 "curtin pack fails"
has err 'No module' "its stderr is shown"
run vt-pack --installer fake/curtin --add c.yaml:a:b -- curtin install
status_is 2 "a name with a colon"

# A test's directory
mkdir -p T/install
cat >T/install/pack.yaml <<EOF
format: 1
test: T
installer: {path: $work/inst, kind: exe, name: inst}
configs:
  - {path: ../c.yaml}
  - {content: "b: {z: PUBURL}"}
replace: {0644: '0755', 'x: 1': 'x: 5'}
command: [inst, --config=config/config.yaml, 'cp://PUBURL/a']
add: [{path: ../d.yaml, as: etc/d}]
parts: [{content: "k: v\n", type: text/cloud-config}]
EOF
run vt-pack T
status_is 0 "a test's directory"
sed 's/^parts: .*/parts: [{content: "#cloud-config\\nk: [", type: text\/cloud-config}]/' \
	T/install/pack.yaml >bad.yaml
mkdir -p T9/install && cp bad.yaml T9/install/pack.yaml
run vt-pack T9
status_is 2 "a part of a test that is not YAML"
has err 'T9/install/pack.yaml: part 1:[0-9]+:[0-9]+: ' "is named"
is "$(cat T/install/config.yaml | tr -d ' \n')" "b:x:5m:0755z:PUBURLa:-1-2" \
	"the first config has replacements, then all are merged"
part T/install/user-data 2 content >part2
sh part2 extract T/files
ok "the config is packed as config/config.yaml" \
	cmp T/install/config.yaml T/files/config/config.yaml
sh part2 info >out
has out 'cp://@VT_PUBURL@/a' "the command has the marker"
has T/install/meta-data '^instance-id: vt-install-[0-9a-f]{16}$' \
	"the instance-id is a checksum"
cp T/install/user-data before
cp T/install/meta-data meta
vt-pack T
ok "a second run gives the same bytes" cmp before T/install/user-data
sed -i 's/x: 5/x: 6/' T/install/pack.yaml
vt-pack T
ok "other content gives another instance-id" \
	sh -c '! cmp -s meta T/install/meta-data'
mkdir -p T3/install
sed -e "s|{path: .*kind: exe|{path: $work/tree, kind: tree|" \
	-e 's/name: inst/name: none/' T/install/pack.yaml >T3/install/pack.yaml
cp -L "$(command -v vt-pack)" few/
printf '#!/bin/sh\necho "verify $*"\nexit 2\n' >few/vt-verify
chmod +x few/vt-verify
echo 'comand: [x]' >>T/install/pack.yaml
run few/vt-pack T
status_is 2 "a pack.yaml with an unknown key"
has err "pack\.yaml:11:1: .*did you mean 'command'" "is shown with its place"
has out '^verify --failed=pack T$' "vt-verify is called to write a result"
has T/logs/pack.json '"exit": 2' "from logs/pack.json"
run few/vt-pack T3
status_is 2 "a directory without the command"
has err "pack\.yaml:3:12: .* contains neither 'bin/none' nor 'none'" \
	"is an error when it is packed"
run few/vt-pack T2
status_is 2 "a directory without install/pack.yaml"
hasnt out verify "gets no result"

# A config with iSCSI disks has markers, which vt-launch replaces
printf 'one: "iscsi:__RFC4173__"\ntwo: iscsi:__RFC4173__\n' >net.yaml
vt-pack --config net.yaml --user-data --installer inst -o ud -- inst a
has ud 'one: iscsi:@VT_ISCSI_1@' "a marker for the first disk"
has ud 'two: iscsi:@VT_ISCSI_2@' "and one for the second"
sed -i -e 's/@VT_ISCSI_1@/u:p@h::1:1:x/' -e 's/@VT_ISCSI_2@/other/' ud
part ud 1 content >part1
run sh part1
has out '^one: iscsi:u:p@h::1:1:x$' "the installer gets the replaced config"
has out '^two: iscsi:other$' "with both disks"
status_is 7 "and the script exits with its status"
mkdir -p T3/install
cat >T3/install/pack.yaml <<EOF
format: 1
test: T3
installer: {path: $work/inst, kind: exe, name: inst}
configs: [{path: $work/net.yaml}]
command: [inst]
EOF
run vt-pack T3
status_is 0 "a test with iSCSI disks"
has T3/install/config.yaml.in '@VT_ISCSI_2@' "has a config.yaml.in for vt-launch"
ok "and no config.yaml" test ! -e T3/install/config.yaml
sed -i 's/net\.yaml/c.yaml/' T3/install/pack.yaml
run vt-pack T3
ok "without iSCSI disks it has config.yaml again" test -e T3/install/config.yaml -a \
	! -e T3/install/config.yaml.in

# The real curtin
exe=$user_curtin
if [ -z "$exe" ]; then
	skip "curtin packs itself" "no curtin: set VT_CURTIN_EXE"
elif ! (PYTHONDONTWRITEBYTECODE=1 "$exe" pack -- curtin version) \
	>/dev/null 2>&1; then
	skip "curtin packs itself" "'$exe pack' fails on this host"
else
	run vt-pack --config c.yaml --installer "$exe" -- curtin install 'PUBURL/x'
	status_is 0 "curtin packs itself"
	cp out real.sh
	run bash real.sh info
	has out "COMMAND=.*'install' 'PUBURL/x'" "has the command"
	vt-pack --config net.yaml --user-data --installer "$exe" -o ud -- \
		cat config/config.yaml
	part ud 1 content >part1
	run sh part1
	has out '^two: iscsi:@VT_ISCSI_2@$' "a config with markers is written beside curtin's archive"
	vt-pack --config c.yaml --user-data --installer "$exe" -o ud -- \
		curtin version
	part ud 1 content >part1
	run sh part1
	has err '^vt-pack: curtin: exit status [0-9]+$' \
		"and the last line reports the exit status"
fi
done_testing

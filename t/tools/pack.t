#!/bin/sh
# vt-pack: the same bytes for the same input; what it packs is what runs.
. "$(dirname "$0")/../lib.sh"
need python3 tar gzip base64 sha256sum
export TMPDIR="$work/tmp"
mkdir "$TMPDIR"
cd "$work" || exit 3

# A part of a user-data file: part FILE INDEX KEY
part() {
	python3 -c '
import sys, yaml
text = open(sys.argv[1], encoding="utf-8").read()
assert text.startswith("#cloud-config-archive\n")
sys.stdout.write(yaml.safe_load(text)[int(sys.argv[2])][sys.argv[3]])' "$@"
}
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
ok "a script is written and may be executed" test -x one.sh
touch -d 2001-02-03 inst c.yaml
chmod 0600 inst
(umask 077 && TZ=Asia/Tokyo LC_ALL=C.UTF-8 pack -- inst "$nasty" >two.sh)
ok "other times, modes, umask and locale give the same bytes" \
	cmp one.sh two.sh
pack -- inst "$nasty" x >three.sh
ok "another command gives others" sh -c '! cmp -s one.sh three.sh'

# What it says about itself, from a file and through a pipe
run sh one.sh info
status_is 0 "info"
has out '^name: inst$' "has the name"
has out '^command: inst ' "and the command"
ok "piped into sh -s" sh -c 'sh -s info <one.sh | cmp - out'
is "$(sh one.sh list | tr '\n' ' ')" \
	"bin/ bin/inst config/ config/config.yaml " "list has the members"
run sh one.sh check
status_is 0 "check"
run sh one.sh extract there
status_is 0 "extract"
ok "has the installer" cmp inst there/bin/inst
is "$(stat -c %a there/bin/inst)" 755 "as a program"
is "$(python3 -c 'import yaml; print(yaml.safe_load(open("there/config/config.yaml")))')" \
	"{'b': {'x': 1, 'm': 420, 'y': '2'}, 'a': [1, 2]}" "and the merged config"
run sh one.sh extract there
status_is 3 "extract into what is there already is refused"
run sh one.sh nonsense
status_is 2 "an unknown word is usage"

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
	status_is 7 "$shell: the installer's exit status comes through"
	sed -n '/^</,/>$/p' out >got
	ok "$shell: a nasty argument arrives whole" cmp want got
	has out "^/dev/null\$" "$shell: standard input is empty"
	has err '^vt-pack: inst: start$' "$shell: the start is told"
	is "$(tail -n 1 err)" "vt-pack: inst: exit status 7" \
		"$shell: the last line says how it ended"
done
has out "^ran in $TMPDIR/vt-pack" "it runs where it was unpacked"
is "$(ls -A "$TMPDIR")" "" "which is gone afterwards"
cat >parts <<'EOF'
#!/bin/sh
echo "first: $1"
EOF
vt-pack --installer parts -- parts -n >n.sh
is "$(sh n.sh 2>/dev/null)" "first: -n" "an argument that looks like an option"
vt-pack --installer parts -- parts '' >n.sh
is "$(sh n.sh 2>/dev/null)" "first: " "an empty one"
vt-pack --installer parts -- sh -c 'parts "$0"; exec parts x' >n.sh
is "$(sh n.sh 2>/dev/null | tr '\n' ' ')" "first: sh first: x " \
	"the installer is found by its name"
vt-pack --installer parts -- no-such-command >n.sh
run sh n.sh
status_is 127 "a command that is not there"
has err 'exit status 127' "says so"

# Damage
python3 - <<'EOF'
s = open("one.sh").read()
i = s.index("\n", s.index("base64 -d <<")) + 60
open("bad.sh", "w").write(s[:i] + ("B" if s[i] == "A" else "A") + s[i + 1:])
open("half.sh", "w").write(s[:i])
EOF
run sh bad.sh
status_is 3 "a damaged payload is not run"
has err 'damaged: the payload' "and it is said why"
has err 'inst: exit status 3' "also on the last line"
hasnt out 'ran in' "nothing of it ran"
run sh bad.sh check
status_is 3 "check finds it as well"
run sh bad.sh extract nowhere
status_is 3 "it is not extracted either"
sh half.sh >out 2>err
hasnt out 'ran in' "half a script does nothing"
mkdir few
for tool in sh mktemp chmod rm cat sha256sum tar gzip; do
	ln -s "$(command -v "$tool")" few/
done
(PATH=$work/few && run sh one.sh; echo "$status" >status)
is "$(cat status)" 3 "without base64"
has err "'base64' is needed" "its lack is named"
mkdir noexec
if unshare -rm mount -t tmpfs -o noexec none noexec 2>/dev/null; then
	unshare -rm sh -c 'mount -t tmpfs -o noexec none noexec
		TMPDIR=$PWD/noexec sh one.sh' >out 2>/dev/null
	has out '^ran in /tmp/' "a noexec directory is passed over"
else
	skip "a noexec directory is passed over" "no user namespaces here"
fi

# Trees
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
	"a tree without .git and __pycache__, and what was added"
is "$(readlink tree.out/lib/link)" ../bin/inst "its link is a link"
(cd tree && vt-pack --installer . -- sh -c 'inst from sh') >tree.sh
run sh tree.sh
status_is 7 "a tree runs by any command"
has err '^vt-pack: tree: exit' "under its own name"
ln -s /etc/passwd tree/evil
run vt-pack --installer tree -- inst
status_is 2 "a link out of the tree"
has err "tree/evil.*link to '/etc/passwd' points outside" "is named"
rm tree/evil && mkfifo tree/fifo
run vt-pack --installer tree -- inst
status_is 2 "a fifo in the tree"
rm tree/fifo
run vt-pack --installer tree --add inst:bin/inst -- inst
status_is 2 "two files of one name"
run vt-pack --installer inst --add c.yaml:../up -- inst
status_is 2 "a name that climbs"

# Bad input
run vt-pack --installer inst
status_is 2 "no command"
run vt-pack
status_is 2 "nothing at all"
run vt-pack --installer none -- none
status_is 2 "no installer"
has err "no installer at 'none'" "is named"
printf 'a: 1\nb: [1\n' >typo.yaml
run vt-pack --config typo.yaml --installer inst -- inst
status_is 2 "a config with a typo"
has err 'typo\.yaml:[23]:[0-9]+: ' "is shown with its place"
printf -- '- 1\n' >list.yaml
run vt-pack --config list.yaml --installer inst -- inst
status_is 2 "a config that is no map"
run vt-pack --config none.yaml --installer inst -- inst
status_is 2 "a config that is not there"
run vt-pack --installer inst --install-deps -- inst
status_is 2 "--install-deps is for curtin"
run vt-pack --part c.yaml --installer inst -- inst
status_is 2 "a part of what is no user-data"
mkfifo out.pipe
cat out.pipe >piped &
pack -o out.pipe -- inst "$nasty"
wait $!
ok "a pipe is written to" cmp one.sh piped
ok "and stays one" test -p out.pipe
if [ -w /dev/full ]; then
	run sh -c 'vt-pack --installer inst -- inst >/dev/full'
	status_is 3 "a full disk"
fi

# user-data
printf '#cloud-config\nk: v\n' >p1
printf '#!/bin/sh\necho PUBURL\n' >p2
pack --user-data --part p1 --part p2 -o ud -- inst u=PUBURL/x "$nasty"
is "$(part ud 0 type)" text/cloud-config "user-data begins with a cloud-config"
part ud 0 content >cc
has cc 'power_state: \{mode: poweroff\}' "that powers off"
has cc 'tee -a /var/log/cloud-init-output' "and shows what scripts print"
is "$(part ud 1 type)" text/cloud-config "an extra cloud-config"
is "$(part ud 2 type)" text/x-shellscript "an extra script"
ok "with its content" sh -c 'python3 -c "
import yaml
c = yaml.safe_load(open(\"ud\"))[2][\"content\"]
assert c == open(\"p2\").read()"'
is "$(part ud 3 type)" text/x-shellscript "the installer comes last"
part ud 3 content >part3
sh part3 >out 2>err
is "$?" 7 "and runs"
has out '<u=@VT_PUBURL@/x>' "PUBURL in the command is a marker"
sed -n '/<a /,/>$/p' out | sed 's/^.*<a /<a /' >got
ok "its arguments arrive whole" cmp want got
ok "the marker stands in the command only" \
	sh -c '[ "$(grep -o @VT_PUBURL@ ud | wc -l)" = 2 ]'
run vt-pack --user-data --part c.yaml --installer inst -- inst
status_is 2 "a part of unknown type"
run vt-pack --user-data --installer inst -- inst "$(printf '\377')"
status_is 2 "an argument that YAML cannot hold"
vt-pack --installer parts -- parts "$(printf '\377')" >n.sh
is "$(sh n.sh 2>/dev/null | od -An -c | tr -d ' \n')" 'first:377\n' \
	"but a script can"

# curtin packs itself
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
has curtin.sh '^# *m: 0644' "curtin gets the config"
has curtin.sh '^# python3 1$' "and one Python"
(unset PY3OR2_PYTHON; sh curtin.sh 2>/dev/null | sed 's/config.yaml:.*/config.yaml:/' |
	tr -d '\n' >got)
is "$(cat got)" "<pack><--add=config/config.yaml:<--add=etc/d:d.yaml><--><curtin><--install-deps><-vv><install><PUBURL/x>" \
	"curtin is asked as the reference asks it"
vt-pack --user-data --installer fake/curtin -o ud -- curtin install PUBURL/x
part ud 1 content >part1
run sh part1
status_is 5 "curtin's status comes through"
has out '@VT_PUBURL@/x' "the marker is in its command"
has err '^vt-pack: curtin: exit status 5' "and the last line is ours"
FAIL=1 run vt-pack --installer fake/curtin -- curtin install
status_is 3 "a curtin that cannot pack"
has err 'No module' "says why itself"
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
is "$(cat T/install/config.yaml | tr -d ' \n')" "b:x:5m:0755z:PUBURLa:-1-2" \
	"replaced in the first config, then merged"
part T/install/user-data 2 content >part2
sh part2 extract T/files
ok "the config is packed as config/config.yaml" \
	cmp T/install/config.yaml T/files/config/config.yaml
sh part2 info >out
has out 'cp://@VT_PUBURL@/a' "the marker is in the command"
has T/install/meta-data '^instance-id: vt-install-[0-9a-f]{16}$' \
	"the instance is named after the content"
cp T/install/user-data before
cp T/install/meta-data meta
vt-pack T
ok "the same bytes again" cmp before T/install/user-data
sed -i 's/x: 5/x: 6/' T/install/pack.yaml
vt-pack T
ok "another content is another instance" \
	sh -c '! cmp -s meta T/install/meta-data'
mkdir -p T3/install
sed -e "s|{path: .*kind: exe|{path: $work/tree, kind: tree|" \
	-e 's/name: inst/name: none/' T/install/pack.yaml >T3/install/pack.yaml
cp -L "$(command -v vt-pack)" few/
printf '#!/bin/sh\necho "verify $*"\nexit 2\n' >few/vt-verify
chmod +x few/vt-verify
echo 'comand: [x]' >>T/install/pack.yaml
run few/vt-pack T
status_is 2 "a pack.yaml with a typo"
has err "pack\.yaml:11:1: .*did you mean 'command'" "is shown with its place"
has out '^verify --failed=pack T$' "vt-verify gives the test a result"
has T/logs/pack.json '"exit": 2' "from the log"
run few/vt-pack T3
status_is 2 "a tree without the command"
has err "pack\.yaml:3:12: neither 'bin/none' nor 'none'" "is known before a VM"
run few/vt-pack T2
status_is 2 "what is no test's directory"
hasnt out verify "gets none"

# A config that names iSCSI disks is completed when it is served
printf 'one: "iscsi:__RFC4173__"\ntwo: iscsi:__RFC4173__\n' >net.yaml
vt-pack --config net.yaml --user-data --installer inst -o ud -- inst a
has ud 'one: iscsi:@VT_ISCSI_1@' "a marker for the first"
has ud 'two: iscsi:@VT_ISCSI_2@' "and for the second"
sed -i -e 's/@VT_ISCSI_1@/u:p@h::1:1:x/' -e 's/@VT_ISCSI_2@/other/' ud
part ud 1 content >part1
run sh part1
has out '^one: iscsi:u:p@h::1:1:x$' "the installer finds what they became"
has out '^two: iscsi:other$' "both"
status_is 7 "and its status comes through"
mkdir -p T3/install
cat >T3/install/pack.yaml <<EOF
format: 1
test: T3
installer: {path: $work/inst, kind: exe, name: inst}
configs: [{path: $work/net.yaml}]
command: [inst]
EOF
run vt-pack T3
status_is 0 "a test with them"
has T3/install/config.yaml.in '@VT_ISCSI_2@' "leaves its config to vt-launch"
ok "and writes none itself" test ! -e T3/install/config.yaml
sed -i 's/net\.yaml/c.yaml/' T3/install/pack.yaml
run vt-pack T3
ok "no iSCSI disks: the config again" test -e T3/install/config.yaml -a \
	! -e T3/install/config.yaml.in

# The real curtin
exe=${VT_CURTIN_EXE:-${CURTIN_VMTEST_CURTIN_EXE:-}}
if [ -z "$exe" ]; then
	skip "curtin packs itself" "no curtin: set VT_CURTIN_EXE"
elif ! (PYTHONDONTWRITEBYTECODE=1 "$exe" pack -- curtin version) \
	>/dev/null 2>&1; then
	skip "curtin packs itself" "'$exe pack' does not run here"
else
	run vt-pack --config c.yaml --installer "$exe" -- curtin install 'PUBURL/x'
	status_is 0 "curtin packs itself"
	cp out real.sh
	run bash real.sh info
	has out "COMMAND=.*'install' 'PUBURL/x'" "with the command"
	vt-pack --config net.yaml --user-data --installer "$exe" -o ud -- \
		cat config/config.yaml
	part ud 1 content >part1
	run sh part1
	has out '^two: iscsi:@VT_ISCSI_2@$' "a config beside what curtin packed"
	vt-pack --config c.yaml --user-data --installer "$exe" -o ud -- \
		curtin version
	part ud 1 content >part1
	run sh part1
	has err '^vt-pack: curtin: exit status [0-9]+$' \
		"and ends with our line"
fi
done_testing

#!/bin/sh
# Tests that are made of others (NAME.again, SECOND-on-FIRST, make dirty-matrix),
# the check `planted`, and make tests/NAME.minmem: all tools, and a script in
# place of QEMU.
. "$(dirname "$0")/rules-lib.sh"
need make jq qemu-img
fake_machines
mkdir examples/tests
cat >examples/tests/c.yaml <<'Y'
storage:
  version: 1
  config:
    - {id: sda, type: disk, serial: disk-a, ptable: gpt, preserve: true}
    - {id: p1, type: partition, device: sda, number: 1, size: 3GB, preserve: true}
    - {id: p2, type: partition, device: sda, number: 2, size: 1GB, preserve: true}
    - {id: f1, type: format, volume: p1, fstype: ext4}
    - {id: f2, type: format, volume: p2, fstype: ext4, preserve: true}
    - {id: m1, type: mount, device: f1, path: /}
    - {id: m2, type: mount, device: f2, path: /my data}
Y
def() { # NAME LINES...
	name=$1
	shift
	{
		echo 'conf_file: tests/c.yaml'
		printf '%s\n' "$@"
	} >"examples/$name.yaml"
}
def a
def must-fail 'expected_failure: true'
def by-hand 'interactive: true'
echo 'storage: {version: 1, config: [{id: d, type: disk, serial: s}]}' \
	>examples/tests/bare.yaml
echo 'storage: {version: 1, config: [{type: disk}]}' >examples/tests/broken.yaml
export FAKE_SECONDS=0.2
FAKE_SAYS="echo 'curtin: Installation finished.'"
export FAKE_SAYS
vt() { run timeout 120 make --no-print-directory "$@"; }
key() { sed -n "s/^ *\(- \)\?$2: //p" "tests/$1"; }

# --- make tests/NAME.again
vt tests/a.again
is "$(key a.again/install/vm.yaml base)" ../a/disks/install_disk.img \
	"NAME.again starts from the disks of NAME"
ok "which were installed, but not booted" \
	test -e tests/a/install.done -a ! -e tests/a/boot.done
is "$(qemu-img info --output=json tests/a.again/disks/install_disk.img |
	jq -r '."backing-filename"')" ../../a/disks/install_disk.img "as overlays"
has tests/a.again/result.json '"test": "a.again"' "it has a result of its own"
is "$(key a.again/test.yaml disks_from)" a "its definition is that of NAME and a key"
is "$(cat tests/a/disks_for)" a.again "NAME knows of it"
vt tests/bare.again
is "$(key bare.again/install/vm.yaml base)" ../bare/disks/install_disk.img \
	"of a bare config, too"
has tests/bare.again/verify.yaml 'disks_from: bare' "  which vt-verify knows"
vt tests/broken.again
has "$work/err" 'tests/broken.yaml:1:' "of a broken config: what is wrong with it"
vt tests/nobody.again
has "$work/err" "no test 'nobody.again'" "of no test"
vt tests/by-hand.again
status_is 0 "of a skipped test"
has tests/by-hand.again/result.json '"cause": "the test is interactive' \
	"  it is skipped, too"
vt VT_TOPDIR=tops tops/a.again
ok "in another TOPDIR" test -e tops/a.again/result.json
vt VT_TOPDIR=tops2 tests/a.again
ok "  by the usual name" test -e tops2/a.again/result.json
vt vmtest
hasnt "$work/out" 'again' "make vmtest does not run it"
has tests/a/disks_for '^a.again$' "  but its disks need those of NAME"
vt tests/a.clean
has "$work/err" "disks of 'a' are also used by .*: a.again" "clean names it"
for name in x.again x.minmem dirty-matrix.md; do
	cp examples/a.yaml "examples/$name.yaml"
	run vt-rules --check "examples/$name.yaml"
	status_is 2 "no test of a user is called $name"
	rm "examples/$name.yaml"
done
long=$(printf 'x%.0s' $(seq 96))
def "$long"
vt "tests/$long.again"
has "$work/err" "more than 100 letters" "a name that is too long"
rm "examples/$long.yaml"

# --- what is to be kept is kept
id=0b2c1ea4-3b1a-4f0e-9a53-0123456789ab
name=.vt-planted-$id
mkdir -p tests/a.again/collect
planted() { # CHANNEL-LINE LINES...: prints the checks
	jq --arg line "$1" '.exit = 0 | .channel = [$line]' \
		tests/a.again/logs/install.json >new.json
	mv new.json tests/a.again/logs/install.json
	shift
	rm -f tests/a.again/collect/planted
	[ $# -eq 0 ] || printf '%s\n' "$@" >tests/a.again/collect/planted
	run vt-verify tests/a.again
	jq -r '.checks[] | select(.name | startswith("planted")) |
		"\(.name | sub("planted ?"; "")):\(.status)"' \
		tests/a.again/result.json | tr '\n' ' ' | sed 's/ $//'
}
sent="vt-plant: $id: /dev/vda1 /dev/vda2"
both='mount /
mount /my data'
is "$(planted "$sent" "$both" "$name /my data")" ":ok /:ok /my data:ok" \
	"planted: what is kept is there, what is made anew is not"
is "$(planted "$sent" "$both" "$name /" "$name /my data")" \
	":ok /:not ok /my data:ok" "a file system that was not made anew"
is "$(planted "$sent" "$both")" ":ok /:ok /my data:not ok" "data that are lost"
is "$(planted "$sent" "$both" ".vt-planted-${id%b}c /my data")" \
	":ok /:ok /my data:not ok" "the file of another run is not this one's"
is "$(planted "$sent" 'mount /')" ":ok /:ok /my data:not ok" \
	"a file system that is not mounted"
is "$(planted "$sent")" ":ok /:not ok /my data:not ok" "no fact"
is "$(planted "vt-plant: $id: none; not on /dev/vda1" "$both")" \
	":skip /my data:not ok" "no file was left: only data that are kept must be"
is "$(planted "" "$both")" ":not ok /my data:not ok" "no report of files"
has tests/a.again/verify.yaml "at: examples/tests/c.yaml:9:7" \
	"the check has the position of the format"

# --- make dirty-matrix: an installer that must fail, and one that must not
rm -rf tests
FAKE_SAYS="echo 'curtin: Installation failed'"
vt dirty-matrix FILTER=name=none TESTS='must-fail a by-hand'
status_is 2 "dirty-matrix: one fails"
has "$work/err" 'dirty-matrix\] Error 1$' "  with the worst status"
has "$work/out" '^first . second +must-fail +a +by-hand$' "a table"
has "$work/out" '^must-fail +ok +FAIL +skip$' "  its first row"
has "$work/out" '^a +- +- +skip$' "  no disks of a test that fails"
has "$work/out" '^by-hand +skip +skip +skip$' "  nor of a skipped one"
has "$work/out" '^a-on-must-fail: failed: ' "the cause"
has "$work/out" '^must-fail-on-a: not run: a: ' "  of those that were not run"
has "$work/out" '^must-fail-on-by-hand: skipped: test .by-hand. is skipped: the' \
	"  of those that were skipped"
has tests/dirty-matrix.md '^\| must-fail \| ok \| FAIL \| skip \|$' "the page"
has tests/dirty-matrix.md '^    a-on-must-fail: failed: ' "  with the causes"
vt dirty-matrix TESTS='a nobody'
has "$work/err" "there is no test 'nobody'" "an unknown test"
vt dirty-matrix
has "$work/err" "no tests: make dirty-matrix TESTS=" "no test"

# --- make tests/NAME.minmem
rm -rf tests
FAKE_SAYS='if [ "$FAKE_MEM" -lt 410 ]; then
	echo "Out of memory: Killed process 7 (vt-install)"
else
	echo "curtin: Installation finished."
fi'
vt tests/a.minmem
status_is 0 "minmem"
is "$(tail -n 1 "$work/out")" "a: 416 MiB (fails with 400 MiB: out of memory)" \
	"the smallest memory"
is "$(grep -c '^a: [0-9]* MiB: \(passes\|out of memory: .*Killed process.*\)$' \
	"$work/out")" 7 "a line for each try"
is "$(grep -vc '^a: \|^  [A-Z]' "$work/out")" 0 "  and no other"
ok "the logs of failed ones are kept" test -s tests/a/minmem/400/install-serial.log
ok "  and nothing else" test ! -e tests/a.minmem
ok "the test is as it was" test -e tests/a/install.done -a ! -e tests/a/result.json
has tests/a/install/vm.yaml '^mem: 2048' "  with its memory"
FAKE_SAYS='echo "curtin: Installation finished."'
vt tests/a.minmem
is "$(tail -n 1 "$work/out")" "a: 128 MiB (less was not tried)" "the least"
FAKE_SAYS='[ "$FAKE_MEM" -lt 1000 ] || echo "curtin: Installation finished."'
vt tests/a.minmem
has "$work/err" "a: with [0-9]* MiB the install phase fails, but not for lack of" \
	"a failure of another kind"
has "$work/err" 'a.minmem\] Error 1$' "  ends the search"
rm -rf tests
FAKE_SAYS='false'
vt tests/a.minmem
has "$work/err" "a: the install phase cannot be run, or does not pass with all" \
	"a test that fails with all of its memory"
vt tests/nobody.minmem
has "$work/err" "nobody.minmem\] Error 1$" "no test"
done_testing

#!/bin/sh
# mk/rules.mk: what a change re-runs. The real vt-rules in a tree of its own;
# the tools of the phases are stubs that note their call and write their stamp.
. "$(dirname "$0")/../lib.sh"
need make

mkdir -p "$work/tree/mk" "$work/tree/bin" "$work/tree/examples/tests"
cd "$work/tree" || exit 3
cp "$top/mk/rules.mk" mk/
cp "$bin/vt-rules" "$bin/vt-vmtest" "$bin/vt-report" bin/
rules_makefile "$work/tree"
# stub TOOL: the files it writes, in its order
stub() {
	tool=$1
	shift
	cat >"bin/$tool" <<S
#!/bin/sh
[ ! -e "\$1/fail-$tool" ] || exit 1
echo "$tool \${1##*/}" >>ran
for f in $*; do
	mkdir -p "\$(dirname "\$1/\$f")" && echo "$tool" >"\$1/\$f"
done
S
	chmod +x "bin/$tool"
}
stub vt-pack install/user-data
stub vt-launch install.done
stub vt-seed boot/seed.img
stub vt-xkvm boot.done
stub vt-extract collect.done
cat >bin/vt-verify <<'S'
#!/bin/sh
[ "$1" != --skip-is-done ] || shift
echo "vt-verify ${1##*/}" >>ran
echo passed >"$1.done"
S
printf '#!/bin/sh\nexit 1\n' >bin/vt-sync
: >bin/vt-install
chmod +x bin/*
for t in a b; do
	printf 'conf_file: tests/%s.yaml\n' $t >examples/$t.yaml
	cat >examples/tests/$t.yaml <<'Y'
storage: {version: 1, config: [{id: d, type: disk, serial: s}]}
Y
done

mk() {
	rm -f ran
	run make "$@"
	ran=$(cat ran 2>/dev/null | tr '\n' ' ' | sed 's/ $//')
}
all="vt-pack a vt-launch a vt-seed a vt-xkvm a vt-extract a vt-verify a"

mk tests/a.done
status_is 0 "a test runs"
is "$ran" "$all" "all its phases"
has "$work/out" '^  INSTALL a$' "a line for each"
rules_at() { stat -c %y tests/tests.mk; }
at=$(rules_at)
mk tests/a.done
is "$ran" "" "again: nothing"
has "$work/out" 'up to date' "up to date"
is "$(rules_at)" "$at" "the rules as well"
mk
is "$(cat "$work/out")" "default goal" "another goal"
rm -rf tests
mk all
ok "does not need the rules" test ! -e tests
mk -n tests/a.done
is "$ran" "" "make -n runs nothing"
has "$work/out" '^bin/vt-xkvm tests/a$' "but shows simple commands"
mk V=1 tests/a.done
has "$work/out" '^bin/vt-xkvm tests/a$' "so does V=1"
is "$ran" "$all" "the whole test"

# What re-runs what
touch bin/vt-pack bin/vt-launch bin/vt-verify bin/vt-rules
mk tests/a.done
is "$ran" "" "rebuilt tools: nothing"
touch bin/vt-install
mk tests/a.done
is "$ran" "vt-pack a vt-launch a vt-xkvm a vt-extract a vt-verify a" \
	"a changed installer: all but the seed"
echo '# more' >>examples/tests/a.yaml
mk tests/a.done
is "$ran" "vt-pack a vt-launch a vt-xkvm a vt-extract a vt-verify a" \
	"a changed config: the same"
echo 'extra_collect_scripts: ["x"]' >>examples/a.yaml
mk tests/a.done
is "$ran" "vt-seed a vt-xkvm a vt-extract a vt-verify a" \
	"a changed collect script: no install"
echo 'verify: [{file: fstab, exists: true}]' >>examples/a.yaml
mk tests/a.done
is "$ran" "vt-verify a" "a changed check: vt-verify"
mk VT_NR_CPUS=3 tests/a.done
is "$ran" "vt-launch a vt-xkvm a vt-extract a vt-verify a" \
	"a setting that counts"
mk VT_NR_CPUS=3 VT_TIMEOUT_SCALE=2 tests/a.done
is "$ran" "" "a setting that does not"
at=$(rules_at)
mk VT_NR_CPUS=3 VT_HOST_CHECKS=1 VT_LOG="$work/log" apt_prox=x tests/a.done
is "$(rules_at)" "$at" "has not even the rules written again"
mk tests/a.done
is "$ran" "vt-launch a vt-xkvm a vt-extract a vt-verify a" "and back"

apt_proxy=http://nowhere:1 mk tests/a.done
is "$ran" "vt-pack a vt-launch a vt-xkvm a vt-extract a vt-verify a" \
	"one under a bare name"
mk tests/a.done

# A name that is none, on the command line and in the environment
export CURTIN_VMTEST_VRAM=5
for goal in tests/a.done tests/a.done vmtest settings tests/a.clean; do
	mk VT_NR_CPU=3 $goal
	is "$(grep -c "unknown setting 'VT_NR_CPU': did you mean 'VT_NR_CPUS'" \
		"$work/err") $(grep -c "'CURTIN_VMTEST_VRAM'" "$work/err")" \
		"1 1" "a misspelt setting is told once: make $goal"
done
unset CURTIN_VMTEST_VRAM
mk tests/a.done
hasnt "$work/err" 'unknown setting' "nothing is told of others"

# What is missing
rm tests/a/install.done tests/a/boot/seed.img tests/a/install/user-data
mk tests/a.done
is "$ran" "" "removed data: what was made from it stays up to date"
echo 'boot_timeout: 99' >>examples/a.yaml
mk tests/a.done
is "$ran" "$all" "and is made anew when it is needed again"
mk tests/a.clean
ok "clean" test ! -e tests/a -a ! -e tests/a.done
mk tests/a.done
is "$ran" "$all" "and anew"
rm -rf tests/b
mk tests/a.done
status_is 0 "a test's directory removed by hand"
is "$ran" "" "concerns no other"
rm tests/b/verify.yaml
mk tests/b.done
is "$ran" "$(echo "$all" | sed 's/ a/ b/g')" "an input removed is written again"

# Dates in the future: the rules are written once, and an edit is seen
for f in examples/b.yaml bin/vt-rules; do
	touch -d '+1 day' $f
	run timeout 20 make V=1 tests/b.done
	status_is 0 "$f is dated in the future: make ends"
	is "$(grep -c 'vt-rules --topdir=' "$work/out")" 1 "  one rewrite"
	has "$work/err" "File '.*$f' has modification time .* in the future" \
		"  a warning"
	touch $f
done
mk tests/b.done
touch -d '+1 hour' tests/*.done tests/*/*.done tests/*/*/* tests/tests.mk
echo 'boot_timeout: 98' >>examples/b.yaml
mk tests/b.done
is "$ran" "$(echo "$all" | sed 's/ a/ b/g')" \
	"an edit is not hidden by stamps dated in the future"
has "$work/err" "'tests/b/.*' is dated in the future: the phase and those" \
	"which are named"
mk tests/b.done
is "$ran" "" "  once"
mk tests/a.done

# What an older vt left: rules for each test and for all, and a stamp
printf '%s\n' 'VT_TESTS := a b gone' 'VT_RUNNABLE := a b gone' \
	'include $(VT_TESTS:%=tests/%/rules.mk)' >tests/rules.mk
for t in a b; do
	printf 'tests/%s.done: FORCE\n\tfalse\n' $t >tests/$t/rules.mk
done
echo 'tests/rules.d: examples/gone.yaml' >tests/rules.d
cp tests/tests.signature tests/rules.settings
touch -d '+1 hour' tests/rules.* tests/*/rules.mk
mk tests/a.done
status_is 0 "the files of an older vt"
is "$ran" "" "change nothing"
rm tests/tests.*
mk tests/a.done
status_is 0 "not even alone"
is "$ran" "" "what is done stays done"
mk tests/gone.done
has "$work/err" "no test 'gone'" "and they name no test"
rm tests/rules.* tests/*/rules.mk

# Failures
touch tests/a/fail-vt-xkvm
echo 'uefi: true' >>examples/a.yaml
mk tests/a.done
status_is 2 "a failed phase fails make"
is "$ran" "vt-pack a vt-launch a" "after the phases before it"
rm tests/a/fail-vt-xkvm
mk tests/a.done
is "$ran" "vt-xkvm a vt-extract a vt-verify a" "the next make goes on there"
mk tests/nobody.done
status_is 2 "a test that is not there"
has "$work/err" "no test 'nobody'" "is said so"
mk tests/nobody.repeat N=3
status_is 2 "nor can it be repeated"
has "$work/err" "test 'nobody' does not exist or cannot be run" "as is said, once"
ok "nothing is left of it" test ! -e tests/nobody
mk tests/a.repeat N=0
status_is 2 "no rounds"
has "$work/err" "N.* must be 1 to 10000" "are refused"
touch tests/nobody.done
mk tests/nobody.done
status_is 2 "even with a stamp of old"
mk 'tests/a=b.done'
status_is 2 "a name that make takes for a variable"
for top in tests x; do
	mk VT_TOPDIR=$top 'tests/a:b.done'
	status_is 2 "a name with a colon, in $top"
	has "$work/err" "'tests/a:b.done' is not a goal: names of tests cannot" \
		"says why"
done
mk VT_TOPDIR=x:y tests/a.done
has "$work/err" "TOPDIR 'x:y' contains a colon" "a TOPDIR with a colon"
ln -s /proc/self ro # nobody can write there
mk VT_TOPDIR=ro/new tests/a.done
has "$work/err" "cannot create 'ro/new': set VT_TOPDIR to a directory" \
	"a directory that cannot be made"
mk VT_TOPDIR=ro tests/a.done
has "$work/err" "'ro' cannot be written: set VT_TOPDIR to a directory" \
	"a directory that cannot be written"
rm ro
mk 'VT_TOPDIR=x y' tests/a.done
status_is 2 "a TOPDIR with a space"
has "$work/err" "TOPDIR 'x y'" "says why"
cp examples/a.yaml "$work/a.yaml"
echo 'memory: 3' >>examples/a.yaml
mk tests/b.done
status_is 2 "a broken definition stops all"
ok "  and leaves no temporary file" test ! -e "${VT_TOPDIR:-tests}/tests.signature.new"
has "$work/err" 'examples/a.yaml:[0-9]+:1: .*memory' "with its place"
is "$ran" "" "before anything runs"
mk tests/b.done
status_is 2 "and again, until it is mended"
rm tests/tests.mk
mk tests/b.done
status_is 2 "and without rules of before"
has "$work/err" 'examples/a.yaml:[0-9]+:1: .*memory' "for the same reason"
is "$ran" "" "as nothing is known to be done"
mk tests/b.clean
status_is 0 "clean needs no definitions"
cp "$work/a.yaml" examples/a.yaml
mk -j2 tests/b.done tests/a.done
status_is 0 "mended"

# A name that is that of another's stamp, of a goal or of a file beside tests
beside=$(sed -n 's/.*\$(TOPDIR)\/\([a-z][a-z.]*\)$/\1/p' mk/rules.mk)
goals=$(sed -n 's/.*\$(TOPDIR)\/%\(\.[a-z-]*\)[,:)].*/\1/p' mk/rules.mk | sort -u)
for name in $beside tests.signature.new junit.xml debug.log installer-1 rules.d \
	rules.mk rules.settings install.boot.done $(printf 'good%s ' $goals); do
	cp examples/a.yaml "examples/$name.yaml"
	run bin/vt-rules --check "examples/$name.yaml"
	[ "$status" -eq 2 ] && grep -q \
		"examples/$name.yaml:1:1: a test cannot be called '$name': " \
		"$work/err"
	result $? "a test called $name" || diag "$(cat "$work/err")"
	rm "examples/$name.yaml"
done
is "$(echo $beside $goals)" \
	"tests.mk tests.signature .again .capsule .clean .console .done .install-console .minmem .repeat .verify" \
	"as in mk/rules.mk"
for name in installer installer-x done.x junit; do
	cp examples/a.yaml "examples/$name.yaml"
	ok "a test called $name is one" bin/vt-rules --check "examples/$name.yaml"
	rm "examples/$name.yaml"
done
printf 'conf_file: tests/a.yaml\nmatrix: {mem: [512, 1.done]}\n' >examples/m.yaml
run bin/vt-rules --check examples/m.yaml
has "$work/err" "examples/m.yaml:2:9: a test cannot be called 'm@mem-1.done'" \
	"nor can a member of a matrix"
rm examples/m.yaml

# Other places
printf 'storage: {config: [{type: disk}], version: 1}\n' >examples/tests/broken.yaml
printf 'storage: {config: [], version: 1}\n' >examples/tests/c.yaml
mk tests/c.done
status_is 0 "a bare config is a test as well, and a broken one beside it"
mk tests/broken.done
status_is 2 "is an error for who asks"
has "$work/err" 'tests/broken.yaml:1:20: ' "with its place"
ok "no stamp" test ! -e tests/broken.done
mk VT_TOPDIR="$work/top" tests/a.done
is "$ran" "$all" "VT_TOPDIR"
ok "runs there" test -e "$work/top/a.done"
mk VT_TOPDIR="$work/top" tests/a.done
is "$ran" "" "and is up to date there"
mk VT_TOPDIR="$work/top" "$work/top/b.done"
status_is 0 "by its own name too"
mk V=1 VT_TOPDIR="$work/first" VT_VMRAM=600 tests/a.done
is "$(grep -c 'vt-rules --topdir=' "$work/out")" 1 "one run makes the first rules"
pids=
for i in 1 2 3 4 5 6 7 8; do
	make V=1 VT_TOPDIR="$work/many" -s "$work/many/tests.mk" \
		>"$work/many.$i" 2>&1 &
	pids="$pids $!"
done
failed=0
for pid in $pids; do
	wait "$pid" || failed=$((failed + 1))
done
is "$failed" 0 "several makes write the rules at the same time" ||
	diag "$(cat "$work"/many.[1-8])"
mk VT_TOPDIR="$work/top" tests/a.clean
ok "clean cleans there" test ! -e "$work/top/a" -a -e tests/a
mk VT_TOPDIR="$work/top" vmtest
status_is 2 "vmtest runs all, the broken one too"
has "$work/out" '^broken +NO RESULT' "which is in the table"
has "$work/err" 'vmtest\] Error 3$' "and the run's own status in make's words"
mkdir -p "$work/confs"
printf 'storage: {config: [], version: 1}\n# a\n' >"$work/confs/a.yaml"
mk VT_TOPDIR="$work/other" CONFIGS="$work/confs" tests/a.done
status_is 0 "CONFIGS: bare configs of a directory"
has "$work/other/a/test.yaml" "source: $work/confs/a.yaml" \
	"in place of our definitions"
ok "and only them" test ! -e "$work/other/b"
printf 'storage: {config: [], version: 1}\n' >"$work/confs/new.yaml"
mk VT_TOPDIR="$work/other" CONFIGS="$work/confs" tests/new.done
status_is 0 "a new file in it is found"
done_testing

#!/bin/sh
# The cache of phases, with a script in place of QEMU: what goes wrong. (Hits of
# whole tests with guests: t/vm/cache.t; keys: t/unit/phase_cache.c)
. "$(dirname "$0")/../lib.sh"
need python3 jq make
export VT_CACHE="$work/kept" XDG_RUNTIME_DIR="$work" VT_TEST_HOST_MIB=100000
export XDG_CACHE_HOME="$work/cache"

# nothing outside, if there is no entry to damage
cd "$work" || exit 3
mkdir "$work/path"
cat >"$work/path/qemu-system-x86_64" <<S
#!/bin/sh
case "\$*" in *id=qmp*) echo started >>$work/machines ;; esac
exec $top/t/tools/fake-qemu.py "\$@"
S
chmod +x "$work/path/qemu-system-x86_64"
PATH=$work/path:$PATH
machines() { cat "$work/machines" 2>/dev/null | wc -l; }
# the guest writes to its disk
head -c 3000000 /dev/urandom >"$work/data"
success='curtin: Installation finished. No error reported.'
export FAKE_SECONDS=0.05
export FAKE_SAYS='dd if='$work/data' of=$DISK conv=notrunc status=none
	[ -z "$SAY" ] || echo "$SAY"; echo "'$success'"'

# new DIR [NAME]: a test's directory in $work
new() {
	rm -rf "$work/$1"
	mkdir -p "$work/$1/install"
	touch "$work/kernel" "$work/initrd"
	cat >"$work/$1/install/vm.yaml" <<Y
format: 1
test: ${2:-t}
phase: install
arch: amd64
accel: tcg
mem: 64
timeout: 60
kernel: $work/kernel
initrd: $work/initrd
append: console=ttyS0
disks: [{path: disks/a.img, size: 67108864, format: raw}]
verdict: {success: '$success'}
Y
	printf '#cloud-config\n' >"$work/$1/install/user-data"
	echo "instance-id: t" >"$work/$1/install/meta-data"
}
# install DIR: runs the phase
install() { DISK=$work/$1/disks/a.img run timeout 60 vt-launch "$work/$1"; }
# fresh DIR [NAME]: in a new directory
fresh() { new "$@" && install "$1"; }
# hit N NAME: the last phase was taken from the cache, after N machines
hit() {
	status_is 0 "$2" && is "$(machines)" "$1" "$2: no machine"
}
# miss N NAME: the last phase ran the Nth machine
miss() {
	status_is 0 "$2" && is "$(machines)" "$1" "$2: a machine"
}
# entry: the directory of the test "t"; object: its disk
entry() {
	inputs=$(grep -l '^test: t$' "$VT_CACHE"/phases/*/inputs)
	dirname "${inputs:-$work/no-entry/inputs}"
}
object() { find "$(entry)" -type f -size +1M; }
# leftovers: temporary directories, and objects without an entry
leftovers() {
	ls -d "$VT_CACHE"/tmp.* 2>/dev/null
	find "$VT_CACHE/objects" -type f -links 1
}
# whole: each entry has all files of its manifest
whole() {
	python3 - "$VT_CACHE/phases" <<'P'
import json, os, sys
for key in os.listdir(sys.argv[1]):
    entry = os.path.join(sys.argv[1], key)
    files = json.load(open(os.path.join(entry, "manifest.json")))["files"]
    assert any(f["name"] == "logs/install.json" for f in files), key
    for f in files:
        if "sha256" in f:
            size = os.stat(os.path.join(entry, f["sha256"])).st_size
            assert size == int(f["size"]), (key, f)
P
}

fresh a
miss 1 "the first directory"
fresh b
hit 1 "the second one"
ok "the disk" cmp "$work/a/disks/a.img" "$work/b/disks/a.img"
ok "is as sparse" test \
	"$(stat -c %b "$work/b/disks/a.img")" -lt 8000
is "$(find "$work/b" -links +1 -type f)" "" "no file is shared with the cache"
is "$(stat -c %a "$VT_CACHE")" 700 "the cache is private"
has "$VT_CACHE/phases/"*/inputs '^qemu-system-x86_64 [0-9a-f]{64}$' \
	"an entry says what went in"

# The same disk of another test is stored once
fresh c other
miss 2 "another name"
[ "$(find "$VT_CACHE/objects" -size +1M | wc -l)" -eq 1 ]
result $? "equal disks are stored once"
is "$(ls "$VT_CACHE/phases" | wc -l)" 2 "for two entries"

# Off, and what is not stored
new d off
VT_CACHE=off install d
miss 3 "off"
is "$(ls "$VT_CACHE/phases" | wc -l)" 2 "nothing is stored"
new d failing
SAY='Kernel panic - not syncing: x' install d
status_is 1 "a phase that fails"
is "$(ls "$VT_CACHE/phases" | wc -l)" 2 "is not stored"
new d bridge
echo 'nics: [{net: br-none}]' >>"$work/d/install/vm.yaml"
VT_VERBOSE=1 install d
has "$work/err" "install is not cached: its network is the bridge 'br-none'" \
	"VERBOSE says why"

# A failure with the same inputs drops the entry
new b
touch "$work/b/history"
rm -f "$work/machines"
SAY='Kernel panic - not syncing: x' install b
status_is 1 "where it ran before, it runs, and now fails"
is "$(ls "$VT_CACHE/phases" | wc -l)" 1 "the entry is dropped"
fresh b
miss 2 "the next one runs"

# Corrupt entries
damaged() { # WHAT COMMAND...
	what=$1
	shift
	rm -f "$work/machines"
	find "$VT_CACHE" -type f -exec chmod u+w {} +
	"$@"
	fresh b
	miss 1 "$what"
	has "$work/err" 'cannot be taken from the cache: .*: the entry is dropped' \
		"$what: a warning"
	fresh b
	hit 1 "$what: it is stored again"
	ok "$what: with the right content" \
		cmp "$work/a/disks/a.img" "$work/b/disks/a.img"
}
flip() { printf x | dd of="$1" bs=1 seek=1000000 conv=notrunc status=none; }
small() { echo x >>"$(find "$(entry)" -type f -size -100k -name '[0-9a-f]*' | head -n 1)"; }
damaged "a byte of a disk" eval 'flip "$(object)"'
damaged "a disk that was cut" eval 'truncate -s 1M "$(object)"'
damaged "a missing disk" eval 'rm "$(entry)"/$(basename "$(object)")'
damaged "a longer log" small
damaged "half a manifest" eval 'truncate -s 100 "$(entry)/manifest.json"'
damaged "no manifest" eval 'echo >"$(entry)/manifest.json"'

# Everyone may write there
chmod 777 "$VT_CACHE"
fresh b
status_is 0 "a cache that everyone may write to: the phase passes"
has "$work/err" "all users may write to" "without it"
chmod 700 "$VT_CACHE"

# Two at once
rm -rf "$VT_CACHE" "$work/machines"
new a
new b
for d in a b; do
	DISK=$work/$d/disks/a.img timeout 60 vt-launch "$work/$d" \
		>"$work/$d.out" 2>&1 &
	eval "pid_$d=$!"
done
wait "$pid_a"
is $? 0 "two at once: the first"
wait "$pid_b"
is $? 0 "and the second"
ok "one entry" test "$(ls "$VT_CACHE/phases" | wc -l)" -eq 1
ok "which is whole" whole
rm -f "$work/machines"
for d in c d e; do
	new $d
	DISK=$work/$d/disks/a.img timeout 60 vt-launch "$work/$d" \
		>"$work/$d.out" 2>&1 &
	eval "pid_$d=$!"
done
wait "$pid_c" "$pid_d" "$pid_e"
is "$(machines)" 0 "three that fetch at once"
is "$(leftovers)" "" "nothing is left over"

# Eviction: entries that were used last stay
rm -rf "$VT_CACHE" "$work/machines"
for name in one two three; do
	head -c 3000000 /dev/urandom >"$work/data"
	VT_CACHE_SIZE=7 fresh a "$name"
	[ $name != two ] || fresh a one
done
is "$(sed -n 's/^test: //p' "$VT_CACHE"/phases/*/inputs | sort | tr '\n' ' ')" \
	"one three " "CACHE_SIZE: two of three disks"
rm -f "$work/machines"
fresh a one
hit 0 "the one that was used"
fresh a three
hit 0 "and the newest"
is "$(leftovers)" "" "the others are gone"
VT_CACHE_SIZE=1 fresh a four
status_is 0 "a phase that is larger than CACHE_SIZE passes"
has "$work/err" 'not stored in the cache: .* more than CACHE_SIZE permits' \
	"with a warning"

# A full disk
cat >"$work/full" <<'S'
mount -t tmpfs -o size=2m,mode=700 none "$VT_CACHE" || exit 2
vt-launch "$1" || exit 1
ls "$VT_CACHE"/phases "$VT_CACHE"/objects; ls -d "$VT_CACHE"/tmp.*
exit 0
S
mkdir "$work/small"
new b full
DISK=$work/b/disks/a.img VT_CACHE=$work/small run timeout 60 \
	unshare -rm sh "$work/full" "$work/b"
if [ "$status" -eq 2 ]; then
	skip "a full disk" "cannot mount a tmpfs: $(tail -n 1 "$work/err")"
else
	status_is 0 "a full disk: the phase passes"
	has "$work/err" 'not stored in the cache: .*No space left' "a warning"
	hasnt "$work/out" '[0-9a-f]{64}|/tmp[.]' "nothing is left there"
fi

# Two users of a group share a cache
chmod 755 "$work"
as() { # UID DIR: the phase, as this user, in a new directory of theirs
	chown -R "$1" "$work/$2"
	DISK=$work/$2/disks/a.img VT_CACHE=$work/shared \
		XDG_RUNTIME_DIR=$work/$2 run setpriv --reuid "$1" \
		--regid 65534 --clear-groups timeout 60 vt-launch "$work/$2"
}
if [ "$(id -u)" -ne 0 ] || ! setpriv --reuid 65533 --regid 65534 \
	--clear-groups vt-launch --version >/dev/null 2>&1; then
	skip "two users" "needs root, and tools that others may run"
else
	mkdir "$work/shared" && chgrp 65534 "$work/shared"
	chmod 2770 "$work/shared"
	rm -f "$work/machines" && : >"$work/machines" && chmod 666 "$work/machines"
	new a && as 65533 a
	is "$(machines)" 1 "one user stores"
	new b && as 65532 b
	is "$(machines)" 1 "another of the group fetches"
	as 65532 b
	hasnt "$work/err" 'not stored' "and stores in its place"
	new c && as 65531 c
	is "$(machines)" 2 "for a third one"
	chmod g-w "$work/shared"
	new c && as 65531 c
	has "$work/err" 'a user who is not trusted' \
		"no longer, when the group may not write there"
fi

# make cache-clean, and make fresh
mkdir -p "$work/tree/mk"
cp "$top/mk/rules.mk" "$work/tree/mk/"
ln -s "$bin" "$work/tree/bin"
rules_makefile "$work/tree"
touch "$VT_CACHE/mine"
run make -C "$work/tree" cache-clean
status_is 0 "cache-clean"
is "$(find "$VT_CACHE" -type f)" "$VT_CACHE/mine" \
	"it removes what is of the cache"
VT_CACHE=off run make -C "$work/tree" cache-clean
status_is 2 "without a cache"
rm -f "$work/machines"
fresh top/a
miss 1 "stored again"
touch "$work/top/a.done"
run make -C "$work/tree" VT_TOPDIR="$work/top" fresh
ok "fresh: the stamps are gone" test ! -e "$work/top/a/install.done" -a \
	! -e "$work/top/a.done"
install top/a
miss 2 "fresh: the machine runs again"
done_testing

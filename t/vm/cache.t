#!/bin/sh
# The cache of phases with micro guests: a second test directory with the same
# inputs starts no machine. (Kills, faults and eviction: t/tools/phase-cache.t)
. "$(dirname "$0")/../lib.sh"
. "$top/t/vm/vm.sh"
need jq

export VT_CACHE="$work/kept"
# counts the machines
qemu=$(command -v qemu-system-x86_64)
mkdir "$work/path"
cat >"$work/path/qemu-system-x86_64" <<S
#!/bin/sh
case "\$*" in *id=qmp*) echo started >>$work/machines ;; esac
exec $qemu "\$@"
S
chmod +x "$work/path/qemu-system-x86_64"
PATH=$work/path:$PATH
machines() { grep -c . "$work/machines" 2>/dev/null; }

boot_dir model init,mark,output,poweroff
install_dir model init,start,mark,success,poweroff
rm -r "$work/model/disks"
verify_yaml model "[{name: facts, at: 'x:1:1', file: facts, has_line: facts}]"

# all_of DIR: copies the model there, unless it exists, and runs all phases
all_of() {
	mkdir -p "$work/${1%/*}"
	[ -e "$work/$1" ] || cp -r "$work/model" "$work/$1"
	for tool in vt-launch vt-xkvm vt-extract vt-verify; do
		run "$tool" "$work/$1"
		cat "$work/err" >>"$work/$1.err"
		[ "$status" -eq 0 ] || break
	done
}

all_of one/t
status_is 0 "the first directory"
is "$(machines)" 2 "two machines"
ok "two entries" test "$(ls "$work/kept/phases" | wc -l)" -eq 2
began=$(date +%s%N)
all_of another/place/t
took=$((($(date +%s%N) - began) / 1000000))
status_is 0 "another directory"
note "$took ms"
is "$(machines)" 2 "no machine more"
has "$work/another/place/t.err" 'install: taken from the cache, made 20' \
	"the output says so"
for f in disks/install_disk.img boot/output_disk.img logs/install-serial.log \
	logs/boot-serial.log collect/facts; do
	ok "$f comes back" cmp "$work/one/t/$f" "$work/another/place/t/$f"
	is "$(stat -c %a "$work/another/place/t/$f")" \
		"$(stat -c %a "$work/one/t/$f")" "$f: its mode"
done
is "$(jq -r '.phases[].cached | . != null' "$work/another/place/t/result.json" |
	tr '\n' ' ')" "true true false " "result.json says which phases"
for f in install boot; do
	is "$(jq -S 'del(.cached)' "$work/another/place/t/logs/$f.json")" \
		"$(jq -S . "$work/one/t/logs/$f.json")" \
		"$f.json is that of the first run"
done
run vt-report "$work/another/place/t"
has "$work/out" '^model +passed +cached +cached +[0-9.]+ s' "so does the table"
run vt-report "$work/one/t"
has "$work/out" '^model +passed +[0-9.]+ s +[0-9.]+ s' "not of what ran"

# A changed input
cp -r "$work/model" "$work/changed"
sed -i 's/panic=-1/panic=-1 changed/' "$work/changed/boot/vm.yaml"
all_of changed
status_is 0 "another command line of the boot phase"
is "$(machines)" 3 "one machine"

# A phase that ran in the directory runs there again, and boot is of its disks
run vt-launch "$work/another/place/t"
is "$(machines)" 4 "again in the same directory: a machine"
is "$(jq .cached "$work/another/place/t/logs/install.json")" null "no hit"
run vt-xkvm "$work/another/place/t"
is "$(machines)" 5 "and for boot"

# A test that does not pass is forgotten
cp -r "$work/model" "$work/bad"
sed -i 's/has_line: facts/has_line: no-such-line/' "$work/bad/verify.yaml"
all_of bad
status_is 1 "a check that fails"
is "$(machines)" 5 "after two hits"
has "$work/bad.err" 'the install phase is no longer in the cache' \
	"the entries are dropped"
all_of fresh/t
status_is 0 "the next directory"
is "$(machines)" 7 "runs all"
done_testing

#!/bin/sh
# What a hostile guest may write harms neither vt-verify nor who reads it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
fixture

# inert WHAT: all outputs of the last run
inert() {
	cat "$work/out" "$work/err" "$case"/result.* >"$work/all"
	[ "$(tr -d '\11\12\40-\176\200-\377' <"$work/all" | wc -c)" -eq 0 ]
	result $? "$1: no control characters" || diag "$(od -c "$work/all" |
		grep -m 3 -e '\\0' -e 033)"
	ok "$1: valid UTF-8" perl -e 'local $/; open F, $ARGV[0]; my $s = <F>;
		utf8::decode($s) or exit 1; exit($s =~ /[\x{80}-\x{9f}\x{202e}]/)' \
		"$work/all"
	ok "$1: result.json can be read" perl -MJSON::PP -e 'local $/;
		open F, $ARGV[0]; decode_json(<F>)' "$case/result.json"
	# as many results as planned: nothing in them became a line of its own
	is "$(grep -c -E '^(not )?ok [0-9]+ - ' "$work/out")" \
		"$(sed -n 's/^1\.\.//p' "$work/out")" "$1: one line a result"
	is "$(grep -v -c -E '^(TAP version 13$|1\.\.[0-9]|ok |not ok |#   )' \
		"$work/out")" 0 "$1: no other lines"
	if command -v xmllint >/dev/null; then
		ok "$1: result.xml is well-formed" \
			xmllint --noout "$case/result.xml"
	else
		skip "$1: result.xml is well-formed" "no xmllint"
	fi
}

evil=$(printf '\033[31mred\033]0;title\007 ]]> <b>&amp; "q" \302\233 \377\376 \342\200\256 # SKIP x')
fresh
{
	printf 'Kernel panic - %s\000 end\r\n' "$evil"
	printf '\nok 1 - forged\nnot ok 2 - forged\n1..1\n'
	printf 'Installation failed %s' "$evil"
} >"$case/logs/install-serial.log"
printf '%s\nok 77 - forged\n' "$evil" >"$case/collect/failed-units"
printf 'UUID=%s / ext4\000 defaults 0 1\n' "$evil" >"$case/collect/fstab"
printf '%s\000\n' "$evil" >"$case/collect/version"
printf '%s\n' "$evil" >"$case/collect/etc/hostname"
printf '/dev/%s partition 1 0 -2\n' "$evil" >"$case/collect/proc-swaps"
printf '/dev/%s /home ext4 rw 0 0\n' "$evil" >"$case/collect/proc_mounts"
printf '{"format":1,"scripts":[{"name":"\\u001b[31m\\nok 5 # SKIP ]]>","status":1},{"name":"../../../etc/x","status":2},{"status":"x"},7]}' \
	>"$case/collect/vt-sentinel.json"
printf '{"v1":{"init":{"errors":["\\u001b]0;x\\u0007\\nok 9 ]]>",{},7]}}}' \
	>"$case/collect/var_lib_cloud/data/status.json"
verify
status_is 1 "hostile facts are a verdict"
inert "hostile facts"

fresh
phase_json install 1 panic 999999999999 '\u001b[2J\nok 3 ]]> \u0007' \
	>"$case/logs/install.json"
verify --failed=install
status_is 1 "a hostile cause is a verdict"
inert "a hostile cause"

# Facts of the wrong shape.
fresh
cd "$case/collect" || exit 3
echo '[1,2]' >vt-sentinel.json
echo '{"blockdevices": {"a": 1}}' >lsblk.json
echo '{"filesystems": [[[]], 7, {"target": 1, "source": null, "children": 5}]}' \
	>findmnt.json
perl -e 'print "[" x 100000' >var_lib_cloud/data/status.json
printf '\n\n   \n\t\n#\n \0\n' >fstab
printf ' -> \nl\nl -> \nl -> /\nlx y -> ../../\n' >ls_al_byuuid
head -c 4096 /dev/zero | tr '\0' '\377' >proc-swaps
cd "$work" || exit 3
verify
status_is 1 "facts of the wrong shape are a verdict"
inert "facts of the wrong shape"

# Disks of noise, and tables that lie.
fresh
for d in "$case"/disks/*.img; do
	perl -e 'srand(7); open F, "+<", $ARGV[0]; for (0..63) { seek F, $_ * 65536, 0;
		print F pack("C*", map { int rand 256 } 1..4096) }' "$d"
	printf '\125\252' | dd of="$d" bs=1 seek=510 conv=notrunc status=none
done
verify
status_is 1 "noise on the disks is a verdict"
inert "noise"
fresh
truncate -s 20M "$case/disks/install_disk.img"
truncate -s 1100K "$case/disks/extra_disk_3.img"
truncate -s 100 "$case/disks/extra_disk_1.img"
truncate -s 0 "$case/disks/extra_disk_2.img"
verify
status_is 1 "disks cut short are a verdict"
inert "disks cut short"

# Large: as fast as a disk.
timely() { # NAME LOG-GENERATOR
	fresh
	perl -e "$2" >"$case/logs/install-serial.log"
	size=$(wc -c <"$case/logs/install-serial.log")
	start=$(date +%s)
	verify
	took=$(($(date +%s) - start))
	[ $took -lt 20 ]
	result $? "$1: $((size >> 20)) MB in ${took} s, bound 20"
}
timely "a long log" \
	'print "[  12.3] kernel: message $_ of a very talkative guest\r\n" for 1..2000000'
is "$(outcome "install_log success")" "not ok" "and searched"
timely "one endless line" 'print "\e[1mINFO: \0\xff blocked for more than" x 700000'
timely "almost failures" \
	'print "Kernel panic Installation fail cloud-init: Trace\n" x 400000'
[ "$(wc -c <"$case/result.xml")" -lt 1000000 ]
result $? "results stay small"
timely "failures only" 'print "Kernel panic - x\n" x 1000000'
has "$work/out" 'and 999990 more' "most of them are only counted"

# More collect scripts than any test has.
fresh
perl -e 'print q({"format":1,"scripts":[),
	join(",", (q({"name":"x","status":1})) x 50000), "]}"' \
	>"$case/collect/vt-sentinel.json"
mkdir -p "$case/collect/vt-collect"
perl -e 'print "y" x 80, "\n" for 1..1000' >"$case/collect/vt-collect/x.log"
start=$(date +%s)
verify
[ $(($(date +%s) - start)) -lt 20 ]
result $? "50000 collect scripts: in less than 20 s"
is "$(outcome "collect scripts")" "not ok" "that there are so many is a failure"
[ "$(wc -c <"$case/result.json")" -lt 1000000 ]
result $? "  and results stay small"

# What exceeds a bound fails, by its name.
exceeds() { # BOUND CHECK [FILE]: of the file `big`, or FILE
	grep -q 'name: big' "$case/verify.yaml" ||
		sed -i '/^checks:/a \  - {name: big, file: big, json: {path: a, value: b}}' \
			"$case/verify.yaml"
	verify
	status_is 1 "the bound '$1'"
	is "$(outcome "$2")" "not ok" "  fails '$2'"
	has "$work/out" "^#   found: +.* exceeds the bound '$1' \(" "  is named"
}
fresh
perl -e 'print "[", "{}," x 5500000, "{}]"' >"$case/collect/big"
exceeds json-memory big
[ "$(wc -c <"$case/result.json")" -lt 1000000 ]
result $? "  and results stay small"
fresh
truncate -s 17M "$case/collect/big"
exceeds json big
fresh
truncate -s 1G "$case/collect/fstab"
exceeds table fstab
fresh
perl -e 'print "a b c d\n" x 200000' >"$case/collect/proc-swaps"
exceeds table swaps_used
fresh
truncate -s 1G "$case/collect/version"
exceeds fact version
fresh
truncate -s 1G "$case/logs/install-serial.log"
exceeds fact install_log
vt-verify --help >"$work/help"
for bound in $(sed -n 's/.*{"vt-verify", "\([a-z-]*\)".*/\1/p' \
	"$top/src/lib/test/bounds.c"); do
	has "$work/help" "^  $bound +[0-9]+" "--help has the bound '$bound'"
done

# A pattern that would take for ever is given up.
fresh
sed -i '/^checks:/,$d' "$case/verify.yaml"
printf 'checks:\n  - {name: slow, file: version, matches: "(a|b)*a(a|b){200}e"}\n' \
	>>"$case/verify.yaml"
perl -e 'srand 1; print map { int rand 2 ? "a" : "b" } 1 .. 900000' >"$case/collect/version"
start=$(date +%s)
verify
took=$(($(date +%s) - start))
is "$(outcome slow)" "not ok" "a hopeless search is given up"
has "$work/out" "the search exceeds the bound 'search-time' \(10 s\)" "by its bound"
[ $took -lt 60 ]
result $? "in $took s"
done_testing

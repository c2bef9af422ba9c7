#!/bin/sh
# vt-report --html, --trace and --against, without a browser: t/long/page.t has
# one. What is on the page, that it is the same for the same input, that nothing
# of a guest's is more than text, and its size and time for many tests.
. "$(dirname "$0")/../lib.sh"
. "$top/t/tools/verify-lib.sh"
need sfdisk mkfs.ext4 mkfs.vfat

page=$work/tests/page.html
read_page() { python3 "$top/t/tools/page.py" "$@"; }
# write_page [OPTION]...: of all in $work/tests
write_page() {
	run vt-report --html="$page" "$@" "$work/tests"
	[ "$status" = 0 ] || diag "$(tail -n 20 "$work/err")"
}
sound() { # NAME
	is "$(read_page check "$page" 2>&1 | head -n 20)" "" "$1"
}
text_of() { read_page text "$page" "$1" >"$work/text"; }

put() { # NAME STATUS EXIT CAUSE SEE [CHECKS]
	mkdir -p "$work/tests/$1/logs"
	cat >"$work/tests/$1/result.json" <<-J
	{"format":1,"test":"$1","status":"$2","exit":$3,"cause":"$4","see":"$5",
	 "phases":{"install":{"seconds":93.25,"outcome":"poweroff","exit":0,
	 "started":"2026-01-02T03:04:05Z"}},"checks":[${6:-}]}
	J
}
report() { # NAME PHASE MORE: logs/PHASE.json
	cat >"$work/tests/$1/logs/$2.json" <<-J
	{"format":1,"test":"$1","phase":"$2","waited":20,"seconds":120.5,
	 "started":"2026-01-02T03:04:05Z","context":["the last word"],"command":[],
	 "times":{"power_on":20.5,"kernel":24,"init":31,"cloud_init":40,
	 "installer_start":50,"installer_end":110,"power_off":119},
	 "cause":"","accel":"tcg",$3}
	J
}

# What a real test leaves
fixture
fresh
verify
status_is 0 "a test that passes"
ok "what passed is kept" test -s "$case/passed/result.json"
mkdir -p "$case/passed/collect" "$case/collect"
write_page
status_is 0 "a page is written"
sound "the page is sound"
is "$(stat -c %a "$page")" 640 "other users cannot read it"
cp "$page" "$work/first"
write_page
ok "the same input, the same bytes" cmp "$page" "$work/first"
text_of t.case
has "$work/text" 'sda · disk' "its disks are drawn"
has "$work/text" 'release:bookworm' "what the filter finds it by"
has "$work/text" '[0-9]+ checks: [0-9]+ ok, 0 skipped' "its checks are packed"
ok "with an anchor for each" sh -c "python3 '$top/t/tools/page.py' markup \
	'$page' t.case | grep -q 'id=\"t.case/partition_sda1_size\"'"
read_page logs "$page" t.case >"$work/logs"
has "$work/logs" '^ [0-9.]*	curtin: Installation finished' "its log is packed"
read_page markup "$page" t.case >"$work/markup"
has "$work/markup" '<a href="\./case/logs/install-serial.log">' "files are links"

# A failure: the check that failed, beside what is expected, in the drawing, and
# what changed since the test passed
sed -i 's/cloudimg-rootfs/other-label/' "$case/verify.yaml"
printf 'ii \tcurl\t7.88.1\nii \tgone\t1\n' >"$case/passed/collect/debian-packages.txt"
printf 'ii \tcurl\t7.88.2\nii \tnew\t2\n' >"$case/collect/debian-packages.txt"
verify
status_is 1 "it fails"
write_page
sound "the page of a failure is sound"
text_of t.case
has "$work/text" 'format root label' "the check is named"
has "$work/text" 'other-label' "what was expected"
has "$work/text" 'cloudimg-rootfs' "what was found"
read_page markup "$page" t.case >"$work/markup"
has "$work/markup" '<g class="node bad"><rect[^>]*>.*root · format' \
	"it is marked in the drawing"
has "$work/markup" '<td>packages of the target</td><td>curl</td><td><del>7.88.1</del></td><td><ins>7.88.2' \
	"a package that changed since it passed"
has "$work/markup" '<td>gone</td><td><del>1</del></td><td class="dim">absent' \
	"one that is no more"
has "$work/markup" '<td>verdict</td><td><del>passed</del></td><td><ins>failed' \
	"and the verdict"
has "$page" '<section class="test notgood" id="t.case">' \
	"without JavaScript, its section is there"

# The same on a terminal, with another directory
cp -r "$work/good" "$work/old"
cp "$case/passed/result.json" "$work/old/"
run vt-report --against "$work/old" "$case"
status_is 0 "compared with another test's directory"
has "$work/out" '^  verdict +verdict +passed -> failed$' "another verdict"
has "$work/out" '^1 test compared with .*/old: 1 with another verdict$' \
	"and how many have one"
run vt-report --against "$work/nowhere" "$case"
has "$work/out" '; 1 without a result there$' "what is not there is counted"

# Times: stages, steps of the installer, silence, and lanes of what ran
put slow failed 1 "boot: it hangs" logs/boot.json
report slow install '"exit":0,"outcome":"poweroff"'
report slow boot '"exit":1,"outcome":"fatal-line","rule":{"id":"kernel-panic","line":"Kernel panic - not syncing","at":30,"why":"the kernel panicked"}'
put other passed 0 "" ""
report other install '"exit":0,"outcome":"poweroff"'
cat >"$work/tests/slow/logs/webhooks-events.json" <<'J'
[{"name":"cmd-install","event_type":"start","timestamp":1767323100},
{"name":"cmd-install/stage-late","event_type":"start","timestamp":1767323110},
{"name":"cmd-install/stage-late","event_type":"finish","timestamp":1767323120,"result":"FAIL"},
{"name":"cmd-install","event_type":"finish","timestamp":1767323125,"result":"SUCCESS"}]
J
printf '[    0.1] Linux version 6\nhello\nquiet now\nKernel panic - not syncing\n' \
	>"$work/tests/slow/logs/boot-serial.log"
printf '21.000 0\n22.000 26\n80.000 32\n' >"$work/tests/slow/logs/boot-serial.times"
write_page --trace="$work/trace.json"
sound "a page with times is sound"
read_page markup "$page" t.slow >"$work/markup"
for stage in waiting firmware kernel systemd cloud-init installer shutdown; do
	has "$work/markup" "<g class=\"g-$stage\"><rect" "the stage $stage"
done
has "$work/markup" '<g class="step bad"><rect.*stage-late' "a step that failed"
has "$work/markup" '<g class="silent"><rect.*no output: 58.0 s' "silence"
has "$work/markup" 'rule <code>kernel-panic</code> fired at 30.0 s' "the rule"
read_page logs "$page" t.slow >"$work/logs"
has "$work/logs" '^~22.0	no output for 58 s$' "silence in the log"
has "$work/logs" '^!80.0	Kernel panic - not syncing$' "its line is marked"
has "$work/logs" '^=20.5	firmware$' "and the stages"
has "$page" '<rect class="p-waiting" [^>]*width="[1-9]' "what waited"
is "$(grep -c '<svg class="tl"' "$page")" 1 "tests at the same time are in one drawing"
cat >"$work/lanes.py" <<'P'
import json, sys
events = json.load(open(sys.argv[1]))["traceEvents"]
slices = [e for e in events if e["ph"] == "X"]
for lane in {(e["pid"], e["tid"]) for e in slices}:
    open_until = []
    own = sorted((e for e in slices if (e["pid"], e["tid"]) == lane and e["pid"] < 1000),
                 key=lambda e: (e["ts"], -e["dur"]))
    for e in own:
        while open_until and open_until[-1] <= e["ts"]:
            open_until.pop()
        assert not open_until or e["ts"] + e["dur"] <= open_until[-1], e
        open_until.append(e["ts"] + e["dur"])
at_once = {e["tid"] for e in slices if e["name"] in ("slow", "other")}
assert len(at_once) == 2, at_once
print(sorted({e["name"] for e in slices if e["cat"] == "stage"}))
P
run python3 "$work/lanes.py" "$work/trace.json"
status_is 0 "the trace has a lane for each of two tests at once, and slices nest"
has "$work/out" "'installer', 'kernel'" "with the stages"

# History
printf '2026-01-0%s\n' '1T00:00:00Z 0 - aa 50.0' '2T00:00:00Z 1 boot aa 61.5' \
	'3T00:00:00Z 0 - aa 70.0' >"$work/tests/other/history"
sed -i s/2026-01-02T/2026-01-05T/ "$work/tests/other/logs/install.json"
write_page
is "$(grep -c '<svg class="tl"' "$page")" 2 "another day's tests are in another one"
has "$page" '<button [^>]*data-v="unsteady"[^>]*><b>1</b> failed, then passed' \
	"a flake has a box of its own"
has "$page" 'aria-label="1 of the last 3 verdicts were not good"' "the strip"
read_page markup "$page" t.other >"$work/markup"
has "$work/markup" 'median of passes 70.0 s' "durations and their median"

# Hostile texts
evil='</script><script>alert(1)</script><img src=x onerror=alert(2)>'
put evil failed 1 "$evil\\u001b[2J\\u0000\\u202egnp.exe\\u200f" 'javascript:alert(3)' \
	"{\"name\":\"$evil' onclick='x\",\"status\":\"not ok\",\"expected\":\"]]>--><!--\",\"found\":\"$evil\",\"at\":\"/etc/passwd:1:1\",\"detail\":\"\\u2028\"}"
report evil install "\"exit\":1,\"outcome\":\"fatal-line\",\"rule\":{\"id\":\"x\",\"line\":\"$evil\",\"why\":\"$evil\"}"
{
	printf '%s\033]0;title\007\0\377\376\342\200\256\r\n' "$evil"
	head -c 300000 /dev/urandom
	head -c 100000000 /dev/zero | tr '\0' 'A'
	echo "$evil"
} >"$work/tests/evil/logs/install-serial.log"
printf '1.000 0\n99999999999999999999.000 5\nx' \
	>"$work/tests/evil/logs/install-serial.times"
printf '[{"name":"%s","event_type":"start","timestamp":1e308},
{"name":"%s","event_type":"start","timestamp":1767323100},{"name":7}]' \
	"$evil" "$evil" >"$work/tests/evil/logs/webhooks-events.json"
mkdir -p "$work/tests/evil/collect"
: >"$work/tests/evil/collect/javascript:alert(4)"
: >"$work/tests/evil/collect/\"><script>alert(5)<"
ln -s /etc/passwd "$work/tests/evil/logs/a.log"
ln -s /etc/passwd "$work/tests/evil/collect/link"
cp "$work/tests/evil/logs/install.json" "$work/tests/evil/logs/x.png"
printf '2026 1 <b>boot</b> aa nan\n2026 9 - aa inf\nx 1 - aa -5\n' \
	>"$work/tests/evil/history"
write_page --trace="$work/trace.json"
status_is 0 "hostile texts, and a log of 100 MB"
sound "are text"
hasnt "$page" 'root:x:0' "no other file of the host is shown"
hasnt "$page" 'alert\([1-5]\)[^&<]*>' "no markup of a guest's"
read_page logs "$page" t.evil >"$work/logs"
has "$work/logs" '^-	[0-9]+ of 1003[0-9]+ bytes are not on this page' \
	"a log that is too long says so"
has "$work/logs" 'alert\(1\)' "its end is there"
ok "the page is below 2 MB" test "$(stat -c %s "$page")" -lt 2000000
ok "the trace is JSON" python3 -m json.tool "$work/trace.json" "$work/out"

# A directory that cannot be written
run vt-report --html="$work/none/page.html" "$work/tests"
status_is 3 "a page that cannot be written is a failure of the host"

# Many tests: those of a run, with logs and 60 checks each
rm -rf "$work/tests"
checks=
for i in $(seq 60); do
	checks="$checks${checks:+,}{\"name\":\"partition sda$i size\",\"status\":\"ok\",\"expected\":\"8 GiB\",\"found\":\"$i bytes\",\"at\":\"examples/tests/basic.yaml:$i:9\"}"
done
put model passed 0 "" "" "$checks"
report model install '"exit":0,"outcome":"poweroff"'
report model boot '"exit":0,"outcome":"poweroff"'
cp "$work/good/verify.yaml" "$work/tests/model/"
for phase in install boot; do
	for i in $(seq 900); do
		printf '[%5d.%06d] device %d: some message of a kernel %d\r\n' $i $i $((i * 7)) $((i * i))
	done >"$work/tests/model/logs/$phase-serial.log"
done
mkdir "$work/many"
for i in $(seq 200); do
	cp -r "$work/tests/model" "$work/many/test$i"
done
for i in 3 77 150; do
	sed -i 's/"passed","exit":0,"cause":""/"failed","exit":1,"cause":"broken"/' \
		"$work/many/test$i/result.json"
done
cost() { # COMMAND...: its time of a processor in ms, on a busy host as well
	python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(int(1000 * (used.ru_utime + used.ru_stime)))' "$@"
}
ms=$(cost vt-report --html="$work/many.html" "$work/many")
size=$(stat -c %s "$work/many.html")
note "200 tests: $ms ms, $size bytes"
page=$work/many.html
sound "a page of 200 tests is sound"
ok "it is below 5 MB" test "$size" -lt 5000000
# the sanitizers' build is several times slower
ok "and takes less than 8 s" test "$ms" -lt 8000
has "$page" '<li><b>3 tests</b>: broken' "a cause that several have is shown once"
done_testing

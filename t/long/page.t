#!/bin/sh
# The page of results in a browser, Debian's Chromium without a screen. What
# drives it (playwright-core) and what looks for faults (axe-core) come from npm,
# into a directory that is removed at the end. VT_TEST_PICTURES=DIR keeps the
# pictures.
. "$(dirname "$0")/../lib.sh"
. "$top/t/tools/verify-lib.sh"
need chromium node npm sfdisk mkfs.ext4 mkfs.vfat
npm install --silent --no-audit --no-fund --prefix "$work/npm" \
	playwright-core@1 axe-core@4 >"$work/npm.log" 2>&1 ||
	skip_all "npm cannot install playwright-core and axe-core"
pictures=${VT_TEST_PICTURES:-$work/pictures}
mkdir -p "$pictures"

fixture
fresh
verify
cp -r "$case" "$work/tests/good"
sed -i 's/cloudimg-rootfs/other-label/; s/number: 3, size: 16777216/number: 3, size: 26777216/' \
	"$case/verify.yaml"
sed -i 's/"times":{}/"times":{"power_on":3,"kernel":6,"init":12,"cloud_init":30,"installer_start":40,"installer_end":80,"power_off":90},"waited":2/' \
	"$case/logs/install.json"
verify
mv "$case" "$work/tests/bad"
for name in good bad; do
	sed -i "s/\"test\": *\"case\"/\"test\": \"$name\"/" \
		"$work/tests/$name/result.json"
done
printf '2026-01-0%s\n' '1T00:00:00Z 0 - aa 50.0' '2T00:00:00Z 1 boot aa 61.5' \
	'3T00:00:00Z 0 - aa 70.0' '4T00:00:00Z 1 boot aa 66' \
	>"$work/tests/bad/history"
evil='</script><script>alert(1)</script><img src=x onerror=alert(2)>'
mkdir -p "$work/tests/evil/logs"
cat >"$work/tests/evil/result.json" <<J
{"format":1,"test":"evil","status":"failed","exit":1,"cause":"$evil","see":"logs",
 "phases":{"install":{"seconds":93.25,"outcome":"panic","exit":1,"started":"2026-01-02T03:04:25Z"}},
 "checks":[{"name":"$evil","status":"not ok","expected":"x","found":"$evil"}]}
J
cat >"$work/tests/evil/logs/install.json" <<J
{"format":1,"test":"evil","phase":"install","exit":1,"outcome":"panic",
 "cause":"$evil","started":"2026-01-02T03:04:25Z","seconds":93.25,"waited":8,
 "times":{"power_on":9,"kernel":12,"init":20},"context":["$evil"],"command":[]}
J
{
	for i in $(seq 40); do
		printf '[    %d.000000] usb %d: new device\r\n' "$i" "$i"
	done
	printf '%s\r\nKernel panic - not syncing\r\n' "$evil"
} >"$work/tests/evil/logs/install-serial.log"
printf '9.000 0\n20.000 900\n80.000 1200\n' \
	>"$work/tests/evil/logs/install-serial.times"

run vt-report --html="$work/page.html" "$work/tests"
status_is 0 "a page is written"
node "$top/t/long/page.js" "$work/npm/node_modules" "$work/page.html" \
	"$pictures" >"$work/tap" 2>&1
result $? "in the browser" || diag "$(grep -A1 '^not ok' "$work/tap" || cat "$work/tap")"
grep '^ok' "$work/tap" | sed 's/^ok [0-9]* - /# /'
done_testing

#!/bin/sh
# How long tests take, as ratios of medians of one run on a quiet host: a warm
# start and a cold one, tests beside each other and one after another, vt and a
# script around QEMU, the cache of phases; and the memory of vt's own processes.
# ROUNDS (default 3) is how often each is measured.
VT_TEST_LIMIT=${VT_TEST_LIMIT:-7200}
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../e2e/lib.sh"
need jq python3 qemu-system-x86_64
[ "$(uname -m)" = x86_64 ] || skip_all 'guests of this host are not amd64'
[ -e "$user_images/streams/v1/index.json" ] ||
	skip_all "no image: run 'make image'"
rounds=${ROUNDS:-3}
export XDG_CACHE_HOME="$work/cache"
note "$(nproc) processors, load $(cut -d ' ' -f 1-3 /proc/loadavg)"

# timed NAME COMMAND...: runs it, adds its seconds to $work/NAME.s
timed() {
	timed_name=$1
	timed_from=$(date +%s%N)
	shift
	"$@"
	timed_ms=$((($(date +%s%N) - timed_from) / 1000000))
	[ "$status" -eq 0 ] || status_is 0 "$timed_name" || explain simple
	echo "$timed_ms" >>"$work/$timed_name.ms"
}
median() { sort -n "$work/$1.ms" | sed -n "$(((rounds + 1) / 2))p"; }
# ratio NAME OTHER MAX WHAT: of medians
ratio() {
	note "$1: $(tr '\n' ' ' <"$work/$1.ms")ms; $2: $(tr '\n' ' ' \
		<"$work/$2.ms")ms"
	ratio=$(echo "$(median "$1") $(median "$2")" | awk '{ printf "%.2f", $1 / $2 }')
	awk "BEGIN { exit !($ratio <= $3) }"
	result $? "$4: $ratio, aim $3"
}
simple() {
	rm -rf "$tests"
	vt "$@" tests/simple.done
}
# installer_ms: from power-on to the installer, of the last run of simple
installer_ms() {
	jq '.times | (.installer_start - .power_on) * 1000 | floor' \
		"$tests/simple/logs/install.json"
}

for w in late early; do
	VT_WARM=$w simple # which makes the template
	status_is 0 "$w: a template is made" || explain simple
done
for i in $(seq "$rounds"); do
	timed cold simple VT_WARM=off
	installer_ms >>"$work/cold-start.ms"
	for w in late early; do
		timed $w simple VT_WARM=$w
		installer_ms >>"$work/$w-start.ms"
	done
done
ratio late-start cold-start 0.2 'late: until the installer starts'
ratio early-start cold-start 0.55 'early: until the installer starts'
ratio late cold 0.75 'late: simple from make to verdict'

# Four tests.
defs=$work/defs
mkdir "$defs"
ln -s "$top/examples/tests" "$defs/tests"
for n in a b c d; do
	cp "$top/examples/simple.yaml" "$defs/$n.yaml"
done
four() {
	rm -rf "$tests"
	vt "$@" vmtest
}
for i in $(seq "$rounds"); do
	timed one-by-one four -j1
	timed two four -j2
	timed two-cpus four -j2 VT_NR_CPUS=1
done
ratio two one-by-one 0.6 'four tests with -j2'
ratio two-cpus one-by-one 0.6 '  with a processor each'

# The cache: nothing runs in a new TOPDIR.
timed fill four -j2 VT_CACHE="$work/phases"
for i in $(seq "$rounds"); do
	rm -rf "$tests"
	timed hit vt VT_CACHE="$work/phases" tests/a.done
done
is "$(jq -r '.cached // "none"' "$tests/a/logs/boot.json" | cut -c 1-2)" 20 \
	'the boot phase is from the cache'
[ "$(median hit)" -lt 1000 ]
result $? "a whole test from the cache: $(median hit) ms, aim 1000 ms"

# The machine of an install under vt, and started by a script with the command
# that vt's report has. The guest powers off instead of installing.
rm -rf "$tests"
defs=$top/examples
vt tests/simple.done -n
cat >"$tests/simple/install/user-data" <<'U'
#!/bin/sh
echo 'curtin: Installation finished. No error reported.' >/dev/console
poweroff
U
echo 'instance-id: bench' >"$tests/simple/install/meta-data"
: >"$tests/simple/install/vendor-data"
cat >"$work/script.py" <<'P'
import functools, http.server, json, re, subprocess, sys, threading
test = sys.argv[1]
quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,),
             {"log_message": lambda *a: None})
server = http.server.ThreadingHTTPServer(
    ("127.0.0.1", 0), functools.partial(quiet, directory=test + "/install"))
threading.Thread(target=server.serve_forever, daemon=True).start()
command = json.load(open(test + "/logs/install.json"))["command"]
append = re.search("^append: (.*)", open(test + "/install/vm.yaml").read(), re.M)[1]
command[-2:] = ["-append", "ds=nocloud-net;s=http://10.0.2.2:%d/ %s"
                % (server.server_port, append)]
at = command.index("-mon")
del command[at - 2:at + 2]
for i, word in enumerate(command):
    if word.startswith("socket,id=serial0,"):
        command[i] = "file,id=serial0,path=" + test + "/serial"
    if word.startswith("socket,id=channel,"):
        command[i] = "null,id=channel"
sys.exit(subprocess.run(command, stdin=subprocess.DEVNULL, timeout=600).returncode)
P
run vt-launch "$tests/simple" # which also makes the disk
for i in $(seq "$rounds"); do
	timed under-vt run vt-launch "$tests/simple"
	timed script run python3 "$work/script.py" "$tests/simple"
	ok 'the same guest' grep -q 'Installation finished' "$tests/simple/serial"
	rm "$tests/simple/serial"
done
ratio under-vt script 1.02 'a guest under vt'

# Memory of vt's own processes.
vt-launch "$tests/simple" >"$work/out" 2>"$work/err" &
wait_until 60 pgrep -P $! qemu-system
sleep 10
kb=$(awk '/^VmHWM/ { print $2 }' "/proc/$!/status")
wait $!
[ "$kb" -lt 20000 ]
result $? "vt-launch of a running test: $kb kB of memory, aim 20000"
done_testing

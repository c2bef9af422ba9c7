#!/bin/sh
# Speed of vt-sync: mirrors a stream of $MB megabytes in $FILES files from an
# nginx on loopback, compared with parallel curl and sha256sum of the same files
# and with the write speed of the disk. Compare ratios of one run, not times.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$top/bin:$PATH:/usr/sbin
files=${FILES:-60} mb=${MB:-1500}
work=$(mktemp -d "${BENCH_DIR:-${TMPDIR:-/var/tmp}}/vt-bench.XXXXXX")
server=
end() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
	rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM
unset http_proxy https_proxy
port=$(python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
python3 - "$work/origin" "$files" "$mb" <<'P'
import hashlib, json, os, sys
top, files, mb = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
os.makedirs(top + "/streams/v1")
items = {}
for i in range(files):
    data = os.urandom(mb * 1000000 // files)
    open("%s/f%d" % (top, i), "wb").write(data)
    items["f%d" % i] = {"ftype": "squashfs", "path": "f%d" % i,
                        "size": len(data),
                        "sha256": hashlib.sha256(data).hexdigest()}
json.dump({"format": "products:1.0", "content_id": "bench", "products": {
    "p": {"arch": "amd64", "versions": {"1": {"items": items}}}}},
    open(top + "/streams/v1/bench.json", "w"))
json.dump({"format": "index:1.0", "index": {"bench": {
    "format": "products:1.0", "path": "streams/v1/bench.json"}}},
    open(top + "/streams/v1/index.json", "w"))
P
mkdir "$work/n"
cat >"$work/n/conf" <<C
daemon off; master_process off; pid $work/n/pid; error_log $work/n/error;
events { }
http {
	access_log off; sendfile on;
	client_body_temp_path $work/n/a; proxy_temp_path $work/n/b;
	fastcgi_temp_path $work/n/c; uwsgi_temp_path $work/n/d;
	scgi_temp_path $work/n/e;
	server { listen 127.0.0.1:$port; root $work/origin; }
}
C
nginx -p "$work/n" -c "$work/n/conf" 2>/dev/null &
server=$!
url=http://127.0.0.1:$port
n=0
until curl -sf -o /dev/null "$url/streams/v1/index.json" || [ $n -gt 50 ]; do
	sleep 0.1
	n=$((n + 1))
done

now() { date +%s.%N; }
# spent: set $spent to the processor seconds of all commands that have ended
spent() {
	times >"$work/times" # not in a subshell, which has its own counters
	spent=$(awk 'NR == 2 {
		for (i = 1; i <= 2; i++) {
			split($i, t, /[ms]/)
			n += t[1] * 60 + t[2]
		}
		print n
	}' "$work/times")
}
# timed NAME COMMAND...: set t_NAME to its duration in seconds, cpu_NAME to its
# processor seconds
timed() {
	name=$1
	shift
	sync
	spent
	before=$spent start=$(now)
	"$@" >/dev/null 2>"$work/err" || { cat "$work/err" >&2; exit 1; }
	end=$(now)
	spent
	eval "t_$name=\$(awk -v a=\$start -v b=\$end 'BEGIN { print b - a }')"
	eval "cpu_$name=\$(awk -v a=\$before -v b=\$spent \
		'BEGIN { print b - a }')"
}
mirror() {
	vt-sync mirror --unsigned --arches amd64 --source "$url" "$work/m"
}
curls() {
	mkdir -p "$work/c"
	for i in $(seq 0 $((files - 1))); do
		printf 'url = "%s/f%d"\noutput = "%s/c/f%d"\n' \
			"$url" "$i" "$work" "$i"
	done >"$work/list"
	curl -sf -Z --parallel-max 8 -K "$work/list"
	[ -z "${1:-}" ] || sync -d "$work"/c/*
}
sums() { printf '%s\0' "$work"/c/f* | xargs -0 -n 8 -P 2 sha256sum; }
write_all() {
	dd if=/dev/zero of="$work/w" bs=1M count=$((mb * 1000 / 1024)) \
		conv=fsync
}
cat "$work"/origin/f* >/dev/null # read into the page cache
for round in $(seq "${ROUNDS:-5}"); do
	rm -rf "$work/m" "$work/c" "$work/w"
	timed write write_all && rm -f "$work/w"
	timed mirror mirror
	timed again mirror
	timed curl curls
	timed sum sums
	rm -rf "$work/c"
	timed synced curls synced && rm -rf "$work/c"
	awk -v r="$round" -v w="$t_write" -v c="$t_curl" -v s="$t_sum" \
		-v y="$t_synced" -v m="$t_mirror" -v a="$t_again" -v mb="$mb" \
		-v cm="$cpu_mirror" -v cc="$cpu_curl" -v cs="$cpu_sum" \
		-v out="$work/ratios" 'BEGIN {
		best = c > s ? c : s
		printf "round %d: vt-sync %.2f s (%.0f MB/s, synced), curl " \
			"%.2f s, with sync %.2f s, sha256sum %.2f s, disk " \
			"%.2f s, no change %.0f ms; processors: vt-sync " \
			"%.2f s, curl %.2f s, sha256sum %.2f s\n", r, m, \
			mb / m, c, y, s, w, a * 1000, cm, cc, cs
		printf "%f %f %f %f\n", m / best, m / w, a * 1000, \
			cm / (cc + cs) >out
	}'
	cat "$work/ratios" >>"$work/all"
done
median() { sort -n "$work/all" -k "$1,$1" | awk -v k="$1" \
	'{ v[NR] = $k } END { print v[int((NR + 1) / 2)] }'; }
printf 'medians: ratio to the longer of curl and sha256sum %.2f (aim 1.15), to the '  \
	"$(median 1)"
printf 'disk %.2f, processor time to that of both %.2f, no change %.0f ms ' \
	"$(median 2)" "$(median 4)" "$(median 3)"
echo "(aim 50); load $(cut -d' ' -f1-3 /proc/loadavg)"

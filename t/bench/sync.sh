#!/bin/sh
# How fast vt-sync is: a stream of $MB megabytes in $FILES files from an own
# nginx on loopback, against parallel curl of the same files, sha256sum of
# them, and the disk's own write speed. All in one run; quote the ratios.
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
# timed NAME COMMAND...: the seconds in $NAME
timed() {
	name=$1
	shift
	sync
	start=$(now)
	"$@" >/dev/null 2>"$work/err" || { cat "$work/err" >&2; exit 1; }
	eval "$name=\$(awk -v a=\$start -v b=\$(now) 'BEGIN { print b - a }')"
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
cat "$work"/origin/f* >/dev/null # warm for both
for round in 1 2 3; do
	rm -rf "$work/m" "$work/c" "$work/w"
	timed t_write write_all && rm -f "$work/w"
	timed t_curl curls
	timed t_sum sums
	rm -rf "$work/c"
	timed t_synced curls synced && rm -rf "$work/c"
	timed t_mirror mirror
	timed t_again mirror
	awk -v r=$round -v w="$t_write" -v c="$t_curl" -v s="$t_sum" \
		-v y="$t_synced" -v m="$t_mirror" -v a="$t_again" -v mb="$mb" \
		'BEGIN {
		best = c > s ? c : s
		printf "round %d: vt-sync %.2f s (%.0f MB/s, synced), " \
			"curl %.2f s, curl and sync %.2f s, sha256sum " \
			"%.2f s, disk %.2f s\n", r, m, mb / m, c, y, s, w
		printf "  vt-sync to the longer of curl and sha256sum: " \
			"%.2f; of curl and sync: %.2f; of the disk: %.2f; " \
			"no change: %.0f ms\n", m / best, \
			m / (y > s ? y : s), m / w, a * 1000
	}'
done

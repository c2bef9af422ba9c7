#!/bin/sh
# vt-sync with a real server: keep-alive, HTTP/2, ranges, conditional requests;
# and its memory for a large file.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/sync-lib.sh"
PATH=$PATH:/usr/sbin
need nginx openssl

free_port() {
	"$python" -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# serve: start an nginx below $work, on $port, and with TLS on $tls
serve() {
	port=$(free_port) tls=$(free_port) url=http://127.0.0.1:$port
	mkdir -p "$work/nginx"
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
		-keyout "$work/nginx/key" -out "$work/nginx/cert" \
		-addext subjectAltName=IP:127.0.0.1 2>/dev/null
	cat >"$work/nginx/conf" <<-C
	daemon off;
	master_process off;
	pid $work/nginx/pid;
	error_log $work/nginx/error;
	events { worker_connections 256; }
	http {
		log_format f '\$connection \$server_protocol \$status \$request_uri';
		access_log $work/nginx/access f;
		client_body_temp_path $work/nginx/a;
		proxy_temp_path $work/nginx/b;
		fastcgi_temp_path $work/nginx/c;
		uwsgi_temp_path $work/nginx/d;
		scgi_temp_path $work/nginx/e;
		server {
			listen 127.0.0.1:$port;
			listen 127.0.0.1:$tls ssl http2;
			ssl_certificate $work/nginx/cert;
			ssl_certificate_key $work/nginx/key;
			root $origin;
		}
	}
	C
	nginx -p "$work/nginx" -c "$work/nginx/conf" 2>"$work/nginx/start" &
	servers=$!
	wait_until 10 listening "$port" && wait_until 10 listening "$tls"
	access=$work/nginx/access
}
stream 20260101 300000
serve
mirror
status_is 0 "a mirror from nginx"
good "verifies"
files=$(grep -c ' 200 ' "$access")
is "$files" 17 "13 files, 4 of metadata"
conns=$(cut -d' ' -f1 "$access" | sort -u | wc -l)
[ "$conns" -le 8 ]
result $? "over 8 connections at most, kept alive ($conns)"
: >"$access"
mirror
is "$(grep -c ' 304 ' "$access") $(wc -l <"$access")" "4 4" \
	"again: four times 304"

# a part that an interrupted sync left
rm -rf "$m"
: >"$access"
f=noble/amd64/20260101/squashfs
sum=$(sha256sum <"$origin/$f" | cut -c1-64)
etag=$(curl -sI "$url/$f" | tr -d '\r' | sed -n 's/^ETag: //p')
mkdir -p "$m/.vt-sync/parts"
head -c 100000 "$origin/$f" >"$m/.vt-sync/parts/$sum"
echo "E $etag" >"$m/.vt-sync/parts/$sum.from"
mirror "release=noble"
status_is 0 "a part is gone on with"
has "$access" " 206 /$f" "by a range"
good "to the same contents"
rm -rf "$m"
mkdir -p "$m/.vt-sync/parts"
head -c 100000 /dev/zero >"$m/.vt-sync/parts/$sum"
echo "E $etag" >"$m/.vt-sync/parts/$sum.from"
mirror "release=noble"
status_is 0 "a part that is damaged"
good "is thrown away"
rm -rf "$m"
mkdir -p "$m/.vt-sync/parts"
head -c 100000 "$origin/$f" >"$m/.vt-sync/parts/$sum"
echo 'E "other"' >"$m/.vt-sync/parts/$sum.from"
: >"$access"
mirror "release=noble"
has "$access" " 200 /$f" "a part of another file is not gone on with"
good "and the right one comes"

export SSL_CERT_FILE="$work/nginx/cert"
: >"$access"
run vt-sync mirror --unsigned --arches amd64 \
	--source "https://127.0.0.1:$tls" "$work/h2"
status_is 0 "over TLS"
is "$(grep -c 'HTTP/2.0 200' "$access")" 17 "all of it by HTTP/2"
is "$(cut -d' ' -f1 "$access" | sort -u | wc -l)" 1 "over one connection"
unset SSL_CERT_FILE

# sparse files stay sparse
rm -rf "$m" "$origin"
echo x >"$work/sparse"
truncate -s 40M "$work/sparse"
run vt-sync publish --set release=s --set arch=amd64 "$origin" \
	squashfs="$work/sparse"
mirror
status_is 0 "a sparse file"
good "is the same"
[ "$(du -k "$(find "$m/s" -name squashfs)" | cut -f1)" -lt 1000 ]
result $? "and takes no room"

# Memory does not depend on the size of files (nor their number:
# sync-memory.t). Sanitizers need additional memory.
tool=$top/bin/vt-sync
if [ -x "$tool" ]; then
	rm -rf "$m" "$origin"
	head -c 200000000 /dev/urandom >"$work/large"
	run vt-sync publish --set release=l --set arch=amd64 "$origin" \
		squashfs="$work/large"
	kb=$("$python" - "$tool" mirror --unsigned --arches amd64 \
		--source "$url" "$m" 2>"$work/err" <<-'P'
	import resource, subprocess, sys
	subprocess.run(sys.argv[1:], stdout=sys.stderr, check=True)
	print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
	P
	)
	[ -n "$kb" ] && [ "$((kb * 1024))" -le 30000000 ]
	result $? "a file of 200 MB: $kb kB of memory"
else
	skip "a file of 200 MB" "no build without sanitizers"
fi
done_testing

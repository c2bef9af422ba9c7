#!/bin/sh
# vt-sync mirror with a faulty server.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/sync-lib.sh"

export VT_IMAGE_STALL_TIMEOUT=1
stream 20260101 200000
start_server

# fault RULE...: make a new mirror with these rules of httpd.py
fault() {
	rm -rf "$m"
	printf '%s\n' "$@" >"$rules"
	: >"$log"
	mirror 'ftype=squashfs' 'release=noble' 'subarch=ga-24.04'
	: >"$rules"
}
f=noble/amd64/20260101/squashfs

# survives NAME RULE...: the mirror is complete in spite of the fault
survives() {
	name=$1
	shift
	fault "$@"
	status_is 0 "$name"
	good "$name: is verified"
}
survives "dropped at byte 100000" "squashfs drop 100000 times=1"
is "$(requests 'squashfs 206 100000 bytes=100000-')" 1 "goes on from there"
survives "dropped again and again" "squashfs drop 20000"
is "$(requests 'squashfs 206')" 9 "each time from where it was"
survives "a wrong byte" "squashfs wrong times=1"
survives "half of it" "squashfs short times=1"
survives "a burst of 503" "squashfs status 503 times=2"
survives "503 with Retry-After" "squashfs retry 1 times=1"
survives "an index after 503" "index.json status 503 times=1"
survives "ranges ignored" "squashfs drop 100000 times=1" \
	"squashfs noranges times=1"
survives "another range than asked for" "squashfs drop 100000 times=1" \
	"squashfs shift times=1"
survives "another file between the ranges" "squashfs drop 100000 times=1" \
	"squashfs etag new times=2"
survives "a stall" "squashfs stall 100000 times=1"
survives "a slow drip" "squashfs drip 500 times=1"
survives "a redirect" "^/noble.*squashfs to $url/./$f times=1"

# fails NAME REGEX RULE...: the sync fails with an error that matches
fails() {
	name=$1 regex=$2
	shift 2
	fault "$@"
	status_is 3 "$name"
	has "$work/err" "$regex" "$name: says why"
	has "$work/err" "$url" "$name: and where"
	ok "$name: no file appears" test ! -e "$m/$f"
}
fails "a wrong length" 'has 100 bytes, expected 200000' \
	"squashfs length 100"
fails "a longer one" 'has 300000 bytes' "squashfs length 300000"
fails "always wrong bytes" 'sha256 is .*expected' "squashfs wrong"
fails "a loop of redirects" 'redirect' "squashfs loop"
fails "no such file" '404' "squashfs status 404"
is "$(requests 'squashfs')" 1 "which is asked for once"
fails "a redirect to a file of this machine" 'protocol|rotocol' \
	"squashfs to file:///etc/passwd"

# other versions and files are mirrored anyway
rm -rf "$m"
echo 'jammy/amd64/20260101/squashfs status 404' >"$rules"
mirror
status_is 3 "one missing file of many"
run vt-sync query -o '%(release)s' "$m"
is "$(sort -u "$work/out" | tr '\n' ' ')" "centos70 noble " \
	"the other versions are there"
good "and whole"
: >"$rules"
mirror
status_is 0 "the rest comes later"
good "and is whole"

# metadata; the longer timeout is for the server on a busy machine
export VT_IMAGE_STALL_TIMEOUT=20
bad_index() { # NAME REGEX RULE
	rm -rf "$m"
	echo "$3" >"$rules"
	mirror
	: >"$rules"
	[ "$status" -ge 2 ] && [ "$status" -le 3 ]
	result $? "$1 (status $status)"
	has "$work/err" "$2" "$1: says why"
}
bad_index "65 MB of JSON" 'more than the limit of' "index.json huge 65"
bad_index "100000 brackets" 'index.json:1:' "index.json deep 100000"
bad_index "half an index" 'index.json' "index.json length 50"
bad_index "no index" '404' "index.json status 404"

# several servers of one stream
: >"$log"
rm -rf "$m"
echo '^/one/ status 500' >"$rules"
run vt-sync mirror --unsigned --arches amd64 --source "$url/one/" \
	--source "$url/" "$m" release=noble
status_is 0 "a second server"
good "gives what the first does not"
run vt-sync mirror --unsigned --source "$url/streams/v1/index.json" \
	--source "$url/streams/v1/x.json" "$work/n"
status_is 2 "but of the same stream"
run vt-sync mirror --unsigned --source "ftp://127.0.0.1/" "$work/n"
status_is 2 "a source that is not of the web"

# a proxy
rm -rf "$m"
: >"$log"
: >"$rules"
run env http_proxy="http://127.0.0.1:1" vt-sync mirror --unsigned \
	--arches amd64 --source "$url" "$m"
status_is 3 "http_proxy is used"
run env http_proxy="http://127.0.0.1:1" no_proxy=127.0.0.1 vt-sync mirror \
	--unsigned --arches amd64 --source "$url" "$m"
status_is 0 "no_proxy too"

# a host name that cannot be resolved, with and without a proxy
name=http://no.such.name.invalid
run env http_proxy="$url" vt-sync mirror --unsigned --arches amd64 \
	--source "$name" "$work/proxied"
status_is 0 "a proxy serves a name that it knows"
run vt-sync mirror --unsigned --arches amd64 --source "$name" "$work/proxied"
status_is 0 "without it everything is there"
has "$work/err" 'warning.*resolve.*using the cached copy' \
	"which is a warning"
run vt-sync mirror --unsigned --arches amd64 --source "$name" "$work/unknown"
status_is 3 "nothing is there"
has "$work/err" "$name.*resolve.*no cached copy.*try again" "an error"

# an untrusted certificate
if openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" \
	-out "$work/cert.pem" -days 2 -subj /CN=localhost \
	-addext subjectAltName=IP:127.0.0.1 2>/dev/null; then
	start_server "$origin" "$work/cert.pem" "$work/key.pem"
	run vt-sync mirror --unsigned --arches amd64 \
		--source "https://127.0.0.1:$port" "$work/tls"
	status_is 3 "a bad certificate"
	has "$work/err" 'ertificate' "says so"
	run env SSL_CERT_FILE="$work/cert.pem" vt-sync mirror --unsigned \
		--arches amd64 --source "https://127.0.0.1:$port" "$work/tls"
	status_is 0 "one that is known"
else
	skip "certificates" "no openssl"
fi
done_testing

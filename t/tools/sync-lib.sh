# Helpers of the sync-*.t tests. Source it after lib.sh.
#
#	$origin: the server's tree; $m: the mirror; $url: the server

need python3 gpg gpgv
python=/usr/bin/python3
[ -x "$python" ] || python=python3
unset http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY
unset IMAGE_SRC_URL IMAGE_SRC_KEYRING MAAS_IMAGE_STREAM SSL_CERT_FILE
origin=$work/origin m=$work/m rules=$work/rules log=$work/requests
export GNUPGHOME="$work/gpg"
servers=
: >"$log"
mkdir -p "$origin" && mkdir -m 700 -p "$GNUPGHOME"

at_end() {
	for p in $servers; do kill "$p"; done
	[ -z "$GNUPGHOME" ] || gpgconf --kill gpg-agent
}

# wait_for FILE: wait until the file is not empty
wait_for() { wait_until 10 test -s "$1"; }

# start_server [DIR [CERTIFICATE KEY]]: sets $url and $port
start_server() {
	rm -f "$work/port"
	"$python" "$top/t/fault/httpd.py" "${1:-$origin}" "$rules" "$log" \
		${2:+"$2" "$3"} >"$work/port" 2>"$work/server.err" &
	servers="$servers $!"
	wait_for "$work/port"
	port=$(cat "$work/port")
	url=http://127.0.0.1:$port
}

# make_key NAME [EXPIRES]: create a gpg key; public part in $work/NAME.gpg
make_key() {
	gpg --batch --quiet --passphrase '' --quick-generate-key \
		"$1@example.invalid" ed25519 sign "${2:-never}" 2>/dev/null &&
		gpg --batch --export "$1@example.invalid" >"$work/$1.gpg"
}

# sign NAME...: sign every stream of $origin and its index with these keys
sign() {
	users=
	for k in "$@"; do users="$users --local-user $k@example.invalid"; done
	for f in "$origin"/streams/v1/*.json "$origin"/streams/v1/index.plain; do
		case $f in
		*/index.json) continue ;;
		*/index.plain) to=${f%.plain}.sjson ;;
		*) to=${f%.json}.sjson ;;
		esac
		# shellcheck disable=SC2086
		gpg --batch --quiet --yes $users --clearsign --output "$to" "$f"
	done
}

stream() { "$python" "$top/t/fault/stream.py" "$origin" "$@"; }

# mirror ARG...: mirror the unsigned stream
mirror() {
	run vt-sync mirror --unsigned --arches amd64 \
		--source "$url/streams/v1/index.json" "$m" "$@"
}

good() { # NAME: the mirror verifies
	run vt-sync verify "$m"
	status_is 0 "$1"
}

# requests REGEX: number of matching requests in the log
requests() { grep -Ec -e "$1" "$log" 2>/dev/null || :; }
sent() { awk '{ n += $4 } END { print n + 0 }' "$log" 2>/dev/null || echo 0; }

#!/bin/sh
# vt-sync mirror during its work: complete versions appear before others are
# complete, and a full disk damages nothing.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/sync-lib.sh"

stream 20260101 60000
start_server
mirror
status_is 0 "a mirror"

# until_ok COMMAND...: run it until it succeeds, for at most 20 s
until_ok() { wait_until 20 "$@"; }
has_version() { # RELEASE VERSION
	vt-sync query -o '%(version_name)s' "$m" "release=$1" | grep -q "$2"
}
background() {
	vt-sync mirror --unsigned --arches amd64 --source "$url" "$m" \
		2>"$work/err" &
	pid=$!
}

# a file of noble never arrives
echo "^/noble/.*squashfs stall 20000" >"$rules"
stream 20260102 60000
background
ok "a whole version appears while others are on their way" \
	until_ok has_version jammy 20260102
good "in a mirror that is whole"
ok "the old one is still there" has_version jammy 20260101
run has_version noble 20260102
status_is 1 "what is not whole does not appear"
run env VT_IMAGE_LOCK_TIMEOUT=1 vt-sync lock "$m" -- true
status_is 0 "readers come in"
kill -KILL $pid
wait $pid 2>/dev/null
good "killed then, the mirror is whole"
ok "and has the new version" has_version jammy 20260102
: >"$rules"
: >"$log"
mirror
status_is 0 "the next sync brings the rest"
is "$(requests jammy)" 0 "and nothing twice"
is "$(requests 'squashfs 206')" 1 "from where it was"
good "to a whole mirror"
is "$(find "$m" -path '*20260101*' | wc -l)" 0 "then old versions go"

# nothing changes while tests run
echo "^/noble/.*squashfs stall 20000" >"$rules"
stream 20260103 60000
vt-sync lock "$m" -- sh -c "echo x >'$work/held'; exec sleep 60" &
reader=$!
wait_for "$work/held"
background
ok "files come while tests run" until_ok test -e \
	"$m/.vt-sync/whole/$(sha256sum <"$origin/jammy/amd64/20260103/squashfs" |
		cut -c1-64)"
sleep 1.5 # time enough for a version to appear
run has_version jammy 20260103
status_is 1 "but no version appears"
kill $reader
wait $reader 2>/dev/null
ok "until they end" until_ok has_version jammy 20260103
kill -INT $pid
wait $pid
is $? 130 "SIGINT ends it by the signal"
good "and leaves a whole mirror"

# A disk that fills up during the sync: a tmpfs in a mount namespace.
cat >"$work/full" <<'E2'
mirror() {
	vt-sync mirror --unsigned --arches amd64 --source "$1" "$m"
}
mount -t tmpfs -o size=3m tmpfs "$m" || exit 77
echo >"$rules"
mirror "$1/old" 2>"$work/err.1" || exit 10
echo "^/new/.*(kernel|squashfs) drip 60000" >"$rules"
mirror "$1/new" 2>"$work/err.2" &
until [ -n "$(find "$m/.vt-sync/parts" -type f -size +8k 2>/dev/null)" ]; do
	sleep 0.05
done
dd if=/dev/zero of="$m/filler" bs=64k 2>/dev/null
wait $!
[ $? -eq 3 ] || exit 11
vt-sync verify "$m" 2>"$work/err.3" || exit 12
vt-sync query -o '%(version_name)s' "$m" | sort -u >"$work/versions"
rm "$m/filler"
echo >"$rules"
mirror "$1/new" 2>"$work/err.4" || exit 13
vt-sync verify "$m" 2>"$work/err.5" || exit 14
vt-sync query -o '%(version_name)s' "$m" | sort -u >"$work/versions.after"
E2
rm -rf "$m" "$origin"
mkdir "$m"
origin_was=$origin
origin=$origin_was/old stream 20260101 60000
origin=$origin_was/new stream 20260102 60000 "Tue, 06 Jan 2026 10:00:00 +0000"
export m rules work
if unshare -rm true 2>/dev/null; then
	: >"$log"
	run unshare -rm sh "$work/full" "$url"
	status_is 0 "a disk that is full in the midst of it"
	has "$work/err.2" "cannot write '(jammy|noble|centos)/.*' from '$url/new/" \
		"is an error that names the file and its URL"
	has "$work/err.2" 'kept, the next sync resumes them: .*No space left' \
		"and says what comes next"
	is "$(grep -c error "$work/err.2")" 1 "once"
	is "$(cat "$work/versions")" 20260101 "old versions are all there"
	is "$(cat "$work/versions.after")" 20260102 "with room the new ones come"
	ok "by what was missing of them" grep -q ' 206 ' "$log"
else
	skip "a disk that is full in the midst of it" "no user namespaces"
fi
done_testing

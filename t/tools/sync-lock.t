#!/bin/sh
# vt-sync: locks of readers and writers, and concurrent writers.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/sync-lib.sh"

stream 20260101 5000
start_server
mirror
status_is 0 "a mirror"

# reader COMMAND: start a reader in the background, which holds the lock while
# COMMAND runs; wait until it has the lock
reader() {
	rm -f "$work/held"
	vt-sync lock "$m" -- sh -c "echo x >'$work/held'; $1" &
	reader=$!
	wait_for "$work/held"
}
stream 20260101,20260102 5000
reader 'exec sleep 30'
export VT_IMAGE_LOCK_TIMEOUT=1
mirror
status_is 4 "a writer times out while tests run"
has "$work/err" 'downloaded files are kept.*in use by .*LOCK_TIMEOUT' "and says what is kept"
run vt-sync query -o '%(version_name)s' "$m"
is "$(sort -u "$work/out")" 20260101 "readers see what they saw"
run vt-sync lock "$m" -- true
status_is 0 "a second reader comes in"
kill $reader
wait $reader
: >"$log"
mirror
status_is 0 "without readers it goes on"
is "$(requests 20260102)" 0 "and fetches nothing again"
good "and is whole"

export VT_IMAGE_LOCK_TIMEOUT=20
stream 20260102,20260103 5000
: >"$log"
# the reader ends when the writer has fetched everything
reader "until [ \$(grep -c /20260103/ '$log') -ge 13 ]; do sleep 0.05; done"
mirror
status_is 0 "a writer waits for readers"
good "until they end"

# the locks of curtin's tools
if command -v flock >/dev/null; then
	export VT_IMAGE_LOCK_TIMEOUT=1
	run flock -x "$m" vt-sync lock "$m" -- true
	status_is 4 "its writer keeps our readers out"
	stream 20260104 5000
	run flock -s "$m/vmtest-images.lock" vt-sync mirror --unsigned \
		--arches amd64 --source "$url" "$m"
	status_is 4 "its reader keeps our writer out"
	export VT_IMAGE_LOCK_TIMEOUT=20
fi

# a writer inside the lock
stream 20260105 5000
run vt-sync lock "$m" -- vt-sync mirror --unsigned --arches amd64 \
	--source "$url" "$m"
status_is 0 "a sync in the midst of tests"
good "adds what is new"
ok "and removes nothing that they may use" \
	test -e "$m/noble/amd64/20260103/squashfs"
stream 20260105,20260106 5000
mirror
ok "the next one does" test ! -e "$m/noble/amd64/20260103"
is "$(find "$m" -path '*/2026*' -type f | wc -l)" 13 "all that is old"
run vt-sync lock "$m" -- sh -c 'exit 7'
status_is 7 "lock has its command's status"
run vt-sync lock "$m" -- "$work/none"
status_is 3 "a command that is not there"
run vt-sync lock "$m"
status_is 2 "no command"

# concurrent syncs of one directory, and a publisher
stream 20260107 5000
echo kernel >"$work/kernel"
for i in 1 2 3; do
	vt-sync mirror --unsigned --arches amd64 --source "$url" "$m" \
		2>"$work/err.$i" &
	pids="${pids:-} $!"
done
vt-sync publish --set release=own --set arch=amd64 "$m" \
	boot-kernel="$work/kernel" 2>"$work/err.p" &
all=0
for p in $pids $!; do wait "$p" || all=1; done
is $all 0 "three syncs and a publisher at once"
good "leave a whole mirror"
run vt-sync query -o '%(release)s %(version_name)s' "$m" release!=own
is "$(sort -u "$work/out" | wc -l)" 3 "of three releases"
run vt-sync query "$m" release=own
status_is 0 "and what was published"

# signals
echo "squashfs drip 2000" >"$rules"
stream 20260108 5000
vt-sync mirror --unsigned --arches amd64 --source "$url" "$m" \
	2>"$work/err" &
pid=$!
some_came() {
	find "$m/.vt-sync/parts" -type f -size +0 ! -name '*.from' | grep .
}
wait_until 10 some_came
kill -TERM $pid
wait $pid
is $? 143 "SIGTERM ends it by the signal"
has "$work/err" 'kept, the next sync resumes' "says what is kept"
: >"$rules"
: >"$log"
mirror
status_is 0 "the next one goes on"
ok "from where it was" grep -q 'squashfs 206' "$log"
good "to the end"
done_testing

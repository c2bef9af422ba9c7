#!/bin/sh
# An installer's events are stored in logs/webhooks-events.json; too many or
# malformed events do not break that file, the server or the phase.
. "$(dirname "$0")/../lib.sh"
. "$top/t/vm/vm.sh"
need jq

cd "$work" || exit 3

# guest_script NAME: stdin becomes what the guest runs
guest_script() {
	install_dir "$1" run,success,poweroff
	{
		echo 'url=@VT_PUBURL@'
		cat <<'S'
# post BODY: what the server said
post() {
	wget -q -O - --header 'Content-Type: application/json' \
		--post-data "$1" "$url/webhooks" || echo "post: refused"
}
S
		cat
	} >"$work/$1/install/user-data"
}

guest_script events <<'S'
start='{"name":"cmd-install","event_type":"start","timestamp":1.5}'
echo "posted: $(post "$start")"
post '{"name":"cmd-install","event_type":"finish","timestamp":2.5,"files":[{"path":"/tmp/install.log","content":"bG9nCg==","encoding":"base64"}]}'
echo "version: $(wget -q -O - "${url%/*}/MAAS/api/version/")"
echo "version: $(wget -q -O - "${url%/*}/MAAS/api/2.0/version/")"
S

guest_script hostile <<'S'
good='{"name":"a","event_type":"start","timestamp":1}'
echo "first $(post "$good")"
echo "garbage $(post '{"name":')"
echo "list $(post '[1,2]')"
deep=$(head -c 100000 /dev/zero | tr '\000' '[')
echo "deep $(post "{\"name\":\"a\",\"event_type\":\"b\",\"x\":$deep")"
echo "stranger $(url=${url%/*}/x post "$good")"
host=${url#http://}; host=${host%%/*}; path=/${url#http://*/}
# half posts that stay open, a body that is cut, one that is too large
for i in $(seq 30); do
	(printf 'POST %s/webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n{' "$path"; sleep 30) |
		nc "${host%:*}" "${host#*:}" >/dev/null 2>&1 &
done
printf 'POST %s/webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n' "$path" |
	nc "${host%:*}" "${host#*:}" | head -n 1
# more than are kept
long=$(head -c 120000 /dev/zero | tr '\000' 'x')
for i in $(seq 150); do
	post "{\"name\":\"flood\",\"event_type\":\"x\",\"x\":\"$long\"}"
done >/tmp/answers
echo "flood: $(grep -c received /tmp/answers) taken," \
	"$(grep -c refused /tmp/answers) refused"
S

several vt-launch events hostile
exited events 0
exited hostile 0
log=events/logs/install-serial.log
has $log 'posted: received post to webhooks' 'events: answered as the reference does'
has $log 'version: 2\.0' 'a MAAS version'
has $log 'version: \{"version": "' 'and another'
e=events/logs/webhooks-events.json
is "$(jq -c 'map(.event_type)' $e)" '["start","finish"]' 'both are in the file'
is "$(jq -c '.[1].files[0].path' $e)" '"/tmp/install.log"' 'the log with them'
is "$(cat events/logs/posted/install.log)" log 'and apart'
is "$(ls events/logs/posted)" install.log 'nothing else'

log=hostile/logs/install-serial.log
e=hostile/logs/webhooks-events.json
has $log 'first received' 'hostile: an event'
for what in garbage list deep stranger; do
	has $log "$what post: refused" "refused: $what"
done
has $log 'HTTP/1\.1 413' 'refused: too large'
has $log 'flood: [1-9][0-9]* taken, [1-9][0-9]* refused' 'a flood is bounded'
ok 'the file is whole' jq -e 'length > 100 and .[0].name == "a"' $e
ok 'and bounded' test "$(stat -c %s $e)" -le $((15 << 20))
has hostile.err 'too many events' 'which is said'
is "$(grep -c 'too many events' hostile.err)" 1 'once'

# the next run begins anew
install_dir events success,poweroff
run vt-launch events
status_is 0 'again, without events'
ok 'no file of the run before' test ! -e events/logs/webhooks-events.json
ok 'no posted files either' test ! -e events/logs/posted

done_testing

#!/bin/sh
# reporting_data: the events that an installer posted.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
need jq
fixture
events=logs/webhooks-events.json
sed -i -e 's/installer: {kind: tree}/installer: {kind: tree, reports: true}/' \
	-e 's/failed_units\]/failed_units, reporting_data]/' \
	"$work/good/verify.yaml"
cat >"$work/good/$events" <<'J'
[
{"name":"cmd-install","event_type":"start","timestamp":1.5},
{"name":"cmd-install/stage-late","event_type":"start","timestamp":2.5},
{"name":"cmd-install","event_type":"finish","timestamp":3.5,"result":"SUCCESS","files":[{"path":"/tmp/install.log","content":"bG9n","encoding":"base64"}]}
]
J

# changed JQ NAME: the check fails then
changed() {
	fresh
	jq "$1" "$work/good/$events" >"$case/$events"
	breaks reporting_data "$2"
}

fresh
run vt-verify "$case"
status_is 0 'as it should be'
has "$work/out" '^ok [0-9]+ - reporting_data$' 'and checked'
changed '[]' 'no events'
changed '.[2:]' 'only one'
changed '.[0].event_type = "finish"' 'the first is no start'
changed '.[1].timestamp = 1.5' 'a clock that stands still'
changed '.[:2]' 'the end is missing'
changed '.[2].name = "cmd-other"' 'another end'
changed 'del(.[2].files)' 'no log'
changed '.[2].files[0].path = "/tmp/other"' 'another file'
changed '.[2].files += [{"path": "/tmp/other"}]' 'and another file'
changed '.[1].files = []' 'two with files'
changed '{}' 'no list'
changed '[1, null, "x"]' 'nonsense'
fresh
echo '[{' >"$case/$events"
breaks reporting_data 'no JSON'
fresh
rm "$case/$events"
breaks reporting_data 'not one was posted'
fresh
rm "$case/$events"
sed -i 's/reports: true/reports: false/' "$case/verify.yaml"
skips reporting_data 'an installer that does not report'
done_testing

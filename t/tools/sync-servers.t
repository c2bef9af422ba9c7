#!/bin/sh
# vt-sync mirror from several servers of one stream: for a server that does not
# answer, or has older or bad metadata, there is one warning, and the next server
# is asked.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/sync-lib.sh"

make_key good
make_key bad
top_origin=$origin
# at NAME VERSIONS STAMP [KEY]: create a server's tree below /NAME
at() {
	origin=$top_origin/$1
	rm -rf "$origin"
	stream "$2" 3000 "$3"
	sign "${4:-good}"
}
monday="Mon, 05 Jan 2026 10:00:00 +0000"
tuesday="Tue, 06 Jan 2026 10:00:00 +0000"
start_server
# from NAME...: mirror from these servers, in this order
from() {
	sources=
	for s in "$@"; do
		case $s in
		*:*) sources="$sources --source $s" ;;
		*) sources="$sources --source $url/$s/" ;;
		esac
	done
	: >"$log"
	# shellcheck disable=SC2086
	run vt-sync mirror --arches amd64 --keyring "$work/good.gpg" $sources \
		"$m" release=noble
}
warnings() { grep -c warning "$work/err"; }
version() { vt-sync query -o '%(version_name)s' "$m" os=ubuntu | sort -u | tr '\n' ' '; }
dead=http://127.0.0.1:1/

at one 20260101 "$monday"
at two 20260101 "$monday"
from $dead two
status_is 0 "the first server is down"
is "$(warnings)" 1 "which is one warning"
has "$work/err" "warning: cannot download 'streams/v1/index.sjson' from '$dead.*using '$url/two/.*' instead" \
	"that names both"
good "a whole mirror from the second"
is "$(version)" "20260101 " "of its version"

rm -rf "$m"
echo "^/one/streams.*v3 status 503" >"$rules"
from one two
status_is 0 "the first gives its index, and no products"
is "$(warnings)" 1 "which is one warning"
echo "^/one/" status 500 >"$rules"
rm -rf "$m"
from one two
status_is 0 "the first fails at all it is asked for"
is "$(warnings)" 1 "which is one warning"
is "$(requests '/one/noble')" 0 "and then it is not asked for files"
: >"$rules"

# older and newer metadata
at two 20260101,20260102 "$tuesday"
from two one
status_is 0 "a newer one first"
is "$(warnings) $(version)" "0 20260102 " "is taken without a word"
from one two
status_is 0 "an older one first"
is "$(warnings)" 1 "which is one warning"
has "$work/err" "'$url/one/streams/v1/.*' is dated .*older.*trying '$url/two" \
	"that says why, and who is asked"
is "$(version)" "20260102 " "nothing goes back"
is "$(requests '/one/noble')" 0 "no file comes from there"
at two 20260102,20260103 "Wed, 07 Jan 2026 10:00:00 +0000"
from one two
status_is 0 "and when the second has news"
is "$(warnings) $(version)" "1 20260103 " "they come"
from one one/.
status_is 2 "older ones alone"
has "$work/err" 'error.*older.*--allow-rollback' "are refused"
is "$(version)" "20260103 " "and nothing changed"
from one
status_is 2 "an older one of which nothing was known"
has "$work/err" 'error.*older.*--allow-rollback' "is refused, too"
from one $dead two/./
status_is 0 "an older one, a dead one, a good one"
is "$(warnings)" 2 "are two warnings"
good "the mirror is whole"

# the cached copy of the first is older than what the second gave since
rm -rf "$m"
at two 20260101 "$monday"
from one two
at two 20260101,20260102 "$tuesday"
from two
is "$(version)" "20260102 " "news of the second"
from one two
status_is 0 "and what was kept of the first"
is "$(warnings) $(version)" "1 20260102 " "does not undo them"

# a local publication is dated today; that is no reason to refuse a server
stream_id=com.ubuntu.maas:stable:v3:download
echo kernel >"$work/kernel"
run vt-sync publish --content-id $stream_id --set release=own --set arch=amd64 \
	"$m" boot-kernel="$work/kernel"
status_is 0 "one's own image in a server's stream"
at two 20260101,20260102 "Wed, 07 Jan 2026 10:00:00 +0000"
from two
status_is 0 "the server's news come"
vt-sync query "$m" release=own >/dev/null
result $? "and one's own stays"
at two 20260101,20260102 "$monday"
from two/.
status_is 2 "what is older than the server was is refused"
at two 20260101,20260102 "Wed, 07 Jan 2026 10:00:00 +0000"

# signatures
at one 20260104 "Thu, 08 Jan 2026 10:00:00 +0000" bad
from one two
status_is 0 "a first one that a wrong key signed"
is "$(warnings)" 1 "is one warning"
has "$work/err" 'warning: bad signature of .*/one/.*trying .*two' \
	"that says so"
is "$(version)" "20260102 " "nothing comes from there"

# none at all
from $dead http://127.0.0.1:2/
status_is 3 "no server, and nothing known of these"
kill $servers && servers=
from one two
status_is 0 "no server, and everything there"
has "$work/err" 'warning.*using the cached copy' "is a warning"
good "the mirror is whole"
done_testing

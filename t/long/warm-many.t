#!/bin/sh
# Many warm starts of a micro guest, and kills while a template is saved and while
# machines start from it: nothing is left behind, the template does not change, and
# the next run works. STARTS (500) and KILLS (100) are how many.
VT_TEST_LIMIT=${VT_TEST_LIMIT:-14400}
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../vm/vm.sh"
need jq
[ "$(uname -m)" = x86_64 ] || skip_all 'guests of this host are not amd64'
VT_WARM=early VT_TIMEOUT_SCALE=4
export VT_WARM VT_TIMEOUT_SCALE
store=$XDG_CACHE_HOME/vt/warm
starts=${STARTS:-500} kills=${KILLS:-100}

install_dir one init,warm,userdata,start,success,poweroff
sum() { cat "$store"/*.ram "$store"/*.state | sha256sum; }
# ms COMMAND...: its duration, in $ms
ms() {
	ms_from=$(date +%s%N)
	"$@"
	ms=$((($(date +%s%N) - ms_from) / 1000000))
}
launch() {
	rm -rf "$work/one/disks" "$work/one/logs" "$work/one/install.done"
	run_tool vt-launch one
}
# left: guests, descriptors' files and templates that a killed run has left
left() {
	pgrep -f "^qemu-system.*$work/" >/dev/null && return 1
	[ -z "$(find "$store" -name 'tmp*' -o -name '*.tmp' 2>/dev/null)" ]
}
# killed MS: kills vt-launch after so long
killed() {
	rm -rf "$work/one/disks" "$work/one/logs" "$work/one/install.done"
	vt-launch "$work/one" >"$work/killed.out" 2>"$work/killed.err" \
		</dev/null &
	sleep "$(awk "BEGIN { print $1 / 1000 }")"
	kill -KILL $! 2>/dev/null
	wait $! 2>/dev/null
}

ms launch
exited one 0
saving=$ms
sum=$(sum)
failed=0 cold=0
before=$(df --output=used -m "$work" | tail -n 1)
for i in $(seq "$starts"); do
	launch
	[ "$(cat "$work/one.status")" = 0 ] ||
		failed=$((failed + 1))
	[ "$(report one install .warm)" = true ] || cold=$((cold + 1))
done
is "$failed $cold" '0 0' "$starts warm starts: failed, cold"
is "$(sum)" "$sum" 'the template has not changed'
ok 'nothing is left' left
after=$(df --output=used -m "$work" | tail -n 1)
note "disk space used before and after: $before and $after MiB"
ms launch
warm=$ms
note "the template takes $saving ms, a warm start $warm ms"

bad=0
for i in $(seq "$kills"); do
	killed $((warm * i / kills))
	wait_until 10 left || bad=$((bad + 1))
done
is "$bad" 0 "$kills kills of a warm start leave nothing"
is "$(sum)" "$sum" '  and do not change the template'
launch
exited one 0
is "$(report one install .warm)" true '  and the next start is warm'

bad=0 half=0
for i in $(seq "$kills"); do
	rm -rf "$store"
	killed $((saving * i / kills))
	wait_until 10 left || bad=$((bad + 1))
	# a template that stands there works
	[ $((i % 10)) -eq 0 ] || continue
	launch
	[ "$(report one install .warm)" = true ] || half=$((half + 1))
done
is "$bad" 0 "$kills kills while a template is made leave nothing"
is "$half" 0 '  and the next runs have a whole one'
done_testing

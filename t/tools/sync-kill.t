#!/bin/sh
# vt-sync mirror, killed at $VT_TEST_KILLS random times: readers always see a
# complete mirror, and complete downloads are not repeated.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/sync-lib.sh"

kills=${VT_TEST_KILLS:-15} size=400000
start_server
echo "^/(jammy|noble|centos)/ drip 1200000" >"$rules"
version=20260101
wanted=0 broken=0 blind=0 synced=0 signals=0
random() { od -An -N2 -tu2 /dev/urandom | tr -d ' '; }
new_version() {
	version=$((version + 1))
	rm -rf "$origin"
	stream "$version" $size "Tue, 06 Jan 2026 10:00:00 +0000"
	wanted=$((wanted + 13 * size))
}
# check the mirror as a reader sees it
look() {
	[ -e "$m/streams/v1/index.json" ] || return 0
	vt-sync verify "$m" 2>>"$work/broken" || broken=$((broken + 1))
	vt-sync query "$m" >/dev/null 2>&1 || blind=$((blind + 1))
}
new_version
while [ $signals -lt "$kills" ]; do
	vt-sync mirror --unsigned --arches amd64 --source "$url" "$m" \
		2>"$work/err" &
	pid=$!
	(
		sleep "$(awk -v r="$(random)" \
			'BEGIN { printf "%.3f", r / 65536 * 1.1 }')"
		kill -KILL $pid
	) 2>/dev/null &
	killer=$!
	wait $pid
	ended=$?
	kill $killer 2>/dev/null
	wait $killer 2>/dev/null
	case $ended in
	0)
		synced=$((synced + 1))
		new_version
		;;
	137) signals=$((signals + 1)) ;;
	*)
		diag "ended with $ended: $(tail -n 1 "$work/err")"
		broken=$((broken + 1000))
		break
		;;
	esac
	look
done
note "$signals kills, $synced whole syncs between them"
is "$broken" 0 "the mirror verifies after each kill"
[ $broken -eq 0 ] || diag "$(head -n 5 "$work/broken")"
is "$blind" 0 "and answers"
mirror
status_is 0 "the next sync completes"
good "and all of it verifies"
run vt-sync query -o '%(version_name)s' "$m"
is "$(sort -u "$work/out")" "$version" "the newest version is there"
is "$(find "$m" -path '*/2026*' -type f | wc -l)" 13 "and no other file"
again=$(awk -v w=$wanted '/\/2026/ { n += $4 } END { print n - w }' "$log")
note "$again bytes came twice, of $wanted"
[ "$again" -le $((signals * size)) ]
result $? "less than a file's worth came twice for each kill"
done_testing

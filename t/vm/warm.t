#!/bin/sh
# Warm starts: a machine is saved at its waiting point; others start from there,
# each a machine of its own, and what they start from does not change. What is
# broken is noticed, and whoever cannot start warm boots.
flavour=amd64 # the cloud kernel has no driver for vmgenid
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq
[ "$(uname -m)" = x86_64 ] || skip_all 'guests of this host are not amd64'

VT_WARM=early VT_TIMEOUT_SCALE=4 # on a busy host, too
export VT_WARM
store=$XDG_CACHE_HOME/vt/warm
words=init,warm,self,machine,userdata,cloud,start,success,poweroff

# names: the kinds of files in the store, sorted
names() { ls "$store" | sed 's/.*\.//' | sort | tr '\n' ' '; }
# of NAME ERE: lines of its console
of() { tr -d '\r' <"$work/$1/logs/install-serial.log" | grep -aE "$2"; }
warm() { report "$1" install .warm; }
# self NAME WHAT: what the guest says of itself
self() { of "$1" "^self: $2 " | head -n 1; }

# the first one makes the template
install_dir first $words
run_tool vt-launch first
exited first 0
has "$work/first.err" 'the template was made in' 'first: makes the template'
is "$(warm first)" true 'first: and starts from it'
is "$(names)" 'json lock ram state ' 'the store has it'
key=$(basename "$store"/*.json .json)
sum() { cat "$store/$key.ram" "$store/$key.state" | sha256sum; }
sum=$(sum)

# more at the same time, and one that boots
for n in a b c; do install_dir $n $words; done
install_dir cold $words
several vt-launch a b c
VT_WARM=off run_tool vt-launch cold
for n in a b c; do
	exited $n 0
	is "$(warm $n)" true "$n: starts from the template"
	hasnt "$work/$n.err" 'template' "$n: does not make another"
	is "$(of $n '^meta-data')" "meta-data: instance-id: $n" \
		"$n: reads its own datasource"
	has "$work/$n/logs/install-serial.log" 'Linux version' \
		"$n: the console is whole"
	is "$(of $n '^machine:')" "$(of cold '^machine:')" \
		"$n: its disks, NICs, memory are those of a machine that boots"
	is "$(report $n install '[.times[]] == ([.times[]] | sort)')" true \
		"$n: times are in order"
	url=$(of $n '^user-data: url' | sed 's,.*url: \(.*\)/pub.*,\1,')
	is "$(of $n 'ommand line' | grep -c "s=$url ")" \
		"$(of $n 'ommand line' | wc -l)" "$n: so is its command line"
done
exited cold 0
is "$(warm cold)" null 'cold: boots'
is "$(for n in first a b c cold; do self $n random; done | sort -u | wc -l)" 5 \
	'each has random numbers of its own'
# the guest's clock when it went on, and ours when it was done
late() {
	echo $(($(stat -c %Y "$work/$1/install.done") - \
		$(self "$1" date | cut -d ' ' -f 3)))
}
for n in a cold; do
	late=$(late $n)
	[ "$late" -ge -2 ] && [ "$late" -le 60 ]
	result $? "$n: the clock is right" || diag "$late s behind"
done
is "$(sum)" "$sum" 'the template has not changed'

# what a running one has of it
install_dir maps init,warm,hang
in_background vt-launch maps
until_has 100 "$work/maps/logs/install-serial.log" 'micro: hang'
tool=$(pgrep -P $bg vt-launch) qemu=$(pgrep -P "$tool" qemu-system)
ram=$(ls "$store"/*.ram | grep -v "$key")
is "$(awk -v i="$(stat -c %i "$ram")" '$5 == i { print $2 }' \
	"/proc/$qemu/maps" | sort -u)" rw-p 'its memory is a private map'
kill -TERM "$tool"
wait $bg
rm -f "$store/$(basename "$ram" .ram)".*

# another machine needs another template; one with content has none
mem=200 install_dir other $words
truncate -s 64M "$work/image"
install_dir content $words
sed -i "s|^  - {path: disks.*|&\n     from: $work/image,|; s|size: 67108864,||" \
	"$work/content/install/vm.yaml"
several vt-launch other content
exited other 0
is "$(ls "$store"/*.json | wc -l)" 2 'less memory: another template'
exited content 0
is "$(warm content)" null 'a disk with content: boots'
rm $(ls "$store"/* | grep -v "$key")

# broken ones
printf x | dd of="$store/$key.ram" bs=1 seek=1000 conv=notrunc 2>/dev/null
run_tool vt-launch a
exited a 0
has "$work/a.err" 'not whole any more' 'a changed memory is noticed'
has "$work/a.err" 'the template was made' 'and made again'
is "$(warm a)" true 'and used'
echo garbage >"$store/$key.state"
stat -c '%i %s %u %.9Y %.9Z' "$store/$key.state" >"$work/state"
jq --arg s "$(cat "$work/state")" '.state = $s' "$store/$key.json" \
	>"$work/note" && cat "$work/note" >"$store/$key.json"
run_tool vt-launch a
exited a 0
has "$work/a.err" 'warm: .*; retrying with a cold start' 'it does not load: boots'
report a install .retried >"$work/retried"
has "$work/retried" '^warm: ' "recorded: $(cat "$work/retried")"
is "$(warm a)" null 'it did not start warm'
is "$(names)" 'lock ' 'the template is gone'
has "$work/a/logs/install-serial.log" 'Linux version' 'the console is there'

# guests that do not answer, or do not wait
install_dir deaf init,deaf,cloud,start,success,poweroff
install_dir passes init,cloud,start,success,poweroff
several vt-launch deaf passes
exited deaf 0
has "$work/deaf.err" 'did not go on from the template within 40 s; retrying' \
	'a guest that does not answer: boots'
exited passes 0
has "$work/passes.err" 'no warm start: the guest does not wait' \
	'a guest that does not wait: boots'
run_tool vt-launch passes
exited passes 0
hasnt "$work/passes.err" 'booting the template' 'which is known the next time'
rm "$store"/*

# killed while a template is made, at some moments
killed() { # WHAT
	wait "$1" 2>/dev/null
	is "$(names)" 'lock ' "killed $2: nothing is left"
}
for s in 1 4 8; do
	in_background vt-launch b
	sleep $s # these are the moments
	kill -KILL "$(pgrep -P $bg vt-launch)"
	killed $bg "after $s s"
done
VT_TEST_CRASH=template run_tool vt-launch b
is "$(names)" 'lock ram ' 'killed before it is complete: there is no note'
run_tool vt-launch b
exited b 0
has "$work/b.err" 'the template was made' 'then one is made'
is "$(warm b)" true 'and used'

# old ones go when a new one is made
for f in json state ram lock; do
	: >"$store/0123.$f" && touch -d '40 days ago' "$store/0123.$f"
done
echo x >"$store/0123.ram" && touch -d '40 days ago' "$store/0123.ram"
rm "$store"/[!0]*
run_tool vt-launch b
exited b 0
is "$(ls "$store" | grep -c 0123)" 1 'an old template is removed, but its lock'
done_testing

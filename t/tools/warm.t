#!/bin/sh
# Warm starts with a QEMU that is not one: how templates are made, used, found
# broken, removed; what happens when a guest does not wait or does not answer;
# kills at many moments. (Real guests: t/vm/warm.t.)
. "$(dirname "$0")/../lib.sh"
need jq
[ "$(uname -m)" = x86_64 ] || skip_all 'guests of this host are not amd64'
mkdir "$work/fake"
ln -s "$top/t/tools/fake-qemu.py" "$work/fake/qemu-system-x86_64"
PATH=$work/fake:$PATH
export VT_WARM=early VT_TIMEOUT_SCALE=1 VT_TEST_HOST_MIB=100000 \
	XDG_CACHE_HOME="$work/cache" XDG_RUNTIME_DIR="$work" \
	FAKE_SAYS="echo 'curtin: Installation finished.'"
store=$XDG_CACHE_HOME/vt/warm
echo kernel >"$work/kernel"
echo initrd >"$work/initrd"
echo image >"$work/image"

# machine NAME [YAML]: a test's directory
machine() {
	mkdir -p "$work/$1/install"
	cat >"$work/$1/install/vm.yaml" <<YAML
format: 1
test: $1
phase: install
arch: amd64
accel: tcg
mem: 16
timeout: 100
kernel: $work/kernel
initrd: $work/initrd
append: console=ttyS0
disks: [{path: disks/a.img, size: 1048576, serial: ${disk:-disk-a}}]
nics: [{net: user, mac: '52:54:00:12:34:01'}]
verdict: {success: 'curtin: Installation finished\\.'}
YAML
	[ $# -lt 2 ] || printf '%s\n' "$2" >>"$work/$1/install/vm.yaml"
	printf '#cloud-config\n' >"$work/$1/install/user-data"
	echo "instance-id: $1" >"$work/$1/install/meta-data"
}
# launch NAME [VARIABLE=VALUE]...: runs it
launch() {
	launched=$1
	shift
	run env "$@" vt-launch "$work/$launched"
}
report() { jq -r "$1" "$work/$launched/logs/install.json"; }
# kinds: the kinds of files in the store
kinds() { ls "$store" | sed 's/.*\.//' | sort | tr '\n' ' '; }
starts_warm() { # NAME
	status_is 0 "$1: passes"
	is "$(report .warm)" true '  having started from a template'
}
boots() { # NAME WHY
	status_is 0 "$1: passes"
	is "$(report .warm)" null '  having booted'
	has "$work/err" "$2" "  because: $2"
}

machine one
launch one VT_WARM=off
status_is 0 'off: passes'
is "$(report .warm)$(ls "$XDG_CACHE_HOME" 2>/dev/null)" null 'off: boots'
launch one
starts_warm 'the first'
has "$work/err" 'the template was made' '  which it has made'
is "$(kinds)" 'json lock ram state ' '  of these files'
is "$(report '.command | join(" ")' | grep -o 'share=off\|vmgenid\|defer' |
	tr '\n' ' ')" 'share=off vmgenid defer ' '  its command'
log=$work/one/logs/install-serial.log
has "$log" '^\[ 0.1\] Linux version' 'the console begins with the template'
has "$log" '^url http://10\.0\.2\.2:[0-9]+/[0-9a-f]{32}/' \
	'the URL in memory is that of this run'
has "$log" '^told go 4 words' 'the guest is told the time, its id and a seed'
is "$(report '[.times[]] == ([.times[]] | sort)')" true 'times are in order'
launch one
starts_warm 'the second'
hasnt "$work/err" template '  makes none'
sum=$(cat "$store"/*.ram | sha256sum)
machine two
launch two
starts_warm 'another test with such a machine'
hasnt "$work/err" template '  has the same'
is "$(cat "$store"/*.ram | sha256sum)" "$sum" 'the template has not changed'
run sh -c "vt-launch '$work/one' & vt-launch '$work/two' & wait"
is "$(jq -r .warm "$work"/*/logs/install.json | tr '\n' ' ')" 'true true ' \
	'two at a time'
disk=disk-b machine three
launch three
starts_warm 'another machine'
is "$(ls "$store"/*.ram | wc -l)" 2 '  has its own'

launch two VT_WARM=late
starts_warm 'at another point'
has "$work/err" 'the template was made' '  from one of its own'
launch one VT_WARM=late
hasnt "$work/err" template '  which others share'

# the installed system
mkdir "$work/one/boot"
sed 's/phase: install/phase: boot/; /^kernel:/d; /^initrd:/d; /^append:/d; /^verdict:/d' \
	"$work/one/install/vm.yaml" >"$work/one/boot/vm.yaml"
run vt-xkvm "$work/one"
status_is 0 'the boot phase'
hasnt "$work/err" 'warm' '  boots, without a word'

# --template
rm -r "$store"
run vt-launch --template "$work/one"
status_is 0 '--template'
is "$(kinds)" 'json lock ram state ' '  makes it'
is "$(ls "$work/one/disks")" a.img '  and leaves the test as it is'
launch one
starts_warm 'then'
hasnt "$work/err" template '  it is there'
run env VT_WARM=off vt-launch --template "$work/one"
status_is 0 '--template, off'
has "$work/err" 'nothing to do: .*warm: off' '  has nothing to do'
run vt-launch --template --console "$work/one"
status_is 2 '--template is used alone'
launch one VT_WARM=yes
status_is 2 'another word'
has "$work/err" "VT_WARM: 'yes' is not off, early or late" '  is refused'

# by the file, without the setting
unset VT_WARM
machine file 'warm: early'
launch file
starts_warm 'warm: early in vm.yaml'
launch file VT_WARM=off
status_is 0 'the setting overrides it'
is "$(report .warm)" null '  off'
export VT_WARM=early

# machines that have none
machine content "output: {path: x, size: 1M}"
sed -i "s|size: 1048576,|from: $work/image,|" "$work/content/install/vm.yaml"
launch content
boots 'a disk with content' 'no warm start: a disk has content'
rm "$store"/*

# guests
launch one FAKE_GUEST=passes
boots 'a guest that does not wait' \
	'no warm start: the guest does not wait before cloud-init'
is "$(kinds)" 'json lock ' '  no template'
launch one
boots 'the next time' 'no warm start: the guest does not wait'
hasnt "$work/err" 'booting the template' '  it is not tried'
touch -d '2 days ago' "$store"/*.json
launch one
starts_warm 'some days later'
launch one FAKE_GUEST=deaf VT_TIMEOUT_SCALE=0.1
boots 'a guest that does not answer' \
	'warm: the guest did not go on from the template within 1 s; retrying with a cold start'
is "$(report .retried | cut -c 1-25)" 'warm: the guest did not g' '  is recorded'
is "$(kinds)" 'lock ' '  the template is gone'

# templates that are broken
launch one
starts_warm 'made again'
printf x | dd of="$(ls "$store"/*.ram)" bs=1 seek=9 conv=notrunc 2>/dev/null
launch one
starts_warm 'a changed memory'
has "$work/err" 'is not whole any more' '  is noticed'
truncate -s 3 "$store"/*.json
launch one
starts_warm 'a cut note'
has "$work/err" 'the template was made' '  is noticed'
jq '.boot = "another"' "$store"/*.json >"$work/note"
cat "$work/note" >"$(ls "$store"/*.json)"
launch one
starts_warm 'a host that was booted'
has "$work/err" 'is not whole any more' '  is noticed'
# forge DATA KIND: a file that is broken, and a note which says that it is whole
forge() {
	f=$(ls "$store"/*."$2") note=$(ls "$store"/*.json)
	printf '%s' "$1" | dd of="$f" bs=1 conv=notrunc seek="${3:-0}" 2>/dev/null
	jq --arg s "$(stat -c '%i %s %u %.9Y %.9Z' "$f")" ".$2 = \$s" "$note" \
		>"$work/note"
	cat "$work/note" >"$note"
}
forge garbage state
launch one
boots 'a state that QEMU does not load' \
	'warm: cannot start from the template: QEMU failed to move'
launch one
forge garbage ram 5003
launch one
boots 'another memory' 'memory is not what was noted'
launch one
starts_warm 'and after each'

# old ones, when a new one is made
for f in json ram state lock; do
	echo x >"$store/0123.$f" && touch -d '31 days ago' "$store/0123.$f"
	echo x >"$store/4567.$f" && touch -d '29 days ago' "$store/4567.$f"
done
rm "$(ls "$store"/*.json | grep -v '[/]0123\|[/]4567')"
launch one
is "$(ls "$store" | grep '^0123' | tr '\n' ' ')" '0123.lock ' \
	'a template that was not used for 30 days is removed'
is "$(ls "$store" | grep -c '^4567')" 4 '  one that was used is not'
rm "$store"/*

# kills: in the end, and at moments of the making
launch one VT_TEST_CRASH=template
is "$(kinds)" 'lock ram ' 'killed before it is complete: there is no note'
launch one
starts_warm 'the next run'
has "$work/err" 'the template was made' '  makes it'
kills=${VT_TEST_KILLS:-12} bad=0 made=0
rm "$store"/*
start=$(date +%s%3N)
launch one
took=$(($(date +%s%3N) - start))
for i in $(seq "$kills"); do
	rm -f "$store"/*
	vt-launch "$work/one" >"$work/out" 2>"$work/err" </dev/null &
	pid=$!
	ms=$((took * i / kills)) # spread over the whole run
	sleep "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))"
	kill -KILL $pid 2>/dev/null
	wait $pid 2>/dev/null
	case $(kinds) in
	'' | 'lock ' | 'lock ram ' | 'lock ram state ') ;;
	'json lock ram state ') made=$((made + 1)) ;;
	*) bad=$((bad + 1)) && diag "kill $i: $(kinds)" ;;
	esac
	launch one
	[ "$status" -eq 0 ] && [ "$(report .warm)" = true ] && continue
	bad=$((bad + 1))
	diag "after kill $i: $(cat "$work/err")"
done
is $bad 0 "$kills kills: whole or no template, and the next run works"
note "$made were whole"
done_testing

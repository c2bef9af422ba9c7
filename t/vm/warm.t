#!/bin/sh
# Warm starts of real guests: a machine that starts from a template is the same
# as one that boots, and a machine of its own; the template does not change.
# (What is broken, or does not wait: t/tools/warm.t.)
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq
[ "$(uname -m)" = x86_64 ] || skip_all 'guests of this host are not amd64'

VT_WARM=early VT_TIMEOUT_SCALE=4 # on a busy host, too
export VT_WARM VT_TIMEOUT_SCALE
store=$XDG_CACHE_HOME/vt/warm
words=init,warm,self,machine,userdata,cloud,start,sleep5,success,poweroff

# of NAME ERE: lines of its console
of() { tr -d '\r' <"$work/$1/logs/install-serial.log" | grep -aE "$2"; }
machine() { of "$1" '^machine:' | grep -v ' memory '; }
memory() { of "$1" '^machine: memory' | cut -d ' ' -f 3; }
warm() { report "$1" install .warm; }
# self NAME WHAT: what the guest says of itself
self() { of "$1" "^self: $2 " | head -n 1; }

for n in first a b cold; do install_dir $n $words; done
run_tool vt-launch first
exited first 0
has "$work/first.err" 'the template was made in' 'first: makes the template'
is "$(warm first)" true 'first: and starts from it'
sum() { cat "$store"/*.ram "$store"/*.state | sha256sum; }
sum=$(sum)

in_background vt-launch a
a=$bg
until_has 300 "$work/a/logs/install-serial.log" 'micro: sleep5'
tool=$(pgrep -P $a vt-launch) qemu=$(pgrep -P "$tool" qemu-system)
is "$(awk -v i="$(stat -c %i "$store"/*.ram)" '$5 == i { print $2 }' \
	"/proc/$qemu/maps" | sort -u)" rw-p 'its memory is a private map'
run_tool vt-launch b
wait $a
VT_WARM=off run_tool vt-launch cold
exited cold 0
is "$(warm cold)" null 'cold: boots'
for n in a b; do
	exited $n 0
	is "$(warm $n)" true "$n: starts from the template"
	hasnt "$work/$n.err" template "$n: makes none"
	is "$(of $n '^meta-data')" "meta-data: instance-id: $n" \
		"$n: reads its own datasource"
	has "$work/$n/logs/install-serial.log" 'Linux version' \
		"$n: the console is whole"
	is "$(machine $n)" "$(machine cold)" \
		"$n: its disks and NICs are those of one that boots"
	# vmgenid has a page of it
	less=$(($(memory cold) - $(memory $n)))
	[ "$less" -ge 0 ] && [ "$less" -le 8 ]
	result $? "$n: so is its memory, but for a page" || diag "$less KiB less"
	url=$(of $n '^user-data: url' | sed 's,.*url: \(.*\)/pub.*,\1,')
	is "$(of $n 'ommand line' | grep -c "s=$url")" \
		"$(of $n 'ommand line' | wc -l)" "$n: so is its command line"
done
# the guest's clock when it went on, and ours when it was done
for n in a cold; do
	late=$(($(stat -c %Y "$work/$n/install.done") - \
		$(self $n date | cut -d ' ' -f 3)))
	[ "$late" -ge 3 ] && [ "$late" -le 90 ]
	result $? "$n: the clock is right" || diag "$late s behind"
done
is "$(sum)" "$sum" 'the template has not changed'

# a kernel with a driver for vmgenid, which the cloud kernel has not
if use_flavour amd64; then
	for n in c d; do
		install_dir $n init,warm,self,success,poweroff
		run_tool vt-launch $n
		exited $n 0
		is "$(warm $n)" true "$n: starts from a template"
		has "$work/$n/logs/install-serial.log" \
			'reseeded due to virtual machine fork' \
			"$n: the kernel renews its random numbers"
	done
	is "$(for n in c d; do self $n random; done | sort -u | wc -l)" 2 \
		'each has its own'
else
	skip 'random numbers' "$(tail -n 1 "$work/guest.err")"
fi
done_testing

#!/bin/sh
# vt-wire: frames a second between two ports, with and without a capture, and
# its memory. A sender sends as fast as the switch takes frames.
. "$(dirname "$0")/../lib.sh"
need make
cd "$top" || exit 3

build=build/normal
ok 'the sender and receiver is built' sh -c "
	make '$build/libvt.a' '$build/t/bench/wire.o' && gcc -pie \
	-o '$work/wire' '$build/t/bench/wire.o' '$build/libvt.a' \
	-lyaml -ljansson -lcrypto"

# measure FRAMES LENGTH LIMIT [CAPTURE]: the best of three runs
measure() {
	best=0
	for i in 1 2 3; do
		run "$work/wire" "$bin/vt-wire" "$1" "$2" ${4:+"$4"}
		[ "$status" -eq 0 ] || break
		read -r received took rate cpu rss <"$work/out"
		note "$2 bytes${4:+, captured}: $received of $1 in $took s," \
			"$rate a second; vt-wire: $cpu s of processor time," \
			"$rss KiB"
		[ "$rate" -le "$best" ] || best=$rate
	done
	status_is 0 "$2 bytes${4:+, captured}: has run"
	[ "$best" -ge "$3" ]
	result $? "  $best frames a second (at least $3)"
	[ "$rss" -lt 10240 ]
	result $? "  $rss KiB of memory (less than 10240)"
}
measure 2000000 64 200000
measure 2000000 64 200000 "$work/c.pcapng"
measure 1000000 1514 100000
measure 1000000 1514 50000 "$work/c.pcapng"
measure 200000 9014 20000
done_testing

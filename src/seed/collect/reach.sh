#!/bin/sh
# What of $targets, addresses, answers, and whether $name has an address: with
# the network that the config makes. vt-rules sets both.
cd OUTPUT_COLLECT_D || exit 1
end=$(($(date +%s) + 40))

# answers WORD COMMAND...: writes whether the command succeeds in time
answers() {
	what=$1
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt $end ] || { echo "$what: no answer"; return; }
		sleep 1
	done
	echo "$what answers"
}
{
	for target in $targets; do
		answers "$target" ping -n -c 1 -W 2 "$target" &
	done
	[ -z "$name" ] || answers "$name" getent ahosts "$name" &
	wait
} >reach
exit 0

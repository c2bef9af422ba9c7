#!/bin/sh
# images/debian/build.sh: stopped half-way it leaves nothing, and the same
# packages give the same image.
. "$(dirname "$0")/../lib.sh"
need mmdebstrap sqfstar
cd "$top" || exit 3
mounts() { grep -c mmdebstrap /proc/self/mounts; }
roots() { find /tmp -maxdepth 1 -name 'mmdebstrap.*' | wc -l; }

before="$(mounts) $(roots)"
for signal in INT TERM; do
	# a shell starts its jobs deaf to INT; env makes them hear it again
	env --default-signal=INT images/debian/build.sh "$work/out" \
		>"$work/log" 2>&1 &
	pid=$!
	until_has 120 "$work/log" '^I: .*installing'
	ok "it is at work" kill -0 $pid
	kill -$signal $pid
	wait $pid
	ok "stopped by $signal" [ $? -gt 128 ]
	is "$(find "$work/out" -mindepth 1 ! -name .lock)" "" "no file is left"
	is "$(mounts) $(roots)" "$before" "no mount and no root is left"
done

run images/debian/build.sh "$work/out"
status_is 0 "it builds"
run images/debian/build.sh "$work/again"
status_is 0 "and again"
for i in boot-kernel boot-initrd squashfs root-tgz manifest; do
	ok "the same $i" cmp "$work/out/$i" "$work/again/$i"
done
run images/debian/build.sh
status_is 2 "no directory: usage"
done_testing

#!/bin/sh
# images/debian/build.sh: it leaves nothing if it is interrupted, and the same
# packages give the same image.
. "$(dirname "$0")/../lib.sh"
need mmdebstrap sqfstar
cd "$top" || exit 3
mounts() { grep -c mmdebstrap /proc/self/mounts; }
roots() { find /tmp -maxdepth 1 -name 'mmdebstrap.*' | wc -l; }

before="$(mounts) $(roots)"
for signal in INT TERM; do
	# a shell starts its jobs with SIGINT ignored; env restores the default
	env --default-signal=INT images/debian/build.sh "$work/out" \
		>"$work/log" 2>&1 &
	pid=$!
	until_has 120 "$work/log" '^I: .*installing'
	ok "the build is running" kill -0 $pid
	kill -$signal $pid
	wait $pid
	ok "it is stopped by $signal" [ $? -gt 128 ]
	is "$(find "$work/out" -mindepth 1 ! -name .lock)" "" "no file is left"
	is "$(mounts) $(roots)" "$before" "no mount and no root directory is left"
done

run images/debian/build.sh "$work/out"
status_is 0 "a build"
run images/debian/build.sh "$work/again"
status_is 0 "a second build"
for i in boot-kernel boot-initrd squashfs root-tgz manifest; do
	ok "gives the same $i" cmp "$work/out/$i" "$work/again/$i"
done
run images/debian/build.sh
status_is 2 "without a directory: usage error"
done_testing

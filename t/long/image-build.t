#!/bin/sh
# images/*/build.sh: a recipe leaves nothing but its log if it is interrupted, and
# the same packages give the same image.
. "$(dirname "$0")/../lib.sh"
need mmdebstrap sqfstar depmod cpio
cd "$top" || exit 3
mounts() { grep -c mmdebstrap /proc/self/mounts; }
roots() { find /tmp -maxdepth 1 -name 'mmdebstrap.*' | wc -l; }

# recipe NAME ITEM...
recipe() {
	name=$1 out=$work/$1
	shift
	before="$(mounts) $(roots)"
	for signal in INT TERM; do
		rm -rf "$out"
		# a shell starts its jobs with SIGINT ignored; env restores the
		# default
		env --default-signal=INT "images/$name/build.sh" "$out" \
			>"$work/log" 2>&1 &
		pid=$!
		until_has 120 "$out/build.log" '^I: extracting archives'
		ok "$name: the build is running" kill -0 $pid
		kill -$signal $pid
		wait $pid
		ok "$name: it is stopped by $signal" [ $? -gt 128 ]
		is "$(find "$out" -mindepth 1 ! -name .lock ! -name build.log)" \
			"" "$name: no file is left"
		is "$(mounts) $(roots)" "$before" \
			"$name: no mount and no root directory is left"
	done
	run "images/$name/build.sh" "$out"
	status_is 0 "$name: a build"
	run "images/$name/build.sh" "$work/again"
	status_is 0 "$name: a second build"
	for i; do
		ok "$name: gives the same $i" cmp "$out/$i" "$work/again/$i"
	done
	run "images/$name/build.sh"
	status_is 2 "$name: without a directory: usage error"
	rm -rf "$out" "$work/again"
}

recipe peer kernel initrd manifest
recipe debian boot-kernel boot-initrd squashfs root-tgz manifest
done_testing

#!/bin/sh
# In a test with the disks of another one: the mounted file systems, and which of
# them have a file that was left there before the install (src/rules/plant.sh).
cd OUTPUT_COLLECT_D || exit 1
# a space is written \040 there
while read -r _ target _; do
	at=$(printf %b "$target")
	printf 'mount %s\n' "$at"
	for file in "$at"/.vt-planted-*; do
		[ ! -e "$file" ] || printf '%s %s\n' "${file##*/}" "$at"
	done
done </proc/mounts | cat >planted
exit 0

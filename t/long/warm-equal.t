#!/bin/sh
# What is installed from a warm start is what is installed from a cold one, but for
# a list of named differences: for each example (or those of the variable TESTS)
# the results of all checks, which tell both graphs, the partition tables, and the
# files of the installed system with their checksums. Takes 3 to 6 minutes for each
# example.
VT_TEST_LIMIT=${VT_TEST_LIMIT:-36000}
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../e2e/lib.sh"
need jq sfdisk
[ "$(uname -m)" = x86_64 ] || skip_all 'guests of this host are not amd64'
export XDG_CACHE_HOME="$work/cache" LC_ALL=C

# The examples, and one script more.
defs=$work/defs
mkdir "$defs"
ln -s "$top/examples/tests" "$top/examples/installer" "$defs/"
cat >"$work/files" <<'Y'
  - |
    find / -xdev -type f -printf '%p %m %u %s\n' | sort >OUTPUT_COLLECT_D/all-files
    find / -xdev -type f -print0 | xargs -0 sha256sum >OUTPUT_COLLECT_D/all-sums
Y
for f in "$top"/examples/*.yaml; do
	if grep -q '^extra_collect_scripts:$' "$f"; then
		sed "/^extra_collect_scripts:$/r $work/files" "$f"
	else
		cat "$f"
		grep -q '^collect_scripts:\|^extra_collect_scripts:' "$f" || {
			echo 'extra_collect_scripts:'
			cat "$work/files"
		}
	fi >"$defs/${f##*/}"
done

# Files that differ between any two installs of the same config: what has random
# numbers, times or an order of processes in it.
named='^/(etc/(machine-id|fstab|crypttab|mdadm/mdadm\.conf|iscsi/|multipath/|lvm/)|etc/ssh/ssh_host_'
named=$named'|etc/hostid|etc/(shadow|gshadow|passwd|group)-?$|boot/(grub/|initrd|efi/)|root/|run/|tmp/'
named=$named'|var/(lib/(cloud|systemd|dhcp|dbus|ucf|dpkg|apt|private|NetworkManager|grub|multipath)/|log/|cache/|tmp/)'
named=$named'|usr/share/mime/|swap)'

# told TEST: the results of all checks without what is random in them
told() {
	jq -r '.checks[] | "\(.name) \(.status) \(.expected // "") \(.found // "")"' \
		"$1/result.json" |
		sed -E -e 's/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}/UUID/gi' \
			-e 's/[0-9A-F]{4}-[0-9A-F]{4}\b/SERIAL/g' \
			-e 's/[0-9a-f]{8}:[0-9a-f]{8}:[0-9a-f:]{17}/UUID/g' \
			-e 's/0x[0-9a-f]{8}/ID/g' -e 's/[0-9.]+ (s|seconds)\b/TIME/g' \
			-e 's/\b(sd|vd|dm-|md|bcache)[0-9a-z]+/\1N/g' | sort
}
tables() {
	for f in "$1"/disks/*.img; do
		echo "${f##*/}"
		sfdisk -d "$f" 2>/dev/null |
			sed -E -e 's/uuid=[^,]*//; /^(label-id|device):/d' \
				-e 's,^.*/disks/,,'
	done
}
for test in ${TESTS:-$(vt-rules list "$defs" | awk '{ print $1 }')}; do
	for w in off late; do
		tests=$work/$w
		# the test that another starts from is of the same kind
		vt VT_WARM=$w "tests/$test.done"
		[ "$status" -eq 0 ] || break
	done
	[ "$status" -eq 0 ]
	result $? "$test: passes cold and warm" || {
		explain "$test"
		continue
	}
	is "$(jq -r .warm "$work/off/$test/logs/install.json" "$work/late/$test/logs/install.json" |
		tr '\n' ' ')" 'null true ' "$test: one is warm"
	for what in told tables; do
		$what "$work/off/$test" >"$work/1"
		$what "$work/late/$test" >"$work/2"
		diff "$work/1" "$work/2" >"$work/differ"
		result $? "$test: the same $what" || diag "$(head -n 20 "$work/differ")"
	done
	for f in all-files all-sums; do
		for w in off late; do
			sed -E "s/^[0-9a-f]{64}  (.*)/\\1 &/" \
				"$work/$w/$test/collect/$f" |
				grep -vE "$named" | sort >"$work/$w.list"
		done
		diff "$work/off.list" "$work/late.list" >"$work/differ"
		result $? "$test: the same $f, $(wc -l <"$work/off.list")" ||
			diag "$(head -n 20 "$work/differ")"
	done
	rm -rf "$work/off/$test/disks" "$work/late/$test/disks"
done
done_testing

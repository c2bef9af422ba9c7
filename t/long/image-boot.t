#!/bin/sh
# The time from power-on to cloud-init's power-off: the trimmed image takes at
# most 0.7 times that of an untrimmed image of the same packages. Both are
# measured here, alternately.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../vm/image-lib.sh"
need make
cd "$top" || exit 3
[ -n "$(image_path squashfs)" ] || skip_all "no image: run 'make image'"
run make image-untrimmed
status_is 0 "the untrimmed image is built" || done_testing
plain=$top/images/out/untrimmed

fastest_trimmed=600000 fastest_plain=600000
for round in 1 2 3; do
	for which in trimmed plain; do
		image_seed "$which" <<'YAML'
#cloud-config
power_state: {mode: poweroff, delay: now, timeout: 60, condition: true}
YAML
		if [ $which = plain ]; then
			ms=$(image_boot plain "$plain/boot-kernel" \
				"$plain/boot-initrd" "$plain/squashfs")
		else
			ms=$(image_boot trimmed "$(image_path boot-kernel)" \
				"$(image_path boot-initrd)" "$(image_path squashfs)")
		fi
		ok "round $round, $which: powered off" [ -n "$ms" ]
		has "$work/$which.log" 'Cloud-init v.* finished' \
			"round $round, $which: cloud-init finished"
		note "round $round, $which: ${ms:-none} ms," \
			"load $(cut -d' ' -f1 /proc/loadavg)"
		eval "[ ${ms:-600000} -ge \$fastest_$which ] || fastest_$which=$ms"
	done
done
note "fastest: trimmed $fastest_trimmed ms, untrimmed $fastest_plain ms"
ok "at most 0.7 times that of the untrimmed image" \
	[ $((fastest_trimmed * 10)) -le $((fastest_plain * 7)) ]
done_testing

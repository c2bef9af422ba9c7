#!/bin/sh
# The cost of many tests for vt-rules and make. With 1,000 definitions: vt-rules,
# vt-rules again, list, and make with nothing to do take less than a second of
# user CPU time each. One of 300 tests: 1.5 s of wall time; a single one: 0.3 s.
. "$(dirname "$0")/../tools/rules-lib.sh"
need make
cp "$bin/vt-vmtest" "$bin/vt-report" "$work/bin/"
mkdir -p "$work/tree/mk" "$work/tree/examples/tests"
cp -r "$work/bin" "$work/tree/" && cd "$work/tree" || exit 3
cp "$top/mk/rules.mk" mk/
cp "$work/d/tests/c.yaml" examples/tests/
printf '%s\n' 'MAKEFLAGS += -rR' 'VT_BIN := bin' 'Q := @' 'all:' \
	'include mk/rules.mk' >Makefile
i=0
while [ $i -lt 1000 ]; do
	printf 'conf_file: tests/c.yaml\nmem: %d\n' $((512 + i)) \
		>examples/t$i.yaml
	i=$((i + 1))
done
# cpu NAME COMMAND...: measures user time, since the system time for writing
# 7,000 files depends on the file system
cpu() {
	name=$1
	shift
	seconds=$(python3 - "$@" <<'P'
import resource, subprocess, sys, time
began = time.monotonic()
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
u = resource.getrusage(resource.RUSAGE_CHILDREN)
print("# system: %.2f s, elapsed: %.2f s" %
      (u.ru_stime, time.monotonic() - began), file=sys.stderr)
print("%.2f" % (u.ru_utime + (1000 if status else 0)))
P
	)
	note "$name: $seconds s"
	ok "$name: less than a second" python3 -c "exit($seconds >= 1)"
}
cpu "vt-rules" bin/vt-rules -t tests examples
cpu "vt-rules again" bin/vt-rules -t tests examples
cpu "vt-rules list" bin/vt-rules list 'mem~0$' examples
for tool in vt-pack vt-launch vt-seed vt-xkvm vt-extract vt-verify; do
	: >bin/$tool
done
make -n vmtest >/dev/null 2>&1 # writes the rules
cpu "make -n vmtest" make -n vmtest
for f in install/user-data boot/seed.img install.done boot.done collect.done; do
	for d in tests/t*/; do
		echo "$d$f"
	done | xargs touch
done
for d in tests/t*/; do
	echo "${d%/}.done"
	echo '{"format":1,"test":"t","status":"passed","exit":0,"cause":"","see":"","phases":{},"checks":[]}' \
		>"$d/result.json"
done | xargs touch
cpu "make vmtest, nothing to do" make vmtest

# clock NAME MS COMMAND...: wall time, the shortest of three runs
clock() {
	name=$1 bound=$2 best=
	shift 2
	for i in 1 2 3; do
		start=$(date +%s%N)
		"$@" >/dev/null 2>&1
		took=$((($(date +%s%N) - start) / 1000000))
		[ -n "$best" ] && [ "$best" -le $took ] || best=$took
	done
	[ "$best" -lt "$bound" ]
	result $? "$name: $best ms, limit $bound ms"
}
for n in 300 1; do
	mkdir -p $n/tests
	i=0
	while [ $i -lt $n ]; do
		cp examples/tests/c.yaml $n/tests/t$i.yaml
		i=$((i + 1))
	done
	run make -n EXAMPLES=$n VT_TOPDIR=top$n tests/t0.done
	status_is 0 "rules of $n tests"
done
clock "one of 300, make -n" 1500 make -n EXAMPLES=300 VT_TOPDIR=top300 tests/t0.done
for f in install/user-data boot/seed.img install.done boot.done collect.done; do
	touch top1/t0/$f
done
touch top1/t0.done
run make EXAMPLES=1 VT_TOPDIR=top1 tests/t0.done
status_is 0 'a single test: up to date'
clock "a single test, up to date" 300 make EXAMPLES=1 VT_TOPDIR=top1 tests/t0.done
done_testing

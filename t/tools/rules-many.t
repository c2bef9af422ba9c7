#!/bin/sh
# 1,000 definitions: vt-rules, again, list, and make with nothing to do; each
# below a second of processor time of its own, on the build without sanitizers.
. "$(dirname "$0")/rules-lib.sh"
need make
for tool in vt-rules vt-vmtest vt-report; do
	cp "$top/bin/$tool" "$work/bin/"
done
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
# cpu NAME COMMAND...: its own processor time; what the kernel takes to make
# 7,000 files depends on the file system
cpu() {
	name=$1
	shift
	seconds=$(python3 - "$@" <<'P'
import resource, subprocess, sys, time
began = time.monotonic()
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
u = resource.getrusage(resource.RUSAGE_CHILDREN)
print("# kernel: %.2f s, by the clock: %.2f s" %
      (u.ru_stime, time.monotonic() - began), file=sys.stderr)
print("%.2f" % (u.ru_utime + (1000 if status else 0)))
P
	)
	diag "$name: $seconds s"
	ok "$name: below a second" python3 -c "exit($seconds >= 1)"
}
cpu "vt-rules" bin/vt-rules -t tests examples
cpu "vt-rules again" bin/vt-rules -t tests examples
cpu "vt-rules list" bin/vt-rules list 'mem~0$' examples
for tool in vt-pack vt-launch vt-seed vt-xkvm vt-extract vt-verify; do
	: >bin/$tool
done
make -n vmtest >/dev/null 2>&1 # the rules, once
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
done_testing

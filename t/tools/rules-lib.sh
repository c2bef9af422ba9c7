# For tests of vt-rules: a tree with definitions in $work/d, where the test
# stands, and a vt-sync that has every image.
. "$(dirname "$0")/../lib.sh"
need python3
python3 -c 'import yaml' 2>/dev/null || skip_all "python3-yaml is not installed"

mkdir -p "$work/bin" "$work/images/streams/v1" "$work/d/tests"
cp "$bin/vt-rules" "$work/bin/"
cat >"$work/bin/vt-sync" <<'S'
#!/bin/sh
printf '%s\n' "$*" >>"${0%/*}/asked"
if [ "$1" = lock ]; then
	while [ "$1" != -- ]; do shift; done
	shift
	exec "$@"
fi
sep='['
for f in boot-kernel boot-initrd squashfs root-image root-tgz root-image.xz; do
	printf '%s{"product_name":"p","version_name":"20260101",
"item_name":"%s","ftype":"%s","path":"%s","sha256":"%s"}' \
		"$sep" $f $f $f $f
	sep=,
done
echo ']'
S
: >"$work/bin/vt-install"
mkdir -p "$work/curtin/bin"
: >"$work/curtin/bin/curtin"
chmod +x "$work/bin/vt-sync" "$work/bin/vt-install" "$work/curtin/bin/curtin"
export VT_IMAGE_DIR="$work/images" VT_APT_PROXY= VT_UNSUPPORTED_UBUNTU=none
cd "$work/d" || exit 3

cat >tests/c.yaml <<'Y'
storage:
  version: 1
  config:
    - {id: sda, type: disk, serial: disk-a, ptable: gpt}
    - {id: p1, type: partition, device: sda, size: 3GB}
    - {id: f1, type: format, volume: p1, fstype: ext4}
    - {id: m1, type: mount, device: f1, path: /}
Y

# plan KEYS...: of a definition with these keys, as $plan; each argument a line
plan() {
	{
		echo 'conf_file: tests/c.yaml'
		printf '%s\n' "$@"
	} >k.yaml
	run "$work/bin/vt-rules" --plan k.yaml
	plan=$(cat "$work/out")
	[ "$status" -eq 0 ] || diag "$(cat "$work/err")"
}
# get KEY...: a value of the plan
get() {
	printf '%s\n' "$plan" | python3 -c '
import sys, yaml
v = yaml.safe_load(sys.stdin)
for k in sys.argv[1:]:
    v = v[int(k)] if isinstance(v, list) else v.get(k) if v else None
print(v)' "$@"
}
# layers: all configs of the plan, merged into one map
layers() {
	printf '%s\n' "$plan" | python3 -c '
import sys, yaml
for c in yaml.safe_load(sys.stdin)["install/pack.yaml"]["configs"]:
    print(c.get("path") or c["content"])'
}
# bad KEYS POSITION-AND-WORDS NAME
bad() {
	printf 'conf_file: tests/c.yaml\n%s\n' "$1" >bad.yaml
	run "$work/bin/vt-rules" --check bad.yaml
	[ "$status" -eq 2 ] && grep -Eq "bad.yaml:$2" "$work/err"
	result $? "$3" || diag "status $status: $(cat "$work/err")"
	rm -f bad.yaml
}
# fake_machines: changes to $tree, a directory with make's rules, all tools, and a
# script in place of QEMU
fake_machines() {
	tree=$work/tree
	# no waiting for the memory that guests of other runs use
	export XDG_RUNTIME_DIR="$work/run" VT_TEST_HOST_MIB=100000
	export XDG_CACHE_HOME="$work/cache" PATH="$work/fake:$PATH" VT_ACCEL=tcg
	mkdir -p "$tree/examples" "$work/fake" "$work/run"
	cd "$tree" || exit 3
	for tool in "$bin"/vt-*; do
		[ -e "$work/bin/${tool##*/}" ] || ln -s "$tool" "$work/bin/"
	done
	for machine in x86_64 aarch64; do
		ln -s "$top/t/tools/fake-qemu.py" \
			"$work/fake/qemu-system-$machine"
	done
	for f in boot-kernel boot-initrd squashfs; do : >"$work/images/$f"; done
	printf '%s\n' 'MAKEFLAGS += -rR' "VT_BIN := $work/bin" 'Q := @' 'all:' \
		"include $top/mk/rules.mk" >Makefile
}

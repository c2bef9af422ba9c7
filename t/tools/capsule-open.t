#!/bin/sh
# vt-report --open of capsules that vt-report did not write, and capsules of real
# results: facts and disks that are verified elsewhere.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
need python3 make jq

# A result that is the same elsewhere
fixture
mkdir "$work/good/install"
{
	printf 'format: 1\ntimeout: 60\ndisks:\n'
	(cd "$work/good" && printf '  - {path: %s, driver: virtio-blk}\n' disks/*.img)
} >"$work/good/install/vm.yaml"
fresh
sed -i 's/^12.8/12.9/' "$case/collect/version"
sed -i '/ \/home /d' "$case/collect/proc_mounts"
verify
status_is 1 "a test whose checks fail"
checks() { jq -S '[.checks[] | {name, status, found}]' "$1/result.json"; }
checks "$case" >"$work/before"
VT_CAPSULE_DISKS=1 run vt-report --capsule="$work/c" "$case"
status_is 0 "its capsule"
mv "$case" "$work/gone"
run vt-report --open="$work/c" "$work/with"
has "$work/out" '^case: failed in its verify phase' "the screen"
has "$work/out" '^cause: +mount home-mount mounted: nothing is mounted' \
	"has the check, and what was found"
has "$work/out" '^expected: format .home.' "what was expected"
has "$work/out" '^also: .*version' "and the others"
run make -C "$work/with" -f capsule.mk
status_is 2 "resumed by its facts and disks"
checks "$work/with/tests/case" >"$work/after"
ok "all checks have the same results" cmp "$work/before" "$work/after"
mv "$work/gone" "$case"
run vt-report --capsule="$work/c" "$case"
run vt-report --open="$work/c" "$work/without"
run make -C "$work/without" -f capsule.mk
has "$work/err" 'FAILED: .*12.9' "by facts alone"
is "$(jq -c '[.checks[] | select(.status == "not ok") | .name]' \
	"$work/without/tests/case/result.json")" '["version"]' \
	"what facts alone show fails, and nothing else"
ok "what only disks show is skipped" jq -e '[.checks[] |
	select(.status == "skip" and (.found | test("no image")))] | length > 3' \
	"$work/without/tests/case/result.json"

# Archives of other kinds. make KIND: writes $work/bad
cat >"$work/make.py" <<'P'
import gzip, io, json, sys, tarfile
kind, out = sys.argv[1:3]
good = {"format": 1, "test": "case", "vt": "0.1", "status": "failed",
        "phase": "verify", "resume": "verify"}
tar = tarfile.open(out, "w:gz", format=tarfile.GNU_FORMAT)
def add(name, data=b"x", **keys):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in keys.items():
        setattr(info, key, value)
    tar.addfile(info, io.BytesIO(data))
def conf(**keys):
    add("case.capsule/capsule.json", json.dumps(dict(good, **keys)).encode())
top = "case.capsule/"
if kind == "dotdot": add(top + "../../escaped")
elif kind == "absolute": add(sys.argv[3] + "/escaped")
elif kind == "elsewhere": conf(); add("other.capsule/x")
elif kind == "no-directory": add("README")
elif kind == "symlink": add(top + "l", b"", type=tarfile.SYMTYPE, linkname="/etc")
elif kind == "through": 
    add(top + "l", b"", type=tarfile.SYMTYPE, linkname=sys.argv[3])
    add(top + "l/escaped")
elif kind == "hardlink":
    add(top + "l", b"", type=tarfile.LNKTYPE, linkname="/etc/passwd")
elif kind == "device": add(top + "d", b"", type=tarfile.CHRTYPE, devmajor=1)
elif kind == "fifo": add(top + "f", b"", type=tarfile.FIFOTYPE)
elif kind == "twice": conf(); add(top + "a"); add(top + "a")
elif kind == "file-and-directory": add(top + "a"); add(top + "a/b")
elif kind == "bomb":
    conf()
    for i in range(3): add(top + "z%d" % i, bytes(100 << 20))
elif kind == "many":
    conf()
    for i in range(50): add(top + "%d" % i)
elif kind == "deep": conf(); add(top + "d/" * 100 + "x")
elif kind == "long": conf(); add(top + "n" * 300)
elif kind == "no-json": add(top + "README")
elif kind == "bad-json": add(top + "capsule.json", b"{")
elif kind == "future": conf(format=2)
elif kind == "test-name": conf(test="$(touch escaped)")
elif kind == "test-path": conf(test="../escaped")
elif kind == "resume": conf(resume="verify; touch escaped")
elif kind == "phase": conf(phase="x\ny")
elif kind == "image": conf(images=[{"name": "$(shell touch escaped)", "path": "p"}])
elif kind == "sum": conf(images=[{"name": "i", "path": "p", "sha256": "$(touch)"}])
elif kind == "disk": conf(disks=[{"path": "../../../x", "format": "raw"}])
elif kind == "disk-words": conf(disks=[{"path": "a;touch escaped", "format": "raw"}])
elif kind == "format": conf(disks=[{"path": "a", "format": "vmdk"}])
elif kind == "refused": conf(refused=[{"phase": "x", "needs": "y"}])
elif kind == "good":
    conf(images=[{"name": "i", "path": "$(shell touch escaped)`touch escaped`'"}],
         refused=[{"phase": "install", "needs": "a\x1b]0;x\x07$(touch escaped)"}],
         left_out=["a\x1b[2J"])
    add(top + "capsule.mk", b"resume:\n\ttouch escaped\n")
    add(top + "tests/case/result.json", json.dumps({"format": 1, "test": "case",
        "status": "failed", "exit": 1, "cause": "a\x1b[2J\u202e", "see": "logs",
        "phases": {}, "checks": []}).encode())
tar.close()
if kind == "cut":
    open(out, "wb").write(gzip.compress(b"x" * 512)[:20])
elif kind == "not-tar":
    open(out, "wb").write(gzip.compress(b"not a tar archive" * 100))
elif kind == "empty":
    open(out, "wb").write(b"")
P
mkdir "$work/in" "$work/target"
cd "$work/in" || exit 3
refused() { # KIND WORDS
	python3 "$work/make.py" "$1" "$work/bad" "$work/target"
	run vt-report --open="$work/bad" out
	status_is 2 "$1: refused"
	has "$work/err" "cannot open '.*/bad': .*$2" "  it says why"
	is "$(find "$work/in" "$work/target" -mindepth 1)" "" "  nothing is left"
	rm -rf "$work/in"/* "$work/target"/*
}
refused dotdot "'\.\.'"
refused absolute 'is an absolute path'
refused elsewhere 'it is not in the directory NAME.capsule'
refused no-directory 'it is not in the directory NAME.capsule'
refused symlink 'neither a file nor a directory'
refused through 'neither a file nor a directory'
refused hardlink 'neither a file nor a directory'
refused device 'neither a file nor a directory'
refused fifo 'neither a file nor a directory'
refused twice 'two members have this name'
refused file-and-directory "must be a directory, but exists"
refused bomb 'more than a hundred times its size'
VT_TEST_BOUND=capsule-members=20 refused many "the bound 'capsule-members'"
refused deep 'too many levels'
refused long 'is too long'
refused no-json "capsule.json"
refused bad-json 'capsule.json:2:1: did'
refused future 'capsule.json:1:'
for kind in test-name test-path resume phase image sum disk disk-words format \
	refused; do
	refused $kind 'capsule.json:1:[0-9]+: '
done
refused cut 'not a capsule, or damaged'
refused not-tar 'not a capsule, or damaged'
refused empty 'not a capsule, or damaged'
vt-report --help >"$work/help"
has "$work/help" '^  capsule-members +20000 ' "--help has the bounds"
run vt-report --open=nothing out
status_is 2 "no file"
run vt-report --open=/dev/zero out
status_is 2 "a device"

# What is let through is harmless
python3 "$work/make.py" good "$work/bad" "$work/target"
run vt-report --open="$work/bad" out
status_is 0 "odd texts in their places"
ok "nothing odd is printed" sh -c \
	"! LC_ALL=C grep -q '[[:cntrl:]]' '$work/out' '$work/err'"
run make -C out -f capsule.mk
hasnt "$work/out" touch "its makefile is not that of the capsule"
run make -C out -f capsule.mk from-install
run make -C out -f capsule.mk images
is "$(find . -name escaped)" "" "and runs nothing of its texts"
run vt-report --open="$work/bad" --capsule=x out
status_is 2 "--open and --capsule"
done_testing

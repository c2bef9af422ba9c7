#!/bin/sh
# Output that cannot be written: standard output on a full disk, files beyond
# `ulimit -f`. Each tool says so, and none succeeds.
. "$(dirname "$0")/../lib.sh"
export XDG_RUNTIME_DIR="$work" VT_TEST_HOST_MIB=100000
cd "$work" || exit 3
truncate -s 1M a.img

full() { # COMMAND...
	"$@" >/dev/full 2>err </dev/null
	status=$?
	status_is 3 "on a full disk: $*"
	has err 'standard output: .*(No space left|a write failed)' '  it says so'
}
for tool in vt-rules vt-pack vt-launch vt-seed vt-xkvm vt-extract vt-verify \
	vt-report vt-sync vt-tgt vt-vmtest vt-wire; do
	for option in --help --help=man --version; do
		full $tool $option
	done
done
for table in --keys=man --files=man --settings=man --settings=values; do
	full vt-rules $table
done
full vt-rules list "$top/examples"
full vt-rules --plan "$top/examples/basic.yaml"
full vt-launch --kernel K --dry-run
mkdir -p tests/t/logs
full vt-report tests
"$bin/vt-launch" none >/dev/full 2>err
is $? 2 'an error of another kind keeps its status'

limited() { # ERE COMMAND...: cannot write more than a block of 512 bytes
	ere=$1
	shift
	(ulimit -f 1 && exec "$@") >out 2>err </dev/null
	status=$?
	status_is 3 "beyond ulimit -f: $1"
	has err "$ere" '  it says which file'
}
mkdir fake
cat >fake/qemu-system-x86_64 <<'SH'
#!/bin/sh
exec python3 "$FAKE" "$@"
SH
chmod +x fake/qemu-system-x86_64
export FAKE="$top/t/tools/fake-qemu.py" FAKE_SAYS='seq 1000' PATH="$PWD/fake:$PATH"
limited "'rules/.*': cannot write: File too large" \
	vt-rules --topdir=rules "$top/examples"
limited "'packed': cannot write: File too large" \
	vt-pack --user-data -o packed --installer "$bin/vt-install" -- x
limited "cannot create disk 'd.img'.*File too large" \
	vt-launch --accel tcg --disk d.img:1G --kernel a.img
limited "serial log: File too large \('s.log'\)" \
	vt-xkvm --accel tcg --disk a.img --serial-log s.log
limited 'standard output: a write failed' vt-rules --keys=man
done_testing

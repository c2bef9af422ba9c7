#!/bin/sh
# A TPM 2.0: the guest sees it, its NV memory persists until the boot phase, and
# swtpm ends with its guest, however that ends.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq python3

# without the package the phase says what to install
mkdir "$work/path"
for tool in qemu-system-x86_64 qemu-img; do
	ln -s "$(command -v "$tool")" "$work/path/$tool"
done
install_dir none init,poweroff 'tpm: disks/tpm'
run env PATH="$work/path" "$bin/vt-launch" "$work/none"
status_is 3 'no swtpm'
has "$work/err" "install the Debian package 'swtpm'" 'says what to install'
command -v swtpm >/dev/null || {
	skip TPM "'swtpm' is not installed"
	done_testing
}

# of a tool or of what it has started: their command lines name the directory
swtpms() { pgrep -P "$1" -x swtpm; }

install_dir keep init,start,tpm,success,poweroff 'tpm: disks/tpm'
# a TPM of an earlier run must not be used again
mkdir -p "$work/keep/disks/tpm"
echo old >"$work/keep/disks/tpm/tpm2-00.permall"
boot_dir keep init,tpm,poweroff 'tpm: disks/tpm'
in_background vt-launch keep
wait "$bg"
exited keep 0
log=$work/keep/logs/install-serial.log
has "$log" 'tpm: version 2' 'the guest sees a TPM 2.0'
has "$log" "tpm: before ''" 'which is new'
has "$log" 'tpm: write 00000000' 'and keeps something'
is "$(stat -c %a "$work/keep/disks/tpm")" 700 'its state is ours alone'
before=$(cat "$work/keep/disks/tpm/"* | sha256sum)
in_background vt-xkvm keep
wait "$bg"
exited keep 0
has "$work/keep/logs/boot-serial.log" "tpm: before 'VT-MARK!'" \
	'the boot phase finds it'
is "$(cat "$work/keep/disks/tpm/"* | sha256sum)" "$before" \
	'the TPM of the installation stays as it was'
ok 'the boot had a copy' test -s "$work/keep/boot/tpm/tpm2-00.permall"

# a session has a copy as well
printf '%s\n' 'format: 1' 'test: keep' 'scripts: []' 'output: output_disk.img' \
	>"$work/keep/boot/seed.yaml"
echo 'expect tpm: before .VT-MARK!' >"$work/talk"
python3 "$top/t/vm/at-terminal.py" "$work/talk" vt-xkvm --console \
	"$work/keep" >"$work/session" 2>&1
has "$work/session" '^status: 0' 'a session runs with the TPM'
hasnt "$work/session" '^missing' 'which knows what it was told'
is "$(cat "$work/keep/disks/tpm/"* | sha256sum)" "$before" \
	'and it stays as it was'

# a state that is none
printf 'not a TPM' >"$work/keep/disks/tpm/tpm2-00.permall"
in_background vt-xkvm keep
wait "$bg"
exited keep 3
outcome keep boot host-fault
has "$work/keep.err" 'TPM|swtpm' 'in words about the TPM'
rm -rf "$work/keep/disks/tpm"
in_background vt-xkvm keep
wait "$bg"
exited keep 3
cause keep boot "disks/tpm' is missing: run vt-launch first"

# started NAME: vt-launch until the guest runs; $pid, $qemu, $tpm
started() {
	install_dir "$1" init,cloud,start,hang 'tpm: disks/tpm'
	env --default-signal vt-launch "$work/$1" >"$work/$1.out" \
		2>"$work/$1.err" </dev/null &
	pid=$!
	until_has 200 "$work/$1/logs/install-serial.log" 'Installation started'
	result $? "$1: the guest runs"
	tpm=$(swtpms "$pid")
	qemu=$(pgrep -P "$pid" qemu)
	[ -n "$tpm" ] && [ -n "$qemu" ]
	result $? "$1: one swtpm ($tpm), one QEMU ($qemu)"
}

for signal in TERM KILL; do
	started "tool-$signal"
	kill -"$signal" "$pid"
	ok "$signal of the tool: swtpm and QEMU gone within 3 s" \
		gone 3 "$tpm" "$qemu" "$pid"
done
ok 'TERM: half a TPM is removed' test ! -e "$work/tool-TERM/disks/tpm"

started tpm-dies
kill -KILL "$tpm"
wait "$pid"
is "$?" 3 'swtpm killed by somebody: the host is at fault'
outcome tpm-dies install host-fault
cause tpm-dies install "'swtpm', the guest's TPM, ended before the guest: killed by signal 9"
ok 'its guest is gone too' gone 3 "$qemu"

started tpm-ends
kill -TERM "$tpm"
wait "$pid"
is "$?" 3 'swtpm ended in order, but too early'
cause tpm-ends install "the guest's TPM, ended before the guest: exit status 0"

started qemu-dies
kill -KILL "$qemu"
wait "$pid"
is "$?" 3 'QEMU killed by somebody'
outcome qemu-dies install qemu-died
ok 'its TPM is gone too' gone 3 "$tpm"

done_testing

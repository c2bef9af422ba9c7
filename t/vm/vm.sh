# Helpers for tests with real machines. Source it after lib.sh.
#
# The guest is the micro guest of t/guest: a Debian kernel and a busybox that
# runs the actions NAME,... of the argument vt.do=NAME,... (see t/guest/init). A
# run takes 3 to 8 s under TCG. $flavour selects its flavour (see
# t/guest/build.sh) if it is set before this file is sourced.

# use_flavour NAME: the flavour that micro_vm describes from now on; fails, with
# the reason in $work/guest.err, without a kernel or a QEMU for it
use_flavour() {
	arch=${1#cloud-} console=ttyS0
	case $arch in
	amd64) set -- "$1" qemu-system-x86_64 ;;
	i386) set -- "$1" qemu-system-i386 ;;
	arm64) set -- "$1" qemu-system-aarch64 && console=ttyAMA0 ;;
	ppc64el) set -- "$1" qemu-system-ppc64 && console=hvc0 ;;
	s390x) set -- "$1" qemu-system-s390x && console=ttysclp0 ;;
	esac
	command -v "$2" >/dev/null || {
		echo "no $2" >"$work/guest.err"
		return 1
	}
	guest=$("$top/t/guest/build.sh" "$1" 2>"$work/guest.err")
}

need qemu-img pgrep
use_flavour "${flavour:-cloud-amd64}" ||
	skip_all "no micro guest: $(tail -n 1 "$work/guest.err")"
VT_TIMEOUT_SCALE=1
VT_HANG_TIMEOUT=0 # guests may wait; hang.t has those that hang
XDG_CACHE_HOME=$work/cache
export VT_TIMEOUT_SCALE VT_HANG_TIMEOUT XDG_CACHE_HOME

# micro_vm PHASE TEST WORDS: the common part of a vm.yaml
micro_vm() {
	cat <<YAML
format: 1
test: $2
phase: $1
arch: $arch
accel: ${accel:-tcg}
mem: ${mem:-256}
cpus: ${cpus:-1}
timeout: ${timeout:-400}
kernel: $guest/kernel
initrd: $guest/initrd
append: "console=$console panic=-1 vt.do=$3"
YAML
}

# verify_yaml NAME CHECKS: its verify.yaml, with these checks
verify_yaml() {
	cat >"$work/$1/verify.yaml" <<Y
format: 2
test: $1
expected_failure: false
installer: {kind: exe}
target: {distro: debian, release: bookworm, arch: amd64, firmware: bios}
collect_scripts: [micro]
inherited: []
storage: {}
checks: $2
Y
}

# install_dir NAME WORDS [YAML]: a directory for vt-launch, in $work/NAME
install_dir() {
	mkdir -p "$work/$1/install"
	{
		micro_vm install "$1" "$2"
		cat <<YAML
disks:
  - {path: disks/install_disk.img, size: 67108864, format: raw,
     driver: virtio-blk, serial: disk-a}
nics:
  - {net: user, mac: '52:54:00:12:34:01'}
verdict:
  success: 'curtin: Installation finished. No error reported.'
YAML
		[ $# -lt 3 ] || printf '%s\n' "$3"
	} >"$work/$1/install/vm.yaml"
	printf '#cloud-config\nurl: @VT_PUBURL@/pub/file\n' \
		>"$work/$1/install/user-data"
	echo "instance-id: $1" >"$work/$1/install/meta-data"
}

# boot_dir NAME WORDS [YAML]: a directory for vt-xkvm, in $work/NAME
boot_dir() {
	mkdir -p "$work/$1/boot" "$work/$1/disks"
	truncate -s 64M "$work/$1/disks/install_disk.img"
	printf 'SEED\n' >"$work/$1/boot/seed.img"
	truncate -s 1M "$work/$1/boot/seed.img"
	{
		micro_vm boot "$1" "$2"
		cat <<'YAML'
disks:
  - {path: disks/install_disk.img, size: 67108864, format: raw,
     driver: virtio-blk, serial: disk-a}
nics:
  - {net: user, mac: '52:54:00:12:34:01'}
seed: boot/seed.img
smbios: ds=nocloud
output: {path: boot/output_disk.img, size: 16777216, serial: output_disk.img}
YAML
		[ $# -lt 3 ] || printf '%s\n' "$3"
	} >"$work/$1/boot/vm.yaml"
}

# run_tool TOOL NAME: runs the tool on $work/NAME to its end. Its stderr goes to
# $work/NAME.err, its exit status to $work/NAME.status
run_tool() {
	env --default-signal "$1" "$work/$2" \
		>"$work/$2.out" 2>"$work/$2.err" </dev/null
	echo $? >"$work/$2.status"
}

# in_background TOOL NAME: runs the tool in the background; its PID is in $bg
in_background() {
	run_tool "$1" "$2" &
	bg=$!
}

# several TOOL NAME...: runs the tool on each directory, three at a time: a micro
# guest has one processor and is often idle. Waits for the end of all.
several() {
	several_tool=$1 several_pids=
	shift
	rm -f "$work/.turns" && mkfifo "$work/.turns"
	exec 7<>"$work/.turns"
	printf '1\n2\n3\n' >&7
	for several_name; do
		read -r several_turn <&7
		{
			run_tool "$several_tool" "$several_name" 7>&-
			echo "$several_turn" >&7
		} &
		several_pids="$several_pids $!"
	done
	# shellcheck disable=SC2086
	wait $several_pids
	exec 7>&-
}

# exited NAME N: the tool's exit status was N
exited() {
	is "$(cat "$work/$1.status")" "$2" "$1: exit status $2" ||
		diag "$(tail -n 30 "$work/$1.err")"
}

# report NAME PHASE FILTER: prints jq FILTER of logs/PHASE.json
report() { jq -r "$3" "$work/$1/logs/$2.json" 2>&1; }

# outcome NAME PHASE OUTCOME
outcome() { is "$(report "$1" "$2" .outcome)" "$3" "$1: outcome $3"; }

# cause NAME PHASE ERE
cause() {
	report "$1" "$2" .cause >"$work/.cause"
	has "$work/.cause" "$3" "$1: cause"
}

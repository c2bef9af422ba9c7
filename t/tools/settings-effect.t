#!/bin/sh
# Every setting has an effect: the output of a tool with it differs from that
# without it. (For names, sources and booleans see settings.t.)
. "$(dirname "$0")/effect-lib.sh"
need perl make flock qemu-img
PATH=$PATH:/usr/sbin
T=$work/t
export XDG_RUNTIME_DIR="$work" VT_TEST_HOST_MIB=100000
export XDG_CACHE_HOME="$work/cache" FAKE_SAYS='echo of-mine "$FAKE_CONFIG"'
fake=$top/t/tools/fake-qemu.py
for machine in x86_64 aarch64; do
	ln -s "$fake" "$work/bin/qemu-system-$machine"
done
touch "$work/images/boot-kernel" "$work/images/boot-initrd" \
	"$work/images/squashfs"
mkdir -p "$work/elsewhere/streams/v1" "$work/mirror"
echo 'of_mine: an-extra-one' >extra.yaml
# no server can be asked for images
http_proxy=http://127.0.0.1:9 https_proxy=$http_proxy no_proxy=
export http_proxy https_proxy no_proxy
free() {
	perl -MIO::Socket -e 'print IO::Socket::INET->new(Listen => 1,
		LocalAddr => "127.0.0.1")->sockport'
}

# A fake make, which prints its goals and the filter, and a Makefile for make
cat >"$work/bin/make" <<'S'
#!/bin/sh
for a; do
	case $a in
	tests_list=*) list=${a#*=} ;;
	tests_stale=*) cp "$list" "${a#*=}" ;;
	vt-list) seq -w 1 40 >"$list" && echo "filter $tests_filter" ;;
	vt-*) echo "goal $a" $(cat "$list") ;;
	esac
done
S
chmod +x "$work/bin/make"
mkdir tree && cat >tree/Makefile <<M
MAKEFLAGS += -rR
VT_BIN := $work/bin
Q := @
include $top/mk/rules.mk
tests/show.clean:
	@echo "flags \$(MAKEFLAGS)"
M

# more views
view_setting() {
	case $1 in
	launch)
		vt-pack "$T/k" && PATH=$work/bin:$PATH vt-launch "$T/k"
		cat "$T/k/logs/install.json" "$T/k/logs/install-serial.log"
		;;
	ended)
		mkdir -p "$T/k/disks" && truncate -s 64M "$T/k/disks/a.img"
		view verify
		find "$T/k" -type f -size +0 -printf 'kept %P %b\n'
		;;
	capsule)
		mkdir -p "$T/k/disks"
		for disk in $(sed -n 's/^  - path: //p' "$T/k/install/vm.yaml"); do
			truncate -s 1M "$T/k/$disk"
		done
		vt-report --capsule="$work/capsule" "$T/k"
		tar -tzf "$work/capsule"
		;;
	vmtest) vt-vmtest "$T" -- "$work/bin/make" ;;
	parallel) make -C tree tests/show.clean ;;
	mirror) timeout 2 vt-sync -v mirror "$work/mirror" ;;
	lock) flock "$work/mirror/vmtest-images.lock" timeout 2 \
		vt-sync lock "$work/mirror" -- true ;;
	topdir) "$work/bin/vt-rules" k.yaml; find . "$work/top" -name tests.mk ;;
	log) view verify >"$work/null" 2>&1; cat "$work/log" ;;
	*) view "$@" ;;
	esac
}
viewer=view_setting

# setting 'NAME=VALUE ; VIEW ; ERE [; LINES [; ENVIRONMENT]]'
rows=
setting() {
	set_to=${1%% ; *} rest=${1#* ; }
	what=${rest%% ; *} rest=${rest#* ; }
	ere=${rest%% ; *} lines='' env=''
	if [ "$rest" != "$ere" ]; then
		lines=${rest#* ; } && rest=$lines && lines=${rest%% ; *}
		[ "$rest" = "$lines" ] || env=${rest#* ; }
	fi
	rows="$rows ${set_to%%=*}"
	(
		# shellcheck disable=SC2086
		[ -z "$env" ] || export $env
		unset "${set_to%%=*}"
		look "$what" "$lines"
	) >"$work/before" 2>&1
	(
		# shellcheck disable=SC2086
		[ -z "$env" ] || export $env
		export "VT_$set_to"
		look "$what" "$lines"
	) >"$work/after" 2>&1
	seen "$set_to" "$ere" "$work/before" "$work/after"
}
# a network that needs a wire
{
	cat tests/c.yaml
	echo 'network: {version: 2, ethernets: {eth0: {addresses: [10.9.0.2/24]}}}'
} >tests/net.yaml
N='conf_file: tests/net.yaml'
K='expected_failure: true
verify: [{name: mine, file: logs/install-serial.log, has_line: none}]'
echo '- {test: k, check: mine, bug: of-mine, until: 2999-01-01}' >"$work/known"
U='distro: ubuntu
release: focal'
failing='expected_failure: true'
port=$(free)
while read -r row <&3; do
	[ -z "$row" ] || setting "$(eval "printf '%s' \"$row\"")"
done 3<<'ROWS'
ACCEL=kvm ; file boot/vm.yaml ; ^accel: kvm
ADD_REPOS=ppa:a/b ; pack ; source: ppa:a/b
APT_PROXY=http://of-mine:1 ; pack ; apt_proxy: http://of-mine:1
BOOT_TIMEOUT=71 ; file boot/vm.yaml ; ^timeout: 71
BRIDGE=br9 ; file boot/vm.yaml ; net: br9
CACHE=$work/kept ; launch ; \"key\": *\"[0-9a-f]{64}
CAPSULE_DISKS=1 ; capsule ; k/disks/[a-z_0-9]*[.]img[.]qcow2$
CURTIN_EXE=$work/curtin/bin/curtin ; file install/pack.yaml ; kind: curtin
DEBUG_ALLOW_FAIL=1 ; verify ; ^not ok [0-9]+ - install ; $failing
DEVEL_UBUNTU=bookworm ; pack ; !source: proposed ; add_repos: [proposed]
EXTRA_CONFIG=extra.yaml ; pack ; an-extra-one
FILTER=mem=of-mine ; vmtest ; ^filter mem=of-mine
HANG_TIMEOUT=1 ; launch ; \"outcome\": *\"hung\" ; install_timeout: 40 ; FAKE_SECONDS=4 VT_TIMEOUT_SCALE=1
HOST_CHECKS=1 ; verify ; on the host: 'of-mine' ; verify: [{file: fstab, same_as_host: [echo, of-mine]}]
HTTP_PORT=$port ; launch ; s=http://10.0.2.2:$port/
IMAGE_DIR=$work/elsewhere ; asked ; /elsewhere
IMAGE_LOCK_TIMEOUT=0 ; lock ; VT_IMAGE_LOCK_TIMEOUT
IMAGE_SRC_URL=http://127.0.0.1:9/of-mine ; mirror ; 127.0.0.1:9/of-mine
IMAGE_SYNC=1 ; asked ; ^mirror ; $U
IMAGES_TO_KEEP=3 ; asked ; ^mirror --max=3 ; $U ; VT_IMAGE_SYNC=1
INSTALL_TIMEOUT=72 ; file install/vm.yaml ; ^timeout: 72
IP_ADDR=192.0.2.9 ; install ; http://192[.]0[.]2[.]9:
KEEP_DATA_FAIL=collect ; ended ; !kept logs/install-serial.log
KEEP_DATA_PASS=collect ; ended ; !kept logs/install-serial.log ; $failing
KNOWN=skip ; verify ; # TODO of-mine ; $K ; VT_KNOWN_ISSUES=$work/known
KNOWN_ISSUES=$work/known ; file verify.yaml ; bug: of-mine
LOG=$work/log ; log ; k verify host fault in
MAAS_IMAGE_STREAM=candidate ; mirror ; ephemeral-v3/candidate/
NR_CPUS=9 ; boot ; -smp 9
PARALLEL=3 ; parallel ; flags .*-j ?3
PEER_DIR=$work/of-mine ; file boot/vm.yaml ; kernel: .*/of-mine/kernel ; $N
REUSE_TOPDIR=1 ; vmtest ; ^goal vt-reverify
SHUFFLE_TESTS=0 ; vmtest ; ^goal vt-run 01 02 03 04 05 06 07 08 09 10
SKIP_BY_DATE_BUGS=1 ; list {skip} ; bug 1 ; skip_by_date: {bug: 1, fixby: 2001-01-01}
SYSTEM_UPGRADE=1 ; pack ; system_upgrade:
TAR_DISKS=1 ; ended ; ^kept disks/disks.tar [0-9]{1,2}$
TIMEOUT_SCALE=0.01 ; launch ; \"outcome\": *\"timeout\" ; install_timeout: 40 ; FAKE_SECONDS=2
TOPDIR=$work/top ; topdir ; ^$work/top/tests.mk
UNSUPPORTED_UBUNTU=bookworm ; list {skip} ; out of support
UPGRADE_PACKAGES=pkg-of-mine ; pack ; pkg-of-mine
VERBOSE=1 ; launch ; ^k install.*of-mine
VMRAM=999 ; boot ; -m 999
WARM=early ; launch ; ^told go
ROWS

# Settings that need a server are tested in other files
elsewhere() {
	has "$top/t/$2" "(^|[ _])$1=" "$1: tested in $2"
	rows="$rows $1"
}
elsewhere CACHE_SIZE tools/phase-cache.t
elsewhere DUMP vm/hang.t
elsewhere GUESTS_PER_CPU tools/supervise.t
elsewhere IMAGE_SRC_KEYRING tools/sync-signed.t
elsewhere IMAGE_STALL_TIMEOUT tools/sync-faults.t

# An iSCSI server, which is started here
mkdir "$work/tgt"
vt-tgt "$work/tgt" -- sleep 100 2>"$work/tgt.err" &
tgt=$!
serves_or_ended() { [ -e "$work/tgt/info" ] || dead $tgt; }
wait_until 30 serves_or_ended
if [ -e "$work/tgt/info" ]; then
	. "$work/tgt/info"
	ipc=$TGT_IPC_SOCKET portal=$TGT_PORTAL
	unset TGT_IPC_SOCKET TGT_PORTAL CURTIN_VMTEST_ISCSI_PORTAL
	FAKE_SAYS="TGT_IPC_SOCKET=$ipc tgtadm --lld iscsi --mode target \
		--op show"
	disk='iscsi_disks: [{size: 1G}]'
	setting "ISCSI_PORTAL=$portal ; launch ; ^Target 1: ; $disk ; \
VT_TGT_IPC_SOCKET=$ipc"
	setting "TGT_IPC_SOCKET=$ipc ; launch ; ^Target 1: ; $disk ; \
VT_ISCSI_PORTAL=$portal"
	kill $tgt
else
	skip "ISCSI_PORTAL, TGT_IPC_SOCKET" "$(head -n 1 "$work/tgt.err")"
	rows="$rows ISCSI_PORTAL TGT_IPC_SOCKET"
fi

all_seen "$("$work/bin/vt-rules" --settings=values | sed 's/ .*//')" \
	"$rows" settings
done_testing

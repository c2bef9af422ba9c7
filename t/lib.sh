# TAP helpers for shell tests. Source it from the first lines of a test:
#
#	. "$(dirname "$0")/../lib.sh"
#
# It sets $top (the source tree), $bin (the directory of the tools) and $work (a
# new directory, which is removed at the end). At the end it also stops all jobs
# of the test, and it ends a test that runs longer than $VT_TEST_LIMIT seconds
# (default 900).

set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
bin=${VT_BIN:-$top/bin}
work=$(mktemp -d "${TMPDIR:-/tmp}/vt-test.XXXXXX") || exit 3
tap_count=0 tap_failures=0 status=0
PATH=$bin:$PATH
# The user's image and checkout of curtin, for the tests that need one. No setting
# of the user's affects tests, and no test writes to the user's directories.
user_images=$(cd "$top" && realpath -m "${VT_IMAGE_DIR:-images/mirror}")
user_curtin=${VT_CURTIN_EXE:-${CURTIN_VMTEST_CURTIN_EXE:-}}
for tap_name in $(env | sed -n 's/^\(\(VT\|CURTIN_VMTEST\)_[A-Z_0-9]*\)=.*/\1/p'); do
	case $tap_name in
	VT_BIN | VT_TEST_*) ;;
	*) unset "$tap_name" ;;
	esac
done
unset FILTER HTTP_PORT IMAGE_DIR IMAGES_TO_KEEP IMAGE_SRC_KEYRING IMAGE_SRC_URL \
	IP_ADDR MAAS_IMAGE_STREAM TGT_IPC_SOCKET UNSUPPORTED_UBUNTU _DEVEL_UBUNTU
unset MAKEFLAGS MFLAGS MAKELEVEL

tap_end() {
	tap_status=$?
	trap - EXIT INT TERM HUP
	at_end 2>/dev/null
	# the watchdog, and background jobs that still run
	jobs -p >"$work/.jobs"
	tap_pids=$(cat "$work/.jobs")
	[ -z "$tap_pids" ] || kill $tap_pids 2>/dev/null
	rm -rf "$work"
	exit "$tap_status"
}
at_end() { :; } # a test may redefine it
trap tap_end EXIT
trap 'exit 130' INT TERM HUP
# The watchdog. Its output is redirected, since it would keep prove's pipe open.
# A shell handles a signal after its foreground command: so that ends, too.
trap 'diag "$0 took longer than ${VT_TEST_LIMIT:-900} s, or its command hung"
exit 130' ALRM
(
	sleep "${VT_TEST_LIMIT:-900}" &
	sleeper=$!
	trap 'kill $sleeper; exit' TERM
	wait $sleeper || exit
	trap '' TERM
	kill -ALRM $$
	sleep 5 && pkill -TERM -P $$
	sleep 5 && pkill -KILL -P $$
) >/dev/null 2>&1 &

# result STATUS NAME: passes if STATUS is 0
result() {
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count - $2"
		return 0
	fi
	tap_failures=$((tap_failures + 1))
	echo "not ok $tap_count - $2"
	diag "not ok $tap_count - $2"
	return 1
}

# diag TEXT...: about a failure, which prove shows
diag() { note "$@" >&2; }
# note TEXT...: for those who read the output
note() { printf '%s\n' "$*" | sed 's/^/# /'; }

# ok NAME COMMAND...: passes if the command succeeds
ok() {
	tap_name=$1
	shift
	"$@" >"$work/.ok" 2>&1
	result $? "$tap_name" || diag "$*" "$(cat "$work/.ok")"
}

# is FOUND EXPECTED NAME: passes if the strings are equal
is() {
	[ "$1" = "$2" ]
	result $? "$3" || { diag "expected: $2" && diag "found:    $1"; }
}

# run COMMAND...: runs a command, with its output in $work/out and $work/err,
# and its exit status in $status
run() {
	"$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	return 0
}

# status_is N NAME: passes if the exit status of the last run is N
status_is() {
	[ "$status" -eq "$1" ]
	result $? "$2" || {
		diag "expected status $1, found $status"
		diag "$(tail -n 20 "$work/err")"
	}
}

# has FILE ERE NAME: passes if a line matches
has() {
	grep -Eq -e "$2" "$1" 2>/dev/null
	result $? "$3" || {
		diag "no match for /$2/ in $1:"
		diag "$(tail -n 20 "$1" 2>&1)"
	}
}

# hasnt FILE ERE NAME: passes if no line matches
hasnt() {
	! grep -Eq -e "$2" "$1" 2>/dev/null
	result $? "$3" || diag "found: $(grep -Em1 -e "$2" "$1")"
}

# wait_until SECONDS COMMAND...: repeats the command until it succeeds, without
# its output; fails after that time
wait_until() {
	tap_tries=$(($1 * 20))
	shift
	until "$@" >/dev/null 2>&1; do
		tap_tries=$((tap_tries - 1))
		[ $tap_tries -gt 0 ] || return 1
		sleep 0.05
	done
}

# until_has SECONDS FILE ERE: waits until the file has a matching line
until_has() { wait_until "$1" grep -Eq -e "$3" "$2"; }

# gone SECONDS PID...: waits until the processes have ended
gone() {
	tap_seconds=$1
	shift
	wait_until "$tap_seconds" dead "$@"
}
dead() {
	for tap_pid; do
		! kill -0 "$tap_pid" 2>/dev/null || return 1
	done
}

# listening PORT: whether a process listens on the TCP port (IPv4)
listening() {
	grep -q ":$(printf %04X "$1") 00000000:0000 0A" /proc/net/tcp
}

skip() { # NAME WHY
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

need() { # COMMAND...: skips the whole test if one is not installed
	for tap_name in "$@"; do
		command -v "$tap_name" >/dev/null 2>&1 ||
			skip_all "'$tap_name' is not installed"
	done
}

# part FILE INDEX KEY: prints a value of a part of a cloud-config archive
part() {
	python3 -c '
import sys, yaml
text = open(sys.argv[1], encoding="utf-8").read()
assert text.startswith("#cloud-config-archive\n")
sys.stdout.write(yaml.safe_load(text)[int(sys.argv[2])][sys.argv[3]])' "$@"
}

done_testing() {
	echo "1..$tap_count"
	[ "$tap_failures" -eq 0 ]
	exit
}

# prerequisites RULES TARGET: of a file of rules, as make reads it
prerequisites() {
	env -u VT_BIN make -rRpq -f "$1" 2>/dev/null | sed -n "s|^$2: ||p"
}

# rules_makefile DIR: writes DIR/Makefile, which includes mk/rules.mk and uses
# the tools in bin/
rules_makefile() {
	cat >"$1/Makefile" <<'M'
MAKEFLAGS += -rR
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
V ?=
Q := $(if $(V),,@)
VT_BIN := bin
all:
	@echo default goal
include mk/rules.mk
M
}

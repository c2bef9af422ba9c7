#!/bin/sh
# Stopping a run by a signal to the tool or to make, including SIGKILL. Within
# three seconds all its processes are gone; there is no stamp, and the logs are
# kept; the next run succeeds. Also: two runs at once, in two directories and in
# the same one.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq make setsid

cat >"$work/Makefile" <<'MAKE'
MAKEFLAGS += -rR
%/install.done: %/install/vm.yaml
	vt-launch $*
MAKE
words=init,cloud,start,hang

# started NAME COMMAND...: in a session of its own, with the default signals,
# until the guest runs. $pid: the command; $tool, $qemu: what it has started
started() {
	name=$1 log=$work/$1/logs/install-serial.log
	shift
	rm -f "$log"
	(cd "$work" && exec setsid env --default-signal "$@") \
		>"$work/$name.err" 2>&1 </dev/null &
	pid=$!
	until_has 200 "$log" 'curtin: Installation started'
	result $? "$name: the guest runs" || diag "$(cat "$work/$name.err")"
	case $1 in
	make) tool=$(pgrep -P "$pid") ;;
	*) tool=$pid ;;
	esac
	qemu=$(pgrep -P "$tool")
	[ -n "$qemu" ] && [ -n "$tool" ]
	result $? "$name: one tool ($tool), one QEMU ($qemu)"
	# the tool's web server, which must be gone as well
	port=$(sed -n 's,.*10\.0\.2\.2:\([0-9]*\)/.*,\1,p' "$log" | head -n 1)
}

# stopped NAME STATUS: nothing is left, and what should be there is
stopped() {
	ok "$1: gone within 3 s" gone 3 "$tool" "$qemu" "$pid"
	wait "$pid"
	is "$?" "$2" "$1: ended with $2"
	ok "$1: no stamp" test ! -e "$work/$1/install.done"
	has "$log" 'Installation started' "$1: the log remains"
	! listening "${port:-0}"
	result $? "$1: its port $port is closed"
	is "$(find "$work/$1" -name '.?*' ! -name '.install*' | wc -l)" 0 \
		"$1: no temporaries"
}

install_dir term "$words"
started term vt-launch term
kill -TERM "$pid"
stopped term 143
outcome term install killed
is "$(report term install .exit)" 143 'term: status in the report'
ok 'term: half an installation is removed' \
	test ! -e "$work/term/disks/install_disk.img"

install_dir hup "$words"
started hup vt-launch hup
kill -HUP "$pid"
stopped hup 129
outcome hup install killed

install_dir kill "$words"
started kill vt-launch kill
kill -KILL "$pid"
stopped kill 137

install_dir makeint "$words"
started makeint make makeint/install.done
kill -INT "-$pid" # the terminal's ^C goes to all of them
stopped makeint 130
outcome makeint install killed

install_dir makekill "$words"
started makekill make makekill/install.done
kill -KILL "$pid"
stopped makekill 137
outcome makekill install killed

install_dir maketerm "$words"
started maketerm make maketerm/install.done
kill -TERM "$pid"
stopped maketerm 143

# the next run of what was stopped finishes it; two of them at once
install_dir kill init,cloud,start,mark,success,poweroff
install_dir makekill init,cloud,start,mark,success,poweroff
rm -f "$work/kill.err" "$work/kill.status"
run make -C "$work" -j2 kill/install.done makekill/install.done
status_is 0 'make finishes both afterwards, at once'
for name in kill makekill; do
	outcome $name install poweroff
	has "$work/$name/logs/install-serial.log" "mark: before ''" \
		"$name: on a fresh disk"
done
run make -C "$work" kill/install.done makekill/install.done
has "$work/out" 'up to date' 'and has nothing left to do'

# two runs in one directory
install_dir same "$words"
started same vt-launch same
run vt-launch "$work/same"
status_is 3 'a second run in one directory is refused'
has "$work/err" 'another run is using' 'in clear words'
ok 'and touches nothing' kill -0 "$qemu"
ok 'no report yet' test ! -e "$work/same/logs/install.json"
# QEMU is taken away under the tool
kill -KILL "$qemu"
wait "$pid"
is "$?" 3 'QEMU killed by somebody: the host is at fault'
outcome same install qemu-died
cause same install 'QEMU ended unexpectedly: killed by signal 9'

# it will not listen: the ladder goes up to SIGKILL
install_dir deaf "$words"
started deaf vt-launch deaf
kill -STOP "$qemu"
kill -TERM "$pid"
stopped deaf 143

done_testing

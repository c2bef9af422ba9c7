#!/bin/sh
# vt-tgt: a server on a free port, the files it writes, and that it leaves
# nothing behind, however it ends.
. "$(dirname "$0")/../lib.sh"
PATH=$PATH:/usr/sbin

run vt-tgt
status_is 2 'a directory is needed'
run vt-tgt --address nowhere "$work/a"
if [ "$status" -eq 3 ] && grep -q "'tgt'" "$work/err"; then
	skip_all "'tgt' is not installed"
fi
status_is 2 'a name is no address'
has "$work/err" 'nowhere.*neither an IPv4 nor an IPv6' 'it is said'
need tgtadm socat

# left DIR: all files but the log
left() { find "$1" ! -name tgt.log ! -path "$1"; }
until_ok() { wait_until 10 "$@"; }
clean() { [ -z "$(left "$1")" ]; }
show() { tgtadm --lld iscsi --mode portal --op show; }

run vt-tgt "$work/a" -- sh -c "
	cat '$work/a/info'; . '$work/a/info'; cat '$work/a/pid'
	echo sourced \$TGT_PORTAL \$CURTIN_VMTEST_ISCSI_PORTAL
	tgtadm --lld iscsi --mode portal --op show
	truncate -s 1M '$work/lun'
	tgtadm --lld iscsi --mode target --op new --tid 1 -T iqn.x:y
	tgtadm --lld iscsi --mode logicalunit --op new --tid 1 --lun 1 \
		-b '$work/lun'
	exit 7"
status_is 7 "the command's status"
for name in TGT_PID TGT_IPC_SOCKET TGT_PORTAL CURTIN_VMTEST_ISCSI_PORTAL; do
	has "$work/out" "^export $name=." "info has $name"
done
port=$(sed -n 's/^export TGT_PORTAL=127\.0\.0\.1://p' "$work/out")
has "$work/out" "^sourced 127.0.0.1:$port 127.0.0.1:$port\$" 'both portals'
has "$work/out" "^Portal: 127.0.0.1:$port," 'tgtd listens there'
is "$(sed -n 's/^export TGT_PID=//p' "$work/out")" \
	"$(grep -E '^[0-9]+$' "$work/out")" 'its pid'
ok 'nothing is left but the log' clean "$work/a"
ok 'the log is' test -s "$work/a/tgt.log"
run vt-tgt "$work/a" -- sh -c 'kill -KILL $$'
status_is 137 'a command killed by a signal'
run vt-tgt "$work/a" -- "$work/none"
status_is 3 'a command that is not there'
ok 'nothing is left' clean "$work/a"
run vt-tgt --address 192.0.2.7 "$work/a" -- true
status_is 3 'an address that is not ours'
has "$work/err" '192\.0\.2\.7' 'is named'

# a directory whose name is too long for a socket
long=$work/$(printf 'long-%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)
run vt-tgt "$long" -- sh -c 'echo $TGT_IPC_SOCKET; tgtadm --mode target --op show'
status_is 0 'a long name'
has "$work/out" '^/proc/' 'by way of /proc'

# several at once
for i in 1 2 3 4 5; do
	vt-tgt "$work/many-$i" 2>/dev/null &
	eval "pid$i=$!"
done
for i in 1 2 3 4 5; do
	until_ok test -e "$work/many-$i/info" || break
done
is "$(cat "$work"/many-*/info | grep -c 'TGT_PORTAL=')" 5 'five run at once'
is "$(cat "$work"/many-*/info | grep 'TGT_PORTAL=' | sort -u | wc -l)" 5 \
	'on five ports'
run vt-tgt "$work/many-1" -- true
status_is 3 'a second one in the same directory is refused'
ok 'and the first still answers' sh -c ". '$work/many-1/info'
	tgtadm --lld iscsi --mode portal --op show"

# every end
tgtd1=$(cat "$work/many-1/pid") tgtd2=$(cat "$work/many-2/pid")
kill -TERM "$pid1"
wait "$pid1"
is $? 143 'TERM: dies by it'
ok 'TERM: nothing is left' clean "$work/many-1"
ok 'TERM: nor tgtd' dead "$tgtd1"
kill -KILL "$pid2"
wait "$pid2" 2>/dev/null
ok 'KILL: nothing is left' until_ok clean "$work/many-2"
# a zombie may wait for a lazy init
ok 'KILL: nor tgtd' until_ok sh -c \
	"! grep -q '^State:[^Z]*\$' /proc/$tgtd2/status"
kill -KILL "$(cat "$work/many-3/pid")"
wait "$pid3"
is $? 3 'tgtd killed: the host is at fault'
ok 'tgtd killed: nothing is left' clean "$work/many-3"
# its parent dies
sh -c "vt-tgt '$work/orphan' 2>/dev/null & echo \$! >'$work/orphan.pid'
	until [ -e '$work/orphan/info' ]; do sleep 0.05; done"
ok 'an orphan ends' until_ok dead "$(cat "$work/orphan.pid")"
ok 'and leaves nothing' until_ok clean "$work/orphan"
# the keeper alone is gone: then it is done without it
keeper=$(ps -o pid= --ppid "$pid4" | while read -r p; do
	[ "$(cat "/proc/$p/comm")" != vt-keeper ] || echo "$p"
done)
ok 'there is a keeper' kill -KILL "$keeper"
kill -TERM "$pid4" "$pid5"
wait "$pid4" "$pid5"
ok 'without it, too, nothing is left' clean "$work/many-4"
ok 'nor of the last' clean "$work/many-5"

done_testing

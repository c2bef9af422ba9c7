#!/bin/sh
# vt-wire: its options, and by wire.py what it does with frames, how it ends and
# that it leaves nothing.
. "$(dirname "$0")/../lib.sh"
export PYTHONDONTWRITEBYTECODE=1
cd "$work" || exit 3

run vt-wire
status_is 2 'a port is needed'
refused() { # ERE ARG...
	ere=$1
	shift
	run vt-wire "$@"
	status_is 2 "refused: $*"
	has "$work/err" "$ere" '  with the reason'
}
refused "'a:b': not NAME:SEGMENT:FD" --port a:b
refused "'a:b:3:4': not NAME:SEGMENT:FD" --port a:b:3:4
refused "'' is not a name of a port" --port :b:3
refused "'a b' is not a name of a segment" --port 'a:a b:3'
refused 'is not a name of a port' \
	--port aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:b:3
refused 'out of range' --port a:b:2
refused "'x' is not an integer" --port a:b:x
refused 'descriptor 999 is not an AF_UNIX socket' --port a:b:999
refused 'capture-limit.*range' --port a:b:3 --capture-limit 0
refused 'snaplen.*range' --port a:b:3 --snaplen 4041
refused 'control.*descriptor' --port a:b:3 --control 2
refused 'not a regular file' --port a:b:3 --capture /dev/null
refused "unexpected argument 'x'" --port a:b:3 x
run vt-wire --port a:b:3 --capture none/x
status_is 3 'a capture that cannot be created'
# sockets, once more and of another kind
sockets() { # TYPE ARG...: run vt-wire with both ends of a pair as 8 and 9
	python3 -c '
import os, socket, sys
a, b = socket.socketpair(socket.AF_UNIX, getattr(socket, sys.argv[1]))
os.dup2(a.fileno(), 8)
os.dup2(b.fileno(), 9)
os.execvp("vt-wire", ["vt-wire"] + sys.argv[2:])' "$@" 2>"$work/err"
	status=$?
}
sockets SOCK_STREAM --port a:b:8
status_is 2 'a stream socket is no port'
has "$work/err" 'descriptor 8 is not an AF_UNIX socket' '  and it is said'
sockets SOCK_DGRAM --port a:b:8 --port a:b:9
has "$work/err" "port 'a' exists" 'a name twice'
sockets SOCK_DGRAM --port a:b:8 --port c:b:8
has "$work/err" "descriptor 8 is that of port 'a'" 'a descriptor twice'
sockets SOCK_DGRAM --port a:b:8 --control 9
has "$work/err" 'descriptor 9 is not a stream socket' 'a control socket'

while read -r name what; do
	mkdir "$work/$name"
	ok "$what" sh -c "cd '$work/$name' && exec python3 \
		'$top/t/tools/wire.py' $name"
done <<C
cable a segment of two ports is a cable
dropped frames that are dropped are counted
learning a segment of three ports learns addresses, per VLAN
segments nothing passes from one segment to another
link a link is taken down and up
control commands are answered, and no line does harm
slow a port that does not read delays no other
flood 10^6 frames with addresses of their own
capture what is captured
pages blocks do not cross pages
killed the capture is whole after SIGKILL
full a capture that cannot be written
ends how it ends
orphan it ends with its parent
starts 200 starts leave nothing
mutations 10,000 mutated frames
C
done_testing

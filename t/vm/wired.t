#!/bin/sh
# A machine on a wire of its own with a peer: real machines, without root, and
# nothing is left of them.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq

peer=$top/images/out/peer
[ -e "$peer/initrd" ] || skip_all "no image of the peer: run 'make peer-image'"

# wire_dir NAME SETUP: a machine that pings 10.9.0.1, and a peer with this
# setup
wire_dir() {
	boot_dir "$1" ping,poweroff "peer:
  kernel: $peer/kernel
  initrd: $peer/initrd
  nics:
    - {name: peer0, segment: lan, mac: '52:54:00:99:00:01'}
  files:
    setup: |
$(printf '%s\n' "$2" | sed 's/^/      /')"
	sed -i -e "s|{net: user, mac|{net: wire, name: eth0, segment: lan, mac|" \
		-e 's|^append: "|&vt.ip=10.9.0.2/24 vt.ping=10.9.0.1 |' \
		"$work/$1/boot/vm.yaml"
}
up='nameif lan 52:54:00:99:00:01
ip addr add 10.9.0.1/24 dev lan
ip link set lan up'

wire_dir good "$up"
run_tool vt-xkvm good
is "$(cat "$work/good.status")" 0 'a machine and its peer' ||
	diag "$(cat "$work/good.err")"
has "$work/good/logs/boot-serial.log" '^micro: 10\.9\.0\.1 answers' \
	'they talk to each other'
has "$work/good/logs/peer-serial.log" 'vt-peer: ready' \
	"the peer's console is logged"
ok 'the wire was captured' test -s "$work/good/logs/wire.pcapng"

rm "$work/good/logs/wire.pcapng" "$work/good/logs/peer-serial.log"
sed -i "/^seed:/d" "$work/good/boot/vm.yaml"
run vt-xkvm --console "$work/good"
status_is 0 'an interactive session has the wire as well'
has "$work/out" 'micro: 10\.9\.0\.1 answers' '  and the peer'
ok '  and changes nothing' test ! -e "$work/good/logs/wire.pcapng" \
	-a ! -e "$work/good/logs/peer-serial.log"

wire_dir broken 'ip addr add 10.9.0.300/24 dev lo'
run_tool vt-xkvm broken
is "$(cat "$work/broken.status")" 3 'a peer that cannot be configured'
has "$work/broken.err" 'the peer: failed: setup ended with status' 'says why'
is "$(jq -r .outcome "$work/broken/logs/boot.json")" host-fault \
	'it is not the guest'"'"'s fault'

wire_dir bad "$up"
sed -i 's/segment: lan, mac: .52:54:00:99/segment: "a b", mac: '"'52:54:00:99/" \
	"$work/bad/boot/vm.yaml"
run_tool vt-xkvm bad
is "$(cat "$work/bad.status")" 2 'a segment whose name is no name'
has "$work/bad.err" "boot/vm\.yaml:[0-9]+:[0-9]+: 'a b' is not a valid name" \
	'is refused with its place'

# each process of it in turn
for victim in vt-wire peer guest; do
	wire_dir "kill-$victim" "$up"
	sed -i 's/vt.do=ping,poweroff/vt.do=ping,hang/' \
		"$work/kill-$victim/boot/vm.yaml"
	in_background vt-xkvm "kill-$victim"
	until_has 120 "$work/kill-$victim/logs/boot-serial.log" answers
	tool=$(pgrep -f "vt-xkvm $work/kill-$victim\$")
	case $victim in
	vt-wire) pid=$(pgrep -P "$tool" -x vt-wire) ;;
	peer) pid=$(pgrep -P "$tool" -f 'guest=peer') ;;
	guest) pid=$(pgrep -P "$tool" -f "guest=kill-guest") ;;
	esac
	children=$(pgrep -P "$tool")
	kill -KILL "$pid"
	wait "$bg"
	is "$(cat "$work/kill-$victim.status")" 3 "$victim is killed"
	note "$(grep error: "$work/kill-$victim.err")"
	ok '  and nothing is left' dead $children
done
wire_dir kill-tool "$up"
sed -i 's/vt.do=ping,poweroff/vt.do=ping,hang/' "$work/kill-tool/boot/vm.yaml"
in_background vt-xkvm kill-tool
until_has 120 "$work/kill-tool/logs/boot-serial.log" answers
tool=$(pgrep -f "vt-xkvm $work/kill-tool\$")
children=$(pgrep -P "$tool")
kill -KILL "$tool"
wait "$bg"
gone 20 $children
ok 'vt-xkvm is killed, and nothing is left' dead $children
done_testing

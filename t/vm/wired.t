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

# the peer that vt-rules makes with the key uplink, and a server on this host
mkdir "$work/web" "$work/defs"
for name in user meta vendor; do
	echo "$name of the outside" >"$work/web/$name-data"
done
python3 -u -m http.server --bind 127.0.0.1 -d "$work/web" 0 \
	>"$work/web.out" 2>&1 &

until_has 20 "$work/web.out" 'port [0-9]+'
port=$(grep -o 'port [0-9]*' "$work/web.out" | head -n 1 | tr -dc 0-9)
cat >"$work/defs/uplink.yaml" <<'Y'
conf_file: config.yaml
uplink: true
Y
cat >"$work/defs/config.yaml" <<'Y'
network:
  version: 2
  ethernets:
    lan: {addresses: [10.9.0.2/24], routes: [{to: default, via: 10.9.0.1}]}
Y
run vt-rules --plan "$work/defs/uplink.yaml"
status_is 0 'a definition with an uplink'
boot_dir uplink userdata,ping,poweroff "$(python3 -c '
import sys, yaml
peer = yaml.safe_load(open(sys.argv[1]))["boot/vm.yaml"]["peer"]
peer.update(kernel=sys.argv[2] + "/kernel", initrd=sys.argv[2] + "/initrd")
print(yaml.safe_dump({"peer": peer}))' "$work/out" "$peer")"
outside="ds=nocloud;s=http://198.18.255.2:$port/"
sed -i -e "s|{net: user, mac|{net: wire, name: eth0, segment: lan, mac|" \
	-e "s|^append: \"|&vt.ip=10.9.0.2/24 vt.via=10.9.0.1 vt.ping=10.9.0.1 $outside |" \
	"$work/uplink/boot/vm.yaml"
run_tool vt-xkvm uplink
is "$(cat "$work/uplink.status")" 0 'a machine on a wire with an uplink' ||
	diag "$(cat "$work/uplink.err")"
has "$work/uplink/logs/boot-serial.log" '^user-data: user of the outside' \
	'  reaches a server outside through its gateway'
ok '  by the wire' grep -aq 'user of the outside' \
	"$work/uplink/logs/wire.pcapng"

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

#!/bin/sh
# Guests on bridges of the host, in a network namespace of its own: the guest
# fetches over one bridge and is reached over both, and no tap device is left
# behind. Also user-mode networking with several NICs.
if [ -z "${VT_TEST_NETNS:-}" ]; then
	# build the guest before: it needs the network
	"$(dirname "$0")/../guest/build.sh" >/dev/null 2>&1
	for how in -n -rn; do
		unshare $how true 2>/dev/null &&
			exec env VT_TEST_NETNS=1 unshare $how "$0" "$@"
	done
fi
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq ip socat
[ -n "${VT_TEST_NETNS:-}" ] ||
	skip_all 'a network namespace is not allowed here (root may)'
ip link add br0 type bridge 2>"$work/err" ||
	skip_all "no bridges in this kernel: $(cat "$work/err")"
{ ip tuntap add mode tap probe && ip link del probe; } 2>"$work/err" ||
	skip_all "no taps here: $(cat "$work/err")"
ip link set lo up

ip link add br1 type bridge
ip link add other0 type veth peer name port0
# a port of the host's, whose address is lower only than what taps should have
ip link set port0 address fc:ff:ff:ff:ff:ff master br0
ip link set br0 up mtu 1400
ip link set br1 up
ip addr add 192.168.77.1/24 dev br0
ip addr add 192.168.78.1/24 dev br1

taps() { ip -o link show | grep -c 'vt-tap'; }
untapped() { [ "$(taps)" -eq 0 ]; }
no_taps() { wait_until 3 untapped; }

# greeted ADDRESS: the guest there has said something, in $work/said; it hears
# the address
greeted() {
	echo "over $1" | socat -t 20 - "TCP:$1:7777,connect-timeout=5" \
		>"$work/said" && [ -s "$work/said" ]
}

# on_bridges NAME WORDS BRIDGE...: a directory for vt-launch, a NIC on each
on_bridges() {
	install_dir "$1" "$2"
	yaml=$work/$1/install/vm.yaml
	sed -i -e '/net: user/d' \
		-e 's,vt.do=,vt.ip=192.168.77.2/24\,192.168.78.2/24 &,' "$yaml"
	shift 2
	nics='' n=0
	for br; do
		n=$((n + 1))
		nics="$nics\\n  - {net: $br, mac: '52:54:00:12:34:0$n'}"
	done
	sed -i "s/^nics:/&$nics/" "$yaml"
}

# running NAME: vt-launch until the guest runs; $pid, $qemu
running() {
	env --default-signal vt-launch "$work/$1" >"$work/$1.out" \
		2>"$work/$1.err" </dev/null &
	pid=$!
	log=$work/$1/logs/install-serial.log
	until_has 200 "$log" 'Installation started'
	result $? "$1: the guest runs" || diag "$(cat "$work/$1.err")"
	qemu=$(pgrep -P "$pid" qemu)
}

on_bridges both init,cloud,userdata,machine,start,listen,listen,success,poweroff \
	br0 br1
running both
is "$(taps)" 2 'two taps'
is "$(ip -o link show master br0 | grep -c 'vt-tap.*mtu 1400')" 1 \
	'one on br0, with its MTU'
is "$(ip -o link show master br1 | grep -c 'vt-tap')" 1 'one on br1'
for address in 192.168.77.2 192.168.78.2; do
	wait_until 60 greeted $address
	is "$(cat "$work/said")" 'hello from 52:54:00:12:34:01' "reached at $address"
done
has /proc/self/net/arp '192.168.77.2 .* 52:54:00:12:34:01 .* br0' \
	'the first NIC is on the first bridge'
has /proc/self/net/arp '192.168.78.2 .* 52:54:00:12:34:02 .* br1' \
	'the second on the second'
is "$(ip -o link show br0 | sed 's/.*ether \([^ ]*\).*/\1/')" \
	fc:ff:ff:ff:ff:ff 'the bridge keeps its own address'
wait "$pid"
is "$?" 0 'both: exit status 0'
has "$log" 'user-data: url: http://192\.168\.77\.1:[0-9]+/[^/]+/pub/file' \
	'user-data is fetched from the address on the bridge'
has "$log" 'listen: received over 192.168.78.2' "the host's text"
has "$log" 'machine: nic eth0 52:54:00:12:34:01' 'eth0'
has "$log" 'machine: nic eth1 52:54:00:12:34:02' 'eth1'
ok 'no tap is left after a normal end' no_taps

for signal in TERM KILL; do
	on_bridges "$signal" init,cloud,start,hang br0 br1
	running "$signal"
	is "$(taps)" 2 "$signal: two taps"
	kill "-$signal" "$pid"
	ok "$signal: tool and QEMU are gone within 3 s" gone 3 "$pid" "$qemu"
	ok "$signal: no tap is left" no_taps
done
on_bridges qemu init,cloud,start,hang br0
running qemu
kill -KILL "$qemu"
wait "$pid"
is "$?" 3 'QEMU killed'
ok 'no tap is left' no_taps

# a bridge that cannot be used is an error before anything starts
refused() { # NAME ERE BRIDGE
	on_bridges "$1" poweroff "$3"
	run vt-launch "$work/$1"
	status_is 3 "$1: refused"
	has "$work/err" "$2" "$1: the message says why"
}
refused missing \
	"'br9' does not exist; bridges on this host: br0, br1 .*ip link add" br9
refused other \
	"'other0' is not a Linux bridge.*bridges on this host: br0, br1" other0
ip addr del 192.168.78.1/24 dev br1
refused bare "bridge 'br1' has no IPv4 address.*ip addr add" br1
ok 'no tap is left of these' no_taps

# by hand, with a TPM
if command -v swtpm >/dev/null; then
	run vt-launch --accel tcg --mem 256 --smp 1 --timeout 300 \
		--serial-log "$work/log" --kernel "$guest/kernel" \
		--initrd "$guest/initrd" --netdev br0,mac=52:54:00:12:34:07 \
		--append vt.ip=192.168.77.7/24 --tpm "$work/tpm" \
		--append vt.do=userdata,tpm,machine,poweroff
	status_is 0 'by hand'
	has "$work/log" 'user-data: #cloud-config' 'on a bridge'
	has "$work/log" 'machine: nic eth0 52:54:00:12:34:07' 'with its MAC'
	has "$work/log" 'tpm: write 00000000' 'and a TPM'
	ok 'which is kept' test -s "$work/tpm/tpm2-00.permall"
else
	skip 'by hand, with a TPM' "'swtpm' is not installed"
fi

# user mode: one NIC for each MAC, in order; address and port of our choice
install_dir user init,cloud,start,userdata,machine,success,poweroff
sed -i "s/^nics:/&\\n  - {net: user, mac: '52:54:00:12:34:09'}\\n  - {net: user, mac: '52:54:00:12:34:05', model: e1000}/" \
	"$work/user/install/vm.yaml"
HTTP_PORT=8123 IP_ADDR=192.168.77.1 in_background vt-launch user
wait "$bg"
exited user 0
log=$work/user/logs/install-serial.log # whose kernel has no e1000
has "$log" 'user-data: url: http://192\.168\.77\.1:8123/' 'IP_ADDR, HTTP_PORT'
is "$(report user install '.command | join(" ") |
	[match("mac=([0-9a-f:]+)"; "g").captures[0].string] | join(" ")')" \
	'52:54:00:12:34:09 52:54:00:12:34:05 52:54:00:12:34:01' 'in order'
has "$log" 'machine: nic eth0 52:54:00:12:34:09' 'the first'
has "$log" 'machine: nic eth1 52:54:00:12:34:01' 'the third'
socat TCP-LISTEN:8123,bind=127.0.0.1,fork /dev/null &
taken=$!
wait_until 10 listening 8123
HTTP_PORT=8123 run vt-launch "$work/user"
kill "$taken"
status_is 3 'a port in use'
has "$work/err" 'cannot listen on 127.0.0.1, port 8123: Address already' \
	'says which'
IP_ADDR=nowhere run vt-launch "$work/user"
status_is 2 'a malformed address'
has "$work/err" "IP_ADDR: 'nowhere' is not an IPv4 address" 'the message says so'

# as an ordinary user: QEMU's helper creates the tap, if it is allowed to. It is
# made setuid, and allowed to use br0, in a mount namespace.
helper=/usr/lib/qemu/qemu-bridge-helper
as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
why=
if [ "$(cat /proc/self/uid_map | tr -s ' ')" != ' 0 0 4294967295' ]; then
	why='only root can make it setuid'
elif [ ! -x $helper ]; then
	why="'$helper' is not installed"
elif findmnt -no OPTIONS -T "$work" | grep -Eq 'nosuid|nodev'; then
	why="'$work' allows no setuid programs or no devices"
elif ! as_nobody test -x "$bin/vt-launch" -a -r "$guest/kernel"; then
	why="user 65534 cannot read '$top'"
fi
if [ -n "$why" ]; then
	skip "QEMU's helper" "$why"
	done_testing
fi
chmod 755 "$work"
on_bridges helper init,cloud,userdata,success,poweroff br0
on_bridges denied poweroff br0
mkdir "$work/cache" 2>/dev/null
chown -R 65534:65534 "$work/helper" "$work/denied" "$work/cache"
run as_nobody "$bin/vt-launch" "$work/denied"
status_is 3 'an ordinary user: refused'
has "$work/err" "no permission .* 'br0': .*chmod u\\+s .*allow br0.*bridge.conf" \
	'the message says what to do'
mkdir "$work/etc" "$work/lib"
cp -a /etc/. "$work/etc"
mkdir -p "$work/etc/qemu"
echo 'allow br0' >"$work/etc/qemu/bridge.conf"
cp $helper "$work/lib/helper"
chmod 4755 "$work/lib/helper"
mknod -m 666 "$work/lib/tun" c 10 200 # as udev has it
run unshare -m sh -c '
	mount --bind "$1/etc" /etc && mount --bind "$1/lib/helper" "$2" &&
	mount --bind "$1/lib/tun" /dev/net/tun && shift 2 && exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
' - "$work" $helper "$bin/vt-launch" "$work/helper"
status_is 0 "by QEMU's helper"
has "$work/helper/logs/install-serial.log" \
	'user-data: url: http://192\.168\.77\.1:' 'it is on the bridge'
ok 'no tap is left of it' no_taps

done_testing

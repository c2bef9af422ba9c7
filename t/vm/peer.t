#!/bin/sh
# The peer (images/peer): a second one, the client, is joined to it by five wires
# and sees each of its services. And how it says that it is not ready.
. "$(dirname "$0")/../lib.sh"
need qemu-system-x86_64 python3 tar cpio socat sqfscat pgrep
image=$top/images/out/peer
[ -e "$image/built" ] || skip_all "no peer image: run 'make peer-image'"

# guest NAME: the QEMU command of a peer with the archive $work/NAME.tar, in
# $argv; in the same sandbox as that of vt
guest() {
	set -- "$1" "${2:-$image/initrd}"
	argv="qemu-system-x86_64 -nodefaults -no-user-config -no-reboot
		-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny
		-machine q35,graphics=off -accel tcg,thread=multi -smp 1 -m 128
		-cpu qemu64,-svm,+ssse3,+sse4.1,+sse4.2,+popcnt -display none
		-kernel $image/kernel -initrd $2
		-append 'console=ttyS0 quiet panic=-1' -serial file:$work/$1.log
		-qmp unix:$work/$1.qmp,server=on,wait=off"
	[ ! -e "$work/$1.tar" ] ||
		argv="$argv -fw_cfg name=opt/org.vt/peer,file=$work/$1.tar"
}

# nics SIDE: the NICs of that end of all wires, in $argv. A bond needs to know
# that links are full duplex.
nics() {
	n=0
	for wire in $wires; do
		n=$((n + 1))
		argv="$argv -netdev dgram,id=n$n,local.type=fd,local.str=@$wire.$1
			-device virtio-net-pci,romfile=,netdev=n$n,speed=1000,duplex=full,mac=52:54:00:00:0$1:0$n"
	done
}

# archive NAME: the files in $work/NAME, as the peer's configuration
archive() { tar --format=ustar -C "$work/$1" -cf "$work/$1.tar" .; }

# joined NAME...: runs the guests' commands $work/NAME.argv in the background
joined() {
	names=$*
	set -- "$wires"
	for name in $names; do
		set -- "$@" "$(cat "$work/$name.argv")"
	done
	"$top/t/vm/joined.py" "$@" >"$work/qemu.out" 2>&1 &
	joined=$!
}

# power_button NAME
power_button() {
	printf '%s\n' '{"execute":"qmp_capabilities"}' \
		'{"execute":"system_powerdown"}' |
		socat -t 2 - "UNIX-CONNECT:$work/$1.qmp" >/dev/null
}

lines() { tr -d '\r' <"$work/$1.log" >"$work/$1.lines"; }
# until_said SECONDS NAME ERE
until_said() {
	wait_until "$1" grep -Eaq "^vt-peer: ($3)" "$work/$2.log"
	said=$?
	lines "$2"
	return $said
}

# The peer: DHCP, DNS and router advertisements on `lan` and a VLAN of it, a bond
# and a bridge with STP of two links each. It forwards.
wires='lan bond1 bond2 stp1 stp2'
mkdir "$work/peer" "$work/client"
: >"$work/peer/forward"
cat >"$work/peer/setup" <<'E1'
nameif lan 52:54:00:00:00:01 p1 52:54:00:00:00:02 p2 52:54:00:00:00:03 \
	s1 52:54:00:00:00:04 s2 52:54:00:00:00:05
ip -batch links
E1
cat >"$work/peer/links" <<'E1'
link set lan up
addr add 10.1.0.1/24 dev lan
addr add fd00:1::1/64 dev lan
link add link lan name lan.5 type vlan id 5
addr add 10.5.0.1/24 dev lan.5
addr add fd00:5::1/64 dev lan.5
link set lan.5 up
link add bond0 type bond mode 802.3ad miimon 100 lacp_rate fast
link set p1 master bond0
link set p2 master bond0
addr add 10.6.0.1/24 dev bond0
link set bond0 up
link add br0 type bridge stp_state 1 priority 4096 forward_delay 200 hello_time 100
link set s1 master br0
link set s2 master br0
link set s1 up
link set s2 up
addr add 10.7.0.1/24 dev br0
link set br0 up
E1
cat >"$work/peer/dnsmasq.conf" <<'E1'
no-resolv
no-hosts
no-ping
log-dhcp
log-queries
interface=lan
dhcp-range=10.1.0.100,10.1.0.150,1h
dhcp-range=fd00:1::a000,fd00:1::afff,64,1h
host-record=ns.vt.test,10.1.0.1,fd00:1::1
E1
cat >"$work/peer/radvd.conf" <<'E1'
interface lan {
	AdvSendAdvert on;
	AdvManagedFlag on;
	MinRtrAdvInterval 3;
	MaxRtrAdvInterval 4;
	prefix fd00:1::/64 { };
};
E1
# when the client has seen everything, dnsmasq is killed
cat >"$work/peer/after" <<'E1'
nc -l -p 7777
kill -KILL $(cat /run/dnsmasq.pid)
seq 5100
E1
archive peer
guest peer
nics 0
echo "$argv" >"$work/peer.argv"

# The client: the far end of VLAN 5 is a network namespace, so that there is only
# one way to it.
cat >"$work/client/setup" <<'E1'
echo 2 >/proc/sys/net/ipv6/conf/default/accept_ra
nameif lan 52:54:00:00:01:01 p1 52:54:00:00:01:02 p2 52:54:00:00:01:03 \
	s1 52:54:00:00:01:04 s2 52:54:00:00:01:05
ip netns add far
ip -batch links
ip -n far -batch links.far
chmod +x lease lease6
E1
cat >"$work/client/links" <<'E1'
link add link lan name lan.5 type vlan id 5
link set lan.5 netns far
link set lan up
link add bond0 type bond mode 802.3ad miimon 100 lacp_rate fast
link set p1 master bond0
link set p2 master bond0
addr add 10.6.0.2/24 dev bond0
link set bond0 up
link add br0 type bridge stp_state 1 forward_delay 200 hello_time 100
link set s1 master br0
link set s2 master br0
link set s1 up
link set s2 up
addr add 10.7.0.2/24 dev br0
link set br0 up
E1
cat >"$work/client/links.far" <<'E1'
link set lan.5 up
addr add 10.5.0.2/24 dev lan.5
addr add fd00:5::2/64 dev lan.5
route add default via 10.5.0.1
route add default via fd00:5::1
E1
cat >"$work/client/lease" <<'E1'
#!/bin/sh
[ "$1" = bound ] || exit 0
echo "lease $ip router $router dns $dns"
ip addr add "$ip/$mask" dev "$interface"
ip route add default via "$router"
E1
cat >"$work/client/lease6" <<'E1'
#!/bin/sh
[ "$reason" != BOUND6 ] || echo "lease6 $new_ip6_address/$new_ip6_prefixlen"
E1
cat >"$work/client/after" <<'E1'
# wait_for COMMAND...: repeats it until it succeeds, at most 100 times
wait_for() {
	for i in $(seq 100); do
		"$@" >/dev/null 2>&1 && return 0
		usleep 200000
	done
	echo "in vain: $*"
}
# ping1 NAME ADDRESS [PING]: says whether it answers, and the TTL of the answer
ping1() {
	wait_for ${3:-ping} -c 1 -W 1 "$2"
	echo "$1 $(${3:-ping} -c 1 -W 1 "$2" | grep -o 'ttl=[0-9]*')"
}
global() { ip -6 -o addr show dev lan scope global | grep fd00; }
two_ports() { grep -q 'Number of ports: 2' /proc/net/bonding/bond0; }
blocked() { bridge link | grep -q 'state blocking'; }
open_port() { bridge link | grep -q 'state forwarding'; }

udhcpc -i lan -f -n -q -t 100 -T 1 -s ./lease 2>&1
wait_for global
echo "slaac $(global | sed 's/.*inet6 \([^ ]*\).*/\1/')"
ip -6 route show default | sed 's/ metric.*//; s/^/router6 /'
nslookup ns.vt.test 10.1.0.1 | grep Address | sed 's/^/dns /'
ping1 ping6 fd00:1::1 ping6
[ ! -x /bin/dhclient ] ||
	dhclient -6 -1 -q -sf ./lease6 -lf /run/lease6 -pf /run/dhclient.pid lan 2>&1
ip netns exec far ping -c 1 -W 5 10.5.0.1 | grep -o 'ttl=[0-9]*' | sed 's/^/vlan /'
ping1 routed 10.5.0.2
ping1 routed6 fd00:5::2 ping6
wait_for two_ports
sed -n 's/.*\(Partner Mac Address\|Number of ports\): /bond \1 /p' /proc/net/bonding/bond0
ping1 bond 10.6.0.1
wait_for blocked
wait_for open_port
bridge link | grep -o '^[0-9]*: [a-z0-9]*\|state [a-z]*' | xargs echo stp
echo "root $(cat /sys/class/net/br0/bridge/root_id)"
ping1 bridge 10.7.0.1
echo done | nc 10.1.0.1 7777
E1
archive client
# a DHCPv6 client, from the Debian image
squashfs=$top/images/out/debian/squashfs
cp "$image/initrd" "$work/initrd"
mkdir -p "$work/root/bin"
if sqfscat "$squashfs" usr/sbin/dhclient >"$work/root/bin/dhclient" 2>/dev/null; then
	chmod 755 "$work/root/bin/dhclient"
	(cd "$work/root" && find . | cpio --quiet -o -H newc) >>"$work/initrd"
	dhclient=yes
else
	dhclient=
fi
guest client "$work/initrd"
nics 1
echo "$argv" >"$work/client.argv"

began=$(date +%s%N)
joined peer client
until_said 120 peer 'ready|failed'
note "from the start of two QEMUs to 'ready': $((($(date +%s%N) - began) / 1000000)) ms"
has "$work/peer.lines" '^vt-peer: ready$' 'the peer is ready'
until_said 120 client 'after ended'
note "to the end of the client: $((($(date +%s%N) - began) / 1000000)) ms"
c=$work/client.lines
sed -n 's/^vt-peer: after: /client: /p' "$c" | while read -r line; do
	note "$line"
done
has "$c" '^vt-peer: ready$' 'a peer without daemons is ready'
has "$c" ' after: lease 10\.1\.0\.1[0-9]+ router 10\.1\.0\.1 dns 10\.1\.0\.1$' \
	'an address by DHCP, with router and name server'
has "$c" ' after: slaac fd00:1::5054:ff:fe00:101/64$' \
	'an address by router advertisement'
has "$c" ' after: router6 default via fe80::5054:ff:fe00:1 dev lan' \
	'a router by router advertisement'
has "$c" ' after: dns Address:? ?1?:? 10\.1\.0\.1$' 'an IPv4 address by DNS'
has "$c" ' after: dns Address:? ?2?:? fd00:1::1$' 'an IPv6 address by DNS'
has "$c" ' after: ping6 ttl=64$' 'the peer answers over IPv6'
if [ -n "$dhclient" ]; then
	has "$c" ' after: lease6 fd00:1::a[0-9a-f]{3}/' 'an address by DHCPv6'
else
	skip 'an address by DHCPv6' "no dhclient: run 'make image'"
fi
has "$c" ' after: vlan ttl=64$' 'the VLAN interface of the peer answers'
has "$c" ' after: routed ttl=63$' 'the peer forwards IPv4 to the VLAN'
has "$c" ' after: routed6 ttl=63$' 'the peer forwards IPv6 to the VLAN'
has "$c" ' after: bond Number of ports 2$' 'LACP joins two links'
has "$c" ' after: bond Partner Mac Address 52:54:00:00:00:02$' \
	'LACP has seen the bond of the peer'
has "$c" ' after: bond ttl=64$' 'the bond of the peer answers'
has "$c" ' after: stp .*s1 state forwarding .*s2 state blocking' \
	'STP blocks one of two links between bridges'
has "$c" ' after: root 1000\.525400000004$' 'the bridge of the peer is the root'
has "$c" ' after: bridge ttl=64$' 'the bridge of the peer answers'

until_said 60 peer 'after ended'
has "$work/peer.lines" '^vt-peer: dnsmasq ended with status 137$' \
	'the peer reports that dnsmasq was killed'
has "$work/peer.lines" '^vt-peer: dnsmasq: .*DHCPACK\(lan\) 10\.1\.0\.1[0-9]+ 52:54:00:00:01:01' \
	'the console has the lease'
has "$work/peer.lines" '^vt-peer: dnsmasq: .*query\[A\] ns.vt.test from 10.1.0.1' \
	'the console has the DNS query'
has "$work/peer.lines" '^vt-peer: after: further lines are not shown$' \
	'a script that prints too much'
hasnt "$work/peer.lines" '^vt-peer: after: 5100' 'its further lines'
is "$(grep -Ec '^vt-peer: (ready|failed)' "$work/peer.lines")" 1 \
	'the peer says only once whether it is ready'

power_button peer
power_button client
ok 'the power button ends both' gone 30 "$joined"
wait "$joined"
is $? 0 'without an error of QEMU' || diag "$(cat "$work/qemu.out")"
lines peer
has "$work/peer.lines" '^vt-peer: powering off$' 'the peer says that it powers off'

no_qemu() { ! pgrep -f "^qemu-system-x86_64 .*$work/"; }
# What is not ready says why. Two at a time.
wires=''
for name in setup daemon none large; do
	mkdir "$work/$name"
	[ $name = none ] || echo 'ip link set lo up' >"$work/$name/setup"
done
printf 'ip link set lo mtu 1500\nip link add x type vlan id 5000\nip link set lo up\n' \
	>"$work/setup/setup"
echo 'dhcp-rang=10.0.0.1' >"$work/daemon/dnsmasq.conf"
truncate -s 1M "$work/large/file"
for name in setup daemon large; do
	archive $name
done
for name in setup daemon none large; do
	guest $name
	echo "$argv" >"$work/$name.argv"
done
for pair in 'setup daemon' 'none large'; do
	# shellcheck disable=SC2086
	joined $pair
	for name in $pair; do
		until_said 120 "$name" 'ready|failed'
	done
	kill -KILL "$joined"
	wait "$joined" 2>/dev/null
	ok "$pair: QEMU ends with the process that joins them" \
		wait_until 10 no_qemu
done
has "$work/setup.lines" \
	'^vt-peer: failed: setup ended with status 2: \+ ip link add x type vlan id 5000: .' \
	'setup fails: the command, and its last line'
has "$work/setup.lines" '^vt-peer: setup: \+ ip link set lo mtu 1500$' \
	'setup fails: what was before'
hasnt "$work/setup.lines" 'set lo up' 'setup fails: nothing after that'
has "$work/daemon.lines" \
	'^vt-peer: failed: dnsmasq ended with status 1: .*bad option at line 1' \
	'dnsmasq fails: its status and its last line'
has "$work/none.lines" '^vt-peer: failed: no configuration' 'there is no archive'
has "$work/large.lines" '^vt-peer: failed: the archive has [0-9]+ bytes, more than' \
	'the archive is too large'
done_testing

#!/bin/sh
# What ifupdown of the guest image, and systemd-networkd, make of what vt-install
# writes: in a network namespace, with pairs of veth as NICs.
. "$(dirname "$0")/../lib.sh"
image=$top/images/out/debian/root-tgz

[ "$(id -u)" -eq 0 ] || skip_all 'namespaces with devices need root'
unshare -mn true 2>/dev/null || skip_all 'no namespaces'
[ -e "$image" ] || skip_all 'no image of Debian: run make image'

cd "$work" || exit 3
networkd=usr/lib/systemd/systemd-networkd
mkdir debian
ok 'ifupdown of the image' tar -xzf "$image" -C debian --wildcards \
	'./usr/sbin/if*' ./etc/network ./usr/lib/bridge-utils ./usr/sbin/brctl \
	./usr/lib/ifupdown

# A namespace with the host's root, in which the files of a directory lie over
# it, and NICs e0 to e3.
cat >inside <<'S'
files=$1
shift
mount --make-rprivate /
mkdir -p "$files.upper" "$files.work" "$files.root"
cp -a "$files/." "$files.upper"
mount -t overlay overlay -o "lowerdir=/,upperdir=$files.upper,workdir=$files.work" \
	"$files.root" || exit 77
cd "$files.root"
mount -t proc proc proc && mount -t sysfs -o ro sysfs sys &&
	mount -t tmpfs tmpfs run && mount --rbind /dev dev || exit 77
mkdir -p run/systemd/netif/links run/systemd/netif/leases run/network
chown -R systemd-network: run/systemd/netif 2>/dev/null
for n in 0 1 2 3; do
	ip link add e$n address 52:54:00:12:34:0$n type veth peer name p$n &&
		ip link set p$n up || exit 77
done
ip link set lo up
exec chroot . "$@"
S
# in_target COMMAND...: with the files of ./target
in_target() {
	rm -rf target.*
	unshare -mn sh "$work/inside" "$work/target" "$@" >out 2>err </dev/null
	status=$?
}
mkdir bin
printf '#!/bin/sh\n' >bin/systemctl # enables a unit in the target
chmod +x bin/systemctl
# write RENDERER NAME: ./target with the files for the config c.yaml
write() {
	rm -rf target
	mkdir -p target/etc target/usr
	case $1 in
	ifupdown) cp -a debian/etc debian/usr target/ ;;
	networkd) mkdir -p target/usr/lib/systemd && : >target/$networkd ;;
	esac
	ln -s usr/lib usr/sbin target/
	ok "$2: written for $1" env PATH="$work/bin:$PATH" \
		vt-install network -c c.yaml target
	rm -f target/lib target/sbin target/$networkd
}

# ifupdown reads all of the examples

for example in "$top"/examples/tests/*network*.yaml; do
	grep -q 'version: 1' "$example" && grep -q 'type: physical' "$example" || continue
	cp "$example" c.yaml
	name=$(basename "$example" .yaml)
	write ifupdown "$name"
	in_target ifquery --list
	status_is 0 "  ifquery reads it"
	in_target ifup --no-act -a
	status_is 0 "  and ifup knows what to do"
	hasnt err '^(ifup|ifquery):|nknown|uplicate' '  without a complaint'
done

# and does it

cat >see <<'S'
"$@" >&2
echo "== exit $?"
echo "== addr"; ip -br addr
echo "== route"; ip route; ip route show table 9; ip -6 route
echo "== rule"; ip rule
echo "== link"; ip -d link
S
cat >c.yaml <<'Y'
network:
  version: 1
  config:
  - type: physical
    name: e0
    mtu: 1400
    subnets:
    - {type: static, address: 10.0.0.1/24, gateway: 10.0.0.9, metric: 7}
    - {type: static, address: 10.0.1.1, netmask: 255.255.255.0,
       routes: [{network: 10.7.0.0/16, gateway: 10.0.1.9, metric: 3}]}
    - {type: static, address: "fd00::1/64", gateway: "fd00::9", mtu: 1300}
  - {type: physical, name: e1}
  - {type: physical, name: e2, mtu: 1450}
  - type: bridge
    name: br0
    bridge_interfaces: [e1, e2]
    params: {bridge_stp: off, bridge_fd: 4, bridge_ageing: 250,
      bridge_pathcost: [e1 50, e2 75], bridge_portprio: [e2 14]}
    subnets: [{type: static, address: 10.0.2.1/24}]
  - {type: physical, name: e3, subnets: [{type: manual, control: manual}]}
  - {type: route, destination: 10.8.0.0/16, gateway: 10.0.2.9}
Y
seen() { # ERE NAME
	has out "$1" "  $2"
}
write ifupdown 'version 1'
cp see target/see
cat >target/announced <<'S'
ip link set e0 up # as if a router had announced itself
ip -6 route add default via fe80::9 dev e0 proto ra metric 1024 && ifup -a
S
in_target sh /see sh /announced
has out '^== exit 0' 'ifup -a succeeds'
seen '^e0.* 10\.0\.0\.1/24 10\.0\.1\.1/24 .*fd00::1/64' 'three addresses'
seen 'default via 10\.0\.0\.9 dev e0 metric 7' 'the gateway'
seen '10\.7\.0\.0/16 via 10\.0\.1\.9 dev e0 metric 3' 'a route'
seen 'default via fd00::9 dev e0' 'the gateway of IPv6'
seen '^br0.* 10\.0\.2\.1/24' 'the address of the bridge'
seen '10\.8\.0\.0/16 via 10\.0\.2\.9 dev br0' 'a route of no interface, through the bridge'
seen 'e0@.* mtu 1400 ' 'an MTU'
seen 'e1@.* master br0 ' 'a port of the bridge'
seen 'e2@.* mtu 1450 .* master br0 ' 'another, with its MTU'
seen 'forward_delay 400 .*ageing_time 25000 ' 'times of the bridge'
seen 'bridge_slave state .* cost 50' 'the cost of a port'
seen 'bridge_slave state .* priority 14 cost 75' 'the priority of a port'
seen '^e3.* DOWN' 'control: manual: not brought up'

cat >c.yaml <<'Y'
network:
  version: 2
  ethernets:
    e0:
      addresses: [10.0.0.1/24, 10.0.0.2/24: {label: "e0:x", lifetime: 0}, "fd00::1/64": {lifetime: 0}]
      ipv6-privacy: true
      accept-ra: false
      routes:
      - {to: 10.1.0.0/16, via: 10.9.0.1, on-link: true, metric: 3, table: 9, mtu: 1300}
      - {to: 10.2.0.0/16, type: blackhole}
      - {to: 10.3.0.0/16, scope: link, from: 10.0.0.1}
      routing-policy:
      - {from: 10.0.0.0/24, table: 9, priority: 44}
      - {to: 10.6.0.0/16, table: 9, priority: 45, mark: 8, type-of-service: 16}
    e1: {}
    e2: {macaddress: "52:54:00:12:34:77", link-local: [], addresses: [10.0.3.1/24]}
  bridges:
    br0: {interfaces: [e1], addresses: [10.0.2.1/24], parameters: {stp: false,
      forward-delay: 2.5, path-cost: {e1: 50}}}
Y
as_asked() {
	seen '^e0.* 10\.0\.0\.1/24 10\.0\.0\.2/24 fd00::1/64' 'addresses'
	seen '10\.1\.0\.0/16 via 10\.9\.0\.1 dev e0 .*metric 3 .*onlink.*mtu 1300|10\.1\.0\.0/16 via 10\.9\.0\.1 dev e0 metric 3 onlink mtu 1300' \
		'a route on the link, in a table'
	seen 'blackhole 10\.2\.0\.0/16' 'a blackhole'
	seen '10\.3\.0\.0/16 dev e0 .*scope link .*src 10\.0\.0\.1' 'a route with a source'
	seen '^44:.*from 10\.0\.0\.0/24 lookup 9' 'a rule'
	seen '^45:.*to 10\.6\.0\.0/16 tos (0x10|lowdelay) fwmark 0x8 lookup 9' 'a rule with a mark'
	seen '^br0.* 10\.0\.2\.1/24' 'a bridge'
	seen 'forward_delay 250 ' 'its time'
	seen 'bridge_slave state .* cost 50' 'its port'
	seen 'link/ether 52:54:00:12:34:77' 'a MAC address'
	hasnt out '^e2.* fe80' '  no link-local address'
}
write ifupdown 'version 2'
cp see target/see
in_target sh /see ifup -a
has out '^== exit 0' 'ifup -a succeeds'
as_asked

# systemd-networkd of this host

if [ ! -x /$networkd ]; then
	skip 'systemd-networkd makes of it what is asked' 'it is not installed'
	done_testing
	exit
fi
# It waits for no udev where /sys is read-only, as in a container. The bridge is
# the last to get its address.
cat >daemon <<'S'
/usr/lib/systemd/systemd-networkd >&2 &
pid=$!
n=0
until [ -n "$(ip -4 -br addr show dev br0 up 2>/dev/null | grep 10.0.2.1)" ] &&
	[ -n "$(ip -6 -br addr show dev e0 | grep fd00)" ] &&
	[ -n "$(ip rule | grep '^45:')" ] && [ -n "$(ip route | grep 10.3.0.0)" ] &&
	[ -n "$(ip -4 -br addr show dev e2 | grep 10.0.3.1)" ]; do
	n=$((n + 1))
	[ $n -lt 200 ] || break
	sleep 0.05
done
sh /see true
kill $pid
wait $pid
S
write networkd 'version 2'
cp see daemon target/
in_target sh /daemon
hasnt err 'Unknown|[Ff]ailed to parse|[Ii]gnoring|Invalid' 'systemd-networkd knows each option'
as_asked

done_testing

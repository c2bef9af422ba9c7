#!/bin/sh
# vt-install writes the network config for what the target has, and refuses what
# that cannot do. (vt-install-network-real.t: what real tools make of it.)
. "$(dirname "$0")/../lib.sh"

cd "$work" || exit 3
mkdir bin
# enables units: a target of this test has none
printf '#!/bin/sh\necho "$*" >>"%s/systemctl"\n' "$work" >bin/systemctl
chmod +x bin/systemctl
PATH=$work/bin:$PATH

# target WORD...: a new target in ./root that has these
target() {
	rm -rf root systemctl
	mkdir -p root/sbin root/usr/sbin root/usr/bin root/lib/systemd \
		root/lib/bridge-utils root/etc/network/if-pre-up.d root/etc/dhcp
	for word; do
		case $word in
		ifupdown) : >root/sbin/ifup && : >root/etc/network/interfaces ;;
		scripts)
			: >root/etc/network/if-pre-up.d/ifenslave
			: >root/etc/network/if-pre-up.d/vlan
			: >root/lib/bridge-utils/ifupdown.sh
			;;
		networkd) : >root/lib/systemd/systemd-networkd ;;
		resolved) : >root/lib/systemd/systemd-resolved ;;
		resolvconf) : >root/sbin/resolvconf ;;
		netplan) : >root/usr/sbin/netplan ;;
		cloud-init) mkdir root/etc/cloud && : >root/usr/bin/cloud-init ;;
		esac
	done
}
# v1 LINE..., v2 LINE...: c.yaml with these entries, or sections
v1() {
	printf 'network:\n  version: 1\n  config:\n' >c.yaml
	printf '  - %s\n' "$@" >>c.yaml
}
v2() {
	printf 'network:\n  version: 2\n' >c.yaml
	printf '  %s\n' "$@" >>c.yaml
}
networkd() { v2 'renderer: networkd' "$@"; }
# refused POSITION WORDS NAME: c.yaml is, there, in these words
refused() {
	run vt-install check --config c.yaml
	status_is 2 "refused: $3"
	has "$work/err" "c\.yaml:$1: .*$2" "  with its place and '$2'"
}
# writes NAME LINE...: the config is written, and a file has these lines
writes() {
	name=$1
	shift
	run vt-install network -c c.yaml root
	cat root/etc/network/interfaces root/etc/systemd/network/* >all 2>/dev/null
	missing=
	for line; do
		grep -qxF -e "$line" all || missing="$missing
$line"
	done
	[ "$status" = 0 ] && [ -z "$missing" ]
	result $? "$name" || diag "$(cat err)" "missing: $missing" "in: $(cat all)"
}
tab=$(printf '\t')

# Which renderer

one_1='{type: physical, name: lan0, mac_address: "52:54:00:12:34:00", subnets: [{type: dhcp4}]}'
one_2='ethernets: {lan0: {match: {macaddress: "52:54:00:12:34:00"}, set-name: lan0, dhcp4: true}}'
# chosen FILE CONFIG NAME: the file, and no other, is written
chosen() {
	run vt-install network -c c.yaml root
	found=$(cd root && grep -rl 'Written by vt-install' etc/network/interfaces \
		etc/systemd/network etc/netplan etc/cloud 2>/dev/null | tr '\n' ' ')
	is "$found" "$1" "$2"
}
eni=etc/network/interfaces
passed=etc/cloud/cloud.cfg.d/50-curtin-networking.cfg
disabled=root/etc/cloud/cloud.cfg.d/curtin-disable-cloudinit-networking.cfg
target ifupdown networkd cloud-init
v1 "$one_1"
chosen "$eni " 'version 1: ifupdown'
is "$(cat $disabled)" 'network: {config: disabled}' '  and cloud-init is told not to'
target ifupdown networkd cloud-init
v2 "$one_2"
chosen "$passed " 'version 2: cloud-init'
has root/$passed '^network:' '  gets the section under its name'
has root/$passed 'version: 2' '  with its version'
is "$(test -e $disabled || echo none)" none '  and is not disabled'
target ifupdown networkd cloud-init
networkd "$one_2"
chosen "$eni etc/systemd/network/10-00-lan0.network " \
	'version 2 for networkd: its files, and ifupdown keeps lo alone'
has systemctl 'enable systemd-networkd' '  which is enabled'
hasnt root/$eni lan0 '  ifupdown does not know the NIC'
target ifupdown networkd cloud-init netplan
networkd "$one_2"
chosen 'etc/netplan/50-vt-install.yaml ' 'version 2 with netplan: netplan'
is "$(stat -c %a root/etc/netplan/50-vt-install.yaml)" 600 '  which wants no other to read it'
is "$(cat $disabled)" 'network: {config: disabled}' '  and cloud-init is told not to'
target ifupdown
v2 "$one_2"
chosen "$eni " 'version 2 without cloud-init: ifupdown'
target networkd
v1 "$one_1"
chosen etc/systemd/network/10-00-lan0.network' ' 'version 1 without ifupdown: networkd'
target ifupdown cloud-init
: >root/etc/cloud/cloud-init.disabled
v2 "$one_2"
chosen "$eni " 'a cloud-init that is disabled is none'
for config in 'network: {config: disabled}' 'network: {config: disabled, version: 1}'; do
	target ifupdown cloud-init
	echo "$config" >c.yaml
	chosen '' "$config: no renderer"
	is "$(cat $disabled)" 'network: {config: disabled}' '  and cloud-init is told not to'
done
target ifupdown cloud-init
{ cat <<'Y'
network_commands: {builtin: null, x: [curtin, net-meta, disabled]}
Y
v1 "$one_1" && cat c.yaml; } >d.yaml
mv d.yaml c.yaml
chosen '' 'network_commands disabled: nothing is written'
is "$(test -e $disabled || echo none)" none '  and cloud-init is not told'
target
v1 "$one_1"
run vt-install network -c c.yaml root
status_is 2 'a target that has nothing is an error'
has err 'c.yaml:2:3: the target does not have ifupdown' '  which says so'
target ifupdown
v1 '{type: bridge, name: br0, bridge_interfaces: [], params: {}}'
run vt-install network -c c.yaml root
status_is 1 'a target without bridge-utils is an error'
has err "bridge 'br0' needs the package bridge-utils" '  which says so'

# What is refused

echo 'network_commands: {x: [curtin, net-meta, custom]}' >c.yaml
refused '1:23' "section 'network_commands' is not supported" 'another network command'
v2 'renderer: NetworkManager'
refused '3:13' "renderer 'NetworkManager' is not supported" 'a renderer that is not there'
v2 'wifis: {w: {}}' ; refused '3:11' "interface 'w': such an interface is not supported" 'a radio'
v2 'bridges: {b: {openvswitch: {}}}' ; refused '3:30' 'openvswitch is not supported' 'Open vSwitch'
v1 '{type: infiniband, name: ib0}' ; refused '4:5' "interface 'ib0': such" 'InfiniBand'
networkd 'ethernets: {e: {match: {macaddress: "52:54:00:12:34:00"}}}' \
	'vlans: {v: {id: 3, link: e}}'
refused '5:28' "the name of 'e' in the installed system is not known" 'a VLAN on a NIC without a name'
networkd 'ethernets: {e: {dhcp4: true, dhcp-identifier: mac}}'
refused '4:49' "'physical e dhcp-identifier' is not supported" 'a key that is not rendered'
networkd 'ethernets: {e: {dhcp4: true, dhcp4-overrides: {use-dns: false}}}'
refused '4:59' "use-dns' is not supported" 'an override that is not rendered'
networkd 'ethernets: {e: {dhcp4: true, frobnicate: 3}}'
refused '4:44' "'physical e frobnicate' is not supported" 'a key that nobody knows'
networkd 'ethernets: {e: {dhcp4: true, optional: true}}'
ok 'a key without effect on the network' vt-install check -c c.yaml
v1 '{type: physical, name: e, params: {x: 1}}'
refused '4:43' "params.x' is not supported" 'parameters of a NIC'
v1 '{type: physical, name: e, subnets: [{type: dhcp4, metric: 7}]}'
refused '4:63' "metric' is not supported" 'a metric that no gateway has'
networkd 'ethernets: {e: {dhcp4: true}}' 'bonds: {b: {interfaces: [e], parameters: {peer-notif-delay: 5}}}'
refused '5:63' "bond 'b': peer-notif-delay is not supported by systemd-networkd" \
	'a parameter that networkd does not have'
networkd 'bonds: {b: {interfaces: [], parameters: {arp-validate: filter}}}'
refused '4:58' "arp-validate 'filter' is not supported by systemd-networkd" \
	'a value that networkd does not have'
v1 '{type: bond, name: b, bond_interfaces: [], params: {bond-primary: eth9}}'
refused '4:71' "primary 'eth9' is no member" 'a primary from elsewhere'
v1 '{type: physical, name: e}' \
	'{type: bridge, name: b, bridge_interfaces: [e], params: {bridge_portprio: [e 64]}}'
refused '5:80' 'port-priority 64 is larger than 63' 'a priority that no kernel takes'
v1 '{type: bridge, name: b, bridge_interfaces: [], params: {bridge_pathcost: [x 4]}}'
refused '4:79' 'path-cost names what is no port' 'a cost of another port'
for name in 'a b' 'a;b' '-a' 'a:1' '$x' 0123456789abcdef; do
	v1 "{type: physical, name: \"$name\"}"
	refused '4:28' "name '.*' has other characters" "the name '$name'"
done
printf 'network:\n  version: 1\n  config:\n  - type: physical\n    name: "a\\nup x"\n' >c.yaml
refused '5:11' "physical 'a" 'a name of two lines'
v1 '{type: physical, name: e}' '{type: nameserver, address: 10.0.0.1, search: ["a;b"]}'
refused '5:52' "search 'a;b' has other characters" 'a domain that is a command'
v1 '{type: physical, name: e, subnets: [{type: static, address: 10.0.0.1/8, scope: "link; x"}]}'
refused '4:84' "scope 'link; x' has other characters" 'a scope that is a command'
v1 '{type: bridge, name: e, bridge_interfaces: [], params: {bridge_hw: "52:54; x"}}'
refused '4:72' "macaddress '52:54; x' has other characters" 'so is a MAC address'
v1 '{type: physical, name: e, mtu: 1400, subnets: [{type: static, address: "fd00::1/64", mtu: 1450}]}'
refused '4:95' 'the MTU 1450 of IPv6 is larger than its MTU 1400' 'an MTU of IPv6 that does not fit'
v1 '{type: route, destination: 10.0.0.0/8, gateway: 10.9.9.9}'
refused '4:5' 'its gateway is in no network of an interface' 'a route through nothing'
# what cloud-init drops
while IFS='|' read -r at word text; do
	v2 "$text"
	refused "$at" "$word is not supported by the target's cloud-init.*renderer: networkd" \
		"passed on: $word"
done <<'T'
3:52|table|ethernets: {e: {routes: [{to: 10.0.0.0/8, table: 5}]}}
3:53|metric|ethernets: {e: {routes: [{to: 10.0.0.0/8, metric: 5}]}}
3:54|on-link|ethernets: {e: {routes: [{to: 10.0.0.0/8, on-link: true}]}}
3:36|policy|ethernets: {e: {routing-policy: [{from: 10.0.0.0/8, table: 5}]}}
3:51|label|ethernets: {e: {addresses: [10.0.0.1/8: {label: "e:1"}]}}
3:31|link-local|ethernets: {e: {link-local: []}}
3:31|macaddress|ethernets: {e: {macaddress: "52:54:00:12:34:00"}}
3:19|dummy|dummy-devices: {d: {}}
3:35|driver|ethernets: {e: {match: {driver: x}, set-name: e}}
3:33|match-name|ethernets: {e: {match: {name: x}, set-name: e}}
3:61|arp-ip-targets|bonds: {e: {interfaces: [], parameters: {arp-ip-targets: [10.0.0.1]}}}
3:44|accept-ra|bridges: {e: {interfaces: [], accept-ra: false}}
T

# What is written

target ifupdown scripts cloud-init
v1 '{type: physical, name: e0, subnets: [{type: dhcp4}, {type: dhcp6}, {type: ipv6_slaac}, {type: static, address: "fd00::1/64"}]}' \
	'{type: physical, name: e1, mtu: 1400, subnets: [{type: dhcp4, mtu: 1400}]}' \
	'{type: physical, name: e2, accept-ra: false, subnets: [{type: static, control: manual, address: 10.0.0.1, netmask: 255.255.0.0, broadcast: 10.0.0.9, pointopoint: 10.0.0.7, scope: link, gateway: 10.3.0.1, metric: 5, dns_nameservers: [10.0.0.3, 10.0.0.4], dns_search: [x.test]}]}' \
	'{type: physical, name: e3, subnets: [{type: static, address: "fd00::3/64", mtu: 1300, routes: [{network: "fd01::", netmask: 64, gateway: "fd00::9"}]}]}' \
	'{type: nameserver, address: [10.0.0.5], search: [y.test]}'
writes 'subnets' 'auto e0' 'iface e0 inet dhcp' 'iface e0 inet6 auto' 'iface e0 inet6 dhcp' \
	'iface e0 inet6 static' "${tab}autoconf 1" \
	"${tab}up ip link set dev e1 mtu 1400" \
	"${tab}address 10.0.0.1/16" "${tab}scope link" "${tab}broadcast 10.0.0.9" \
	"${tab}pointopoint 10.0.0.7" "${tab}accept_ra 0" \
	"${tab}dns-nameservers 10.0.0.3 10.0.0.4" "${tab}dns-search x.test" \
	"${tab}up ip -4 route add 0.0.0.0/0 via 10.3.0.1 dev e2 onlink metric 5" \
	"${tab}up sysctl -q -w net/ipv6/conf/e3/mtu=1300" \
	"${tab}up ip -6 route add fd01::/64 via fd00::9 dev e3" \
	"${tab}dns-nameservers 10.0.0.5"
hasnt all 'auto e2' 'control: manual: not at boot'
is "$(cat root/etc/resolv.conf)" '# Written by vt-install.
search x.test y.test
nameserver 10.0.0.3
nameserver 10.0.0.4
nameserver 10.0.0.5' 'resolv.conf has them all'
# the hook of dhclient, after a lease
sed "s,/etc/resolv.conf,$work/resolv.conf," root/etc/dhcp/dhclient-exit-hooks.d/vt-install >hook
printf 'domain dhcp.test\nsearch dhcp.test\nnameserver 10.9.9.9\n' >resolv.conf
reason=BOUND sh -eu ./hook
is "$(cat resolv.conf)" '# Written by vt-install.
search x.test y.test dhcp.test
nameserver 10.0.0.3
nameserver 10.0.0.4
nameserver 10.0.0.5
nameserver 10.9.9.9' 'a lease adds to it'
cp resolv.conf before
reason=RENEW sh -eu ./hook
ok 'once' cmp resolv.conf before
target ifupdown scripts resolved
run vt-install network -c c.yaml root
is "$(test -e root/etc/resolv.conf || echo none)" none 'systemd-resolved has its own'
target ifupdown scripts resolvconf
v1 '{type: physical, name: e1, subnets: [{type: static, address: 10.1.1.2/24, dns_nameservers: [10.1.1.53]}, {type: static, address: 10.1.2.2/24}]}'
run vt-install network -c c.yaml root
is "$(grep -A 1 10.1.2.2 root/etc/network/interfaces | tr -d '\t')" \
	"$(printf 'address 10.1.2.2/24\ndns-nameservers 10.1.1.53')" \
	'resolvconf keeps what the last stanza says'
target networkd resolvconf
ln -s ../run/resolvconf/resolv.conf root/etc/resolv.conf
networkd 'ethernets: {e: {dhcp4: true, nameservers: {addresses: [10.0.0.5]}}}' \
	'dummy-devices: {d: {addresses: [10.1.1.1/32]}}' \
	'bridges: {b: {addresses: [10.1.2.1/24]}}' \
	'vlans: {v: {id: 5, link: e, addresses: [10.1.3.1/24]}}'
run vt-install network -c c.yaml root
is "$(tail -n 1 root/etc/resolv.conf)" 'nameserver 10.0.0.5' \
	'systemd-networkd tells resolvconf nothing: resolv.conf is a file'
has err 'warning: systemd-networkd gives name servers of leases to' \
	'  without those of leases'
is "$(cd root/etc/systemd/network && grep -l 'RequiredForOnline=no' *.network |
	tr '\n' ' ')" '10-01-d.network 10-02-b.network ' \
	'the system is online with what has a link and an address'

target ifupdown scripts
v1 '{type: physical, name: e1, mac_address: "52:54:00:AB:34:01", mtu: 1400}' '{type: physical, name: e2}' \
	'{type: bond, name: b0, mac_address: "52:54:00:12:34:09", mtu: 1400, bond_interfaces: [e1, e2], params: {bond-mode: 1, bond-miimon: 100, bond-updelay: 200, bond-downdelay: 300, bond-primary: e2, bond-primary-reselect: better, bond-fail-over-mac: active, bond-num-grat-arp: 3, bond-arp-validate: active, bond-arp-ip-target: [10.0.0.1, 10.0.0.2], bond-arp-interval: 50, peer-notif-delay: 100, arp-all-targets: all, min-links: 1, resend-igmp: 2, lp-interval: 3, all-slaves-active: true}}' \
	'{type: bond, name: b1, bond_interfaces: [], params: {mode: 802.3ad, lacp-rate: fast, ad-select: count, xmit-hash-policy: layer3+4, tlb-dynamic-lb: false, packets-per-slave: 2}}' \
	'{type: vlan, name: b0.5, vlan_link: b0, vlan_id: 5}' \
	'{type: vlan, name: vlan6, vlan_link: b0, vlan_id: 6}' \
	'{type: vlan, name: odd, vlan_link: b0, vlan_id: 7}'
writes 'bonds and VLANs' "${tab}bond-slaves e1 e2" "${tab}bond-mode active-backup" \
	"${tab}bond-miimon 100" "${tab}bond-updelay 200" "${tab}bond-downdelay 300" \
	"${tab}bond-primary e2" "${tab}bond-primary-reselect better" \
	"${tab}bond-fail-over-mac active" "${tab}bond-num-grat-arp 3" \
	"${tab}bond-arp-validate active" "${tab}bond-arp-ip-target 10.0.0.1 10.0.0.2" \
	"${tab}bond-arp-interval 50" "${tab}hwaddress 52:54:00:12:34:09" \
	"${tab}mtu 1400" "${tab}pre-up ip link set dev e1 mtu 1400" \
	"${tab}up ip link set dev b0 type bond peer_notify_delay 100" \
	"${tab}up ip link set dev b0 type bond arp_all_targets all" \
	"${tab}up ip link set dev b0 type bond min_links 1" \
	"${tab}up ip link set dev b0 type bond resend_igmp 2" \
	"${tab}up ip link set dev b0 type bond lp_interval 3" \
	"${tab}up ip link set dev b0 type bond all_slaves_active 1" \
	"${tab}bond-slaves none" "${tab}bond-mode 802.3ad" "${tab}bond-lacp-rate fast" \
	"${tab}bond-ad-select count" "${tab}bond-xmit-hash-policy layer3+4" \
	"${tab}bond-tlb-dynamic-lb 0" "${tab}bond-packets-per-slave 2" \
	'iface b0.5 inet manual' "${tab}vlan-raw-device b0" 'iface vlan6 inet manual' \
	"${tab}pre-up [ -e /sys/class/net/odd ] || ip link add link b0 name odd type vlan id 7" \
	"${tab}post-down ip link del dev odd"
hasnt all 'iface e1' 'a member is brought up by its bond'
is "$(cat root/etc/udev/rules.d/70-persistent-net.rules)" \
	'SUBSYSTEM=="net", ACTION=="add", DRIVERS=="?*", ATTR{address}=="52:54:00:ab:34:01", NAME="e1"' \
	'names by MAC, in lower case'

target ifupdown
v2 'ethernets:' '  e0: {match: {driver: "virtio*"}, set-name: lan0, addresses: [10.0.0.1/24: {label: "lan0:1", lifetime: 0}, "fd00::1/64": {lifetime: 0}], ipv6-privacy: true, link-local: [], macaddress: "52:54:00:12:34:07", dhcp4: true, dhcp4-overrides: {route-metric: 7}, routes: [{to: 10.1.0.0/16, via: 10.0.0.2, on-link: true, metric: 3, table: 9, from: 10.0.0.1, mtu: 1300, congestion-window: 4, advertised-receive-window: 5, scope: global}, {to: 10.2.0.0/16, type: blackhole}], routing-policy: [{from: 10.0.0.0/24, to: 10.9.0.0/16, table: 9, priority: 4, mark: 8, type-of-service: 16}]}' \
	'  e1: {match: {name: eth7}, set-name: lan1, activation-mode: manual}' \
	'dummy-devices: {d0: {addresses: [10.0.9.1/32]}}'
rule='from 10.0.0.0/24 to 10.9.0.0/16 table 9 priority 4 fwmark 8 tos 0x10'
writes 'version 2 by ifupdown' "${tab}up ip addr add 10.0.0.1/24 dev lan0 broadcast + label lan0:1 preferred_lft 0" \
	"${tab}preferred-lifetime 0" "${tab}privext 2" "${tab}hwaddress 52:54:00:12:34:07" \
	"${tab}metric 7" "${tab}up ip link set dev lan0 addrgenmode none" \
	"${tab}up ip -6 addr flush dev lan0 scope link" \
	"${tab}up ip -4 route add 10.1.0.0/16 via 10.0.0.2 dev lan0 onlink metric 3 table 9 scope global src 10.0.0.1 mtu 1300 initcwnd 4 initrwnd 5" \
	"${tab}up ip -4 route add blackhole 10.2.0.0/16" \
	"${tab}up ip -4 rule add $rule" "${tab}down ip -4 rule del $rule" \
	"${tab}pre-up [ -e /sys/class/net/d0 ] || ip link add name d0 type dummy"
hasnt all 'auto lan1' 'activation-mode: manual: not at boot'
is "$(cut -d, -f 3- root/etc/udev/rules.d/70-persistent-net.rules)" \
	' DRIVERS=="virtio*", NAME="lan0"
 DRIVERS=="?*", KERNEL=="eth7", NAME="lan1"' 'names by driver, and by name'

# the kernel's own names
target ifupdown
v1 '{type: physical, name: eth1, mac_address: "52:54:00:12:34:00"}' \
	'{type: physical, name: eth0, mac_address: "52:54:00:12:34:02"}' \
	'{type: physical, name: lan0, mac_address: "52:54:00:12:34:04"}'
run vt-install network -c c.yaml root
hasnt root/etc/udev/rules.d/70-persistent-net.rules eth 'udev is not asked for names of the kernel'
has systemctl 'enable vt-nic-names.service' 'a service is'
ok '  of which the script is valid' sh -n root/usr/local/lib/vt-install/nic-names
has root/usr/local/lib/vt-install/nic-names '52:54:00:12:34:00 eth1$' '  and has the names'
# the script, with a directory for /sys/class/net
sed "s,/sys/class/net,$work/net,g" root/usr/local/lib/vt-install/nic-names >names
cat >bin/ip <<'S'
#!/bin/sh
# ip link set dev NAME down; ip link set dev NAME name NEW
[ "$5" = name ] || exit 0
new=$6
n=0
while [ "$new" = eth%d ] && [ -e "NET/eth$n" ]; do n=$((n + 1)); done
[ "$new" != eth%d ] || new=eth$n
[ ! -e "NET/$new" ] && mv "NET/$4" "NET/$new"
S
sed -i "s,NET,$work/net,g" bin/ip
printf '#!/bin/sh\n' >bin/udevadm
chmod +x bin/ip bin/udevadm
# named MAC:NAME... , then: by the script
named() {
	rm -rf net
	for nic; do
		mkdir -p "net/${nic#*=}/device"
		echo "52:54:00:12:34:${nic%=*}" >"net/${nic#*=}/address"
	done
	mkdir net/vlan0 # has the address of a NIC, but is none
	echo 52:54:00:12:34:00 >net/vlan0/address
	sh -u ./names 2>&1
	for nic in net/*; do
		printf '%s=%s ' "$(cut -d: -f 6 "$nic/address")" "${nic#net/}"
	done
}
is "$(named 00=eth0 02=eth1)" '02=eth0 00=eth1 00=vlan0 ' 'two names are exchanged'
is "$(named 00=eth1 02=eth0)" '02=eth0 00=eth1 00=vlan0 ' '  right ones are kept'
is "$(named 00=eth1 02=eth2 07=eth0)" '02=eth0 00=eth1 07=eth2 00=vlan0 ' \
	'  what the config does not have gives its name up'
is "$(named 00=eth2 02=eth1 07=eth0)" '02=eth0 00=eth1 07=eth2 00=vlan0 ' \
	'  three names in a circle'
is "$(named 02=eth1)" '02=eth0 00=vlan0 ' '  a NIC that is missing is no obstacle'
target ifupdown
v1 "$one_1"
run vt-install network -c c.yaml root
is "$(test -e systemctl || echo none)" none 'and only then'

target networkd
v2 'ethernets:' '  e0: {match: {macaddress: "52:54:00:12:34:00"}, macaddress: "52:54:00:12:34:07", mtu: 1400, ipv6-mtu: 1300, dhcp4: true, dhcp6: true, accept-ra: true, link-local: [], ipv6-privacy: true, dhcp4-overrides: {route-metric: 7, use-routes: false}, dhcp6-overrides: {route-metric: 8, use-routes: false}, nameservers: {addresses: [10.0.0.3], search: [x.test]}}' \
	'  e2: {activation-mode: manual}' \
	'  e1: {addresses: [10.0.0.1/24: {label: "e1:1", lifetime: 0}], routes: [{to: 10.1.0.0/16, via: 10.0.0.2, on-link: true, metric: 3, table: 9, from: 10.0.0.1, mtu: 1300, congestion-window: 4, advertised-receive-window: 5, scope: global, type: unicast}], routing-policy: [{from: 10.0.0.0/24, to: 10.9.0.0/16, table: 9, priority: 4, mark: 8, type-of-service: 16}]}' \
	'bonds: {b0: {interfaces: [e1], mtu: 1450, macaddress: "52:54:00:12:34:08", parameters: {mode: active-backup, mii-monitor-interval: 100, up-delay: 200, down-delay: 300, arp-interval: 50, arp-ip-targets: [10.0.0.1, 10.0.0.2], arp-validate: active, arp-all-targets: all, primary: e1, primary-reselect-policy: better, fail-over-mac-policy: active, transmit-hash-policy: layer3+4, lacp-rate: fast, ad-select: count, min-links: 1, gratuitous-arp: 3, resend-igmp: 2, learn-packet-interval: 3, packets-per-member: 2, all-members-active: true, tlb-dynamic-lb: false}}}' \
	'bridges: {br0: {interfaces: [b0], parameters: {stp: true, priority: 9, ageing-time: 2.5, forward-delay: 4, hello-time: 1, max-age: 6, path-cost: {b0: 50}, port-priority: {b0: 28}}}}' \
	'vlans: {v0: {id: 5, link: b0}}' 'dummy-devices: {d0: {}}'
writes 'all of networkd' PermanentMACAddress=52:54:00:12:34:00 MACAddress=52:54:00:12:34:07 \
	MTUBytes=1400 IPv6MTUBytes=1300 DHCP=yes IPv6AcceptRA=yes LinkLocalAddressing=no \
	IPv6PrivacyExtensions=yes RouteMetric=7 UseRoutes=no UseGateway=no RouteMetric=8 \
	UseRoutePrefix=no DNS=10.0.0.3 Domains=x.test ActivationPolicy=manual \
	Address=10.0.0.1/24 Label=e1:1 PreferredLifetime=0 Destination=10.1.0.0/16 \
	Gateway=10.0.0.2 GatewayOnLink=yes Metric=3 Table=9 PreferredSource=10.0.0.1 \
	MTUBytes=1300 InitialCongestionWindow=4 InitialAdvertisedReceiveWindow=5 Scope=global \
	Type=unicast From=10.0.0.0/24 To=10.9.0.0/16 Priority=4 FirewallMark=8 \
	TypeOfService=16 Bond=b0 PrimarySlave=yes Kind=bond MTUBytes=1450 \
	MACAddress=52:54:00:12:34:08 Mode=active-backup MIIMonitorSec=100ms UpDelaySec=200ms \
	DownDelaySec=300ms ARPIntervalSec=50ms 'ARPIPTargets=10.0.0.1 10.0.0.2' \
	ARPValidate=active ARPAllTargets=all PrimaryReselectPolicy=better \
	FailOverMACPolicy=active TransmitHashPolicy=layer3+4 LACPTransmitRate=fast \
	AdSelect=count MinLinks=1 GratuitousARP=3 ResendIGMP=2 LearnPacketIntervalSec=3 \
	PacketsPerSlave=2 AllSlavesActive=yes DynamicTransmitLoadBalancing=no Kind=bridge \
	STP=yes Priority=9 AgeingTimeSec=2500ms ForwardDelaySec=4000ms HelloTimeSec=1000ms \
	MaxAgeSec=6000ms Bridge=br0 Cost=50 Priority=28 Kind=vlan Id=5 VLAN=v0 Kind=dummy

# Each key that a config may have is one of those above, or refused: nothing is
# dropped without a word.
words=$(sed -n '/_keys\[\] = {/,/^};/p; /^#define INTERFACE/,/^$/p' \
	"$top/src/lib/network/net_types.c" |
	grep -oE '(KEY|COUNT|YES|WORD|SECONDS)\("[^"]*"' | cut -d'"' -f 2 | sort -u)
unused=
for word in $words; do
	case $word in
	# found by it, or written as a whole
	present | interface | up | slaac | link | interfaces | disabled) continue ;;
	# what follows from others
	gateways | others) continue ;;
	esac
	grep -q "\"$word\"" "$top"/examples/installer/network_[inl]*.c "$top"/examples/installer/network_parts.c || unused="$unused $word"
done
is "$unused" '' 'each key of the graph is rendered or refused'

done_testing

#!/bin/sh
# The wire and the peer that vt-rules derives from a network config.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/rules-lib.sh"
cd "$work" || exit 3
mkdir peer defs
: >peer/kernel
: >peer/initrd
VT_PEER_DIR=$work/peer
export VT_PEER_DIR

# plan NAME [KEY: VALUE]...: the definition NAME, whose config is stdin, planned
plan() {
	name=$1
	shift
	cat >"defs/$name-config.yaml"
	{
		echo "conf_file: $name-config.yaml"
		printf '%s\n' "$@"
	} >"defs/$name.yaml"
	run vt-rules --plan "defs/$name.yaml"
	status_is 0 "$name"
}

# said PYTHON: an expression of boot/vm.yaml (v), verify.yaml (y), seed.yaml (s)
said() {
	python3 -c '
import sys, yaml
d = yaml.safe_load(open(sys.argv[1]))
v, y, s = d["boot/vm.yaml"], d["verify.yaml"], d["boot/seed.yaml"]
f = v.get("peer", {}).get("files", {})
lines = lambda name: "|".join(f[name].split("\n")).strip("|")
reach = lambda: " ".join(c["name"][6:] for c in y.get("checks", []) if c["name"].startswith("reach "))
print('"$1"')' "$work/out"
}

plan dhcp <<'Y'
network:
  version: 1
  config:
  - {type: physical, name: eth0, subnets: [{type: dhcp4}]}
Y
is "$(said '[n["net"] for n in v["nics"]], "peer" in v')" "['user'] False" \
	'DHCP alone is what user networking has'

plan forced 'wire: true' <defs/dhcp-config.yaml
is "$(said '[n["net"] for n in v["nics"]], reach()')" \
	"['wire'] 10.200.0.1 vt-peer.vt.test" 'unless a wire is asked for'
is "$(said '"dhcp-range=10.200.0.100,10.200.0.199,255.255.255.0,1h" in f["dnsmasq.conf"]')" \
	True 'where the peer gives leases'

plan static <<'Y'
network:
  version: 1
  config:
  - type: physical
    name: eth0
    mac_address: "52:54:00:12:34:10"
    subnets:
    - {type: static, address: 10.9.0.5/24, gateway: 10.9.0.1,
       dns_nameservers: [10.9.0.2, 192.0.2.53], dns_search: [lab.example]}
    - {type: static, address: 10.8.0.1/30}
  - {type: route, destination: 172.16.0.0/12, gateway: 10.9.0.3}
Y
is "$(said 'lines("addresses")')" \
	'addr add 10.9.0.2/24 dev n0|addr add 10.9.0.1/24 dev n0|addr add 10.9.0.3/24 dev n0|addr add 10.8.0.2/30 dev n0|addr add 198.51.100.1/32 dev hosts|addr add 172.16.0.1/32 dev hosts|addr add 192.0.2.53/32 dev hosts' \
	'the peer has gateways, name servers, and hosts behind routes'
is "$(said 'reach()')" \
	'10.9.0.2 10.9.0.1 10.9.0.3 10.8.0.2 198.51.100.1 172.16.0.1 vt-peer.vt.test' \
	'which the system must reach'
is "$(said '"host-record=vt-peer.lab.example,198.51.100.1" in f["dnsmasq.conf"]')" \
	True 'its DNS knows the search domain'
is "$(said '[x["name"] for x in s["scripts"]][-1]')" reach \
	'a script looks for them'

plan uplink 'uplink: true' <defs/static-config.yaml
is "$(said '[n.get("segment") for n in v["peer"]["nics"]]')" "['eth0', None]" \
	'with an uplink the peer has a NIC that is on no segment'
is "$(said '"server=198.18.255.3" in f["dnsmasq.conf"], "proxy_arp" in f["setup"]')" \
	'True True' '  routes to it, and asks its name server'
plan uplink-off 'uplink: true' <defs/dhcp-config.yaml
is "$(said '[n["net"] for n in v["nics"]]')" "['user']" \
	'  where there is a peer'

plan off 'wire: false' <defs/static-config.yaml
is "$(said '[n["net"] for n in v["nics"]], reach()')" "['user'] " \
	'wire: false'
VT_BRIDGE=br0 plan bridge <defs/static-config.yaml
is "$(said '[n["net"] for n in v["nics"]]')" "['br0']" \
	'a bridge of the host is the network of the tests'

plan lacp <<'Y'
network:
  version: 2
  ethernets:
    a: {match: {macaddress: "52:54:00:12:34:20"}}
    b: {match: {macaddress: "52:54:00:12:34:21"}}
  bonds:
    bond0: {interfaces: [a, b], parameters: {mode: 802.3ad}, mtu: 9000}
  vlans:
    bond0.10: {link: bond0, id: 10, addresses: ["fd00:1::5/64"],
      routes: [{to: default, via: "fe80::1"}, {to: "fd00:2::/64", via: "fd00:1::1"}]}
Y
is "$(said '[n["segment"] for n in v["nics"]]')" "['a', 'b']" \
	'each cable of an aggregated link is a segment'
is "$(said 'lines("links")')" \
	'link set n0 mtu 9000|link set n0 up|link set n1 mtu 9000|link set n1 up|link add b0 type bond mode 802.3ad miimon 100 lacp_rate fast|link set n0 down|link set n0 master b0|link set n1 down|link set n1 master b0|link set b0 up|link add link b0 name v1 type vlan id 10|link set v1 up|link add hosts type dummy|link set hosts up' \
	'and the peer has its other end, with VLANs and MTU'
is "$(said 'lines("addresses")')" \
	'addr add fd00:1::1/64 dev v1|addr add fe80::1/64 dev v1|addr add 2001:db8:ffff::1/128 dev hosts|addr add fd00:2::1/128 dev hosts' \
	'and the link-local gateway'

plan backup <<'Y'
network:
  version: 1
  config:
  - {type: physical, name: a}
  - {type: physical, name: b}
  - {type: bond, name: bond0, bond_interfaces: [a, b],
     params: {bond-mode: active-backup}, subnets: [{type: static, address: 10.1.1.2/24}]}
Y
is "$(said '[n["segment"] for n in v["nics"]], [n["segment"] for n in v["peer"]["nics"]]')" \
	"['bond0', 'bond0'] ['bond0']" 'ports of another bond are on one switch'

plan targets <<'Y'
network:
  version: 2
  ethernets: {a: {}, b: {}}
  bonds:
    bond0:
      interfaces: [a, b]
      addresses: [10.0.9.5/24]
      parameters: {mode: balance-xor, arp-interval: 100, arp-ip-targets: [10.0.9.200, 10.5.5.5]}
Y
is "$(said 'lines("addresses")')" 'addr add 10.0.9.200/24 dev n0|addr add 10.5.5.5/32 dev hosts' \
	'the peer answers what a bond looks for'

plan own <<'Y'
network:
  version: 2
  ethernets:
    a: {dhcp4: true, nameservers: {addresses: [10.200.0.1]}}
    b: {addresses: [10.200.1.7/24]}
    c: {dhcp4: true}
Y
is "$(said 'lines("addresses")')" \
	'addr add 10.200.1.1/24 dev n1|addr add 10.200.0.1/32 dev hosts|addr add 10.200.2.1/24 dev n0|addr add 10.200.3.1/24 dev n2' \
	'leases are in networks that the config does not have'

plan wide <<'Y'
network:
  version: 2
  ethernets: {a: {dhcp4: true}, b: {addresses: [10.1.2.3/8]}}
Y
is "$(said '"dhcp-range=10.200.0.100,10.200.0.199,255.255.255.0,1h" in f["dnsmasq.conf"]')" \
	True '  unless one of its networks has them all'

plan leased <<'Y'
network:
  version: 2
  ethernets:
    a: {dhcp4: true, routes: [{to: 10.5.0.0/16, via: 192.168.122.7}]}
    b: {dhcp4: true}
Y
is "$(said 'lines("addresses")')" \
	'addr add 192.168.122.7/24 dev n0|addr add 10.5.0.1/32 dev hosts|addr add 10.200.1.1/24 dev n1' \
	'a gateway is in the network of the lease'
is "$(said '"dhcp-range=192.168.122.100,192.168.122.199,255.255.255.0,1h" in f["dnsmasq.conf"]')" \
	True '  which is given there'

plan manual <<'Y'
network:
  version: 1
  config:
  - {type: physical, name: a, subnets: [{type: static, address: 10.1.1.2/24}]}
  - {type: physical, name: b, subnets: [{type: static, address: 10.2.2.2/24,
     gateway: 10.2.2.1, dns_nameservers: [10.2.2.3], control: manual}]}
  - {type: physical, name: c, subnets: [{type: dhcp4, control: manual}]}
Y
is "$(said 'reach(), "dhcp-range" in f["dnsmasq.conf"]')" "10.1.1.1 False" \
	'nothing is reached by what is not brought up'

plan loopback <<'Y'
network: {version: 2, ethernets: {lo: {addresses: [10.7.7.7/32]}, a: {dhcp4: true}}}
Y
is "$(said '[(n["net"], n["mac"]) for n in v["nics"]]')" \
	"[('user', '52:54:00:12:34:01')]" 'lo is no NIC'

plan own 'peer: {setup: "true", radvd.conf: "x"}' <defs/static-config.yaml
is "$(said 'f["setup"], f["radvd.conf"], "links" in f')" "true x True" \
	'files of the definition replace those that are derived'

rm peer/initrd
plan missing <defs/static-config.yaml
is "$(said 'v["missing"]')" \
	"there is no image of the peer in '$work/peer': run 'make peer-image'" \
	'an image of the peer is needed'
plan needless <defs/dhcp-config.yaml
is "$(said '"missing" in v')" False 'only where there is a wire'
done_testing

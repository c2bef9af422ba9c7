#!/bin/sh
# vt-verify of a network config: systems that are nearly right must fail, and
# right ones that say it in another way must not.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
need python3
network_fixture

# config: what is expected from now on, from stdin
config() {
	cat >"$work/config.yaml"
	expect_network "$work/config.yaml"
}

# facts PYTHON: a fresh case whose guest has the interfaces lan0 and lan1, with
# what the text makes of them
facts() {
	fresh
	python3 - "$case/collect" "$1" <<'P' || exit 3
import json, sys
d, change = sys.argv[1:]
def link(name, mac, **more):
    return dict({"ifname": name, "address": mac, "mtu": 1500, "operstate": "UP",
                 "flags": ["BROADCAST", "UP", "LOWER_UP"]}, **more)
def address(local, prefix, **more):
    return dict({"family": "inet6" if ":" in local else "inet", "local": local,
                 "prefixlen": prefix, "scope": "global",
                 "valid_life_time": 2**32 - 1,
                 "preferred_life_time": 2**32 - 1}, **more)
def route(dst, via, dev, **more):
    return dict({"dst": dst, "gateway": via, "dev": dev, "flags": []}, **more)
lan0 = link("lan0", "52:54:00:12:34:00")
lan1 = link("lan1", "52:54:00:12:34:02")
links, addrs = [lan0, lan1], {"lan0": [], "lan1": []}
routes, routes6 = [], []
rules = [{"priority": 0, "src": "all", "table": "local"}]
rules6 = list(rules)
resolv = ""
exec(change)
def save(name, j):
    json.dump(j, open(d + "/" + name + ".json", "w"))
save("ip_link", links)
save("ip_addr", [{"ifname": n, "addr_info": a} for n, a in addrs.items()])
save("ip_route", routes)
save("ip6_route", routes6)
save("ip_rule", rules)
save("ip6_rule", rules6)
open(d + "/resolv.conf", "w").write(resolv)
P
	verify
}

# is_ok CHECK PYTHON, is_red CHECK PYTHON
is_ok() { says ok "$@"; }
is_red() { says 'not ok' "$@"; }
says() {
	facts "$3"
	is "$(outcome "$2")" "$1" "$2: $(printf %s "$3" | tail -n 1)"
}

# Addresses that are there and do not work
config <<'Y'
network:
  version: 2
  ethernets:
    lan0: {addresses: [10.1.0.2/24, '2001:DB8:0:0::2/64']}
    lan1: {addresses: [10.2.0.2/24: {lifetime: 0}]}
Y
at6='address lan0 2001:db8::2/64 present'
is_ok "$at6" 'addrs["lan0"] = [address("2001:db8::2", 64)]'
is_red "$at6" 'addrs["lan0"] = [address("2001:db8::2", 64, dadfailed=True, tentative=True)]'
is_red "$at6" 'addrs["lan0"] = [address("2001:db8::2", 64, tentative=True)]'
is_ok "$at6" 'addrs["lan0"] = [address("2001:db8::2", 64, tentative=True)]
lan0.update(operstate="DOWN", flags=["UP", "NO-CARRIER"])'
is_red "$at6" 'addrs["lan0"] = [address("2001:db8::2", 64, deprecated=True)]'
is_red "$at6" 'addrs["lan1"] = [address("2001:db8::2", 64)]'
at4='address lan0 10.1.0.2/24 present'
is_red "$at4" 'addrs["lan0"] = [address("10.1.0.2", 24, dynamic=True, valid_life_time=3600)]'
is_ok 'address lan1 10.2.0.2/24 present' \
	'addrs["lan1"] = [address("10.2.0.2", 24, deprecated=True)]'

# Also those that are the kernel's own otherwise
config <<'Y'
network:
  version: 2
  ethernets:
    lo: {addresses: [127.0.0.1/8, '::1/128', 7.7.7.7/32]}
    lan0: {addresses: [169.254.9.9/16, 'fe80::9/64']}
Y
lo='links.append(link("lo", "00:00:00:00:00:00", flags=["LOOPBACK", "UP"]))
addrs["lo"] = [address("127.0.0.1", 8, scope="host"),
    address("::1", 128, scope="host"), address("7.7.7.7", 32)]
addrs["lan0"] = [address("169.254.9.9", 16, scope="link"),
    address("fe80::9", 64, scope="link"), address("fe80::8", 64, scope="link")]
'
is_ok 'loopback lo addresses' "$lo"
is_ok 'physical lan0 addresses' "$lo"
is_red 'loopback lo addresses' "${lo}addrs['lo'].append(address('7.7.7.8', 32))"
is_red 'physical lan0 addresses' "${lo}del addrs['lan0'][0]"

# Links
is_red 'physical lan0 up' 'lan0.update(operstate="DOWN", flags=["UP", "NO-CARRIER"])'
config <<'Y'
network:
  version: 2
  ethernets: {lan0: {}, lan1: {}}
  bonds: {bond0: {interfaces: [lan0, lan1], parameters: {mode: active-backup}}}
Y
bond='links.append(link("bond0", "52:54:00:12:34:00", linkinfo={"info_kind": "bond",
    "info_data": {"mode": "active-backup"}}))
for l in lan0, lan1:
    l.update(master="bond0", linkinfo={"info_slave_kind": "bond",
        "info_slave_data": {"mii_status": "UP", "perm_hwaddr": l["address"]}})
'
is_ok 'physical lan1 up' "$bond"
is_red 'physical lan1 up' "${bond}lan1['linkinfo']['info_slave_data']['mii_status'] = 'DOWN'"
is_ok 'bond bond0 up' "$bond"
is_red 'bond bond0 up' "${bond}links[2].update(operstate='DOWN', flags=['UP', 'NO-CARRIER'])"

# Interfaces that nobody asked for
is_ok 'network config others' "$bond"
is_red 'network config others' "${bond}links.append(link('bond1', '52:54:00:00:00:01',
    linkinfo={'info_kind': 'bond'}))"
is_ok 'network config others' "${bond}links.append(link('bond1', '52:54:00:00:00:01',
    flags=['BROADCAST', 'MASTER'], operstate='DOWN', linkinfo={'info_kind': 'bond'}))"
is_red 'network config others' "${bond}links.append(link('eth7', '52:54:00:00:00:01'))
addrs['eth7'] = [address('10.9.9.9', 24)]"
is_ok 'network config others' "${bond}links.append(link('eth7', '52:54:00:00:00:01'))
addrs['eth7'] = [address('fe80::9', 64, scope='link')]"

# Default routes
config <<'Y'
network:
  version: 2
  ethernets:
    lan0: {addresses: [10.1.0.2/24, '2001:db8::2/64'], routes: [{to: default, via: 10.1.0.1}]}
    lan1: {dhcp4: true, accept-ra: false}
Y
right='addrs["lan0"] = [address("10.1.0.2", 24), address("2001:db8::2", 64)]
routes += [route("default", "10.1.0.1", "lan0"), route("default", "10.8.0.1", "lan1")]
'
is_ok 'physical lan0 gateways' "$right"
is_ok 'physical lan1 gateways' "$right"
is_red 'physical lan0 gateways' "${right}routes.append(route('default', '10.1.0.9', 'lan0', metric=5))"
is_red 'physical lan0 gateways' "${right}routes.append(
    {'dst': 'default', 'flags': [], 'nexthops': [{'gateway': '10.1.0.9', 'dev': 'lan0'}]})"
is_ok 'physical lan0 gateways' "${right}routes.append(route('default', '10.1.0.9', 'lan0', table='7'))"
is_ok 'physical lan0 gateways' "${right}routes6.append(route('default', 'fe80::1', 'lan0', protocol='ra'))"
is_red 'physical lan0 gateways' "${right}routes6.append(route('default', '2001:db8::1', 'lan0', protocol='static'))"
is_red 'physical lan1 gateways' "${right}routes6.append(route('default', 'fe80::1', 'lan1', protocol='ra'))"

# Rules and tables, which have several spellings
config <<'Y'
network:
  version: 2
  ethernets:
    lan0:
      addresses: [10.1.0.2/24]
      routes:
      - {to: 10.5.0.0/16, via: 10.1.0.1, table: main}
      - {to: 10.6.0.0/16, via: 10.1.0.1, table: default}
      routing-policy:
      - {from: 10.1.0.2/32, table: main, priority: 5}
      - {from: 0.0.0.0/0, to: 10.9.0.0/16, table: local, priority: 6}
      - {from: '2001:DB8:0::/48', table: 7, priority: 7}
Y
routes='routes += [route("10.5.0.0/16", "10.1.0.1", "lan0"),
    route("10.6.0.0/16", "10.1.0.1", "lan0", table="default")]
rules += [{"priority": 5, "src": "10.1.0.2", "table": "main"},
    {"priority": 6, "src": "all", "dst": "10.9.0.0", "dstlen": 16, "table": "local"}]
rules6.append({"priority": 7, "src": "2001:db8::", "srclen": 48, "table": "7"})
'
for check in 'route lan0 10.5.0.0/16 table' 'route lan0 10.6.0.0/16 table' \
	'policy lan0 rule 1 from' 'policy lan0 rule 1 table' \
	'policy lan0 rule 2 from' 'policy lan0 rule 2 to' 'policy lan0 rule 3 from'; do
	is_ok "$check" "$routes"
done
is_red 'route lan0 10.6.0.0/16 table' "${routes}routes[1]['table'] = 'main'"
is_red 'policy lan0 rule 1 from' "${routes}rules[1]['src'] = '10.1.0.3'"
is_red 'policy lan0 rule 1 from' "${routes}rules[1]['srclen'] = 24"
is_red 'policy lan0 rule 2 from' "${routes}rules[2]['src'] = '10.3.0.0'"
is_red 'policy lan0 rule 3 from' "${routes}rules6[1]['srclen'] = 32"
is_red 'policy lan0 rule 1 from' "${routes}del rules[1:]"

# The order of name servers and of search domains matters.
config <<'Y'
network:
  version: 2
  ethernets:
    lan0:
      addresses: [10.1.0.2/24]
      nameservers: {addresses: [10.1.0.1, '2001:DB8::1', 8.8.8.8], search: [b.Example, a.example]}
Y
dns='nameservers of lan0'
is_ok "$dns addresses" 'resolv = "nameserver 9.9.9.9\nnameserver 10.1.0.1\n" \
    "nameserver 2001:db8::1\nnameserver 8.8.8.8\n"'
is_red "$dns addresses" 'resolv = "nameserver 8.8.8.8\nnameserver 10.1.0.1\nnameserver 2001:db8::1\n"'
is_red "$dns addresses" 'resolv = "nameserver 10.1.0.1\nnameserver 2001:db8::1\n"'
is_ok "$dns search" 'resolv = "search x b.example a.example.\n"'
is_red "$dns search" 'resolv = "search a.example b.example\n"'
config <<'Y'
network:
  version: 2
  ethernets:
    lan0: {addresses: [10.1.0.2/24], nameservers: {addresses: [10.1.0.1, 10.2.0.1]}}
    lan1: {addresses: [10.2.0.2/24], nameservers: {addresses: [10.2.0.1, 10.1.0.1]}}
Y
is_ok 'nameservers of lan1 addresses' 'resolv = "nameserver 10.1.0.1\nnameserver 10.2.0.1\n"'
is_red 'nameservers of lan1 addresses' 'resolv = "nameserver 10.2.0.1\n"'
config <<'Y'
network:
  version: 1
  config:
  - type: physical
    name: lan0
    subnets:
    - {type: static, address: 10.1.0.2/24, dns_nameservers: [10.1.0.1, 10.1.0.9]}
    - {type: static, address: 10.2.0.2/24, dns_nameservers: 10.2.0.1 10.2.0.9}
Y
is_ok 'nameservers of lan0 addresses' 'resolv = "nameserver 10.2.0.1\nnameserver 10.2.0.9\n" \
    "nameserver 10.1.0.1\nnameserver 10.1.0.9\n"'
is_red 'nameservers of lan0 addresses' 'resolv = "nameserver 10.1.0.1\nnameserver 10.1.0.9\n" \
    "nameserver 10.2.0.9\nnameserver 10.2.0.1\n"'

# What is not brought up at boot has no addresses.
config <<'Y'
network:
  version: 1
  config:
  - {type: physical, name: lan0, subnets: [{type: static, address: 10.1.0.2/24, gateway: 10.1.0.1, control: manual}]}
  - {type: physical, name: lan1, subnets: [{type: dhcp4, control: manual}]}
Y
facts 'lan0["flags"] = lan1["flags"] = ["BROADCAST"]
lan0["operstate"] = lan1["operstate"] = "DOWN"'
for check in "$at4" 'route lan0 default via' 'physical lan1 dhcp4'; do
	is "$(outcome "$check")" 'no such check' "control: manual: $check"
done
is "$(outcome 'physical lan0 up')" ok '  and it is not up'

# lo is no NIC, in version 2, too.
config <<'Y'
network: {version: 2, ethernets: {lo: {addresses: [10.7.7.7/32]}}}
Y
is_ok 'address lo 10.7.7.7/32 present' 'links.append(link("lo", "00:00:00:00:00:00",
    flags=["LOOPBACK", "UP"]))
addrs["lo"] = [address("10.7.7.7", 32)]'
is_ok 'loopback lo name' 'links.append(link("lo", "00:00:00:00:00:00", flags=["LOOPBACK", "UP"]))'

# Several drivers
config <<'Y'
network: {version: 2, ethernets: {n: {match: {driver: [e1000, 'virtio*'], name: lan0}}}}
Y
is_ok 'physical n driver' 'open(d + "/net_drivers", "w").write("lan0 virtio_net\n")'
is_red 'physical n driver' 'open(d + "/net_drivers", "w").write("lan0 r8169\n")'

# Patterns, of which one must match
config <<'Y'
network:
  version: 2
  ethernets:
    all-en: {match: {name: 'lan*'}, dhcp4: true}
    all-eth: {match: {name: 'eth*'}, dhcp4: true}
Y
leases='for n in "lan0", "lan1":
    addrs[n] = [address("10.0.2.15", 24, dynamic=True)]
'
is_ok 'physical all-en dhcp4' "$leases"
is "$(outcome 'physical all-eth match-name')" skip '  each NIC is matched by the other'
is_red 'physical all-eth match-name' "${leases}links[1]['ifname'] = 'wan'"
config <<'Y'
network: {version: 2, ethernets: {all: {match: {}, dhcp4: true}, star: {match: {name: '*'}, dhcp4: true}}}
Y
both="links.insert(0, link('lo', '00:00:00:00:00:00', flags=['LOOPBACK', 'UP']))
$leases"
is_ok 'physical all dhcp4' "$both"
is_ok 'physical star dhcp4' "$both"

# iproute2 that is too old for JSON
config <<'Y'
network: {version: 2, ethernets: {lan0: {addresses: [10.1.0.2/24]}}}
Y
fresh
: >"$case/collect/ip_addr.json"
breaks 'address lan0 10.1.0.2/24 present' 'an empty ip_addr.json'
has "$work/out" 'iproute2 before 4.17' '  and what that may come from'
done_testing

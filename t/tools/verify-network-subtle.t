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
done_testing

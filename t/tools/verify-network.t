#!/bin/sh
# vt-verify of a network config: the facts that a guest with all kinds of
# interfaces left (t/network), as they are, damaged, missing and hostile.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
need python3
network_fixture
# results STATUS: the names of the network's results with it
results() {
	perl -MJSON::PP -e '
		local $/;
		open my $f, "<", $ARGV[0] or die $!;
		for (@{decode_json(<$f>)->{checks}}) {
			my $kinds = "physical|bond|bridge|vlan|dummy|loopback|" .
				"interface|address|route|policy|nameservers|network";
			print "$_->{name}\n" if $_->{status} eq $ARGV[1] &&
				$_->{name} =~ /^($kinds) /;
		}' "$case/result.json" "$1"
}

# damage FILE PYTHON: changes the JSON `j` of a fact of a fresh case
damage() {
	fresh
	python3 - "$case/collect/$1" "$2" <<'P' || exit 3
import json, sys
path, change = sys.argv[1:]
j = json.load(open(path))
def link(name):
    return next(l for l in j if l.get("ifname") == name)
def of(name, *keys):
    at = link(name)
    for key in keys:
        at = at[key]
    return at
def rules(**want):
    return [r for r in j if all(r.get(k) == v for k, v in want.items())]
exec(change)
json.dump(j, open(path, "w"))
P
}

# red CHECK FILE PYTHON: this check is among those that fail, at its line
red() {
	damage "$2" "$3"
	verify
	is "$(outcome "$1")" 'not ok' "$1: $3"
	grep -A9 -F "not ok" "$work/out" | grep -q "^#   at: .*/v[12].yaml:" ||
		diag "no line of the config is named"
}

for version in 1 2; do
	expect_network "$top/t/network/v$version.yaml"
	fresh
	[ $version = 2 ] || of_version_1
	verify
	status_is 0 "version $version: the guest has what the config asks for"
	is "$(results 'not ok'; results skip)" '' "  nothing fails or is skipped"
	note "version $version: $(results ok | wc -l) results"
done

# of version 2, which has more to say
info() { printf "of('$1', 'linkinfo', '%s')" "$2"; }
red 'physical first mac' ip_link.json "link('lan0')['address'] = 'aa:bb:cc:dd:ee:ff'"
red 'physical first name' ip_link.json "link('lan0')['ifname'] = 'eth0'"
red 'physical lan1 mtu' ip_link.json "link('lan1')['mtu'] = 1500"
red 'physical port6 name' ip_link.json "link('port6')['ifname'] = 'eth6'"
red 'physical lan1 up' ip_link.json "link('lan1')['flags'].remove('UP')"
red 'physical first dhcp4' ip_addr.json "link('lan0')['addr_info'] = []"
red 'physical first dhcp6' ip_addr.json "of('lan0', 'addr_info').append(
    {'family': 'inet6', 'local': 'fd00::5', 'prefixlen': 128, 'scope': 'global', 'dynamic': True})"
red 'physical first link-local' ip_addr.json "link('lan0')['addr_info'] = [
    a for a in of('lan0', 'addr_info') if a['scope'] != 'link']"
red 'dummy dummy0 link-local' ip_addr.json "of('dummy0', 'addr_info').append(
    {'family': 'inet6', 'local': 'fe80::1', 'prefixlen': 64, 'scope': 'link'})"
red 'physical lan1 addresses' ip_addr.json "of('lan1', 'addr_info').append(
    {'family': 'inet', 'local': '10.9.9.9', 'prefixlen': 8, 'scope': 'global'})"
red 'bond bond0 interfaces' ip_link.json "del link('port3')['master']"
red 'bond bond0 mode' ip_link.json "$(info bond0 info_data)['mode'] = 'balance-rr'"
red 'bond bond0 miimon' ip_link.json "$(info bond0 info_data)['miimon'] = 0"
red 'bond bond0 primary' ip_link.json "$(info bond0 info_data)['primary'] = 'port3'"
red 'bond bond1 lacp-rate' ip_link.json "$(info bond1 info_data)['ad_lacp_rate'] = 'slow'"
red 'bond bond1 macaddress' ip_link.json "link('bond1')['address'] = '52:54:00:12:34:14'"
red 'bond bond1 mode' ip_link.json "link('bond1')['linkinfo']['info_kind'] = 'team'"
red 'bond bond2 arp-ip-targets' ip_link.json "$(info bond2 info_data)['arp_ip_target'].pop()"
red 'bridge br0 stp' ip_link.json "$(info br0 info_data)['stp_state'] = 1"
red 'bridge br0 forward-delay' ip_link.json "$(info br0 info_data)['forward_delay'] = 1500"
red 'bridge br0 path-cost' ip_link.json "$(info port7 info_slave_data)['cost'] = 100"
red 'bridge br0 port-priority' ip_link.json "$(info port7 info_slave_data)['priority'] = 32"
red 'bridge br0 interfaces' ip_link.json "link('port4')['master'] = 'br0'"
red 'vlan tagged id' ip_link.json "$(info tagged info_data)['id'] = 201"
red 'vlan tagged link' ip_link.json "link('tagged')['link'] = 'lan1'"
red 'vlan tagged mtu' ip_link.json "link('tagged')['mtu'] = 1500"
red 'address bond0 10.23.23.2/24 present' ip_addr.json "link('bond0')['addr_info'] = []"
red 'address bond0 10.23.23.2/24 prefix' ip_addr.json "of('bond0', 'addr_info', 0)['prefixlen'] = 25"
red 'address lan1 10.0.4.100/24 label' ip_addr.json "[a.pop('label') for a in of('lan1', 'addr_info') if 'label' in a]"
red 'address lan1 10.0.4.100/24 lifetime' ip_addr.json "[a.pop('deprecated', None) for a in of('lan1', 'addr_info')]"
red 'route lan1 default via' ip_route.json "[r.update(gateway='10.0.3.9') for r in rules(dst='default', dev='lan1')]"
red 'route lan1 default metric' ip_route.json "[r.pop('metric') for r in rules(dst='default', dev='lan1')]"
red 'route lan1 10.11.0.0/16 table' ip_route.json "[r.update(table='main') for r in rules(dst='10.11.0.0/16')]"
red 'route lan1 10.11.0.0/16 present' ip_route.json "j.remove(rules(dst='10.11.0.0/16')[0])"
red 'route lan1 10.12.0.1/32 on-link' ip_route.json "rules(dst='10.12.0.1')[0]['flags'] = []"
red 'route lan1 10.12.0.1/32 mtu' ip_route.json "rules(dst='10.12.0.1')[0].pop('metrics')"
red 'route lan1 10.12.0.1/32 from' ip_route.json "rules(dst='10.12.0.1')[0]['prefsrc'] = '10.0.4.100'"
red 'route lan1 10.13.0.0/16 scope' ip_route.json "rules(dst='10.13.0.0/16')[0].pop('scope')"
red 'route lan1 10.14.0.0/16 type' ip_route.json "rules(dst='10.14.0.0/16')[0]['type'] = 'prohibit'"
red 'route lan1 2001:db8:2::/48 via' ip6_route.json "rules(dst='2001:db8:2::/48')[0]['gateway'] = '2001:db8:1::9'"
red 'policy lan1 rule 1 table' ip_rule.json "rules(priority=50)[0]['table'] = '101'"
red 'policy lan1 rule 2 mark' ip_rule.json "rules(priority=60)[0].pop('fwmark')"
red 'policy lan1 rule 2 type-of-service' ip_rule.json "rules(priority=60)[0].pop('tos')"
red 'policy lan1 rule 3 from' ip6_rule.json "j.remove(rules(priority=70)[0])"
red 'policy lan1 rule 1 priority' ip_rule.json "rules(priority=50)[0]['priority'] = 51"

# texts
edit() { # FILE SED CHECK
	fresh
	sed -i "$2" "$case/collect/$1"
	breaks "$3" "$1: $2"
}
edit net_sysctl 's,\(conf/lan1/mtu:\).*,\11492,' 'physical lan1 ipv6-mtu'
edit net_sysctl 's,\(conf/lan1/accept_ra:\).*,\11,' 'physical lan1 accept-ra'
edit net_sysctl 's,\(conf/lan0/use_tempaddr:\).*,\10,' 'physical first ipv6-privacy'
edit net_drivers 's/^port5 .*/port5 e1000/' 'physical port5 driver'
edit resolv.conf '/8.8.8.8/d' 'nameservers of lan1 addresses'
edit resolv.conf 's/barley//' 'nameservers of lan1 search'

# Facts that are missing are failures, not skips.
for fact in ip_link.json ip_addr.json ip_route.json ip6_route.json ip_rule.json \
	ip6_rule.json net_sysctl resolv.conf; do
	fresh
	rm "$case/collect/$fact"
	verify
	status_is 1 "no $fact"
	is "$(outcome evidence)" 'not ok' "  it is missing"
	is "$(results skip)" '' "  nothing is skipped"
	[ -n "$(results 'not ok')" ]
	result $? "  checks fail"
done

# Hostile facts
for fact in ip_link ip_addr ip_route ip6_route ip_rule ip6_rule; do
	for text in '' '{' '{}' 'null' '[1, "a", null, [], {}]' \
		'[{"ifname": 1, "flags": "UP", "linkinfo": [], "addr_info": {}}]' \
		'[{"ifname": "lan0", "address": {}, "master": 5, "mtu": "x"}]' \
		'[{"dst": 7, "dev": [], "gateway": {}, "table": -1, "metric": -5,
		  "metrics": {}, "nexthops": [1], "src": 4, "srclen": "y"}]'; do
		fresh
		printf %s "$text" >"$case/collect/$fact.json"
		verify
		[ "$status" -eq 1 ] && ! grep -q Sanitizer "$work/err"
		result $? "$fact.json: '$text'" || diag "$(tail -n 5 "$work/err")"
	done
done
python3 -c 'print("[" + ",".join("{\"ifname\": \"x%d\"}" % i for i in range(20000)) + "]")' \
	>"$work/many.json"
fresh
cp "$work/many.json" "$case/collect/ip_link.json"
verify
status_is 1 "20,000 interfaces"

# iproute2 without JSON
fresh
sed -i 's/release: bookworm/release: xenial/' "$case/verify.yaml"
rm "$case"/collect/ip*.json
verify
is "$(results 'not ok')" '' "a release whose iproute2 writes no JSON: no failures"
has "$case/result.json" 'iproute2 of this release does not write JSON' \
	"  but skips, with the reason"

# Scripts of the definition, instead of those of vt
fresh
sed -i 's/^collect_scripts:.*/collect_scripts: [collect-1]/' "$case/verify.yaml"
sed -i 's/"common"/"collect-1"/' "$case/collect/vt-sentinel.json"
rm "$case"/collect/ip*.json
verify
is "$(results 'not ok')" '' "a definition's own scripts do not collect it"
has "$case/result.json" 'scripts of the definition replace' "  and so it is said"

# A config that is disabled
printf 'network: {config: disabled}\n' >"$work/off.yaml"
expect_network "$work/off.yaml"
fresh
verify
is "$(outcome 'network config disabled')" 'not ok' "disabled: it has addresses"
damage ip_addr.json "[l.update(addr_info=[]) for l in j if l['ifname'] != 'lo']"
verify
is "$(outcome 'network config disabled')" ok "  it has none"

# The route that DHCP gave
cat >"$work/dhcp.yaml" <<'Y'
network:
  version: 2
  ethernets:
    lan0: {dhcp4: true, dhcp4-overrides: {route-metric: 7, use-routes: true}}
Y
expect_network "$work/dhcp.yaml"
gave() { # METRIC PROTOCOL
	damage ip_route.json "j.append({'dst': 'default', 'gateway': '10.0.2.2',
	    'dev': 'lan0', 'protocol': '$2', 'metric': $1, 'flags': []})"
	verify
}
fresh
verify
is "$(outcome 'physical lan0 dhcp4-routes')" 'not ok' "DHCP: no route"
gave 7 dhcp
is "$(outcome 'physical lan0 dhcp4-metric')" ok "  networkd's, with its metric"
gave 7 boot
is "$(outcome 'physical lan0 dhcp4-routes')" ok "  dhclient's"
gave 100 dhcp
is "$(outcome 'physical lan0 dhcp4-metric')" 'not ok' "  with another metric"

# Interfaces that are matched by a name that they no longer have
cat >"$work/match.yaml" <<'Y'
network:
  version: 2
  ethernets:
    a: {match: {name: 'en*', driver: 'virtio*'}, set-name: port6}
    b: {match: {name: 'eth*'}, set-name: port7}
    c: {match: {driver: 'virtio*', name: 'port5*'}}
    d: {match: {name: 'wl*'}}
    e: {match: {driver: e1000}, set-name: port4}
  bridges:
    ovs: {openvswitch: {}}
Y
expect_network "$work/match.yaml"
fresh
verify
is "$(outcome 'physical a match-name')" ok "another name of the interface is matched"
is "$(outcome 'physical a driver')" ok "  and its driver"
is "$(outcome 'physical b match-name')" skip "a name of before is not known"
is "$(outcome 'physical b name')" ok "  but its name now is"
is "$(outcome 'physical c driver')" ok "one without a name of its own is found"
is "$(outcome 'physical d match-name')" 'not ok' "no interface of such a name"
is "$(outcome 'physical e driver')" 'not ok' "another driver"
is "$(outcome 'bridge ovs name')" 'no such check' "Open vSwitch is not looked for"

# NICs that are named alone
cat >"$work/odd.yaml" <<'Y'
network:
  version: 1
  config:
  - {type: physical, name: port3, subnets: [{type: static, address: 10.1.1.1/8}]}
  - {type: physical, name: none}
Y
expect_network "$work/odd.yaml"
fresh
verify
is "$(outcome 'physical port3 name')" ok "an interface is found by its name"
is "$(outcome 'address port3 10.1.1.1/8 present')" 'not ok' "  has no such address"
is "$(outcome 'physical none name')" 'not ok' "  another is not there"
done_testing

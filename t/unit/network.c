/* network/net_read.h and nics.h: a network config as a graph, the NICs that it
 * needs, and what is wrong with one. */
#include <string.h>

#include "../tap.h"
#include "base/mem.h"
#include "graph/expect.h"
#include "network/ip.h"
#include "network/net_read.h"
#include "network/net_realise.h"
#include "network/net_statements.h"
#include "network/net_types.h"
#include "network/nics.h"

/* Compare "NAME=MAC ..." or, if it begins with "c:", the error. */
static void nics(const char *text, const char *expected)
{
	VT_AUTO_STRV struct vt_strv warnings = VT_STRV_INIT;
	VT_AUTO_GRAPH struct vt_graph g = {0};
	VT_AUTO_NICS struct vt_nics net = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_STR struct vt_str found = VT_STR_INIT, name = VT_STR_INIT;
	VT_AUTO_DOC struct vt_doc *doc =
		vt_doc_parse_config("c", text, strlen(text), &warnings, &err);

	if (doc && vt_network_read(&g, doc->root, &err) == 0) {
		vt_nics(&net, &g);
		for (size_t i = 0; i < net.n; i++)
			vt_str_addf(&found, "%s%s=%s", i ? " " : "",
				net.v[i].name,
				net.v[i].mac ? net.v[i].mac : "any");
	}
	const struct vt_net *more = vt_network_more(&g);
	for (size_t i = 0; more && i < more->notes.n; i++)
		vt_str_addf(&found, " %s", more->notes.v[i]);
	if (err)
		vt_str_add(&found, err->msg);
	vt_str_printable(&name, text, strlen(text), false);
	is_str(vt_str_c(&found), expected, vt_str_c(&name));
}

#define V1(entries) "network: {version: 1, config: [" entries "]}\n"
#define V2(sections) "network: {version: 2, " sections "}\n"

static void version_1(void)
{
	nics(V1("{type: physical, name: a, mac_address: '52:54:00:aa:00:01'}, "
		"{type: physical, name: b, subnets: [{type: dhcp4}]}, "
		"{type: bond, name: c, bond_interfaces: [a, b], params: {}, "
		"mac_address: '52:54:00:aa:00:01'}, "
		"{type: vlan, name: d, vlan_link: c, vlan_id: 5}, "
		"{type: bridge, name: e, bridge_interfaces: [d], params: {}}, "
		"{type: nameserver, address: 10.0.0.1}, "
		"{type: route, destination: 10.0.0.0/8}"),
		"a=52:54:00:aa:00:01 b=any");
	nics(V1("{type: phyiscal, name: a}"),
		"c:1:39: unknown type 'phyiscal' of a network config: did you "
		"mean 'physical'?");
	nics(V1("{name: a}"), "c:1:32: entry without 'type'");
	nics(V1("{type: physical}"),
		" c:1:32: curtin ignores a physical without 'name'");
	nics(V1("{type: bond, name: a, bond_interfaces: []}"),
		" c:1:32: curtin ignores a bond without 'params'");
	nics(V1("{type: physical, name: 10}"),
		"c:1:55: name must be a string, but without quotes 10 is the "
		"integer 10: write '10'");
	nics(V1("{type: physical, name: a, subnets: [{control: auto}]}"),
		"c:1:68: subnet without 'type'");
	nics(V1("{type: physical, name: a}, {type: physical, name: a}"),
		"c:1:82: the name 'a' is already that of line 1");
	nics(V1("{type: bridge, name: a, bridge_interfaces: [b], params: {}}"),
		"c:1:76: the bridge's port 'b' has no entry");
	nics(V1("{type: bond, name: a, bond_interfaces: b, params: {}}"),
		"c:1:71: expected a list, found string 'b'");
	nics(V1("{type: bond, name: a, bond_interfaces: [b], params: }"),
		"c:1:84: expected a map, found null");
	nics(V1("{type: route, destination: 10.0.0.0}"),
		"c:1:59: '10.0.0.0' is not a network such as 10.0.0.0/8: "
		"curtin "
		"fails without the length of its prefix");
	nics(V1("{type: nameserver, address: [10.0.0.1, 5]}"),
		"c:1:71: address must be a string, but without quotes 5 is the "
		"integer 5: write '5'");
	nics(V1("{type: physical, name: a, subnets: [{type: static}]}"),
		"c:1:68: subnet without 'address'");
	nics(V1("{type: physical, name: a, subnets: [{type: static, address: "
		"10.0.0.2/8, routes: [{gateway: 10.0.0.1}]}]}"),
		"c:1:113: route without 'network'");
	nics("network: {version: 1}\n",
		"c:1:10: 'config' is missing: a list of devices");
	nics("network: {version: 1, config: {a: b}}\n",
		"c:1:31: expected a list, found map");
}

static void version_2(void)
{
	nics(V2("renderer: networkd, ethernets: {lan: {match: {macaddress: "
		"'52:54:00:AA:00:01'}, set-name: lan}, enp1s0: {macaddress: "
		"'52:54:00:aa:00:01'}, any: {match: {name: 'en*'}}, no: , "
		"vf: {link: lan}}, bonds: {b: {interfaces: [enp1s0], "
		"macaddress: '52:54:00:aa:00:07'}}, tunnels: {}, vlans: "),
		"lan=52:54:00:AA:00:01 enp1s0=any any=any no=any");
	nics(V2("ethernets: {a: {match: {mac_address: '52:54:00:00:00:01'}}}"),
		"a=52:54:00:00:00:01");
	nics(V2("ethernets: {a: {macaddress: random, match: {driver: [e1000, "
		"'b*']}}, lo: {addresses: [10.7.7.7/32]}}"),
		"a=any");
	nics(V2("ethernets: {a: {routes: [{to: default, table: mian}]}}"),
		"c:1:69: 'mian' is neither the number of a routing table nor "
		"main, local or default");
	nics(V2("ethernet: {a: {}}"),
		"c:1:23: unknown section 'ethernet' of a network config: did "
		"you mean 'ethernets'?");
	nics(V2("ethernets: [a]"), "c:1:34: expected a map, found list");
	nics(V2("ethernets: {a: yes}"),
		"c:1:38: expected a map, found boolean 'yes'");
	nics(V2("config: []"),
		"c:1:23: unknown section 'config' of a network config");
}

static void addresses(void)
{
	nics(V1("{type: physical, name: a, mac_address: 52:54:00:12:34:01}"),
		"c:1:71: an address must be a string, but without quotes "
		"52:54:00:12:34:01 is the integer 41135085241 (in base 60): "
		"write '52:54:00:12:34:01'");
	nics(V2("bonds: {a: {macaddress: 52:54:00:12:34:01}}"),
		"c:1:47: an address must be a string, but without quotes "
		"52:54:00:12:34:01 is the integer 41135085241 (in base 60): "
		"write '52:54:00:12:34:01'");
	nics(V1("{type: physical, name: a, mac_address: 525400123401}"),
		"c:1:71: mac_address must be a string, but without quotes "
		"525400123401 is the integer 525400123401: write "
		"'525400123401'");
	nics(V1("{type: physical, name: a, mac_address: 5254.0012.34ab}"),
		"c:1:71: '5254.0012.34ab' is not a MAC address such as "
		"52:54:00:12:34:01");
	nics("network:\n  version: 2\n  ethernets:\n"
	     "    a: {match: {macaddress: '52:54:00:aa:00:01'}}\n"
	     "    b: {match: {macaddress: '52:54:00:AA:00:01'}}\n",
		"c:5:29: '52:54:00:AA:00:01' is already the MAC address of "
		"'a', at line 4: give each NIC its own");
}

static void sections(void)
{
	nics("storage: {}\n", "");
	nics("network:\n", "");
	nics("network: {config: disabled}\n", "");
	nics("network: {version: 1, config: disabled}\n", "");
	nics(V1(""), "");
	nics("network: disabled\n",
		"c:1:10: expected a map, found string 'disabled'");
	nics("network: {}\n",
		"c:1:10: a network config needs a 'version', 1 or 2");
	nics("network: {ethernets: {a: {}}}\n",
		"c:1:10: a network config needs a 'version', 1 or 2");
	nics("network: {version: 3, ethernets: {a: {}}}\n",
		"c:1:20: expected an integer from 1 to 2, found integer '3'");
	nics("network: {version: '2', ethernets: {a: {}}}\n",
		"c:1:20: expected an integer from 1 to 2, found string '2'");
	nics("network: {network: {version: 2, ethernets: {a: {}}}}\n",
		"c:1:11: 'network' within 'network': remove one level");
}

/* "WORD=VALUE ..." of what is expected of an entry, or the error. */
static void entry(const char *text, const char *id, const char *expected)
{
	VT_AUTO_STRV struct vt_strv warnings = VT_STRV_INIT;
	VT_AUTO_GRAPH struct vt_graph g = {0}, back = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_STR struct vt_str found = VT_STR_INIT, name = VT_STR_INIT;
	VT_AUTO_DOC struct vt_doc *doc =
		vt_doc_parse_config("c", text, strlen(text), &warnings, &err);
	VT_AUTO_DOC struct vt_doc *out = vt_doc_new();
	const struct vt_dev *d = NULL;

	if (doc && vt_network_read(&g, doc->root, &err) == 0) {
		vt_network_realise(&g);
		/* as vt-verify has it */
		if (vt_network_read_expected(
			    &back, vt_graph_write(&g, out), &err) == 0)
			d = vt_graph_find(&back, id);
	}
	for (size_t i = 0; d && i < d->n_refs; i++)
		vt_str_addf(&found, "%s%s->%s", found.len ? " " : "",
			d->refs[i].key->word, d->refs[i].used->id);
	for (size_t i = 0; d && i < d->n_fields; i++) {
		const struct vt_field *f = &d->fields[i];
		if (!f->expected)
			continue;
		vt_str_addf(
			&found, "%s%s=", found.len ? " " : "", f->key->word);
		if (f->key->kind == VT_KEY_TEXT)
			vt_str_add(&found, f->text ? f->text : "");
		else
			vt_str_addf(&found, "%llu", (unsigned long long)f->n);
	}
	vt_str_add(&found, err ? err->msg : "");
	vt_str_printable(&name, text, strlen(text), false);
	is_str(vt_str_c(&found), expected, vt_str_c(&name));
}

#define ETH(...) V1("{type: physical, name: a, " __VA_ARGS__ "}")
#define SUBNET(...) ETH("subnets: [{" __VA_ARGS__ "}]")
#define ETH2(...) V2("ethernets: {a: {" __VA_ARGS__ "}}")

static void subnets(void)
{
	static const char *const dynamic[][2] = {{"dhcp", "dhcp4=1"},
		{"dhcp4", "dhcp4=1"}, {"dhcp6", "dhcp4=0 dhcp6=1"},
		{"ipv6_slaac", "dhcp4=0 slaac=1"},
		{"ipv6_dhcpv6-stateful", "dhcp4=0 dhcp6=1"},
		{"ipv6_dhcpv6-stateless", "dhcp4=0 slaac=1"}};
	for (size_t i = 0; i < VT_COUNT(dynamic); i++) {
		VT_AUTO_FREE char *text =
			vt_printf(SUBNET("type: %s"), dynamic[i][0]);
		VT_AUTO_FREE char *want =
			vt_printf("name=a up=1 %s addresses=none gateways=none",
				dynamic[i][1]);
		entry(text, "a", want);
	}
	entry(SUBNET("type: manual"), "a",
		"name=a up=1 dhcp4=0 addresses=none gateways=none");
	entry(SUBNET("type: manual, control: manual"), "a", "name=a up=0");
	entry(SUBNET("type: static, address: 10.0.0.2/24"), "a",
		"name=a up=1 dhcp4=0 addresses=10.0.0.2/24 gateways=none");
	entry(SUBNET("type: static, address: 10.0.0.2, netmask: "
		     "255.255.254.0"),
		"a 10.0.0.2/23", "interface->a present=1 prefix=23");
	entry(SUBNET("type: static, address: 10.0.0.2, netmask: 25"),
		"a 10.0.0.2/25", "interface->a present=1 prefix=25");
	entry(SUBNET("type: static6, address: 'FD00::0:2', netmask: "
		     "'ffff:ffff::'"),
		"a fd00::2/32", "interface->a present=1 prefix=32");
	entry(SUBNET("type: static, address: 10.0.0.2"), "a 10.0.0.2",
		"interface->a present=1");
	entry(SUBNET("type: static, address: 10.0.0.2, netmask: 255.0.255.0"),
		"a",
		"c:1:111: '255.0.255.0' is neither a netmask nor the length of "
		"a prefix");
	entry(SUBNET("type: static, address: 10.0.0.256/24"), "a",
		"c:1:92: '10.0.0.256/24' is not an IP address");
	entry(SUBNET("type: static, address: 10.0.0.2/8, mtu: 1400"), "a",
		"name=a up=1 mtu=1400 dhcp4=0 addresses=10.0.0.2/8 "
		"gateways=none");
	entry(SUBNET("type: static, address: 'fd00::2/8', mtu: '1400'"), "a",
		"name=a up=1 ipv6-mtu=1400 dhcp4=0 addresses=fd00::2/8 "
		"gateways=none");
	entry(SUBNET("type: static, address: 10.0.0.2/8, mtu: 1e3"), "a",
		"c:1:109: mtu '1e3' is not a number from 0 to 16777216");
	entry(SUBNET("type: dhcp4, dns_nameservers: 8.8.8.8 8.8.4.4, "
		     "dns_search: [a.b, c.d]"),
		"of a",
		"interface->a addresses=8.8.8.8, 8.8.4.4 search=a.b, c.d");
	entry(SUBNET("type: dhcp4, dns_nameservers: [dns.example]"), "a",
		"c:1:100: 'dns.example' is not an IP address");
}

static void routes(void)
{
	entry(SUBNET("type: static, address: 10.0.0.2/8, gateway: 10.0.0.1, "
		     "metric: 5"),
		"a default", "interface->a present=1 via=10.0.0.1 metric=5");
	entry(SUBNET("type: static, address: 'fd::2/8', gateway: 'fd::1'"),
		"a ::/0", "interface->a present=1 via=fd::1");
	entry(SUBNET("type: dhcp4, routes: [{network: 10.1.0.0, netmask: "
		     "255.255.0.0, gateway: 10.0.0.1, metric: 0}]"),
		"a 10.1.0.0/16",
		"interface->a present=1 via=10.0.0.1 metric=0");
	entry(SUBNET("type: dhcp4, routes: [{network: '::', netmask: '::', "
		     "gateway: 'fd::1', metric: 0}]"),
		"a ::/0", "interface->a present=1 via=fd::1");
	entry(V1("{type: route, destination: 10.1.2.3/16, gateway: 10.0.0.1}"),
		"10.1.0.0/16", "present=1 via=10.0.0.1");
	entry(SUBNET("type: dhcp4, routes: [{network: 10.1.0.0/16, gateway: "
		     "here}]"),
		"a", "c:1:123: 'here' is not an IP address");
	entry(ETH2("routes: [{to: 0.0.0.0/0, via: 10.0.0.1, table: 7, "
		   "on-link: true, type: unicast, scope: link, from: 10.0.0.2, "
		   "mtu: 1400}]"),
		"a default",
		"interface->a present=1 via=10.0.0.1 table=7 type=unicast "
		"scope=link on-link=1 from=10.0.0.2 mtu=1400");
	entry(ETH2("gateway4: 10.0.0.1, gateway6: 'fd::1'"), "a ::/0",
		"interface->a present=1 via=fd::1");
	entry(ETH2("routes: [{via: 10.0.0.1}]"), "a",
		"c:1:48: route without 'to'");
	entry(ETH2("routes: [{to: 10.0.0.0/8, type: odd}]"), "a",
		"c:1:71: type 'odd' is not one of unicast, anycast, blackhole, "
		"broadcast, local, multicast, nat, prohibit, throw, "
		"unreachable, xresolve");
	entry(ETH2("routing-policy: [{from: 10.0.0.0/8, table: 7, priority: 5, "
		   "mark: 3, type-of-service: 16}]"),
		"a rule 1",
		"interface->a from=10.0.0.0/8 table=7 priority=5 mark=3 "
		"type-of-service=16");
	entry(ETH2("routing-policy: [{table: 7}]"), "a",
		"c:1:56: a routing policy needs 'from' or 'to'");
}

static void interfaces(void)
{
	entry(ETH2("match: {macaddress: '52:54:00:00:00:01'}"), "a",
		"mac=52:54:00:00:00:01 up=1 dhcp4=0 addresses=none "
		"gateways=none");
	entry(ETH2("match: {macaddress: '52:54:00:00:00:01'}, set-name: lan"),
		"a",
		"name=lan mac=52:54:00:00:00:01 up=1 dhcp4=0 addresses=none "
		"gateways=none");
	entry(ETH2("match: {name: 'en*', driver: e1000}"), "a",
		"match-name=en* driver=e1000 up=1 dhcp4=0 addresses=none "
		"gateways=none");
	entry(ETH2("macaddress: '52:54:00:00:00:01', activation-mode: 'off'"),
		"a", "name=a up=0");
	entry(ETH2("dhcp4: false, dhcp6: yes, accept-ra: no, mtu: 9000, "
		   "ipv6-mtu: 1400, ipv6-privacy: true, link-local: []"),
		"a",
		"name=a up=1 mtu=9000 ipv6-mtu=1400 dhcp4=0 dhcp6=1 "
		"addresses=none gateways=none accept-ra=0 link-local=none "
		"ipv6-privacy=1");
	entry(ETH2("dhcp4: true, dhcp4-overrides: {route-metric: 7, "
		   "use-routes: false}"),
		"a",
		"name=a up=1 dhcp4=1 addresses=none gateways=none "
		"dhcp4-metric=7 dhcp4-routes=0");
	entry(ETH2("addresses: [10.0.0.1/8: {label: 'a:1', lifetime: 0}]"),
		"a 10.0.0.1/8",
		"interface->a present=1 prefix=8 label=a:1 lifetime=0");
	entry(V2("ethernets: {a: {}}, bonds: {a: {}}"), "a",
		"c:1:51: the name 'a' is already that of line 1");
	entry(V2("vlans: {v: {id: 5, link: e}}"), "v",
		"link->e name=v up=1 dhcp4=0 addresses=none gateways=none "
		"id=5");
	entry(V2("vlans: {v: {id: 4095, link: e}}"), "v",
		"c:1:39: expected an integer from 0 to 4094, found integer "
		"'4095'");
	entry(V2("wifis: {w: {dhcp4: true}}, tunnels: {t: {}}"), "w", "");
	entry(V2("bridges: {b: {openvswitch: {}}}"), "b", "");
	entry(V1("{type: infiniband, name: ib0}"), "ib0", "");
	entry(V1("{type: loopback, name: lo, subnets: [{type: loopback}]}"),
		"lo", "name=lo up=1 addresses=none");
	entry("network: {version: 1, config: disabled}\n", "config",
		"disabled=1");
}

#define BOND(...)                                                              \
	V1("{type: bond, name: b, bond_interfaces: [x], params: {" __VA_ARGS__ \
	   "}}")
#define BRIDGE(...)                                                            \
	V2("bridges: {b: {interfaces: [x], parameters: {" __VA_ARGS__ "}}}")

static void parameters(void)
{
	entry(BOND("bond-mode: 1, bond_miimon: 100, bond-lacp_rate: 1, "
		   "bond-xmit-hash-policy: layer2+3"),
		"b",
		"interfaces->x name=b up=1 dhcp4=0 addresses=none "
		"gateways=none mode=active-backup miimon=100 "
		"xmit-hash-policy=layer2+3 lacp-rate=fast");
	entry(V2("bonds: {b: {interfaces: [], parameters: {mode: balance-alb, "
		 "mii-monitor-interval: 1s, up-delay: 200ms, primary: x, "
		 "gratuitious-arp: 2, all-slaves-active: true}}}"),
		"b",
		"name=b up=1 dhcp4=0 addresses=none gateways=none "
		"mode=balance-alb miimon=1000 updelay=200 primary=x "
		"num-peer-notif=2 all-slaves-active=1");
	entry(BOND("bond-mode: 9"), "b",
		"c:1:96: mode '9' is not one of balance-rr, active-backup, "
		"balance-xor, broadcast, 802.3ad, balance-tlb, balance-alb");
	entry(BOND("bond-miimon: soon"), "b",
		"c:1:98: mii-monitor-interval 'soon' is not a time");
	entry(BRIDGE("stp: 'off', forward-delay: 1.5, ageing-time: 300, "
		     "path-cost: {x: 5}, port-priority: {x: 6}, priority: 22"),
		"b",
		"interfaces->x name=b up=1 dhcp4=0 addresses=none "
		"gateways=none stp=0 priority=22 ageing-time=30000 "
		"forward-delay=150 path-cost=x 5 port-priority=x 6");
	entry(BRIDGE("path-cost: [x]"), "b",
		"c:1:79: path-cost 'x' is not a port and a number");
}

/* "NAME: CHECK or (reason)" of each statement. */
static void statements(const char *text, const char *expected)
{
	VT_AUTO_STRV struct vt_strv warnings = VT_STRV_INIT;
	VT_AUTO_GRAPH struct vt_graph g = {0};
	VT_AUTO_STATEMENTS struct vt_statements all = {0};
	VT_AUTO_STR struct vt_str found = VT_STR_INIT;
	VT_AUTO_DOC struct vt_doc *doc =
		vt_doc_parse_config("c", text, strlen(text), &warnings, NULL);
	if (vt_network_read(&g, doc->root, NULL) < 0)
		return;
	vt_network_realise(&g);
	vt_network_statements(&all, &g, doc->root, NULL);
	for (size_t i = 0; i < all.n; i++)
		vt_str_addf(&found, "%s%s: %s%s", i ? "\n" : "", all.v[i].name,
			all.v[i].check ? all.v[i].check : "not: ",
			all.v[i].reason ? all.v[i].reason : "");
	is_str(vt_str_c(&found), expected, text);
}

static void answers(void)
{
	statements(SUBNET("type: static, address: 10.0.0.2/8, odd: [1]"),
		"physical a name: physical a name\n"
		"physical a subnets[0].type: address a 10.0.0.2/8 present\n"
		"physical a subnets[0].address: address a 10.0.0.2/8 present\n"
		"physical a subnets[0].odd[0]: not: curtin does not use it");
	statements(V2("wifis: {w: {dhcp4: true}}"),
		"interface w dhcp4: not: QEMU emulates no wireless device");
	statements(V2("bonds: {b: {interfaces: [x], parameters: {mode: "
		      "802.3ad}}}"),
		"bond b parameters.mode: bond b mode");
}

static void ips(void)
{
	static const char *const same[][2] = {{"10.0.0.1", "10.0.0.1"},
		{"10.0.0.1/8", "10.0.0.1/8"}, {"FD00::0:1/64", "fd00::1/64"},
		{"10.0.0.1/255.255.0.0", "10.0.0.1/16"}, {"10.0.0", NULL},
		{"10.0.0.1/33", NULL}, {"fd00::/129", NULL}, {"", NULL},
		{"10.0.0.1/", NULL}, {"/8", NULL}, {"::1%eth0", NULL}};
	for (size_t i = 0; i < VT_COUNT(same); i++) {
		struct vt_ip ip;
		VT_AUTO_FREE char *text =
			vt_ip_parse(same[i][0], &ip) ? vt_ip_text(&ip) : NULL;
		is_str(text, same[i][1], same[i][0]);
	}
	is_int(vt_ip_mask("255.255.255.128", 4), 25, "a netmask");
	is_int(vt_ip_mask("ffff:ffff::", 6), 32, "of IPv6");
	is_int(vt_ip_mask("::", 6), 0, "of all");
	is_int(vt_ip_mask("255.0.255.0", 4), -1, "with a gap");
}

int main(void)
{
	version_1();
	version_2();
	addresses();
	sections();
	subnets();
	routes();
	interfaces();
	parameters();
	answers();
	ips();
	return done_testing();
}

/* network/net_read.h and nics.h: a network config as a graph, the NICs that it
 * needs, and what is wrong with one. */
#include <string.h>

#include "../tap.h"
#include "base/mem.h"
#include "network/net_read.h"
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
		"c:1:59: '10.0.0.0' is not a network such as 10.0.0.0/8");
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

int main(void)
{
	version_1();
	version_2();
	addresses();
	sections();
	return done_testing();
}

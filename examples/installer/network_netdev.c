#include <inttypes.h>

#include "base/mem.h"
#include "network_networkd.h"
#include "network_parts.h"

void networkd_lines(const struct vt_dev *d, const struct networkd_line *lines,
	struct vt_str *out)
{
	for (; lines->word; lines++) {
		const struct vt_field *f = vt_dev_field(d, lines->word);
		if (!f || (lines->form == NETWORKD_TEXT && !f->text))
			continue;
		vt_str_addf(out, "%s=", lines->option);
		if (lines->form == NETWORKD_TEXT)
			vt_str_add(out, f->text);
		else if (lines->form == NETWORKD_YES)
			vt_str_add(out, f->n ? "yes" : "no");
		else if (lines->form == NETWORKD_HUNDREDTHS)
			vt_str_addf(out, "%" PRIu64 "ms", f->n * 10);
		else
			vt_str_addf(out, "%" PRIu64 "%s", f->n,
				lines->form == NETWORKD_MS ? "ms" : "");
		vt_str_add(out, "\n");
	}
}

static const struct networkd_line bond_lines[] = {
	{"mode", "Mode", NETWORKD_TEXT},
	{"miimon", "MIIMonitorSec", NETWORKD_MS},
	{"updelay", "UpDelaySec", NETWORKD_MS},
	{"downdelay", "DownDelaySec", NETWORKD_MS},
	{"arp-interval", "ARPIntervalSec", NETWORKD_MS},
	{"arp-validate", "ARPValidate", NETWORKD_TEXT},
	{"arp-all-targets", "ARPAllTargets", NETWORKD_TEXT},
	{"primary-reselect", "PrimaryReselectPolicy", NETWORKD_TEXT},
	{"fail-over-mac", "FailOverMACPolicy", NETWORKD_TEXT},
	{"xmit-hash-policy", "TransmitHashPolicy", NETWORKD_TEXT},
	{"lacp-rate", "LACPTransmitRate", NETWORKD_TEXT},
	{"ad-select", "AdSelect", NETWORKD_TEXT},
	{"min-links", "MinLinks", NETWORKD_NUMBER},
	{"num-peer-notif", "GratuitousARP", NETWORKD_NUMBER},
	{"resend-igmp", "ResendIGMP", NETWORKD_NUMBER},
	{"lp-interval", "LearnPacketIntervalSec", NETWORKD_NUMBER},
	{"packets-per-slave", "PacketsPerSlave", NETWORKD_NUMBER},
	{"all-slaves-active", "AllSlavesActive", NETWORKD_YES},
	{"tlb-dynamic-lb", "DynamicTransmitLoadBalancing", NETWORKD_YES},
	{0},
};
static const struct networkd_line bridge_lines[] = {
	{"stp", "STP", NETWORKD_YES},
	{"priority", "Priority", NETWORKD_NUMBER},
	{"ageing-time", "AgeingTimeSec", NETWORKD_HUNDREDTHS},
	{"forward-delay", "ForwardDelaySec", NETWORKD_HUNDREDTHS},
	{"hello-time", "HelloTimeSec", NETWORKD_HUNDREDTHS},
	{"max-age", "MaxAgeSec", NETWORKD_HUNDREDTHS},
	{0},
};
static const struct networkd_line vlan_lines[] = {
	{"id", "Id", NETWORKD_NUMBER}, {0}};

static void add_targets(const struct vt_dev *d, struct vt_str *out)
{
	const char *targets = vt_dev_text(d, "arp-ip-targets");
	VT_AUTO_FREE char *list =
		targets ? vt_str_replace(targets, ",", "") : NULL;
	if (list)
		vt_str_addf(out, "ARPIPTargets=%s\n", list);
}

void networkd_netdev(const struct vt_dev *d, struct vt_str *out)
{
	static const struct {
		enum vt_net_type type;
		const char *kind, *section;
		const struct networkd_line *lines;
	} kinds[] = {{VT_NET_BOND, "bond", "Bond", bond_lines},
		{VT_NET_BRIDGE, "bridge", "Bridge", bridge_lines},
		{VT_NET_VLAN, "vlan", "VLAN", vlan_lines},
		{VT_NET_DUMMY, "dummy", NULL, NULL}};
	size_t i = 0;
	while (!vt_dev_is(d, kinds[i].type))
		i++;
	vt_str_addf(out,
		"# Written by vt-install.\n[NetDev]\nName=%s\nKind=%s\n",
		net_name(d), kinds[i].kind);
	if (net_mtu(d))
		vt_str_addf(out, "MTUBytes=%" PRIu64 "\n", net_mtu(d));
	if (vt_dev_text(d, "macaddress"))
		vt_str_addf(
			out, "MACAddress=%s\n", vt_dev_text(d, "macaddress"));
	if (!kinds[i].section)
		return;
	vt_str_addf(out, "\n[%s]\n", kinds[i].section);
	networkd_lines(d, kinds[i].lines, out);
	if (vt_dev_is(d, VT_NET_BOND))
		add_targets(d, out);
}

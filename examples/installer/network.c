#include "network.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "network/net_read.h"
#include "network/net_realise.h"
#include "network_dns.h"
#include "network_ifupdown.h"
#include "network_limits.h"
#include "network_names.h"
#include "network_networkd.h"
#include "network_parts.h"
#include "step.h"

#define CLASS "/sys/class/net"

/* As curtin names them. */
static const char passed_path[] =
	"/etc/cloud/cloud.cfg.d/50-curtin-networking.cfg";
static const char disabled_path[] = "/etc/cloud/cloud.cfg.d/"
				    "curtin-disable-cloudinit-networking.cfg";
static const char netplan_path[] = "/etc/netplan/50-vt-install.yaml";

/* What a target can do. */
struct abilities {
	bool ifupdown, networkd, netplan, cloud;
};

static struct abilities abilities_of(const char *root)
{
	if (!root)
		return (struct abilities){
			.ifupdown = true, .networkd = true, .cloud = true};
	return (struct abilities){
		.ifupdown = net_exists(root, "/sbin/ifup") ||
			    net_exists(root, "/usr/sbin/ifup"),
		.networkd =
			net_exists(root, "/lib/systemd/systemd-networkd") ||
			net_exists(root, "/usr/lib/systemd/systemd-networkd"),
		.netplan = net_exists(root, "/usr/sbin/netplan"),
		.cloud = net_exists(root, "/usr/bin/cloud-init") &&
			 !net_exists(root, "/etc/cloud/cloud-init.disabled"),
	};
}

/* Commands */

/* [curtin, net-meta, disabled] */
static bool is_disabled(const struct vt_node *command)
{
	return command->kind == VT_SEQ && command->n == 3 &&
	       vt_str_eq(vt_node_text(command->items[1]), "net-meta") &&
	       vt_str_eq(vt_node_text(command->items[2]), "disabled");
}

/* Return: whether the builtin command is left out; -1: another is there */
static int read_commands(const struct vt_node *config, struct vt_err **err)
{
	const struct vt_node *commands =
		vt_node_get(config, "network_commands");
	const struct vt_node *builtin = vt_node_get(commands, "builtin");
	if (vt_node_is_null(commands))
		return 0;
	if (vt_node_expect(commands, VT_MAP, err) < 0)
		return -1;
	for (size_t i = 0; i < commands->n; i++) {
		const struct vt_node *c = commands->items[i];
		if (!vt_node_is_null(c) && !is_disabled(c))
			return vt_node_err(c, err,
				"section 'network_commands' is not supported "
				"by vt-install, except for null and [curtin, "
				"net-meta, disabled]");
	}
	return builtin != NULL;
}

bool network_is_asked(const struct vt_node *config)
{
	return !vt_node_is_null(vt_node_get(config, "network")) &&
	       read_commands(config, NULL) == 0;
}

/* Which one */

static int no_renderer(const struct vt_node *at, const char *what,
	enum network_renderer *out, struct vt_err **err)
{
	*out = NETWORK_NONE;
	return vt_node_err(at, err, "the target does not have %s", what);
}

static int choose_2(const struct abilities *can, const struct vt_node *network,
	enum network_renderer *out, struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(network, "renderer");
	const char *asked = vt_node_text(n);
	*out = NETWORK_NETPLAN;
	if (can->netplan)
		return 0;
	if (asked && strcmp(asked, "networkd") != 0)
		return vt_node_err(n, err,
			"renderer '%s' is not supported by vt-install without "
			"netplan in the target: only networkd is",
			asked);
	*out = NETWORK_NETWORKD;
	if (asked)
		return can->networkd
			       ? 0
			       : no_renderer(n, "systemd-networkd", out, err);
	if (can->cloud)
		*out = NETWORK_CLOUD;
	else if (can->ifupdown)
		*out = NETWORK_IFUPDOWN;
	else if (!can->networkd)
		return no_renderer(network,
			"netplan, cloud-init, ifupdown or systemd-networkd",
			out, err);
	return 0;
}

static int choose(const struct vt_graph *g, const struct vt_node *config,
	const char *root, enum network_renderer *out, struct vt_err **err)
{
	const struct vt_node *network = vt_node_get(config, "network");
	struct abilities can = abilities_of(root);
	*out = NETWORK_NONE;
	if (!network_is_asked(config))
		return 0;
	*out = NETWORK_DISABLED;
	if (vt_network_more(g)->disabled)
		return 0;
	if (g->version == 2)
		return choose_2(&can, network, out, err);
	*out = can.ifupdown ? NETWORK_IFUPDOWN : NETWORK_NETWORKD;
	return can.ifupdown || can.networkd
		       ? 0
		       : no_renderer(network, "ifupdown or systemd-networkd",
				 out, err);
}

int network_read(
	struct vt_graph *g, const struct vt_node *config, struct vt_err **err)
{
	if (read_commands(config, err) < 0 ||
		vt_network_read(g, config, err) < 0)
		return -1;
	vt_network_realise(g);
	const struct vt_strv *notes = &vt_network_more(g)->notes;
	for (size_t i = 0; i < notes->n; i++)
		say("warning: %s", notes->v[i]);
	return 0;
}

int network_check(const struct vt_graph *g, const struct vt_node *config,
	const char *root, struct vt_err **err)
{
	enum network_renderer renderer;
	if (choose(g, config, root, &renderer, err) < 0)
		return -1;
	return network_limits_check(g, config, renderer, err);
}

/* Files */

/* The section under its own name, as YAML. */
static int pass_on(const struct vt_node *config, const char *path, int mode,
	const char *root, struct vt_err **err)
{
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	VT_AUTO_STR struct vt_str yaml = VT_STR_INIT;
	vt_node_set(doc, doc->root, "network",
		vt_node_copy(doc, vt_node_get(config, "network")));
	vt_str_add(&yaml, "# Written by vt-install.\n");
	if (vt_node_emit(doc->root, &yaml, err) < 0)
		return -1;
	return net_write(root, path, yaml.s, mode, err);
}

/* cloud-init would write a config of its own. */
static int disable_cloud(const char *root, struct vt_err **err)
{
	if (!net_exists(root, "/etc/cloud"))
		return 0;
	return net_write(root, disabled_path, "network: {config: disabled}\n",
		0644, err);
}

static int render(const struct vt_graph *g, const struct vt_node *config,
	enum network_renderer renderer, const char *root, struct vt_err **err)
{
	switch (renderer) {
	case NETWORK_IFUPDOWN:
		return ifupdown_write(g, root, err);
	case NETWORK_NETWORKD:
		return networkd_write(g, root, err);
	case NETWORK_NETPLAN:
		return pass_on(config, netplan_path, 0600, root, err);
	case NETWORK_CLOUD:
		return pass_on(config, passed_path, 0600, root, err);
	case NETWORK_NONE:
	case NETWORK_DISABLED:
		break;
	}
	return 0;
}

int network_write(const struct vt_graph *g, const struct vt_node *config,
	const char *root, struct vt_err **err)
{
	enum network_renderer renderer;
	if (choose(g, config, root, &renderer, err) < 0)
		return -1;
	bool own = renderer == NETWORK_IFUPDOWN || renderer == NETWORK_NETWORKD;
	if (network_limits_check(g, config, renderer, err) < 0 ||
		render(g, config, renderer, root, err) < 0 ||
		(own && network_names_write(g, root, err) < 0))
		return -1;
	if ((own || renderer == NETWORK_CLOUD) &&
		network_dns_write(g, renderer == NETWORK_NETWORKD, root, err) <
			0)
		return -1;
	return renderer == NETWORK_NONE || renderer == NETWORK_CLOUD
		       ? 0
		       : disable_cloud(root, err);
}

/* Without a config */

static bool has_carrier(const char *interface)
{
	VT_AUTO_FREE char *type = vt_printf(CLASS "/%s/type", interface);
	VT_AUTO_FREE char *carrier = vt_printf(CLASS "/%s/carrier", interface);
	/* reading it fails if the interface is down */
	VT_AUTO_FREE char *is = vt_fs_read(carrier, 16, NULL, NULL);
	VT_AUTO_FREE char *ether = vt_fs_read(type, 16, NULL, NULL);
	return is && ether && vt_str_eq(is, "1\n") && vt_str_eq(ether, "1\n");
}

int network_dhcp(const char *root, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	VT_AUTO_FREE char *path =
		vt_printf("%s/etc/network/interfaces.d/installer", root);
	if (vt_fs_list(CLASS, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++)
		if (has_carrier(names.v[i]))
			vt_str_addf(&text, "auto %s\niface %s inet dhcp\n",
				names.v[i], names.v[i]);
	return vt_fs_write(path, vt_str_c(&text), text.len, 0644, err);
}

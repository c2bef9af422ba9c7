#include "network_names.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "network_parts.h"
#include "step.h"

static const char rules_path[] = "/etc/udev/rules.d/70-persistent-net.rules";
static const char script_path[] = "/usr/local/lib/vt-install/nic-names";
static const char unit_path[] = "/etc/systemd/system/vt-nic-names.service";

/* Runs before anything configures the network. A NIC that has the name of
 * another one, or a name that another one is to have, gets a temporary name
 * first; what the config does not have gets a free name of the kernel. */
static const char script[] =
	"of() { # the name of the NIC with this address\n"
	"	for nic in /sys/class/net/*; do\n"
	"		[ ! -e \"$nic/device\" ] ||\n"
	"			[ \"$(cat \"$nic/address\")\" != \"$1\" ] ||\n"
	"			echo \"${nic##*/}\"\n"
	"	done\n"
	"}\n"
	"wrong() { # those of the list without their names\n"
	"	echo \"$names\" | while read -r mac name; do\n"
	"		[ \"$(of \"$mac\")\" = \"$name\" ] || echo \"$mac "
	"$name\"\n"
	"	done\n"
	"}\n"
	"call() {\n"
	"	ip link set dev \"$1\" down && ip link set dev \"$1\" name "
	"\"$2\"\n"
	"}\n"
	"[ -n \"$(wrong)\" ] || exit 0\n"
	"udevadm settle --timeout=60\n"
	"todo=$(wrong)\n"
	"n=0\n"
	"for nic in $(echo \"$todo\" | while read -r mac name; do\n"
	"	of \"$mac\"\n"
	"	[ ! -e \"/sys/class/net/$name\" ] || echo \"$name\"\n"
	"done | sort -u); do\n"
	"	call \"$nic\" \"vt-nic$n\"\n"
	"	n=$((n + 1))\n"
	"done\n"
	"echo \"$todo\" | while read -r mac name; do\n"
	"	nic=$(of \"$mac\")\n"
	"	[ -z \"$nic\" ] || call \"$nic\" \"$name\"\n"
	"done\n"
	"for nic in /sys/class/net/vt-nic*; do\n"
	"	[ ! -e \"$nic\" ] || call \"${nic##*/}\" eth%d\n"
	"done\n";

static const char unit[] =
	"# Written by vt-install.\n"
	"[Unit]\n"
	"Description=Names of network interfaces\n"
	"DefaultDependencies=no\n"
	"After=local-fs.target systemd-udev-trigger.service\n"
	"Wants=network-pre.target\n"
	"Before=network-pre.target ifupdown-pre.service networking.service "
	"systemd-networkd.service cloud-init-local.service\n"
	"Conflicts=shutdown.target\n"
	"\n"
	"[Service]\n"
	"Type=oneshot\n"
	"RemainAfterExit=yes\n"
	"ExecStart=/bin/sh /usr/local/lib/vt-install/nic-names\n"
	"\n"
	"[Install]\n"
	"WantedBy=multi-user.target\n";

/* eth0: a name that the kernel may give to another NIC first. */
static bool is_of_kernel(const char *name)
{
	return vt_str_starts(name, "eth") && isdigit((unsigned char)name[3]);
}

static char *lower(const char *mac)
{
	char *copy = vt_strdup(mac);
	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

/* VLANs and bridges have the address of a NIC, but no driver. */
static void add_rule(const struct vt_dev *d, struct vt_str *rules)
{
	const char *driver = vt_dev_text(d, "driver");
	const char *name = vt_dev_text(d, "match-name");
	const char *mac = vt_dev_text(d, "mac");
	VT_AUTO_FREE char *address = mac ? lower(mac) : NULL;
	vt_str_addf(rules,
		"SUBSYSTEM==\"net\", ACTION==\"add\", DRIVERS==\"%s\"",
		driver ? driver : "?*");
	if (address)
		vt_str_addf(rules, ", ATTR{address}==\"%s\"", address);
	else if (name)
		vt_str_addf(rules, ", KERNEL==\"%s\"", name);
	vt_str_addf(rules, ", NAME=\"%s\"\n", net_name(d));
}

static bool is_found_by(const struct vt_dev *d)
{
	const char *name = vt_dev_text(d, "match-name");
	bool other = name && net_name(d) && strcmp(name, net_name(d));
	return vt_dev_is(d, VT_NET_PHYSICAL) && net_name(d) &&
	       (vt_dev_text(d, "mac") || vt_dev_text(d, "driver") || other);
}

static void add(
	const struct vt_dev *d, struct vt_str *rules, struct vt_str *names)
{
	const char *mac = vt_dev_text(d, "mac");
	VT_AUTO_FREE char *address = mac ? lower(mac) : NULL;
	if (!is_found_by(d))
		return;
	if (address && is_of_kernel(net_name(d)))
		vt_str_addf(names, "%s%s %s", names->len ? "\n" : "", address,
			net_name(d));
	else
		add_rule(d, rules);
}

static int write_service(
	const struct vt_str *names, const char *root, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	vt_str_addf(&text,
		"#!/bin/sh\n# Written by vt-install.\nnames='%s'\n%s", names->s,
		script);
	if (net_write(root, script_path, text.s, 0755, err) < 0 ||
		net_write(root, unit_path, unit, 0644, err) < 0)
		return -1;
	return step(err, "systemctl", "--root", root, "enable",
		"vt-nic-names.service", NULL);
}

int network_names_write(
	const struct vt_graph *g, const char *root, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str rules = VT_STR_INIT, names = VT_STR_INIT;
	for (size_t i = 0; i < g->n; i++)
		add(&g->v[i], &rules, &names);
	if (rules.len && net_write(root, rules_path, rules.s, 0644, err) < 0)
		return -1;
	return names.len ? write_service(&names, root, err) : 0;
}

#include "network_dns.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "network_parts.h"
#include "step.h"

static const char hook_path[] = "/etc/dhcp/dhclient-exit-hooks.d/vt-install";

/* dhclient writes what the server said; the lines of the config come first. */
static const char hook[] =
	"case $reason in\n"
	"BOUND* | RENEW* | REBIND* | REBOOT | TIMEOUT) (\n"
	"	file=/etc/resolv.conf\n"
	"	grep -qxF '# Written by vt-install.' $file && exit\n"
	"	found=$(sed -n 's/^search //p' $file)\n"
	"	others=$(grep -vE '^(search|domain) ' $file)\n"
	"	{\n"
	"		echo '# Written by vt-install.'\n"
	"		[ -z \"$search$found\" ] || echo search $search "
	"$found\n"
	"		[ -z \"$servers\" ] || echo \"$servers\"\n"
	"		[ -z \"$others\" ] || echo \"$others\"\n"
	"	} >$file.new && mv $file.new $file\n"
	") ;;\n"
	"esac\n";

/* Each word once. */
static void collect(
	const struct vt_graph *g, const char *word, struct vt_strv *out)
{
	for (size_t i = 0; i < g->n; i++) {
		VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
		if (!vt_dev_is(&g->v[i], VT_NET_NAMESERVERS))
			continue;
		vt_str_words(vt_dev_text(&g->v[i], word), ", ", &words);
		for (size_t k = 0; k < words.n; k++)
			if (!vt_strv_has(out, words.v[k]))
				vt_strv_add(out, words.v[k]);
	}
}

static bool has_any(const char *root, const char *const *paths)
{
	for (; *paths; paths++)
		if (net_exists(root, *paths))
			return true;
	return false;
}

/* Whether a program takes name servers from what configures the network:
 * systemd-networkd has them only for systemd-resolved. */
static bool has_manager(const char *root, bool networkd)
{
	static const char *const resolved[] = {"/lib/systemd/systemd-resolved",
		"/usr/lib/systemd/systemd-resolved", NULL};
	static const char *const resolvconf[] = {
		"/sbin/resolvconf", "/usr/sbin/resolvconf", NULL};
	return has_any(root, resolved) ||
	       (!networkd && has_any(root, resolvconf));
}

/* The file may be a link to one that only the running system has. */
static int write_resolv(const char *text, const char *root, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_printf("%s/etc/resolv.conf", root);
	if (vt_fs_rmtree(path, err) < 0)
		return -1;
	return net_write(root, "/etc/resolv.conf", text, 0644, err);
}

static int write_hook(const struct vt_strv *servers, const char *search,
	const char *root, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	vt_str_addf(&text, "# Written by vt-install.\nsearch='%s'\nservers='",
		search);
	for (size_t i = 0; i < servers->n; i++)
		vt_str_addf(
			&text, "%snameserver %s", i ? "\n" : "", servers->v[i]);
	vt_str_addf(&text, "'\n%s", hook);
	return net_write(root, hook_path, text.s, 0644, err);
}

static bool asks_for_lease(const struct vt_graph *g)
{
	for (size_t i = 0; i < g->n; i++)
		if (vt_dev_num(&g->v[i], "dhcp4") ||
			vt_dev_num(&g->v[i], "dhcp6"))
			return true;
	return false;
}

int network_dns_write(const struct vt_graph *g, bool networkd, const char *root,
	struct vt_err **err)
{
	bool managed = has_manager(root, networkd);
	VT_AUTO_STRV struct vt_strv servers = VT_STRV_INIT;
	VT_AUTO_STRV struct vt_strv domains = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str text = VT_STR_INIT, search = VT_STR_INIT;
	collect(g, "addresses", &servers);
	collect(g, "search", &domains);
	if (networkd && !managed && asks_for_lease(g))
		say("warning: systemd-networkd gives name servers of leases to "
		    "systemd-resolved, which the target does not have");
	if ((!servers.n && !domains.n) || managed)
		return 0;
	for (size_t i = 0; i < domains.n; i++)
		vt_str_item(&search, " ", domains.v[i]);
	vt_str_add(&text, "# Written by vt-install.\n");
	if (search.len)
		vt_str_addf(&text, "search %s\n", search.s);
	for (size_t i = 0; i < servers.n; i++)
		vt_str_addf(&text, "nameserver %s\n", servers.v[i]);
	if (net_exists(root, "/etc/dhcp") &&
		write_hook(&servers, vt_str_c(&search), root, err) < 0)
		return -1;
	return write_resolv(text.s, root, err);
}

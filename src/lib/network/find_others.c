/* Interfaces that the config does not have, and that take part in a network. */
#include "base/mem.h"
#include "base/str.h"
#include "data/json.h"
#include "network/net_look.h"
#include "network/net_types.h"

static bool is_known(struct vt_look *look, const json_t *link)
{
	if (vt_net_has(json_object_get(link, "flags"), "LOOPBACK"))
		return true;
	for (size_t i = 0; i < look->graph->n; i++)
		if (vt_net_is_interface(&look->graph->v[i]) &&
			vt_net_matches(look, &look->graph->v[i], link))
			return true;
	return false;
}

/* One that a module makes when it is loaded is not up. */
static bool is_made_and_up(const json_t *link)
{
	static const char *const kinds[] = {"bond", "bridge", "vlan", NULL};
	const char *kind =
		vt_json_str(json_object_get(link, "linkinfo"), "info_kind");
	return kind && vt_str_in(kinds, kind) &&
	       vt_net_has(json_object_get(link, "flags"), "UP");
}

static bool has_address(struct vt_look *look, const char *ifname)
{
	const json_t *list = vt_net_addr_info(look, ifname, NULL), *a;
	size_t i;
	json_array_foreach (list, i, a)
		if (vt_net_is_global(a))
			return true;
	return false;
}

void vt_find_others(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const char *why = NULL;
	const json_t *list = vt_net_list(look, VT_NET_LINKS, &why), *link;
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	size_t i;
	(void)d;
	f->see = vt_net_fact_name(VT_NET_LINKS);
	if (!list) {
		vt_found_missing(f, "%s", why);
		return;
	}
	json_array_foreach (list, i, link) {
		const char *ifname = vt_json_word(link, "ifname", "?");
		if (!is_known(look, link) &&
			(is_made_and_up(link) || has_address(look, ifname)))
			vt_str_item(&text, ", ", ifname);
	}
	vt_net_found(f, "others", vt_strdup(text.len ? text.s : "none"), 0)
		->same = !text.len;
}

#include "network/net_look.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "data/json.h"
#include "network/net_likes.h"
#include "network/net_types.h"

static const char *const json_names[VT_NET_JSONS] = {
	[VT_NET_LINKS] = "ip_link.json",
	[VT_NET_ADDRS] = "ip_addr.json",
	[VT_NET_ROUTES4] = "ip_route.json",
	[VT_NET_ROUTES6] = "ip6_route.json",
	[VT_NET_RULES4] = "ip_rule.json",
	[VT_NET_RULES6] = "ip6_rule.json",
};
static const char *const text_names[VT_NET_TEXTS] = {
	[VT_NET_SYSCTL] = "net_sysctl",
	[VT_NET_DRIVERS] = "net_drivers",
	[VT_NET_LEASES] = "dhcp_leases",
	[VT_NET_RESOLV] = "resolv.conf",
	[VT_NET_RESOLVED] = "resolved_resolv.conf",
	[VT_NET_LINK_DNS] = "resolvectl_dns",
	[VT_NET_LINK_DOMAINS] = "resolvectl_domain",
};

struct facts {
	const struct vt_traffic *traffic;
	struct {
		bool read;
		json_t *list;
		char *why;
	} json[VT_NET_JSONS];
	struct {
		bool read, there;
		char *text;
	} text[VT_NET_TEXTS];
};

static void free_facts(void *own)
{
	struct facts *f = own;
	for (size_t i = 0; i < VT_NET_JSONS; i++) {
		json_decref(f->json[i].list);
		free(f->json[i].why);
	}
	for (size_t i = 0; i < VT_NET_TEXTS; i++)
		free(f->text[i].text);
	free(f);
}

/* The section is disabled: no interface but lo has an address. */
static void find_config(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const char *why = NULL;
	const json_t *list = vt_net_list(look, VT_NET_ADDRS, &why), *link, *a;
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	size_t i, k;
	f->see = vt_net_fact_name(VT_NET_ADDRS);
	if (!list) {
		vt_found_missing(f, "%s", why);
		return;
	}
	json_array_foreach (list, i, link) {
		const char *name = vt_json_word(link, "ifname", "");
		json_array_foreach (json_object_get(link, "addr_info"), k, a)
			if (vt_net_is_global(a))
				vt_str_addf(&text, "%s%s has %s",
					text.len ? ", " : "", name,
					vt_json_word(a, "local", ""));
	}
	if (!vt_dev_field(d, "disabled")) {
		vt_find_others(look, d, f);
		return;
	}
	struct vt_found_field *field = vt_found_add(f, "disabled");
	field->same = !text.len;
	field->text = vt_strdup(text.len ? text.s : "none has");
}

static vt_finder *find(unsigned type, enum vt_side side)
{
	static const struct {
		enum vt_net_type type;
		vt_finder *find;
	} finders[] = {
		{VT_NET_PHYSICAL, vt_find_interface},
		{VT_NET_BOND, vt_find_interface},
		{VT_NET_BRIDGE, vt_find_interface},
		{VT_NET_VLAN, vt_find_interface},
		{VT_NET_DUMMY, vt_find_interface},
		{VT_NET_LOOPBACK, vt_find_interface},
		{VT_NET_OTHER, vt_find_interface},
		{VT_NET_ADDRESS, vt_find_address},
		{VT_NET_ROUTE, vt_find_route},
		{VT_NET_POLICY, vt_find_policy},
		{VT_NET_NAMESERVERS, vt_find_nameservers},
		{VT_NET_CONFIG, find_config},
	};
	if (side != VT_SIDE_FACTS)
		return vt_find_on_wire;
	for (size_t i = 0; i < VT_COUNT(finders); i++)
		if (finders[i].type == type)
			return finders[i].find;
	return NULL;
}

static const struct vt_finders finders = {.side = "wire",
	.both = "wire and facts",
	.find = find,
	.likes = vt_net_likes,
	.free_own = free_facts};

struct vt_look *vt_network_look_new(struct vt_graph *g,
	const struct vt_facts *facts, const struct vt_traffic *traffic)
{
	struct facts *own = vt_calloc(1, sizeof(*own));
	own->traffic = traffic;
	return vt_look_new(g, &finders, own, facts);
}

const struct vt_traffic *vt_net_traffic(struct vt_look *look)
{
	return ((const struct facts *)look->own)->traffic;
}

const char *vt_net_fact_name(enum vt_net_json fact)
{
	return json_names[fact];
}

const json_t *vt_net_list(
	struct vt_look *look, enum vt_net_json fact, const char **why)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct facts *f = look->own;
	const char *name = json_names[fact];
	if (!f->json[fact].read) {
		int rc = look->facts->json(
			look->facts->arg, name, &f->json[fact].list, &err);
		if (rc == 0)
			f->json[fact].why = vt_printf(
				"no '%s' was collected; iproute2 before 4.17 "
				"cannot write it: install a newer one in the "
				"target",
				name);
		else if (rc < 0)
			f->json[fact].why = vt_strdup(err->msg);
		else if (!json_is_array(f->json[fact].list))
			f->json[fact].why = vt_printf("'%s' is no list", name);
	}
	f->json[fact].read = true;
	if (why && f->json[fact].why)
		*why = f->json[fact].why;
	return f->json[fact].why ? NULL : f->json[fact].list;
}

const char *vt_net_fact(
	struct vt_look *look, enum vt_net_text fact, bool *there)
{
	struct facts *f = look->own;
	size_t len;
	if (!f->text[fact].read)
		f->text[fact].there =
			look->facts->text(look->facts->arg, text_names[fact],
				&f->text[fact].text, &len, NULL) == 1;
	f->text[fact].read = true;
	if (there)
		*there = f->text[fact].there;
	return f->text[fact].text ? f->text[fact].text : "";
}

const json_t *vt_net_link(struct vt_look *look, const struct vt_dev *d)
{
	return d ? vt_look_at(look, d, VT_SIDE_FACTS)->node : NULL;
}

const char *vt_net_ifname(struct vt_look *look, const struct vt_dev *d)
{
	return vt_json_str(vt_net_link(look, d), "ifname");
}

const json_t *vt_net_addr_info(
	struct vt_look *look, const char *ifname, const char **why)
{
	const json_t *list = vt_net_list(look, VT_NET_ADDRS, why), *link;
	size_t i;
	json_array_foreach (list, i, link)
		if (vt_str_eq(vt_json_str(link, "ifname"), ifname))
			return json_object_get(link, "addr_info");
	return NULL;
}

long long vt_net_int_of(const json_t *object, const char *key)
{
	const json_t *n = json_object_get(object, key);
	return json_is_integer(n) ? json_integer_value(n) : -1;
}

bool vt_net_flag(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

bool vt_net_has(const json_t *list, const char *word)
{
	const json_t *item;
	size_t i;
	json_array_foreach (list, i, item)
		if (vt_str_eq(json_string_value(item), word))
			return true;
	return false;
}

struct vt_found_field *vt_net_found(
	struct vt_found *f, const char *word, char *text, uint64_t n)
{
	struct vt_found_field *field = vt_found_add(f, word);
	field->value = text;
	field->text = vt_strdup(text ? text : "unknown");
	field->n = n;
	return field;
}

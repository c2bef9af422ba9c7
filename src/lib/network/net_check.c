#include "network/net_check.h"

#include <string.h>

#include "base/str.h"

const char *vt_net_missing(
	const struct vt_net_key *keys, const struct vt_node *map)
{
	for (; keys->word; keys++)
		if (keys->needed && !vt_node_get(map, keys->word))
			return keys->word;
	return NULL;
}

static int check_strings(
	const struct vt_node *n, const char *what, struct vt_err **err)
{
	const char *text;

	if (vt_node_expect(n, VT_SEQ, err) < 0)
		return -1;
	for (size_t i = 0; i < n->n; i++)
		if (vt_node_string_only(n->items[i], what, &text, err) < 0)
			return -1;
	return 0;
}

/* curtin takes each of these for one that is there. */
static int check_maps(const struct vt_net_key *keys, const char *what,
	const struct vt_node *list, struct vt_err **err)
{
	if (vt_node_list(list, VT_MAP, err) < 0)
		return -1;
	for (size_t i = 0; i < list->n; i++) {
		const struct vt_node *map = list->items[i];
		const char *missing = vt_net_missing(keys, map);
		const char *type = vt_node_text(vt_node_get(map, "type"));
		if (!missing && vt_str_eq(type, "static") &&
			vt_node_is_null(vt_node_get(map, "address")))
			missing = "address";
		if (missing)
			return vt_node_err(
				map, err, "%s without '%s'", what, missing);
		if (vt_net_check_values(keys, map, err) < 0)
			return -1;
	}
	return 0;
}

static int check_value(const struct vt_net_key *key, const struct vt_node *n,
	struct vt_err **err)
{
	const char *text;

	switch (key->kind) {
	case VT_NET_STRING:
		return vt_node_string_only(n, key->word, &text, err);
	case VT_NET_PREFIX:
		if (vt_node_string_only(n, key->word, &text, err) < 0)
			return -1;
		return strchr(text, '/') ? 0
					 : vt_node_err(n, err,
						   "'%s' is not a network such "
						   "as 10.0.0.0/8",
						   text);
	case VT_NET_STRINGS:
		return check_strings(n, key->word, err);
	case VT_NET_WORDS:
		return n->kind == VT_SEQ
			       ? check_strings(n, key->word, err)
			       : vt_node_string_only(n, key->word, &text, err);
	case VT_NET_MAP:
		return vt_node_expect(n, VT_MAP, err);
	case VT_NET_SUBNETS:
		return check_maps(vt_net_subnet, "subnet", n, err);
	case VT_NET_ROUTES:
		return check_maps(vt_net_route, "route", n, err);
	case VT_NET_ANY:
		break;
	}
	return 0;
}

/* Whether curtin takes null for a key that is not there. */
static bool may_be_null(const struct vt_net_key *key)
{
	return !key->needed && key->kind != VT_NET_MAP &&
	       key->kind != VT_NET_ROUTES;
}

int vt_net_check_values(const struct vt_net_key *keys,
	const struct vt_node *map, struct vt_err **err)
{
	for (; keys->word; keys++) {
		const struct vt_node *n = vt_node_get(map, keys->word);
		if (!n || (vt_node_is_null(n) && may_be_null(keys)))
			continue;
		if (check_value(keys, n, err) < 0)
			return -1;
	}
	return 0;
}

#include "network/net_reader.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "network/ip.h"

const char *vt_net_missing(
	const struct vt_net_key *keys, const struct vt_node *map)
{
	for (; keys->word; keys++)
		if (keys->needed && !vt_node_get(map, keys->word))
			return keys->word;
	return NULL;
}

/* Values */

int vt_net_int(const struct vt_node *n, const char *word, long max, long *out,
	struct vt_err **err)
{
	if (vt_node_type(n) != VT_TYPE_STR || n->kind != VT_SCALAR)
		return vt_node_int(n, 0, max, out, err);
	if (vt_parse_int(n->text, 0, max, out, NULL) == 0)
		return 0;
	return vt_node_err(n, err, "%s '%s' is not a number from 0 to %ld",
		word, n->text, max);
}

static bool is_mac(const char *s)
{
	for (size_t i = 0; i < 17; i++)
		if (i % 3 == 2 ? s[i] != ':' : !isxdigit((unsigned char)s[i]))
			return false;
	return s[17] == '\0';
}

static int read_mac(const struct vt_node *n, const char *word,
	const char **text, struct vt_err **err)
{
	if (vt_node_string_only(n, word, text, err) < 0)
		return -1;
	return is_mac(*text) ? 0
			     : vt_node_err(n, err,
				       "'%s' is not a MAC address such as "
				       "52:54:00:12:34:01",
				       *text);
}

static int read_ip(const struct vt_node *n, const char *word, const char **text,
	struct vt_err **err)
{
	struct vt_ip ip;
	if (vt_node_string_only(n, word, text, err) < 0)
		return -1;
	return vt_ip_parse(*text, &ip)
		       ? 0
		       : vt_node_err(
				 n, err, "'%s' is not an IP address", *text);
}

static int read_strings(
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

static int read_prefix(const struct vt_node *n, const char *word,
	const char **text, struct vt_err **err)
{
	if (vt_node_string_only(n, word, text, err) < 0)
		return -1;
	return strchr(*text, '/')
		       ? 0
		       : vt_node_err(n, err,
				 "'%s' is not a network such as 10.0.0.0/8: "
				 "curtin "
				 "fails without the length of its prefix",
				 *text);
}

/* A word of a list, or its index where that is its number. */
static int read_choice(const struct vt_net_key *key, const struct vt_node *n,
	const char **text, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str list = VT_STR_INIT;
	long at;
	size_t count = 0;
	if (vt_node_str(n, text, err) < 0)
		return -1;
	for (; key->choices[count]; count++) {
		vt_str_item(&list, ", ", key->choices[count]);
		if (!strcmp(key->choices[count], *text))
			return 0;
	}
	if (!key->numbered ||
		vt_parse_int(*text, 0, (long)count - 1, &at, NULL) < 0)
		return vt_node_err(n, err, "%s '%s' is not one of %s",
			key->word, *text, list.s);
	*text = key->choices[at];
	return 0;
}

struct value {
	const char *text;
	long n;
};

static int read_bool(
	const struct vt_node *n, struct value *out, struct vt_err **err)
{
	static const char *const yes[] = {"true", "yes", "on", "1", "y", NULL};
	static const char *const no[] = {"false", "no", "off", "0", "n", NULL};
	const char *text = n->kind == VT_SCALAR ? n->text : NULL;
	bool is;
	if (text && vt_str_in(yes, text)) {
		out->n = 1;
		return 0;
	}
	if (text && vt_str_in(no, text))
		return 0;
	if (vt_node_bool(n, &is, err) < 0)
		return -1;
	out->n = is;
	return 0;
}

static int read_table(
	const struct vt_node *n, struct value *out, struct vt_err **err)
{
	const char *text;
	if (vt_node_str(n, &text, err) < 0)
		return -1;
	out->n = (long)vt_ip_table(text);
	return out->n >= 0 ? 0
			   : vt_node_err(n, err,
				     "'%s' is neither the number of a routing "
				     "table nor main, local or default",
				     text);
}

/* As verify.yaml has it. */
static long most(const struct vt_net_reader *r, const struct vt_net_key *key)
{
	const struct vt_type_key *to =
		r->d && key->to ? vt_type_key(r->d->type, key->to) : NULL;
	return key->max ? key->max : to && to->max ? to->max : (long)UINT32_MAX;
}

static int check(const struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct value *out, struct vt_err **err)
{
	switch (key->kind) {
	case VT_NET_STRING:
		return vt_node_string_only(n, key->word, &out->text, err);
	case VT_NET_PREFIX:
		return read_prefix(n, key->word, &out->text, err);
	case VT_NET_STRINGS:
		return read_strings(n, key->word, err);
	case VT_NET_WORDS:
		return n->kind == VT_SEQ ? read_strings(n, key->word, err)
					 : vt_node_string_only(n, key->word,
						   &out->text, err);
	case VT_NET_MAP:
		return vt_node_expect(n, VT_MAP, err);
	case VT_NET_MAPS:
		return vt_node_list(n, VT_MAP, err);
	case VT_NET_BOOL:
		return read_bool(n, out, err);
	case VT_NET_INT:
		return vt_net_int(n, key->word, most(r, key), &out->n, err);
	case VT_NET_TABLE:
		return read_table(n, out, err);
	case VT_NET_MAC:
		return read_mac(n, key->word, &out->text, err);
	case VT_NET_IP:
		return read_ip(n, key->word, &out->text, err);
	case VT_NET_CHOICE:
		return read_choice(key, n, &out->text, err);
	case VT_NET_ANY:
		break;
	}
	return 0;
}

/* Whether curtin takes null for a key that is not there. */
static bool may_be_null(const struct vt_net_key *key)
{
	return !key->needed && key->kind != VT_NET_MAP &&
	       key->kind != VT_NET_MAPS;
}

int vt_net_value(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	struct value value = {0};
	if (vt_node_is_null(n) && may_be_null(key)) {
		vt_net_unseen(r, n, "null says nothing");
		return 0;
	}
	if (check(r, key, n, &value, err) < 0)
		return -1;
	if (key->why)
		vt_net_unseen(r, n, key->why);
	else if (key->read)
		return key->read(r, key, n, err);
	else if (key->to)
		vt_net_set(r, r->d, key->to, value.text, (uint64_t)value.n, n);
	return 0;
}

int vt_net_keys(struct vt_net_reader *r, const struct vt_net_key *keys,
	const struct vt_node *map, struct vt_err **err)
{
	for (; keys->word; keys++) {
		const struct vt_node *n = vt_node_get(map, keys->word);
		if (n && vt_net_value(r, keys, n, err) < 0)
			return -1;
	}
	return 0;
}

/* What is said */

static void say(struct vt_net_reader *r, const struct vt_node *n,
	const struct vt_net_saying *like)
{
	for (size_t i = 0; n->kind != VT_SCALAR && i < n->n; i++)
		say(r, n->items[i], like);
	if (n->kind != VT_SCALAR)
		return;
	struct vt_net *net = r->net;
	net->said = vt_realloc(net->said, net->n_said + 1, sizeof(*net->said));
	net->said[net->n_said] = *like;
	net->said[net->n_said++].node = n;
}

void vt_net_said(struct vt_net_reader *r, const struct vt_node *n,
	const struct vt_dev *d, const char *word)
{
	if (d && n)
		say(r, n, &(struct vt_net_saying){.d = d, .word = word});
}

void vt_net_unseen(
	struct vt_net_reader *r, const struct vt_node *n, const char *why)
{
	if (n)
		say(r, n, &(struct vt_net_saying){.why = why});
}

/* Entries */

struct vt_dev *vt_net_new(struct vt_net_reader *r, enum vt_net_type type,
	char *id, const struct vt_node *at)
{
	struct vt_graph *g = r->g;
	char *free_id = vt_strdup(id);
	for (unsigned i = 2; vt_graph_find(g, free_id); i++) {
		free(free_id);
		free_id = vt_printf("%s (%u)", id, i);
	}
	free(id);
	if (g->n == r->net->max)
		abort(); /* bug: an entry without a node of its own */
	struct vt_dev *d = &g->v[g->n++];
	d->id = vt_graph_own(g, free_id);
	d->type = vt_net_row(type);
	d->at = at;
	vt_graph_index(g, d);
	return d;
}

struct vt_field *vt_net_set(struct vt_net_reader *r, struct vt_dev *d,
	const char *word, const char *text, uint64_t n,
	const struct vt_node *node)
{
	if (!d)
		return NULL;
	struct vt_field *f = (struct vt_field *)vt_dev_field(d, word);
	const struct vt_type_key *key = vt_type_key(d->type, word);
	if (node && key)
		vt_net_said(r, node, d, word);
	else if (node)
		vt_net_unseen(r, node, "such an interface does not have it");
	if (f || !key)
		return f;
	f = vt_dev_set(d, key, text, n);
	f->node = node;
	return f;
}

void vt_net_item(struct vt_net_reader *r, struct vt_dev *d, const char *word,
	const char *text, const struct vt_node *node)
{
	struct vt_field *f =
		d ? (struct vt_field *)vt_dev_field(d, word) : NULL;
	if (f)
		f->text =
			vt_graph_own(r->g, vt_printf("%s, %s", f->text, text));
	vt_net_set(r, d, word, text, 0, node);
}

void vt_net_ref(struct vt_dev *d, const char *word, struct vt_dev *used,
	const struct vt_node *n)
{
	const struct vt_type_key *key = vt_type_key(d->type, word);
	d->refs = vt_realloc(d->refs, d->n_refs + 1, sizeof(*d->refs));
	d->refs[d->n_refs++] = (struct vt_edge){key, d, used, n};
}

struct vt_dev *vt_net_interface(
	struct vt_net_reader *r, const char *name, const struct vt_node *at)
{
	struct vt_dev *d = vt_graph_find(r->g, name);
	if (vt_net_is_interface(d))
		return d;
	d = vt_net_new(r, VT_NET_OTHER, vt_strdup(name), at);
	vt_net_set(r, d, "name", vt_graph_own(r->g, vt_strdup(name)), 0, NULL);
	return d;
}

int vt_net_refs(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	size_t count = n->kind == VT_SEQ ? n->n : 1;
	for (size_t i = 0; r->d && i < count; i++) {
		const struct vt_node *item =
			n->kind == VT_SEQ ? n->items[i] : n;
		const char *name;
		if (vt_node_str(item, &name, err) < 0)
			return -1;
		vt_net_ref(
			r->d, key->to, vt_net_interface(r, name, item), item);
	}
	return 0;
}

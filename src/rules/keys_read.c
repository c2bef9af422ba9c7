/* From a map of keys to a struct vt_def, and back. */
#include <limits.h>
#include <string.h>

#include "prompts.h"
#include "base/mem.h"
#include "by_date.h"
#include "key_table.h"
#include "keys.h"
#include "test/fatal.h"
#include "test/known.h"

static int check_strings(const struct vt_node *n, struct vt_err **err)
{
	return vt_node_list(n, VT_SCALAR, err);
}

static int check_sizes(const struct vt_node *n, struct vt_err **err)
{
	uint64_t bytes;
	if (vt_node_expect(n, VT_SEQ, err) < 0)
		return -1;
	for (size_t i = 0; i < n->n; i++) {
		const char *text = vt_node_text(n->items[i]);
		if (!(text && *text == '/') && /* path of an image */
			vt_node_size(n->items[i], &bytes, err) < 0)
			return -1;
	}
	return 0;
}

static int check_rows(const struct vt_node *n, struct vt_err **err)
{
	if (vt_node_list(n, VT_SEQ, err) < 0)
		return -1;
	for (size_t i = 0; i < n->n; i++) {
		if (check_strings(n->items[i], err) < 0)
			return -1;
		if (n->items[i]->n != 3)
			return vt_node_err(n->items[i], err,
				"expected [spec, mount point, options], found "
				"%zu words",
				n->items[i]->n);
	}
	return 0;
}

static int check_words(const struct vt_node *n, struct vt_err **err)
{
	const char *s;
	return n->kind == VT_SCALAR ? vt_node_str(n, &s, err)
				    : check_strings(n, err);
}

static int check_pairs(const struct vt_node *n, struct vt_err **err)
{
	const char *name;
	long part;
	if (vt_node_list(n, VT_SEQ, err) < 0)
		return -1;
	for (size_t i = 0; i < n->n; i++) {
		const struct vt_node *pair = n->items[i];
		if (pair->n != 2)
			return vt_node_err(pair, err,
				"expected [name, partition], found %zu words",
				pair->n);
		if (vt_node_str(pair->items[0], &name, err) < 0 ||
			vt_node_int(pair->items[1], 0, 256, &part, err) < 0)
			return -1;
		if (!*name || strchr(name, '/'))
			return vt_node_err(pair->items[0], err,
				"'%s' cannot be a name in /dev/disk/by-dname",
				name);
	}
	return 0;
}

static int check_map(const struct vt_node *n, struct vt_err **err)
{
	return vt_node_expect(n, VT_MAP, err);
}

/* Of the types whose value stays a node. */
static int (*const checks[])(const struct vt_node *n, struct vt_err **err) = {
	[KEY_STRINGS] = check_strings,
	[KEY_SIZES] = check_sizes,
	[KEY_ROWS] = check_rows,
	[KEY_MAP] = check_map,
	[KEY_ANSWERS] = vt_prompts_check,
	[KEY_FATAL] = vt_fatals_check,
	[KEY_ANY] = NULL,
	[KEY_WORDS] = check_words,
	[KEY_PAIRS] = check_pairs,
	[KEY_DATE] = vt_day_check,
	[KEY_DATES] = vt_dates_check,
};

static int store(const struct vt_key *key, struct vt_def *def,
	const struct vt_node *n, struct vt_err **err)
{
	void *at = (char *)def + key->offset;
	bool flag;
	switch (key->type) {
	case KEY_EXTENDS:
		return 0;
	case KEY_STR:
		return vt_node_str(n, at, err);
	case KEY_INT:
		return vt_node_int(n, key->min, key->max, at, err);
	case KEY_BOOL:
		return vt_node_bool(n, at, err);
	case KEY_AUTO:
		if (vt_str_eq(vt_node_text(n), "auto"))
			return 0;
		/* fallthrough */
	case KEY_TRI:
		if (vt_node_bool(n, &flag, err) < 0)
			return -1;
		*(int *)at = flag;
		return 0;
	default:
		*(const struct vt_node **)at = n;
		return checks[key->type] ? checks[key->type](n, err) : 0;
	}
}

static void set_default(const struct vt_key *key, struct vt_def *def)
{
	void *at = (char *)def + key->offset;
	switch (key->type) {
	case KEY_STR:
		*(const char **)at = key->value;
		break;
	case KEY_INT:
		*(long *)at = VT_UNSET;
		if (key->value)
			vt_parse_int(key->value, LONG_MIN, LONG_MAX, at, NULL);
		break;
	case KEY_AUTO:
	case KEY_TRI:
		*(int *)at = VT_UNSET;
		break;
	default:
		break; /* zero */
	}
}

int vt_def_read(
	struct vt_def *def, const struct vt_node *map, struct vt_err **err)
{
	const struct vt_key *key;
	*def = (struct vt_def){.keys = map};
	for (size_t i = 0; (key = vt_key_at(i)); i++) {
		set_default(key, def);
		const struct vt_node *n = vt_node_get(map, key->name);
		/* null unsets an inherited key */
		if (n && !vt_node_is_null(n) && store(key, def, n, err) < 0)
			return -1;
	}
	return 0;
}

const struct vt_node *vt_def_node(const struct vt_def *def, const char *key)
{
	return vt_node_get(def->keys, key);
}

void vt_words_of(const struct vt_node *n, struct vt_strv *out)
{
	if (n && n->kind == VT_SEQ)
		for (size_t i = 0; i < n->n; i++)
			vt_strv_add(out, n->items[i]->text);
	vt_str_words(vt_node_text(n), ", ", out);
}

void vt_def_emit(
	const struct vt_def *def, struct vt_doc *doc, struct vt_node *map)
{
	const struct vt_key *k;
	for (size_t i = 0; (k = vt_key_at(i)); i++) {
		const void *at = (const char *)def + k->offset;
		struct vt_node *v = NULL;
		if (k->type == KEY_STR && *(const char *const *)at)
			v = vt_node_string(doc, *(const char *const *)at);
		else if (k->type == KEY_INT && *(const long *)at != VT_UNSET)
			v = vt_node_number(doc, *(const long *)at);
		else if (k->type == KEY_BOOL)
			v = vt_node_boolean(doc, *(const bool *)at);
		else if (k->type == KEY_AUTO && *(const int *)at == VT_UNSET)
			v = vt_node_string(doc, "auto");
		else if ((k->type == KEY_TRI || k->type == KEY_AUTO) &&
			 *(const int *)at != VT_UNSET)
			v = vt_node_boolean(doc, *(const int *)at);
		else if (k->type >= KEY_STRINGS &&
			 *(const struct vt_node *const *)at)
			v = vt_node_copy(
				doc, *(const struct vt_node *const *)at);
		if (v)
			vt_node_set(doc, map, k->name, v);
	}
}

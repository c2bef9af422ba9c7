#include "attributes.h"

#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/str.h"
#include "key_table.h"

/* Attributes other than keys of a definition. */
static const char *const others[] = {"name", "file", "kind", "firmware",
	"disks", "nics", "skip", "broken", NULL};

int attribute_check(const char *name, struct vt_err **err)
{
	struct vt_near near = vt_near_start(name);
	const struct vt_key *key;
	for (size_t i = 0; (key = vt_key_at(i)); i++) {
		if (key->type == KEY_EXTENDS)
			continue;
		if (!strcmp(key->name, name))
			return 0;
		vt_near_try(&near, key->name);
	}
	if (vt_str_in(others, name))
		return 0;
	vt_near_list(&near, others);
	return vt_err_set(err, VT_USAGE, "unknown attribute '%s'%s", name,
		vt_near_hint(&near, ""));
}

static void add_text(struct vt_str *out, const struct vt_node *n)
{
	if (n->kind == VT_SCALAR) {
		if (!vt_node_is_null(n))
			vt_str_printable(out, n->text, strlen(n->text), false);
		return;
	}
	for (size_t i = 0; i < n->n; i++) {
		if (i)
			vt_str_addc(out, ',');
		if (n->kind == VT_MAP)
			vt_str_addf(out, "%s:", n->keys[i]->text);
		add_text(out, n->items[i]);
	}
}

char *attribute_text(const struct vt_node *attributes, const char *name)
{
	struct vt_str s = VT_STR_INIT;
	const struct vt_node *n = vt_node_get(attributes, name);
	vt_str_add(&s, "");
	if (n)
		add_text(&s, n);
	return vt_str_take(&s);
}

bool attribute_is_filter(const char *word)
{
	size_t key = strspn(word, "abcdefghijklmnopqrstuvwxyz_0123456789");
	const char *op = word + key + (word[key] == '!');
	return key && (*op == '=' || *op == '~');
}

int attributes_filter(
	struct vt_filters *f, const char *words, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv all = VT_STRV_INIT;
	vt_str_words(words, " \t\n", &all);
	if (vt_filters_add(f, all.v, err) < 0)
		return -1;
	for (size_t i = 0; i < f->n; i++)
		if (attribute_check(vt_filters_key(f, i), err) < 0)
			return -1;
	return 0;
}

static char *text_of(const void *attributes, const char *name)
{
	return attribute_text(attributes, name);
}

bool attributes_match(
	const struct vt_filters *f, const struct vt_node *attributes)
{
	return vt_filters_match(f, text_of, attributes);
}

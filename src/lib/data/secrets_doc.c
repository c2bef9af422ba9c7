/* Secrets in documents. */
#include <string.h>

#include "base/base64.h"
#include "base/mem.h"
#include "data/secrets_internal.h"

struct walk {
	struct vt_secrets *s;
	struct vt_doc *doc;
	enum vt_secrets_how how;
};

static struct vt_node *clean(struct walk *w, struct vt_node *n);

/* Whether a value is a secret by its key; it is noted. */
static bool is_secret(
	struct walk *w, const char *key, const struct vt_node *value)
{
	const char *kind = vt_secret_name(key);
	const char *text = vt_node_text(value);
	size_t len = text ? strlen(text) : 0;
	if (!kind || vt_node_is_null(value) ||
		(text ? !vt_secrets_is_value(text, len) : !value->n))
		return false;
	vt_secrets_note(w->s, kind, text, len);
	return true;
}

/* {content: ..., encoding: base64}, as in write_files and in what installers
 * post. What is compressed cannot be searched, so it goes. */
static void clean_encoded(struct walk *w, struct vt_node *map)
{
	const char *how = vt_node_text(vt_node_get(map, "encoding"));
	const char *text = vt_node_text(vt_node_get(map, "content"));
	size_t len = 0, before = w->s->n;
	VT_AUTO_STR struct vt_str out = VT_STR_INIT, again = VT_STR_INIT;
	if (!how || !text || (!strstr(how, "b64") && !strstr(how, "base64")))
		return;
	VT_AUTO_FREE char *bytes = vt_base64_decode(text, &len);
	if (!bytes || !strncmp(bytes, "\x1f\x8b", 2)) {
		if (vt_secrets_is_value(text, strlen(text)))
			vt_secrets_note(w->s, "encoded content", NULL, 0);
		vt_str_add(&again, VT_SECRETS_MARKER);
	} else {
		vt_secrets_text(w->s, bytes, len, &out);
		vt_base64_encode(vt_str_c(&out), out.len, &again);
	}
	if (w->s->n != before)
		vt_node_set(w->doc, map, "content",
			vt_node_string(w->doc, vt_str_c(&again)));
}

static void clean_map(struct walk *w, struct vt_node *map)
{
	clean_encoded(w, map);
	for (size_t i = 0; i < map->n; i++) {
		if (!is_secret(w, map->keys[i]->text, map->items[i]))
			map->items[i] = clean(w, map->items[i]);
		else if (w->how == VT_SECRETS_DROP)
			vt_node_drop(map, map->keys[i--]->text);
		else
			map->items[i] =
				vt_node_string(w->doc, VT_SECRETS_MARKER);
	}
}

/* The argument after an option of a command, [--password, VALUE]. */
static bool is_argument(struct walk *w, const struct vt_node *list, size_t i)
{
	const char *option = i ? vt_node_text(list->items[i - 1]) : NULL;
	const char *text = vt_node_text(list->items[i]);
	return option && text && vt_str_starts(option, "--") &&
	       !vt_str_starts(text, "-") && !strchr(option, '=') &&
	       is_secret(w, option + 2, list->items[i]);
}

static void clean_list(struct walk *w, struct vt_node *list)
{
	for (size_t i = 0; i < list->n; i++)
		list->items[i] =
			is_argument(w, list, i)
				? vt_node_string(w->doc, VT_SECRETS_MARKER)
				: clean(w, list->items[i]);
}

/* Return: the node, or one in its place */
static struct vt_node *clean(struct walk *w, struct vt_node *n)
{
	if (n->kind == VT_MAP)
		clean_map(w, n);
	else if (n->kind == VT_SEQ)
		clean_list(w, n);
	else if (n->text) {
		VT_AUTO_STR struct vt_str text = VT_STR_INIT;
		size_t before = w->s->n;
		vt_secrets_text(w->s, n->text, strlen(n->text), &text);
		if (w->s->n != before)
			return vt_node_string(w->doc, vt_str_c(&text));
	}
	return n;
}

void vt_secrets_doc(
	struct vt_secrets *s, struct vt_doc *doc, enum vt_secrets_how how)
{
	struct walk w = {s, doc, how};
	doc->root = clean(&w, doc->root);
}

#include "graph/statements.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

void vt_statements_free(struct vt_statements *s)
{
	free(s->v);
	vt_strv_free(&s->own);
	*s = (struct vt_statements){0};
}

const char *vt_statements_own(struct vt_statements *s, char *text)
{
	vt_strv_take(&s->own, text);
	return text;
}

void vt_statements_add(struct vt_statements *s, const char *name,
	const struct vt_node *value, const struct vt_statement *like)
{
	for (size_t i = 0; value->kind != VT_SCALAR && i < value->n; i++) {
		VT_AUTO_FREE char *item =
			value->kind == VT_MAP
				? vt_printf("%s.%s", name, value->keys[i]->text)
				: vt_printf("%s[%zu]", name, i);
		vt_statements_add(s, item, value->items[i], like);
	}
	if (value->kind != VT_SCALAR)
		return;
	s->v = vt_realloc(s->v, s->n + 1, sizeof(*s->v));
	s->v[s->n] = *like;
	s->v[s->n].name = vt_statements_own(s, vt_strdup(name));
	s->v[s->n++].at = vt_statements_own(s, vt_node_at(value));
}

/* The field whose check answers a key of an entry, or NULL. */
static const struct vt_field *shown_by(
	const struct vt_dev *d, const struct vt_type_key *key)
{
	const struct vt_field *f = vt_dev_field(d, key->word);
	if (!f || f->ignored)
		return NULL;
	if (f->expected)
		return f;
	for (size_t i = 0; i < VT_COUNT(key->shown_by); i++) {
		f = key->shown_by[i] ? vt_dev_field(d, key->shown_by[i]) : NULL;
		if (f && f->expected)
			return f;
	}
	return NULL;
}

static const char *reason_of(const struct vt_graph *g, const struct vt_dev *d,
	const struct vt_type_key *key)
{
	const struct vt_field *f = vt_dev_field(d, key->word);
	if (!f)
		return "the value says nothing";
	if (g->version != 2 && (key->flags & VT_KEY_V2))
		return "curtin reads it in version 2 alone";
	return key->unseen ? key->unseen : "no check reads it";
}

static void add_key(struct vt_statements *s, const struct vt_graph *g,
	const struct vt_dev *d, const struct vt_type_key *key,
	const struct vt_node *value)
{
	VT_AUTO_FREE char *name =
		vt_printf("%s %s %s", d->type->word, d->id, key->word);
	const struct vt_field *f = shown_by(d, key);
	struct vt_statement one = {.section = g->types->what};
	if (f) {
		one.check = vt_statements_own(
			s, vt_printf("%s %s %s", d->type->word, d->id,
				   f->key->word));
		one.sides = d->type->sides ? d->type->sides : f->key->sides;
	} else {
		one.reason = reason_of(g, d, key);
	}
	vt_statements_add(s, name, value, &one);
}

static bool is_ref(const struct vt_type_key *key)
{
	return vt_type_is_ref(key) || (key->flags & VT_KEY_NAMES);
}

void vt_statements_entry(struct vt_statements *s, const struct vt_graph *g,
	const struct vt_dev *d, const char *none)
{
	static const char *const head[] = {"id", "type", NULL};
	for (size_t i = 0; d->at->kind == VT_MAP && i < d->at->n; i++) {
		const char *word = d->at->keys[i]->text;
		const struct vt_type_key *key = vt_type_key(d->type, word);
		VT_AUTO_FREE char *name =
			vt_printf("%s %s %s", d->type->word, d->id, word);
		struct vt_statement unknown = {.section = g->types->what,
			.reason = none ? none : VT_NOT_USED};
		if (vt_str_in(head, word) || (key && is_ref(key)))
			continue;
		if (key && !none && !(key->flags & VT_KEY_DERIVED))
			add_key(s, g, d, key, d->at->items[i]);
		else
			vt_statements_add(s, name, d->at->items[i], &unknown);
	}
}

#include "graph/graph.h"

#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "graph/type.h"

static int by_id(const void *a, const void *b)
{
	return strcmp(
		((const struct vt_dev *)a)->id, ((const struct vt_dev *)b)->id);
}

struct vt_dev *vt_graph_find(const struct vt_graph *g, const char *id)
{
	struct vt_dev want = {.id = id};
	struct vt_dev **found = tfind(&want, &g->ids, by_id);
	return found ? *found : NULL;
}

struct vt_dev *vt_graph_index(struct vt_graph *g, struct vt_dev *d)
{
	struct vt_dev **slot = tsearch(d, &g->ids, by_id);
	if (!slot)
		abort(); /* out of memory, as vt_alloc() */
	return *slot;
}

static void keep(void *p)
{
	(void)p;
}

void vt_graph_free(struct vt_graph *g)
{
	tdestroy(g->ids, keep);
	for (size_t i = 0; i < g->n; i++) {
		free(g->v[i].fields);
		free(g->v[i].refs);
		free(g->v[i].users);
	}
	free(g->v);
	if (g->free_more)
		g->free_more(g->more);
	else
		free(g->more);
	vt_strv_free(&g->own);
	*g = (struct vt_graph){0};
}

const char *vt_graph_own(struct vt_graph *g, char *text)
{
	vt_strv_take(&g->own, text);
	return text;
}

/* Depth first; an entry that is found again on the way is part of a cycle. */
enum { SEEN = 1, DONE = 2 };

static int walk(
	struct vt_graph *g, char *state, struct vt_dev *d, struct vt_err **err)
{
	char *here = &state[d - g->v];
	if (*here == DONE)
		return 0;
	if (*here == SEEN)
		return vt_dev_err(
			d, NULL, err, "it is made of itself: a cycle");
	*here = SEEN;
	for (size_t i = 0; i < d->n_refs; i++)
		if (walk(g, state, d->refs[i].used, err) < 0)
			return -1;
	*here = DONE;
	return 0;
}

int vt_graph_link(struct vt_graph *g, struct vt_err **err)
{
	VT_AUTO_FREE char *state = vt_calloc(g->n + 1, 1);
	for (size_t i = 0; i < g->n; i++)
		for (size_t k = 0; k < g->v[i].n_refs; k++) {
			struct vt_edge *e = &g->v[i].refs[k];
			struct vt_dev *used = e->used;
			used->users = vt_realloc(used->users, used->n_users + 1,
				sizeof(struct vt_edge *));
			used->users[used->n_users++] = e;
		}
	for (size_t i = 0; i < g->n; i++)
		if (walk(g, state, &g->v[i], err) < 0)
			return -1;
	return 0;
}

static struct vt_field *find_field(const struct vt_dev *d, const char *word)
{
	for (size_t i = 0; i < d->n_fields; i++)
		if (!strcmp(d->fields[i].key->word, word))
			return &d->fields[i];
	return NULL;
}

const struct vt_field *vt_dev_field(const struct vt_dev *d, const char *word)
{
	return find_field(d, word);
}

const char *vt_dev_text(const struct vt_dev *d, const char *word)
{
	const struct vt_field *f = find_field(d, word);
	return f && f->text && *f->text ? f->text : NULL;
}

uint64_t vt_dev_num(const struct vt_dev *d, const char *word)
{
	const struct vt_field *f = find_field(d, word);
	return f ? f->n : 0;
}

struct vt_dev *vt_dev_ref(const struct vt_dev *d, const char *role)
{
	for (size_t i = 0; i < d->n_refs; i++)
		if (!strcmp(d->refs[i].key->word, role))
			return d->refs[i].used;
	return NULL;
}

const struct vt_node *vt_dev_node(const struct vt_dev *d, const char *word)
{
	const struct vt_node *n = vt_node_get(d->at, word);
	return n ? n : d->at;
}

struct vt_field *vt_dev_add(struct vt_dev *d)
{
	size_t max = 0;
	while (d->type->keys[max].word)
		max++;
	if (!d->fields)
		d->fields = vt_calloc(max, sizeof(*d->fields));
	if (d->n_fields == max)
		abort(); /* bug: a key twice */
	return &d->fields[d->n_fields++];
}

struct vt_field *vt_dev_set(struct vt_dev *d, const struct vt_type_key *key,
	const char *text, uint64_t n)
{
	struct vt_field *f = find_field(d, key->word);
	if (!f) {
		f = vt_dev_add(d);
		*f = (struct vt_field){.key = key};
	}
	f->text = text;
	f->n = n;
	return f;
}

void vt_dev_expect(struct vt_dev *d, const char *word, bool expected)
{
	struct vt_field *f = find_field(d, word);
	if (f)
		f->expected = expected && f->key->like;
}

struct vt_field *vt_dev_derive(struct vt_graph *g, struct vt_dev *d,
	const char *word, char *text, uint64_t n)
{
	struct vt_field *f = vt_dev_set(d, vt_type_key(d->type, word),
		text ? vt_graph_own(g, text) : NULL, n);
	f->expected = true;
	return f;
}

int vt_dev_err(const struct vt_dev *d, const struct vt_node *node,
	struct vt_err **err, const char *fmt, ...)
{
	VT_AUTO_FREE char *what = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&what, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort(); /* out of memory, as vt_alloc() */
	return vt_node_err(node ? node : d->at, err, "%s '%s': %s",
		d->type ? d->type->word : "entry", d->id, what);
}

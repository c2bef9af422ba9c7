/* Documents, and the arena that holds their nodes. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/doc.h"
#include "data/doc_internal.h"

struct chunk {
	struct chunk *next;
	size_t used, size;
	_Alignas(max_align_t) char bytes[];
};

struct vt_arena {
	struct chunk *chunks; /* the current one first */
	const char **names;   /* of files, see vt_arena_name() */
	size_t n_names;
};

void *vt_arena_alloc(struct vt_arena *a, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	struct chunk *c = a->chunks;

	size = (size + align - 1) / align * align;
	if (!c || c->size - c->used < size) {
		/* chunk sizes double, so that a small file needs one chunk and
		 * a large one few */
		size_t want = c ? c->size * 2 : 4000;
		if (want > 1 << 20)
			want = 1 << 20;
		if (want < size)
			want = size;
		struct chunk *fresh = vt_alloc(sizeof(*fresh) + want);
		fresh->size = want;
		fresh->next = c;
		a->chunks = c = fresh;
	}
	void *p = c->bytes + c->used;
	c->used += size;
	return p;
}

char *vt_arena_strndup(struct vt_arena *a, const char *s, size_t len)
{
	char *p = vt_arena_alloc(a, len + 1);

	memcpy(p, s, len);
	return p;
}

const char *vt_arena_name(struct vt_arena *a, const char *file)
{
	if (!file)
		return NULL;
	/* newest first, since consecutive nodes come from the same file */
	for (size_t i = a->n_names; i-- > 0;) {
		if (a->names[i] == file || strcmp(a->names[i], file) == 0)
			return a->names[i];
	}
	a->names = vt_realloc(a->names, a->n_names + 1, sizeof(*a->names));
	return a->names[a->n_names++] = vt_arena_strndup(a, file, strlen(file));
}

struct vt_node *vt_node_new(struct vt_doc *doc, enum vt_node_kind kind)
{
	struct vt_node *n = vt_arena_alloc(doc->arena, sizeof(*n));

	n->kind = kind;
	return n;
}

struct vt_doc *vt_doc_new(void)
{
	struct vt_doc *doc = vt_alloc(sizeof(*doc));

	doc->arena = vt_alloc(sizeof(*doc->arena));
	doc->root = vt_node_new(doc, VT_MAP);
	return doc;
}

const char *vt_doc_keep(struct vt_doc *doc, const char *s)
{
	return vt_arena_strndup(doc->arena, s, strlen(s));
}

void vt_doc_free(struct vt_doc *doc)
{
	if (!doc)
		return;
	while (doc->arena->chunks) {
		struct chunk *c = doc->arena->chunks;
		doc->arena->chunks = c->next;
		free(c);
	}
	free(doc->arena->names);
	free(doc->arena);
	free(doc);
}

void vt_doc_freep(struct vt_doc **doc)
{
	vt_doc_free(*doc);
	*doc = NULL;
}

/* What the files of the doc module share, and nobody else includes. */
#ifndef VT_DOC_INTERNAL_H
#define VT_DOC_INTERNAL_H

#include "data/doc.h"

/* Deeper trees are refused on reading and on writing; so recursion over a
 * tree is bounded. */
enum { VT_DOC_DEPTH = 64 };

void *vt_arena_alloc(struct vt_arena *a, size_t size); /* zeroed */
char *vt_arena_strndup(struct vt_arena *a, const char *s, size_t len);
/** vt_arena_name() - a file name as positions hold it, one copy per document */
const char *vt_arena_name(struct vt_arena *a, const char *file);

struct vt_node *vt_node_new(struct vt_doc *doc, enum vt_node_kind kind);
/** vt_node_append() - to a seq (key NULL) or a map, without a look at the keys
 * that are there */
void vt_node_append(struct vt_doc *doc, struct vt_node *n, struct vt_node *key,
	struct vt_node *item);

/* An entry of a map, on its way into order. */
struct vt_pair {
	struct vt_node *key, *item;
	size_t rank; /* where it stood; orders equal keys */
};
/** vt_pairs_by_key() - sort by key, then rank */
void vt_pairs_by_key(struct vt_pair *pairs, size_t n);
/** vt_pairs_by_rank() - sort back into the order of the file */
void vt_pairs_by_rank(struct vt_pair *pairs, size_t n);
/** vt_pairs_of() - a map's entries, sorted by key; owned, NULL when empty */
struct vt_pair *vt_pairs_of(const struct vt_node *map);

/** vt_doc_quoted() - a file's text for a message: short, printable, one line;
 * Return: owned */
char *vt_doc_quoted(const char *text);

/** vt_doc_is_special() - needs an escape even between double quotes, or would
 * be taken for a line break: all that YAML calls not printable, NEL, LS, PS and
 * the BOM */
bool vt_doc_is_special(uint32_t c);

/** vt_node_plain() - a scalar whose text is written as it is: a number */
struct vt_node *vt_node_plain(struct vt_doc *doc, const char *text);

/** vt_scalar_type() - what YAML 1.1 makes of unquoted text */
enum vt_scalar_type vt_scalar_type(const char *text);

#endif

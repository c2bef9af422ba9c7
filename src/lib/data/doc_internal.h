/* Private to data/doc*.c and data/record*.c. */
#ifndef VT_DOC_INTERNAL_H
#define VT_DOC_INTERNAL_H

#include "data/doc.h"

/* The largest depth of a tree that is read or written, which limits the
 * recursion of functions that traverse it. */
enum { VT_DOC_DEPTH = 64 };

void *vt_arena_alloc(struct vt_arena *a, size_t size); /* zeroed */
char *vt_arena_strndup(struct vt_arena *a, const char *s, size_t len);
/** vt_arena_name() - the copy of a file name that positions refer to; there is
 * one per document and name */
const char *vt_arena_name(struct vt_arena *a, const char *file);

struct vt_node *vt_node_new(struct vt_doc *doc, enum vt_node_kind kind);
/** vt_node_append() - append to a list (key NULL) or a map, without checking
 * whether the map has the key */
void vt_node_append(struct vt_doc *doc, struct vt_node *n, struct vt_node *key,
	struct vt_node *item);

/** vt_doc_quoted() - text from a file in a form for messages: in quotes, short,
 * printable, on one line; Return: owned */
char *vt_doc_quoted(const char *text);

/** vt_doc_is_special() - whether a character has to be escaped in double
 * quotes: characters that YAML calls not printable, NEL, LS, PS and the BOM */
bool vt_doc_is_special(uint32_t c);

/** vt_node_plain() - a scalar that is never quoted, such as a number */
struct vt_node *vt_node_plain(struct vt_doc *doc, const char *text);

/** vt_scalar_type() - the YAML 1.1 type of an unquoted scalar */
enum vt_scalar_type vt_scalar_type(const char *text);

/** vt_scalar_int() - the value of a text of type VT_TYPE_INT
 * Return: -1 if it is too large */
int vt_scalar_int(const char *text, long *out);

/** vt_scalar_fault() - why PyYAML cannot make a value of an unquoted scalar, or
 * NULL */
const char *vt_scalar_fault(const char *text);

/** vt_scalar_id() - a text that is equal for scalars that JSON, as which
 * curtin passes its config on, writes as the same key
 * Return: owned by the document */
const char *vt_scalar_id(struct vt_doc *doc, const struct vt_node *n);

#endif

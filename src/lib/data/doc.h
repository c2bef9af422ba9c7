/* YAML documents: trees of nodes with their positions in the file.
 *
 *	VT_AUTO_DOC struct vt_doc *doc = vt_doc_load("a.yaml", err);
 *	if (!doc) return -1;
 *	struct vt_node *mem = vt_node_get(doc->root, "mem");
 *	if (mem && vt_node_int(mem, 64, 1 << 20, &mib, err) < 0) return -1;
 *
 * A document owns all its nodes, including those that are added or merged into
 * it. An alias refers to the same node as its anchor. Merge keys (<<) are
 * resolved; explicit keys override merged ones. Errors are: duplicate keys,
 * more than one document in a file, recursive aliases, nesting of more than 64
 * levels, and more than 1,000,000 nodes after alias expansion. Errors about the
 * content are VT_USAGE and start with file:line:column. Of an !!omap each entry
 * is a list [key, value].
 */
#ifndef VT_DOC_H
#define VT_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum vt_node_kind { VT_SCALAR, VT_SEQ, VT_MAP };

/* The type of a scalar, by the rules of YAML 1.1 as implemented by PyYAML. */
enum vt_scalar_type {
	VT_TYPE_STR,
	VT_TYPE_NULL,
	VT_TYPE_BOOL,
	VT_TYPE_INT,
	VT_TYPE_FLOAT,
	VT_TYPE_TIME,
};

struct vt_pos {
	const char *file; /* owned by the document; NULL: not from a file */
	unsigned line, column; /* from 1 */
};

struct vt_node {
	enum vt_node_kind kind;
	struct vt_pos pos;
	/* of scalars */
	char *text; /* NUL-terminated, without NUL inside */
	bool plain; /* not quoted: null, true and 12 are not strings */
	/* of all: also reached by an alias or a merge key. vt_node_merge()
	 * copies such a node before it changes it; vt_node_set() does not */
	bool shared;
	/* of lists: items[0..n). of maps: keys[i] has the value items[i] */
	size_t n;
	struct vt_node **keys; /* scalars */
	struct vt_node **items;
};

struct vt_doc {
	struct vt_node *root; /* never NULL; an empty map for an empty file */
	struct vt_arena *arena;
};

/** vt_doc_load() - read a file of at most 16 MiB; "-" is stdin
 * Errors: VT_USAGE, also if the file is missing; VT_HOST if it cannot be read
 */
struct vt_doc *vt_doc_load(const char *path, struct vt_err **err);
/** vt_doc_parse() - parse a text
 * @name: the file name in positions */
struct vt_doc *vt_doc_parse(
	const char *name, const char *buf, size_t len, struct vt_err **err);
/** vt_doc_load_config() - read the config of an installer, as PyYAML reads it:
 * what PyYAML refuses is an error. The last one of duplicate keys is used (five
 * of curtin's examples have some), and a "file:line:column: ..." line for each
 * is added to `warnings`; if a list or a map would be lost, it is an error.
 * vt's own files are read by vt_doc_load(). */
struct vt_doc *vt_doc_load_config(
	const char *path, struct vt_strv *warnings, struct vt_err **err);
struct vt_doc *vt_doc_parse_config(const char *name, const char *buf,
	size_t len, struct vt_strv *warnings, struct vt_err **err);
struct vt_doc *vt_doc_new(void); /* its root is an empty map */
/** vt_doc_keep() - copy a string into the document */
const char *vt_doc_keep(struct vt_doc *doc, const char *s);
void vt_doc_free(struct vt_doc *doc);
void vt_doc_freep(struct vt_doc **doc);
#define VT_AUTO_DOC __attribute__((cleanup(vt_doc_freep)))

/* Access. These return NULL if the node is NULL or of another kind. */
struct vt_node *vt_node_get(const struct vt_node *map, const char *key);
/** vt_node_getn() - follow a path of keys, which ends with NULL */
struct vt_node *vt_node_getn(const struct vt_node *map, ...)
	__attribute__((sentinel));
/** vt_node_is_null() - whether a node is NULL or a null value (unquoted ~, null
 * or nothing) */
bool vt_node_is_null(const struct vt_node *n);
const char *vt_node_text(const struct vt_node *n); /* NULL if not a scalar */
/** vt_node_type() - the type of a scalar; VT_TYPE_STR for quoted scalars, lists
 * and maps */
enum vt_scalar_type vt_node_type(const struct vt_node *n);
/** vt_node_kind_name() - "map", "list", "string", "integer", ... for messages
 */
const char *vt_node_kind_name(const struct vt_node *n);

/** vt_node_at() - the position "file:line:column"
 * Return: owned; NULL if the node is not from a file */
char *vt_node_at(const struct vt_node *n);

/** vt_node_err() - set a VT_USAGE error that starts with "file:line:column: "
 * Return: -1 */
int vt_node_err(const struct vt_node *n, struct vt_err **err, const char *fmt,
	...) __attribute__((format(printf, 3, 4)));

/* Read values. The error of a wrong type says what was expected and what was
 * found. A quoted scalar is neither a number nor a boolean; vt_node_str()
 * accepts any scalar except null (release: 22.04), vt_node_size() numbers and
 * strings. */
int vt_node_str(const struct vt_node *n, const char **out, struct vt_err **err);
/** vt_node_string_only() - a string to PyYAML, too
 * @what: that is to be a string, for the error, which says what PyYAML reads
 *   instead and how to write it */
int vt_node_string_only(const struct vt_node *n, const char *what,
	const char **out, struct vt_err **err);
/** vt_node_str_as_is() - a string, or a number that Python prints as it is
 * written: not 0123, 0x1f or 1:30 */
int vt_node_str_as_is(const struct vt_node *n, const char *what,
	const char **out, struct vt_err **err);
int vt_node_int(const struct vt_node *n, long min, long max, long *out,
	struct vt_err **err);
int vt_node_bool(const struct vt_node *n, bool *out, struct vt_err **err);
int vt_node_size(const struct vt_node *n, uint64_t *bytes, struct vt_err **err);
int vt_node_expect(
	const struct vt_node *n, enum vt_node_kind kind, struct vt_err **err);
/** vt_node_list() - check that a node is a list whose items are of one kind;
 * scalars must not be null, as in vt_node_str() */
int vt_node_list(
	const struct vt_node *n, enum vt_node_kind items, struct vt_err **err);
/** vt_node_keys_known() - fail for a key that is not in the NULL-terminated
 * list, and suggest the nearest one */
int vt_node_keys_known(const struct vt_node *map, const char *const *known,
	struct vt_err **err);

/* Create nodes, which are owned by the document. Strings are copied. */
struct vt_node *vt_node_map(struct vt_doc *doc);
struct vt_node *vt_node_seq(struct vt_doc *doc);
/** vt_node_string() - a string, which is quoted in YAML where necessary */
struct vt_node *vt_node_string(struct vt_doc *doc, const char *s);
struct vt_node *vt_node_number(struct vt_doc *doc, int64_t v);
struct vt_node *vt_node_boolean(struct vt_doc *doc, bool v);
/** vt_node_set() - add a key, or replace the value of an existing one */
void vt_node_set(struct vt_doc *doc, struct vt_node *map, const char *key,
	struct vt_node *value);
/** vt_node_drop() - remove a key; a missing one is no error */
void vt_node_drop(struct vt_node *map, const char *key);
/** vt_node_set_str() - set a key to a string; does nothing if value is NULL */
void vt_node_set_str(struct vt_doc *doc, struct vt_node *map, const char *key,
	const char *value);
/** vt_node_push() - append to a list */
void vt_node_push(struct vt_doc *doc, struct vt_node *seq, struct vt_node *v);
/** vt_node_copy() - a deep copy, with the positions of the original */
struct vt_node *vt_node_copy(struct vt_doc *doc, const struct vt_node *n);
/** vt_node_merge() - merge configs as curtin does: maps key by key, anything
 * else is replaced
 * Return: `base` with the changes, or a copy of `over` */
struct vt_node *vt_node_merge(
	struct vt_doc *doc, struct vt_node *base, const struct vt_node *over);
/** vt_node_equal() - whether two nodes have the same types and content,
 * irrespective of positions, quoting and the order of keys. Numbers are equal
 * only if written in the same way. */
bool vt_node_equal(const struct vt_node *a, const struct vt_node *b);

/** vt_node_same_key() - whether two scalars are the same key to PyYAML: 010 and
 * 8, but not 8 and '8' */
bool vt_node_same_key(const struct vt_node *a, const struct vt_node *b);

/**
 * vt_node_emit() - append YAML in block style; equal trees give equal text
 * The text, read by vt_doc_parse() or PyYAML, gives an equal tree.
 * Errors: VT_USAGE for text that is not UTF-8 and for more than 64 levels;
 *   `out` is then incomplete
 */
int vt_node_emit(
	const struct vt_node *n, struct vt_str *out, struct vt_err **err);

/**
 * vt_node_emit_json() - append JSON, indented by one space, and a newline
 * vt_doc_parse() reads it back as an equal tree, with two exceptions: bytes
 * that are not UTF-8 become U+FFFD, and numbers in a form that JSON does not
 * have become strings.
 */
void vt_node_emit_json(const struct vt_node *n, struct vt_str *out);

#endif

/* YAML documents as trees that know where each node stood.
 *
 *	VT_AUTO_DOC struct vt_doc *doc = vt_doc_load("a.yaml", err);
 *	if (!doc) return -1;
 *	struct vt_node *mem = vt_node_get(doc->root, "mem");
 *	if (mem && vt_node_int(mem, 64, 1 << 20, &mib, err) < 0) return -1;
 *
 * A document owns all its nodes, and what is built or merged into it. Anchors
 * and aliases share nodes; merge keys (<<) are resolved (explicit keys win);
 * duplicate keys, several documents, recursive aliases, depth over 64 and more
 * than 1,000,000 nodes after expansion are errors. Every error about a node is
 * VT_USAGE and starts with file:line:column.
 */
#ifndef VT_DOC_H
#define VT_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum vt_node_kind { VT_SCALAR, VT_SEQ, VT_MAP };

/* What a scalar means, by the rules of YAML 1.1 as PyYAML has them. */
enum vt_scalar_type {
	VT_TYPE_STR,
	VT_TYPE_NULL,
	VT_TYPE_BOOL,
	VT_TYPE_INT,
	VT_TYPE_FLOAT,
	VT_TYPE_TIME,
};

struct vt_pos {
	const char *file;      /* owned by the document; NULL: built by us */
	unsigned line, column; /* from 1 */
};

struct vt_node {
	enum vt_node_kind kind;
	struct vt_pos pos;
	/* scalar */
	char *text;  /* NUL-terminated; NULs inside are refused */
	bool plain;  /* unquoted: "null", "true", 12 have their YAML meaning */
	bool shared; /* reached by an alias or merge key too: vt_node_merge()
			copies it before a change, vt_node_set() does not */
	/* seq: items[0..n). map: keys[0..n) to items[0..n), in order */
	size_t n;
	struct vt_node **keys; /* scalars */
	struct vt_node **items;
};

struct vt_doc {
	struct vt_node *root; /* never NULL; an empty file is an empty map */
	struct vt_arena *arena;
};

/** vt_doc_load() - read a file ("-": stdin), at most 16 MiB */
struct vt_doc *vt_doc_load(const char *path, struct vt_err **err);
/** vt_doc_parse() - `name` stands in positions */
struct vt_doc *vt_doc_parse(
	const char *name, const char *buf, size_t len, struct vt_err **err);
/** vt_doc_load_config() - a config that others wrote for an installer, read as
 * PyYAML reads it: of duplicate keys the last counts (five of curtin's own
 * examples have some), and each adds a "file:line:column: ..." line to
 * `warnings`. Our own files go through vt_doc_load(). */
struct vt_doc *vt_doc_load_config(
	const char *path, struct vt_strv *warnings, struct vt_err **err);
struct vt_doc *vt_doc_parse_config(const char *name, const char *buf,
	size_t len, struct vt_strv *warnings, struct vt_err **err);
struct vt_doc *vt_doc_new(void); /* an empty map, to be built */
/** vt_doc_keep() - a copy of a text that lives as long as the document */
const char *vt_doc_keep(struct vt_doc *doc, const char *s);
void vt_doc_free(struct vt_doc *doc);
void vt_doc_freep(struct vt_doc **doc);
#define VT_AUTO_DOC __attribute__((cleanup(vt_doc_freep)))

/* Reading. A getter on NULL or on the wrong kind gives NULL. */
struct vt_node *vt_node_get(const struct vt_node *map, const char *key);
struct vt_node *vt_node_getn(const struct vt_node *map, ...)
	__attribute__((sentinel));             /* path of keys */
bool vt_node_is_null(const struct vt_node *n); /* NULL, ~, null, empty plain */
const char *vt_node_text(const struct vt_node *n); /* scalar's text or NULL */
/** vt_node_type() - of a scalar; a quoted one, and any non-scalar, is STR */
enum vt_scalar_type vt_node_type(const struct vt_node *n);
/** vt_node_kind_name() - "map", "list", "string", "integer", ... for errors */
const char *vt_node_kind_name(const struct vt_node *n);

/** vt_node_at() - "file:line:column"; Return: owned; NULL for what we built */
char *vt_node_at(const struct vt_node *n);

/** vt_node_err() - "file:line:column: ..." as VT_USAGE; Return: -1 */
int vt_node_err(const struct vt_node *n, struct vt_err **err, const char *fmt,
	...) __attribute__((format(printf, 3, 4)));

/* Typed reading with an error that says what was expected and found. Text in
 * quotes is no number and no boolean; vt_node_str() gives any scalar's text
 * (release: 22.04) except null; vt_node_size() takes both. */
int vt_node_str(const struct vt_node *n, const char **out, struct vt_err **err);
int vt_node_int(const struct vt_node *n, long min, long max, long *out,
	struct vt_err **err);
int vt_node_bool(const struct vt_node *n, bool *out, struct vt_err **err);
int vt_node_size(const struct vt_node *n, uint64_t *bytes, struct vt_err **err);
int vt_node_expect(
	const struct vt_node *n, enum vt_node_kind kind, struct vt_err **err);
/** vt_node_keys_known() - refuse keys outside the NULL-terminated list, naming
 * the nearest known one */
int vt_node_keys_known(const struct vt_node *map, const char *const *known,
	struct vt_err **err);

/* Building: nodes belong to doc. vt_node_set() replaces an existing key. */
struct vt_node *vt_node_map(struct vt_doc *doc);
struct vt_node *vt_node_seq(struct vt_doc *doc);
struct vt_node *vt_node_string(struct vt_doc *doc, const char *s); /* quoted
	when it would read as something else */
struct vt_node *vt_node_number(struct vt_doc *doc, int64_t v);
struct vt_node *vt_node_boolean(struct vt_doc *doc, bool v);
void vt_node_set(struct vt_doc *doc, struct vt_node *map, const char *key,
	struct vt_node *value);
void vt_node_set_str(struct vt_doc *doc, struct vt_node *map, const char *key,
	const char *value); /* nothing for NULL */
void vt_node_push(struct vt_doc *doc, struct vt_node *seq, struct vt_node *v);
/** vt_node_copy() - deep copy into doc, positions kept */
struct vt_node *vt_node_copy(struct vt_doc *doc, const struct vt_node *n);
/** vt_node_merge() - curtin's merge of configs: maps key by key, anything else
 * replaced; Return: `base` changed, or the copy of `over`; owned by doc */
struct vt_node *vt_node_merge(
	struct vt_doc *doc, struct vt_node *base, const struct vt_node *over);
/** vt_node_equal() - same content and types: positions, quoting and the order
 * of keys do not count, the spelling of a number does */
bool vt_node_equal(const struct vt_node *a, const struct vt_node *b);

/**
 * vt_node_emit() - append as YAML block style, reproducible
 * What it writes reads back vt_node_equal(), here and in PyYAML.
 * Errors: VT_USAGE for text that is not UTF-8 and a depth over 64; `out` then
 *   holds a part
 */
int vt_node_emit(
	const struct vt_node *n, struct vt_str *out, struct vt_err **err);

/**
 * vt_node_emit_json() - append as JSON, indented by 1, with a newline at its
 * end Bytes that are not UTF-8 become U+FFFD. vt_doc_parse() reads it back
 * equal, but for those, and for numbers that only YAML can write: these are
 * strings.
 */
void vt_node_emit_json(const struct vt_node *n, struct vt_str *out);

#endif

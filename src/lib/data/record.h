/* Records: structs that are stored as maps in YAML or JSON files, described by
 * a table of their members.
 *
 *	struct nic { const char *model; long queues; };
 *	static const struct vt_member nic_members[] = {
 *		{"model", VT_AS_TEXT(struct nic, model), .init = "virtio-net",
 *			.doc = "QEMU device"},
 *		{"queues", VT_AS_INT(struct nic, queues), .min = 1, .max = 16,
 *			.required = true, .doc = "number of queue pairs"},
 *		{0}};
 *	static const struct vt_record nic = {
 *		.name = "nic", .members = nic_members};
 *
 *	VT_AUTO_DOC struct vt_doc *doc =
 *		vt_record_load(&nic, dir, "nic.yaml", &x, err);
 *	node = vt_record_write(&nic, other, &x);
 *	vt_record_free(&nic, &x);
 *
 * The functions that read and write the file, and its description in
 * vt-files(5), use the table. Unknown keys, wrong types, values out of range
 * and missing keys are VT_USAGE errors that start with file:line:column. JSON
 * as written by vt_node_emit_json() can be read like YAML.
 *
 * Texts, paths and nodes that were read are owned by the document. Lists and
 * arrays are allocated with malloc, also if the caller fills them, and are
 * freed by vt_record_free().
 */
#ifndef VT_RECORD_H
#define VT_RECORD_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "data/doc.h"

enum vt_member_kind {
	VT_MEMBER_TEXT,    /* const char *; NULL: no such key */
	VT_MEMBER_TEXTS,   /* struct vt_strv; empty: no such key */
	VT_MEMBER_INT,     /* long */
	VT_MEMBER_BYTES,   /* uint64_t; the file may have a unit, as in 8G */
	VT_MEMBER_BOOL,    /* bool */
	VT_MEMBER_WORD,    /* enum, an index into `words` */
	VT_MEMBER_ROW,     /* pointer to a row of a table; NULL: no such key */
	VT_MEMBER_PATH,    /* const char *, joined with `dir` when read */
	VT_MEMBER_SECONDS, /* uint64_t, milliseconds; 12.345 in the file */
	VT_MEMBER_NODE,    /* const struct vt_node *, any value */
	VT_MEMBER_RECORD,  /* a struct in this struct; if it is optional, it is
			      written only when it is not empty */
	VT_MEMBER_RECORDS, /* pointer and size_t: a list of maps */
	VT_MEMBER_NAMED,   /* pointer and size_t: a map of maps; the structs
			      start with `const char *name`, which is the key */
};

struct vt_member {
	const char *key; /* NULL ends the table */
	enum vt_member_kind kind;
	size_t offset;
	size_t count;  /* arrays: offset of their length */
	size_t size;   /* arrays: size of an item */
	bool required; /* a missing key is an error */
	bool always;   /* written even if it is the default, or empty */
	/* INT and BYTES: the range of values (max 0: no limit). TEXTS, RECORDS
	 * and NAMED: the range of the number of items (max 0: 10000) */
	long min, max;
	/* the default, in the form it has in a file; a member with this value
	 * is not written. NULL: a missing key leaves the member unchanged */
	const char *init;
	const char *unit;       /* for the man page */
	enum vt_node_kind node; /* NODE: VT_SEQ, VT_MAP; VT_SCALAR: any value */
	/* WORD: the names of the enum's values, NULL-terminated; "" for a value
	 * without a name. TEXT: the permitted values, or NULL for any text */
	const char *const *words;
	const void *(*row)(const char *name); /* ROW: NULL if there is none */
	const char *(*rows)(void);            /* ROW: all names, for messages */
	const struct vt_record *record;       /* RECORD, RECORDS, NAMED */
	/* an additional check of the value, or NULL; not for arrays.
	 * Errors: by vt_node_err() of `at` */
	int (*check)(const void *value, const struct vt_node *at,
		struct vt_err **err);
	const char
		*doc; /* one sentence without a full stop, for the man page */
};

struct vt_record {
	const char *name; /* of the file, or of the kind of entry */
	const struct vt_member *members;
	long format; /* value of the key `format`; 0: there is no such key */
	/* an additional check of the whole record, which may also set members
	 * that are not in the file; or NULL */
	int (*check)(void *out, const struct vt_node *map, struct vt_err **err);
	const char *doc; /* for the man page, in mdoc */
};

/* Initialisers for the kind and offset of a member; the compiler checks that
 * the member has the type of this kind. T is the struct, f the member (a.b for
 * one in a nested struct). */
#define VT_TYPED_(T, f, ...)                                                   \
	(offsetof(T, f) + 0 * sizeof(char[_Generic(((T *)0)->f, __VA_ARGS__)]))
#define VT_HOLDS_(T, f, yes) (offsetof(T, f) + 0 * sizeof(char[(yes) ? 1 : -1]))
#define VT_ITEM_(T, f) __typeof__(*((T *)0)->f)

#define VT_AS_TEXT(T, f)                                                       \
	.kind = VT_MEMBER_TEXT,                                                \
	.offset = VT_TYPED_(T, f, char * : 1, const char * : 1)
#define VT_AS_TEXTS(T, f)                                                      \
	.kind = VT_MEMBER_TEXTS, .offset = VT_TYPED_(T, f, struct vt_strv : 1)
#define VT_AS_INT(T, f)                                                        \
	.kind = VT_MEMBER_INT, .offset = VT_TYPED_(T, f, long : 1)
#define VT_AS_BYTES(T, f)                                                      \
	.kind = VT_MEMBER_BYTES, .offset = VT_TYPED_(T, f, uint64_t : 1)
#define VT_AS_BOOL(T, f)                                                       \
	.kind = VT_MEMBER_BOOL, .offset = VT_TYPED_(T, f, bool : 1)
#define VT_AS_WORD(T, f, list)                                                 \
	.kind = VT_MEMBER_WORD,                                                \
	.offset = VT_HOLDS_(T, f, sizeof(((T *)0)->f) == sizeof(int)),         \
	.words = (list)
#define VT_AS_ROW(T, f, find, names)                                           \
	.kind = VT_MEMBER_ROW,                                                 \
	.offset = VT_HOLDS_(T, f, offsetof(VT_ITEM_(T, f), name) == 0),        \
	.row = (find), .rows = (names)
#define VT_AS_PATH(T, f)                                                       \
	.kind = VT_MEMBER_PATH,                                                \
	.offset = VT_TYPED_(T, f, char * : 1, const char * : 1)
#define VT_AS_SECONDS(T, f)                                                    \
	.kind = VT_MEMBER_SECONDS, .offset = VT_TYPED_(T, f, uint64_t : 1)
#define VT_AS_NODE(T, f)                                                       \
	.kind = VT_MEMBER_NODE,                                                \
	.offset = VT_TYPED_(                                                   \
		T, f, struct vt_node * : 1, const struct vt_node * : 1)
#define VT_AS_RECORD(T, f, rec)                                                \
	.kind = VT_MEMBER_RECORD, .offset = offsetof(T, f), .record = (rec)
/* a nested map whose members are in the same struct */
#define VT_AS_GROUP(rec) .kind = VT_MEMBER_RECORD, .record = (rec)
#define VT_AS_RECORDS(T, f, n, rec)                                            \
	.kind = VT_MEMBER_RECORDS, .offset = offsetof(T, f),                   \
	.count = VT_TYPED_(T, n, size_t : 1), .size = sizeof(VT_ITEM_(T, f)),  \
	.record = (rec)
#define VT_AS_NAMED(T, f, n, rec)                                              \
	.kind = VT_MEMBER_NAMED,                                               \
	.offset = VT_HOLDS_(T, f, offsetof(VT_ITEM_(T, f), name) == 0),        \
	.count = VT_TYPED_(T, n, size_t : 1), .size = sizeof(VT_ITEM_(T, f)),  \
	.record = (rec)

/**
 * vt_record_read() - read a map into a struct
 * @dir: directory that paths are relative to; NULL: paths are not changed
 * @doc: the document of `map`, which will own the struct's texts
 * @out: zeroed, or with values for keys that may be missing; to be freed by
 *   vt_record_free(), also after an error
 */
int vt_record_read(const struct vt_record *rec, const struct vt_node *map,
	const char *dir, struct vt_doc *doc, void *out, struct vt_err **err);

/** vt_record_load() - read the file DIR/FILE, YAML or JSON, into a struct
 * Return: the document, which owns the struct's texts */
struct vt_doc *vt_record_load(const struct vt_record *rec, const char *dir,
	const char *file, void *out, struct vt_err **err);

/** vt_record_write() - create a map from a struct, with the keys in the order
 * of the table; texts are copied Return: owned by `doc` */
struct vt_node *vt_record_write(
	const struct vt_record *rec, struct vt_doc *doc, const void *in);

/** vt_record_save_json() - write a struct to a JSON file, atomically */
int vt_record_save_json(const struct vt_record *rec, const void *in,
	const char *path, struct vt_err **err);

/** vt_record_free() - free the lists and arrays of a struct, and set them empty
 */
void vt_record_free(const struct vt_record *rec, void *in);

typedef void vt_record_path(const char **path, void *arg);
/** vt_record_each_path() - call a function for each path of a struct and of the
 * structs in it, which it may replace */
void vt_record_each_path(
	const struct vt_record *rec, void *in, vt_record_path *each, void *arg);

/** vt_record_add() - add a zeroed item to an array
 * @array: address of the pointer to its items
 * Return: the item, valid until the next call for this array */
void *vt_record_add(void *array, size_t *n, size_t size);

/** vt_record_man() - append the list of keys in mdoc, for a man page */
void vt_record_man(const struct vt_record *rec, struct vt_str *out);

#endif

/* A struct and its map in a file, described by one table of members.
 *
 *	struct nic { const char *model; long queues; };
 *	static const struct vt_member nic_members[] = {
 *		{"model", VT_AS_TEXT(struct nic, model), .init = "virtio-net",
 *			.doc = "QEMU's device"},
 *		{"queues", VT_AS_INT(struct nic, queues), .min = 1, .max = 16,
 *			.required = true, .doc = "pairs of queues"},
 *		{0}};
 *	static const struct vt_record nic = {
 *		.name = "nic", .members = nic_members};
 *
 *	VT_AUTO_DOC struct vt_doc *doc =
 *		vt_record_load(&nic, dir, "nic.yaml", &x, err);
 *	node = vt_record_write(&nic, other, &x);
 *	vt_record_free(&nic, &x);
 *
 * Reading and writing, and the description in vt-files(5), come from the
 * table. A key that the table does not have, a wrong type, a value out of
 * bounds and a missing key are VT_USAGE errors that start with
 * file:line:column. JSON as vt_node_emit_json() writes it is read like YAML.
 *
 * Texts, paths and nodes that were read belong to the document. Lists and
 * arrays are malloc'ed, whether they were read or filled by hand, and
 * vt_record_free() frees them.
 */
#ifndef VT_RECORD_H
#define VT_RECORD_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "data/doc.h"

enum vt_member_kind {
	VT_MEMBER_TEXT,    /* const char *; NULL: absent */
	VT_MEMBER_TEXTS,   /* struct vt_strv; empty: absent */
	VT_MEMBER_INT,     /* long */
	VT_MEMBER_BYTES,   /* uint64_t; the file may say 8G */
	VT_MEMBER_BOOL,    /* bool */
	VT_MEMBER_WORD,    /* enum, the index of its word */
	VT_MEMBER_ROW,     /* pointer to a row of a table; NULL: absent */
	VT_MEMBER_PATH,    /* const char *, joined with `dir` when read */
	VT_MEMBER_SECONDS, /* uint64_t, milliseconds; 12.345 in the file */
	VT_MEMBER_NODE,    /* const struct vt_node *, as it stands */
	VT_MEMBER_RECORD,  /* a struct inside this one; written when optional
			      only if there is something in it */
	VT_MEMBER_RECORDS, /* pointer and size_t: a list of maps */
	VT_MEMBER_NAMED,   /* the same, a map of maps: the key is the `name`
			      that the struct starts with */
};

struct vt_member {
	const char *key; /* NULL ends the table */
	enum vt_member_kind kind;
	size_t offset;
	size_t count;          /* offset of an array's length */
	size_t size;           /* of an item of an array, or of an enum */
	bool required, always; /* always: written though it is the default,
			       or empty */
	/* INT and BYTES: the value (max 0: no bound), TEXTS, RECORDS and NAMED:
	 * the number of items (max 0: 10000) */
	long min, max;
	/* the value of an absent key, as a file would have it; the member is
	 * not written then. NULL: an absent key leaves the member as it was */
	const char *init;
	const char *unit;       /* for people */
	enum vt_node_kind node; /* NODE: what it must be; VT_SCALAR: anything */
	/* WORD, up to NULL; "": no such value. TEXT: NULL, or all there are */
	const char *const *words;
	const void *(*row)(const char *name); /* ROW: NULL for no such row */
	const char *(*rows)(void);            /* ROW: all names, for words */
	const struct vt_record *record;       /* RECORD, RECORDS, NAMED */
	/* one more look at a value that was read, or NULL; not for arrays.
	 * Errors: vt_node_err() of `at` */
	int (*check)(const void *value, const struct vt_node *at,
		struct vt_err **err);
	const char *doc; /* one sentence, no full stop */
};

struct vt_record {
	const char *name; /* of the file, or of the thing */
	const struct vt_member *members;
	long format; /* value of the key `format`; 0: there is no such key */
	/* a last look at all of it, which may derive what is not in the file;
	 * NULL: none */
	int (*check)(void *out, const struct vt_node *map, struct vt_err **err);
	const char *doc; /* sentences, in mdoc */
};

/* The kind and the place of a member, which has to have the kind's type. T is
 * the struct, f the member (a.b for one of a struct in it). */
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
/* a map with some more members of the same struct */
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
 * vt_record_read() - from a map to a struct
 * @dir: where relative paths start; NULL: they stay as they are
 * @doc: owns what is made for the struct, and must own `map` too
 * @out: zeroed, or with values for keys that may be absent; needs
 *   vt_record_free() after an error as well
 */
int vt_record_read(const struct vt_record *rec, const struct vt_node *map,
	const char *dir, struct vt_doc *doc, void *out, struct vt_err **err);

/** vt_record_load() - the same from DIR/FILE, YAML or our JSON
 * Return: the document, which owns the struct's texts */
struct vt_doc *vt_record_load(const struct vt_record *rec, const char *dir,
	const char *file, void *out, struct vt_err **err);

/** vt_record_write() - a map of `doc` with copies of all texts, in the order
 * of the table */
struct vt_node *vt_record_write(
	const struct vt_record *rec, struct vt_doc *doc, const void *in);

/** vt_record_save_json() - into a file, atomically */
int vt_record_save_json(const struct vt_record *rec, const void *in,
	const char *path, struct vt_err **err);

/** vt_record_free() - lists and arrays, which become empty */
void vt_record_free(const struct vt_record *rec, void *in);

/** vt_record_add() - grow an array by one zeroed item; Return: the item, which
 * stays where it is until the next */
void *vt_record_add(void *array, size_t *n, size_t size);

/** vt_record_man() - append a list of the keys for a man page (mdoc) */
void vt_record_man(const struct vt_record *rec, struct vt_str *out);

#endif

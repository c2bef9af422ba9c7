/* The types of entries in a config: one row per type.
 *
 * A row lists the keys of a type: the kind of each key's value, the values that
 * are allowed, which types it may refer to, whether it is required, and how a
 * device is compared with it. A kind of config (storage, network) has a table
 * of rows and its names for them: struct vt_types. The functions that find a
 * device are in tables of their own (graph/look.h), so that a tool that only
 * reads configs links no library for disks.
 */
#ifndef VT_TYPE_H
#define VT_TYPE_H

#include "graph/graph.h"

struct vt_space;

enum vt_key_kind {
	VT_KEY_TEXT,
	VT_KEY_SCALAR, /* a string or a number */
	VT_KEY_BOOL,
	VT_KEY_INT,
	VT_KEY_SIZE,  /* in bytes */
	VT_KEY_TEXTS, /* a list */
	VT_KEY_MAP,
	VT_KEY_REF,
	VT_KEY_REFS, /* a list of ids */
};

enum {
	VT_KEY_NEEDED = 1,
	VT_KEY_V2 = 2,       /* version 1 of the format does not read it */
	VT_KEY_IDENTITY = 4, /* a finder identifies the device by it */
	VT_KEY_DERIVED = 8,  /* set by realise.c, never read from a config */
	/* the installer does not follow it: it may name a later entry */
	VT_KEY_UNORDERED = 16,
	VT_KEY_EMPTY = 128, /* empty text if the entry is kept */
	VT_KEY_FALSE = 32,  /* false, 0, 'none', ... count as not given */
	VT_KEY_NAMES = 64,  /* it refers to a device, as an id does */
};

/* Why no check answers a key that the installer does not know or follow. */
#define VT_NOT_USED "curtin does not use it"

/* The sides that can show a key's value. */
enum vt_sides { VT_SIDES_BOTH, VT_SIDES_DISK, VT_SIDES_FACTS };

/* One value that a key may have. */
struct vt_value {
	const char *word;
	bool number; /* an integer: 5, and not '5' */
	/* NULL; else this value is refused, and the advice is to use that one
	 */
	const char *instead;
};

struct vt_type_key {
	const char *word;
	const char *as; /* its name in verify.yaml; NULL: the same */
	enum vt_key_kind kind;
	unsigned flags;
	unsigned refs; /* types that it may name: bits, 1 << id */
	unsigned like; /* a row of the kind's likenesses; 0: nothing is
			  expected of it */
	enum vt_sides sides;
	/* keys of the entry whose check answers it as well, if expected */
	const char *shown_by[2];
	/* why no check answers it, where none does */
	const char *unseen;
	long min, max;    /* of VT_KEY_INT */
	const char *fill; /* of VT_KEY_SIZE: see human_size.h */
	/* the allowed values, up to one without a word; NULL: any */
	const struct vt_value *values;
	/* NULL, or a further check of the value */
	int (*check)(const struct vt_dev *d, const struct vt_field *f,
		struct vt_err **err);
};

struct vt_type {
	const char *word;
	const char *list; /* of its entries in verify.yaml */
	unsigned id;
	const struct vt_type_key *keys; /* the last has no word */
	enum vt_sides sides;            /* if one shows none of its keys */
	/* NULL, or a check of a config's entry, once all are linked */
	int (*check)(const struct vt_graph *g, const struct vt_dev *d,
		struct vt_err **err);
	const struct vt_space *space; /* of storage, see size.h; NULL: none */
};

/* A kind of config. */
struct vt_types {
	const char *what; /* "storage" */
	const struct vt_type *v;
	size_t n;
	/* What an entry of verify.yaml has beside its type's keys: NULL, or
	 * the words, up to NULL, and functions that write and read them. */
	const char *const *written;
	void (*write)(const struct vt_dev *d, struct vt_doc *doc,
		struct vt_node *map);
	int (*read)(struct vt_dev *d, struct vt_err **err);
	/* NULL, or the text of a value in a map, as it is expected */
	const char *(*map_value)(const struct vt_node *n);
};

/** vt_types_find() - by the config's word, or NULL */
const struct vt_type *vt_types_find(
	const struct vt_types *types, const char *word);
/** vt_type_key() - a key of a type, or NULL */
const struct vt_type_key *vt_type_key(
	const struct vt_type *type, const char *word);

/** vt_type_key_expected() - a key's name in verify.yaml; NULL: verify.yaml does
 * not have it, since nothing is expected of it */
const char *vt_type_key_expected(const struct vt_type_key *key);

/** vt_type_is_ref() - whether a key names other entries */
bool vt_type_is_ref(const struct vt_type_key *key);

/** vt_dev_is() - NULL is of no type */
bool vt_dev_is(const struct vt_dev *d, unsigned type);

#endif

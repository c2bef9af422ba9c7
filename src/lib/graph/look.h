/* The found state of a device: as a disk image shows it, and as the facts of
 * the booted system show it. Both sides have the same struct.
 *
 *	struct vt_look *look = vt_look_new(&graph, &finders, own, &facts);
 *	const struct vt_found *f = vt_look_at(look, dev, VT_SIDE_DISK);
 *	if (f->state == VT_FOUND) ... vt_found_field(f, "size") ...
 *	vt_look_free(look);
 *
 * A device is looked up once per side, on the first request. A finder requests
 * the devices that its own is made of: the place of a file system is what the
 * finder of its volume found.
 */
#ifndef VT_LOOK_H
#define VT_LOOK_H

#include "graph/collected.h"
#include "graph/graph.h"
#include "graph/type.h"

struct vt_blk_table;
struct vt_look;
struct vt_place;

/* The first is the wire for networks. */
enum vt_side { VT_SIDE_DISK, VT_SIDE_FACTS };

enum vt_found_state {
	VT_UNTOLD,      /* unknown on this side: `why` */
	VT_FOUND,       /* see its fields */
	VT_MISSING,     /* it does not exist: `why` */
	VT_FOUND_ERROR, /* `err` */
};

/* The found value of a key. */
struct vt_found_field {
	const char *word;
	char *text;  /* for people */
	char *value; /* to be compared; NULL: none */
	char *more;  /* version of a file system, kind of a partition's table */
	uint64_t n;  /* of a size or number; 0 or 1 */
	uint64_t unit; /* that a size is a multiple of */
	bool same; /* equal to what is expected, if only the finder can tell */
	char *why; /* NULL, or why it is unknown */
	const char *see; /* the file to look at */
};

struct vt_found {
	const struct vt_type *type; /* of the device */
	enum vt_found_state state;
	char *why; /* if it is found: why its place is unknown, or NULL */
	struct vt_err *err;
	const char *see;
	struct vt_found_field *fields;
	size_t n;
	/* on a disk: where its content is (storage/place.h); NULL: unknown,
	 * `why` */
	struct vt_place *place;
	/* on a disk: the partition table on it, or NULL; `own` owns it */
	const struct vt_blk_table *table;
	/* in facts: its object in lsblk.json, or NULL */
	const json_t *node;
	/* shared by the finders of a type */
	void *own;
	void (*free_own)(void *own);
};

/* A finder fills `f`, which begins as VT_UNTOLD. */
typedef void vt_finder(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f);

struct vt_likeness_row;

/* How the devices of a kind of config are found and compared. */
struct vt_finders {
	const char *side; /* what VT_SIDE_DISK is: "disk", "wire" */
	const char *both; /* "disk and facts" */
	/* of a type, or NULL */
	vt_finder *(*find)(unsigned type, enum vt_side side);
	/* NULL, or what is added to what was found */
	void (*add)(struct vt_look *look, const struct vt_dev *d,
		enum vt_side side, struct vt_found *f);
	const struct vt_likeness_row *likes; /* by the `like` of keys */
	/* NULL, or what frees `place`, and the look's `own` */
	void (*free_found)(struct vt_found *f);
	void (*free_own)(void *own);
};

struct vt_look {
	struct vt_graph *graph;
	const struct vt_finders *finders;
	const struct vt_facts *facts; /* NULL: there are none */
	void *own;                    /* of the kind of config */
	struct vt_found *found[2];    /* of each device, by side */
	char *asked[2];
};

/** vt_look_new() - takes `own` */
struct vt_look *vt_look_new(struct vt_graph *g,
	const struct vt_finders *finders, void *own,
	const struct vt_facts *facts);
void vt_look_free(struct vt_look *look);

const struct vt_found *vt_look_at(
	struct vt_look *look, const struct vt_dev *d, enum vt_side side);

const struct vt_found_field *vt_found_field(
	const struct vt_found *f, const char *word);

/* For finders. */
struct vt_found_field *vt_found_add(struct vt_found *f, const char *word);
/** vt_found_untold() - it is unknown on this side, and why */
void vt_found_untold(struct vt_found *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/** vt_found_missing() - it does not exist, and why */
void vt_found_missing(struct vt_found *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/** vt_found_copy_state() - it is not found, because `on` was not */
void vt_found_copy_state(struct vt_found *f, const struct vt_found *on);
void vt_found_error(struct vt_found *f, struct vt_err **err);

/** vt_found_below() - the device that `d` is made of in a role, if it was
 * found; NULL: it was not, which is set in `f` */
const struct vt_found *vt_found_below(struct vt_look *look,
	const struct vt_dev *d, const char *role, enum vt_side side,
	struct vt_found *f);

#endif

/* What is there: a device as a disk image shows it, and as the facts of the
 * booted system show it. Each side gives the same struct.
 *
 *	struct vt_look *look = vt_look_new(&graph, dir, &facts);
 *	const struct vt_found *f = vt_look_at(look, dev, VT_SIDE_DISK);
 *	if (f->state == VT_FOUND) ... vt_found_field(f, "size") ...
 *	vt_look_free(look);
 *
 * A device is looked at once on each side, when it is first asked for. A
 * finder asks for the devices that its own is made of, so that a file system
 * is found wherever the finder of its volume says that it lies.
 */
#ifndef VT_LOOK_H
#define VT_LOOK_H

#include "storage/devices.h"
#include "storage/graph.h"
#include "storage/mounts.h"
#include "storage/types.h"

enum vt_side { VT_SIDE_DISK, VT_SIDE_FACTS };

enum vt_found_state {
	VT_UNTOLD,      /* this side cannot tell, `why` */
	VT_FOUND,       /* fields tell */
	VT_MISSING,     /* it is not there, `why` */
	VT_FOUND_ERROR, /* `err` */
};

/* What one key's value is found to be. */
struct vt_found_field {
	const char *word;
	char *text;  /* for people */
	char *value; /* as it is compared; NULL: there is none */
	char *more;  /* version of a file system, kind of a partition's table */
	uint64_t n;  /* of a size or number; 0 or 1 */
	uint64_t unit; /* that a size is a multiple of */
	bool same; /* it is what is asked for, where only the finder knows */
	char *why; /* NULL, or why this one cannot be told */
	const char *see; /* the file to look at */
};

/* A stretch of a disk image. */
struct vt_extent {
	const char *path;
	uint64_t offset_bytes, size_bytes;
};

struct vt_found {
	enum vt_found_state state;
	char *why;
	struct vt_err *err;
	const char *see;
	struct vt_found_field *fields;
	size_t n;
	/* on a disk: where its content lies, in order; none: not known */
	struct vt_extent *place;
	size_t n_place;
	/* in facts: its object in lsblk.json, or NULL */
	const json_t *node;
	/* what the finders of one type share */
	void *own;
	void (*free_own)(void *own);
};

struct vt_look {
	struct vt_graph *graph;
	const char *dir;              /* that names of images start from */
	const struct vt_facts *facts; /* NULL: there are none */
	struct vt_found *found[2];    /* of each device, by side */
	char *asked[2];
	struct vt_devices *devices;
	struct vt_mounts mounts;
	int mounts_read; /* as vt_mounts_read() gave it; 2: not yet */
};

struct vt_look *vt_look_new(
	struct vt_graph *g, const char *dir, const struct vt_facts *facts);
void vt_look_free(struct vt_look *look);

const struct vt_found *vt_look_at(
	struct vt_look *look, const struct vt_dev *d, enum vt_side side);

/** vt_look_devices() - names of the booted system's devices, read once */
const struct vt_devices *vt_look_devices(struct vt_look *look);

const struct vt_found_field *vt_found_field(
	const struct vt_found *f, const char *word);

/* For finders. A finder fills `f`, which begins as VT_UNTOLD. */
typedef void vt_finder(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f);

/** vt_find_on_disk(), vt_find_in_facts() - of a type, or NULL */
vt_finder *vt_find_on_disk(enum vt_type_id id);
vt_finder *vt_find_in_facts(enum vt_type_id id);

struct vt_found_field *vt_found_add(struct vt_found *f, const char *word);
/** vt_found_untold() - this side cannot tell, and why */
void vt_found_untold(struct vt_found *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/** vt_found_missing() - it is not there */
void vt_found_missing(struct vt_found *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/** vt_found_pass_on() - what it is made of could not be found, or its place is
 * not known: neither is this */
void vt_found_pass_on(struct vt_found *f, const struct vt_found *on);
void vt_found_error(struct vt_found *f, struct vt_err **err);
void vt_found_extent(struct vt_found *f, const char *path,
	uint64_t offset_bytes, uint64_t size_bytes);

/** vt_found_below() - what `d` is made of in a role, when it was found; NULL:
 * it was not, and `f` says so */
const struct vt_found *vt_found_below(struct vt_look *look,
	const struct vt_dev *d, const char *role, enum vt_side side,
	struct vt_found *f);

#endif

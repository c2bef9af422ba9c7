/* The found state of a device: as a disk image shows it, and as the facts of
 * the booted system show it. Both sides have the same struct.
 *
 *	struct vt_look *look = vt_look_new(&graph, dir, &facts);
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

#include "storage/devices.h"
#include "storage/graph.h"
#include "storage/mounts.h"
#include "storage/place.h"
#include "storage/types.h"

struct vt_blk_table;
struct vt_qcow;

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
	/* on a disk: where its content is; NULL: unknown, `why` */
	struct vt_place *place;
	/* on a disk: the partition table on it, or NULL; `own` owns it */
	const struct vt_blk_table *table;
	/* in facts: its object in lsblk.json, or NULL */
	const json_t *node;
	/* shared by the finders of a type */
	void *own;
	void (*free_own)(void *own);
};

struct vt_look {
	struct vt_graph *graph;
	const char *dir;              /* that names of images start from */
	const struct vt_facts *facts; /* NULL: there are none */
	const char *no_dnames; /* NULL, or why the booted system has no links in
				  /dev/disk/by-dname */
	struct vt_found *found[2]; /* of each device, by side */
	char *asked[2];
	struct vt_qcow **images; /* overlays that are open, up to n_images */
	size_t n_images;
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
/** vt_found_untold() - it is unknown on this side, and why */
void vt_found_untold(struct vt_found *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/** vt_found_missing() - it does not exist, and why */
void vt_found_missing(struct vt_found *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/** vt_found_no_place() - why the place of what is found, or is untold, is
 * unknown; borrowed */
const char *vt_found_no_place(const struct vt_found *f);
/** vt_found_pass_on() - it is not found, because the device it is made of was
 * not found or has no known place */
void vt_found_pass_on(struct vt_found *f, const struct vt_found *on);
void vt_found_error(struct vt_found *f, struct vt_err **err);
/** vt_found_place() - its content is this map, whose reference it takes; NULL:
 * it is too deep to be read
 * Return: whether it is known */
bool vt_found_place(struct vt_found *f, struct vt_map *map);
/** vt_found_stretch() - what a reader reads of it
 * Return: false: the error is in `f` */
bool vt_found_stretch(
	struct vt_found *f, const struct vt_found *on, struct vt_stretch *out);

/** vt_found_part() - a device that `f` is made of, if it was found and its
 * place on disk images is known; NULL: not, which is set in `f` */
const struct vt_found *vt_found_part(
	struct vt_look *look, const struct vt_dev *part, struct vt_found *f);

/** vt_found_placed() - as vt_found_below() of the disk images, if its place in
 * them is known, too */
const struct vt_found *vt_found_placed(struct vt_look *look,
	const struct vt_dev *d, const char *role, struct vt_found *f);
/** vt_found_below() - the device that `d` is made of in a role, if it was
 * found; NULL: it was not, which is set in `f` */
const struct vt_found *vt_found_below(struct vt_look *look,
	const struct vt_dev *d, const char *role, enum vt_side side,
	struct vt_found *f);

#endif

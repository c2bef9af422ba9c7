/* The found state of the devices of a storage config: graph/look.h, with what
 * the finders of disk images and facts share.
 *
 *	struct vt_look *look = vt_storage_look_new(&graph, dir, &facts);
 *
 * A device is looked up once per side, on the first request. A finder requests
 * the devices that its own is made of: the place of a file system is what the
 * finder of its volume found.
 */
#ifndef VT_STORAGE_LOOK_H
#define VT_STORAGE_LOOK_H

#include "graph/likeness.h"
#include "storage/devices.h"
#include "storage/mounts.h"
#include "storage/place.h"
#include "storage/types.h"

struct vt_qcow;

struct vt_storage_look {
	const char *dir;       /* that names of images start from */
	const char *no_dnames; /* NULL, or why the booted system has no links in
				  /dev/disk/by-dname */
	struct vt_qcow **images; /* overlays that are open, up to n_images */
	size_t n_images;
	struct vt_devices *devices;
	struct vt_mounts mounts;
	int mounts_read; /* as vt_mounts_read() gave it; 2: not yet */
};

/** vt_storage_look_new() - to be freed by vt_look_free() */
struct vt_look *vt_storage_look_new(
	struct vt_graph *g, const char *dir, const struct vt_facts *facts);
/** vt_storage_look() - what is shared */
struct vt_storage_look *vt_storage_look(const struct vt_look *look);

/** vt_look_devices() - names of the booted system's devices, read once */
const struct vt_devices *vt_look_devices(struct vt_look *look);

/** vt_find_on_disk(), vt_find_in_facts() - of a type, or NULL */
vt_finder *vt_find_on_disk(unsigned type);
vt_finder *vt_find_in_facts(unsigned type);

/* The rows of likeness.c, by enum vt_likeness. */
extern const struct vt_likeness_row vt_storage_likes[];

/** vt_found_no_place() - why the place of what is found, or is untold, is
 * unknown; borrowed */
const char *vt_found_no_place(const struct vt_found *f);
/** vt_found_pass_on() - it is not found, because the device it is made of was
 * not found or has no known place */
void vt_found_pass_on(struct vt_found *f, const struct vt_found *on);
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
#endif

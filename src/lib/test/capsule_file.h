/* capsule.json: what a capsule is of, and how its test is resumed.
 *
 *	VT_AUTO_CAPSULE_FILE struct vt_capsule_file f = {0};
 *	if (vt_capsule_file_read(&f, dir, err) < 0) return -1;
 *
 * A capsule comes from somebody else: the checks of the record let nothing
 * through that would mean something to make or to a shell.
 */
#ifndef VT_CAPSULE_FILE_H
#define VT_CAPSULE_FILE_H

#include "data/record.h"

#define VT_CAPSULE_FILE "capsule.json"

/* An image that the test needs, which is not in the capsule. */
struct vt_capsule_image {
	const char *name;   /* of the link below images/ */
	const char *path;   /* where it was, below IMAGE_DIR or on its host */
	const char *sha256; /* or NULL: it was gone already */
};

/* A disk, in the capsule as PATH.qcow2. */
struct vt_capsule_disk {
	const char *path;   /* in the test's directory */
	const char *format; /* that the test uses */
};

/* A phase that cannot run again, or cannot be the first to do so. */
struct vt_capsule_refusal {
	const char *phase, *needs;
	bool first; /* it can after those before it */
};

struct vt_capsule_file {
	const char *test, *vt;
	const char *status;      /* the verdict */
	const char *phase;       /* that ended the test */
	const char *resume;      /* where it goes on */
	const char *images_from; /* the server of the images, or NULL */
	struct {
		const char *name, *sha256;
	} installer;
	struct vt_capsule_image *images;
	size_t n_images;
	struct vt_capsule_disk *disks;
	size_t n_disks;
	struct vt_capsule_refusal *refused;
	size_t n_refused;
	struct vt_strv replaced, left_out; /* lines for people */

	struct vt_doc *doc; /* the document it was read from */
};
void vt_capsule_file_free(struct vt_capsule_file *f);
#define VT_AUTO_CAPSULE_FILE __attribute__((cleanup(vt_capsule_file_free)))

extern const struct vt_record vt_capsule_record;

/* The phases at which a test can be resumed, from the first, up to NULL. */
extern const char *const vt_capsule_starts[];

/** vt_capsule_file_read() - from DIR/capsule.json
 * Errors: VT_USAGE with file:line:column */
int vt_capsule_file_read(
	struct vt_capsule_file *f, const char *dir, struct vt_err **err);

/** vt_capsule_missing() - what is missing to resume a test at a phase, and to
 * run those after it; NULL: nothing */
const struct vt_capsule_refusal *vt_capsule_missing(
	const struct vt_capsule_file *f, const char *phase);

#endif

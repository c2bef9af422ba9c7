/* Images for a test, found with `vt-sync query`; results are cached.
 *
 *	const struct vt_image_set *set =
 *		vt_images_find(&images, &want, err);
 *	if (!set) return -1;
 *	if (set->missing) ... write it to install/vm.yaml ...
 */
#ifndef VT_RULES_IMAGES_H
#define VT_RULES_IMAGES_H

#include "base/str.h"

struct vt_image {
	char *ftype, *path, *sha256; /* path: absolute */
};

struct vt_image_set {
	char *question;
	struct vt_image *v;
	size_t n;
	char *missing; /* why no image was found and what to do, or NULL */
};

struct vt_images {
	const char *bindir; /* where vt-sync is */
	struct vt_image_set **v;
	size_t n;
};

struct vt_image_want {
	const char *os, *release, *arch;
	const char *krel, *kflavor, *subarch; /* NULL: any */
	const char *const *ftypes;            /* NULL-terminated */
};

/** vt_images_find() - the newest version that has all ftypes
 * Return: owned by `all`
 * Errors: VT_HOST when vt-sync cannot be run */
const struct vt_image_set *vt_images_find(struct vt_images *all,
	const struct vt_image_want *want, struct vt_err **err);

const struct vt_image *vt_image_of(
	const struct vt_image_set *set, const char *ftype);

void vt_images_free(struct vt_images *all);
#define VT_AUTO_IMAGES __attribute__((cleanup(vt_images_free)))

#endif

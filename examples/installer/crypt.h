/* Encrypted volumes, beside the functions in layers.h. */
#ifndef CRYPT_H
#define CRYPT_H

#include "steps.h"

/** crypt_name() - its name in /dev/mapper */
const char *crypt_name(const struct vt_dev *d);
/** crypt_check_files() - check that the key files exist, before a disk is
 * changed
 * Errors: VT_USAGE at the key that names one */
int crypt_check_files(const struct plan *plan, struct vt_err **err);
/** crypt_configure() - write crypttab of the target if there is a volume */
int crypt_configure(
	const struct plan *plan, const char *root, struct vt_err **err);

#endif

#ifndef SYNC_MIRROR_NONE_H
#define SYNC_MIRROR_NONE_H

#include "source.h"

/** mirror_none() - the error that no item matches the filters
 * Return: -1
 * Errors: VT_USAGE, with what each filter leaves out */
int mirror_none(
	struct source *s, const struct vt_strv *filters, struct vt_err **err);

#endif

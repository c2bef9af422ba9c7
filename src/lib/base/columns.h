/* Tables of text: columns as wide as their widest cell, two spaces between.
 *
 *	VT_AUTO_COLUMNS struct vt_columns t = {.n = 2};
 *	vt_strv_add(&t.cells, "name") ...	row after row
 *	vt_columns_format(&t, "", out);
 */
#ifndef VT_COLUMNS_H
#define VT_COLUMNS_H

#include <stddef.h>

#include "base/str.h"

struct vt_columns {
	size_t n;
	size_t right, n_right; /* first of the columns that are aligned to the
				  right, and how many */
	struct vt_strv cells;
};

/** vt_columns_format() - append a line for each row, after `indent` */
void vt_columns_format(
	const struct vt_columns *t, const char *indent, struct vt_str *out);
void vt_columns_free(struct vt_columns *t);
#define VT_AUTO_COLUMNS __attribute__((cleanup(vt_columns_free)))

#endif

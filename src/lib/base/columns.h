/* Tables of text. A column is as wide as its widest cell, and two spaces
 * separate columns.
 *
 *	VT_AUTO_COLUMNS struct vt_columns t = {.n = 2};
 *	vt_strv_add(&t.cells, "name") ...	all cells, row by row
 *	vt_columns_format(&t, "", out);
 */
#ifndef VT_COLUMNS_H
#define VT_COLUMNS_H

#include <stddef.h>

#include "base/str.h"

struct vt_columns {
	size_t n;
	/* right-aligned columns: the first, and their number */
	size_t right, n_right;
	struct vt_strv cells;
};

/** vt_columns_format() - append one line per row, each starting with `indent`
 */
void vt_columns_format(
	const struct vt_columns *t, const char *indent, struct vt_str *out);
void vt_columns_free(struct vt_columns *t);
#define VT_AUTO_COLUMNS __attribute__((cleanup(vt_columns_free)))

#endif

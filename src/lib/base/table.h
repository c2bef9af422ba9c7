/* Tables of text: columns as wide as their widest cell, two spaces between.
 *
 *	VT_AUTO_TABLE struct vt_table t = {.columns = 2};
 *	vt_strv_add(&t.cells, "name") ...	row after row
 *	vt_table_format(&t, "", out);
 */
#ifndef VT_TABLE_H
#define VT_TABLE_H

#include <stddef.h>

#include "base/str.h"

struct vt_table {
	size_t columns;
	size_t right, n_right; /* first of the columns that are aligned to the
				  right, and how many */
	struct vt_strv cells;
};

/** vt_table_format() - append a line for each row, after `indent` */
void vt_table_format(
	const struct vt_table *t, const char *indent, struct vt_str *out);
void vt_table_free(struct vt_table *t);
#define VT_AUTO_TABLE __attribute__((cleanup(vt_table_free)))

#endif

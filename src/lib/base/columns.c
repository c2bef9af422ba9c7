#include "base/columns.h"

#include <string.h>

#include "base/mem.h"

static bool is_right(const struct vt_columns *t, size_t column)
{
	return column >= t->right && column < t->right + t->n_right;
}

void vt_columns_format(
	const struct vt_columns *t, const char *indent, struct vt_str *out)
{
	VT_AUTO_FREE int *width = vt_calloc(t->n, sizeof(*width));
	for (size_t i = 0; i < t->cells.n; i++) {
		int len = (int)strlen(t->cells.v[i]);
		if (len > width[i % t->n])
			width[i % t->n] = len;
	}
	for (size_t i = 0; i < t->cells.n; i++) {
		size_t column = i % t->n;
		vt_str_addf(out, "%s%*s", column ? "  " : indent,
			is_right(t, column) ? width[column] : -width[column],
			t->cells.v[i]);
		if (column + 1 < t->n)
			continue;
		while (out->s[out->len - 1] == ' ')
			out->s[--out->len] = '\0';
		vt_str_addc(out, '\n');
	}
}

void vt_columns_free(struct vt_columns *t)
{
	vt_strv_free(&t->cells);
}

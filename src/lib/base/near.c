#include "base/near.h"

#include <stdio.h>
#include <string.h>

enum { MAX_LEN = 64 };

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;
	return m < c ? m : c;
}

/* Levenshtein distance; '-' and '_' count as the same. */
static size_t distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), row[MAX_LEN + 1];
	if (n > MAX_LEN || m > MAX_LEN)
		return MAX_LEN;
	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			char x = a[i - 1] == '_' ? '-' : a[i - 1];
			char y = b[j - 1] == '_' ? '-' : b[j - 1];
			size_t d = min3(row[j] + 1, row[j - 1] + 1,
				diagonal + (x != y));
			diagonal = row[j];
			row[j] = d;
		}
	}
	return row[m];
}

struct vt_near vt_near_start(const char *wanted)
{
	/* allow about one wrong letter in three */
	size_t limit = strlen(wanted) / 3 + 1;
	return (struct vt_near){.wanted = wanted, .distance = limit + 1};
}

void vt_near_try(struct vt_near *near, const char *known)
{
	size_t d = distance(near->wanted, known);
	if (d >= near->distance)
		return;
	near->distance = d;
	near->best = known;
}

void vt_near_list(struct vt_near *near, const char *const *known)
{
	for (; *known; known++)
		vt_near_try(near, *known);
}

const char *vt_near_hint(struct vt_near *near, const char *prefix)
{
	if (!near->best)
		return "";
	snprintf(near->hint, sizeof(near->hint), ": did you mean '%s%s'?",
		prefix, near->best);
	return near->hint;
}

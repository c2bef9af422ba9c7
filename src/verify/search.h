/* Regular expressions on hostile text: in a child with a bound on CPU time. */
#ifndef VT_VERIFY_SEARCH_H
#define VT_VERIFY_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "text.h"

struct hit {
	bool found;
	size_t start, end; /* of the first match */
	size_t lines;      /* of search_lines(): how many match */
};

/** search_text() - POSIX extended; ^ and $ match at lines
 * Errors: VT_TIMEOUT after 10 s of CPU time; VT_FAILED when the text is too
 * large or the matcher gives up */
int search_text(const char *ere, struct text text, struct hit *hit,
	struct vt_err **err);

/** search_lines() - the same, of each line on its own */
int search_lines(const char *ere, struct text text, struct hit *hit,
	struct vt_err **err);

#endif

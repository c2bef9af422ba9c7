/* Match regular expressions against hostile text, in a child with limited CPU
 * time. */
#ifndef VT_VERIFY_SEARCH_H
#define VT_VERIFY_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "text.h"

struct hit {
	bool found;
	size_t start, end; /* of the first match */
	size_t lines;      /* number of matches, by search_lines() */
};

/** search_text() - find a POSIX extended regular expression; ^ and $ match at
 * lines
 * Errors: VT_FAILED when it exceeds its bound of time, when the text is too
 * large or regexec() fails */
int search_text(const char *ere, struct text text, struct hit *hit,
	struct vt_err **err);

/** search_lines() - count the lines that match; Errors: as search_text() */
int search_lines(const char *ere, struct text text, struct hit *hit,
	struct vt_err **err);

#endif

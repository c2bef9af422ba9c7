/* Compare texts of guests. */
#ifndef VT_VERIFY_TEXT_H
#define VT_VERIFY_TEXT_H

#include <stddef.h>

#include "facts.h"
#include "test/result.h"

struct text {
	const char *s;
	size_t len;
};

/** text_without_newlines() - strip newlines at the end */
struct text text_without_newlines(const char *s, size_t len);
/** text_stripped() - strip white space, as Python's strip() of ASCII text */
struct text text_stripped(const char *s, size_t len);
/** text_common() - length of the common prefix */
size_t text_common(struct text a, struct text b);
/** text_line_of() - number of the first line that equals a text when stripped;
 * 0: none */
size_t text_line_of(const struct fact *fact, const char *text);
/** text_line_number() - line number of an offset, from 1 */
size_t text_line_number(const char *s, size_t offset);
/** text_shown() - a text for messages, truncated; owned */
char *text_shown(const char *s, size_t len);

/** text_judge() - compare a text with `want`, ignoring newlines at its end */
void text_judge(
	struct vt_check_result *r, const char *s, size_t len, struct text want);

#endif

/* Texts of guests, compared. */
#ifndef VT_VERIFY_TEXT_H
#define VT_VERIFY_TEXT_H

#include <stddef.h>

#include "facts.h"
#include "test/result.h"

struct text {
	const char *s;
	size_t len;
};

/** text_without_newlines() - those at the end are not worth a failure */
struct text text_without_newlines(const char *s, size_t len);
/** text_stripped() - without white space around, as Python strips ASCII */
struct text text_stripped(const char *s, size_t len);
/** text_common() - bytes that two have in common at their start */
size_t text_common(struct text a, struct text b);
/** text_line_of() - the number of the first line that is this text, stripped;
 * 0: none */
size_t text_line_of(const struct fact *fact, const char *text);
/** text_line_number() - of an offset, from 1 */
size_t text_line_number(const char *s, size_t offset);
/** text_shown() - its start, when it is long; owned */
char *text_shown(const char *s, size_t len);

/** text_judge() - is a text what is wanted, newlines at its end aside? */
void text_judge(struct result *r, const char *s, size_t len, struct text want);

#endif

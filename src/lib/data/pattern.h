/* Patterns: POSIX extended regular expressions, see regex(7). All patterns of
 * options, definitions and tables are compiled here, so that they have the same
 * syntax and error messages. GNU's \< \> \b \B \w \W \s \S \` \' are valid.
 * Errors are what regcomp() takes as something else than is meant: escapes
 * without a meaning (\d, [\d]), [:digit:] without brackets around it, +? and
 * {1,3}?, back references and a ')' without its '('.
 */
#ifndef VT_PATTERN_H
#define VT_PATTERN_H

#include <regex.h>

#include "base/err.h"
#include "base/str.h"
#include "data/doc.h"

/**
 * vt_pattern_compile() - call regcomp(3) with REG_EXTENDED and `flags`
 * @re: to be freed by regfree(), unless the function fails
 * Errors: VT_USAGE with the pattern, and the message of regerror(3) or what to
 *   write instead
 */
int vt_pattern_compile(
	regex_t *re, const char *ere, int flags, struct vt_err **err);

/** vt_pattern_valid() - check a pattern
 * Errors: as vt_pattern_compile() */
int vt_pattern_valid(const char *ere, struct vt_err **err);

/** vt_pattern_check() - check that a scalar is a valid pattern
 * Errors: VT_USAGE with its position */
int vt_pattern_check(const struct vt_node *n, struct vt_err **err);

/** vt_pattern_literal() - append text, escaped so that it matches literally */
void vt_pattern_literal(struct vt_str *out, const char *text);

#endif

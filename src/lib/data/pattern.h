/* Patterns: POSIX extended regular expressions as regcomp(3) reads them. Each
 * one that a user, a definition or a table writes is compiled here, so that
 * all are accepted or refused by one rule.
 */
#ifndef VT_PATTERN_H
#define VT_PATTERN_H

#include <regex.h>

#include "base/err.h"
#include "base/str.h"
#include "data/doc.h"

/**
 * vt_pattern_compile() - regcomp() with REG_EXTENDED and `flags`
 * @re: to be freed by regfree() when the function succeeds
 * Errors: VT_USAGE, quoting the pattern and regcomp's words
 */
int vt_pattern_compile(
	regex_t *re, const char *ere, int flags, struct vt_err **err);

/** vt_pattern_check() - that a scalar is a pattern
 * Errors: VT_USAGE with its position */
int vt_pattern_check(const struct vt_node *n, struct vt_err **err);

/** vt_pattern_literal() - append a pattern that matches this text alone */
void vt_pattern_literal(struct vt_str *out, const char *text);

#endif

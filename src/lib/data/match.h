/* Match lines against many patterns.
 *
 *	m = vt_match_new();
 *	vt_match_add(m, "Kernel panic - ", err) ...
 *	for (i = -1; (i = vt_match_line(m, line, len, i + 1)) >= 0;) ...
 *
 * All patterns are also compiled into one alternation, so that one call of
 * regexec() is enough for a line that matches none, as nearly all lines do. For
 * measurements see doc/PERFORMANCE.md.
 */
#ifndef VT_MATCH_H
#define VT_MATCH_H

#include <stddef.h>

#include "base/err.h"

struct vt_match;

struct vt_match *vt_match_new(void);
void vt_match_free(struct vt_match *m);

/**
 * vt_match_add() - add a pattern
 * Return: its index, from 0, or -1
 * Errors: as vt_pattern_compile()
 */
int vt_match_add(struct vt_match *m, const char *ere, struct vt_err **err);

/** vt_match_drop() - remove a pattern; the indexes of the others do not change
 */
void vt_match_drop(struct vt_match *m, int index);

/**
 * vt_match_line() - the first pattern with an index >= `from` that matches
 * @line: NUL-terminated, of length `len`
 * @from: 0 for a new line; the last result + 1 to find more patterns that match
 * Return: its index, or -1
 */
int vt_match_line(struct vt_match *m, const char *line, size_t len, int from);

#endif

/* Many patterns, many lines: which of them a line matches.
 *
 *	m = vt_match_new();
 *	vt_match_add(m, "Kernel panic - ", err) ...
 *	for (i = -1; (i = vt_match_line(m, line, len, i + 1)) >= 0;) ...
 *
 * All patterns are also compiled as one alternation, so that a line that
 * matches none, nearly every one, is read once. doc/PERFORMANCE.md has the
 * figures.
 */
#ifndef VT_MATCH_H
#define VT_MATCH_H

#include <stddef.h>

#include "base/err.h"

struct vt_match;

struct vt_match *vt_match_new(void);
void vt_match_free(struct vt_match *m);

/**
 * vt_match_add() - one more pattern
 * Return: its index, from 0, or -1
 * Errors: as vt_pattern_compile()
 */
int vt_match_add(struct vt_match *m, const char *ere, struct vt_err **err);

/** vt_match_drop() - stop looking for a pattern; the others keep their index */
void vt_match_drop(struct vt_match *m, int index);

/**
 * vt_match_line() - the first pattern, of index >= from, that a line matches
 * @line: NUL-terminated, `len` bytes before it
 * @from: 0 for a new line; to find more of them in it, the last result + 1
 * Return: its index, or -1
 */
int vt_match_line(struct vt_match *m, const char *line, size_t len, int from);

#endif

/* Many patterns, many lines: POSIX extended regular expressions, compiled
 * once, behind a filter that looks at each line once.
 *
 * From each pattern the filter takes text that any matching line must hold
 * ("Kernel panic" of "Kernel panic - .*"), and only lines with the first four
 * bytes of such a text are given to regexec(3). A pattern without such text
 * ("[Ee]rror") is tried on every line. 100 MB of console take about a second.
 */
#ifndef VT_MATCH_H
#define VT_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct vt_match;

struct vt_match *vt_match_new(void);
void vt_match_free(struct vt_match *m);

/**
 * vt_match_add() - one more pattern
 * Return: its index, from 0, or -1
 * Errors: VT_USAGE, quoting the pattern and regcomp's words
 */
int vt_match_add(struct vt_match *m, const char *ere, struct vt_err **err);

/**
 * vt_match_line() - the first pattern, of index >= from, that a line matches
 * @line: NUL-terminated, `len` bytes before it
 * @from: 0 for a new line; to find more of them in it, the last result + 1
 * Return: its index, or -1
 */
int vt_match_line(struct vt_match *m, const char *line, size_t len, int from);

/** vt_match_needs_all() - whether a pattern is tried on every line */
bool vt_match_needs_all(const struct vt_match *m, int index);

#endif

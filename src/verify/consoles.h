/* Lines of the consoles of a test, and of its journals where it has them.
 *
 *	struct console_found *found = consoles_search(v, "boot", eres, n, &err);
 *	if (!found) return -1;
 *	if (found[0].n) ... found[0].text, found[0].see
 *	free(found);
 */
#ifndef VT_VERIFY_CONSOLES_H
#define VT_VERIFY_CONSOLES_H

#include "check.h"

enum { CONSOLE_TEXT = 256 };

/* What was found of one pattern. */
struct console_found {
	size_t n; /* times; lines that belong together count once */
	size_t line;
	bool journal;            /* the line is in the journal only */
	char text[CONSOLE_TEXT]; /* the first, maybe cut */
};

/** consoles_search() - find patterns in the logs of a phase; without logs,
 * nothing is found
 * Return: owned, an item for each pattern
 * Errors: VT_FAILED when it exceeds its bound of time; VT_HOST */
struct console_found *consoles_search(const struct verify *v, const char *phase,
	const char *const *eres, size_t n, struct vt_err **err);

/** consoles_see() - the log and line, as in vt_check_see(); owned */
char *consoles_see(const struct console_found *found, const char *phase);

#endif

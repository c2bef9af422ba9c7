/* Read the TAP (Test Anything Protocol) of a program, strictly: a plan that is
 * missing or does not match, and numbers that occur twice, are failures.
 *
 *	AUTO_TAP struct tap t = {0};
 *	if (tap_read(&t, text, len)) ...
 */
#ifndef VT_VERIFY_RUN_TAP_H
#define VT_VERIFY_RUN_TAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct tap {
	long planned; /* -1: no plan */
	long ran, failed, skipped;
	long highest; /* number of a test */
	bool bailed;
	char *first;         /* line of the first test that failed; owned */
	char *wrong;         /* what is not TAP, or NULL; owned */
	struct vt_str skips; /* the skipped tests and their reasons */
	unsigned char *seen; /* a bit for each number; owned */
};

/** tap_read() - Return: whether the text is TAP: it has a version, a plan or a
 * numbered test */
bool tap_read(struct tap *t, const char *text, size_t len);
void tap_free(struct tap *t);
#define AUTO_TAP __attribute__((cleanup(tap_free)))

#endif

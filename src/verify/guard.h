/* Run work on guest data in a child with a limit on its CPU time, such as
 * matching a regular expression against hostile text.
 *
 *	struct found *f = guard_run(search, &arg, sizeof(*f), 10, err);
 *	if (!f) return -1;
 *	... guard_free(f, sizeof(*f));
 *
 * The child shares only the result with the parent.
 */
#ifndef VT_VERIFY_GUARD_H
#define VT_VERIFY_GUARD_H

#include <stddef.h>

#include "base/err.h"

/**
 * guard_run() - call work(arg, out) in a child
 * Return: `out`, zeroed before the call, of `size` bytes; guard_free() it
 * Errors: VT_TIMEOUT when the CPU time ran out; VT_HOST
 */
void *guard_run(void (*work)(void *arg, void *out), void *arg, size_t size,
	unsigned cpu_seconds, struct vt_err **err);
void guard_free(void *out, size_t size);

#endif

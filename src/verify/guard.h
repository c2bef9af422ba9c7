/* Run work on guest data in a child with a limit on its CPU time, such as
 * matching a regular expression against hostile text.
 *
 *	struct found *f = guard_run(search, &arg, sizeof(*f),
 *		VT_BOUND_SEARCH_TIME, err);
 *	if (!f) return -1;
 *	... guard_free(f, sizeof(*f));
 *
 * The child shares only the result with the parent.
 */
#ifndef VT_VERIFY_GUARD_H
#define VT_VERIFY_GUARD_H

#include <stddef.h>

#include "test/bounds.h"

/**
 * guard_run() - call work(arg, out) in a child
 * Return: `out`, zeroed before the call, of `size` bytes; guard_free() it
 * @seconds: bound of its processor time
 * Errors: VT_FAILED when the time is over, naming the bound; VT_HOST
 */
void *guard_run(void (*work)(void *arg, void *out), void *arg, size_t size,
	enum vt_bound seconds, struct vt_err **err);
void guard_free(void *out, size_t size);

#endif

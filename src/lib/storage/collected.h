/* Facts about the booted system, by their names in the collected directory.
 * Who has the directory says how they are read. */
#ifndef VT_COLLECTED_H
#define VT_COLLECTED_H

#include <jansson.h>
#include <stddef.h>

#include "base/err.h"

struct vt_facts {
	/* Return: 1, 0 there is no such fact, -1 it cannot be read */
	int (*text)(void *arg, const char *name, char **text, size_t *len,
		struct vt_err **err); /* owned, NUL-terminated */
	int (*json)(void *arg, const char *name, json_t **out,
		struct vt_err **err); /* a new reference */
	void *arg;
};

#endif

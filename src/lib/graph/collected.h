/* Facts about the booted system, by their names in the collected directory. The
 * caller, which knows the directory, provides the functions that read them. */
#ifndef VT_COLLECTED_H
#define VT_COLLECTED_H

#include <jansson.h>
#include <stddef.h>

#include "base/err.h"

struct vt_facts {
	/* Return: 1; 0: the fact does not exist; -1: it cannot be read */
	int (*text)(void *arg, const char *name, char **text, size_t *len,
		struct vt_err **err); /* owned, NUL-terminated */
	int (*json)(void *arg, const char *name, json_t **out,
		struct vt_err **err); /* a new reference */
	void *arg;
};

#endif

/* Several installer configs become one. */
#ifndef VT_PACK_CONFIG_H
#define VT_PACK_CONFIG_H

#include <stddef.h>

#include "base/str.h"
#include "data/doc.h"

struct config {
	const char *name; /* stands in error positions */
	char *text;
};

/**
 * config_merge() - merge in order, as curtin does
 * @replace: map of FROM: TO, replaced in the first config's text; or NULL
 * Return: YAML text, owned, or NULL
 * Errors: VT_USAGE with file:line:column
 */
char *config_merge(const struct config *configs, size_t n,
	const struct vt_node *replace, struct vt_err **err);

#endif

/* Merge several installer configs into one. */
#ifndef VT_PACK_CONFIG_H
#define VT_PACK_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "data/doc.h"

struct config {
	const char *name; /* the file name in error messages */
	char *text;
};

/**
 * config_merge() - merge configs in their order, by curtin's rules
 * @replace: map of strings to replace in the text of the first config, or NULL
 * @curtin: the installer reads curtin's format: check what curtin requires
 * Return: YAML (owned), or NULL
 * Errors: VT_USAGE with file:line:column
 */
char *config_merge(const struct config *configs, size_t n,
	const struct vt_node *replace, bool curtin, struct vt_err **err);

#endif

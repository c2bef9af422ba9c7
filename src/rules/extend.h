/* From a definition's file to the keys of its tests: extends, then releases and
 * matrix. */
#ifndef VT_RULES_EXTEND_H
#define VT_RULES_EXTEND_H

#include "files.h"

/** vt_extend() - a definition's keys over those it extends: each key
 * replaces the inherited one (null unsets it); `verify` appends its checks
 * Return: a map, owned by `files`; NULL on error */
const struct vt_node *vt_extend(
	struct vt_files *files, const char *path, struct vt_err **err);

typedef int vt_member(void *ctx, const char *name, const struct vt_node *keys,
	struct vt_err **err);

/** vt_matrix_each() - call `member` with the name and keys of each combination
 * of releases and matrix (once, with `name` itself, if there are none); with
 * `pairwise`, only of combinations that cover all pairs of values (matrix.c) */
int vt_matrix_each(struct vt_files *files, const char *name,
	const struct vt_node *keys, vt_member *member, void *ctx,
	struct vt_err **err);

#endif

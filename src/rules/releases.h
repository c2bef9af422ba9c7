/* The release table: rows of releases.yaml, which say what is installed from
 * what, under names that definitions use.
 *
 *	centos70-from-focal:
 *	  extends: focal
 *	  target_distro: centos
 */
#ifndef VT_RULES_RELEASES_H
#define VT_RULES_RELEASES_H

#include "files.h"

#define VT_RELEASES_FILE "releases.yaml"

/** vt_releases_row() - the keys of the row that `name` (a scalar of a
 * definition) names, with those of the rows it extends; from the table beside
 * that definition
 * Return: a map, owned by `files`; NULL on error */
const struct vt_node *vt_releases_row(struct vt_files *files,
	const struct vt_node *name, struct vt_err **err);

#endif

/* The release table: named rows of releases.yaml, which select the install
 * environment and the target.
 *
 *	centos70-from-focal:
 *	  extends: focal
 *	  target_distro: centos
 */
#ifndef VT_RULES_RELEASES_H
#define VT_RULES_RELEASES_H

#include "files.h"

#define VT_RELEASES_FILE "releases.yaml"

/** vt_releases_row() - the keys of the row `name` (a scalar of a definition)
 * and of the rows that it extends; the table is in the definition's directory
 * Return: a map, owned by `files`; NULL on error */
const struct vt_node *vt_releases_row(struct vt_files *files,
	const struct vt_node *name, struct vt_err **err);

#endif

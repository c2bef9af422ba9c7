/* The target's packages: where they come from (sections `apt`, `apt_proxy`),
 * and whether all are brought up to date (`system_upgrade`). */
#ifndef APT_H
#define APT_H

#include "data/doc.h"

/** apt_check() - the form of these sections, before anything is done
 * Errors: VT_USAGE with a position */
int apt_check(const struct vt_node *config, struct vt_err **err);
/** apt_configure() - write the target's sources and settings; with sources of
 * the config its lists are fetched; then upgrade */
int apt_configure(
	const struct vt_node *config, const char *root, struct vt_err **err);

#endif

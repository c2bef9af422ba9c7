/* The target's packages: where they come from (sections `apt`, `apt_proxy`),
 * and whether they are upgraded (`system_upgrade`). */
#ifndef APT_H
#define APT_H

#include "data/doc.h"

/** apt_check() - check these sections, before anything is changed
 * Errors: VT_USAGE with a position */
int apt_check(const struct vt_node *config, struct vt_err **err);
/** apt_configure() - write the target's sources and settings; fetch the package
 * lists if the config names sources; then upgrade if the config asks for it */
int apt_configure(
	const struct vt_node *config, const char *root, struct vt_err **err);

#endif

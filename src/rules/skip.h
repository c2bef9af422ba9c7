/* Reasons to skip a whole test, from the definition and from settings.
 *
 *	char *why = vt_skip_reason(&skips, &def, name, &dated);
 */
#ifndef VT_RULES_SKIP_H
#define VT_RULES_SKIP_H

#include <stdbool.h>

#include "keys.h"

/* Lists of releases, each determined once. */
struct vt_skips {
	struct vt_strv unsupported, devel;
	bool know_unsupported, know_devel;
	bool dated; /* the result depends on the date */
};

/** vt_skip_reason() - reason in one line, or NULL if the test runs; owned */
char *vt_skip_reason(
	struct vt_skips *skips, const struct vt_def *def, const char *test);

/** vt_skip_is_devel() - whether an Ubuntu release is in development, according
 * to the setting DEVEL_UBUNTU or ubuntu-distro-info */
bool vt_skip_is_devel(struct vt_skips *skips, const char *release);

void vt_skips_free(struct vt_skips *skips);

#endif

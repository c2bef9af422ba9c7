/* Why a test is not run at all: words of the definition and of the settings,
 * none of them a failure.
 *
 *	char *why = vt_skip_reason(&skips, &def, name, &dated);
 */
#ifndef VT_RULES_SKIP_H
#define VT_RULES_SKIP_H

#include <stdbool.h>

#include "keys.h"

/* Lists of releases, each asked for once. */
struct vt_skips {
	struct vt_strv unsupported, devel;
	bool know_unsupported, know_devel;
	bool dated; /* another day may skip other tests */
};

/** vt_skip_reason() - one line, or NULL: it runs; owned */
char *vt_skip_reason(
	struct vt_skips *skips, const struct vt_def *def, const char *test);

/** vt_skip_is_devel() - whether an Ubuntu release is still in development, as
 * the setting DEVEL_UBUNTU or ubuntu-distro-info says */
bool vt_skip_is_devel(struct vt_skips *skips, const char *release);

void vt_skips_free(struct vt_skips *skips);

#endif

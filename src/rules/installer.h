/* Which installer a test runs, and the files that make watches for it.
 *
 *	const struct vt_installer *in =
 *		vt_installers_get(&installers, &def, err);
 *
 * An installer is read once, even if several tests use it; the rules of these
 * tests share one list of its files.
 */
#ifndef VT_RULES_INSTALLER_H
#define VT_RULES_INSTALLER_H

#include "files.h"
#include "keys.h"
#include "test/pack_file.h"

struct vt_installer {
	char *path; /* absolute */
	char *name; /* of the command in the guest */
	enum vt_installer_kind kind;
	bool built; /* vt-install, which make builds beside the tools */
	struct vt_strv files; /* that make watches */
};

struct vt_installers {
	const char *bindir; /* of the vt tools */
	struct vt_files *files;
	struct vt_installer **v;
	size_t n;
};

/** vt_installers_get() - the installer of the definition, else of the setting
 * CURTIN_EXE, else vt-install
 * Errors: VT_USAGE if it does not exist */
const struct vt_installer *vt_installers_get(struct vt_installers *all,
	const struct vt_def *def, struct vt_err **err);

void vt_installers_free(struct vt_installers *all);
#define VT_AUTO_INSTALLERS __attribute__((cleanup(vt_installers_free)))

/** vt_installer_success() - pattern (ERE) of the line that reports success: the
 * definition's, or the installer's default; owned */
char *vt_installer_success(
	const struct vt_installer *in, const struct vt_def *def);

#endif

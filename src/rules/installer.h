/* Which installer a test runs, and the files that make watches for it.
 *
 *	const struct vt_installer *in =
 *		vt_installers_get(&installers, &def, err);
 *
 * The same installer is looked at once, however many tests use it; its files
 * stand in one list that their rules share.
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
	struct vt_strv files; /* that it consists of */
};

struct vt_installers {
	const char *bindir; /* where our own tools are */
	struct vt_files *files;
	struct vt_installer **v;
	size_t n;
};

/** vt_installers_get() - the one a definition, the setting CURTIN_EXE or
 * nobody asks for
 * Errors: VT_USAGE when it is not there */
const struct vt_installer *vt_installers_get(struct vt_installers *all,
	const struct vt_def *def, struct vt_err **err);

void vt_installers_free(struct vt_installers *all);
#define VT_AUTO_INSTALLERS __attribute__((cleanup(vt_installers_free)))

/** vt_installer_success() - the definition's pattern for a line that says it
 * worked, or the installer's own; owned */
char *vt_installer_success(
	const struct vt_installer *in, const struct vt_def *def);

#endif

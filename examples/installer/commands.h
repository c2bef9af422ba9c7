/* early_commands, late_commands and write_files of a config. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "data/doc.h"

/** commands_run() - run a section of commands in the order of their names: a
 * list is an argv, a string is for sh -c. [curtin, in-target, --, ...] runs in
 * the target. TARGET_MOUNT_POINT is `root`. */
int commands_run(const struct vt_node *config, const char *section,
	const char *root, struct vt_err **err);
/** files_write() - write_files: {NAME: {path, content, permissions, owner,
 * encoding}} */
int files_write(
	const struct vt_node *config, const char *root, struct vt_err **err);

/** commands_check() - check all of them, before anything is changed
 * Errors: VT_USAGE with a position */
int commands_check(const struct vt_node *config, struct vt_err **err);

#endif

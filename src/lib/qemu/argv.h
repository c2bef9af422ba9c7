/* What the files that write a QEMU command line share: an option is made as
 * text, then added. */
#ifndef VT_MACHINE_ARGV_H
#define VT_MACHINE_ARGV_H

#include "qemu/machine.h"

/** vt_argv_value() - a value inside an option: commas are doubled */
void vt_argv_value(struct vt_str *b, const char *s);

/** vt_argv_prop() - ",name=value"; nothing when the value is NULL */
void vt_argv_prop(struct vt_str *b, const char *name, const char *s);

/** vt_argv_add() - an option and its value, which it takes out of the buffer */
void vt_argv_add(struct vt_strv *argv, const char *option, struct vt_str *b);

/** vt_argv_block() - a -blockdev; @options: more of them, or NULL */
void vt_argv_block(struct vt_strv *argv, const char *format, const char *path,
	const char *node, bool read_only, const char *options);

/** vt_argv_disks() - images and the devices that show them
 * Errors: VT_USAGE, what a disk of this driver cannot be */
int vt_argv_disks(
	struct vt_strv *argv, const struct vt_machine *m, struct vt_err **err);

#endif

/* Helpers to build a QEMU command: format an option's value in a buffer, then
 * add it to the command. Shared by argv.c, argv_disks.c and argv_kernel.c. */
#ifndef VT_MACHINE_ARGV_H
#define VT_MACHINE_ARGV_H

#include "qemu/machine.h"

/** vt_argv_value() - append a value inside an option: doubles its commas */
void vt_argv_value(struct vt_str *b, const char *s);

/** vt_argv_prop() - append ",name=value"; nothing when the value is NULL */
void vt_argv_prop(struct vt_str *b, const char *name, const char *s);

/** vt_argv_add() - add an option and the buffer as its value; empties the
 * buffer */
void vt_argv_add(struct vt_strv *argv, const char *option, struct vt_str *b);

/** vt_argv_block() - add a -blockdev; @options: more options, or NULL */
void vt_argv_block(struct vt_strv *argv, const char *format, const char *path,
	const char *node, bool read_only, const char *options);

/** vt_argv_disks() - add the machine's images and the devices for them
 * Errors: VT_USAGE when the driver does not support what a disk asks for */
int vt_argv_disks(
	struct vt_strv *argv, const struct vt_machine *m, struct vt_err **err);

/** vt_argv_kernel() - add the kernel
 * @config: from vt_machine_config(); -1: its command line is an argument */
void vt_argv_kernel(struct vt_strv *argv, const struct vt_machine *m,
	enum vt_accel accel, int config);

#endif

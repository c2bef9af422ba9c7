#ifndef VT_XKVM_OPTIONS_H
#define VT_XKVM_OPTIONS_H

#include <stddef.h>

#include "qemu/spec.h"
#include "xkvm.h"

/**
 * options_parse() - parse the command line
 * Return: 0 to continue, 1 if done (--help), -1 on an error
 */
int options_parse(int argc, char **argv, struct xkvm *x, struct vt_err **err);

/**
 * qemu_args() - apply the QEMU options after "--" to our options and the
 * machine
 * @args: must outlive both
 * Errors: VT_USAGE for an option without its argument
 */
int qemu_args(struct vt_machine *m, struct vt_machine_options *o,
	const struct vt_strv *args, struct vt_err **err);

#endif

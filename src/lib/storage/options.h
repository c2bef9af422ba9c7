/* Mount options: as somebody asks for them, as fstab has them, as the kernel
 * shows them. */
#ifndef VT_OPTIONS_H
#define VT_OPTIONS_H

#include "base/str.h"

/** vt_options_missing() - those of `wanted` that `given` has not, word by word;
 * `defaults` asks for nothing */
void vt_options_missing(
	const char *wanted, const char *given, struct vt_strv *missing);

/** vt_options_without_effect() - those of `wanted` that the options the kernel
 * shows say are not in effect; what only mount(8) or systemd reads, and what
 * the kernel does not show because it is its default, counts as in effect */
void vt_options_without_effect(
	const char *wanted, const char *shown, struct vt_strv *missing);

#endif

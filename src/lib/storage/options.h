/* Comparing mount options: those of a config with those in fstab and those that
 * the kernel shows. */
#ifndef VT_OPTIONS_H
#define VT_OPTIONS_H

#include "base/str.h"

/** vt_options_missing() - append the options of `wanted` that are not in
 * `given`; `defaults` requires nothing */
void vt_options_missing(
	const char *wanted, const char *given, struct vt_strv *missing);

/** vt_options_without_effect() - append the options of `wanted` that are not in
 * effect according to the options that the kernel shows. Options for mount(8)
 * or systemd, and defaults that the kernel does not show, count as in effect.
 */
void vt_options_without_effect(
	const char *wanted, const char *shown, struct vt_strv *missing);

#endif

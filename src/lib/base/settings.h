/* Settings: one table of names, defaults and meanings (settings.c).
 *
 * Each is read from VT_NAME, then CURTIN_VMTEST_NAME, then for a few the bare
 * name of the reference (IMAGE_DIR, apt_proxy); make passes what stood on its
 * command line in the same way. Set and empty counts as set.
 *
 *	if (vt_setting_bool("TAR_DISKS")) ...
 *
 * vt-rules --settings, --help and vt-settings(7) are made of the same table
 * (settings_show.h).
 */
#ifndef VT_SETTINGS_H
#define VT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct vt_setting {
	const char *name;
	const char *value; /* default, NULL for none */
	const char *bare;  /* a name without a prefix that works, or NULL */
	/* vt-rules, or vt-sync for it, reads it: another value may change what
	 * tests are. Otherwise it is about a run of them. */
	bool of_test;
	struct vt_setting_form {
		enum {
			VT_SETTING_TEXT,
			VT_SETTING_BOOLEAN,
			VT_SETTING_WHOLE, /* number, min to max */
		} kind;
		long min, max;
	} form;
	const char *help;
};

/** vt_setting_at() - row i of the table, or NULL behind the last */
const struct vt_setting *vt_setting_at(size_t i);

/** vt_setting() - value by name without prefix ("IMAGE_DIR"), or its default;
 * NULL when unset without a default. A name outside the table aborts. */
const char *vt_setting(const char *name);
/** vt_setting_source() - the variable that gave it, or NULL for the default */
const char *vt_setting_source(const char *name);
bool vt_setting_bool(const char *name);
int vt_setting_int(const char *name, long *out, struct vt_err **err);
/** vt_settings_check() - all numbers, for who starts many tools with them
 * Errors: VT_USAGE, with the variable's name */
int vt_settings_check(struct vt_err **err);

#endif

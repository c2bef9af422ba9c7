/* Settings: environment variables that configure a run of tests. The table of
 * their names, defaults and descriptions is in settings.c.
 *
 *	if (vt_setting_bool("TAR_DISKS")) ...
 *
 * A setting is read from the environment variable VT_NAME, then
 * CURTIN_VMTEST_NAME, then for some from a bare name that curtin's vmtest uses
 * (IMAGE_DIR, apt_proxy). make exports variables of its command line, so that
 * they work as well. A variable that is set to the empty string counts as set.
 *
 * vt-rules --settings and --help, and vt-settings(7), are made from the same
 * table (settings_show.h).
 */
#ifndef VT_SETTINGS_H
#define VT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct vt_setting {
	const char *name;
	const char *value; /* default, or NULL */
	const char *bare;  /* another variable that is read, or NULL */
	/* the setting is read by vt-rules, or by vt-sync on its behalf, so that
	 * another value may change the inputs of tests; other settings affect
	 * only a run of tests */
	bool of_test;
	struct vt_setting_form {
		enum {
			VT_SETTING_TEXT,
			VT_SETTING_BOOLEAN,
			VT_SETTING_WHOLE, /* an integer from min to max */
		} kind;
		long min, max;
		bool empty; /* the empty string is a value */
	} form;
	const char *help;
};

/** vt_setting_at() - row i of the table; NULL after the last */
const struct vt_setting *vt_setting_at(size_t i);

/** vt_setting() - the value of a setting, or its default
 * @name: without a prefix ("IMAGE_DIR"); must be in the table
 * Return: NULL if it is not set and has no default */
const char *vt_setting(const char *name);
/** vt_setting_source() - the name of the variable that sets it; NULL if its
 * default is used */
const char *vt_setting_source(const char *name);
/** vt_setting_bool() - a boolean setting; see vt_parse_bool() */
bool vt_setting_bool(const char *name);
/** vt_setting_int() - an integer setting
 * Errors: VT_USAGE if it is not set, not an integer or out of range */
int vt_setting_int(const char *name, long *out, struct vt_err **err);
/** vt_settings_check() - check the values of all integer settings, before tests
 * are started
 * Errors: VT_USAGE, with the variable's name */
int vt_settings_check(struct vt_err **err);

#endif

/* The table of settings, for people: what is set, what can be, and what looks
 * like a setting and is none. */
#ifndef VT_SETTINGS_SHOW_H
#define VT_SETTINGS_SHOW_H

#include "base/str.h"

/** vt_settings_values() - a line each: name, value and where it comes from */
void vt_settings_values(struct vt_str *out);

/** vt_settings_help() - a line each: name, meaning, default */
void vt_settings_help(struct vt_str *out);

/** vt_settings_man() - the list of vt-settings(7), as mdoc */
void vt_settings_man(struct vt_str *out);

/** vt_settings_of_tests() - the variables that decide what a test is (rows
 * with of_test), by each of their names */
void vt_settings_of_tests(struct vt_strv *out);

/** vt_settings_warn() - of each name in the environment that begins like a
 * setting's and is none, with the nearest real one; once for this process and
 * all that it starts */
void vt_settings_warn(void);

#endif

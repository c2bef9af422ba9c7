/* Show the table of settings (settings.h): their values, their descriptions,
 * and warnings about variables with wrong names. */
#ifndef VT_SETTINGS_SHOW_H
#define VT_SETTINGS_SHOW_H

#include "base/str.h"

/** vt_settings_values() - one line per setting: its name, its value and the
 * variable that sets it */
void vt_settings_values(struct vt_str *out);

/** vt_settings_help() - one line per setting: its name, description and default
 */
void vt_settings_help(struct vt_str *out);

/** vt_settings_man() - the list in vt-settings(7), as mdoc */
void vt_settings_man(struct vt_str *out);

/** vt_settings_of_tests() - all names of the settings that may change the
 * inputs of tests (those with of_test) */
void vt_settings_of_tests(struct vt_strv *out);

/** vt_settings_warn() - warn about environment variables that have a setting's
 * prefix and are not settings, and suggest the nearest setting. Each warning is
 * logged once, by this process or one that started it. */
void vt_settings_warn(void);

#endif

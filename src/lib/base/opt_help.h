/* The --help of a tool, as text or as mdoc for its man page. Called by
 * vt_cli_parse(). */
#ifndef VT_OPT_HELP_H
#define VT_OPT_HELP_H

#include <stdbool.h>

#include "base/opt.h"

/** vt_opt_help() - print to stdout
 * @man: as mdoc */
void vt_opt_help(const struct vt_cli *cli, bool man);

/** vt_opt_mdoc() - append text to mdoc, escaped so that no line is taken for a
 * macro */
void vt_opt_mdoc(struct vt_str *out, const char *s);

#endif

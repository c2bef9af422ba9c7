/* --help of a tool, for people or as mdoc for its man page. */
#ifndef VT_OPT_HELP_H
#define VT_OPT_HELP_H

#include <stdbool.h>

#include "base/opt.h"

void vt_opt_help(const struct vt_cli *cli, bool man);

/** vt_opt_mdoc() - append text to a man page: no line of it begins with what
 * mdoc takes for a command */
void vt_opt_mdoc(struct vt_str *out, const char *s);

#endif

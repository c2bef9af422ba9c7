/* The shell scripts of this directory as strings (see module.mk), and parts
 * that all packed scripts have. */
#ifndef VT_PACK_SHELL_H
#define VT_PACK_SHELL_H

#include "pack.h"

extern const char common_sh[]; /* for all scripts */
extern const char unpack_sh[]; /* for scripts with an archive of vt-pack */
extern const char curtin_sh[]; /* for scripts around that of `curtin pack` */

/** script_begin() - append the "#!" line, and the assignment of $name */
void script_begin(struct vt_str *out, const struct pack *p);

/** script_config() - append the function config(), if the config has markers
 * and so is not in the archive */
void script_config(struct vt_str *out, const struct pack *p);

#endif

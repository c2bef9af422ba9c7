/* The shell scripts of this directory as strings (see module.mk), and how a
 * packed script begins. */
#ifndef VT_PACK_SHELL_H
#define VT_PACK_SHELL_H

#include "pack.h"

extern const char common_sh[]; /* any packed script */
extern const char unpack_sh[]; /* one with an archive of ours */
extern const char curtin_sh[]; /* one around the script of `curtin pack` */

/** script_begin() - the interpreter line, and the installer's name in $name */
void script_begin(struct vt_str *out, const struct pack *p);

/** script_config() - the config as a function, when it is not in the archive */
void script_config(struct vt_str *out, const struct pack *p);

#endif

/* The statement of the config that a cause is about.
 *
 *	char *at = vt_cause_place(dir, &c);	"examples/tests/lvm.yaml:31:7"
 *
 * Installers name the id of an entry, or the name of a command. Of an entry's
 * keys, that one is meant whose value the cause quotes. The config is the
 * user's, as install/pack.yaml names it: what is in install/config.yaml, which
 * the installer read, was merged and has other positions.
 */
#ifndef VT_CAUSE_PLACE_H
#define VT_CAUSE_PLACE_H

#include "test/cause.h"

/**
 * vt_cause_place() - file:line:column, the file relative to the working
 * directory if it is in it
 * @dir: the test's
 * Return: owned; NULL: the cause names nothing of the config, or the config
 *   cannot be read
 */
char *vt_cause_place(const char *dir, const struct vt_cause *c);

#endif

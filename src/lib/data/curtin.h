/* What curtin requires of a config, beside its storage and network.
 *
 *	if (vt_curtin_check(doc->root, err) < 0) return -1;
 *
 * curtin reads its config with PyYAML, runs the commands of each stage, and
 * passes the config to them as JSON. It does not check the config first, so
 * that a value of a wrong type ends the installation when its turn comes.
 */
#ifndef VT_CURTIN_H
#define VT_CURTIN_H

#include "data/doc.h"

/**
 * vt_curtin_check() - check a config, read by vt_doc_load_config()
 * Errors: VT_USAGE with file:line:column for dates, commands that are neither a
 *   string nor a list of strings, other values that must be strings, and
 *   configs of another installer
 */
int vt_curtin_check(const struct vt_node *config, struct vt_err **err);

#endif

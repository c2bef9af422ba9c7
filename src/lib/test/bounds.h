/* Bounds of what vt-extract and vt-verify take from a guest, by memory and by
 * time, and of capsules: one table, for the tools, their --help and their man
 * pages.
 *
 * A file or archive that exceeds a bound fails its check, with an error that
 * names the bound. Of a capsule it is left out, and said.
 */
#ifndef VT_BOUNDS_H
#define VT_BOUNDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum vt_bound {
	VT_BOUND_MEMBERS,
	VT_BOUND_EXTRACT_TIME,
	VT_BOUND_FACT,
	VT_BOUND_TABLE,
	VT_BOUND_JSON,
	VT_BOUND_JSON_MEMORY,
	VT_BOUND_SEARCH_TIME,
	VT_BOUND_LOG_TIME,
	VT_BOUND_SCRIPTS,
	VT_BOUND_CAPSULE_FILE,
	VT_BOUND_CAPSULE,
	VT_BOUND_CAPSULE_DISKS,
	VT_BOUND_CAPSULE_MEMBERS,
};

/** vt_bound() - its value */
size_t vt_bound(enum vt_bound id);

/** vt_bound_error() - "WHAT exceeds the bound 'NAME' (VALUE)"
 * Errors: VT_FAILED */
int vt_bound_error(enum vt_bound id, const char *what, struct vt_err **err);

/** vt_bounds_help() - the rows of a tool, as text for --help; owned
 * @lead: the line before them; NULL: of what a guest may leave */
char *vt_bounds_help(const char *tool, const char *lead);

#endif

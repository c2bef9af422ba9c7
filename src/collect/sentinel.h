/* The member by which a guest says that its archive is complete.
 *
 *	{"format": 1, "scripts": [{"name": "common", "status": 0}, ...]}
 */
#ifndef VT_COLLECT_SENTINEL_H
#define VT_COLLECT_SENTINEL_H

#include "base/err.h"
#include "base/str.h"

#define SENTINEL_NAME "vt-sentinel.json"

/**
 * sentinel_check() - is this a sentinel, and which scripts failed?
 * @failed: "NAME (exit status N)" for each script that did; their verdict is
 *   vt-verify's
 * Errors: VT_FAILED
 */
int sentinel_check(const char *text, size_t len, struct vt_strv *failed,
	struct vt_err **err);

#endif

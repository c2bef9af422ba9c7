/* The sentinel: the last member of an archive, which shows that the guest wrote
 * the archive completely.
 *
 *	{"format": 1, "scripts": [{"name": "common", "status": 0}, ...]}
 */
#ifndef VT_COLLECT_SENTINEL_H
#define VT_COLLECT_SENTINEL_H

#include "base/err.h"
#include "base/str.h"

#define SENTINEL_NAME "vt-sentinel.json"

/**
 * sentinel_check() - check the content of a sentinel
 * @failed: gets "NAME (exit status N)" for each script that failed; whether
 *   that fails the test is decided by vt-verify
 * Errors: VT_FAILED for invalid content
 */
int sentinel_check(const char *text, size_t len, struct vt_strv *failed,
	struct vt_err **err);

#endif

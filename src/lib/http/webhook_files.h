/* The files that an event of an installer carries. */
#ifndef VT_WEBHOOK_FILES_H
#define VT_WEBHOOK_FILES_H

#include <jansson.h>

#include "base/err.h"

/**
 * vt_webhook_files() - put those of an event into a directory, by the last
 * part of their paths; a later one of the same name takes its place
 * @written: files so far, which are bounded by VT_WEBHOOK_MAX_FILES: each costs
 *   a sync of the disk
 * What has no plain name, no content or is no base64 is passed over.
 */
int vt_webhook_files(const char *dir, const json_t *event, unsigned *written,
	struct vt_err **err);

#endif

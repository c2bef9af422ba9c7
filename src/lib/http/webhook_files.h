/* The files in an event of an installer. */
#ifndef VT_WEBHOOK_FILES_H
#define VT_WEBHOOK_FILES_H

#include <jansson.h>

#include "base/err.h"

/**
 * vt_webhook_files() - save the files of an event in a directory, named by the
 * last part of their paths; a later file replaces one of the same name
 * @written: number of files written so far, which is incremented; limited to
 *   VT_WEBHOOK_MAX_FILES, since each one is synced to disk
 * Files without a valid name or without base64 content are skipped.
 */
int vt_webhook_files(const char *dir, const json_t *event, unsigned *written,
	struct vt_err **err);

#endif

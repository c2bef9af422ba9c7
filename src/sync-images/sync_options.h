/* The options of vt-sync, of all its commands. */
#ifndef SYNC_OPTIONS_H
#define SYNC_OPTIONS_H

#include <stdbool.h>

#include "base/opt.h"

struct options {
	/* the source */
	struct vt_strv source; /* URLs of one stream; empty: IMAGE_SRC_URL */
	const char *keyring;   /* NULL: IMAGE_SRC_KEYRING */
	bool is_unsigned;
	bool allow_rollback;
	/* selection */
	struct vt_strv arches;
	long max; /* versions of a product; 0: all, or IMAGES_TO_KEEP */
	/* mirror and verify */
	bool dry_run, repair;
	long jobs;
	/* query */
	bool json;
	const char *format;
	/* publish */
	const char *product, *content_id, *sign;
	struct vt_strv set; /* KEY=VALUE attributes of a published product */
};

extern const struct vt_cli sync_cli;

#endif

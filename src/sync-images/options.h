/* Options of vt-sync, for all its commands. */
#ifndef SYNC_OPTIONS_H
#define SYNC_OPTIONS_H

#include <stdbool.h>

#include "opt.h"

struct options {
	bool json;
	const char *format;
	const char *product, *content_id;
	struct vt_strv set; /* KEY=VALUE attributes of a published product */
	long max;           /* versions of a product; 0: all */
};

extern const struct vt_cli sync_cli;

#endif

/* Extraction of files that match patterns from file systems into a sink. */
#ifndef VT_COLLECT_IMGPICK_H
#define VT_COLLECT_IMGPICK_H

#include <stddef.h>
#include <stdint.h>

#include "imgfs.h"
#include "image/sink.h"
#include "nameset.h"

enum { IMGPICK_ENTRIES_MAX = 1000000 };
#define IMGPICK_BYTES_MAX (64ull << 30)

struct imgpick {
	struct vt_sink *out;
	nameset names; /* of the files in the sink */
	uint64_t entries, files, bytes;
	uint64_t left_out; /* devices, and links that do not lead to a file */
};

/**
 * imgpick_run() - extract the matches of one pattern in one file system
 * @pattern: path from the root whose components are globs of fnmatch(3); links
 *   to directories are followed
 * A matching directory is extracted with its content. A link that matches, or
 * that is in a matching directory, is extracted as the file that it leads to,
 * under the link's name. A link to a directory is only followed when the
 * pattern itself matches it.
 * Return: 1 something matched, 0 nothing matched, -1
 * Errors: VT_USAGE for a pattern with ".."; VT_HOST
 */
int imgpick_run(struct imgpick *p, struct imgfs *fs, const char *pattern,
	struct vt_err **err);
void imgpick_free(struct imgpick *p);

#endif

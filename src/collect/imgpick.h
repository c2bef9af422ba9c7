/* Files of an image's file systems that match patterns, into a sink. */
#ifndef VT_COLLECT_IMGPICK_H
#define VT_COLLECT_IMGPICK_H

#include <stddef.h>
#include <stdint.h>

#include "imgfs.h"
#include "nameset.h"
#include "sink.h"

enum { IMGPICK_ENTRIES_MAX = 1000000 };
#define IMGPICK_BYTES_MAX (64ull << 30)

struct imgpick {
	struct sink *out;
	nameset names; /* what is in the sink */
	uint64_t entries, files, bytes;
	uint64_t left_out; /* devices, and links that lead to no file */
};

/**
 * imgpick_run() - extract what one pattern matches in one file system
 * @pattern: components are globs of fnmatch(3), relative to the root; links
 *   to directories are followed on the way
 * A directory that matches comes with all below it. A link that matches, or
 * stands below, gives the file it leads to, under the link's name; one that
 * leads to a directory is only followed when the pattern goes on or ends
 * there.
 * Return: 1 something matched, 0 nothing did, -1
 * Errors: VT_USAGE for a pattern with ".."; VT_HOST
 */
int imgpick_run(struct imgpick *p, struct imgfs *fs, const char *pattern,
	struct vt_err **err);
void imgpick_free(struct imgpick *p);

#endif

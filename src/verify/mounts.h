/* What was mounted in the booted system, and mount options. */
#ifndef VT_VERIFY_MOUNTS_H
#define VT_VERIFY_MOUNTS_H

#include "check.h"

struct mounted {
	char *source, *point, *options;
	char *uuid; /* NULL: not told */
};

struct mounts {
	struct mounted *v;
	size_t n;
};

/** mounts_read() - findmnt.json, or else proc_mounts
 * Return: false, and r says why not */
bool mounts_read(struct verify *v, struct result *r, struct mounts *out);
void mounts_free(struct mounts *m);
#define AUTO_MOUNTS __attribute__((cleanup(mounts_free)))

/** mounts_find() - the last mount on a point, which hides the others */
const struct mounted *mounts_find(const struct mounts *m, const char *point);

/** options_missing() - those of `wanted` that `given` has not, word by word;
 * `defaults` asks for nothing */
void options_missing(
	const char *wanted, const char *given, struct vt_strv *missing);

/** options_without_effect() - those of `wanted` that the options the kernel
 * shows say are not in effect; what only mount(8) or systemd reads, and what
 * the kernel does not show because it is its default, counts as in effect */
void options_without_effect(
	const char *wanted, const char *shown, struct vt_strv *missing);

#endif

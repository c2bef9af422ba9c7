/* Lines of fstab(5), as collected. */
#ifndef VT_VERIFY_FSTAB_H
#define VT_VERIFY_FSTAB_H

#include "check.h"

struct fstab_line {
	char *text; /* whole, for the reference's rule */
	char *spec, *point, *type, *options; /* "" when the line ends before */
	size_t number;
	size_t fields;
};

struct fstab {
	struct fstab_line *v;
	size_t n;
};

/** fstab_read() - Return: false, and r says why not */
bool fstab_read(struct verify *v, struct result *r, struct fstab *out);
void fstab_free(struct fstab *f);
#define AUTO_FSTAB __attribute__((cleanup(fstab_free)))

/** fstab_unescape() - \040 and the like, in place */
void fstab_unescape(char *s);

#endif

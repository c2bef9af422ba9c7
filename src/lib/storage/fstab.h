/* Lines of fstab(5). */
#ifndef VT_FSTAB_H
#define VT_FSTAB_H

#include <stddef.h>

struct vt_fstab_line {
	char *text; /* whole */
	/* "" if the line is shorter */
	char *spec, *point, *type, *options, *freq, *passno;
	size_t number;
	size_t fields;
};

struct vt_fstab {
	struct vt_fstab_line *v;
	size_t n;
};

/** vt_fstab_parse() - at most 10,000 lines; comments are skipped */
void vt_fstab_parse(struct vt_fstab *out, const char *text, size_t len);
void vt_fstab_free(struct vt_fstab *f);
#define VT_AUTO_FSTAB __attribute__((cleanup(vt_fstab_free)))

/** vt_fstab_unescape() - decode \040 etc. in place */
void vt_fstab_unescape(char *s);

#endif

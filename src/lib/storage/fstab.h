/* Lines of fstab(5) and of crypttab(5), whose fields are separated alike. */
#ifndef VT_FSTAB_H
#define VT_FSTAB_H

#include <stdbool.h>
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

/**
 * vt_fstab_differs(), vt_crypttab_differs() - compare a line with "SPEC POINT
 *   TYPE OPTIONS", or with "NAME * KEYFILE OPTIONS"
 * @line: NULL: there is none
 * @named: whether the line names the expected device
 * Return: NULL, or which word differs: "whose type is not 'ext4'"; owned
 */
char *vt_fstab_differs(const char *want, const char *line, bool named);
char *vt_crypttab_differs(const char *want, const char *line, bool named);

#endif

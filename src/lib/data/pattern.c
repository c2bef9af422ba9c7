#include "data/pattern.h"

#include <string.h>

int vt_pattern_compile(
	regex_t *re, const char *ere, int flags, struct vt_err **err)
{
	char why[200];
	int rc = regcomp(re, ere, REG_EXTENDED | flags);
	if (rc == 0)
		return 0;
	regerror(rc, re, why, sizeof(why));
	return vt_err_set(
		err, VT_USAGE, "bad regular expression '%s': %s", ere, why);
}

int vt_pattern_check(const struct vt_node *n, struct vt_err **err)
{
	VT_AUTO_ERR struct vt_err *why = NULL;
	const char *ere;
	regex_t re;
	if (vt_node_str(n, &ere, err) < 0)
		return -1;
	if (vt_pattern_compile(&re, ere, REG_NOSUB, &why) < 0)
		return vt_node_err(n, err, "%s", why->msg);
	regfree(&re);
	return 0;
}

void vt_pattern_literal(struct vt_str *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\.[(){*+?^$|", *text))
			vt_str_addc(out, '\\');
		vt_str_addc(out, *text);
	}
}

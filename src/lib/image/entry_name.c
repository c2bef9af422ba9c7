#include "image/entry_name.h"

#include <limits.h>
#include <string.h>

#include "base/mem.h"

char *vt_entry_shown(const char *name)
{
	struct vt_str b = VT_STR_INIT;
	size_t len = strlen(name);
	vt_str_printable(&b, name, len < 200 ? len : 200, false);
	if (len > 200)
		vt_str_add(&b, "...");
	vt_str_add(&b, "");
	return vt_str_take(&b);
}

bool vt_entry_is_component(const char *name)
{
	return *name && strcmp(name, ".") && strcmp(name, "..") &&
	       !strchr(name, '/') && strlen(name) <= NAME_MAX;
}

static const char *fault(const char *name, struct vt_str *out)
{
	unsigned depth = 0;
	if (name[0] == '/')
		return "is an absolute path";
	while (*name) {
		size_t n = strcspn(name, "/");
		bool here = n == 0 || (n == 1 && name[0] == '.');
		if (n == 2 && !memcmp(name, "..", 2))
			return "contains '..'";
		if (n > NAME_MAX || out->len + n + 1 > VT_ENTRY_NAME_MAX)
			return "is too long";
		if (!here && ++depth > VT_ENTRY_DEPTH_MAX)
			return "has too many levels";
		if (!here && out->len)
			vt_str_addc(out, '/');
		if (!here)
			vt_str_addn(out, name, n);
		name += n;
		name += *name == '/';
	}
	return NULL;
}

int vt_entry_clean(const char *name, struct vt_str *out, struct vt_err **err)
{
	out->len = 0;
	vt_str_add(out, "");
	const char *what = fault(name, out);
	if (!what)
		return 0;
	VT_AUTO_FREE char *shown = vt_entry_shown(name);
	return vt_err_set(err, VT_FAILED, "name '%s' %s", shown, what);
}

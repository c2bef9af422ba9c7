#include "storage/zfs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

char *vt_zfs_dataset(const char *pool, const char *volume)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	struct vt_str name = VT_STR_INIT;
	vt_str_words(volume, "/", &words);
	vt_str_add(&name, pool);
	for (size_t i = 0; i < words.n; i++)
		vt_str_addf(&name, "/%s", words.v[i]);
	return vt_str_take(&name);
}

char *vt_zfs_property(const char *properties, const char *name)
{
	size_t len = strlen(name);
	const char *p = properties ? properties : "";
	while (*p) {
		size_t line = strcspn(p, "\n");
		if (line > len && p[len] == '\t' && !strncmp(p, name, len))
			return vt_strndup(p + len + 1, line - len - 1);
		p += line + (p[line] == '\n');
	}
	return NULL;
}

const char *vt_zfs_asked(const struct vt_node *value)
{
	bool on;
	if (vt_node_is_null(value) || value->kind != VT_SCALAR)
		return NULL;
	if (vt_node_bool(value, &on, NULL) == 0)
		return on ? "on" : "off";
	return value->text;
}

/* "128K" is shown as 131072. */
static bool same_size(const char *asked, const char *shown)
{
	uint64_t bytes;
	if (vt_parse_size(asked, &bytes, NULL) < 0)
		return false;
	VT_AUTO_FREE char *text = vt_printf("%" PRIu64, bytes);
	return !strcmp(text, shown);
}

bool vt_zfs_same(const char *name, const char *asked, const char *shown)
{
	/* of an import, or set to another value by curtin */
	static const char *const passing[] = {
		"altroot", "cachefile", "readonly", NULL};
	if (!strcmp(asked, shown) || vt_str_in(passing, name))
		return true;
	if (!strcmp(name, "encryption") && !strcmp(asked, "on"))
		return strcmp(shown, "off") != 0;
	if (vt_str_starts(name, "feature@"))
		return !strcmp(asked, "enabled") && !strcmp(shown, "active");
	if (!strcmp(asked, "none"))
		return !strcmp(shown, "0");
	return same_size(asked, shown);
}

#include "base/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"

char *vt_cache_path(const char *name)
{
	const char *base = getenv("XDG_CACHE_HOME");
	if (base && *base == '/')
		return vt_printf("%s/vt/%s", base, name);
	base = getenv("HOME");
	return base && *base == '/' ? vt_printf("%s/.cache/vt/%s", base, name)
				    : NULL;
}

char *vt_cache_boot(void)
{
	char *id =
		vt_fs_read("/proc/sys/kernel/random/boot_id", 100, NULL, NULL);
	if (id)
		id[strcspn(id, "\n")] = '\0';
	return id ? id : vt_strdup("");
}

char *vt_cache_get(const char *name, size_t max)
{
	VT_AUTO_FREE char *path = vt_cache_path(name);
	return path ? vt_fs_read(path, max, NULL, NULL) : NULL;
}

void vt_cache_put(const char *name, const char *text)
{
	VT_AUTO_FREE char *path = vt_cache_path(name);
	VT_AUTO_FREE char *dir = path ? vt_fs_dirname(path) : NULL;
	if (dir && vt_fs_mkdirs(dir, 0700, NULL) == 0)
		vt_fs_write(path, text, strlen(text), 0600, NULL);
}

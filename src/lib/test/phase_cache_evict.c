/* The size of the cache of phases: entries that were not used for the longest
 * time are removed. The time of an entry is that of its directory. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "test/phase_cache.h"
#include "test/phase_cache_dir.h"

/* What all objects take on the disk; each counts once. Those that no entry has
 * are removed. */
static uint64_t used(const struct vt_cache_dir *c)
{
	VT_AUTO_FREE char *path = vt_fs_join(c->path, VT_CACHE_OBJECTS);
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	VT_AUTO_CLOSE int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uint64_t bytes = 0;
	vt_fs_list(path, &names, NULL);
	for (size_t i = 0; i < names.n; i++) {
		struct stat st;
		if (fstatat(dir, names.v[i], &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (st.st_nlink > 1)
			bytes += (uint64_t)st.st_blocks * 512;
		else
			unlinkat(dir, names.v[i], 0);
	}
	return bytes;
}

struct aged {
	char *name; /* below the cache */
	struct timespec used;
};

static int by_age(const void *a, const void *b)
{
	const struct timespec *x = &((const struct aged *)a)->used;
	const struct timespec *y = &((const struct aged *)b)->used;
	if (x->tv_sec != y->tv_sec)
		return x->tv_sec < y->tv_sec ? -1 : 1;
	return x->tv_nsec < y->tv_nsec ? -1 : x->tv_nsec > y->tv_nsec;
}

int vt_cache_dir_evict(
	const struct vt_cache_dir *c, uint64_t max, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(c->path, VT_CACHE_ENTRIES);
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	int rc = 0;
	if (vt_fs_is_dir(path) && vt_fs_list(path, &names, err) < 0)
		return -1;
	VT_AUTO_FREE struct aged *all = vt_calloc(names.n + 1, sizeof(*all));
	for (size_t i = 0; i < names.n; i++) {
		struct stat st = {0};
		all[i].name = vt_fs_join(VT_CACHE_ENTRIES, names.v[i]);
		fstatat(c->fd, all[i].name, &st, AT_SYMLINK_NOFOLLOW);
		all[i].used = st.st_mtim;
	}
	qsort(all, names.n, sizeof(*all), by_age);
	for (size_t i = 0; rc == 0 && used(c) > max && i < names.n; i++)
		rc = vt_cache_dir_drop(c, all[i].name, err);
	for (size_t i = 0; i < names.n; i++)
		free(all[i].name);
	return rc;
}

int vt_phase_cache_clean(struct vt_err **err)
{
	VT_AUTO_CACHE_DIR struct vt_cache_dir c = VT_CACHE_DIR_INIT;
	VT_AUTO_FREE char *name = vt_cache_dir_name();
	if (!name)
		return vt_err_set(err, VT_USAGE,
			"there is no cache of phases: the setting CACHE is "
			"off");
	int rc = vt_cache_dir_open(&c, false, err);
	if (rc <= 0)
		return rc;
	if (vt_cache_dir_lock(&c, true, err) < 0 ||
		vt_cache_dir_evict(&c, 0, err) < 0)
		return -1;
	vt_cache_dir_sweep(&c);
	return 0;
}

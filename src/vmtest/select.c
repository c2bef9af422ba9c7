#include "select.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "data/json.h"
#include "test/history.h"

enum { MAX_RESULT = 64 << 20 };

int select_result(const char *dir, char **phase)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, "result.json");
	VT_AUTO_JSON json_t *j = vt_json_load(path, MAX_RESULT, NULL);
	json_t *status = json_object_get(j, "exit"), *one;
	const char *name, *last = "verify";
	if (!json_is_integer(status))
		return -1;
	int code = (int)json_integer_value(status);
	json_object_foreach (json_object_get(j, "phases"), name, one) {
		if (json_integer_value(json_object_get(one, "exit")))
			last = name;
	}
	if (phase)
		*phase = vt_strdup(
			code == VT_OK || code == VT_SKIPPED ? "-" : last);
	return code;
}

/* An interrupted test, which has logs and no result, counts as failed. */
static bool has_failed(const char *dir)
{
	VT_AUTO_FREE char *logs = vt_fs_join(dir, "logs");
	int status = select_result(dir, NULL);
	return status < 0 ? vt_fs_is_dir(logs)
			  : status != VT_OK && status != VT_SKIPPED;
}

static bool has_passed(const char *dir)
{
	struct vt_history h;
	vt_history_read(dir, &h);
	return h.passed_once;
}

void select_tests(enum selection which, const char *topdir,
	const struct vt_strv *all, struct vt_strv *out)
{
	for (size_t i = 0; i < all->n; i++) {
		VT_AUTO_FREE char *dir = vt_fs_join(topdir, all->v[i]);
		if (which == SELECT_ALL ||
			(which == SELECT_FAILED && has_failed(dir)) ||
			(which == SELECT_CHANGED && has_passed(dir)))
			vt_strv_add(out, all->v[i]);
	}
}

void select_ran(
	const char *topdir, const struct timespec *since, struct vt_strv *names)
{
	struct vt_strv ran = VT_STRV_INIT;
	for (size_t i = 0; i < names->n; i++) {
		VT_AUTO_FREE char *path =
			vt_printf("%s/%s/result.json", topdir, names->v[i]);
		struct stat st;
		bool old =
			stat(path, &st) == 0 &&
			(st.st_mtim.tv_sec < since->tv_sec ||
				(st.st_mtim.tv_sec == since->tv_sec &&
					st.st_mtim.tv_nsec < since->tv_nsec));
		if (!old)
			vt_strv_add(&ran, names->v[i]);
	}
	vt_strv_free(names);
	*names = ran;
}

void select_shuffle(struct vt_strv *names)
{
	for (size_t i = names->n; i > 1; i--) {
		uint64_t r = 0;
		/* without random numbers, keep the rest in order */
		if (getrandom(&r, sizeof(r), GRND_NONBLOCK) < 0)
			return;
		char *last = names->v[i - 1];
		names->v[i - 1] = names->v[r % i];
		names->v[r % i] = last;
	}
}

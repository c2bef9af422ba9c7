#include "select.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "test/history.h"
#include "test/result.h"
#include "test/verdict.h"

/* A test that was interrupted, or has never run, has no result. */
static bool has_passed_last(const char *dir)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	return vt_result_read(dir, &r, NULL) > 0 && vt_verdict_good(r.exit);
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
			(which == SELECT_FAILED && !has_passed_last(dir)) ||
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

struct timed {
	char *name;
	size_t at;
	double seconds;
};

static int longer(const void *a, const void *b)
{
	const struct timed *x = a, *y = b;
	if (x->seconds != y->seconds)
		return x->seconds > y->seconds ? -1 : 1;
	return x->at > y->at ? 1 : -1;
}

void select_longest_first(const char *topdir, struct vt_strv *names)
{
	VT_AUTO_FREE struct timed *all =
		vt_calloc(names->n + 1, sizeof(struct timed));
	for (size_t i = 0; i < names->n; i++) {
		VT_AUTO_FREE char *dir = vt_fs_join(topdir, names->v[i]);
		struct vt_history h;
		vt_history_read(dir, &h);
		all[i] = (struct timed){
			names->v[i], i, h.seconds > 0 ? h.seconds : INFINITY};
	}
	qsort(all, names->n, sizeof(struct timed), longer);
	for (size_t i = 0; i < names->n; i++)
		names->v[i] = all[i].name;
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

#include "qemu/starve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"

enum {
	MAX_THREADS = 1024,
	/* of a second that the threads wanted to run: less is not enough to
	 * judge by, as for a guest that is idle */
	LEAST_NS = 250000000,
};

static void count_threads(pid_t pid, struct vt_starve_counts *c)
{
	VT_AUTO_FREE char *dir = vt_printf("/proc/%d/task", (int)pid);
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	if (vt_fs_list(dir, &names, NULL) < 0)
		return;
	for (size_t i = 0; i < names.n && i < MAX_THREADS; i++) {
		unsigned long long ran = 0, waited = 0;
		VT_AUTO_FREE char *path =
			vt_printf("%s/%s/schedstat", dir, names.v[i]);
		VT_AUTO_FREE char *text = vt_fs_read(path, 256, NULL, NULL);
		if (!text || sscanf(text, "%llu %llu", &ran, &waited) != 2)
			continue;
		c->ran += ran;
		c->waited += waited;
	}
}

uint64_t vt_starve_wanted(pid_t pid)
{
	struct vt_starve_counts c = {0};
	count_threads(pid, &c);
	return c.ran + c.waited;
}

/* "cpu  USER NICE SYSTEM IDLE IOWAIT IRQ SOFTIRQ STEAL ..." */
static void count_processors(struct vt_starve_counts *c)
{
	enum { STEAL = 7, FIELDS };
	VT_AUTO_FREE char *text = vt_fs_read("/proc/stat", 1 << 20, NULL, NULL);
	char *at = text && vt_str_starts(text, "cpu ") ? text + 4 : NULL;
	for (int i = 0; at && i < FIELDS; i++) {
		uint64_t n = strtoull(at, &at, 10);
		c->total += n;
		c->stolen = i == STEAL ? n : 0;
	}
}

bool vt_starve_judge(
	const struct vt_starve_counts *from, const struct vt_starve_counts *to)
{
	/* a thread that ended takes its counts with it */
	uint64_t ran = to->ran > from->ran ? to->ran - from->ran : 0;
	uint64_t waited =
		to->waited > from->waited ? to->waited - from->waited : 0;
	uint64_t total = to->total - from->total;
	uint64_t stolen = to->stolen - from->stolen;
	bool wanted = ran + waited >= LEAST_NS;
	return wanted &&
	       (waited >= 7 * ran || (total && 8 * stolen >= 7 * total));
}

bool vt_starve_look(struct vt_starve *s)
{
	struct vt_starve_counts now = {0};
	count_threads(s->pid, &now);
	count_processors(&now);
	bool first = !s->last.total;
	bool starved = !first && vt_starve_judge(&s->last, &now);
	s->last = now;
	return starved;
}

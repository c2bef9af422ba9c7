/* How much memory the host has for guests. */
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "base/str.h"
#include "host/reserve.h"

enum {
	KIB_PER_MIB = 1024,
	MIB = 1 << 20,
	/* Kept free for the host itself, including the page cache of images
	 * that guests read: 1/32 of its memory, within these bounds. */
	MARGIN_PART = 32,
	MARGIN_MIN_MIB = 128,
	MARGIN_MAX_MIB = 1024,
};

/* Return: the number after a word at the start of a line; -1: no such line */
static long long number_after(const char *text, const char *word)
{
	size_t len = strlen(word);
	for (const char *s = text; s && *s; s = strchr(s, '\n')) {
		s += *s == '\n';
		if (!strncmp(s, word, len) && strchr(" \t:", s[len]))
			return strtoll(s + len + 1, NULL, 10);
	}
	return -1;
}

static char *slurp(const char *path)
{
	return vt_fs_read(path, 1 << 16, NULL, NULL);
}

/* Return: the number in a file of a control group; -1: no limit, or no file */
static long long bytes_in(const char *dir, const char *name)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, name);
	VT_AUTO_FREE char *text = slurp(path);
	char *end;
	if (!text)
		return -1;
	long long n = strtoll(text, &end, 10);
	return end == text ? -1 : n; /* "max" */
}

static const struct hierarchy {
	const char *controller; /* in /proc/self/cgroup */
	const char *dir;        /* below /sys/fs/cgroup */
	const char *limits[2], *usage;
	const char *cache[2]; /* in memory.stat */
} hierarchies[] = {
	{"", "", {"memory.max", "memory.high"}, "memory.current",
		{"inactive_file", "active_file"}},
	{"memory", "memory", {"memory.limit_in_bytes", NULL},
		"memory.usage_in_bytes",
		{"total_inactive_file", "total_active_file"}},
};

/* Apply the limits of one group. It may not exist: see groups_of(). */
static void one_group(const struct hierarchy *h, const char *dir,
	long *limit_mib, long *left_mib)
{
	long long limit = LLONG_MAX, usage = bytes_in(dir, h->usage);
	for (size_t i = 0; i < VT_COUNT(h->limits) && h->limits[i]; i++) {
		long long n = bytes_in(dir, h->limits[i]);
		if (n >= 0 && n < limit)
			limit = n;
	}
	if (limit / MIB >= LONG_MAX || limit == LLONG_MAX || usage < 0)
		return;
	VT_AUTO_FREE char *path = vt_fs_join(dir, "memory.stat");
	VT_AUTO_FREE char *stat = slurp(path);
	for (size_t i = 0; stat && i < VT_COUNT(h->cache); i++) {
		long long n = number_after(stat, h->cache[i]);
		usage -= n > 0 && n < usage ? n : 0;
	}
	if (limit / MIB < *limit_mib)
		*limit_mib = (long)(limit / MIB);
	if ((limit - usage) / MIB < *left_mib)
		*left_mib = (long)((limit - usage) / MIB);
}

static bool has_controller(const char *controllers, const char *one)
{
	VT_AUTO_STRV struct vt_strv all = VT_STRV_INIT;
	vt_str_split(controllers, ',', &all);
	return vt_strv_has(&all, one);
}

/* Apply a line such as "4:memory:/a/b": the limits of that group and of all
 * above it. In a container the path may be the host's, while the container's
 * own group is mounted at the root. */
static void groups_of(
	const char *root, const char *line, long *limit_mib, long *left_mib)
{
	const char *controllers = strchr(line, ':');
	const char *path = controllers ? strchr(controllers + 1, ':') : NULL;
	if (!path)
		return;
	VT_AUTO_FREE char *names =
		vt_strndup(controllers + 1, (size_t)(path - controllers - 1));
	for (size_t i = 0; i < VT_COUNT(hierarchies); i++) {
		const struct hierarchy *h = &hierarchies[i];
		if (!has_controller(names, h->controller))
			continue;
		VT_AUTO_FREE char *dir =
			vt_printf("%s/%s%s", root, h->dir, path + 1);
		size_t top = strlen(root) + 1 + strlen(h->dir);
		for (;;) {
			one_group(h, dir, limit_mib, left_mib);
			char *slash = strrchr(dir, '/');
			if (!slash || (size_t)(slash - dir) < top)
				break;
			*slash = '\0';
		}
		one_group(h, dir, limit_mib, left_mib);
	}
}

void vt_reserve_cgroup(
	const char *root, const char *self, long *limit_mib, long *left_mib)
{
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	vt_str_split(self, '\n', &lines);
	for (size_t i = 0; i < lines.n; i++)
		groups_of(root, lines.v[i], limit_mib, left_mib);
}

static long margin_mib(long total_mib)
{
	long m = total_mib / MARGIN_PART;
	if (m < MARGIN_MIN_MIB)
		return MARGIN_MIN_MIB;
	return m < MARGIN_MAX_MIB ? m : MARGIN_MAX_MIB;
}

static int read_processors(struct vt_reserve_host *host, struct vt_err **err)
{
	cpu_set_t ours;
	long each;
	if (vt_setting_int("GUESTS_PER_CPU", &each, err) < 0)
		return -1;
	/* fails with more than 1024 processors */
	host->cpus = sched_getaffinity(0, sizeof(ours), &ours) == 0
			     ? CPU_COUNT(&ours)
			     : sysconf(_SC_NPROCESSORS_ONLN);
	host->emulated = each * (host->cpus > 0 ? host->cpus : 1);
	return 0;
}

int vt_reserve_host_read(struct vt_reserve_host *host, struct vt_err **err)
{
	const char *test = getenv("VT_TEST_HOST_MIB");
	*host = (struct vt_reserve_host){.simulated = test != NULL};
	if (read_processors(host, err) < 0)
		return -1;
	if (test) {
		if (vt_parse_int(test, 1, LONG_MAX, &host->ever_mib, err) < 0)
			return vt_err_wrap(err, "VT_TEST_HOST_MIB");
		host->left_mib = host->ever_mib;
		return 0;
	}
	VT_AUTO_FREE char *info = slurp("/proc/meminfo");
	VT_AUTO_FREE char *self = slurp("/proc/self/cgroup");
	long long total = info ? number_after(info, "MemTotal") : -1;
	long long left = info ? number_after(info, "MemAvailable") : -1;
	if (total < 0 || left < 0)
		return vt_err_set(err, VT_HOST,
			"cannot read MemTotal and MemAvailable from "
			"'/proc/meminfo'");
	host->ever_mib = (long)(total / KIB_PER_MIB);
	host->left_mib = (long)(left / KIB_PER_MIB);
	if (self)
		vt_reserve_cgroup("/sys/fs/cgroup", self, &host->ever_mib,
			&host->left_mib);
	long margin = margin_mib(host->ever_mib);
	host->ever_mib -= margin;
	host->left_mib -= margin;
	return 0;
}

/* Anonymous and shared memory; file pages do not count, because the kernel
 * reclaims them. */
static long used_kib(int pid)
{
	VT_AUTO_FREE char *path = vt_printf("/proc/%d/status", pid);
	VT_AUTO_FREE char *status = slurp(path);
	long long anon = status ? number_after(status, "RssAnon") : 0;
	long long shm = status ? number_after(status, "RssShmem") : 0;
	return (long)((anon > 0 ? anon : 0) + (shm > 0 ? shm : 0));
}

/* A guest is a child process of the run that reserved its memory. */
void vt_reserve_host_usage(
	const struct vt_reserve_host *host, struct vt_ledger *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct vt_reserve_owner *o = &l->owners[i];
		if (!o->holds || host->simulated)
			continue;
		VT_AUTO_FREE char *path = vt_printf(
			"/proc/%d/task/%d/children", (int)o->pid, (int)o->pid);
		VT_AUTO_FREE char *children = slurp(path);
		long kib = 0;
		char *at = children, *end;
		for (; at; at = end) {
			long pid = strtol(at, &end, 10);
			if (end == at)
				break;
			kib += used_kib((int)pid);
		}
		o->used_mib = kib / KIB_PER_MIB;
	}
}

#include "transfer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "progress.h"

/* Attempts per server: fewer when it did not answer for the metadata. */
enum { ATTEMPTS = 6, ATTEMPTS_OFFLINE = 1 };

struct transfer {
	const struct tree *tree;
	struct progress progress;
	int failures;
	transfer_hook *hook;
	void *ctx;
};

static char *part_name(const struct content *c, const char *suffix)
{
	return vt_printf("%s/%s%s", TREE_PARTS, c->sha256, suffix);
}

static char *whole_name(const struct content *c)
{
	return vt_printf("%s/%s", TREE_WHOLE, c->sha256);
}

/* Save the validators of a partial download: lines "E etag" and "M date". */
static void save_validators(struct vt_fetch_job *j, void *ctx)
{
	struct transfer *t = ctx;
	VT_AUTO_FREE char *name = part_name(j->data, ".from");
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	if (j->etag)
		vt_str_addf(&text, "E %s\n", j->etag);
	if (j->modified)
		vt_str_addf(&text, "M %s\n", j->modified);
	VT_AUTO_CLOSE int fd = vt_beneath_open(
		t->tree->fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	/* ignore errors: without validators the download restarts next time */
	if (fd >= 0)
		vt_fs_write_all(fd, vt_str_c(&text), text.len, NULL);
}

static void load_validators(const struct transfer *t, struct vt_fetch_job *j)
{
	VT_AUTO_FREE char *name = part_name(j->data, ".from");
	int fd = vt_beneath_open(t->tree->fd, name, O_RDONLY, 0);
	VT_AUTO_FILE FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	char line[300];
	while (f && fgets(line, sizeof(line), f)) {
		size_t len = strcspn(line, "\n");
		if (len < 3 || line[len] != '\n')
			break;
		char **to = line[0] == 'E' ? &j->etag : &j->modified;
		free(*to);
		*to = vt_strndup(line + 2, len - 2);
	}
}

static int open_part(struct vt_fetch_job *j, void *ctx, struct vt_err **err)
{
	struct transfer *t = ctx;
	VT_AUTO_FREE char *name = part_name(j->data, "");
	struct stat st;
	j->fd = vt_beneath_open(t->tree->fd, name, O_RDWR | O_CREAT, 0644);
	if (j->fd < 0 || fstat(j->fd, &st) < 0 || !S_ISREG(st.st_mode))
		return vt_err_errno(
			err, "cannot write '%s/%s'", t->tree->dir, name);
	load_validators(t, j);
	bool known = j->etag || j->modified;
	j->resume_at = (uint64_t)st.st_size;
	if (j->resume_at > j->size || (j->resume_at < j->size && !known))
		j->resume_at = 0;
	if (j->resume_at)
		vt_log_debug("'%s': resuming at byte %llu", j->name,
			(unsigned long long)j->resume_at);
	return 0;
}

/* Move a complete download from parts/ to whole/. */
static int finish_part(
	const struct transfer *t, struct content *c, struct vt_err **err)
{
	VT_AUTO_FREE char *part = part_name(c, "");
	VT_AUTO_FREE char *from = part_name(c, ".from");
	VT_AUTO_FREE char *whole = whole_name(c);
	const char *a, *b;
	VT_AUTO_CLOSE int parts =
		vt_beneath_parent(t->tree->fd, part, false, &a);
	VT_AUTO_CLOSE int wholes =
		vt_beneath_parent(t->tree->fd, whole, false, &b);
	if (parts < 0 || wholes < 0 || renameat(parts, a, wholes, b) < 0)
		return vt_err_errno(
			err, "cannot write '%s/%s'", t->tree->dir, whole);
	unlinkat(parts, vt_fs_basename(from), 0);
	c->local_path = vt_strdup(whole);
	return 0;
}

static void part_done(struct vt_fetch_job *j, void *ctx)
{
	struct transfer *t = ctx;
	struct content *c = j->data;
	if (j->fd >= 0)
		close(j->fd);
	j->fd = -1;
	if (!j->err && finish_part(t, c, &j->err) == 0) {
		progress_file(&t->progress, j);
		return;
	}
	bool resumable = j->got > 0;
	if (!resumable)
		tree_unlink(t->tree, TREE_PARTS, c->sha256);
	t->failures++;
	vt_log_error("%s; %s", j->err->msg,
		resumable ? "the partial download is kept, the next sync "
			    "resumes it"
			  : "the next sync tries again");
}

static int tick(void *ctx, struct vt_err **err)
{
	struct transfer *t = ctx;
	progress_tick(&t->progress);
	return t->hook ? t->hook(t->ctx, err) : 0;
}

struct work {
	struct vt_fetch_job *jobs;
	struct vt_strv *urls;
	size_t n;
};

static void work_free(struct work *w)
{
	for (size_t i = 0; i < w->n; i++) {
		vt_closep(&w->jobs[i].fd);
		vt_fetch_job_clear(&w->jobs[i]);
		vt_strv_free(&w->urls[i]);
	}
	free(w->jobs);
	free(w->urls);
}

static void add_job(
	struct work *w, struct content *c, const struct source *source)
{
	struct vt_strv *urls = &w->urls[w->n];
	source_urls(source, c->source_path, urls);
	w->jobs[w->n++] = (struct vt_fetch_job){.name = c->source_path,
		.urls = urls->v,
		.sha256 = c->sha256,
		.size = c->size,
		.attempts = source->offline ? ATTEMPTS_OFFLINE : ATTEMPTS,
		.fd = -1,
		.data = c};
}

int transfer(struct plan *p, struct vt_fetch *f, const struct source *source,
	transfer_hook *hook, void *ctx, struct vt_err **err)
{
	struct transfer t = {.tree = p->tree, .hook = hook, .ctx = ctx};
	const struct vt_fetch_events events = {.open = open_part,
		.answer = save_validators,
		.done = part_done,
		.tick = tick,
		.ctx = &t};
	__attribute__((cleanup(work_free))) struct work w = {
		.jobs = vt_calloc(p->n_contents + 1, sizeof(*w.jobs)),
		.urls = vt_calloc(p->n_contents + 1, sizeof(*w.urls))};
	for (size_t i = 0; i < p->n_contents; i++) {
		struct content *c = &p->contents[i];
		if (!plan_content_ready(c))
			add_job(&w, c, source);
	}
	progress_start(&t.progress, w.jobs, w.n);
	int rc = vt_fetch_run(f, w.jobs, w.n, &events, err);
	progress_end();
	if (rc < 0)
		return vt_err_wrap(
			err, "downloads are kept, the next sync resumes them");
	return t.failures;
}

int transfer_check_space(const struct plan *p, struct vt_err **err)
{
	struct statvfs fs;
	size_t files;
	uint64_t need = plan_bytes(p, &files);
	char a[20], b[20];
	if (fstatvfs(p->tree->fd, &fs) < 0)
		return vt_err_errno(
			err, "cannot get the free space of '%s'", p->tree->dir);
	/* partial downloads already have their part of the space */
	for (size_t i = 0; i < p->n_contents; i++) {
		VT_AUTO_FREE char *name = part_name(&p->contents[i], "");
		VT_AUTO_CLOSE int fd =
			vt_beneath_open(p->tree->fd, name, O_PATH, 0);
		struct stat st;
		uint64_t part = fd >= 0 && fstat(fd, &st) == 0
					? (uint64_t)st.st_size
					: 0;
		if (!p->contents[i].local_path && p->contents[i].targets.n)
			need -= part < p->contents[i].size
					? part
					: p->contents[i].size;
	}
	uint64_t available = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (available >= need)
		return 0;
	return vt_err_set(err, VT_HOST,
		"not enough disk space in '%s': %s needed, %s available: free "
		"some, or select fewer images with filters",
		p->tree->dir, progress_size(a, need),
		progress_size(b, available));
}

static int clean_dir(const struct tree *t, const char *path, time_t before,
	struct vt_err **err)
{
	int removed = 0;
	int fd = vt_beneath_open(t->fd, path, O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0 && errno == ENOENT)
		return 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	if (!d)
		return vt_err_errno(err, "cannot list '%s/%s'", t->dir, path);
	for (struct dirent *e; (e = readdir(d));) {
		struct stat st;
		if (fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			!S_ISDIR(st.st_mode) && st.st_mtime <= before &&
			unlinkat(fd, e->d_name, 0) == 0)
			removed++;
	}
	closedir(d);
	return removed;
}

int transfer_remove_old(const struct tree *t, long seconds, struct vt_err **err)
{
	time_t before = vt_clock_now() - seconds;
	int parts = clean_dir(t, TREE_PARTS, before, err);
	int whole = clean_dir(t, TREE_WHOLE, before, err);
	return parts < 0 || whole < 0 ? -1 : parts + whole;
}

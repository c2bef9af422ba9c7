#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cache.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sparse.h"
#include "base/tmp.h"
#include "test/phase_cache.h"
#include "test/phase_cache_dir.h"
#include "test/phase_report.h"
#include "test/phases.h"

enum { MAX_REPORT = 16 << 20 };

struct fetch {
	struct vt_cache_dir cache;
	struct vt_cache_entry entry;
	const char *dir, *phase, *key;
	struct vt_tmp *files; /* of the test, without names yet */
	bool learned;         /* that a large object has its content */
};

static void free_fetch(struct fetch *f)
{
	for (size_t i = 0; f->files && i < f->entry.n_files; i++)
		vt_tmp_discard(&f->files[i]);
	free(f->files);
	vt_cache_entry_free(&f->entry);
	vt_cache_dir_close(&f->cache);
}
#define AUTO_FETCH __attribute__((cleanup(free_fetch)))

/* Errors: a corrupt object has the status VT_USAGE, unlike faults of the host
 */
static int open_object(const struct fetch *f, const struct vt_cache_file *file,
	struct stat *st, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_printf("%s/" VT_CACHE_ENTRIES "/%s/%s",
		f->cache.path, f->key, file->sha256);
	VT_AUTO_CLOSE int fd =
		open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, st) < 0)
		return vt_err_set(err, errno == ENOENT ? VT_USAGE : VT_HOST,
			"'%s' cannot be read: %s", file->name, strerror(errno));
	if (!S_ISREG(st->st_mode) || !vt_cache_dir_trusts(&f->cache, st))
		return vt_err_set(err, VT_USAGE,
			"'%s' belongs to a user who is not trusted",
			file->name);
	if ((uint64_t)st->st_size != file->size)
		return vt_err_set(
			err, VT_USAGE, "'%s' has another size", file->name);
	int out = fd;
	fd = -1;
	return out;
}

/* Copy an object to `out`, and compare its checksum unless it is large and was
 * not changed since its content was known. */
static int copy(struct fetch *f, struct vt_cache_file *file, int out,
	struct vt_err **err)
{
	struct stat st;
	char sum[65] = "";
	VT_AUTO_CLOSE int in = open_object(f, file, &st, err);
	if (in < 0)
		return -1;
	bool known = vt_cache_file_known(&f->entry, file, &st);
	if (vt_sparse_copy(in, out, known ? NULL : sum, err) < 0)
		return vt_err_wrap(err, "'%s'", file->name);
	if (known)
		return 0;
	if (strcmp(sum, file->sha256) != 0)
		return vt_err_set(
			err, VT_USAGE, "'%s' has another checksum", file->name);
	f->learned |= vt_cache_file_know(file, &st);
	return 0;
}

static bool is_report(const struct fetch *f, const struct vt_cache_file *file)
{
	VT_AUTO_FREE char *report = vt_phases_report(NULL, f->phase);
	return !strcmp(file->name, report);
}

static int take_file(struct fetch *f, size_t i, struct vt_err **err)
{
	struct vt_cache_file *file = &f->entry.files[i];
	VT_AUTO_FREE char *path = vt_fs_join(f->dir, file->name);
	VT_AUTO_FREE char *above = vt_fs_dirname(path);
	if (!file->sha256)
		return vt_fs_mkdirs(path, (mode_t)file->mode, err);
	if (vt_fs_mkdirs(above, 0755, err) < 0 ||
		vt_tmp_open(&f->files[i], path, (mode_t)file->mode, err) < 0)
		return -1;
	f->files[i].unsynced = true;
	return copy(f, file, f->files[i].fd, err);
}

/* The report is not put there: that of this run says that it is a hit. */
static char *read_report(
	struct fetch *f, struct vt_cache_file *file, struct vt_err **err)
{
	struct stat st;
	VT_AUTO_CLOSE int fd = open_object(f, file, &st, err);
	if (fd < 0 || copy(f, file, -1, err) < 0)
		return NULL;
	VT_AUTO_FREE char *path = vt_printf("/proc/self/fd/%d", fd);
	char *text = vt_fs_read(path, MAX_REPORT, NULL, err);
	VT_AUTO_REPORT struct vt_phase_report r = {0};
	if (text && vt_phase_report_parse(
			    &r, file->name, text, strlen(text), err) == 0)
		return text;
	free(text);
	return NULL;
}

/* All files are complete and right before the first one gets its name. */
static int take_all(
	struct fetch *f, struct vt_phase_cache *c, struct vt_err **err)
{
	const struct vt_cache_entry *e = &f->entry;
	f->files = vt_calloc(e->n_files + 1, sizeof(*f->files));
	for (size_t i = 0; i < e->n_files; i++)
		f->files[i] = (struct vt_tmp)VT_TMP_INIT;
	for (size_t i = 0; i < e->n_files; i++) {
		if (is_report(f, &e->files[i]))
			c->report = read_report(f, &e->files[i], err);
		else if (take_file(f, i, err) < 0)
			return -1;
	}
	if (!c->report)
		return err && *err ? -1
				   : vt_err_set(err, VT_USAGE,
					     "there is no report");
	for (size_t i = 0; i < e->n_files; i++)
		if (f->files[i].fd >= 0 && vt_tmp_commit(&f->files[i], err) < 0)
			return -1;
	return 0;
}

/* Drop an entry, and the names of objects with another content, so that no
 * other entry is made of them. */
static void drop(struct fetch *f)
{
	VT_AUTO_FREE char *name = vt_fs_join(VT_CACHE_ENTRIES, f->key);
	vt_cache_dir_unlock(&f->cache);
	if (vt_cache_dir_lock(&f->cache, true, NULL) < 0)
		return;
	for (size_t i = 0; i < f->entry.n_files; i++) {
		struct vt_cache_file *file = &f->entry.files[i];
		VT_AUTO_FREE char *object = vt_fs_join(
			VT_CACHE_OBJECTS, file->sha256 ? file->sha256 : "-");
		if (file->sha256 && copy(f, file, -1, NULL) < 0)
			unlinkat(f->cache.fd, object, 0);
	}
	vt_cache_dir_drop(&f->cache, name, NULL);
}

/* It was used now, and after a boot or a move of the cache its objects are
 * known again. Who may only read the cache leaves it as it is. */
static void note_use(struct fetch *f)
{
	VT_AUTO_FREE char *boot = vt_cache_boot();
	VT_AUTO_FREE char *dir =
		vt_printf("%s/" VT_CACHE_ENTRIES "/%s", f->cache.path, f->key);
	if (f->learned) {
		f->entry.boot = boot;
		vt_cache_entry_write(&f->entry, &f->cache, dir, NULL);
		f->entry.boot = NULL;
	}
	utimensat(AT_FDCWD, dir, NULL, 0);
}

/* Return: 1 fetched, 0 there is no entry, -1 */
static int fetch(struct fetch *f, struct vt_phase_cache *c, struct vt_err **err)
{
	int rc = vt_cache_dir_open(&f->cache, false, err);
	if (rc > 0 && vt_cache_dir_lock(&f->cache, false, err) < 0)
		return -1;
	if (rc > 0)
		rc = vt_cache_entry_read(&f->entry, &f->cache, f->key, err);
	if (rc <= 0)
		return rc;
	if (take_all(f, c, err) < 0)
		return -1;
	c->since = vt_strdup(f->entry.since);
	snprintf(c->output, sizeof(c->output), "%s", f->entry.output);
	note_use(f);
	return 1;
}

bool vt_phase_cache_fetch(
	struct vt_phase_cache *c, const char *dir, const char *phase)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	AUTO_FETCH struct fetch f = {.cache = VT_CACHE_DIR_INIT,
		.dir = dir,
		.phase = phase,
		.key = c->key};
	if (!*c->key || c->again)
		return false;
	int rc = fetch(&f, c, &err);
	if (rc >= 0)
		return rc;
	vt_freep(&c->report);
	c->report = NULL;
	bool corrupt = vt_err_status(err) == VT_USAGE;
	vt_log_warn("the %s phase cannot be taken from the cache: %s%s", phase,
		err->msg, corrupt ? ": the entry is dropped" : "");
	if (corrupt)
		drop(&f);
	return false;
}

/* Drop an entry of this key, unless it is of another run that passed. */
static void forget(const struct vt_phase_report *r)
{
	VT_AUTO_CACHE_DIR struct vt_cache_dir c = VT_CACHE_DIR_INIT;
	VT_AUTO_CACHE_ENTRY struct vt_cache_entry e = {0};
	VT_AUTO_FREE char *name = vt_fs_join(VT_CACHE_ENTRIES, r->key);
	/* a report of somebody else's may say anything */
	if (strchr(r->key, '/') || vt_cache_dir_open(&c, false, NULL) <= 0 ||
		vt_cache_dir_lock(&c, true, NULL) < 0 ||
		vt_cache_entry_read(&e, &c, r->key, NULL) <= 0)
		return;
	if (r->output && strcmp(r->output, e.output) != 0)
		return;
	vt_cache_dir_drop(&c, name, NULL);
	vt_log_info("the %s phase is no longer in the cache, because the test "
		    "did not pass",
		e.phase);
}

void vt_phase_cache_forget(const char *dir)
{
	const struct vt_phase_row *row;
	for (size_t i = 0; (row = vt_phases_at(i)); i++) {
		VT_AUTO_REPORT struct vt_phase_report r = {0};
		if (row->console &&
			vt_phase_report_read(&r, dir, row->name, NULL) == 0 &&
			r.key)
			forget(&r);
	}
}

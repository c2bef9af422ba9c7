#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cache.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/settings.h"
#include "base/sparse.h"
#include "test/phase_cache.h"
#include "test/phase_cache_dir.h"
#include "test/phases.h"

enum { MAX_FILES = 500 }; /* a phase that leaves more is not cached */

struct vt_phase_store {
	struct vt_cache_dir cache;
	const struct vt_phase_cache *of;
	const char *dir, *phase;
	char *tmp; /* the entry until it gets its name; we hold it locked */
	int fd;
	struct vt_cache_entry entry;
};

static void free_store(struct vt_phase_store *s)
{
	if (!s)
		return;
	/* of an entry that was not completed */
	if (s->tmp)
		vt_fs_rmtree(s->tmp, NULL);
	vt_closep(&s->fd);
	free(s->tmp);
	vt_cache_entry_free(&s->entry);
	vt_cache_dir_close(&s->cache);
	free(s);
}

static const char *own(struct vt_phase_store *s, char *text)
{
	vt_strv_take(&s->entry.owned, text);
	return text;
}

/* Under the shared lock, so that nobody removes it before we have locked it. */
static int make_tmp(struct vt_phase_store *s, struct vt_err **err)
{
	const struct vt_cache_dir *c = &s->cache;
	VT_AUTO_FREE char *path =
		vt_printf("%s/" VT_CACHE_TMP "XXXXXX", c->path);
	if (vt_cache_dir_lock(c, false, err) < 0)
		return -1;
	if (!mkdtemp(path))
		return vt_err_errno(err, "cannot write to '%s'", c->path);
	s->tmp = vt_strdup(path);
	s->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->fd < 0 || vt_lock_try(s->fd, true, path, NULL) != 1)
		return vt_err_errno(err, "cannot lock '%s'", path);
	vt_cache_dir_unlock(c);
	return vt_cache_dir_share(c, s->fd, true, err);
}

static struct vt_cache_file *add(
	struct vt_phase_store *s, const char *name, const struct stat *st)
{
	struct vt_cache_entry *e = &s->entry;
	struct vt_cache_file *f =
		vt_record_add(&e->files, &e->n_files, sizeof(*f));
	f->name = own(s, vt_strdup(name));
	f->mode = st->st_mode & 0777;
	f->size = S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0;
	return f;
}

static int add_file(struct vt_phase_store *s, const char *name, int in,
	const struct stat *st, struct vt_err **err)
{
	char sum[65];
	VT_AUTO_CLOSE int out = openat(
		s->fd, "new", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0)
		return vt_err_errno(err, "cannot write to '%s'", s->tmp);
	if (vt_sparse_copy(in, out, sum, err) < 0 ||
		vt_cache_dir_share(&s->cache, out, false, err) < 0)
		return -1;
	if (renameat(s->fd, "new", s->fd, sum) < 0)
		return vt_err_errno(err, "cannot write to '%s'", s->tmp);
	add(s, name, st)->sha256 = own(s, vt_strdup(sum));
	return 0;
}

/* A file or a directory of the test, if it is there. */
static int add_tree(
	struct vt_phase_store *s, const char *name, struct vt_err **err)
{
	struct stat st;
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	VT_AUTO_FREE char *path = vt_fs_join(s->dir, name);
	VT_AUTO_CLOSE int fd =
		open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		return vt_err_errno(err, "cannot read '%s'", path);
	if (s->entry.n_files == MAX_FILES)
		return vt_err_set(err, VT_HOST,
			"the phase has left more than %d files", MAX_FILES);
	if (S_ISREG(st.st_mode))
		return add_file(s, name, fd, &st, err);
	if (!S_ISDIR(st.st_mode))
		return vt_err_set(
			err, VT_HOST, "'%s' is not a regular file", path);
	add(s, name, &st);
	if (vt_fs_list(path, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		VT_AUTO_FREE char *below = vt_fs_join(name, names.v[i]);
		if (add_tree(s, below, err) < 0)
			return -1;
	}
	return 0;
}

static uint64_t bound(void)
{
	long mib = 0;
	vt_setting_int("CACHE_SIZE", &mib, NULL);
	return (uint64_t)mib << 20;
}

/* What files take on the disk, of which copies are made. */
static int check_size(const struct vt_phase_store *s, struct vt_err **err)
{
	uint64_t bytes = 0;
	for (size_t i = 0; i < s->of->files.n; i++) {
		struct stat st;
		VT_AUTO_FREE char *path = vt_fs_join(s->dir, s->of->files.v[i]);
		if (stat(path, &st) == 0)
			bytes += (uint64_t)st.st_blocks * 512;
	}
	if (bytes <= bound())
		return 0;
	return vt_err_set(err, VT_HOST,
		"the phase has left %llu MiB, more than CACHE_SIZE permits",
		(unsigned long long)bytes >> 20);
}

/* The identity of the output: the key and all files. */
static void identify(struct vt_phase_store *s, struct vt_phase_cache *c)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	vt_str_addf(&text, "%s\n", c->key);
	for (size_t i = 0; i < s->entry.n_files; i++) {
		const struct vt_cache_file *f = &s->entry.files[i];
		vt_str_addf(&text, "%s %lo %s\n", f->name,
			(unsigned long)f->mode, f->sha256 ? f->sha256 : "-");
	}
	vt_sha256_hex(text.s, text.len, c->output);
}

static int begin(struct vt_phase_store *s, struct vt_err **err)
{
	int rc = vt_cache_dir_open(&s->cache, true, err);
	if (rc < 0 || check_size(s, err) < 0 || make_tmp(s, err) < 0)
		return -1;
	for (size_t i = 0; i < s->of->files.n; i++)
		if (add_tree(s, s->of->files.v[i], err) < 0)
			return -1;
	return 0;
}

static void give_up(const char *phase, const struct vt_err *err)
{
	vt_log_warn(
		"the %s phase is not stored in the cache: %s", phase, err->msg);
}

struct vt_phase_store *vt_phase_cache_begin(
	struct vt_phase_cache *c, const char *dir, const char *phase)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_phase_store *s = vt_alloc(sizeof(*s));
	*s = (struct vt_phase_store){.cache = VT_CACHE_DIR_INIT,
		.of = c,
		.dir = dir,
		.phase = phase,
		.fd = -1};
	if (begin(s, &err) == 0) {
		identify(s, c);
		return s;
	}
	give_up(phase, err);
	free_store(s);
	return NULL;
}

/* Whether a link to a file can be made: not to those of others, which the host
 * forbids (fs.protected_hardlinks). */
static bool can_link(const struct stat *st)
{
	return geteuid() == 0 || st->st_uid == geteuid();
}

/* Give an object its name, or use the one that has the same content. */
static int share(
	struct vt_phase_store *s, struct vt_cache_file *f, struct vt_err **err)
{
	struct stat st;
	VT_AUTO_FREE char *object = vt_fs_join(VT_CACHE_OBJECTS, f->sha256);
	const struct vt_cache_dir *c = &s->cache;
	bool there = fstatat(c->fd, object, &st, AT_SYMLINK_NOFOLLOW) == 0;
	bool same = there && S_ISREG(st.st_mode) &&
		    (uint64_t)st.st_size == f->size && can_link(&st) &&
		    vt_cache_dir_trusts(c, &st);
	/* one that cannot be used stays with its entries */
	if (there && !same && unlinkat(c->fd, object, 0) < 0)
		return vt_err_errno(err, "cannot replace '%s'", object);
	if (same && (unlinkat(s->fd, f->sha256, 0) < 0 ||
			    linkat(c->fd, object, s->fd, f->sha256, 0) < 0))
		return vt_err_errno(err, "cannot link '%s'", object);
	if (!same && linkat(s->fd, f->sha256, c->fd, object, 0) < 0)
		return vt_err_errno(err, "cannot link '%s'", object);
	return 0;
}

static int remember(
	struct vt_phase_store *s, struct vt_cache_file *f, struct vt_err **err)
{
	struct stat st;
	if (fstatat(s->fd, f->sha256, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return vt_err_errno(err, "cannot read '%s'", s->tmp);
	vt_cache_file_know(f, &st);
	return 0;
}

static int write_texts(struct vt_phase_store *s, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str inputs = VT_STR_INIT;
	vt_str_add(&inputs, s->of->inputs);
	if (vt_cache_write(&s->cache, s->tmp, VT_CACHE_INPUTS, &inputs, err) <
		0)
		return -1;
	return vt_cache_entry_write(&s->entry, &s->cache, s->tmp, err);
}

/* The entry replaces one of an earlier run, and is the newest. */
static int give_name(struct vt_phase_store *s, struct vt_err **err)
{
	const struct vt_cache_dir *c = &s->cache;
	VT_AUTO_FREE char *name = vt_fs_join(VT_CACHE_ENTRIES, s->of->key);
	VT_AUTO_FREE char *path = vt_fs_join(c->path, name);
	if (vt_cache_dir_drop(c, name, err) < 0)
		return -1;
	if (futimens(s->fd, NULL) < 0 || rename(s->tmp, path) < 0)
		return vt_err_errno(err, "cannot create '%s'", path);
	vt_freep(&s->tmp);
	s->tmp = NULL;
	return 0;
}

static int complete(struct vt_phase_store *s, struct vt_err **err)
{
	char when[VT_CLOCK_STAMP];
	struct vt_cache_entry *e = &s->entry;
	VT_AUTO_FREE char *report = vt_phases_report(NULL, s->phase);
	if (add_tree(s, report, err) < 0 ||
		vt_cache_dir_lock(&s->cache, true, err) < 0)
		return -1;
	vt_cache_dir_sweep(&s->cache);
	for (size_t i = 0; i < e->n_files; i++) {
		struct vt_cache_file *f = &e->files[i];
		bool first = f->sha256;
		for (size_t k = 0; first && k < i; k++)
			first = !vt_str_eq(e->files[k].sha256, f->sha256);
		if ((first && share(s, f, err) < 0) ||
			(f->sha256 && remember(s, f, err) < 0))
			return -1;
	}
	e->phase = s->phase;
	e->output = s->of->output;
	e->since = vt_clock_stamp(when, vt_clock_now());
	e->boot = own(s, vt_cache_boot());
	if (write_texts(s, err) < 0 || give_name(s, err) < 0)
		return -1;
	return vt_cache_dir_evict(&s->cache, bound(), err);
}

void vt_phase_cache_end(struct vt_phase_store *s)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	if (s && complete(s, &err) < 0)
		give_up(s->phase, err);
	free_store(s);
}

/* Where templates are kept. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cache.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "data/json.h"
#include "qemu/warm.h"

enum {
	FORMAT = 1,
	MAX_NOTE = 16 << 20,
	MAX_PLACES = 256,
	MAX_AGE_S = 30 * 24 * 3600,
	/* after so long it is tried again whether a guest waits */
	REFUSED_S = 24 * 3600,
};
/* Of all templates, in blocks that are on the disk; the one that was used last
 * stays in any case. */
#define MAX_BYTES ((uint64_t)8 << 30)

static char *store_path(const char *key, const char *ext)
{
	VT_AUTO_FREE char *name = vt_printf("warm/%s%s", key, ext);
	return vt_cache_path(name);
}

/* A file as it was when the template was complete: whoever changes it, its
 * times show that. */
static char *state_of(int fd)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return vt_strdup("");
	return vt_printf("%llu %llu %u %lld.%09ld %lld.%09ld",
		(unsigned long long)st.st_ino, (unsigned long long)st.st_size,
		(unsigned)st.st_uid, (long long)st.st_mtim.tv_sec,
		st.st_mtim.tv_nsec, (long long)st.st_ctim.tv_sec,
		st.st_ctim.tv_nsec);
}

static void remove_files(const char *key)
{
	/* the note first: without it there is no template */
	static const char *const exts[] = {".json", ".state", ".ram"};
	for (size_t i = 0; i < VT_COUNT(exts); i++) {
		VT_AUTO_FREE char *path = store_path(key, exts[i]);
		unlink(path);
	}
}

void vt_warm_drop(const struct vt_warm *w)
{
	remove_files(w->key);
}

/* Open a file of the template, which must be as it was noted. */
static bool open_file(struct vt_tmp *t, const struct vt_warm *w,
	const char *ext, const json_t *note, const char *member)
{
	*t = (struct vt_tmp){.fd = -1, .path = store_path(w->key, ext)};
	/* QEMU opens its memory for writing, and maps it private */
	t->fd = open(t->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (t->fd < 0)
		return false;
	VT_AUTO_FREE char *now = state_of(t->fd);
	t->tmp = vt_printf("/proc/%d/fd/%d", (int)getpid(), t->fd);
	return vt_str_eq(now, vt_json_str(note, member));
}

static bool read_places(struct vt_warm *w, const json_t *note)
{
	const json_t *places = json_object_get(note, "places");
	size_t n = json_array_size(places);
	if (!n || n > MAX_PLACES)
		return false;
	w->places = vt_calloc(n, sizeof(*w->places));
	for (size_t i = 0; i < n; i++)
		w->places[i] =
			(uint64_t)json_integer_value(json_array_get(places, i));
	w->n_places = n;
	return true;
}

/* Open the template that a note describes. Return: whether it is whole, and
 * ours */
static bool open_template(struct vt_warm *w, const json_t *note)
{
	/* what was not yet on the disk when the host crashed is lost */
	VT_AUTO_FREE char *boot = vt_cache_boot();
	w->url = vt_strdup(vt_json_str(note, "url"));
	w->console = vt_strdup(vt_json_str(note, "console"));
	w->saved =
		json_integer_value(json_object_get(note, "format")) == FORMAT &&
		vt_str_eq(boot, vt_json_str(note, "boot")) && w->url &&
		w->console && read_places(w, note) &&
		open_file(&w->ram, w, ".ram", note, "ram") &&
		open_file(&w->state, w, ".state", note, "state");
	return w->saved;
}

/* Forget what was read of a template that is of no use. */
static void forget(struct vt_warm *w)
{
	struct vt_warm place = VT_WARM_INIT;
	place.point = w->point;
	place.key = w->key;
	place.lock = w->lock;
	place.to_url = w->to_url;
	w->key = NULL;
	w->lock = -1;
	vt_warm_free(w);
	*w = place;
}

static int lock(struct vt_warm *w, int signal_fd, struct vt_err **err)
{
	VT_AUTO_FREE char *path = store_path(w->key, ".lock");
	VT_AUTO_FREE char *dir = path ? vt_fs_dirname(path) : NULL;
	const struct vt_lock_wait wait = {.seconds = -1, .signals = signal_fd};
	if (!path)
		return vt_err_set(err, VT_HOST,
			"there is no directory for templates: set HOME or "
			"XDG_CACHE_HOME");
	if (vt_fs_mkdirs(dir, 0700, err) < 0)
		return -1;
	struct stat st;
	if (stat(dir, &st) < 0 || st.st_uid != geteuid() || st.st_mode & 022)
		return vt_err_set(err, VT_HOST,
			"others can write to '%s', where templates are kept",
			dir);
	w->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (w->lock < 0)
		return vt_err_errno(err, "cannot open '%s'", path);
	return vt_lock(w->lock, true, path, &wait, err);
}

static void unlock(struct vt_warm *w)
{
	vt_closep(&w->lock);
	w->lock = -1;
}

/* Start the template's files. They have no names until they are complete. */
static int begin(
	struct vt_warm *w, const struct vt_machine *m, struct vt_err **err)
{
	VT_AUTO_FREE char *ram = store_path(w->key, ".ram");
	VT_AUTO_FREE char *state = store_path(w->key, ".state");
	if (vt_tmp_open(&w->ram, ram, 0600, err) < 0 ||
		vt_tmp_open(&w->state, state, 0600, err) < 0)
		return -1;
	if (ftruncate(w->ram.fd, (off_t)m->mem_mib << 20) < 0)
		return vt_err_errno(err, "cannot create '%s'", ram);
	return 0;
}

/* That a guest did not wait may have been the host's fault. */
static const char *refused(const json_t *note, const char *path)
{
	struct stat st;
	const char *why = vt_json_str(note, "refused");
	return why && stat(path, &st) == 0 &&
			       vt_clock_now() - st.st_mtime < REFUSED_S
		       ? why
		       : NULL;
}

int vt_warm_open(struct vt_warm *w, const struct vt_machine *m,
	enum vt_accel accel, int signal_fd, struct vt_err **err)
{
	w->to_url = m->url;
	w->key = vt_warm_key(w->point, m, accel, err);
	if (!w->key || lock(w, signal_fd, err) < 0)
		return -1;
	VT_AUTO_FREE char *path = store_path(w->key, ".json");
	VT_AUTO_JSON json_t *note = vt_json_load(path, MAX_NOTE, NULL);
	const char *why = refused(note, path);
	if (why)
		return vt_err_set(err, VT_USAGE, "%s", why);
	if (note && open_template(w, note)) {
		utimensat(AT_FDCWD, path, NULL, 0); /* it was used now */
		unlock(w);
		return 1;
	}
	if (note)
		vt_log_info("the template is not whole any more: it is made "
			    "again");
	forget(w);
	remove_files(w->key);
	return begin(w, m, err);
}

static void add_place(struct vt_warm *w, uint64_t at)
{
	w->places = vt_realloc(w->places, w->n_places + 1, sizeof(*w->places));
	w->places[w->n_places++] = at;
}

/* Find the URL in the part of the guest's memory that is mapped here. */
static void find_in(
	struct vt_warm *w, const char *ram, uint64_t from, uint64_t to)
{
	size_t len = strlen(w->url);
	for (const char *s = ram + from; w->n_places < MAX_PLACES; s += len) {
		s = memmem(s, (size_t)(ram + to - s), w->url, len);
		if (!s)
			break;
		add_place(w, (uint64_t)(s - ram));
	}
}

/* Find the URL in the guest's memory, without reading what was never written.
 */
static int find_places(struct vt_warm *w, struct vt_err **err)
{
	int fd = w->ram.fd;
	off_t size = lseek(fd, 0, SEEK_END);
	char *ram = mmap(NULL, size > 0 ? (size_t)size : 1, PROT_READ,
		MAP_SHARED, fd, 0);
	if (ram == MAP_FAILED)
		return vt_err_errno(err, "cannot read the guest's memory");
	for (off_t from = 0, to; from < size; from = to) {
		from = lseek(fd, from, SEEK_DATA);
		if (from < 0)
			break;
		to = lseek(fd, from, SEEK_HOLE);
		to = to < 0 ? size : to;
		find_in(w, ram, (uint64_t)from, (uint64_t)to);
	}
	munmap(ram, (size_t)size);
	return w->n_places ? 0
			   : vt_err_set(err, VT_HOST,
				     "the web server's URL is not in the "
				     "guest's memory");
}

/* Give a file its name, and keep it open. */
static int name_file(struct vt_tmp *t, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_strdup(t->path);
	int fd = fcntl(t->fd, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return vt_err_errno(err, "cannot open '%s'", path);
	t->unsynced = true;
	int rc = vt_tmp_commit(t, err);
	vt_tmp_discard(t);
	*t = (struct vt_tmp){.fd = fd,
		.path = vt_strdup(path),
		.tmp = vt_printf("/proc/%d/fd/%d", (int)getpid(), fd)};
	return rc;
}

static json_t *note_of(const struct vt_warm *w)
{
	VT_AUTO_FREE char *boot = vt_cache_boot();
	VT_AUTO_FREE char *ram = state_of(w->ram.fd);
	VT_AUTO_FREE char *state = state_of(w->state.fd);
	json_t *places = json_array();
	for (size_t i = 0; i < w->n_places; i++)
		json_array_append_new(
			places, json_integer((json_int_t)w->places[i]));
	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:o, s:o}", "format",
		FORMAT, "boot", boot, "ram", ram, "state", state, "url", w->url,
		"places", places, "console",
		vt_json_text(w->console, strlen(w->console)));
}

/* A template, or what was left of one. */
struct kept {
	char *key;
	uint64_t bytes;
	time_t used;
};

static int newest_first(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;
	return (x->used < y->used) - (x->used > y->used);
}

static struct kept look(const char *key)
{
	static const char *const exts[] = {".json", ".state", ".ram"};
	struct kept k = {.key = vt_strdup(key)};
	for (size_t i = 0; i < VT_COUNT(exts); i++) {
		struct stat st;
		VT_AUTO_FREE char *path = store_path(key, exts[i]);
		if (stat(path, &st) < 0)
			continue;
		k.bytes += (uint64_t)st.st_blocks * 512;
		k.used = st.st_mtime > k.used ? st.st_mtime : k.used;
	}
	return k;
}

/* Remove templates that were not used for long, and those beyond the size. */
static void evict(const char *dir)
{
	uint64_t sum = 0;
	size_t n = 0;
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	if (vt_fs_list(dir, &names, NULL) < 0)
		return;
	struct kept *all = vt_calloc(names.n + 1, sizeof(*all));
	for (size_t i = 0; i < names.n; i++) {
		VT_AUTO_FREE char *key = vt_strdup(names.v[i]);
		if (!vt_str_ends(key, ".lock"))
			continue;
		key[strlen(key) - strlen(".lock")] = '\0';
		all[n++] = look(key);
	}
	qsort(all, n, sizeof(*all), newest_first);
	for (size_t i = 0; i < n; i++) {
		VT_AUTO_FREE char *path = store_path(all[i].key, ".lock");
		VT_AUTO_FREE char *key = all[i].key;
		sum += all[i].bytes;
		bool old = vt_clock_now() - all[i].used > MAX_AGE_S;
		if (!all[i].bytes || (!old && (i == 0 || sum <= MAX_BYTES)))
			continue;
		VT_AUTO_CLOSE int fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd >= 0 && vt_lock_try(fd, true, path, NULL) == 1)
			remove_files(key);
	}
	free(all);
}

int vt_warm_keep(struct vt_warm *w, const char *console, struct vt_err **err)
{
	VT_AUTO_FREE char *path = store_path(w->key, ".json");
	VT_AUTO_FREE char *dir = vt_fs_dirname(path);
	w->console = vt_strdup(console);
	if (find_places(w, err) < 0 || name_file(&w->ram, err) < 0)
		return -1;
	vt_crash_test("template");
	if (name_file(&w->state, err) < 0)
		return -1;
	VT_AUTO_JSON json_t *note = note_of(w);
	if (vt_json_write(path, note, err) < 0)
		return -1;
	evict(dir);
	unlock(w);
	return 0;
}

void vt_warm_refuse(const struct vt_warm *w, const char *why)
{
	VT_AUTO_FREE char *path = store_path(w->key, ".json");
	VT_AUTO_JSON json_t *note =
		json_pack("{s:i, s:s}", "format", FORMAT, "refused", why);
	vt_json_write(path, note, NULL);
}

#include "image/archiver.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/fs.h"
#include "base/mem.h"
#include "image/archiver_members.h"

struct vt_archive *vt_archive_new(void)
{
	struct vt_archive *a = vt_alloc(sizeof(*a));
	a->max_bytes = VT_ARCHIVE_MAX_BYTES;
	return a;
}

void vt_archive_set_max(struct vt_archive *a, size_t bytes)
{
	a->max_bytes = bytes;
}

static void free_member(struct vt_member *m)
{
	free(m->name);
	free(m->path);
	free(m->text);
}

void vt_archive_free(struct vt_archive *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->n; i++)
		free_member(&a->members[i]);
	free(a->members);
	free(a);
}

void vt_archive_freep(struct vt_archive **a)
{
	vt_archive_free(*a);
}

bool vt_archive_name_ok(const char *name)
{
	size_t len = strlen(name);
	if (len == 0 || len > VT_ARCHIVE_MAX_NAME)
		return false;
	size_t depth = 0;
	for (const char *s = name;; s++) {
		size_t n = strcspn(s, "/");
		if (n == 0 || (n == 1 && s[0] == '.') ||
			(n == 2 && s[0] == '.' && s[1] == '.') ||
			n > NAME_MAX || ++depth > VT_ARCHIVE_MAX_DEPTH)
			return false;
		s += n;
		if (!*s)
			return true;
	}
}

/* Add a member. Owns the strings of *m, also after an error. */
static int add(struct vt_archive *a, struct vt_member *m, struct vt_err **err)
{
	const char *why = NULL;
	if (!vt_archive_name_ok(m->name))
		why = "its name must be relative, without '..', and at most "
		      "1024 bytes and 64 levels";
	else if (a->n == VT_ARCHIVE_MAX_MEMBERS)
		why = "more than 100000 files";
	else if (m->size > a->max_bytes - a->bytes)
		why = "more than 256 MiB in total: publish it instead";
	if (why) {
		vt_err_set(err, VT_USAGE, "cannot pack '%s': %s", m->name, why);
		free_member(m);
		return -1;
	}
	if (a->n == a->cap) {
		a->cap = a->cap ? a->cap * 2 : 64;
		a->members =
			vt_realloc(a->members, a->cap, sizeof(*a->members));
	}
	a->bytes += m->size;
	a->members[a->n++] = *m;
	return 0;
}

int vt_archive_add_data(struct vt_archive *a, const char *name,
	const void *data, size_t len, bool exec, struct vt_err **err)
{
	return add(a,
		&(struct vt_member){.kind = VT_MEMBER_FILE,
			.name = vt_strdup(name),
			.text = vt_strndup(data, len),
			.size = len,
			.exec = exec},
		err);
}

int vt_archive_add_text(struct vt_archive *a, const char *name,
	const char *text, struct vt_err **err)
{
	return vt_archive_add_data(a, name, text, strlen(text), false, err);
}

static int add_stat(struct vt_archive *a, const char *name, const char *path,
	const struct stat *st, bool exec, struct vt_err **err)
{
	return add(a,
		&(struct vt_member){.kind = VT_MEMBER_FILE,
			.name = vt_strdup(name),
			.path = vt_strdup(path),
			.size = (size_t)st->st_size,
			.exec = exec},
		err);
}

static int pack_error(const char *path, struct vt_err **err)
{
	bool absent = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
	vt_err_errno(err, "cannot pack '%s'", path);
	if (absent && err)
		(*err)->status = VT_USAGE;
	return -1;
}

int vt_archive_add_file(struct vt_archive *a, const char *name,
	const char *path, bool exec, struct vt_err **err)
{
	struct stat st;
	if (stat(path, &st) < 0)
		return pack_error(path, err);
	if (!S_ISREG(st.st_mode))
		return vt_err_set(err, VT_USAGE,
			"cannot pack '%s': not a regular file", path);
	return add_stat(a, name, path, &st, exec || st.st_mode & 0100, err);
}

/* State of vt_archive_add_path(). */
struct walk {
	struct vt_archive *a;
	const char *const *skip;
	char *root; /* real path of the directory */
};

/* Does a symbolic link, followed on the host, stay inside the directory? One
 * with a missing target does when it has no "..": it could only leave through
 * another link, which is checked itself. */
static bool stays_inside(
	const struct walk *w, const char *path, const char *target)
{
	if (target[0] == '/')
		return false;
	VT_AUTO_FREE char *real = realpath(path, NULL);
	if (!real)
		return errno == ENOENT && !vt_beneath_has_dotdot(target);
	size_t n = strlen(w->root);
	return !strncmp(real, w->root, n) &&
	       (real[n] == '/' || real[n] == '\0');
}

static int add_link(const struct walk *w, const char *name, const char *path,
	struct vt_err **err)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return pack_error(path, err);
	target[n] = '\0';
	if (!stays_inside(w, path, target))
		return vt_err_set(err, VT_USAGE,
			"cannot pack '%s': the link to '%s' points outside "
			"'%s'",
			path, target, w->root);
	return add(w->a,
		&(struct vt_member){.kind = VT_MEMBER_LINK,
			.name = vt_strdup(name),
			.text = vt_strdup(target)},
		err);
}

static bool skipped(const struct walk *w, const char *name)
{
	for (size_t i = 0; w->skip && w->skip[i]; i++)
		if (!strcmp(w->skip[i], name))
			return true;
	return false;
}

static int add_any(const struct walk *w, const char *name, const char *path,
	struct vt_err **err);

static int add_dir(const struct walk *w, const char *name, const char *path,
	struct vt_err **err)
{
	if (*name && add(w->a,
			     &(struct vt_member){.kind = VT_MEMBER_DIR,
				     .name = vt_strdup(name)},
			     err) < 0)
		return -1;
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	if (vt_fs_list(path, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		if (skipped(w, names.v[i]))
			continue;
		VT_AUTO_FREE char *sub = vt_fs_join(path, names.v[i]);
		VT_AUTO_FREE char *as =
			*name ? vt_printf("%s/%s", name, names.v[i])
			      : vt_strdup(names.v[i]);
		if (add_any(w, as, sub, err) < 0)
			return -1;
	}
	return 0;
}

static int add_any(const struct walk *w, const char *name, const char *path,
	struct vt_err **err)
{
	struct stat st;
	if (lstat(path, &st) < 0)
		return pack_error(path, err);
	if (S_ISDIR(st.st_mode))
		return add_dir(w, name, path, err);
	if (S_ISLNK(st.st_mode))
		return add_link(w, name, path, err);
	if (S_ISREG(st.st_mode))
		return add_stat(w->a, name, path, &st, st.st_mode & 0100, err);
	return vt_err_set(err, VT_USAGE,
		"cannot pack '%s': not a file, directory or symbolic link",
		path);
}

int vt_archive_add_path(struct vt_archive *a, const char *name,
	const char *path, const char *const *skip, struct vt_err **err)
{
	VT_AUTO_FREE char *root = realpath(path, NULL);
	if (!root)
		return pack_error(path, err);
	if (!vt_fs_is_dir(root))
		return vt_archive_add_file(a, name, path, false, err);
	struct walk w = {.a = a, .skip = skip, .root = root};
	return add_dir(&w, name, root, err);
}

size_t vt_archive_count(const struct vt_archive *a)
{
	return a->n;
}

bool vt_archive_has(const struct vt_archive *a, const char *name)
{
	for (size_t i = 0; i < a->n; i++)
		if (!strcmp(a->members[i].name, name))
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	const struct vt_member *x = a, *y = b;
	return strcmp(x->name, y->name);
}

static void sort(struct vt_archive *a)
{
	if (a->n)
		qsort(a->members, a->n, sizeof(*a->members), by_name);
}

/* Add directories that occur only in the names of other members. */
static int add_parents(struct vt_archive *a, struct vt_err **err)
{
	size_t n = a->n;
	for (size_t i = 0; i < n; i++) {
		VT_AUTO_FREE char *name = vt_strdup(a->members[i].name);
		for (char *s; (s = strrchr(name, '/'));) {
			*s = '\0';
			struct vt_member dir = {
				.kind = VT_MEMBER_DIR, .name = name};
			const struct vt_member *known = bsearch(
				&dir, a->members, n, sizeof(dir), by_name);
			if (known && known->kind == VT_MEMBER_DIR)
				break;
			dir.name = vt_strdup(name);
			if (add(a, &dir, err) < 0)
				return -1;
		}
	}
	return 0;
}

int vt_archive_finish(struct vt_archive *a, struct vt_err **err)
{
	sort(a);
	if (add_parents(a, err) < 0)
		return -1;
	sort(a);
	size_t unique = 0;
	for (size_t i = 0; i < a->n; i++) {
		struct vt_member *m = &a->members[i];
		struct vt_member *last =
			unique ? &a->members[unique - 1] : NULL;
		if (!last || strcmp(last->name, m->name)) {
			a->members[unique++] = *m;
			continue;
		}
		if (m->kind != VT_MEMBER_DIR || last->kind != VT_MEMBER_DIR) {
			vt_err_set(err, VT_USAGE,
				"cannot pack '%s': two inputs have this name",
				m->name);
			/* keep the rest for vt_archive_free() */
			memmove(&a->members[unique], m,
				(a->n - i) * sizeof(*m));
			a->n = unique + (a->n - i);
			return -1;
		}
		free_member(m);
	}
	a->n = unique;
	return 0;
}

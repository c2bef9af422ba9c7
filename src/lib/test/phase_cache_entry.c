/* The manifest of an entry. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/cache.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/tmp.h"
#include "test/phase_cache_dir.h"

#define F struct vt_cache_file
static const struct vt_member file_members[] = {
	{"name", VT_AS_TEXT(F, name), .required = true,
		.doc = "Relative to the test's directory"},
	{"sha256", VT_AS_TEXT(F, sha256),
		.doc = "Checksum of its size and of its pages that are not "
		       "zeros; a directory has none"},
	{"size", VT_AS_BYTES(F, size), .init = "0", .doc = "Size"},
	{"mode", VT_AS_INT(F, mode), .required = true, .max = 0777,
		.doc = "Permissions"},
	{"inode", VT_AS_INT(F, inode), .init = "0",
		.doc = "Inode of the object at that time"},
	{"written_ns", VT_AS_INT(F, written_ns), .init = "0",
		.doc = "Time of its last change, in nanoseconds"},
	{0}};
static const struct vt_record file_record = {
	.name = "files", .members = file_members};

#define E struct vt_cache_entry
static const struct vt_member members[] = {
	{"phase", VT_AS_TEXT(E, phase), .required = true,
		.doc = "Name of the phase"},
	{"output", VT_AS_TEXT(E, output), .required = true,
		.doc = "Identifies what the phase left"},
	{"since", VT_AS_TEXT(E, since), .required = true,
		.doc = "When the entry was made"},
	{"boot", VT_AS_TEXT(E, boot), .init = "",
		.doc = "Id of the host's boot in which the files were known to "
		       "be right"},
	{"files", VT_AS_RECORDS(E, files, n_files, &file_record),
		.required = true, .doc = "What the phase left"},
	{0}};
const struct vt_record vt_cache_entry_record = {
	.name = VT_CACHE_MANIFEST, .members = members, .format = 1};

void vt_cache_entry_free(struct vt_cache_entry *e)
{
	vt_record_free(&vt_cache_entry_record, e);
	vt_strv_free(&e->owned);
	vt_doc_free(e->doc);
}

int vt_cache_write(const struct vt_cache_dir *c, const char *dir,
	const char *name, const struct vt_str *text, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, name);
	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
	if (vt_tmp_open(&t, path, 0400, err) < 0 ||
		vt_cache_dir_share(c, t.fd, false, err) < 0 ||
		vt_fs_write_all(t.fd, vt_str_c(text), text->len, err) < 0)
		return -1;
	t.unsynced = true;
	return vt_tmp_commit(&t, err);
}

int vt_cache_entry_write(const struct vt_cache_entry *e,
	const struct vt_cache_dir *c, const char *dir, struct vt_err **err)
{
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	vt_node_emit_json(
		vt_record_write(&vt_cache_entry_record, doc, e), &text);
	return vt_cache_write(c, dir, VT_CACHE_MANIFEST, &text, err);
}

static long written_ns(const struct stat *st)
{
	return st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

/* Others are always compared with their checksum. */
static bool is_large(const struct vt_cache_file *f)
{
	return f->size > 1 << 20;
}

bool vt_cache_file_know(struct vt_cache_file *f, const struct stat *st)
{
	f->inode = (long)st->st_ino;
	f->written_ns = written_ns(st);
	return is_large(f);
}

bool vt_cache_file_known(const struct vt_cache_entry *e,
	const struct vt_cache_file *f, const struct stat *st)
{
	VT_AUTO_FREE char *boot = vt_cache_boot();
	return is_large(f) && *boot && vt_str_eq(e->boot, boot) &&
	       f->inode == (long)st->st_ino && f->written_ns == written_ns(st);
}

static bool is_sum(const char *s)
{
	return strlen(s) == 64 && !s[strspn(s, "0123456789abcdef")];
}

static int check(const struct vt_cache_entry *e, struct vt_err **err)
{
	if (!is_sum(e->output))
		return vt_err_set(err, VT_USAGE, "'output' is not a checksum");
	for (size_t i = 0; i < e->n_files; i++) {
		const struct vt_cache_file *f = &e->files[i];
		if (!vt_beneath_safe(f->name) ||
			(f->sha256 && !is_sum(f->sha256)))
			return vt_err_set(err, VT_USAGE,
				"file %zu has a bad name or checksum", i + 1);
	}
	return 0;
}

int vt_cache_entry_read(struct vt_cache_entry *e, const struct vt_cache_dir *c,
	const char *key, struct vt_err **err)
{
	struct stat st;
	VT_AUTO_FREE char *dir =
		vt_printf("%s/" VT_CACHE_ENTRIES "/%s", c->path, key);
	VT_AUTO_FREE char *path = vt_fs_join(dir, VT_CACHE_MANIFEST);
	if (!vt_fs_exists(dir))
		return 0;
	if (lstat(path, &st) < 0)
		return vt_err_errno(err, "cannot read '%s'", path);
	if (!S_ISREG(st.st_mode) || !vt_cache_dir_trusts(c, &st))
		return vt_err_set(err, VT_HOST,
			"'%s' belongs to a user who is not trusted", path);
	e->doc = vt_record_load(
		&vt_cache_entry_record, dir, VT_CACHE_MANIFEST, e, err);
	return e->doc && check(e, err) == 0 ? 1 : -1;
}

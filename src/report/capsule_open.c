/* Opening of a capsule, which may be anything: regular files and directories
 * below one directory, each name once, in bounds, into a new directory. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/keeper.h"
#include "base/mem.h"
#include "base/proc.h"
#include "capsule.h"
#include "capsule_screen.h"
#include "image/entry_name.h"
#include "image/sink.h"
#include "test/bounds.h"

enum { READ_SIZE = 256 << 10, MAX_RATIO = 100 };

struct opening {
	struct archive *a;
	struct archive_entry *entry;
	struct vt_sink *out;
	struct vt_str top;  /* the directory that all are in */
	struct vt_str name; /* of the member, below that */
	size_t members;
	uint64_t left; /* bytes */
};

static int refuse(const struct opening *o, struct vt_err **err, const char *why)
{
	VT_AUTO_FREE char *shown = vt_entry_shown(vt_str_c(&o->name));
	return vt_err_set(
		err, VT_USAGE, "member %zu, '%s': %s", o->members, shown, why);
}

static int damaged(const struct opening *o, struct vt_err **err)
{
	const char *why = archive_error_string(o->a);
	VT_AUTO_FREE char *shown = vt_entry_shown(why ? why : "unknown error");
	return vt_err_set(err, VT_USAGE,
		"it is not a capsule, or damaged after %zu members: %s",
		o->members, shown);
}

/* NAME.capsule/REST: set `name` to REST. */
static int read_name(struct opening *o, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str clean = VT_STR_INIT;
	const char *name = archive_entry_pathname(o->entry);
	o->name.len = 0;
	vt_str_add(&o->name, name ? name : "");
	if (!name)
		return refuse(o, err, "it has no name");
	if (vt_entry_clean(name, &clean, err) < 0)
		return -1;
	size_t n = strcspn(clean.s, "/");
	if (!o->top.len)
		vt_str_addn(&o->top, clean.s, n);
	if (o->top.len != n || memcmp(o->top.s, clean.s, n) != 0 ||
		!vt_str_ends(o->top.s, CAPSULE_END))
		return refuse(
			o, err, "it is not in the directory NAME" CAPSULE_END);
	o->name.len = 0;
	vt_str_add(&o->name, clean.s + n + (clean.s[n] == '/'));
	return 0;
}

static int copy_data(struct opening *o, uint64_t size, struct vt_err **err)
{
	const void *buf;
	size_t len;
	la_int64_t offset;
	for (;;) {
		int rc = archive_read_data_block(o->a, &buf, &len, &offset);
		if (rc == ARCHIVE_EOF)
			return 0;
		if (rc != ARCHIVE_OK)
			return damaged(o, err);
		if (offset < 0 || (uint64_t)offset > size ||
			len > size - (uint64_t)offset)
			return refuse(o, err, "its map of holes is invalid");
		if (len && o->out->ops->write(
				   o->out, buf, len, (uint64_t)offset, err) < 0)
			return -1;
	}
}

static int regular(struct opening *o, struct vt_err **err)
{
	int64_t size = archive_entry_size(o->entry);
	struct vt_sink_file m = {
		.name = o->name.s,
		.size = size > 0 ? (uint64_t)size : 0,
		.exec = archive_entry_perm(o->entry) & 0100,
		.mtime = archive_entry_mtime(o->entry),
	};
	if (m.size > o->left)
		return refuse(o, err,
			"the capsule unpacks to more than a hundred times its "
			"size, or exceeds the bound 'capsule-disks'");
	o->left -= m.size;
	/* make would run it: it is written again from capsule.json */
	if (!strcmp(m.name, CAPSULE_MAKEFILE))
		return 0;
	int rc = o->out->ops->file(o->out, &m, err);
	if (rc == 1)
		return refuse(o, err, "two members have this name");
	if (rc == 0)
		rc = copy_data(o, m.size, err);
	return rc < 0 ? rc : o->out->ops->end(o->out, err);
}

static int member(struct opening *o, struct vt_err **err)
{
	unsigned type = archive_entry_filetype(o->entry);
	if (++o->members > vt_bound(VT_BOUND_CAPSULE_MEMBERS))
		return vt_bound_error(
			VT_BOUND_CAPSULE_MEMBERS, "the capsule", err);
	if (read_name(o, err) < 0)
		return -1;
	if (archive_entry_hardlink(o->entry) ||
		(type != AE_IFREG && type != AE_IFDIR))
		return refuse(o, err,
			"it is neither a file nor a directory, so vt-report "
			"did not write it");
	if (type == AE_IFDIR)
		return o->name.len ? o->out->ops->dir(o->out, o->name.s, err)
				   : 0;
	return o->name.len ? regular(o, err) : refuse(o, err, "it has no name");
}

static int members(struct opening *o, int fd, struct vt_err **err)
{
	archive_read_support_filter_gzip(o->a);
	archive_read_support_format_tar(o->a);
	if (archive_read_open_fd(o->a, fd, READ_SIZE) != ARCHIVE_OK)
		return damaged(o, err);
	for (;;) {
		int rc = archive_read_next_header(o->a, &o->entry);
		if (rc == ARCHIVE_EOF)
			return o->members ? 0 : damaged(o, err);
		if (rc != ARCHIVE_OK)
			return damaged(o, err);
		if (member(o, err) < 0)
			return -1;
	}
}

/* How much may be unpacked: a capsule of disks is large, one of zeros is none.
 */
static int bound_bytes(int fd, uint64_t *bytes, struct vt_err **err)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return vt_err_errno(err, "cannot read it");
	if (!S_ISREG(st.st_mode))
		return vt_err_set(err, VT_USAGE, "it is not a regular file");
	*bytes = (uint64_t)st.st_size * MAX_RATIO;
	if (*bytes < vt_bound(VT_BOUND_CAPSULE))
		*bytes = vt_bound(VT_BOUND_CAPSULE);
	if (*bytes > vt_bound(VT_BOUND_CAPSULE_DISKS))
		*bytes = vt_bound(VT_BOUND_CAPSULE_DISKS);
	return 0;
}

static int extract(const char *file, const char *dir, struct vt_err **err)
{
	struct opening o = {.a = archive_read_new()};
	VT_AUTO_CLOSE int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int rc = 0;
	if (fd < 0) {
		rc = vt_err_errno(err, "cannot read it");
		if (err && errno == ENOENT)
			(*err)->status = VT_USAGE;
	}
	if (rc == 0)
		rc = bound_bytes(fd, &o.left, err);
	if (rc == 0) {
		o.out = vt_sink_dir_open(dir, VT_SINK_FRESH, o.left, err);
		rc = o.out ? members(&o, fd, err) : -1;
	}
	if (rc == 0)
		rc = o.out->ops->finish(o.out, err);
	vt_sink_freep(&o.out);
	archive_read_free(o.a);
	vt_str_free(&o.top);
	vt_str_free(&o.name);
	return rc;
}

/* The makefile by our own words, whatever the capsule had. */
static int write_makefile(
	const struct vt_capsule_file *f, const char *dir, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, CAPSULE_MAKEFILE);
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	capsule_makefile(f, &text);
	return vt_fs_write(path, text.s, text.len, 0644, err);
}

static void remove_tree(const void *path)
{
	vt_fs_rmtree(path, NULL);
}

/* What is wrong with a capsule is wrong input, in a file of it. */
static int explain(const char *file, const char *tmp, struct vt_err **err)
{
	if (err && *err) {
		VT_AUTO_FREE char *msg = (*err)->msg;
		VT_AUTO_FREE char *within = vt_fs_join(tmp, "");
		(*err)->msg = vt_str_replace(msg, within, "");
		if ((*err)->status == VT_FAILED)
			(*err)->status = VT_USAGE;
	}
	return vt_err_wrap(err, "cannot open '%s'", file);
}

static int fill(const char *file, const char *tmp, struct vt_capsule_file *f,
	struct vt_err **err)
{
	if (extract(file, tmp, err) < 0 ||
		vt_capsule_file_read(f, tmp, err) < 0)
		return explain(file, tmp, err);
	return write_makefile(f, tmp, err);
}

static int exists(const char *dir, struct vt_err **err)
{
	return vt_err_set(err, VT_USAGE,
		"'%s' exists: remove it, or give another directory", dir);
}

static int move(const char *tmp, const char *dir, struct vt_err **err)
{
	if (renameat2(AT_FDCWD, tmp, AT_FDCWD, dir, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno == EEXIST)
		return exists(dir, err);
	return vt_err_errno(err, "cannot rename '%s' to '%s'", tmp, dir);
}

int capsule_open(const char *file, const char *dir, struct vt_err **err)
{
	VT_AUTO_CAPSULE_FILE struct vt_capsule_file f = {0};
	VT_AUTO_FREE char *parent = dir ? vt_fs_dirname(dir) : vt_strdup(".");
	VT_AUTO_FREE char *tmp =
		vt_printf("%s/.capsule.%d", parent, (int)getpid());
	struct vt_keeper keeper = VT_KEEPER_INIT;
	if (dir && vt_fs_exists(dir))
		return exists(dir, err);
	/* if we are killed, nothing of it remains */
	if (vt_fs_rmtree(tmp, err) < 0 ||
		vt_keeper_start(&keeper, remove_tree, tmp, err) < 0)
		return -1;
	int rc = fill(file, tmp, &f, err);
	VT_AUTO_FREE char *to = dir || rc < 0
					? vt_strdup(dir)
					: vt_printf("%s" CAPSULE_END, f.test);
	if (rc == 0)
		rc = move(tmp, to, err);
	vt_keeper_end(&keeper);
	if (rc == 0)
		capsule_screen(&f, to);
	return rc;
}

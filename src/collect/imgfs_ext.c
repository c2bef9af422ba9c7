/* ext2, ext3 and ext4 through libext2fs. */
#include <ext2fs/ext2fs.h>
#include <et/com_err.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "imgfs.h"

struct ext {
	struct imgfs base;
	ext2_filsys fs;
};

static ext2_filsys self(struct imgfs *fs)
{
	return ((struct ext *)fs)->fs;
}

static int fail(
	struct imgfs *fs, const char *what, errcode_t code, struct vt_err **err)
{
	return vt_err_set(err, VT_HOST, "%s: cannot read %s: %s", fs->label,
		what, error_message(code));
}

/* Fill a node from its inode. */
static int stat_node(
	struct imgfs *fs, uint32_t ino, struct imgnode *n, struct vt_err **err)
{
	struct ext2_inode inode;
	errcode_t code = ext2fs_read_inode(self(fs), ino, &inode);
	if (code)
		return fail(fs, "an inode", code, err);
	n->ino = ino;
	n->size = EXT2_I_SIZE(&inode);
	n->exec = inode.i_mode & 0111;
	n->mtime = inode.i_mtime;
	n->type = LINUX_S_ISREG(inode.i_mode)   ? IMG_FILE
		  : LINUX_S_ISDIR(inode.i_mode) ? IMG_DIR
		  : LINUX_S_ISLNK(inode.i_mode) ? IMG_LINK
						: IMG_OTHER;
	return 0;
}

static int ext_root(struct imgfs *fs, struct imgnode *out, struct vt_err **err)
{
	*out = (struct imgnode){0};
	return stat_node(fs, EXT2_ROOT_INO, out, err);
}

struct listing {
	struct imgfs *fs;
	struct imgnodes *out;
	struct vt_err **err;
	int rc;
};

static int on_entry(ext2_ino_t dir, int entry, struct ext2_dir_entry *d,
	int offset, int blocksize, char *buf, void *arg)
{
	struct listing *l = arg;
	(void)dir, (void)entry, (void)offset, (void)blocksize, (void)buf;
	size_t len = (size_t)ext2fs_dirent_name_len(d);
	/* skip "." and ".."; `entry` does not identify them in directories
	 * with inline data */
	if ((len == 1 || len == 2) && !memcmp(d->name, "..", len))
		return 0;
	struct imgnode n = {.ino = d->inode};
	l->rc = imgnodes_add(l->fs, l->out, &n, d->name, len, l->err);
	return l->rc < 0 ? DIRENT_ABORT : 0;
}

static int ext_list(struct imgfs *fs, const struct imgnode *dir,
	struct imgnodes *out, struct vt_err **err)
{
	struct listing l = {fs, out, err, 0};
	errcode_t code =
		ext2fs_dir_iterate2(self(fs), dir->ino, 0, NULL, on_entry, &l);
	if (l.rc < 0)
		return -1;
	if (code)
		return fail(fs, "a directory", code, err);
	/* not in on_entry(): the library must not read inodes while it
	 * iterates */
	for (size_t i = 0; i < out->n; i++)
		if (stat_node(fs, out->v[i].ino, &out->v[i], err) < 0)
			return -1;
	return 0;
}

/* Read a whole file. Return: 0, or -1 */
static int read_all(struct imgfs *fs, const struct imgnode *file,
	imgfs_chunk *chunk, void *arg, struct vt_err **err)
{
	ext2_file_t f;
	errcode_t code = ext2fs_file_open(self(fs), file->ino, 0, &f);
	if (code)
		return fail(fs, "a file", code, err);
	VT_AUTO_FREE char *buf = vt_alloc(IMG_CHUNK);
	int rc = 0;
	for (uint64_t at = 0; at < file->size && rc == 0;) {
		unsigned got = 0;
		code = ext2fs_file_read(f, buf, IMG_CHUNK, &got);
		/* inline data is returned with its padding */
		if (got > file->size - at)
			got = (unsigned)(file->size - at);
		if (code)
			rc = fail(fs, "a file", code, err);
		else if (got == 0)
			break; /* a hole up to the end */
		else
			rc = chunk(arg, buf, got, at, err);
		at += got;
	}
	ext2fs_file_close(f);
	return rc;
}

static int add_text(void *arg, const void *buf, size_t len, uint64_t offset,
	struct vt_err **err)
{
	(void)offset, (void)err;
	vt_str_addn(arg, buf, len);
	return 0;
}

static int ext_target(struct imgfs *fs, const struct imgnode *link,
	struct vt_str *out, struct vt_err **err)
{
	struct ext2_inode inode;
	if (link->size >= IMG_TARGET_MAX)
		return vt_err_set(err, VT_HOST,
			"%s is damaged: a symbolic link is too long",
			fs->label);
	errcode_t code = ext2fs_read_inode(self(fs), link->ino, &inode);
	if (code)
		return fail(fs, "an inode", code, err);
	if (ext2fs_is_fast_symlink(&inode)) {
		const char *text = (const char *)inode.i_block;
		vt_str_addn(out, text, strnlen(text, sizeof(inode.i_block)));
		return 0;
	}
	return read_all(fs, link, add_text, out, err);
}

static void ext_free(struct imgfs *fs)
{
	ext2fs_free(self(fs));
	free(fs);
}

static const struct imgfs_ops ext_ops = {
	.root = ext_root,
	.list = ext_list,
	.target = ext_target,
	.read = read_all,
	.free = ext_free,
};

struct imgfs *imgfs_ext_open(
	const char *path, uint64_t offset, struct vt_err **err)
{
	VT_AUTO_FREE char *at =
		vt_printf("offset=%llu", (unsigned long long)offset);
	struct ext *e = vt_alloc(sizeof(*e));
	initialize_ext2_error_table(); /* for error_message() */
	errcode_t code = ext2fs_open2(
		path, at, EXT2_FLAG_64BITS, 0, 0, unix_io_manager, &e->fs);
	if (code) {
		vt_err_set(err, VT_HOST, "cannot open an ext file system: %s",
			error_message(code));
		free(e);
		return NULL;
	}
	e->base.ops = &ext_ops;
	e->base.label = vt_printf(
		"ext file system at byte %llu", (unsigned long long)offset);
	if (ext2fs_has_feature_journal_needs_recovery(e->fs->super))
		vt_log_warn("%s was not unmounted cleanly: changes that are "
			    "only in its journal are ignored",
			e->base.label);
	return &e->base;
}

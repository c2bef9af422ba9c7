/* squashfs through libsquashfs (of squashfs-tools-ng). */
#include <sqfs/compressor.h>
#include <sqfs/data_reader.h>
#include <sqfs/dir.h>
#include <sqfs/dir_reader.h>
#include <sqfs/error.h>
#include <sqfs/inode.h>
#include <sqfs/io.h>
#include <sqfs/super.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "imgfs.h"

struct squash {
	struct imgfs base;
	sqfs_file_t *file;
	sqfs_super_t super;
	sqfs_compressor_t *compressor;
	sqfs_dir_reader_t *dirs;
	sqfs_data_reader_t *data;
};

static struct squash *self(struct imgfs *fs)
{
	return (struct squash *)fs;
}

static const char *describe(int code)
{
	switch (code) {
	case SQFS_ERROR_ALLOC:
		return "out of memory, or an invalid size";
	case SQFS_ERROR_IO:
		return "input/output error";
	case SQFS_ERROR_COMPRESSOR:
		return "data cannot be decompressed";
	case SQFS_ERROR_UNSUPPORTED:
		return "feature or compressor not supported by libsquashfs";
	case SFQS_ERROR_SUPER_VERSION:
		return "not version 4.0";
	case SQFS_ERROR_LINK_LOOP:
		return "directory cycle";
	default:
		return "damaged";
	}
}

static int fail(const char *what, int code, struct vt_err **err)
{
	return vt_err_set(err, VT_HOST, "squashfs: cannot read %s: %s (%d)",
		what, describe(code), code);
}

static void fill(struct imgnode *n, sqfs_inode_generic_t *inode)
{
	n->inode = inode;
	n->exec = inode->base.mode & 0111;
	n->mtime = inode->base.mod_time;
	switch (inode->base.type) {
	case SQFS_INODE_FILE:
	case SQFS_INODE_EXT_FILE:
		n->type = IMG_FILE;
		sqfs_inode_get_file_size(inode, &n->size);
		break;
	case SQFS_INODE_DIR:
	case SQFS_INODE_EXT_DIR:
		n->type = IMG_DIR;
		break;
	case SQFS_INODE_SLINK:
	case SQFS_INODE_EXT_SLINK:
		n->type = IMG_LINK;
		break;
	default:
		n->type = IMG_OTHER;
	}
}

static int squash_root(
	struct imgfs *fs, struct imgnode *out, struct vt_err **err)
{
	sqfs_inode_generic_t *inode;
	*out = (struct imgnode){0};
	int code = sqfs_dir_reader_get_root_inode(self(fs)->dirs, &inode);
	if (code)
		return fail("the root directory", code, err);
	fill(out, inode);
	return 0;
}

static int squash_list(struct imgfs *fs, const struct imgnode *dir,
	struct imgnodes *out, struct vt_err **err)
{
	sqfs_dir_reader_t *rd = self(fs)->dirs;
	int code = sqfs_dir_reader_open_dir(rd, dir->inode, 0);
	while (code == 0) {
		sqfs_dir_entry_t *entry;
		sqfs_inode_generic_t *inode;
		code = sqfs_dir_reader_read(rd, &entry);
		if (code > 0)
			return 0;
		if (code < 0)
			break;
		code = sqfs_dir_reader_get_inode(rd, &inode);
		if (code == 0) {
			struct imgnode n = {0};
			fill(&n, inode);
			code = imgnodes_add(fs, out, &n, (char *)entry->name,
				(size_t)entry->size + 1, err);
			if (code < 0) {
				sqfs_free(entry);
				return -1;
			}
		}
		sqfs_free(entry);
	}
	return fail("a directory", code, err);
}

static int squash_target(struct imgfs *fs, const struct imgnode *link,
	struct vt_str *out, struct vt_err **err)
{
	const sqfs_inode_generic_t *inode = link->inode;
	(void)fs;
	size_t len = inode->base.type == SQFS_INODE_SLINK
			     ? inode->data.slink.target_size
			     : inode->data.slink_ext.target_size;
	if (len >= IMG_TARGET_MAX || len > inode->payload_bytes_available)
		return fail("a symbolic link", SQFS_ERROR_CORRUPTED, err);
	vt_str_addn(out, inode->extra, strnlen((char *)inode->extra, len));
	return 0;
}

static int squash_read(struct imgfs *fs, const struct imgnode *file,
	imgfs_chunk *chunk, void *arg, struct vt_err **err)
{
	VT_AUTO_FREE char *buf = vt_alloc(IMG_CHUNK);
	for (uint64_t at = 0; at < file->size;) {
		sqfs_s32 n = sqfs_data_reader_read(
			self(fs)->data, file->inode, at, buf, IMG_CHUNK);
		if (n <= 0)
			return fail(
				"a file", n ? n : SQFS_ERROR_CORRUPTED, err);
		if (chunk(arg, buf, (size_t)n, at, err) < 0)
			return -1;
		at += (uint64_t)n;
	}
	return 0;
}

static void squash_node_free(struct imgnode *n)
{
	sqfs_free(n->inode);
}

static void squash_free(struct imgfs *fs)
{
	struct squash *s = self(fs);
	sqfs_destroy(s->data);
	sqfs_destroy(s->dirs);
	sqfs_destroy(s->compressor);
	sqfs_destroy(s->file);
	free(s);
}

static const struct imgfs_ops squash_ops = {
	.root = squash_root,
	.list = squash_list,
	.target = squash_target,
	.read = squash_read,
	.node_free = squash_node_free,
	.free = squash_free,
};

static int open_compressor(struct squash *s)
{
	sqfs_compressor_config_t config;
	int code = sqfs_compressor_config_init(&config, s->super.compression_id,
		s->super.block_size, SQFS_COMP_FLAG_UNCOMPRESS);
	if (code == 0)
		code = sqfs_compressor_create(&config, &s->compressor);
	if (code == 0 && s->super.flags & SQFS_FLAG_COMPRESSOR_OPTIONS)
		code = s->compressor->read_options(s->compressor, s->file);
	return code;
}

static int open_readers(struct squash *s)
{
	s->dirs = sqfs_dir_reader_create(&s->super, s->compressor, s->file, 0);
	s->data = sqfs_data_reader_create(
		s->file, s->super.block_size, s->compressor, 0);
	if (!s->dirs || !s->data)
		return SQFS_ERROR_ALLOC;
	return sqfs_data_reader_load_fragment_table(s->data, &s->super);
}

struct imgfs *imgfs_squash_open(const char *path, struct vt_err **err)
{
	struct squash *s = vt_alloc(sizeof(*s));
	s->base.ops = &squash_ops;
	s->file = sqfs_open_file(path,
		SQFS_FILE_OPEN_READ_ONLY | SQFS_FILE_OPEN_NO_CHARSET_XFRM);
	int code =
		s->file ? sqfs_super_read(&s->super, s->file) : SQFS_ERROR_IO;
	if (code == 0)
		code = open_compressor(s);
	if (code == 0)
		code = open_readers(s);
	if (code == 0) {
		s->base.label = vt_strdup("squashfs");
		return &s->base;
	}
	fail("the superblock", code, err);
	squash_free(&s->base);
	return NULL;
}

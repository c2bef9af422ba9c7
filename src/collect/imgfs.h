/* A file system in an image, read by a library and not by the kernel.
 *
 *	struct imgfs *fs = imgfs_ext_open(path, offset, err);
 *	struct imgnode root;
 *	fs->ops->root(fs, &root, err);
 *	fs->ops->list(fs, &root, &entries, err);
 *	...
 *	imgnode_free(fs, &root);
 *	imgfs_free(fs);
 *
 * The caller owns nodes. The name of an entry is one path component, never "."
 * or "..". Links are not followed. Errors: VT_HOST for a damaged image.
 */
#ifndef VT_COLLECT_IMGFS_H
#define VT_COLLECT_IMGFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum imgnode_type { IMG_NONE, IMG_FILE, IMG_DIR, IMG_LINK, IMG_OTHER };

struct imgnode {
	enum imgnode_type type;
	char *name; /* in its directory; NULL for the root */
	uint64_t size;
	bool exec;
	int64_t mtime;
	uint32_t ino; /* ext */
	void *inode;  /* squashfs */
};

struct imgnodes {
	struct imgnode *v;
	size_t n, cap;
};

/* Receives a part of a file. Return: 0; -1 to stop */
typedef int imgfs_chunk(void *arg, const void *buf, size_t len, uint64_t offset,
	struct vt_err **err);

struct imgfs;
struct imgfs_ops {
	int (*root)(struct imgfs *fs, struct imgnode *out, struct vt_err **err);
	int (*list)(struct imgfs *fs, const struct imgnode *dir,
		struct imgnodes *out, struct vt_err **err);
	/* append the target of a link, unchanged */
	int (*target)(struct imgfs *fs, const struct imgnode *link,
		struct vt_str *out, struct vt_err **err);
	int (*read)(struct imgfs *fs, const struct imgnode *file,
		imgfs_chunk *chunk, void *arg, struct vt_err **err);
	void (*node_free)(struct imgnode *n);
	void (*free)(struct imgfs *fs);
};
struct imgfs {
	const struct imgfs_ops *ops;
	char *label; /* "squashfs", "partition 1", for messages */
};

enum { IMG_TARGET_MAX = 4096, IMG_DIR_MAX = 1000000, IMG_CHUNK = 1 << 20 };

struct imgfs *imgfs_squash_open(const char *path, struct vt_err **err);
struct imgfs *imgfs_ext_open(
	const char *path, uint64_t offset, struct vt_err **err);
void imgfs_free(struct imgfs *fs);

void imgnode_free(struct imgfs *fs, struct imgnode *n);
void imgnodes_free(struct imgfs *fs, struct imgnodes *l);
/** imgnodes_add() - add a node, which the list owns then, also after an error
 * Errors: VT_HOST for an invalid name, or too many nodes */
int imgnodes_add(struct imgfs *fs, struct imgnodes *l, struct imgnode *n,
	const char *name, size_t len, struct vt_err **err);

#endif

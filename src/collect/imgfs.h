/* A file system in an image, read through a library and not by the kernel.
 *
 *	struct imgfs *fs = imgfs_ext_open(path, offset, err);
 *	struct imgnode root;
 *	fs->ops->root(fs, &root, err);
 *	fs->ops->list(fs, &root, &entries, err);
 *	...
 *	imgnode_free(fs, &root);
 *	imgfs_free(fs);
 *
 * Nodes belong to the caller. Names of entries are one component, never "."
 * or ".."; no link is followed here. Failure: VT_HOST, the image is damaged.
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

/* Return of a chunk: 0, or -1 to stop */
typedef int imgfs_chunk(void *arg, const void *buf, size_t len, uint64_t offset,
	struct vt_err **err);

struct imgfs;
struct imgfs_ops {
	int (*root)(struct imgfs *fs, struct imgnode *out, struct vt_err **err);
	int (*list)(struct imgfs *fs, const struct imgnode *dir,
		struct imgnodes *out, struct vt_err **err);
	/* appends where a link points, as it stands there */
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
/** imgnodes_add() - owns the node from now on; `name` is checked
 * Errors: VT_HOST for a name that cannot be, or too many of them */
int imgnodes_add(struct imgfs *fs, struct imgnodes *l, struct imgnode *n,
	const char *name, size_t len, struct vt_err **err);

#endif

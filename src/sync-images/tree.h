/* A directory of images: a simplestreams tree, with the state of vt-sync.
 *
 *	DIR/streams/v1/index.json   the streams and their products files
 *	DIR/streams/v1/ID.json      products, versions and items of a stream
 *	DIR/PATH                    the items' files
 *	DIR/.vt-sync/               state of writers: see the names below
 *
 *	AUTO_TREE struct tree t = TREE_INIT;
 *	if (tree_open(&t, dir, true, err) < 0) return -1;
 *
 * All access goes through vt_beneath_*(): paths from streams cannot leave DIR,
 * and symbolic links in DIR are not followed (DIR itself may be one).
 */
#ifndef SYNC_TREE_H
#define SYNC_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/str.h"
#include "stream.h"

#define TREE_INDEX "streams/v1/index.json"
#define TREE_SIGNED_INDEX "streams/v1/index.sjson"
#define TREE_STATE ".vt-sync"
#define TREE_WRITERS TREE_STATE "/lock" /* lock: one writer at a time */
#define TREE_PARTS                                                             \
	TREE_STATE "/parts"                /* partial downloads: SHA256, and   \
					      validators in SHA256.from */
#define TREE_WHOLE TREE_STATE "/whole"     /* complete downloads: SHA256 */
#define TREE_SOURCES TREE_STATE "/sources" /* cached metadata of servers */
#define TREE_PLACED TREE_STATE "/placed"   /* the journal: see journal.h */
#define TREE_READERS "vmtest-images.lock"  /* lock: curtin's for readers */

struct tree {
	const char *dir;
	int fd;
};
#define TREE_INIT                                                              \
	{                                                                      \
		.fd = -1                                                       \
	}
/** tree_open()
 * @make: for a writer: create the directory and .vt-sync/
 * Errors: VT_HOST */
int tree_open(struct tree *t, const char *dir, bool make, struct vt_err **err);
int tree_make_state_dirs(const struct tree *t, struct vt_err **err);
void tree_close(struct tree *t);
#define AUTO_TREE __attribute__((cleanup(tree_close)))

/** tree_item_path_ok() - may an item's file have this path? It must be
 * relative, without "..", and not in streams/ or .vt-sync/ */
bool tree_item_path_ok(const char *path);

/** tree_read() - open a file of at most STREAM_MAX bytes
 * @out: set to the file, which the caller closes; NULL when it is missing */
int tree_read(const struct tree *t, const char *path, FILE **out,
	struct vt_err **err);
/** tree_load() - read a JSON object
 * @out: new reference; NULL when the file is missing */
int tree_load(const struct tree *t, const char *path, json_t **out,
	struct vt_err **err);
/* Prints the content of a file. Return: 0, or -1 with errno */
typedef int tree_writer(FILE *f, const void *ctx);
/** tree_write() - replace a file atomically with what `write` prints, and sync
 * it */
int tree_write(const struct tree *t, const char *path, tree_writer *write,
	const void *ctx, struct vt_err **err);
int tree_save(const struct tree *t, const char *path, const json_t *j,
	struct vt_err **err);
/** tree_fd_path() - a safe name of DIR/PATH for functions that take a path:
 * /proc/self/fd/PARENT/BASE; owned
 * @parent: set to the descriptor of its directory, which the caller closes */
char *tree_fd_path(const struct tree *t, const char *path, int *parent,
	struct vt_err **err);
/** tree_has() - is there a regular file of this size? */
bool tree_has(const struct tree *t, const char *path, uint64_t size);
/** tree_link() - link the file `from` to `to`, replacing an existing file; copy
 * it where the file system has no hard links */
int tree_link(const struct tree *t, const char *from, const char *to,
	struct vt_err **err);
int tree_remove(const struct tree *t, const char *path, struct vt_err **err);
/** tree_sync_dir() - fsync the directory that contains a path */
int tree_sync_dir(const struct tree *t, const char *path, struct vt_err **err);

/** tree_unlink() - remove a file from a directory below .vt-sync/; errors are
 * ignored */
void tree_unlink(const struct tree *t, const char *dir, const char *name);
/** tree_has_state() - is there a .vt-sync/, so that vt-sync manages the tree?
 */
bool tree_has_state(const struct tree *t);

#endif

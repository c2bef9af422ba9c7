/* A directory of images: a simplestreams tree, and our own notes beside it.
 *
 *	DIR/streams/v1/index.json   which streams, and where
 *	DIR/streams/v1/ID.json      products, versions and items that are here
 *	DIR/PATH                    the items' files
 *	DIR/.vt-sync/               notes of writers: see the names below
 *
 * Every path goes through vt_beneath_*(): what streams say never leads out,
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
#define TREE_NOTES ".vt-sync"
#define TREE_WRITERS TREE_NOTES "/lock"    /* one writer at a time */
#define TREE_PARTS TREE_NOTES "/parts"     /* SHA256 and SHA256.from */
#define TREE_WHOLE TREE_NOTES "/whole"     /* SHA256: checked and synced */
#define TREE_SOURCES TREE_NOTES "/sources" /* metadata of servers */
#define TREE_PLACED TREE_NOTES "/placed"   /* paths that we may remove */
#define TREE_READERS "vmtest-images.lock"  /* the reference's */

struct tree {
	const char *dir;
	int fd;
};
#define TREE_INIT                                                              \
	{                                                                      \
		.fd = -1                                                       \
	}
/** tree_open() - @make: with our notes, for a writer
 * Errors: VT_HOST, says what to do when there is none */
int tree_open(struct tree *t, const char *dir, bool make, struct vt_err **err);
int tree_make_notes(const struct tree *t, struct vt_err **err);
void tree_close(struct tree *t);
#define AUTO_TREE __attribute__((cleanup(tree_close)))

/** tree_item_path() - may a file of a stream stand there? Not in our notes,
 * not among the streams */
bool tree_item_path(const char *path);

/** tree_read() - a file of at most STREAM_MAX bytes; *out is NULL when it is
 * missing; the caller's to close */
int tree_read(const struct tree *t, const char *path, FILE **out,
	struct vt_err **err);
/** tree_load() - a JSON object; *out is NULL when the file is missing */
int tree_load(const struct tree *t, const char *path, json_t **out,
	struct vt_err **err);
/** tree_write() - what `write` prints, whole or not at all, and synced
 * @write: Return: 0, or -1 when it cannot */
typedef int tree_writer(FILE *f, const void *ctx);
int tree_write(const struct tree *t, const char *path, tree_writer *write,
	const void *ctx, struct vt_err **err);
int tree_save(const struct tree *t, const char *path, const json_t *j,
	struct vt_err **err);
/** tree_name() - a name of DIR/PATH that leads nowhere else, for what wants a
 * path: /proc/self/fd/PARENT/BASE. *parent is the caller's to close; owned */
char *tree_name(const struct tree *t, const char *path, int *parent,
	struct vt_err **err);
/** tree_has() - a regular file of that size? */
bool tree_has(const struct tree *t, const char *path, uint64_t size);
/** tree_link() - the file `from` appears as `to`, in place of what is there;
 * a copy where the file system has no hard links */
int tree_link(const struct tree *t, const char *from, const char *to,
	struct vt_err **err);
int tree_remove(const struct tree *t, const char *path, struct vt_err **err);
/** tree_sync_dir() - the directory that a path stands in, to the disk */
int tree_sync_dir(const struct tree *t, const char *path, struct vt_err **err);

/** tree_unlink() - a file in a directory of our notes, which stays */
void tree_unlink(const struct tree *t, const char *dir, const char *name);
/** tree_is_ours() - has it notes of ours? */
bool tree_is_ours(const struct tree *t);

#endif

/* Files and directories. What is written here is whole or absent (tmp.h).
 * Names that come from a server or a guest are for beneath.h. */
#ifndef VT_FS_H
#define VT_FS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

/** vt_fs_read() - a whole file, "-" for stdin, at most `max` bytes.
 * Return: owned, NUL-terminated, *len set when len is not NULL
 * Errors: VT_HOST; a missing file VT_USAGE; larger than max VT_USAGE */
char *vt_fs_read(
	const char *path, size_t max, size_t *len, struct vt_err **err);

/** vt_fs_write() - atomically, "-" for stdout */
int vt_fs_write(const char *path, const void *data, size_t len, mode_t mode,
	struct vt_err **err);

/** vt_fs_write_if_changed() - atomically, but leaves a file with the same
 * content alone, so that make sees no change; not synced to disk: for what can
 * be made again
 * Return: 1 written, 0 unchanged, -1 error */
int vt_fs_write_if_changed(const char *path, const void *data, size_t len,
	mode_t mode, struct vt_err **err);

int vt_fs_write_all(int fd, const void *data, size_t len, struct vt_err **err);
int vt_fs_copy(const char *from, const char *to, mode_t mode,
	struct vt_err **err); /* atomic at `to`, sparse and reflink-aware */
int vt_fs_mkdirs(const char *path, mode_t mode, struct vt_err **err);
/** vt_fs_rmtree() - remove a file or tree, never following symlinks or
 * leaving the file system; a missing path is fine */
int vt_fs_rmtree(const char *path, struct vt_err **err);
void vt_fs_rmtreep(char **path); /* and frees the name; NULL is fine */
#define VT_AUTO_TREE __attribute__((cleanup(vt_fs_rmtreep)))
char *vt_fs_join(const char *dir, const char *name); /* absolute name wins */
char *vt_fs_dirname(const char *path);
const char *vt_fs_basename(const char *path); /* pointer into path */
bool vt_fs_exists(const char *path);
bool vt_fs_is_dir(const char *path);
/** vt_fs_tmpdir() - a fresh 0700 directory under $TMPDIR; Return: owned */
char *vt_fs_tmpdir(const char *prefix, struct vt_err **err);
/** vt_fs_sha256() - of a file, as 64 hex digits and NUL; size too if wanted */
int vt_fs_sha256(
	const char *path, char hex[65], uint64_t *size, struct vt_err **err);
void vt_sha256_hex(const void *data, size_t len, char hex[65]);
/** vt_fs_list() - names in a directory, sorted, without . and .. */
int vt_fs_list(const char *dir, struct vt_strv *names, struct vt_err **err);

#endif

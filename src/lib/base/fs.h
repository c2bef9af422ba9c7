/* Files and directories.
 *
 * Files are written atomically: the new content appears completely or not at
 * all (tmp.h). For names that a server or a guest supplies, use beneath.h.
 * Functions that fail return -1 or NULL and set a VT_HOST error, except where
 * stated.
 */
#ifndef VT_FS_H
#define VT_FS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

/** vt_fs_read() - read a whole file of at most `max` bytes; "-" is stdin
 * Return: owned and NUL-terminated; *len is set if len is not NULL
 * Errors: VT_HOST; VT_USAGE if the file is missing or larger than `max` */
char *vt_fs_read(
	const char *path, size_t max, size_t *len, struct vt_err **err);

/** vt_fs_write() - write a file; "-" is stdout. Devices and pipes are written
 * in place, and not atomically */
int vt_fs_write(const char *path, const void *data, size_t len, mode_t mode,
	struct vt_err **err);

/** vt_fs_write_if_changed() - write a file, unless it already has this content,
 * so that make sees no change, and no date in the future. There is no fsync():
 * for files that can be generated again after a crash Return: 1 if written, 0
 * if unchanged, -1 on error */
int vt_fs_write_if_changed(const char *path, const void *data, size_t len,
	mode_t mode, struct vt_err **err);

/** vt_fs_write_all() - write all bytes to a descriptor */
int vt_fs_write_all(int fd, const void *data, size_t len, struct vt_err **err);
/** vt_fs_copy() - copy a file atomically; holes stay holes, and blocks are
 * shared (reflink) where the file system can do that */
int vt_fs_copy(
	const char *from, const char *to, mode_t mode, struct vt_err **err);
/** vt_fs_mkdirs() - create a directory and its parents; an existing one is not
 * an error */
int vt_fs_mkdirs(const char *path, mode_t mode, struct vt_err **err);
/** vt_fs_need_dir() - check that the directory of a file exists, before the
 * file is created where a user says; Errors: VT_USAGE */
int vt_fs_need_dir(const char *path, struct vt_err **err);
/** vt_fs_rmtree() - remove a file or a directory tree. Symbolic links are not
 * followed, other file systems not entered; a missing path is not an error */
int vt_fs_rmtree(const char *path, struct vt_err **err);
void vt_fs_rmtreep(char **path); /* also frees the path, which may be NULL */
#define VT_AUTO_TREE __attribute__((cleanup(vt_fs_rmtreep)))
/** vt_fs_join() - DIR/NAME, or NAME if it is absolute; Return: owned */
char *vt_fs_join(const char *dir, const char *name);
char *vt_fs_dirname(const char *path);        /* owned */
const char *vt_fs_basename(const char *path); /* a pointer into path */
bool vt_fs_exists(const char *path);
bool vt_fs_is_dir(const char *path);
/** vt_fs_in_future() - whether a file was changed later than in ten seconds
 * from now, by a clock that was wrong; false if there is no such file */
bool vt_fs_in_future(const char *path);
/** vt_fs_tmpdir() - create a directory of mode 0700 in $TMPDIR; Return: owned
 */
char *vt_fs_tmpdir(const char *prefix, struct vt_err **err);
/** vt_fs_sha256() - the checksum of a file, as 64 hex digits and a NUL
 * @size: set to the file's size, if not NULL */
int vt_fs_sha256(
	const char *path, char hex[65], uint64_t *size, struct vt_err **err);
/** vt_sha256_hex() - the checksum of a buffer */
void vt_sha256_hex(const void *data, size_t len, char hex[65]);
/** vt_fs_list() - the names in a directory, sorted, without "." and ".." */
int vt_fs_list(const char *dir, struct vt_strv *names, struct vt_err **err);

#endif

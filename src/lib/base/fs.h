/* Files: whole or absent.
 *
 * An output is written to a file without a name in the directory where it
 * belongs, and gets its name when it is complete:
 *
 *	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
 *	if (vt_tmp_open(&t, path, 0644, err) < 0) return -1;
 *	... write to t.fd, or have a child write to t.tmp ...
 *	return vt_tmp_commit(&t, err);
 *
 * Leaving the scope without a commit, or being killed, leaves nothing: there
 * is no name to remove. Only where the file system cannot do this is there a
 * hidden name beside the output until the commit; and for two system calls
 * when the output takes the place of an older one.
 */
#ifndef VT_FS_H
#define VT_FS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"
#include "str.h"

struct vt_tmp {
	int fd;        /* write here; -1 when closed */
	char *path;    /* the final name; NULL: it gets none */
	char *tmp;     /* until then a child of ours opens it by this name */
	bool named;    /* which is one that others see as well */
	bool unsynced; /* set after the open: no fsync, for what can be made
			  again after a crash */
};
#define VT_TMP_INIT                                                            \
	{                                                                      \
		.fd = -1                                                       \
	}
int vt_tmp_open(
	struct vt_tmp *t, const char *path, mode_t mode, struct vt_err **err);
/** vt_tmp_scratch() - a file in $TMPDIR that never gets a name: what children
 * read and write by t->tmp while we have it open */
int vt_tmp_scratch(struct vt_tmp *t, mode_t mode, struct vt_err **err);
/** vt_tmp_commit() - fsync, name, close; Errors: VT_HOST (disk full...) */
int vt_tmp_commit(struct vt_tmp *t, struct vt_err **err);
void vt_tmp_discard(struct vt_tmp *t);
#define VT_AUTO_TMP __attribute__((cleanup(vt_tmp_discard)))

/** vt_fs_read() - a whole file, "-" for stdin, at most `max` bytes.
 * Return: owned, NUL-terminated, *len set when len is not NULL
 * Errors: VT_HOST; a missing file VT_USAGE; larger than max VT_USAGE */
char *vt_fs_read(
	const char *path, size_t max, size_t *len, struct vt_err **err);

/** vt_fs_write() - atomically, "-" for stdout */
int vt_fs_write(const char *path, const void *data, size_t len, mode_t mode,
	struct vt_err **err);

/** vt_fs_write_if_changed() - as vt_fs_write(), but leaves a file with the
 * same content alone, so that make sees no change.
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

/* Access to files below a directory by untrusted paths: openat2(2) with
 * RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS, so that no path leaves the
 * directory.
 *
 *	const char *base;
 *	VT_AUTO_CLOSE int parent = vt_beneath_parent(dir, path, true, &base);
 *	if (parent < 0) ... errno: EXDEV or ELOOP if the path leaves `dir` ...
 *	linkat(from, name, parent, base, 0);
 *
 * For paths that a server or a guest supplies. Call vt_beneath_safe() first, in
 * order to reject a bad path with a message of its own; the kernel enforces the
 * rule in any case. Functions that fail return -1 with errno.
 */
#ifndef VT_BENEATH_H
#define VT_BENEATH_H

#include <stdbool.h>
#include <sys/types.h>

/** vt_beneath_safe() - whether a path is relative, has no control characters,
 * no empty component, no "." or "..", no component longer than 255 bytes, and
 * at most 500 bytes in all */
bool vt_beneath_safe(const char *path);

/** vt_beneath_has_dotdot() - whether a path has a component ".." */
bool vt_beneath_has_dotdot(const char *path);

/** vt_beneath_open() - like openat(2), with O_CLOEXEC
 * Return: a descriptor, or -1 with errno */
int vt_beneath_open(int dir, const char *path, int flags, mode_t mode);

/** vt_beneath_parent() - open the directory that contains `path`
 * @make: create missing directories
 * @base: set to the last component, a pointer into `path`
 * Return: a descriptor, which may be passed to fsync(2), or -1 with errno */
int vt_beneath_parent(int dir, const char *path, bool make, const char **base);

/** vt_beneath_remove() - remove a file, and its parent directories as far as
 * they are then empty; a missing file is not an error
 * Return: 0, or -1 with errno */
int vt_beneath_remove(int dir, const char *path);

#endif

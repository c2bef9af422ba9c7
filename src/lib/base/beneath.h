/* Files below a directory, whatever their names say: openat2(2) with
 * RESOLVE_BENEATH, and no symbolic link is followed.
 *
 *	const char *base;
 *	VT_AUTO_CLOSE int parent = vt_beneath_parent(dir, path, true, &base);
 *	if (parent < 0) ... errno: EXDEV or ELOOP when it would lead out ...
 *	linkat(from, name, parent, base, 0);
 *
 * Paths come from servers: vt_beneath_safe() first, for a message that says
 * what is wrong; the kernel has the last word.
 */
#ifndef VT_BENEATH_H
#define VT_BENEATH_H

#include <stdbool.h>
#include <sys/types.h>

/** vt_beneath_safe() - relative, printable, no empty part, no "." or "..", no
 * part above 255 bytes, at most 500 bytes */
bool vt_beneath_safe(const char *path);

/** vt_beneath_open() - as openat(2), O_CLOEXEC added
 * Return: a descriptor, or -1 with errno */
int vt_beneath_open(int dir, const char *path, int flags, mode_t mode);

/** vt_beneath_parent() - the directory that path stands in
 * @make: missing directories are made
 * @base: set to the last part, a pointer into path
 * Return: a descriptor that can be synced, or -1 with errno */
int vt_beneath_parent(int dir, const char *path, bool make, const char **base);

/** vt_beneath_remove() - a file, and the directories it leaves empty; what is
 * missing is fine
 * Return: 0, or -1 with errno */
int vt_beneath_remove(int dir, const char *path);

#endif

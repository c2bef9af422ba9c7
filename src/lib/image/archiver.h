/* Archives that are the same bytes for the same input: tar and ISO 9660.
 *
 *	VT_AUTO_ARCHIVE struct vt_archive *a = vt_archive_new();
 *	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
 *	if (vt_archive_add_text(a, "config/config.yaml", text, err) < 0 ||
 *		vt_archive_add_path(a, "", "/src/installer", NULL, err) < 0 ||
 *		vt_archive_tar_gz(a, &out, err) < 0)
 *		return -1;
 *
 * Members are collected first and written in order of their names, with a
 * fixed time, owner 0 and modes 0644 or 0755, so that neither the host's
 * clock, umask, locale or time zone nor the order of a directory shows.
 * Parent directories come by themselves. Everything is copied in; files are
 * read when the archive is written. An archive is small enough for memory:
 * what does not fit the bounds below is not meant to be packed.
 *
 * (Not archive.h: that is the name of the header of libarchive.)
 *
 * Errors are VT_USAGE for what the caller asked for (names, links, file types,
 * bounds) and VT_HOST for what the host refused.
 */
#ifndef VT_ARCHIVER_H
#define VT_ARCHIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum {
	VT_ARCHIVE_MAX_MEMBERS = 100000,
	VT_ARCHIVE_MAX_BYTES = 256 << 20,
	VT_ARCHIVE_MAX_NAME = 1024,
	VT_ARCHIVE_MAX_DEPTH = 64,
	VT_ARCHIVE_TIME = 946684800, /* 2000-01-01: no tool finds it implausible
					as it would 1970 */
};

struct vt_archive *vt_archive_new(void);
void vt_archive_free(struct vt_archive *a);
void vt_archive_freep(struct vt_archive **a);
#define VT_AUTO_ARCHIVE __attribute__((cleanup(vt_archive_freep)))

/**
 * vt_archive_name_ok() - can `name` be a member: relative, neither empty nor
 * with empty, "." or ".." components, and within the bounds
 */
bool vt_archive_name_ok(const char *name);

/** vt_archive_add_text() - a file of mode 0644 from a string, copied */
int vt_archive_add_text(struct vt_archive *a, const char *name,
	const char *text, struct vt_err **err);

/**
 * vt_archive_add_file() - one host file, as an executable or as it is
 * @exec: mode 0755 whatever the file's own
 */
int vt_archive_add_file(struct vt_archive *a, const char *name,
	const char *path, bool exec, struct vt_err **err);

/**
 * vt_archive_add_path() - a host file, or a directory with all below it
 * @name: where it goes; "" puts a directory's content at the top
 * @skip: NULL-terminated names left out wherever they stand, or NULL
 * Errors: links that leave the directory, sockets, fifos and devices are
 *   VT_USAGE, naming the path
 */
int vt_archive_add_path(struct vt_archive *a, const char *name,
	const char *path, const char *const *skip, struct vt_err **err);

/** vt_archive_count() - members; with all parents once it was written */
size_t vt_archive_count(const struct vt_archive *a);

/** vt_archive_tar_gz() - append as GNU tar, gzip level 9 without a time
 * Errors: VT_USAGE for two members of one name */
int vt_archive_tar_gz(
	struct vt_archive *a, struct vt_str *out, struct vt_err **err);

/**
 * vt_archive_iso() - append as ISO 9660 with Joliet and Rock Ridge
 * @label: volume id, at most 16 characters
 */
int vt_archive_iso(struct vt_archive *a, const char *label, struct vt_str *out,
	struct vt_err **err);

#endif

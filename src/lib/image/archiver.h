/* Reproducible archives, which have the same bytes for the same input: tar and
 * ISO 9660.
 *
 *	VT_AUTO_ARCHIVE struct vt_archive *a = vt_archive_new();
 *	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
 *	if (vt_archive_add_text(a, "config/config.yaml", text, err) < 0 ||
 *		vt_archive_add_path(a, "", "/src/installer", NULL, err) < 0 ||
 *		vt_archive_tar_gz(a, &out, err) < 0)
 *		return -1;
 *
 * Members are collected first and then written sorted by name, with a fixed
 * time, owner 0 and modes 0644 or 0755, so that the result depends neither on
 * the host's clock, umask, locale and time zone nor on the order of
 * directories. Missing parent directories are added. Arguments are copied;
 * files are read when the archive is written. An archive that is built in
 *memory is limited in size; larger files are published by the web server
 *instead.
 *
 * (The name archive.h is taken by libarchive.)
 *
 * Errors: VT_USAGE for invalid input (names, links, file types, limits);
 * VT_HOST for failures of the host.
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
	VT_ARCHIVE_TIME =
		946684800, /* 2000-01-01: some tools warn about 1970 */
};

struct vt_archive *vt_archive_new(void);
/** vt_archive_set_max() - another limit than VT_ARCHIVE_MAX_BYTES, for an
 * archive that is written to a file */
void vt_archive_set_max(struct vt_archive *a, size_t bytes);
void vt_archive_free(struct vt_archive *a);
void vt_archive_freep(struct vt_archive **a);
#define VT_AUTO_ARCHIVE __attribute__((cleanup(vt_archive_freep)))

/**
 * vt_archive_name_ok() - is `name` valid for a member: relative, not empty,
 * without empty, "." or ".." components, and within the limits?
 */
bool vt_archive_name_ok(const char *name);

/** vt_archive_add_text() - add a file of mode 0644 with the content `text` */
int vt_archive_add_text(struct vt_archive *a, const char *name,
	const char *text, struct vt_err **err);

/** vt_archive_add_data() - the same for bytes of any kind
 * @exec: with mode 0755 */
int vt_archive_add_data(struct vt_archive *a, const char *name,
	const void *data, size_t len, bool exec, struct vt_err **err);

/**
 * vt_archive_add_file() - add a file of the host
 * @exec: with mode 0755 even if it is not executable on the host
 */
int vt_archive_add_file(struct vt_archive *a, const char *name,
	const char *path, bool exec, struct vt_err **err);

/**
 * vt_archive_add_path() - add a file of the host, or a directory with its
 * content
 * @name: of the member; "": put a directory's content at the top level
 * @skip: names to leave out in every directory, NULL-terminated; or NULL
 * Errors: VT_USAGE for symbolic links out of the directory, sockets, FIFOs and
 *   devices
 */
int vt_archive_add_path(struct vt_archive *a, const char *name,
	const char *path, const char *const *skip, struct vt_err **err);

/** vt_archive_count() - number of members; includes missing parents only after
 * the archive was written */
size_t vt_archive_count(const struct vt_archive *a);

/** vt_archive_has() - whether a member of this name was added */
bool vt_archive_has(const struct vt_archive *a, const char *name);

/** vt_archive_tar_gz() - append the archive to `out` as GNU tar, with gzip
 * level 9 without a timestamp Errors: VT_USAGE for two members with the same
 * name */
int vt_archive_tar_gz(
	struct vt_archive *a, struct vt_str *out, struct vt_err **err);

/** vt_archive_tar_gz_fd() - the same to a file, with gzip's default level */
int vt_archive_tar_gz_fd(struct vt_archive *a, int fd, struct vt_err **err);

/** vt_archive_tar() - append the archive to `out` as GNU tar, uncompressed */
int vt_archive_tar(
	struct vt_archive *a, struct vt_str *out, struct vt_err **err);

/**
 * vt_archive_iso() - append the archive to `out` as ISO 9660 with Joliet and
 * Rock Ridge
 * @label: volume id, at most 16 characters
 */
int vt_archive_iso(struct vt_archive *a, const char *label, struct vt_str *out,
	struct vt_err **err);

#endif

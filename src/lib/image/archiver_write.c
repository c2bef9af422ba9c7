/* Writing of archives, through libarchive. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "image/archiver_members.h"

/* libarchive's ISO writer puts the result of time(2) into the volume; version
 * 3.6 has no option against that. So time() is replaced here: a definition in
 * the program has precedence over libc's, also for libraries. It returns a
 * fixed time only while an ISO image is written. */
static bool clock_stopped;

time_t time(time_t *t)
{
	struct timespec now = {.tv_sec = VT_ARCHIVE_TIME};
	if (!clock_stopped)
		clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (t)
		*t = now.tv_sec;
	return now.tv_sec;
}

static void freep(struct archive **w)
{
	archive_write_free(*w);
}
#define AUTO_WRITER __attribute__((cleanup(freep)))

static void entry_freep(struct archive_entry **e)
{
	archive_entry_free(*e);
}
#define AUTO_ENTRY __attribute__((cleanup(entry_freep)))

static int write_error(struct archive *w, struct vt_err **err, const char *what)
{
	const char *why = archive_error_string(w);
	return vt_err_set(err, VT_HOST, "cannot write %s: %s", what,
		why ? why : "out of memory");
}

/* Where the bytes of an archive go: to a string, or to a descriptor. */
struct target {
	struct vt_str *str; /* or NULL */
	int fd;
};

static la_ssize_t append(
	struct archive *w, void *arg, const void *data, size_t len)
{
	const struct target *to = arg;
	if (to->str) {
		vt_str_addn(to->str, data, len);
	} else if (vt_fs_write_all(to->fd, data, len, NULL) < 0) {
		archive_set_error(w, errno, "%s", strerror(errno));
		return -1;
	}
	return (la_ssize_t)len;
}

static int write_data(
	struct archive *w, const char *data, size_t len, struct vt_err **err)
{
	while (len) {
		la_ssize_t n = archive_write_data(w, data, len);
		if (n <= 0)
			return write_error(w, err, "archive");
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static int copy_file(
	struct archive *w, const struct vt_member *m, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd = open(m->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return vt_err_errno(err, "cannot pack '%s'", m->path);
	char buf[65536];
	size_t left = m->size;
	while (left) {
		ssize_t n =
			read(fd, buf, left < sizeof(buf) ? left : sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return vt_err_errno(err, "cannot pack '%s'", m->path);
		if (n == 0)
			break;
		if (write_data(w, buf, (size_t)n, err) < 0)
			return -1;
		left -= (size_t)n;
	}
	if (left || (size_t)st.st_size != m->size)
		return vt_err_set(err, VT_HOST,
			"cannot pack '%s': it changed while it was packed",
			m->path);
	return 0;
}

static int write_member(
	struct archive *w, const struct vt_member *m, struct vt_err **err)
{
	AUTO_ENTRY struct archive_entry *e = archive_entry_new2(w);
	archive_entry_copy_pathname(e, m->name);
	archive_entry_set_mtime(e, VT_ARCHIVE_TIME, 0);
	archive_entry_set_uid(e, 0);
	archive_entry_set_gid(e, 0);
	archive_entry_set_size(e, (la_int64_t)m->size);
	switch (m->kind) {
	case VT_MEMBER_DIR:
		archive_entry_set_filetype(e, AE_IFDIR);
		archive_entry_set_perm(e, 0755);
		break;
	case VT_MEMBER_FILE:
		archive_entry_set_filetype(e, AE_IFREG);
		archive_entry_set_perm(e, m->exec ? 0755 : 0644);
		break;
	case VT_MEMBER_LINK:
		archive_entry_set_filetype(e, AE_IFLNK);
		archive_entry_set_perm(e, 0777);
		archive_entry_copy_symlink(e, m->text);
		break;
	}
	if (archive_write_header(w, e) != ARCHIVE_OK) {
		write_error(w, err, "archive");
		return vt_err_wrap(err, "'%s'", m->name);
	}
	if (m->kind != VT_MEMBER_FILE)
		return 0;
	return m->path ? copy_file(w, m, err)
		       : write_data(w, m->text, m->size, err);
}

static int write_all(struct vt_archive *a, struct archive *w, struct target *to,
	struct vt_err **err)
{
	if (vt_archive_finish(a, err) < 0)
		return -1;
	archive_write_set_bytes_in_last_block(w, 1);
	if (archive_write_open(w, to, NULL, append, NULL) != ARCHIVE_OK)
		return write_error(w, err, "archive");
	for (size_t i = 0; i < a->n; i++)
		if (write_member(w, &a->members[i], err) < 0)
			return -1;
	if (archive_write_close(w) != ARCHIVE_OK)
		return write_error(w, err, "archive");
	return 0;
}

static int tar_gz(struct vt_archive *a, const char *options, struct target *to,
	struct vt_err **err)
{
	AUTO_WRITER struct archive *w = archive_write_new();
	/* gnutar, since pax would convert names to UTF-8 */
	if (archive_write_set_format_gnutar(w) != ARCHIVE_OK ||
		archive_write_add_filter_gzip(w) != ARCHIVE_OK ||
		archive_write_set_options(w, options) != ARCHIVE_OK)
		return write_error(w, err, "tar");
	return write_all(a, w, to, err);
}

int vt_archive_tar_gz(
	struct vt_archive *a, struct vt_str *out, struct vt_err **err)
{
	return tar_gz(a, "gzip:compression-level=9,gzip:!timestamp",
		&(struct target){.str = out}, err);
}

int vt_archive_tar_gz_fd(struct vt_archive *a, int fd, struct vt_err **err)
{
	return tar_gz(a, "gzip:!timestamp", &(struct target){.fd = fd}, err);
}

int vt_archive_tar(
	struct vt_archive *a, struct vt_str *out, struct vt_err **err)
{
	AUTO_WRITER struct archive *w = archive_write_new();
	if (archive_write_set_format_gnutar(w) != ARCHIVE_OK)
		return write_error(w, err, "tar");
	return write_all(a, w, &(struct target){.str = out}, err);
}

int vt_archive_iso(struct vt_archive *a, const char *label, struct vt_str *out,
	struct vt_err **err)
{
	AUTO_WRITER struct archive *w = archive_write_new();
	/* libarchive writes times as local time */
	VT_AUTO_FREE char *zone = vt_strdup(getenv("TZ"));
	setenv("TZ", "UTC0", 1);
	tzset();
	clock_stopped = true;
	int rc = 0;
	if (archive_write_set_format_iso9660(w) != ARCHIVE_OK ||
		archive_write_set_format_option(
			w, "iso9660", "volume-id", label) != ARCHIVE_OK ||
		archive_write_set_options(
			w, "iso9660:joliet,iso9660:rockridge,iso9660:!pad") !=
			ARCHIVE_OK)
		rc = write_error(w, err, "ISO 9660");
	if (rc == 0)
		rc = write_all(a, w, &(struct target){.str = out}, err);
	clock_stopped = false;
	if (zone)
		setenv("TZ", zone, 1);
	else
		unsetenv("TZ");
	tzset();
	return rc;
}

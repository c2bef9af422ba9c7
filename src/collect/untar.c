#include "untar.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <time.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "image/entry_name.h"
#include "sentinel.h"
#include "test/bounds.h"

enum {
	READ_SIZE = 256 << 10,
	SENTINEL_MAX = 1 << 20,
	MANIFEST_MAX = 16 << 20,
	BLANK_LOOK = 64 << 20, /* only zeros up to here: never written */
};
#define MANIFEST_NAME "symlinks.txt"

/* A small member that is kept in memory and written after all others. */
struct deferred {
	const char *name;
	size_t max;
	bool seen;
	int64_t mtime;
	struct vt_str text;
};

struct state {
	struct vt_qcow *disk;
	struct vt_sink *out;
	struct untar_report *report;
	struct archive *a;
	struct archive_entry *entry;
	struct vt_str name;
	uint64_t bytes_left;
	struct deferred manifest, sentinel;
	/* of the read callback */
	uint64_t at;
	unsigned char *buf;
	struct vt_err *read_err;
};

uint64_t untar_bytes_max(uint64_t disk_size)
{
	const uint64_t least = 1ull << 30, most = 1ull << 40;
	if (disk_size > most / 4)
		return most;
	return disk_size * 4 > least ? disk_size * 4 : least;
}

static la_ssize_t on_read(struct archive *a, void *arg, const void **buf)
{
	struct state *s = arg;
	uint64_t n = vt_qcow_size(s->disk) - s->at;
	if (n > READ_SIZE)
		n = READ_SIZE;
	*buf = s->buf;
	if (n == 0)
		return 0;
	if (vt_qcow_read(s->disk, s->buf, n, s->at, &s->read_err) < 0) {
		archive_set_error(a, -1, "cannot read the disk");
		return -1;
	}
	s->at += n;
	return (la_ssize_t)n;
}

static la_int64_t on_skip(struct archive *a, void *arg, la_int64_t want)
{
	struct state *s = arg;
	(void)a;
	uint64_t n = vt_qcow_size(s->disk) - s->at;
	if (n > (uint64_t)want)
		n = (uint64_t)want;
	s->at += n;
	return (la_int64_t)n;
}

/* Report an error of libarchive, with its probable cause. */
static int damaged(struct state *s, struct vt_err **err)
{
	if (s->read_err) {
		if (err)
			*err = s->read_err;
		else
			vt_err_free(s->read_err);
		s->read_err = NULL;
		return -1;
	}
	const char *why = archive_error_string(s->a);
	VT_AUTO_FREE char *shown = vt_entry_shown(why ? why : "unknown error");
	VT_AUTO_FREE char *last = vt_entry_shown(vt_str_c(&s->name));
	if (s->report->entries == 0)
		return vt_err_set(err, VT_FAILED,
			"the guest wrote something other than a tar archive to "
			"the output disk (%s)",
			shown);
	if (s->at >= vt_qcow_size(s->disk))
		return vt_err_set(err, VT_FAILED,
			"the archive is truncated at '%s' by the end of the "
			"output disk: use a larger output disk",
			last);
	return vt_err_set(
		err, VT_FAILED, "damaged archive after '%s': %s", last, shown);
}

static int refuse(struct state *s, struct vt_err **err, const char *why)
{
	VT_AUTO_FREE char *shown = vt_entry_shown(s->name.s);
	return vt_err_set(err, VT_FAILED, "archive member %llu, '%s': %s",
		(unsigned long long)s->report->entries, shown, why);
}

/* Count a file's size against the limit of untar_bytes_max(). */
static int charge(struct state *s, uint64_t bytes, struct vt_err **err)
{
	if (bytes > s->bytes_left)
		return refuse(s, err,
			"too much data for the size of the output disk");
	s->bytes_left -= bytes;
	s->report->bytes += bytes;
	s->report->files++;
	return 0;
}

/* Copy the data of the current member to `into`, or if NULL to the sink. */
static int copy_data(struct state *s, uint64_t size, struct vt_str *into,
	struct vt_err **err)
{
	const void *buf;
	size_t len;
	la_int64_t offset;
	uint64_t end = 0;
	size_t start = into ? into->len : 0;
	for (;;) {
		int rc = archive_read_data_block(s->a, &buf, &len, &offset);
		if (rc == ARCHIVE_EOF)
			return 0;
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
			return damaged(s, err);
		if (len == 0)
			continue;
		if (offset < 0 || (uint64_t)offset < end ||
			(uint64_t)offset > size ||
			len > size - (uint64_t)offset)
			return refuse(s, err, "its map of holes is invalid");
		end = (uint64_t)offset + len;
		if (into) {
			while (into->len - start < (size_t)offset)
				vt_str_addc(into, '\0');
			vt_str_addn(into, buf, len);
		} else if (s->out->ops->write(s->out, buf, len,
				   (uint64_t)offset, err) < 0) {
			return -1;
		}
	}
}

static int defer(struct state *s, struct deferred *h, struct vt_sink_file *m,
	struct vt_err **err)
{
	if (h->seen)
		return refuse(s, err, "duplicate name");
	if (m->size > h->max)
		return refuse(s, err, "too large");
	h->seen = true;
	h->mtime = m->mtime;
	return copy_data(s, m->size, &h->text, err);
}

static int write_deferred(
	struct state *s, const struct deferred *h, struct vt_err **err)
{
	if (!h->seen && h->text.len == 0)
		return 0;
	const struct vt_sink_ops *ops = s->out->ops;
	struct vt_sink_file m = {
		.name = h->name, .size = h->text.len, .mtime = h->mtime};
	int rc = ops->file(s->out, &m, err);
	if (rc == 0)
		rc = ops->write(
			s->out, vt_str_c(&h->text), h->text.len, 0, err);
	if (rc == 0)
		rc = ops->end(s->out, err);
	return rc == 1 ? vt_err_set(err, VT_FAILED,
				 "'%s' exists as something other than a file",
				 h->name)
		       : rc;
}

static int regular(struct state *s, struct vt_err **err)
{
	struct vt_sink_file m = {
		.name = s->name.s,
		.exec = archive_entry_perm(s->entry) & 0111,
		.mtime = archive_entry_mtime(s->entry),
	};
	if (archive_entry_size_is_set(s->entry) &&
		archive_entry_size(s->entry) > 0)
		m.size = (uint64_t)archive_entry_size(s->entry);
	if (charge(s, m.size, err) < 0)
		return -1;
	if (!strcmp(m.name, SENTINEL_NAME))
		return defer(s, &s->sentinel, &m, err);
	if (!strcmp(m.name, MANIFEST_NAME))
		return defer(s, &s->manifest, &m, err);
	int rc = s->out->ops->file(s->out, &m, err);
	if (rc == 1)
		return refuse(s, err, "duplicate name");
	if (rc == 0)
		rc = copy_data(s, m.size, NULL, err);
	return rc < 0 ? rc : s->out->ops->end(s->out, err);
}

static int hard_link(struct state *s, const char *target, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str from = VT_STR_INIT;
	if (vt_entry_clean(target, &from, err) < 0)
		return vt_err_wrap(err, "target of a hard link");
	int64_t size = s->out->ops->size(s->out, from.s);
	if (size < 0)
		return refuse(
			s, err, "hard link to a file that does not precede it");
	struct vt_sink_file m = {.name = s->name.s,
		.size = (uint64_t)size,
		.mtime = archive_entry_mtime(s->entry)};
	if (charge(s, m.size, err) < 0)
		return -1;
	int rc = s->out->ops->copy(s->out, from.s, &m, err);
	return rc == 1 ? refuse(s, err, "duplicate name") : rc;
}

static int symbolic_link(struct state *s, struct vt_err **err)
{
	const char *target = archive_entry_symlink(s->entry);
	if (!target)
		target = archive_entry_symlink_utf8(s->entry);
	struct vt_str *text = &s->manifest.text;
	if (text->len > MANIFEST_MAX)
		return refuse(s, err, "too many symbolic links");
	s->report->links++;
	if (text->len && text->s[text->len - 1] != '\n')
		vt_str_addc(text, '\n');
	vt_str_add(text, "?\t");
	vt_str_printable(text, s->name.s, s->name.len, false);
	vt_str_addc(text, '\t');
	if (target)
		vt_str_printable(text, target, strlen(target), false);
	vt_str_addc(text, '\n');
	return 0;
}

static uint64_t cpu_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec;
}

/* The processor time is that of this process, which does nothing else. */
static int in_bounds(struct state *s, struct vt_err **err)
{
	if (s->report->entries > vt_bound(VT_BOUND_MEMBERS))
		return vt_bound_error(VT_BOUND_MEMBERS, "the archive", err);
	if (s->report->entries % 64 == 1 &&
		cpu_seconds() >= vt_bound(VT_BOUND_EXTRACT_TIME))
		return vt_bound_error(
			VT_BOUND_EXTRACT_TIME, "the archive", err);
	return 0;
}

static int member(struct state *s, struct vt_err **err)
{
	const char *name = archive_entry_pathname(s->entry);
	if (!name) /* not representable in this locale: use the bytes */
		name = archive_entry_pathname_utf8(s->entry);
	if (!name)
		return vt_err_set(err, VT_FAILED,
			"archive member %llu has no name",
			(unsigned long long)s->report->entries);
	if (vt_entry_clean(name, &s->name, err) < 0)
		return vt_err_wrap(err, "archive member %llu",
			(unsigned long long)s->report->entries);
	if (in_bounds(s, err) < 0)
		return -1;
	if (s->sentinel.seen)
		return refuse(s, err, "it follows '" SENTINEL_NAME "'");
	const char *link = archive_entry_hardlink(s->entry);
	if (!link)
		link = archive_entry_hardlink_utf8(s->entry);
	unsigned type = archive_entry_filetype(s->entry);
	if (s->name.len == 0) /* the root itself */
		return type == AE_IFDIR ? 0 : refuse(s, err, "it has no name");
	if (link)
		return hard_link(s, link, err);
	if (type == AE_IFREG)
		return regular(s, err);
	if (type == AE_IFDIR)
		return s->out->ops->dir(s->out, s->name.s, err);
	if (type == AE_IFLNK)
		return symbolic_link(s, err);
	s->report->left_out++;
	return 0;
}

static int members(struct state *s, struct vt_err **err)
{
	archive_read_support_format_tar(s->a);
	if (archive_read_set_callback_data(s->a, s) != ARCHIVE_OK ||
		archive_read_set_read_callback(s->a, on_read) != ARCHIVE_OK ||
		archive_read_set_skip_callback(s->a, on_skip) != ARCHIVE_OK ||
		archive_read_open1(s->a) != ARCHIVE_OK)
		return damaged(s, err);
	for (;;) {
		int rc = archive_read_next_header(s->a, &s->entry);
		if (rc == ARCHIVE_EOF)
			return 0;
		/* ARCHIVE_RETRY is an error, too: libarchive would search for
		 * the next header */
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
			return damaged(s, err);
		s->report->entries++;
		if (member(s, err) < 0)
			return -1;
	}
}

/* The error for a disk without archive members. */
static int explain_empty(struct state *s, struct vt_err **err)
{
	uint64_t size = vt_qcow_size(s->disk);
	for (uint64_t at = 0; at < size && at < BLANK_LOOK; at += READ_SIZE) {
		size_t n =
			size - at < READ_SIZE ? (size_t)(size - at) : READ_SIZE;
		if (vt_qcow_read(s->disk, s->buf, n, at, err) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			if (s->buf[i])
				return vt_err_set(err, VT_FAILED,
					"the guest wrote no archive to the "
					"output disk");
	}
	return vt_err_set(
		err, VT_FAILED, "the guest wrote nothing to the output disk");
}

static int check_complete(struct state *s, struct vt_err **err)
{
	if (s->report->entries == 0)
		return explain_empty(s, err);
	if (!s->sentinel.seen)
		return vt_err_set(err, VT_FAILED,
			"the archive ends without '" SENTINEL_NAME
			"': the guest was interrupted while it collected");
	return sentinel_check(vt_str_c(&s->sentinel.text), s->sentinel.text.len,
		&s->report->failed, err);
}

int untar(struct vt_qcow *disk, struct vt_sink *out,
	struct untar_report *report, struct vt_err **err)
{
	struct state s = {
		.disk = disk,
		.out = out,
		.report = report,
		.a = archive_read_new(),
		.buf = vt_alloc(READ_SIZE),
		.bytes_left = untar_bytes_max(vt_qcow_size(disk)),
		.manifest = {.name = MANIFEST_NAME, .max = MANIFEST_MAX},
		.sentinel = {.name = SENTINEL_NAME, .max = SENTINEL_MAX},
	};
	int rc = members(&s, err);
	/* write these even without a sentinel, for inspection */
	if (rc == 0)
		rc = write_deferred(&s, &s.manifest, err);
	if (rc == 0)
		rc = write_deferred(&s, &s.sentinel, err);
	if (rc == 0)
		rc = check_complete(&s, err);
	if (rc == 0)
		rc = out->ops->finish(out, err);
	archive_read_free(s.a);
	free(s.buf);
	vt_str_free(&s.name);
	vt_str_free(&s.manifest.text);
	vt_str_free(&s.sentinel.text);
	vt_err_free(s.read_err);
	return rc;
}

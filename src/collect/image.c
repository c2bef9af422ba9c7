#include "image.h"

#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "image/blk.h"
#include "image/qcow.h"
#include "imgfs.h"
#include "imgpick.h"
#include "sink_tar.h"

enum { FS_MAX = 128, EXT_MAGIC_AT = 1024 + 56 };

struct image {
	struct vt_qcow *disk;
	char *path; /* of the raw bytes, for libraries */
	struct imgfs *fs[FS_MAX];
	size_t n;
	struct vt_str unsupported; /* partitions with other contents, as text */
};

static void image_free(struct image *i)
{
	while (i->n)
		imgfs_free(i->fs[--i->n]);
	vt_qcow_free(i->disk);
	vt_freep(&i->path);
	vt_str_free(&i->unsupported);
}
#define AUTO_IMAGE __attribute__((cleanup(image_free)))

/* Does the disk have these bytes at `at`? False past its end. */
static bool has(struct image *i, uint64_t at, const char *magic, size_t len)
{
	char found[8];
	return vt_qcow_read(i->disk, found, len, at, NULL) == 0 &&
	       !memcmp(found, magic, len);
}

static bool has_ext(struct image *i, uint64_t at)
{
	return has(i, at + EXT_MAGIC_AT, "\x53\xef", 2);
}

static void add_unsupported(struct image *i, const struct vt_blk_part *p)
{
	VT_AUTO_BLK_SUPER struct vt_blk_super s = {0};
	vt_blk_super_read(i->path, p->start_bytes, p->size_bytes, &s, NULL);
	vt_str_addf(&i->unsupported, "%spartition %u (%s)",
		i->unsupported.len ? ", " : "", p->number,
		s.type ? s.type : "unknown");
}

static int open_partitions(
	struct image *i, const struct vt_blk_table *t, struct vt_err **err)
{
	for (size_t k = 0; k < t->n && i->n < FS_MAX; k++) {
		const struct vt_blk_part *p = &t->parts[k];
		if (!has_ext(i, p->start_bytes)) {
			add_unsupported(i, p);
			continue;
		}
		struct imgfs *fs = imgfs_ext_open(i->path, p->start_bytes, err);
		if (!fs)
			return vt_err_wrap(err, "partition %u", p->number);
		vt_freep(&fs->label);
		fs->label = vt_printf("partition %u", p->number);
		i->fs[i->n++] = fs;
	}
	return 0;
}

static int open_disk(struct image *i, struct vt_err **err)
{
	static const unsigned sector_bytes[] = {512, 4096};
	for (size_t k = 0; k < VT_COUNT(sector_bytes) && i->n == 0; k++) {
		VT_AUTO_BLK_TABLE struct vt_blk_table t = {0};
		i->unsupported.len = 0;
		if (vt_blk_table_read(i->path, sector_bytes[k], &t, err) < 0 ||
			open_partitions(i, &t, err) < 0)
			return -1;
	}
	if (i->n)
		return 0;
	return vt_err_set(err, VT_HOST,
		"no squashfs, ext2, ext3 or ext4 file system found%s%s",
		i->unsupported.len ? ", only " : "", vt_str_c(&i->unsupported));
}

static int open_fs(struct image *i, struct vt_err **err)
{
	struct imgfs *fs = NULL;
	int fd = vt_qcow_fd(i->disk, err);
	if (fd < 0)
		return -1;
	i->path = vt_printf("/proc/self/fd/%d", fd);
	if (has(i, 0, "hsqs", 4)) {
		fs = imgfs_squash_open(i->path, err);
		if (!fs)
			return -1;
	} else if (has_ext(i, 0)) {
		fs = imgfs_ext_open(i->path, 0, NULL);
	}
	if (!fs)
		return open_disk(i, err);
	i->fs[i->n++] = fs;
	return 0;
}

static int image_open(struct image *i, const char *path, struct vt_err **err)
{
	i->disk = vt_qcow_open(path, VT_QCOW_BACKING, err);
	if (!i->disk)
		return -1;
	vt_log_debug("'%s' is read by %s", path, vt_qcow_reader(i->disk));
	return open_fs(i, err) < 0 ? vt_err_wrap(err, "'%s'", path) : 0;
}

/* The error for patterns without a match; lists the file systems searched. */
static int no_match(struct image *i, const char *image, const char *patterns,
	struct vt_err **err)
{
	VT_AUTO_STR struct vt_str where = VT_STR_INIT;
	vt_err_set(
		err, VT_FAILED, "nothing in '%s' matches %s", image, patterns);
	vt_str_add(&where, "searched:");
	for (size_t f = 0; f < i->n; f++)
		vt_str_addf(&where, "%s %s", f ? "," : "", i->fs[f]->label);
	if (i->unsupported.len)
		vt_str_addf(&where, "; not supported: %s", i->unsupported.s);
	vt_err_detail(err, where.s);
	return -1;
}

static int pick(struct imgpick *p, struct image *i, const struct image_job *job,
	struct vt_err **err)
{
	VT_AUTO_STR struct vt_str missing = VT_STR_INIT;
	for (size_t k = 0; k < job->patterns->n; k++) {
		const char *pattern = job->patterns->v[k];
		bool any = false;
		for (size_t f = 0; f < i->n; f++) {
			int rc = imgpick_run(p, i->fs[f], pattern, err);
			if (rc < 0)
				return vt_err_wrap(err, "'%s'", job->image);
			any |= rc > 0;
		}
		if (!any)
			vt_str_addf(&missing, "%s'%s'", missing.len ? ", " : "",
				pattern);
	}
	return missing.len ? no_match(i, job->image, missing.s, err) : 0;
}

int image_run(const struct image_job *job, struct vt_err **err)
{
	AUTO_IMAGE struct image image = {0};
	bool tar = !strcmp(job->out, "-");
	if (tar && isatty(STDOUT_FILENO))
		return vt_err_set(err, VT_USAGE,
			"refusing to write a tar archive to a terminal: use a "
			"pipe, or specify a directory with -o");
	if (image_open(&image, job->image, err) < 0)
		return -1;
	VT_AUTO_SINK struct vt_sink *out =
		tar ? sink_tar_open(STDOUT_FILENO, err)
		    : vt_sink_dir_open(
			      job->out, VT_SINK_INTO, IMGPICK_BYTES_MAX, err);
	if (!out)
		return -1;
	struct imgpick p = {.out = out};
	int rc = pick(&p, &image, job, err);
	if (rc == 0)
		rc = out->ops->finish(out, err);
	if (rc == 0)
		vt_log_info("%llu files, %llu bytes",
			(unsigned long long)p.files,
			(unsigned long long)p.bytes);
	if (p.left_out)
		vt_log_info(
			"skipped %llu devices and links that do not lead to a "
			"file",
			(unsigned long long)p.left_out);
	imgpick_free(&p);
	return rc;
}

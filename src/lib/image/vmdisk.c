#include "image/vmdisk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/tmp.h"
#include "image/qcow_check.h"

enum { LIMIT_MS = 60000, COPY_LIMIT_MS = 1800000 };

/* Open a temporary file for `path`, and create its directory. */
static int begin(struct vt_tmp *t, const char *path, struct vt_err **err)
{
	VT_AUTO_FREE char *dir = vt_fs_dirname(path);
	if (vt_fs_mkdirs(dir, 0755, err) < 0 ||
		vt_tmp_open(t, path, 0644, err) < 0)
		return -1;
	return 0;
}

char *vt_vmdisk_name(const char *path)
{
	return strcspn(path, ":") < strcspn(path, "/") && strchr(path, ':')
		       ? vt_printf("./%s", path)
		       : vt_strdup(path);
}

int vt_vmdisk_raw(const char *path, uint64_t bytes, struct vt_err **err)
{
	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
	if (begin(&t, path, err) < 0)
		return -1;
	if (ftruncate(t.fd, (off_t)bytes) < 0)
		return vt_err_errno(err,
			"cannot create disk '%s' of %llu bytes", path,
			(unsigned long long)bytes);
	return vt_tmp_commit(&t, err);
}

static int qemu_img(char *const *argv, struct vt_err **err)
{
	struct vt_run run = {.argv = argv, .timeout_ms = LIMIT_MS};
	if (!vt_proc_in_path(argv[0]))
		return vt_err_set(err, VT_HOST,
			"'%s' is not installed: install the Debian package "
			"'qemu-utils'",
			argv[0]);
	return vt_proc_check(&run, err);
}

int vt_vmdisk_qcow2(const char *path, uint64_t bytes, struct vt_err **err)
{
	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	if (begin(&t, path, err) < 0)
		return -1;
	vt_strv_addv(&argv, "qemu-img", "create", "-q", "-f", "qcow2", "-o",
		"compat=0.10", t.tmp, NULL);
	vt_strv_addf(&argv, "%llu", (unsigned long long)bytes);
	if (qemu_img(argv.v, err) < 0)
		return vt_err_wrap(err, "cannot create disk '%s'", path);
	return vt_tmp_commit(&t, err);
}

int vt_vmdisk_size(const char *path, const char *format, uint64_t *bytes,
	struct vt_err **err)
{
	struct vt_qcow_header h;
	VT_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t end = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	if (end < 0)
		return vt_err_errno(err, "cannot read '%s'", path);
	*bytes = (uint64_t)end;
	if (!strcmp(format, "raw"))
		return 0;
	if (vt_qcow_header_read(fd, &h, err) < 0)
		return vt_err_wrap(err, "'%s'", path);
	if (h.raw)
		return vt_err_set(
			err, VT_HOST, "'%s' is not a qcow2 image", path);
	*bytes = h.size;
	return 0;
}

/* With -u qemu-img does not open the base, which it would look for relative to
 * the overlay's name: that is a temporary one here. */
static int make_overlay(const char *overlay, const char *base,
	const char *base_format, uint64_t bytes, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	vt_strv_addv(&argv, "qemu-img", "create", "-q", "-f", "qcow2", "-u",
		"-F", base_format, "-b", base, overlay, NULL);
	vt_strv_addf(&argv, "%llu", (unsigned long long)bytes);
	return qemu_img(argv.v, err);
}

/* An overlay is at least as large as its base. */
static int at_least(const char *base, const char *format, uint64_t *bytes,
	struct vt_err **err)
{
	uint64_t has;
	if (vt_vmdisk_size(base, format, &has, err) < 0)
		return -1;
	if (*bytes < has)
		*bytes = has;
	return 0;
}

int vt_vmdisk_copy(const char *path, const char *from, const char *format,
	uint64_t bytes, struct vt_err **err)
{
	uint64_t has;
	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_FREE char *name = vt_vmdisk_name(from);
	if (vt_vmdisk_size(from, format, &has, err) < 0 ||
		begin(&t, path, err) < 0)
		return -1;
	vt_strv_addv(&argv, "qemu-img", "convert", "-q", "-f", format, "-O",
		"raw", name, t.tmp, NULL);
	struct vt_run run = {.argv = argv.v, .timeout_ms = COPY_LIMIT_MS};
	if (!vt_proc_in_path(argv.v[0]))
		return qemu_img(argv.v, err);
	if (vt_proc_check(&run, err) < 0)
		return vt_err_wrap(err, "cannot copy disk '%s'", from);
	if (has < bytes && truncate(t.tmp, (off_t)bytes) < 0)
		return vt_err_errno(err, "cannot enlarge disk '%s'", path);
	return vt_tmp_commit(&t, err);
}

int vt_vmdisk_overlay(const char *path, const char *base,
	const char *base_format, uint64_t bytes, struct vt_err **err)
{
	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
	VT_AUTO_FREE char *dir = vt_fs_dirname(path);
	VT_AUTO_FREE char *found = vt_fs_join(dir, base);
	if (begin(&t, path, err) < 0)
		return -1;
	if (at_least(found, base_format, &bytes, err) < 0 ||
		make_overlay(t.tmp, base, base_format, bytes, err) < 0)
		return vt_err_wrap(
			err, "cannot create overlay '%s' on '%s'", path, base);
	return vt_tmp_commit(&t, err);
}

int vt_vmdisk_scratch(struct vt_tmp *t, const char *base,
	const char *base_format, uint64_t bytes, struct vt_err **err)
{
	if (at_least(base, base_format, &bytes, err) < 0 ||
		vt_tmp_scratch(t, 0600, err) < 0 ||
		make_overlay(t->tmp, base, base_format, bytes, err) < 0)
		return vt_err_wrap(
			err, "cannot create an overlay on '%s'", base);
	return 0;
}

/* Detect the format by the first bytes; formats that QEMU would not read as raw
 * or qcow2 are refused. */
const char *vt_vmdisk_format(const char *path, struct vt_err **err)
{
	static const struct {
		const char *magic, *format;
	} known[] = {
		{"QFI\xfb", "qcow2"}, {"KDMV", NULL}, /* vmdk */
		{"vhdx", NULL}, {"<<< ", NULL},       /* vdi */
	};
	char head[4] = {0};
	VT_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, head, sizeof(head)) < 0) {
		bool absent = errno == ENOENT || errno == ENOTDIR;
		vt_err_errno(err, "cannot read disk image '%s'", path);
		if (err && absent)
			(*err)->status = VT_USAGE;
		return NULL;
	}
	for (size_t i = 0; i < VT_COUNT(known); i++) {
		if (memcmp(head, known[i].magic, sizeof(head)))
			continue;
		if (!known[i].format)
			vt_err_set(err, VT_USAGE,
				"'%s' is neither a raw nor a qcow2 image",
				path);
		return known[i].format;
	}
	return "raw";
}

/* The seed image: ISO 9660 by libarchive, or FAT by mkfs.vfat and mtools. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/tmp.h"
#include "image/archiver.h"
#include "seed.h"

/* Otherwise cloud-init would configure DHCP on the first NIC of the installed
 * system, and overwrite the installer's files in interfaces.d. A network config
 * that the installer left in cloud.cfg.d is still used. */
static const char network_config[] = "config: disabled\n";

static int make_iso(const char *user_data, const char *meta_data,
	struct vt_str *out, struct vt_err **err)
{
	VT_AUTO_ARCHIVE struct vt_archive *a = vt_archive_new();
	if (vt_archive_add_text(a, "user-data", user_data, err) < 0 ||
		vt_archive_add_text(a, "meta-data", meta_data, err) < 0 ||
		vt_archive_add_text(a, "network-config", network_config, err) <
			0)
		return -1;
	return vt_archive_iso(a, "cidata", out, err);
}

/* Run mkfs.vfat or mcopy. /usr/sbin is not in the PATH of all users; FAT stores
 * local times, hence TZ; MTOOLSRC excludes the user's mtools settings. */
static int run(const struct vt_strv *argv, struct vt_err **err)
{
	const char *path = getenv("PATH");
	VT_AUTO_FREE char *wider = vt_printf(
		"PATH=%s:/usr/sbin:/sbin", path ? path : "/usr/bin:/bin");
	char *env[] = {wider, (char[]){"TZ=UTC0"},
		(char[]){"MTOOLSRC=/dev/null"}, NULL};
	VT_AUTO_STR struct vt_str output = VT_STR_INIT;
	struct vt_run how = {.argv = argv->v,
		.env = env,
		.timeout_ms = 60000,
		.out = &output,
		.merge_stderr = true};
	if (vt_proc_check(&how, err) < 0)
		return vt_err_wrap(err,
			"cannot create a vfat seed (requires dosfstools and "
			"mtools)");
	return 0;
}

/* Write a text to a scratch file, with the fixed time stamp of all members. */
static int write_scratch(
	struct vt_tmp *t, const char *text, struct vt_err **err)
{
	struct timespec when[2] = {
		{.tv_sec = VT_ARCHIVE_TIME}, {.tv_sec = VT_ARCHIVE_TIME}};
	if (vt_tmp_scratch(t, 0644, err) < 0 ||
		vt_fs_write_all(t->fd, text, strlen(text), err) < 0)
		return vt_err_wrap(err,
			"cannot write a temporary file for a vfat seed (set "
			"TMPDIR)");
	if (futimens(t->fd, when) < 0)
		return vt_err_errno(err, "cannot set the time stamp of a file");
	return 0;
}

/* Create an empty image with enough space for the files, the file system's
 * tables and partly used clusters. */
static int make_empty(struct vt_tmp *t, size_t used, struct vt_err **err)
{
	enum { MIB = 1 << 20 };
	off_t size = (off_t)(used / MIB + 2) * MIB;
	if (vt_tmp_scratch(t, 0644, err) < 0)
		return -1;
	if (ftruncate(t->fd, size) < 0)
		return vt_err_errno(err, "cannot write a vfat image");
	return 0;
}

static int make_vfat(const char *user_data, const char *meta_data,
	struct vt_str *out, struct vt_err **err)
{
	const struct {
		const char *as, *text;
	} files[] = {{"::meta-data", meta_data},
		{"::network-config", network_config},
		{"::user-data", user_data}};
	VT_AUTO_TMP struct vt_tmp image = VT_TMP_INIT;
	VT_AUTO_STRV struct vt_strv mkfs = VT_STRV_INIT;
	char id[65];
	vt_sha256_hex(meta_data, strlen(meta_data), id);
	id[8] = '\0';
	if (make_empty(&image, strlen(user_data), err) < 0)
		return -1;
	vt_strv_addv(&mkfs, "mkfs.vfat", "--invariant", "-n", "CIDATA", "-i",
		id, image.tmp, (char *)NULL);
	if (run(&mkfs, err) < 0)
		return -1;
	for (size_t i = 0; i < VT_COUNT(files); i++) {
		VT_AUTO_TMP struct vt_tmp text = VT_TMP_INIT;
		VT_AUTO_STRV struct vt_strv copy = VT_STRV_INIT;
		if (write_scratch(&text, files[i].text, err) < 0)
			return -1;
		vt_strv_addv(&copy, "mcopy", "-m", "-i", image.tmp, text.tmp,
			files[i].as, (char *)NULL);
		if (run(&copy, err) < 0)
			return -1;
	}
	size_t len = 0;
	VT_AUTO_FREE char *bytes = vt_fs_read(image.tmp, SIZE_MAX, &len, err);
	if (!bytes)
		return -1;
	vt_str_addn(out, bytes, len);
	return 0;
}

int seed_image(enum seed_format format, const char *user_data,
	const char *meta_data, struct vt_str *out, struct vt_err **err)
{
	return format == SEED_VFAT ? make_vfat(user_data, meta_data, out, err)
				   : make_iso(user_data, meta_data, out, err);
}

/* The volume: ISO 9660 by libarchive, or FAT by mkfs.vfat and mtools. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archiver.h"
#include "fs.h"
#include "mem.h"
#include "proc.h"
#include "seed.h"

/* Without this, cloud-init configures DHCP on the first NIC of the installed
 * system and overwrites what the installer put into interfaces.d. An installer
 * that left its network to cloud-init (cloud.cfg.d) is still heard. */
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

/* sbin is not in the PATH of all users; FAT holds local times; and a user's
 * mtools settings are not ours. */
static int run(const struct vt_strv *argv, struct vt_err **err)
{
	const char *path = getenv("PATH");
	VT_AUTO_FREE char *wider = vt_printf(
		"PATH=%s:/usr/sbin:/sbin", path ? path : "/usr/bin:/bin");
	char *env[] = {wider, (char[]){"TZ=UTC0"},
		(char[]){"MTOOLSRC=/dev/null"}, NULL};
	VT_AUTO_STR struct vt_str words = VT_STR_INIT;
	struct vt_run how = {.argv = argv->v,
		.env = env,
		.timeout_ms = 60000,
		.out = &words,
		.merge_stderr = true};
	if (vt_proc_check(&how, err) < 0)
		return vt_err_wrap(err,
			"making a vfat seed (needs dosfstools and mtools)");
	return 0;
}

/* A source file with the time that all members have. */
static int put(const char *path, const char *text, struct vt_err **err)
{
	struct timespec when[2] = {
		{.tv_sec = VT_ARCHIVE_TIME}, {.tv_sec = VT_ARCHIVE_TIME}};
	if (vt_fs_write(path, text, strlen(text), 0644, err) < 0)
		return -1;
	if (utimensat(AT_FDCWD, path, when, 0) < 0)
		return vt_err_errno(err, "cannot set the time of '%s'", path);
	return 0;
}

/* Room for the files, the tables and some clusters half full. */
static int make_empty(const char *path, size_t used, struct vt_err **err)
{
	enum { MIB = 1 << 20 };
	off_t size = (off_t)(used / MIB + 2) * MIB;
	VT_AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || ftruncate(fd, size) < 0)
		return vt_err_errno(err, "cannot write '%s'", path);
	return 0;
}

static int make_vfat(const char *user_data, const char *meta_data,
	struct vt_str *out, struct vt_err **err)
{
	VT_AUTO_TREE char *dir = vt_fs_tmpdir("vt-seed", err);
	if (!dir)
		return -1;
	VT_AUTO_FREE char *image = vt_fs_join(dir, "image");
	VT_AUTO_FREE char *user = vt_fs_join(dir, "user-data");
	VT_AUTO_FREE char *meta = vt_fs_join(dir, "meta-data");
	VT_AUTO_FREE char *net = vt_fs_join(dir, "network-config");
	VT_AUTO_STRV struct vt_strv mkfs = VT_STRV_INIT, copy = VT_STRV_INIT;
	char id[65];
	vt_sha256_hex(meta_data, strlen(meta_data), id);
	id[8] = '\0';
	vt_strv_addv(&mkfs, "mkfs.vfat", "--invariant", "-n", "CIDATA", "-i",
		id, image, (char *)NULL);
	vt_strv_addv(&copy, "mcopy", "-m", "-i", image, meta, net, user,
		"::", (char *)NULL);
	if (put(user, user_data, err) < 0 || put(meta, meta_data, err) < 0 ||
		put(net, network_config, err) < 0 ||
		make_empty(image, strlen(user_data), err) < 0 ||
		run(&mkfs, err) < 0 || run(&copy, err) < 0)
		return -1;
	size_t len = 0;
	VT_AUTO_FREE char *bytes = vt_fs_read(image, SIZE_MAX, &len, err);
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

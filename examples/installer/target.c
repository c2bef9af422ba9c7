#include "target.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "step.h"
#include "storage/realise.h"

int target_mount(const struct plan *plan, const char *root, struct vt_err **err)
{
	for (size_t i = 0; i < plan->n_mounts; i++) {
		const struct vt_dev *m = plan->mounts[i];
		const struct vt_dev *format = vt_dev_ref(m, "device");
		const char *path = mount_path(m);
		if (!format || !strcmp(path, "none"))
			continue;
		VT_AUTO_FREE char *at = vt_printf("%s%s", root, path);
		VT_AUTO_FREE char *options = vt_realise_options(m);
		if (vt_fs_mkdirs(at, 0755, err) < 0 ||
			step(err, "mount", "-t", vt_realise_fstype(m), "-o",
				options, plan_dev(plan, format), at, NULL) < 0)
			return vt_err_wrap(err, "mounting '%s'", m->id);
	}
	return 0;
}

/* Under emulation unsquashfs, which uses all processors, is three times as fast
 * as cp from a mounted squashfs. It may be missing, and it refuses some images
 * that the kernel reads (tar2sqfs with lz4). Return: whether it succeeded. */
static bool unsquash(const char *from, const char *root)
{
	if (!vt_fs_exists("/usr/bin/unsquashfs"))
		return false;
	return step(NULL, "unsquashfs", "-q", "-n", "-f", "-d", root, from,
		       NULL) == 0;
}

/* The device of the squashfs mounted at `dir`, or NULL. */
static char *squashfs_at(const char *dir)
{
	VT_AUTO_FREE char *found = step_output(NULL, "findmnt", "--noheadings",
		"--raw", "--output", "MAJ:MIN,FSTYPE,FSROOT", "--mountpoint",
		dir, NULL);
	if (!found || !vt_str_ends(found, " squashfs /"))
		return NULL;
	found[strcspn(found, " ")] = '\0';
	VT_AUTO_FREE char *dev = vt_printf("/dev/block/%s", found);
	return vt_fs_exists(dev) ? vt_strdup(dev) : NULL;
}

static int copy_tree(const char *from, const char *root, struct vt_err **err)
{
	VT_AUTO_FREE char *dev = squashfs_at(from);
	VT_AUTO_FREE char *all = vt_printf("%s/.", from);
	if (dev && unsquash(dev, root))
		return 0;
	return step(err, "cp", "-a", all, root, NULL);
}

static int copy_mounted(
	const char *image, const char *root, struct vt_err **err)
{
	VT_AUTO_FREE char *at = vt_fs_tmpdir("vt-image", err);
	if (!at || step(err, "mount", "-o", "loop,ro", image, at, NULL) < 0)
		return -1;
	int rc = copy_tree(at, root, err);
	step(NULL, "umount", at, NULL);
	vt_fs_rmtree(at, NULL);
	return rc;
}

static int copy_image(const char *image, const char *root, struct vt_err **err)
{
	VT_AUTO_FREE char *type = step_output(
		NULL, "blkid", "-p", "-o", "value", "-s", "TYPE", image, NULL);
	if (vt_str_eq(type, "squashfs") && unsquash(image, root))
		return 0;
	return copy_mounted(image, root, err);
}

static int copy_tar(const char *tar, const char *root, struct vt_err **err)
{
	return step(err, "tar", "-x", "-p", "--numeric-owner", "--xattrs", "-f",
		tar, "-C", root, NULL);
}

static const struct {
	const char *prefix;
	int (*copy)(const char *file, const char *root, struct vt_err **err);
} downloads[] = {{"fsimage:", copy_image}, {"tgz:", copy_tar}};

bool target_knows(const char *source)
{
	bool known = vt_str_starts(source, "cp://");
	for (size_t i = 0; i < VT_COUNT(downloads); i++)
		known |= vt_str_starts(source, downloads[i].prefix);
	return known;
}

const char *target_tree(const char *source)
{
	static const char prefix[] = "cp://";
	return vt_str_starts(source, prefix) ? source + strlen(prefix) : NULL;
}

int target_copy(const char *source, const char *root, struct vt_err **err)
{
	if (target_tree(source))
		return copy_tree(target_tree(source), root, err);
	size_t i = 0;
	while (!vt_str_starts(source, downloads[i].prefix))
		i++;
	/* to the target: the install environment is in memory */
	VT_AUTO_FREE char *file = vt_printf("%s/.vt-install.download", root);
	if (step(err, "wget", "-nv", "-O", file,
		    source + strlen(downloads[i].prefix), NULL) < 0)
		return -1;
	int rc = downloads[i].copy(file, root, err);
	vt_fs_rmtree(file, NULL);
	return rc;
}

/* The default is curtin's: 1, or 0 for what has no device to be checked. */
static const char *pass_of(const struct vt_dev *m)
{
	const char *pass = vt_dev_text(m, "passno");
	const char *type = vt_realise_fstype(m);
	if (pass)
		return pass;
	if (!strcmp(type, "swap") || !strcmp(type, "none"))
		return "0";
	VT_AUTO_FREE char *nodev = vt_printf("nodev\t%s\n", type);
	VT_AUTO_FREE char *known =
		vt_fs_read("/proc/filesystems", 1 << 16, NULL, NULL);
	return known && strstr(known, nodev) ? "0" : "1";
}

static void add_line(
	struct vt_str *tab, const struct plan *plan, const struct vt_dev *m)
{
	const struct vt_dev *format = vt_dev_ref(m, "device");
	const char *freq = vt_dev_text(m, "freq");
	const char *path = vt_dev_text(m, "path");
	VT_AUTO_FREE char *options = vt_realise_options(m);
	if (format && vt_dev_is_random(below(format)))
		/* which is formatted again at each boot */
		vt_str_add(tab, plan_dev(plan, format));
	else if (format)
		vt_str_addf(tab, "/dev/disk/by-uuid/%s",
			plan_made(plan, format)->uuid);
	else
		vt_str_add(tab, vt_dev_text(m, "spec"));
	vt_str_addf(tab, " %s %s %s %s %s\n", path ? path : "none",
		vt_realise_fstype(m), options, freq ? freq : "0", pass_of(m));
}

int target_fstab(const struct plan *plan, const char *root, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str tab = VT_STR_INIT;
	for (size_t i = 0; i < plan->n_mounts; i++)
		add_line(&tab, plan, plan->mounts[i]);
	if (plan->swap.path)
		vt_str_addf(&tab, "%s none swap sw 0 0\n", plan->swap.path);
	VT_AUTO_FREE char *path = vt_printf("%s/etc/fstab", root);
	return vt_fs_write(path, vt_str_c(&tab), tab.len, 0644, err);
}

int target_enter(const char *root, struct vt_err **err)
{
	static const char *const dirs[] = {"/dev", "/proc", "/sys", "/run"};
	for (size_t i = 0; i < VT_COUNT(dirs); i++) {
		VT_AUTO_FREE char *at = vt_printf("%s%s", root, dirs[i]);
		if (vt_fs_mkdirs(at, 0755, err) < 0 ||
			step(err, "mount", "--rbind", dirs[i], at, NULL) < 0)
			return -1;
	}
	return 0;
}

int target_run(const char *root, char *const *argv, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv all = VT_STRV_INIT;
	vt_strv_addv(&all, "chroot", root, NULL);
	for (; *argv; argv++)
		vt_strv_add(&all, *argv);
	return step_argv(all.v, NULL, NULL, err);
}

int target_leave(const char *root, struct vt_err **err)
{
	if (step(err, "sync", NULL) < 0)
		return -1;
	return step(err, "umount", "--recursive", root, NULL);
}

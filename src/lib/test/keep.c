#include "test/keep.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/settings.h"
#include "base/str.h"
#include "base/tmp.h"

enum { MAX_STAMPS = 4, MAX_INPUTS = 3 };

/* A directory of a test; what stays in it because make looks at it; and the
 * stamps that stand for the rest. vt-verify reads logs, so without them the
 * phases that write them have to run again before it can. */
static const struct part {
	const char *name;
	const char *inputs[MAX_INPUTS];
	const char *stamps[MAX_STAMPS];
} parts[] = {
	{"boot", {"vm.yaml", "seed.yaml"}, {"boot.done"}},
	{"collect", {0}, {"collect.done"}},
	{"disks", {0}, {"install.done"}},
	{"install", {"vm.yaml", "pack.yaml"}, {0}},
	{"logs", {0}, {"install.done", "boot.done", "collect.done"}},
};

/* One bit for each part that stays. */
static int parse(const char *setting, unsigned *kept, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	const char *value = vt_setting(setting);
	const char *from = vt_setting_source(setting);
	*kept = 0;
	vt_str_split(value, ',', &words);
	for (size_t i = 0; i < words.n; i++) {
		size_t k = 0;
		while (k < VT_COUNT(parts) && strcmp(parts[k].name, words.v[i]))
			k++;
		if (k < VT_COUNT(parts))
			*kept |= 1U << k;
		else if (!strcmp(words.v[i], "all"))
			*kept = (1U << VT_COUNT(parts)) - 1;
		else if (strcmp(words.v[i], "none"))
			return vt_err_set(err, VT_USAGE,
				"%s: '%s' cannot be kept: say all, none, or "
				"some of boot, install, disks, logs, collect",
				from ? from : setting, words.v[i]);
	}
	return 0;
}

int vt_keep_check(struct vt_err **err)
{
	unsigned kept;
	return parse("KEEP_DATA_PASS", &kept, err) < 0 ||
			       parse("KEEP_DATA_FAIL", &kept, err) < 0
		       ? -1
		       : 0;
}

static bool is_input(const struct part *p, const char *name)
{
	for (size_t i = 0; i < MAX_INPUTS && p->inputs[i]; i++)
		if (!strcmp(p->inputs[i], name))
			return true;
	return false;
}

static int drop_stamps(
	const struct part *p, const char *dir, struct vt_err **err)
{
	for (size_t i = 0; i < MAX_STAMPS && p->stamps[i]; i++) {
		VT_AUTO_FREE char *stamp = vt_fs_join(dir, p->stamps[i]);
		if (vt_fs_rmtree(stamp, err) < 0)
			return -1;
	}
	return 0;
}

/* The stamps first: interrupted, it must not look as if the data were there */
static int drop(const struct part *p, const char *dir, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, p->name);
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	if (!vt_fs_is_dir(path))
		return 0;
	if (drop_stamps(p, dir, err) < 0)
		return -1;
	if (!p->inputs[0])
		return vt_fs_rmtree(path, err);
	if (vt_fs_list(path, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		VT_AUTO_FREE char *file = vt_fs_join(path, names.v[i]);
		if (!is_input(p, names.v[i]) && vt_fs_rmtree(file, err) < 0)
			return -1;
	}
	return 0;
}

/* tar stores only what was written of a sparse file. */
static int tar(
	const char *disks, const struct vt_strv *images, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(disks, "disks.tar");
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
	if (vt_tmp_open(&t, path, 0644, err) < 0)
		return -1;
	vt_strv_addv(&argv, "tar", "--create", "--sparse", "--format=gnu",
		(char *)NULL);
	vt_strv_addf(&argv, "--file=%s", t.tmp);
	vt_strv_addf(&argv, "--directory=%s", disks);
	vt_strv_add(&argv, "--");
	for (size_t i = 0; i < images->n; i++)
		vt_strv_add(&argv, images->v[i]);
	struct vt_run run = {.argv = argv.v};
	if (vt_proc_check(&run, err) < 0)
		return -1;
	return vt_tmp_commit(&t, err);
}

static int tar_disks(const char *dir, struct vt_err **err)
{
	static const struct part disks = {
		.name = "disks", .stamps = {"install.done"}};
	VT_AUTO_FREE char *path = vt_fs_join(dir, "disks");
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT, images = VT_STRV_INIT;
	if (!vt_fs_is_dir(path))
		return 0;
	if (vt_fs_list(path, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++)
		if (vt_str_ends(names.v[i], ".img"))
			vt_strv_add(&images, names.v[i]);
	if (!images.n)
		return 0;
	if (tar(path, &images, err) < 0)
		return vt_err_wrap(err, "'%s'", path);
	if (drop_stamps(&disks, dir, err) < 0)
		return -1;
	for (size_t i = 0; i < images.n; i++) {
		VT_AUTO_FREE char *image = vt_fs_join(path, images.v[i]);
		if (vt_fs_rmtree(image, err) < 0)
			return -1;
	}
	return 0;
}

int vt_keep_apply(const char *dir, bool passed, struct vt_err **err)
{
	unsigned kept;
	if (parse(passed ? "KEEP_DATA_PASS" : "KEEP_DATA_FAIL", &kept, err) < 0)
		return -1;
	for (size_t i = 0; i < VT_COUNT(parts); i++)
		if (!(kept & 1U << i) && drop(&parts[i], dir, err) < 0)
			return -1;
	return vt_setting_bool("TAR_DISKS") ? tar_disks(dir, err) : 0;
}

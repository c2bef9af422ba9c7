#include "test/keep.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/settings.h"
#include "base/str.h"
#include "base/tmp.h"
#include "test/disk_users.h"
#include "test/phases.h"
#include "test/result.h"
#include "test/verdict.h"

enum { MAX_DEPTH = 16 }; /* tests with the disks of others */

static void add_choices(struct vt_str *out)
{
	const char *data;
	vt_str_add(out, "all, none, or a list of");
	for (size_t i = 0; (data = vt_phases_data(i)); i++)
		vt_str_addf(out, "%s %s", i ? "," : "", data);
}

/* Set a bit for each vt_phases_data() that is kept. */
static int parse(const char *setting, unsigned *kept, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str choices = VT_STR_INIT;
	const char *value = vt_setting(setting);
	const char *from = vt_setting_source(setting);
	*kept = 0;
	vt_str_split(value, ',', &words);
	for (size_t i = 0; i < words.n; i++) {
		const char *data;
		size_t k = 0;
		while ((data = vt_phases_data(k)) && strcmp(data, words.v[i]))
			k++;
		if (data)
			*kept |= 1U << k;
		else if (!strcmp(words.v[i], "all"))
			*kept = ~0U;
		else if (strcmp(words.v[i], "none")) {
			add_choices(&choices);
			return vt_err_set(err, VT_USAGE,
				"%s: unknown data '%s': use %s",
				from ? from : setting, words.v[i], choices.s);
		}
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

/* Files of vt-rules are kept: make compares their times. */
static bool is_input(const char *name)
{
	const char *input;
	for (size_t i = 0; (input = vt_phases_input(i)); i++)
		if (!strcmp(input, name))
			return true;
	return false;
}

static int drop_stamps(const char *data, const char *dir, struct vt_err **err)
{
	const struct vt_phase_row *row;
	for (size_t i = 0; (row = vt_phases_at(i)); i++) {
		VT_AUTO_FREE char *stamp = vt_phases_stamp(row, dir);
		if (vt_phases_fills(row, data) && vt_fs_rmtree(stamp, err) < 0)
			return -1;
	}
	return 0;
}

/* Remove the stamps first: after an interruption, no stamp may exist without
 * its data. */
static int drop(const char *data, const char *dir, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, data);
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	bool empty = true;
	if (!vt_fs_is_dir(path))
		return 0;
	if (drop_stamps(data, dir, err) < 0 ||
		vt_fs_list(path, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		VT_AUTO_FREE char *name = vt_fs_join(data, names.v[i]);
		VT_AUTO_FREE char *file = vt_fs_join(dir, name);
		if (is_input(name))
			empty = false;
		else if (vt_fs_rmtree(file, err) < 0)
			return -1;
	}
	return empty ? vt_fs_rmtree(path, err) : 0;
}

/* tar --sparse stores only the allocated parts of an image. */
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
	if (drop_stamps("disks", dir, err) < 0)
		return -1;
	for (size_t i = 0; i < images.n; i++) {
		VT_AUTO_FREE char *image = vt_fs_join(path, images.v[i]);
		if (vt_fs_rmtree(image, err) < 0)
			return -1;
	}
	return 0;
}

static const char disks[] = "disks";

/* What is left of the data by the rule for tests that passed, or failed. The
 * disks are left as long as other tests start from them. */
static int apply(const char *dir, bool passed, struct vt_err **err)
{
	const char *data;
	unsigned kept;
	if (parse(passed ? "KEEP_DATA_PASS" : "KEEP_DATA_FAIL", &kept, err) < 0)
		return -1;
	bool needed = vt_disk_users_need(dir);
	for (size_t i = 0; (data = vt_phases_data(i)); i++)
		if (!(kept & 1U << i) && !(needed && !strcmp(data, disks)) &&
			drop(data, dir, err) < 0)
			return -1;
	return !needed && vt_setting_bool("TAR_DISKS") ? tar_disks(dir, err)
						       : 0;
}

/* Whether the rules leave all data. */
static bool leaves_all(bool passed)
{
	unsigned kept;
	return parse(passed ? "KEEP_DATA_PASS" : "KEEP_DATA_FAIL", &kept,
		       NULL) == 0 &&
	       kept == ~0U && !vt_setting_bool("TAR_DISKS");
}

/* The test whose disks this one had has a result: its rules left the disks for
 * this test. If it runs, it sees to them itself. */
static int apply_to_base(const char *base, struct vt_err **err)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	if (vt_result_read(base, &r, NULL) <= 0)
		return 0;
	bool passed = vt_verdict_good(r.exit);
	if (leaves_all(passed))
		return 0;
	VT_AUTO_CLOSE int fd = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || vt_lock_try(fd, true, base, NULL) != 1)
		return 0;
	return apply(base, passed, err);
}

int vt_keep_apply(const char *dir, bool passed, struct vt_err **err)
{
	VT_AUTO_FREE char *at = vt_strdup(dir);
	if (apply(dir, passed, err) < 0)
		return -1;
	/* old files may name each other */
	for (int depth = 0; depth < MAX_DEPTH; depth++) {
		char *base = vt_disk_users_base(at);
		free(at);
		at = base;
		if (!base)
			break;
		if (apply_to_base(base, err) < 0)
			return -1;
	}
	return 0;
}

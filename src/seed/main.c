/* vt-seed: create the NoCloud seed image of an installed system. */
#include <stdbool.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/proc.h"
#include "data/userdata.h"
#include "seed.h"
#include "seed_options.h"
#include "test/phase_dir.h"
#include "test/phase_fail.h"
#include "test/runlog.h"

static int write_in(const char *dir, const char *name, const struct vt_str *b,
	struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, name);
	return vt_fs_write(path, vt_str_c(b), b->len, 0644, err);
}

static int make_seed(
	const struct options *o, const struct seed *s, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str user = VT_STR_INIT, meta = VT_STR_INIT,
				  image = VT_STR_INIT;
	const char *prefix = seed_is_interactive(s) ? "vt-console" : "vt-boot";
	if (seed_user_data(s, &user, err) < 0 ||
		vt_userdata_meta(prefix, &user, &meta, err) < 0 ||
		seed_image(s->format, user.s, meta.s, &image, err) < 0)
		return -1;
	if (!o->dir || seed_is_interactive(s))
		return vt_fs_write(o->output, image.s, image.len, 0644, err);
	if (write_in(o->dir, "boot/user-data", &user, err) < 0 ||
		write_in(o->dir, "boot/meta-data", &meta, err) < 0)
		return -1;
	return write_in(o->dir, "boot/seed.img", &image, err);
}

static bool is_test(const char *dir)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, "boot/seed.yaml");
	return vt_fs_exists(path);
}

int main(int argc, char **argv)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	AUTO_SEED struct seed s = {0};
	struct options o = {0};
	vt_proc_die_with_parent();
	int rc = options_parse(argc, argv, &o, &s, &err);
	if (rc == 0 && o.dir)
		rc = vt_phase_need_test(o.dir, &err);
	if (rc == 0 && o.dir)
		rc = seed_read_test(o.dir, &s, &err);
	if (rc == 0)
		rc = make_seed(&o, &s, &err);
	if (rc < 0 && o.dir && !seed_is_interactive(&s) && is_test(o.dir))
		return vt_phase_fail(o.dir, "seed", err);
	if (rc == 0 && o.dir && !seed_is_interactive(&s))
		vt_runlog(o.dir, "seed", "passed");
	return vt_cli_end(err);
}

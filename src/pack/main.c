/* vt-pack: pack an installer, its config and its command line for a guest. */
#include <stdbool.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/proc.h"
#include "data/userdata.h"
#include "pack.h"
#include "pack_options.h"
#include "test/phase_dir.h"
#include "test/phase_fail.h"
#include "test/runlog.h"

static int write_in(const char *dir, const char *name, const char *data,
	size_t len, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, name);
	return vt_fs_write(path, data, len, 0644, err);
}

/* Write the config to config.yaml or, if it has markers, to config.yaml.in,
 * from which vt-launch makes config.yaml. The other one is removed. */
static int write_config(
	const char *dir, const struct pack *p, struct vt_err **err)
{
	static const char *const names[] = {
		"install/config.yaml", "install/config.yaml.in"};
	const char *name = names[p->has_markers];
	VT_AUTO_FREE char *other = vt_fs_join(dir, names[!p->has_markers]);
	if (vt_fs_rmtree(other, err) < 0)
		return -1;
	return write_in(dir, name, p->config, strlen(p->config), err);
}

static int pack_test(const char *dir, struct pack *p, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str user = VT_STR_INIT, meta = VT_STR_INIT;
	pack_mark_iscsi(p);
	if (pack_user_data(p, &user, err) < 0 ||
		vt_userdata_meta("vt-install", &user, &meta, err) < 0 ||
		write_config(dir, p, err) < 0 ||
		write_in(dir, "install/meta-data", meta.s, meta.len, err) < 0)
		return -1;
	return write_in(dir, "install/user-data", user.s, user.len, err);
}

/* Without a test: as the command line says. */
static int pack_from_options(
	const struct options *o, struct pack *p, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	if (o->user_data)
		pack_mark_iscsi(p);
	int rc = o->user_data ? pack_user_data(p, &out, err)
			      : pack_script(p, &p->file.command, &out, err);
	if (rc < 0)
		return -1;
	return vt_fs_write(
		o->output, out.s, out.len, o->user_data ? 0644 : 0755, err);
}

static bool is_test(const char *dir)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, "install/pack.yaml");
	return vt_fs_exists(path);
}

int main(int argc, char **argv)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	AUTO_PACK struct pack p = PACK_INIT;
	struct options o = {0};
	vt_proc_die_with_parent();
	int rc = options_parse(argc, argv, &o, &p, &err);
	if (rc == 0 && o.dir)
		rc = vt_phase_need_test(o.dir, &err);
	if (rc == 0 && o.dir)
		rc = pack_read_test(o.dir, &p, &err);
	if (rc == 0)
		rc = pack_check(&p, &err);
	if (rc == 0)
		rc = o.dir ? pack_test(o.dir, &p, &err)
			   : pack_from_options(&o, &p, &err);
	if (rc < 0 && o.dir && is_test(o.dir))
		return vt_phase_fail(o.dir, "pack", err);
	if (rc == 0 && o.dir)
		vt_runlog(o.dir, "pack", "passed");
	return vt_cli_end(err);
}

/* MD RAID arrays. */
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "entries.h"
#include "layers.h"
#include "step.h"

const char *raid_level(const struct vt_dev *raid)
{
	static const char *const levels[] = {
		"0", "1", "4", "5", "6", "10", NULL};
	const char *level = vt_dev_text(raid, "raidlevel");
	if (vt_str_starts(level, "raid"))
		level += strlen("raid");
	return vt_str_in(levels, level) ? level : NULL;
}

/* Members that are all zero are in sync, so no kernel thread computes parity
 * during the copy and the boot. */
static int add_members(struct vt_strv *argv, size_t *n, const struct plan *plan,
	const struct vt_dev *d, const char *role, struct vt_err **err)
{
	for (size_t i = 0; i < d->n_refs; i++) {
		const char *dev = plan_dev(plan, d->refs[i].used);
		if (strcmp(d->refs[i].key->word, role) != 0)
			continue;
		if (device_zero(dev, err) < 0)
			return -1;
		vt_strv_add(argv, dev);
		++*n;
	}
	return 0;
}

int raid_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT, members = VT_STRV_INIT;
	const char *metadata = vt_dev_text(d, "metadata");
	size_t n = 0, n_spares = 0;
	char *dev = vt_printf("/dev/md/%s", vt_dev_text(d, "name"));
	plan_made(plan, d)->dev = dev;
	if (!metadata || !strcmp(metadata, "default"))
		metadata = "1.2";
	if (add_members(&members, &n, plan, d, "devices", err) < 0 ||
		add_members(
			&members, &n_spares, plan, d, "spare_devices", err) < 0)
		return -1;
	VT_AUTO_FREE char *active = vt_printf("--raid-devices=%zu", n);
	VT_AUTO_FREE char *spares = vt_printf("--spare-devices=%zu", n_spares);
	/* any host name, so that the installed system uses the same name */
	vt_strv_addv(&argv, "mdadm", "--create", dev, "--run", "--quiet",
		"--homehost=any", "--assume-clean", "--metadata", metadata,
		"--level", raid_level(d), active, n_spares ? spares : NULL,
		NULL);
	for (size_t i = 0; i < members.n; i++)
		vt_strv_add(&argv, members.v[i]);
	if (step_argv(argv.v, NULL, NULL, err) < 0 ||
		step(err, "udevadm", "settle", "--timeout=60", NULL) < 0)
		return -1;
	return entry_wipe(plan, d, err);
}

int raid_release(const char *dev, struct vt_err **err)
{
	return step(err, "mdadm", "--stop", "--quiet", dev, NULL);
}

int raid_configure(
	const struct plan *plan, const char *root, struct vt_err **err)
{
	bool any = false;
	for (size_t i = 0; i < plan->graph.n; i++)
		any |= vt_dev_is(&plan->graph.v[i], VT_RAID);
	if (!any)
		return 0;
	VT_AUTO_FREE char *arrays =
		step_output(err, "mdadm", "--detail", "--scan", NULL);
	VT_AUTO_FREE char *path = vt_printf("%s/etc/mdadm/mdadm.conf", root);
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	if (!arrays)
		return -1;
	vt_str_addf(&text,
		"# Written by vt-install.\n"
		"HOMEHOST <system>\n"
		"MAILADDR root\n"
		"%s\n",
		arrays);
	return vt_fs_write(path, text.s, text.len, 0644, err);
}

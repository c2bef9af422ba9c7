/* Volume groups and logical volumes. */
#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "entries.h"
#include "layers.h"
#include "step.h"

int volgroup_make(
	struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	const char *name = vt_dev_text(d, "name");
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	vt_strv_addv(&argv, "vgcreate", "--quiet", "--yes", name, NULL);
	for (size_t i = 0; i < d->n_refs; i++)
		vt_strv_add(&argv, plan_dev(plan, d->refs[i].used));
	if (step_argv(argv.v, NULL, NULL, err) < 0)
		return -1;
	plan_made(plan, d)->dev = vt_printf("/dev/%s", name);
	return 0;
}

int volgroup_release(const char *dev, struct vt_err **err)
{
	return step(err, "vgchange", "--quiet", "--activate", "n",
		dev + strlen("/dev/"), NULL);
}

int volume_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	const char *group = vt_dev_text(below(d), "name");
	const char *name = vt_dev_text(d, "name");
	uint64_t bytes = vt_dev_num(d, "size");
	VT_AUTO_FREE char *size =
		bytes ? vt_printf("--size=%" PRIu64 "b", bytes)
		      : vt_strdup("--extents=100%FREE");
	if (step(err, "lvcreate", "--quiet", "--yes", "--wipesignatures=y",
		    "--name", name, size, group, NULL) < 0)
		return -1;
	plan_made(plan, d)->dev = vt_printf("/dev/%s/%s", group, name);
	return entry_wipe(plan, d, err);
}

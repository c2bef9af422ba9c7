/* What the layers above partitions have in common. */
#include "layers.h"

#include "entries.h"
#include "step.h"

/* What is below it would be made anew, and with it what is to be kept. */
int layer_check_kept(const struct vt_dev *d, struct vt_err **err)
{
	for (size_t i = 0; vt_dev_num(d, "preserve") && i < d->n_refs; i++)
		if (!vt_dev_is(d->refs[i].used, VT_NVME_CONTROLLER) &&
			!vt_dev_num(d->refs[i].used, "preserve"))
			return vt_dev_err(d, vt_dev_node(d, "preserve"), err,
				"it is preserved, but '%s' is not",
				d->refs[i].used->id);
	return 0;
}

int layer_finish(
	const struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	if (step(err, "udevadm", "settle", "--timeout=60", NULL) < 0)
		return -1;
	return vt_dev_num(d, "preserve") ? 0 : entry_wipe(plan, d, err);
}

/* verify.yaml's `storage`: the expected state of the disks and of the booted
 * system, derived from the config. */
#include "plan.h"
#include "storage/expect.h"
#include "storage/realise.h"

struct vt_node *vt_emit_storage(struct vt_plan *plan, struct vt_doc *doc)
{
	struct vt_graph *g = &plan->storage;
	/* partitioning_commands replace the storage config */
	if (vt_node_get(plan->config, "partitioning_commands"))
		return NULL;
	vt_realise(g);
	for (size_t i = 0; i < plan->guest.n_disks; i++) {
		struct vt_guest_disk *d = &plan->guest.disks[i];
		if (!d->entry)
			continue;
		d->entry->image = d->path;
		d->entry->sector_bytes = (unsigned)plan->guest.block_size_bytes;
	}
	return vt_storage_write(g, doc);
}

/* Whether the data of an earlier system is kept: what is expected of each mount
 * in a test with disks_from. plant.sh leaves a file on each file system before
 * the install. */
#include <string.h>

#include "base/mem.h"
#include "plan.h"
#include "storage/types.h"
#include "test/verify_file.h"

static bool is_mounted(const struct vt_dev *d)
{
	const char *path = vt_dev_text(d, "path");
	return vt_dev_is(d, VT_MOUNT) && path && *path == '/' &&
	       vt_dev_num(d, "mounted");
}

void vt_emit_planted(const struct vt_plan *plan, struct vt_doc *doc,
	struct vt_verify_file *f)
{
	const struct vt_graph *g = &plan->storage;
	f->disks_from = plan->def.disks_from;
	for (size_t i = 0; f->disks_from && f->storage && i < g->n; i++) {
		const struct vt_dev *d = &g->v[i];
		const struct vt_dev *format = vt_dev_ref(d, "device");
		if (!is_mounted(d) || !format || !vt_dev_is(format, VT_FORMAT))
			continue;
		struct vt_planted *p =
			vt_record_add(&f->planted, &f->n_planted, sizeof(*p));
		VT_AUTO_FREE char *at = vt_node_at(format->at);
		p->mount = vt_dev_text(d, "path");
		p->kept = vt_dev_num(format, "preserve") != 0;
		p->at = vt_doc_keep(doc, at);
	}
}

/* What must not be there beside the devices of the config: lines of fstab,
 * swaps, arrays, volumes and bcaches that nobody asked for.
 *
 *	vt_extra_realise(&graph, config, foreign);       vt-rules
 *	vt_compare_extra(look, tell, arg);               vt-verify
 *
 * Between the two, storage_extra of verify.yaml has the position of the
 * config's section, the swap file that the installer may make unasked, and why
 * some are not looked for.
 */
#ifndef VT_EXTRA_H
#define VT_EXTRA_H

#include "graph/compare.h"
#include "storage/sections.h"

/** vt_extra_realise() - what is to be looked for after the installation
 * @config: whole: its commands may ask for more than its devices
 * @foreign: NULL, or why disks of the machine may hold other devices
 */
void vt_extra_realise(
	struct vt_graph *g, const struct vt_node *config, const char *foreign);

/** vt_extra_write() - NULL if nothing is to be looked for */
struct vt_node *vt_extra_write(const struct vt_graph *g, struct vt_doc *doc);
int vt_extra_read(
	struct vt_graph *g, const struct vt_node *map, struct vt_err **err);

/** vt_extra_name() - of a kind: "mounts"; NULL after the last */
const char *vt_extra_name(enum vt_extra_kind kind);

/** vt_compare_extra() - a result for each kind, named "storage extra-KIND" */
void vt_compare_extra(struct vt_look *look,
	void (*tell)(void *arg, struct vt_compared *c), void *arg);

#endif

/* Checks of storage entries beyond kinds and lists of values: the functions of
 * the rows in types.c. Each refuses what curtin refuses or cannot carry out.
 * Errors are VT_USAGE with file:line:column, and name the entry.
 */
#ifndef VT_ENTRY_CHECKS_H
#define VT_ENTRY_CHECKS_H

#include "graph/graph.h"

/* Of a key's value. */
int vt_entry_check_fstype(
	const struct vt_dev *d, const struct vt_field *f, struct vt_err **err);
int vt_entry_check_passno(
	const struct vt_dev *d, const struct vt_field *f, struct vt_err **err);
int vt_entry_check_grub_device(
	const struct vt_dev *d, const struct vt_field *f, struct vt_err **err);

/* Of an entry, once all are linked. */
int vt_entry_check_disk(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_err **err);
int vt_entry_check_partition(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_err **err);
int vt_entry_check_mount(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_err **err);
int vt_entry_check_raid(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_err **err);
int vt_entry_check_lvm_partition(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_err **err);
int vt_entry_check_dm_crypt(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_err **err);

#endif

/* Reading of entries, for configs and verify.yaml (read_expected.c).
 *
 *	vt_entries_reserve(g, list, list->n, err);
 *	... vt_entry_head() of each, then vt_entry_key() of each and its keys
 *
 * The heads come first, since an entry may name a later one. Errors are
 * VT_USAGE with file:line:column, and name the entry.
 */
#ifndef VT_READ_ENTRY_H
#define VT_READ_ENTRY_H

#include "graph/graph.h"

/** vt_entries_reserve() - allocate all entries of a graph, whose `types` is
 * set; they must not move later */
int vt_entries_reserve(struct vt_graph *g, const struct vt_node *at,
	size_t total, struct vt_err **err);

/** vt_entry_head() - add an entry: its id and type
 * @type: NULL: its key `type` says it */
int vt_entry_head(struct vt_graph *g, const struct vt_node *n,
	const struct vt_type *type, struct vt_err **err);

/** vt_entry_key() - add the field or the references of a key, if the entry has
 * it
 * @name: of the key in the file */
int vt_entry_key(struct vt_graph *g, struct vt_dev *d,
	const struct vt_type_key *key, const char *name, struct vt_err **err);

/** vt_entry_value() - check the value of a key, if the entry has it, by its row
 */
int vt_entry_value(struct vt_dev *d, const char *word, struct vt_err **err);

#endif

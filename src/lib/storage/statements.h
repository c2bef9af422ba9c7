/* The statements of a config: each scalar below `storage`, `network` and `swap`
 * that is neither an id nor a reference, with the check that answers it, or the
 * reason why none does.
 *
 *	VT_AUTO_STATEMENTS struct vt_statements s = {0};
 *	vt_realise(&graph);
 *	vt_storage_statements(&s, &graph, config, NULL);
 *	... s.v[0].check ...
 *
 * The reasons are data of the types' rows (types.c).
 */
#ifndef VT_STATEMENTS_H
#define VT_STATEMENTS_H

#include "storage/graph.h"
#include "storage/types.h"

struct vt_statement {
	const char *section; /* storage, network or swap */
	const char *name;    /* "disk sda serial" */
	const char *at;      /* file:line:column */
	const char *check;   /* name of its result; NULL: none answers it */
	const char *reason;  /* why none does */
	enum vt_sides sides;
};

struct vt_statements {
	struct vt_statement *v;
	size_t n;
	struct vt_strv own; /* of the texts */
};
void vt_statements_free(struct vt_statements *s);
#define VT_AUTO_STATEMENTS __attribute__((cleanup(vt_statements_free)))

/**
 * vt_storage_statements() - add those of `storage` and `swap`
 * @config: the root that the graph was read from; the graph is realised
 * @none: NULL, or why no statement is answered: the storage config is not
 *   carried out
 */
void vt_storage_statements(struct vt_statements *s, const struct vt_graph *g,
	const struct vt_node *config, const char *none);

/**
 * vt_section_statements() - add those of a section that nothing compares
 * @refs: keys whose values are no statements, NULL-terminated
 */
void vt_section_statements(struct vt_statements *s,
	const struct vt_node *config, const char *section,
	const char *const *refs, const char *reason);

#endif

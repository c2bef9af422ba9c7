/* The statements of a config: each scalar below `storage`, `network` and `swap`
 * that is neither an id nor a reference, with the check that answers it, or the
 * reason why none does.
 *
 *	VT_AUTO_STATEMENTS struct vt_statements s = {0};
 *	vt_realise(&graph);
 *	vt_storage_statements(&s, &graph, config, NULL);
 *	... s.v[0].check ...
 *
 * The reasons are data of the types' rows.
 */
#ifndef VT_STATEMENTS_H
#define VT_STATEMENTS_H

#include "graph/graph.h"
#include "graph/type.h"

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

/** vt_statements_own() - keep a text of a statement; Return: `text` */
const char *vt_statements_own(struct vt_statements *s, char *text);

/** vt_statements_add() - one for each scalar of a value, as `like`; the first
 * has its name alone */
void vt_statements_add(struct vt_statements *s, const char *name,
	const struct vt_node *value, const struct vt_statement *like);

/** vt_statements_entry() - add those of an entry of a realised graph
 * @none: NULL, or why no statement is answered */
void vt_statements_entry(struct vt_statements *s, const struct vt_graph *g,
	const struct vt_dev *d, const char *none);

#endif

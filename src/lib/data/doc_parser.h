/* What the reading half of the doc module shares: doc_parse.c feeds a file to
 * libyaml and checks what surrounds the tree, doc_compose.c makes nodes of
 * events, doc_keys.c settles the keys of a map. */
#ifndef VT_DOC_PARSER_H
#define VT_DOC_PARSER_H

#include <yaml.h>

#include "data/doc_internal.h"

struct vt_parser {
	yaml_parser_t yaml;
	struct vt_doc *doc;
	const char *file;
	const char *buf;
	size_t len;
	void *anchors; /* tsearch tree of struct anchor */
	size_t nodes;
	unsigned depth;
	struct vt_strv *warnings; /* NULL: a duplicate key is an error */
	struct vt_err **err;
};

#define VT_AUTO_EVENT __attribute__((cleanup(yaml_event_delete)))

struct vt_pos vt_parser_pos(const struct vt_parser *p, const yaml_mark_t *mark);
int vt_parser_fail(struct vt_parser *p, struct vt_pos pos, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** vt_parser_next() - of libyaml, its error made ours */
int vt_parser_next(struct vt_parser *p, yaml_event_t *event);

/** vt_parser_compose() - the node that starts with `event`; *height (0 before)
 * gets the number of collections on its deepest path */
struct vt_node *vt_parser_compose(
	struct vt_parser *p, const yaml_event_t *event, unsigned *height);
void vt_parser_free_anchors(struct vt_parser *p);

/** vt_parser_finish_map() - a map read whole: merge keys resolved, duplicates
 * refused or, in an installer's config, the last taken */
int vt_parser_finish_map(struct vt_parser *p, struct vt_node *map);

#endif

/* The YAML parser; private to data/doc_*.c. doc_parse.c passes a file to
 * libyaml, doc_compose.c creates nodes from libyaml's events, doc_keys.c
 * resolves the duplicate and merge keys of a map, doc_pyyaml.c finds text
 * that only PyYAML refuses. Functions that fail set a VT_USAGE error with a
 * position in p->err.
 */
#ifndef VT_DOC_PARSER_H
#define VT_DOC_PARSER_H

#include <yaml.h>

#include "data/doc_internal.h"

/* How far doc_pyyaml.c has looked. */
struct vt_looked {
	size_t byte, index; /* index: of characters, as libyaml counts */
	unsigned line, column;
};

struct vt_parser {
	yaml_parser_t yaml;
	struct vt_doc *doc;
	const char *file;
	const char *buf;
	size_t len, start; /* start: after a byte order mark */
	void *anchors;     /* tsearch tree of struct anchor */
	size_t nodes;
	unsigned depth;
	struct vt_looked looked;
	unsigned flow; /* depth of [] and {} */
	/* of a config, which is read as by PyYAML, but for duplicate keys;
	 * NULL: a file of vt, in which these are errors */
	struct vt_strv *warnings;
	struct vt_err **err;
};

#define VT_AUTO_EVENT __attribute__((cleanup(yaml_event_delete)))

struct vt_pos vt_parser_pos(const struct vt_parser *p, const yaml_mark_t *mark);
/** vt_parser_byte() - the place of a mark in p->buf */
size_t vt_parser_byte(const struct vt_parser *p, const yaml_mark_t *mark);
int vt_parser_fail(struct vt_parser *p, struct vt_pos pos, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** vt_parser_next() - get the next event from libyaml */
int vt_parser_next(struct vt_parser *p, yaml_event_t *event);

/** vt_parser_compose() - create the node that starts with `event`
 * @height: must be 0; set to the number of nested collections
 * Return: NULL on error */
struct vt_node *vt_parser_compose(
	struct vt_parser *p, const yaml_event_t *event, unsigned *height);
void vt_parser_free_anchors(struct vt_parser *p);

/** vt_parser_check_text() - in a config, look at the text up to the end of an
 * event */
int vt_parser_check_text(struct vt_parser *p, const yaml_event_t *event);

/** vt_parser_add_indentation() - after an error: if the text has a block scalar
 * that begins with a tab, which PyYAML takes and libyaml only with an
 * indentation in the header, as in "|2", append the text with it
 * Return: false for another error */
bool vt_parser_add_indentation(const struct vt_parser *p, struct vt_str *out);

/** vt_parser_finish_map() - resolve the merge keys of a map that has been read
 * completely. Duplicate keys are errors or, with p->warnings, the last is used,
 * unless a list or a map would be lost.
 */
int vt_parser_finish_map(struct vt_parser *p, struct vt_node *map);

#endif

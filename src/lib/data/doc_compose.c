/* Create nodes from the events of libyaml: anchors, tags, limits. */
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/doc.h"
#include "data/doc_parser.h"

/* With aliases expanded: a small file can stand for billions of nodes. */
enum { MAX_NODES = 1000000 };

#define YAML_TAG "tag:yaml.org,2002:"

struct anchor {
	const char *name;
	struct vt_node *node;
	size_t nodes;    /* in its tree, with aliases expanded */
	unsigned height; /* number of nested collections in its tree */
	bool open;       /* its node has not been read completely */
};

static int count_nodes(struct vt_parser *p, struct vt_pos pos, size_t more)
{
	p->nodes += more;
	if (p->nodes > MAX_NODES)
		return vt_parser_fail(p, pos, "more than %d values%s",
			MAX_NODES, more > 1 ? " after alias expansion" : "");
	return 0;
}

/* Anchors. A later one replaces an earlier one of the same name. */

static int anchor_cmp(const void *a, const void *b)
{
	return strcmp(((const struct anchor *)a)->name,
		((const struct anchor *)b)->name);
}

/* @opened: NULL if there is no anchor */
static int anchor_open(struct vt_parser *p, const yaml_char_t *name,
	struct vt_node *node, struct anchor **opened)
{
	*opened = NULL;
	if (!name)
		return 0;
	struct anchor *a = vt_arena_alloc(p->doc->arena, sizeof(*a));
	const char *s = (const char *)name;
	a->name = vt_arena_strndup(p->doc->arena, s, strlen(s));
	a->node = node;
	a->nodes = p->nodes;
	a->open = true;
	struct anchor **slot = tsearch(a, &p->anchors, anchor_cmp);
	if (!slot)
		abort(); /* out of memory, as in vt_alloc() */
	if (*slot != a && p->warnings)
		return vt_parser_fail(p, node->pos,
			"the anchor '&%s' is already at line %u: PyYAML "
			"refuses a second one, give it another name",
			a->name, (*slot)->node->pos.line);
	*slot = *opened = a;
	return 0;
}

static void anchor_close(
	const struct vt_parser *p, struct anchor *a, unsigned height)
{
	if (!a)
		return;
	a->nodes = p->nodes - a->nodes + 1;
	a->height = height;
	a->open = false;
}

static void anchor_keep(void *a)
{
	(void)a; /* owned by the arena */
}

void vt_parser_free_anchors(struct vt_parser *p)
{
	tdestroy(p->anchors, anchor_keep);
}

/* Tags */

static int fail_tag(struct vt_parser *p, struct vt_pos pos, const char *tag)
{
	VT_AUTO_FREE char *text = NULL;
	size_t n = strlen(YAML_TAG);

	if (strncmp(tag, YAML_TAG, n) == 0) {
		VT_AUTO_FREE char *full = vt_printf("!!%s", tag + n);
		text = vt_doc_quoted(full);
	} else {
		text = vt_doc_quoted(tag);
	}
	return vt_parser_fail(p, pos,
		"unsupported tag %s: use !!str, !!int, !!float, !!bool, "
		"!!null, !!map or !!seq",
		text);
}

static bool is_tag(const char *tag, const char *kind)
{
	size_t n = strlen(YAML_TAG);

	return tag && strncmp(tag, YAML_TAG, n) == 0 &&
	       strcmp(tag + n, kind) == 0;
}

static int tag_collection(struct vt_parser *p, struct vt_pos pos,
	const char *tag, const char *kind)
{
	return !tag || is_tag(tag, kind) ? 0 : fail_tag(p, pos, tag);
}

/* "5.", since "5" is an integer */
static char *with_point(struct vt_parser *p, const char *digits)
{
	VT_AUTO_FREE char *text = vt_printf("%s.", digits);

	return vt_arena_strndup(p->doc->arena, text, strlen(text));
}

static int tag_scalar(struct vt_parser *p, struct vt_node *n, const char *tag)
{
	static const struct {
		const char *tag;
		enum vt_scalar_type type;
	} known[] = {
		{YAML_TAG "null", VT_TYPE_NULL},
		{YAML_TAG "bool", VT_TYPE_BOOL},
		{YAML_TAG "int", VT_TYPE_INT},
		{YAML_TAG "float", VT_TYPE_FLOAT},
	};

	if (!tag)
		return 0;
	if (strcmp(tag, YAML_TAG "str") == 0) {
		n->plain = false;
		return 0;
	}
	if (is_tag(tag, "float") && n->text[strspn(n->text, "0123456789")] == 0)
		n->text = with_point(p, n->text);
	for (size_t i = 0; i < VT_COUNT(known); i++) {
		if (strcmp(tag, known[i].tag) != 0)
			continue;
		if (vt_scalar_type(n->text) != known[i].type) {
			VT_AUTO_FREE char *text = vt_doc_quoted(n->text);
			return vt_parser_fail(p, n->pos,
				"%s is not a valid !!%s", text,
				tag + strlen(YAML_TAG));
		}
		n->plain = true;
		return 0;
	}
	return fail_tag(p, n->pos, tag);
}

/* Nodes */

/* Whether PyYAML can make a value of an unquoted scalar in a config. As a key,
 * "<<" and "=" have a meaning. */
static int check_scalar(struct vt_parser *p, const struct vt_node *n, bool key)
{
	const char *fault = NULL;

	if (p->warnings && n->kind == VT_SCALAR && n->plain &&
		!(key && vt_node_type(n) == VT_TYPE_STR))
		fault = vt_scalar_fault(n->text);
	return fault ? vt_parser_fail(p, n->pos, "%s is %s (quote it: '%s')",
			       n->text, fault, n->text)
		     : 0;
}

static struct vt_node *node_begin(
	struct vt_parser *p, const yaml_event_t *event, enum vt_node_kind kind)
{
	struct vt_node *n = vt_node_new(p->doc, kind);

	n->pos = vt_parser_pos(p, &event->start_mark);
	if (count_nodes(p, n->pos, 1) < 0)
		return NULL;
	if (kind != VT_SCALAR && ++p->depth > VT_DOC_DEPTH) {
		vt_parser_fail(
			p, n->pos, "nested more than %d levels", VT_DOC_DEPTH);
		return NULL;
	}
	return n;
}

static struct vt_node *compose_alias(
	struct vt_parser *p, const yaml_event_t *event, unsigned *height)
{
	struct vt_pos pos = vt_parser_pos(p, &event->start_mark);
	struct anchor want = {.name = (char *)event->data.alias.anchor};
	struct anchor **found = tfind(&want, &p->anchors, anchor_cmp);

	if (!found) {
		vt_parser_fail(p, pos,
			"undefined alias '*%s': no anchor '&%s' before it",
			want.name, want.name);
		return NULL;
	}
	struct anchor *a = *found;
	if (a->open) {
		vt_parser_fail(p, pos,
			"recursive alias '*%s': it is inside its own anchor",
			a->name);
		return NULL;
	}
	if (count_nodes(p, pos, a->nodes) < 0)
		return NULL;
	if (p->depth + a->height > VT_DOC_DEPTH) {
		vt_parser_fail(
			p, pos, "nested more than %d levels", VT_DOC_DEPTH);
		return NULL;
	}
	a->node->shared = true;
	*height = a->height;
	return a->node;
}

static struct vt_node *compose_scalar(
	struct vt_parser *p, const yaml_event_t *event)
{
	struct vt_node *n = node_begin(p, event, VT_SCALAR);
	const char *text = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length;
	struct anchor *a;

	if (!n)
		return NULL;
	if (memchr(text, '\0', len)) {
		vt_parser_fail(p, n->pos, "NUL character in a string");
		return NULL;
	}
	n->text = vt_arena_strndup(p->doc->arena, text, len);
	n->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (tag_scalar(p, n, (const char *)event->data.scalar.tag) < 0 ||
		anchor_open(p, event->data.scalar.anchor, n, &a) < 0)
		return NULL;
	anchor_close(p, a, 0);
	return n;
}

/* The list [key, value] that PyYAML makes of each entry of an !!omap. */
static struct vt_node *pair_of(struct vt_parser *p, struct vt_node *map)
{
	struct vt_node *pair = vt_node_new(p->doc, VT_SEQ);

	if (map->kind != VT_MAP || map->n != 1) {
		vt_parser_fail(p, map->pos,
			"an !!omap is a list of maps of one key each");
		return NULL;
	}
	pair->pos = map->pos;
	vt_node_append(p->doc, pair, NULL, map->keys[0]);
	vt_node_append(p->doc, pair, NULL, map->items[0]);
	return pair;
}

static struct vt_node *compose_seq(
	struct vt_parser *p, const yaml_event_t *event, unsigned *height)
{
	struct vt_node *n = node_begin(p, event, VT_SEQ);
	const char *tag = (const char *)event->data.sequence_start.tag;
	bool pairs = is_tag(tag, "omap") || is_tag(tag, "pairs");
	struct anchor *a;

	if (!n || (!pairs && tag_collection(p, n->pos, tag, "seq") < 0) ||
		anchor_open(p, event->data.sequence_start.anchor, n, &a) < 0)
		return NULL;
	for (;;) {
		VT_AUTO_EVENT yaml_event_t ev = {0};
		unsigned h = 0;
		if (vt_parser_next(p, &ev) < 0)
			return NULL;
		if (ev.type == YAML_SEQUENCE_END_EVENT)
			break;
		struct vt_node *item = vt_parser_compose(p, &ev, &h);
		if (!item || check_scalar(p, item, false) < 0 ||
			(pairs && !(item = pair_of(p, item))))
			return NULL;
		vt_node_append(p->doc, n, NULL, item);
		*height = h > *height ? h : *height;
	}
	p->depth--;
	++*height;
	anchor_close(p, a, *height);
	return n;
}

static struct vt_node *compose_map(
	struct vt_parser *p, const yaml_event_t *event, unsigned *height)
{
	struct vt_node *n = node_begin(p, event, VT_MAP);
	struct anchor *a;

	if (!n ||
		tag_collection(p, n->pos,
			(const char *)event->data.mapping_start.tag,
			"map") < 0 ||
		anchor_open(p, event->data.mapping_start.anchor, n, &a) < 0)
		return NULL;
	for (;;) {
		VT_AUTO_EVENT yaml_event_t kev = {0};
		VT_AUTO_EVENT yaml_event_t iev = {0};
		unsigned h = 0;
		if (vt_parser_next(p, &kev) < 0)
			return NULL;
		if (kev.type == YAML_MAPPING_END_EVENT)
			break;
		struct vt_node *key = vt_parser_compose(p, &kev, &h);
		if (!key)
			return NULL;
		if (key->kind != VT_SCALAR) {
			vt_parser_fail(p, vt_parser_pos(p, &kev.start_mark),
				"a key must be a scalar, found %s",
				vt_node_kind_name(key));
			return NULL;
		}
		/* "", "~" and "null" are the same key */
		if (vt_node_is_null(key))
			key->text = vt_arena_strndup(p->doc->arena, "null", 4);
		if (vt_parser_next(p, &iev) < 0)
			return NULL;
		struct vt_node *item = vt_parser_compose(p, &iev, &h);
		if (!item || check_scalar(p, key, true) < 0 ||
			check_scalar(p, item, false) < 0)
			return NULL;
		vt_node_append(p->doc, n, key, item);
		*height = h > *height ? h : *height;
	}
	if (vt_parser_finish_map(p, n) < 0)
		return NULL;
	p->depth--;
	++*height;
	anchor_close(p, a, *height);
	return n;
}

struct vt_node *vt_parser_compose(
	struct vt_parser *p, const yaml_event_t *event, unsigned *height)
{
	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return compose_alias(p, event, height);
	case YAML_SCALAR_EVENT:
		return compose_scalar(p, event);
	case YAML_SEQUENCE_START_EVENT:
		return compose_seq(p, event, height);
	case YAML_MAPPING_START_EVENT:
		return compose_map(p, event, height);
	default:
		vt_parser_fail(p, vt_parser_pos(p, &event->start_mark),
			"invalid YAML");
		return NULL;
	}
}

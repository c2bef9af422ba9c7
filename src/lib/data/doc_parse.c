/* Read and parse a YAML file. */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "data/doc.h"
#include "data/doc_parser.h"

enum {
	MAX_BYTES = 16 << 20,
	/* libyaml's time grows with the square of their number */
	MAX_TAG_DIRECTIVES = 64,
	/* each block scalar that begins with a tab is another try */
	MAX_PARSED = MAX_BYTES,
};

struct vt_pos vt_parser_pos(const struct vt_parser *p, const yaml_mark_t *mark)
{
	return (struct vt_pos){.file = p->file,
		.line = (unsigned)mark->line + 1,
		.column = (unsigned)mark->column + 1};
}

int vt_parser_fail(struct vt_parser *p, struct vt_pos pos, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vt_err_vset(p->err, VT_USAGE, fmt, ap);
	va_end(ap);
	return vt_err_wrap(p->err, "%s:%u:%u", pos.file, pos.line, pos.column);
}

static struct vt_pos pos_of_byte(const struct vt_parser *p, size_t offset)
{
	struct vt_pos pos = {.file = p->file, .line = 1, .column = 1};

	for (size_t i = 0; i < offset && i < p->len; i++) {
		if (p->buf[i] == '\n') {
			pos.line++;
			pos.column = 1;
		} else if (!vt_utf8_continues(p->buf[i])) {
			pos.column++;
		}
	}
	return pos;
}

size_t vt_parser_byte(const struct vt_parser *p, const yaml_mark_t *mark)
{
	size_t at = p->start;

	for (size_t i = 0; i < mark->index && at < p->len; i++)
		do
			at++;
		while (at < p->len && vt_utf8_continues(p->buf[at]));
	return at;
}

/* Whether a tab is at the place of an error or indents its line: libyaml's
 * message is then hard to understand. */
static bool is_tab(const struct vt_parser *p, const yaml_mark_t *mark)
{
	size_t at = vt_parser_byte(p, mark);
	const char *nl = memrchr(p->buf, '\n', at);
	const char *line = nl ? nl + 1 : p->buf;
	const char *end = p->buf + p->len;

	while (line < end && *line == ' ')
		line++;
	return (line < end && *line == '\t') ||
	       (at < p->len && p->buf[at] == '\t');
}

static int fail_yaml(struct vt_parser *p)
{
	const yaml_parser_t *y = &p->yaml;
	const char *problem = y->problem ? y->problem : "invalid YAML";

	if (y->error == YAML_MEMORY_ERROR)
		return vt_err_set(p->err, VT_HOST, "out of memory");
	if (y->error == YAML_READER_ERROR)
		return vt_parser_fail(
			p, pos_of_byte(p, y->problem_offset), "%s", problem);
	if (is_tab(p, &y->problem_mark))
		return vt_parser_fail(p, vt_parser_pos(p, &y->problem_mark),
			"%s: indent with spaces, not tabs", problem);
	if (!y->context)
		return vt_parser_fail(
			p, vt_parser_pos(p, &y->problem_mark), "%s", problem);
	return vt_parser_fail(p, vt_parser_pos(p, &y->problem_mark),
		"%s %s that starts at line %zu", problem, y->context,
		y->context_mark.line + 1);
}

int vt_parser_next(struct vt_parser *p, yaml_event_t *event)
{
	if (!yaml_parser_parse(&p->yaml, event))
		return fail_yaml(p);
	return vt_parser_check_text(p, event);
}

static int parse_stream(struct vt_parser *p)
{
	VT_AUTO_EVENT yaml_event_t stream = {0};
	VT_AUTO_EVENT yaml_event_t start = {0};
	VT_AUTO_EVENT yaml_event_t first = {0};
	VT_AUTO_EVENT yaml_event_t end = {0};
	VT_AUTO_EVENT yaml_event_t after = {0};
	unsigned height = 0;

	p->doc->root->pos =
		(struct vt_pos){.file = p->file, .line = 1, .column = 1};
	if (vt_parser_next(p, &stream) < 0 || vt_parser_next(p, &start) < 0)
		return -1;
	if (start.type == YAML_STREAM_END_EVENT)
		return 0;
	if (vt_parser_next(p, &first) < 0)
		return -1;
	struct vt_node *root = vt_parser_compose(p, &first, &height);
	if (!root)
		return -1;
	if (vt_parser_next(p, &end) < 0 || vt_parser_next(p, &after) < 0)
		return -1;
	if (after.type != YAML_STREAM_END_EVENT)
		return vt_parser_fail(p, vt_parser_pos(p, &after.start_mark),
			"second document at line %zu: a file may contain only "
			"one",
			after.start_mark.line + 1);
	/* a file that contains only "---" counts as empty */
	if (root->kind != VT_SCALAR || !root->plain || *root->text)
		p->doc->root = root;
	return 0;
}

static int check_bytes(struct vt_parser *p)
{
	const char *s = p->buf, *end = p->buf + p->len;
	const char *nul = memchr(s, '\0', p->len);
	unsigned tags = 0;

	if (p->len > MAX_BYTES)
		return vt_err_set(p->err, VT_USAGE,
			"'%s' is larger than %d bytes", p->file, MAX_BYTES);
	if (nul)
		return vt_parser_fail(p, pos_of_byte(p, (size_t)(nul - s)),
			"NUL byte: the file is not UTF-8 text");
	while (s < end) {
		if (end - s >= 4 && memcmp(s, "%TAG", 4) == 0 &&
			++tags > MAX_TAG_DIRECTIVES)
			return vt_parser_fail(p,
				pos_of_byte(p, (size_t)(s - p->buf)),
				"more than %d %%TAG directives",
				MAX_TAG_DIRECTIVES);
		s = memchr(s, '\n', (size_t)(end - s));
		s = s ? s + 1 : end;
	}
	return 0;
}

/* libyaml does not count a byte order mark. */
static bool has_bom(const char *buf, size_t len)
{
	return len >= 3 && memcmp(buf, "\xef\xbb\xbf", 3) == 0;
}

/* @fixed: set to another text to parse instead, or left empty */
static struct vt_doc *parse(const char *name, const char *buf, size_t len,
	struct vt_strv *warnings, struct vt_str *fixed, struct vt_err **err)
{
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	size_t start = has_bom(buf, len) ? 3 : 0;
	struct vt_parser p = {.doc = doc,
		.file = vt_arena_name(doc->arena, name),
		.buf = buf,
		.len = len,
		.start = start,
		.looked = {.byte = start, .line = 1, .column = 1},
		.warnings = warnings,
		.err = err};

	if (check_bytes(&p) < 0)
		return NULL;
	if (!yaml_parser_initialize(&p.yaml)) {
		vt_err_set(err, VT_HOST, "out of memory");
		return NULL;
	}
	yaml_parser_set_input_string(&p.yaml, (const unsigned char *)buf, len);
	int rc = parse_stream(&p);
	if (rc < 0)
		vt_parser_add_indentation(&p, fixed);
	yaml_parser_delete(&p.yaml);
	vt_parser_free_anchors(&p);
	if (rc < 0)
		return NULL;
	struct vt_doc *done = doc;
	doc = NULL;
	return done;
}

static void forget(struct vt_strv *warnings, size_t n)
{
	while (warnings && warnings->n > n)
		vt_freep(&warnings->v[--warnings->n]);
}

struct vt_doc *vt_doc_parse_config(const char *name, const char *buf,
	size_t len, struct vt_strv *warnings, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	size_t before = warnings ? warnings->n : 0, parsed = len;

	for (;;) {
		VT_AUTO_STR struct vt_str fixed = VT_STR_INIT;
		struct vt_doc *doc = parse(name, text.s ? text.s : buf,
			text.s ? text.len : len, warnings, &fixed, err);
		parsed += fixed.len;
		if (doc || !fixed.s || parsed > MAX_PARSED)
			return doc;
		forget(warnings, before);
		if (err)
			vt_err_freep(err);
		vt_str_free(&text);
		text = fixed;
		fixed = (struct vt_str)VT_STR_INIT;
	}
}

struct vt_doc *vt_doc_parse(
	const char *name, const char *buf, size_t len, struct vt_err **err)
{
	return vt_doc_parse_config(name, buf, len, NULL, err);
}

struct vt_doc *vt_doc_load_config(
	const char *path, struct vt_strv *warnings, struct vt_err **err)
{
	size_t len = 0;
	VT_AUTO_FREE char *buf = vt_fs_read(path, MAX_BYTES, &len, err);

	if (!buf)
		return NULL;
	return vt_doc_parse_config(strcmp(path, "-") == 0 ? "<stdin>" : path,
		buf, len, warnings, err);
}

struct vt_doc *vt_doc_load(const char *path, struct vt_err **err)
{
	return vt_doc_load_config(path, NULL, err);
}

/* Text that PyYAML refuses and libyaml does not: tabs, and '?' within a text in
 * brackets. And the other way round: a block scalar that begins with a tab.
 *
 * PyYAML takes a tab in quotes, in the lines of a block scalar and in a
 * comment. vt-pack writes a config anew, so that nobody would learn from it
 * that the installer refuses the config as it stands.
 */
#include <string.h>

#include "base/utf8.h"
#include "data/doc_parser.h"

static char here(const struct vt_parser *p)
{
	return p->looked.byte < p->len ? p->buf[p->looked.byte] : '\0';
}

/* To the next character, which may be several bytes. */
static void step(struct vt_parser *p)
{
	struct vt_looked *at = &p->looked;

	at->column = here(p) == '\n' ? 1 : at->column + 1;
	at->line += here(p) == '\n';
	at->index++;
	do
		at->byte++;
	while (vt_utf8_continues(here(p)));
}

static int fail_here(struct vt_parser *p, const char *what)
{
	struct vt_pos pos = {p->file, p->looked.line, p->looked.column};

	return vt_parser_fail(p, pos, "%s", what);
}

static int fail_tab(struct vt_parser *p)
{
	return fail_here(p, "tab, which PyYAML refuses outside quotes, scripts "
			    "and comments: use spaces");
}

/* Text outside scalars: blanks, indicators and comments.
 * @lines: whether to go on after the end of a line */
static int look_between(struct vt_parser *p, size_t end, bool lines)
{
	bool comment = false;

	for (; here(p) && p->looked.index < end; step(p)) {
		if (here(p) == '\n' && !lines)
			break;
		comment = here(p) != '\n' && (comment || here(p) == '#');
		if (here(p) == '\t' && !comment)
			return fail_tab(p);
	}
	return 0;
}

static int look_at_plain(struct vt_parser *p, size_t end)
{
	size_t first = p->looked.index;

	for (; here(p) && p->looked.index < end; step(p)) {
		if (here(p) == '\t')
			return fail_tab(p);
		if (here(p) == '?' && p->flow && p->looked.index > first)
			return fail_here(p,
				"'?', which PyYAML refuses in a text without "
				"quotes in [] or {}: quote the text");
	}
	return 0;
}

/* Up to the text of a scalar, after its anchor and its tag. */
static int look_at_properties(struct vt_parser *p)
{
	static const char blanks[] = " \t\r\n";

	while (here(p) == '&' || here(p) == '!') {
		while (here(p) && !strchr(blanks, here(p)))
			step(p);
		for (; here(p) && strchr(blanks, here(p)); step(p))
			if (here(p) == '\t')
				return fail_tab(p);
	}
	return 0;
}

static int look_at_scalar(struct vt_parser *p, const yaml_event_t *event)
{
	yaml_scalar_style_t style = event->data.scalar.style;
	size_t end = event->end_mark.index;

	if (look_at_properties(p) < 0)
		return -1;
	if (style == YAML_PLAIN_SCALAR_STYLE)
		return look_at_plain(p, end);
	/* the rest of a block scalar's first line */
	if ((style == YAML_LITERAL_SCALAR_STYLE ||
		    style == YAML_FOLDED_SCALAR_STYLE) &&
		look_between(p, end, false) < 0)
		return -1;
	while (here(p) && p->looked.index < end)
		step(p);
	return 0;
}

/* Whatever is in a flow collection is one, too. */
static void count_flow(struct vt_parser *p, const yaml_event_t *event)
{
	bool flow = p->flow > 0;

	if (event->type == YAML_MAPPING_START_EVENT)
		p->flow += flow || event->data.mapping_start.style ==
					   YAML_FLOW_MAPPING_STYLE;
	else if (event->type == YAML_SEQUENCE_START_EVENT)
		p->flow += flow || event->data.sequence_start.style ==
					   YAML_FLOW_SEQUENCE_STYLE;
	else if (event->type == YAML_MAPPING_END_EVENT ||
		 event->type == YAML_SEQUENCE_END_EVENT)
		p->flow -= flow;
}

int vt_parser_check_text(struct vt_parser *p, const yaml_event_t *event)
{
	if (!p->warnings)
		return 0;
	count_flow(p, event);
	if (event->type == YAML_STREAM_END_EVENT)
		return look_between(p, p->len, true);
	if (event->type != YAML_SCALAR_EVENT)
		return 0;
	if (look_between(p, event->start_mark.index, true) < 0)
		return -1;
	return look_at_scalar(p, event);
}

/* Where PyYAML's text of a block scalar begins: after the spaces of the first
 * line that has more than spaces, if that is a tab. Return: 0 if not */
static unsigned tab_column(const char *s, const char *end, unsigned min)
{
	unsigned max = min, column = 0;

	for (; s < end && strchr(" \r\n", *s); s++) {
		column = *s == ' ' ? column + 1 : 0;
		max = column > max ? column : max;
	}
	return s < end && *s == '\t' && column == max ? column : 0;
}

bool vt_parser_add_indentation(const struct vt_parser *p, struct vt_str *out)
{
	const yaml_parser_t *y = &p->yaml;
	const char *end = p->buf + p->len, *head;
	unsigned parent = y->indent > 0 ? (unsigned)y->indent : 0;

	if (!p->warnings || !y->context ||
		!strstr(y->context, "a block scalar"))
		return false;
	head = p->buf + vt_parser_byte(p, &y->context_mark);
	const char *text =
		head < end ? memchr(head, '\n', (size_t)(end - head)) : NULL;
	if (!text || strcspn(head, "0123456789#\n") < strcspn(head, "#\n"))
		return false; /* its header says where it begins */
	unsigned column =
		tab_column(text + 1, end, y->indent < 0 ? 1 : parent + 1);
	if (column <= parent || column - parent > 9)
		return false;
	head++;
	vt_str_addn(out, p->buf, (size_t)(head - p->buf));
	vt_str_addf(out, "%u", column - parent);
	vt_str_addn(out, head, (size_t)(end - head));
	return true;
}

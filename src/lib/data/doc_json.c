/* Write a tree as JSON, in the same form as jansson: indented by one space,
 * keys in the order of the tree.
 *
 * Characters that YAML does not allow unescaped are escaped, so that
 * vt_doc_parse() can read the text too. Invalid UTF-8, which may come from a
 * guest, is replaced by U+FFFD.
 */
#include <string.h>

#include "base/utf8.h"
#include "data/doc.h"
#include "data/doc_internal.h"

static void add_string(struct vt_str *out, const char *s)
{
	size_t len = strlen(s), n;

	vt_str_addc(out, '"');
	for (; len > 0; s += n, len -= n) {
		uint32_t c = 0;
		n = vt_utf8_decode(s, len, &c);
		if (n == 0) {
			vt_str_add(out, "\xef\xbf\xbd");
			n = 1;
		} else if (c == '"' || c == '\\') {
			vt_str_addf(out, "\\%c", (int)c);
		} else if (c == '\n') {
			vt_str_add(out, "\\n");
		} else if (c == '\t') {
			vt_str_add(out, "\\t");
		} else if (c == '\r') {
			vt_str_add(out, "\\r");
		} else if (vt_doc_is_special(c)) {
			vt_str_addf(out, "\\u%04x", (unsigned)c);
		} else {
			vt_str_addn(out, s, n);
		}
	}
	vt_str_addc(out, '"');
}

/* Whether a number of YAML is also one of JSON, which is
 * -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?: not 0755, 0x1f, 1_000, 1:30,
 * .5 or .inf */
static bool is_json_number(const char *s)
{
	static const char digits[] = "0123456789";
	size_t n;

	s += *s == '-';
	n = strspn(s, digits);
	if (n == 0 || (*s == '0' && n > 1))
		return false;
	s += n;
	if (*s == '.') {
		n = strspn(++s, digits);
		if (n == 0)
			return false;
		s += n;
	}
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '-' || *s == '+';
		n = strspn(s, digits);
		if (n == 0)
			return false;
		s += n;
	}
	return *s == '\0';
}

static void add_scalar(struct vt_str *out, const struct vt_node *n)
{
	bool v = false;

	switch (vt_node_type(n)) {
	case VT_TYPE_NULL:
		vt_str_add(out, "null");
		return;
	case VT_TYPE_BOOL:
		vt_node_bool(n, &v, NULL);
		vt_str_add(out, v ? "true" : "false");
		return;
	case VT_TYPE_INT:
	case VT_TYPE_FLOAT:
		if (is_json_number(n->text)) {
			vt_str_add(out, n->text);
			return;
		}
		break;
	default:
		break;
	}
	add_string(out, n->text);
}

static void add_line(struct vt_str *out, unsigned depth)
{
	vt_str_addc(out, '\n');
	while (depth-- > 0)
		vt_str_addc(out, ' ');
}

static void add_node(
	struct vt_str *out, const struct vt_node *n, unsigned depth)
{
	if (n->kind == VT_SCALAR) {
		add_scalar(out, n);
		return;
	}
	vt_str_addc(out, n->kind == VT_MAP ? '{' : '[');
	for (size_t i = 0; i < n->n; i++) {
		if (i > 0)
			vt_str_addc(out, ',');
		add_line(out, depth + 1);
		if (n->kind == VT_MAP) {
			add_string(out, n->keys[i]->text);
			vt_str_add(out, ": ");
		}
		add_node(out, n->items[i], depth + 1);
	}
	if (n->n)
		add_line(out, depth);
	vt_str_addc(out, n->kind == VT_MAP ? '}' : ']');
}

void vt_node_emit_json(const struct vt_node *n, struct vt_str *out)
{
	add_node(out, n, 0);
	vt_str_addc(out, '\n');
}

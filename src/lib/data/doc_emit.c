/* Write a tree as YAML.
 *
 * libyaml's emitter is not used: it writes any text with a tab, such as many
 * shell scripts, as one line with escapes, and it writes line separators
 * (U+2028) unescaped, which its parser then changes.
 */
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "data/doc.h"
#include "data/doc_internal.h"

/* YAML allows "key: value" only for keys of up to 1024 characters. */
enum { MAX_SIMPLE_KEY = 1000 };

/* Properties of a scalar's text, which decide how it is written. */
struct content {
	bool utf8; /* valid */
	bool newlines;
	bool tabs;
	bool special; /* characters that have to be escaped */
};

bool vt_doc_is_special(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 ||
	       c == 0x2029 || c == 0xfeff || c == 0xfffe || c == 0xffff;
}

static struct content examine(const char *s)
{
	struct content k = {.utf8 = true};
	size_t len = strlen(s), n;

	for (; len > 0; s += n, len -= n) {
		uint32_t c;
		n = vt_utf8_decode(s, len, &c);
		if (n == 0) {
			k.utf8 = false;
			break;
		}
		if (c == '\n')
			k.newlines = true;
		else if (c == '\t')
			k.tabs = true;
		else if (vt_doc_is_special(c))
			k.special = true;
	}
	return k;
}

/* Whether a parser of YAML 1.1 or 1.2 might not take the text for a string. */
static bool looks_typed(const char *s)
{
	static const char *const words[] = {
		"y", "Y", "n", "N", "<<", "=", NULL};

	if (vt_scalar_type(s) != VT_TYPE_STR || vt_str_in(words, s))
		return true;
	/* 1e3, 0o17, 08, 12:30:45 and similar */
	return strchr("0123456789+-.", *s) &&
	       s[strspn(s, "0123456789+-.:_ \tabcdefABCDEFoOxXtTzZ")] == '\0';
}

static bool plain_is_safe(const char *s)
{
	size_t len = strlen(s);

	if (len == 0 || strchr("-?:,[]{}#&*!|>'\"%@` ", *s))
		return false;
	if (s[len - 1] == ' ' || s[len - 1] == ':')
		return false;
	if (strstr(s, ": ") || strstr(s, " #"))
		return false;
	return strncmp(s, "...", 3) != 0;
}

static void add_indent(struct vt_str *out, unsigned indent)
{
	while (indent-- > 0)
		vt_str_addc(out, ' ');
}

static void add_single(struct vt_str *out, const char *s)
{
	vt_str_addc(out, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			vt_str_addc(out, '\'');
		vt_str_addc(out, *s);
	}
	vt_str_addc(out, '\'');
}

static void add_double(struct vt_str *out, const char *s)
{
	size_t len = strlen(s), n;

	vt_str_addc(out, '"');
	for (; len > 0; s += n, len -= n) {
		uint32_t c = 0;
		n = vt_utf8_decode(s, len, &c);
		if (n == 0)
			break; /* add_scalar() has reported it */
		if (c == '"' || c == '\\')
			vt_str_addf(out, "\\%c", (int)c);
		else if (c == '\n')
			vt_str_add(out, "\\n");
		else if (c == '\t')
			vt_str_add(out, "\\t");
		else if (c == '\r')
			vt_str_add(out, "\\r");
		else if (vt_doc_is_special(c) && c < 0x100)
			vt_str_addf(out, "\\x%02X", (unsigned)c);
		else if (vt_doc_is_special(c))
			vt_str_addf(out, "\\u%04X", (unsigned)c);
		else
			vt_str_addn(out, s, n);
	}
	vt_str_addc(out, '"');
}

/* A literal block; its lines are indented by `indent` + 2. */
static void add_literal(struct vt_str *out, const char *s, unsigned indent)
{
	size_t len = strlen(s);
	const char *first = s + strspn(s, "\n");

	vt_str_addc(out, '|');
	/* the parser cannot detect the indentation if the first line starts
	 * with a blank */
	if (*first == ' ' || *first == '\t')
		vt_str_addc(out, '2');
	if (s[len - 1] != '\n')
		vt_str_addc(out, '-');
	else if (len > 1 && s[len - 2] == '\n')
		vt_str_addc(out, '+');
	vt_str_addc(out, '\n');
	while (*s) {
		size_t n = strcspn(s, "\n");
		if (n > 0)
			add_indent(out, indent + 2);
		vt_str_addn(out, s, n);
		vt_str_addc(out, '\n');
		s += n;
		s += *s == '\n';
	}
}

/* A scalar after "key: " or "- ", or alone in the file, and a newline.
 * @literal: whether a literal block may be used */
static int add_scalar(struct vt_str *out, const struct vt_node *n,
	unsigned indent, bool literal, struct vt_err **err)
{
	const char *s = n->text;
	struct content k = examine(s);

	if (!k.utf8)
		return vt_node_err(
			n, err, "text is not valid UTF-8, as YAML requires");
	if (vt_node_type(n) != VT_TYPE_STR)
		vt_str_add(out, *s ? s : "null");
	else if (literal && k.newlines && !k.special &&
		 s[strspn(s, "\n")] != '\0')
		add_literal(out, s, indent);
	else if (k.newlines || k.tabs || k.special)
		add_double(out, s);
	else if (looks_typed(s) || !plain_is_safe(s))
		add_single(out, s);
	else
		vt_str_add(out, s);
	if (out->s[out->len - 1] != '\n')
		vt_str_addc(out, '\n');
	return 0;
}

static int add_node(struct vt_str *out, const struct vt_node *n,
	unsigned indent, unsigned depth, struct vt_err **err);

/* A key, without the ":". Return: 1 for a long key, after "? "; else 0; -1 on
 * error */
static int add_key(
	struct vt_str *out, const struct vt_node *key, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str b = VT_STR_INIT;

	if (add_scalar(&b, key, 0, false, err) < 0)
		return -1;
	b.s[--b.len] = '\0';
	if (b.len > MAX_SIMPLE_KEY)
		vt_str_add(out, "? ");
	vt_str_addn(out, b.s, b.len);
	return b.len > MAX_SIMPLE_KEY;
}

/* The entries of a map, each indented by `indent`, except that the first one
 * continues the current line. */
static int add_map(struct vt_str *out, const struct vt_node *map,
	unsigned indent, unsigned depth, struct vt_err **err)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct vt_node *item = map->items[i];
		if (i > 0)
			add_indent(out, indent);
		int long_key = add_key(out, map->keys[i], err);
		if (long_key < 0)
			return -1;
		if (long_key) {
			vt_str_addc(out, '\n');
			add_indent(out, indent);
		}
		vt_str_addc(out, ':');
		if (item->n > 0) {
			vt_str_addc(out, '\n');
			add_indent(out, indent + 2);
		} else {
			vt_str_addc(out, ' ');
		}
		if (add_node(out, item, item->n ? indent + 2 : indent, depth,
			    err) < 0)
			return -1;
	}
	return 0;
}

static int add_seq(struct vt_str *out, const struct vt_node *seq,
	unsigned indent, unsigned depth, struct vt_err **err)
{
	for (size_t i = 0; i < seq->n; i++) {
		const struct vt_node *item = seq->items[i];
		if (i > 0)
			add_indent(out, indent);
		vt_str_add(out, "- ");
		if (add_node(out, item, item->n ? indent + 2 : indent, depth,
			    err) < 0)
			return -1;
	}
	return 0;
}

static int add_node(struct vt_str *out, const struct vt_node *n,
	unsigned indent, unsigned depth, struct vt_err **err)
{
	if (n->kind == VT_SCALAR)
		return add_scalar(out, n, indent, depth > 0, err);
	if (depth >= VT_DOC_DEPTH)
		return vt_node_err(
			n, err, "nested more than %d levels", VT_DOC_DEPTH);
	if (n->n == 0) {
		vt_str_add(out, n->kind == VT_MAP ? "{}\n" : "[]\n");
		return 0;
	}
	if (n->kind == VT_MAP)
		return add_map(out, n, indent, depth + 1, err);
	return add_seq(out, n, indent, depth + 1, err);
}

int vt_node_emit(
	const struct vt_node *n, struct vt_str *out, struct vt_err **err)
{
	return add_node(out, n, 0, 0, err);
}

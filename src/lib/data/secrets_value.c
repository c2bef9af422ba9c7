/* The value after the name of a secret, in YAML, JSON, INI files, command lines
 * and logs. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "data/secrets_internal.h"

enum { MAX_SPAN = 64 << 10 }; /* of a quoted value, or one in brackets */

/* Public keys are no secrets, even in a key `key`. */
static bool is_public(const char *value, size_t len)
{
	static const char *const heads[] = {"-----BEGIN PGP PUBLIC",
		"-----BEGIN PUBLIC", "-----BEGIN CERTIFICATE",
		"-----BEGIN RSA PUBLIC", "ssh-", "ecdsa-", "sk-"};
	for (size_t i = 0; i < VT_COUNT(heads); i++)
		if (len >= strlen(heads[i]) &&
			!memcmp(value, heads[i], strlen(heads[i])))
			return true;
	return false;
}

/* The rest of a prompt, such as 'Password: $'. */
static bool is_punctuation(const char *value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!ispunct((unsigned char)value[i]))
			return false;
	return len <= 3;
}

bool vt_secrets_is_value(const char *value, size_t len)
{
	static const char *const none[] = {"", "~", "null", "none", "true",
		"false", "yes", "no", "on", "off", "[]", "{}",
		VT_SECRETS_MARKER, NULL};
	for (const char *const *n = none; *n; n++)
		if (strlen(*n) == len && !strncasecmp(*n, value, len))
			return false;
	if (is_public(value, len) || is_punctuation(value, len))
		return false;
	if (len >= 4 && !memcmp(value, "__", 2) &&
		!memcmp(value + len - 2, "__", 2))
		return false; /* a marker that is replaced before use */
	for (size_t i = 0; i < len; i++)
		if (value[i] != '*')
			return true;
	return false; /* masked already */
}

static bool is_blank(char ch)
{
	return ch == ' ' || ch == '\t';
}

static const char *line_end(const struct vt_secrets_scan *c, const char *at)
{
	const char *end = memchr(at, '\n', (size_t)(c->end - at));
	return end ? end : c->end;
}

static const char *line_start(const struct vt_secrets_scan *c, const char *at)
{
	while (at > c->text && at[-1] != '\n')
		at--;
	return at;
}

static const char *bound(const struct vt_secrets_scan *c, const char *at)
{
	return c->end - at > MAX_SPAN ? at + MAX_SPAN : c->end;
}

/* Replace `from` to `to`, in which newlines stay. */
static bool replace(struct vt_secrets_scan *c, const char *kind,
	const char *from, const char *to)
{
	size_t len = (size_t)(to - from);
	if (!vt_secrets_is_value(from, len))
		return false;
	vt_secrets_note(c->s, kind, from, len);
	vt_str_addn(c->out, c->at, (size_t)(from - c->at));
	vt_str_add(c->out, VT_SECRETS_MARKER);
	for (; from < to; from++)
		if (*from == '\n')
			vt_str_addc(c->out, '\n');
	c->at = to;
	return true;
}

/* The quote that ends a text: "..." with escapes, '...' with '' or escapes, or
 * \"...\" inside of a string. */
static const char *closing(
	const struct vt_secrets_scan *c, const char *from, const char *quote)
{
	const char *end = bound(c, from);
	size_t n = strlen(quote);
	for (const char *p = from; p + n <= end; p++) {
		if (!memcmp(p, quote, n)) {
			if (*quote != '\'' || p + 1 == end || p[1] != '\'')
				return p;
			p++;
		} else if (n == 1 && *p == '\\') {
			p++;
		}
	}
	return NULL;
}

/* Return: whether there is a text in quotes; *replaced is set */
static bool quoted(struct vt_secrets_scan *c, const char *kind,
	const char *from, bool *replaced)
{
	static const char *const quotes[] = {"\\\"", "\"", "'"};
	for (size_t i = 0; i < VT_COUNT(quotes); i++) {
		size_t n = strlen(quotes[i]);
		if ((size_t)(c->end - from) <= n ||
			memcmp(from, quotes[i], n) != 0)
			continue;
		const char *to = closing(c, from + n, quotes[i]);
		*replaced = to && replace(c, kind, from + n, to);
		return to != NULL;
	}
	return false;
}

/* The end of {...} or [...], or NULL. */
static const char *bracket_end(
	const struct vt_secrets_scan *c, const char *from)
{
	const char *end = bound(c, from);
	unsigned depth = 0;
	for (const char *p = from; p < end; p++) {
		if (*p == '"' || *p == '\'') {
			const char quote[] = {*p, '\0'};
			p = closing(c, p + 1, quote);
			if (!p)
				return NULL;
		} else if (*p == '{' || *p == '[') {
			depth++;
		} else if ((*p == '}' || *p == ']') && --depth == 0) {
			return p + 1;
		}
	}
	return NULL;
}

/* What stands before the name on its line: whether it is in brackets, and in a
 * string. */
struct context {
	int depth;
	bool in_double, in_single;
};

static struct context context_of(
	const struct vt_secrets_scan *c, const char *name)
{
	struct context x = {0};
	const char *to = name;
	while (to < c->end &&
		(isalnum((unsigned char)*to) || strchr("_-.", *to)))
		to++;
	/* the name itself may be in quotes */
	if (name > c->text && to < c->end && *to == name[-1] &&
		(*to == '"' || *to == '\''))
		name--;
	for (const char *p = line_start(c, name); p < name; p++) {
		bool escaped = p > c->text && p[-1] == '\\';
		if (*p == '"' && !escaped)
			x.in_double = !x.in_double;
		else if (*p == '\'' && !escaped)
			x.in_single = !x.in_single;
		x.depth += *p == '{' || *p == '[';
		x.depth -= (*p == '}' || *p == ']') && x.depth > 0;
	}
	return x;
}

/* Whether a value without quotes ends here, in a string. */
static bool ends_string(const struct context *x, const char *p, const char *end)
{
	if (x->in_double && *p == '"' && p[-1] != '\\')
		return true;
	return (x->in_double || x->in_single) && *p == '\\' && p + 1 < end &&
	       strchr("nr\"", p[1]);
}

static bool plain(struct vt_secrets_scan *c, const char *name, const char *kind,
	char separator, const char *from)
{
	const char *end = line_end(c, from), *to = from;
	const struct context x = context_of(c, name);
	bool ini = separator == '=' && is_blank(from[-1]);
	if (separator == '=' && (*from == '$' || *from == '`'))
		return false; /* of a script */
	const char *stops = separator != ':' && !ini ? " \t\"'&;,"
			    : x.depth                ? ",]}"
						     : "";
	while (to < end && *to && !strchr(stops, *to) &&
		!ends_string(&x, to, end))
		to++;
	while (to > from && (is_blank(to[-1]) || strchr(",]}\r", to[-1])))
		to--;
	return replace(c, kind, from, to);
}

static size_t indent(const struct vt_secrets_scan *c, const char *line)
{
	size_t n = 0;
	while (line + n < c->end && line[n] == ' ')
		n++;
	return n;
}

/* Whether a line belongs to the block of a key in this column: what is empty or
 * indented, and for a list also what begins with "- ". */
static bool belongs(const struct vt_secrets_scan *c, const char *line,
	size_t column, bool list)
{
	size_t n = indent(c, line);
	if (line + n == c->end || line[n] == '\n')
		return true;
	return n > column ||
	       (list && n == column && line[n] == '-' &&
		       line + n + 1 < c->end && line[n + 1] == ' ');
}

/* The lines below "name:" or "name: |". The first becomes the marker, the
 * others are empty. */
static bool block(struct vt_secrets_scan *c, const char *name, const char *kind,
	const char *from, bool list)
{
	size_t column = (size_t)(name - line_start(c, name));
	const char *first = line_end(c, from), *to = first;
	column -= column && (name[-1] == '"' || name[-1] == '\'');
	while (to < c->end && to + 1 < c->end &&
		belongs(c, to + 1, column, list))
		to = line_end(c, to + 1);
	/* empty lines are not the block's */
	while (to > first && indent(c, line_start(c, to)) ==
				     (size_t)(to - line_start(c, to)))
		to = line_start(c, to) - 1;
	if (to == first)
		return false;
	const char *text = first + 1 + indent(c, first + 1);
	bool dash = list && *text == '-';
	const char *value = dash ? text + 2 : text;
	if (!vt_secrets_is_value(value, (size_t)(line_end(c, value) - value)))
		return false;
	vt_secrets_note(c->s, kind, value, (size_t)(to - value));
	vt_str_addn(c->out, c->at, (size_t)(text - c->at));
	vt_str_add(c->out, dash ? "- " VT_SECRETS_MARKER : VT_SECRETS_MARKER);
	for (; text < to; text++)
		if (*text == '\n')
			vt_str_addc(c->out, '\n');
	c->at = to;
	return true;
}

/* "|", ">-" and the like, and nothing else on the line. */
static bool is_block_scalar(const char *from, const char *end)
{
	if (from == end || (*from != '|' && *from != '>'))
		return false;
	for (from++; from < end; from++)
		if (!strchr("+-0123456789 \r", *from))
			return false;
	return true;
}

bool vt_secrets_value(struct vt_secrets_scan *c, const char *name,
	const char *kind, char separator)
{
	const char *from = c->at;
	while (from < c->end && is_blank(*from))
		from++;
	const char *end = line_end(c, from);
	if (separator == ':' && is_block_scalar(from, end))
		return block(c, name, kind, from, false);
	if (from == end || *from == '\r')
		return separator == ':' && block(c, name, kind, from, true);
	if (*from == '{' || *from == '[') {
		const char *to = bracket_end(c, from);
		if (to)
			return replace(c, kind, from, to);
	}
	bool replaced;
	return quoted(c, kind, from, &replaced)
		       ? replaced
		       : plain(c, name, kind, separator, from);
}

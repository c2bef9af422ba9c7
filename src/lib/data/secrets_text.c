/* The search of a text for names of secrets, and for their values. */
#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "data/secrets_internal.h"

static bool is_word(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_' || ch == '-' ||
	       ch == '.';
}

/* The dashes of -----BEGIN end a word. */
static bool is_rule(const struct vt_secrets_scan *c, const char *at)
{
	return at > c->at && c->end - at > 5 && !memcmp(at, "-----", 5);
}

/* A name, and what is around it. */
struct name {
	const char *from, *to;
	char separator;    /* ':', '=', ' ' after an option, or 0 */
	const char *value; /* after the separator */
	bool option;       /* --name */
	bool is_key;       /* where the key of a map stands */
};

/* Whether the key of a map may stand here: first on its line, or after one of
 * "{,-", with or without a quote. */
static bool is_key(const struct vt_secrets_scan *c, const char *at)
{
	if (at > c->text && (at[-1] == '"' || at[-1] == '\''))
		at--;
	while (at > c->text && (at[-1] == ' ' || at[-1] == '\t'))
		at--;
	return at == c->text || strchr("\n{,-", at[-1]);
}

static const char *blanks(const struct vt_secrets_scan *c, const char *p)
{
	while (p < c->end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* The argument after an option: the next word, item of a list in brackets, or
 * item on a line of its own. Options have none. */
static const char *argument(const struct vt_secrets_scan *c, const char *p)
{
	const char *next = p < c->end && *p == ',' ? p + 1 : p;
	next = blanks(c, next);
	if (next < c->end && *next == '\n') {
		next = blanks(c, next + 1);
		if (c->end - next < 2 || next[0] != '-' || next[1] != ' ')
			return NULL;
		next = blanks(c, next + 1);
	}
	const char *word =
		next + (next < c->end && (*next == '"' || *next == '\''));
	return next == p || (word < c->end && *word == '-') ? NULL : next;
}

/* Find the separator after a name. */
static void look_after(const struct vt_secrets_scan *c, struct name *n)
{
	const char *p = n->to + (n->to < c->end && *n->to == '\\');
	bool quoted = p < c->end && (*p == '"' || *p == '\'');
	p = quoted ? p + 1 : n->to;
	n->value = n->option ? argument(c, p) : NULL;
	if (n->value) {
		n->separator = ' ';
		return;
	}
	p = blanks(c, p);
	if (p == c->end || (*p != ':' && *p != '='))
		return;
	const char *next = p + 1;
	bool spaced = next == c->end || isspace((unsigned char)*next) ||
		      strchr("\"'{[\\", *next);
	if (*p == '=' ? next < c->end && *next == '=' : !quoted && !spaced)
		return;
	n->separator = *p;
	n->value = next;
}

static struct name read_name(const struct vt_secrets_scan *c)
{
	struct name n = {.from = c->at, .to = c->at};
	while (n.to < c->end && is_word(*n.to) && !is_rule(c, n.to))
		n.to++;
	while (n.from < n.to && (*n.from == '-' || *n.from == '.'))
		n.from++;
	while (n.to > n.from && (n.to[-1] == '-' || n.to[-1] == '.'))
		n.to--;
	n.option = n.from - c->at == 2 && c->at[0] == '-' && c->at[1] == '-';
	look_after(c, &n);
	n.is_key = n.separator == ':' && is_key(c, n.from);
	return n;
}

/* The row of the table for a name; a component of a path is none. */
static const char *kind_of(
	const struct vt_secrets_scan *c, const struct name *n)
{
	size_t len = (size_t)(n->to - n->from);
	if (!n->separator || (c->at > c->text && c->at[-1] == '/'))
		return NULL;
	const char *kind = vt_secret_word(n->from, len);
	return kind || !n->is_key ? kind : vt_secret_key(n->from, len);
}

/* A name, with its value if that is a secret. */
static void step_word(struct vt_secrets_scan *c)
{
	struct name n = read_name(c);
	const char *kind = kind_of(c, &n);
	const char *to = kind ? n.value : n.to > c->at ? n.to : c->at + 1;
	vt_str_addn(c->out, c->at, (size_t)(to - c->at));
	c->at = to;
	if (kind)
		vt_secrets_value(c, n.from, kind, n.separator);
}

static void search(struct vt_secrets_scan *c)
{
	while (c->at < c->end) {
		bool at_word = is_word(*c->at) &&
			       (c->at == c->text || !is_word(c->at[-1]));
		const char *before = c->at;
		if (vt_secrets_shape(c, at_word) || c->at != before)
			continue;
		if (at_word)
			step_word(c);
		else
			vt_str_addc(c->out, *c->at++);
	}
}

/* Replace the values that are known, wherever they are. */
static void replace_values(struct vt_secrets *s, struct vt_str *text)
{
	for (size_t i = 0; i < s->values.n; i++) {
		const char *value = s->values.v[i];
		size_t len = strlen(value);
		VT_AUTO_STR struct vt_str out = VT_STR_INIT;
		const char *at = vt_str_c(text), *end = at + text->len, *hit;
		while ((hit = memmem(at, (size_t)(end - at), value, len))) {
			vt_secrets_note(s, "value of a secret", NULL, 0);
			vt_str_addn(&out, at, (size_t)(hit - at));
			vt_str_add(&out, VT_SECRETS_MARKER);
			at = hit + len;
		}
		if (at == vt_str_c(text))
			continue;
		vt_str_addn(&out, at, (size_t)(end - at));
		vt_str_free(text);
		text->len = out.len;
		text->s = vt_str_take(&out);
		text->cap = text->len + 1;
	}
}

void vt_secrets_text(
	struct vt_secrets *s, const char *text, size_t len, struct vt_str *out)
{
	VT_AUTO_STR struct vt_str found = VT_STR_INIT;
	struct vt_secrets_scan c = {s, text, text, text + len, &found};
	search(&c);
	replace_values(s, &found);
	vt_str_addn(out, vt_str_c(&found), found.len);
}

#include "image/lvm_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { MAX_DEPTH = 8, MAX_ENTRIES = 100000 };

struct parser {
	const char *s, *end;
	size_t entries;
};

static bool parse_section(
	struct parser *p, struct vt_lvm_text *into, unsigned depth);

static void skip_blank(struct parser *p)
{
	while (p->s < p->end) {
		if (*p->s == '#')
			while (p->s < p->end && *p->s != '\n')
				p->s++;
		else if (isspace((unsigned char)*p->s))
			p->s++;
		else
			return;
	}
}

/* The next sign that is none of a blank; it is taken when it is `c`. */
static bool take(struct parser *p, char c)
{
	skip_blank(p);
	if (p->s == p->end || *p->s != c)
		return false;
	p->s++;
	return true;
}

static struct vt_lvm_text *add(struct parser *p, struct vt_lvm_text *into)
{
	if (p->entries++ == MAX_ENTRIES)
		return NULL;
	if ((into->n & (into->n - 1)) == 0) /* none, or a power of two */
		into->v = vt_realloc(
			into->v, into->n ? 2 * into->n : 1, sizeof(*into->v));
	into->v[into->n] = (struct vt_lvm_text){0};
	return &into->v[into->n++];
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || strchr("_-+.", c);
}

static char *take_word(struct parser *p)
{
	skip_blank(p);
	const char *from = p->s;
	while (p->s < p->end && *p->s && is_word(*p->s))
		p->s++;
	return p->s > from ? vt_strndup(from, (size_t)(p->s - from)) : NULL;
}

/* After the opening quote. */
static bool parse_string(struct parser *p, struct vt_lvm_text *out)
{
	const char *from = p->s;
	while (p->s < p->end && *p->s != '"')
		p->s += *p->s == '\\' && p->s + 1 < p->end ? 2 : 1;
	if (p->s >= p->end)
		return false;
	char *to = out->text = vt_alloc((size_t)(p->s - from) + 1);
	for (; from < p->s; from++) {
		from += *from == '\\';
		*to++ = *from;
	}
	p->s++;
	return true;
}

static bool parse_number(struct parser *p, struct vt_lvm_text *out)
{
	VT_AUTO_FREE char *word = take_word(p);
	char *end = NULL;
	if (!word)
		return false;
	out->is_number = true;
	out->number = strtoull(word, &end, 10);
	return isdigit((unsigned char)*word) && (!*end || *end == '.');
}

static bool parse_value(
	struct parser *p, struct vt_lvm_text *out, unsigned depth)
{
	if (depth > MAX_DEPTH)
		return false;
	if (take(p, '"'))
		return parse_string(p, out);
	if (!take(p, '['))
		return parse_number(p, out);
	while (!take(p, ']')) {
		struct vt_lvm_text *one = add(p, out);
		if (!one || !parse_value(p, one, depth + 1))
			return false;
		take(p, ',');
	}
	return true;
}

static bool parse_entry(
	struct parser *p, struct vt_lvm_text *into, unsigned depth)
{
	struct vt_lvm_text *one = add(p, into);
	if (!one || !(one->name = take_word(p)))
		return false;
	if (take(p, '='))
		return parse_value(p, one, depth);
	return take(p, '{') && parse_section(p, one, depth + 1) && take(p, '}');
}

/* Up to a closing brace, or the end. */
static bool parse_section(
	struct parser *p, struct vt_lvm_text *into, unsigned depth)
{
	if (depth > MAX_DEPTH)
		return false;
	for (skip_blank(p); p->s < p->end && *p->s && *p->s != '}';
		skip_blank(p))
		if (!parse_entry(p, into, depth))
			return false;
	return true;
}

struct vt_lvm_text *vt_lvm_text_parse(const char *text, size_t len)
{
	struct parser p = {text, text + len, 0};
	struct vt_lvm_text *t = vt_alloc(sizeof(*t));
	if (parse_section(&p, t, 0) && (p.s == p.end || !*p.s))
		return t;
	vt_lvm_text_free(t);
	return NULL;
}

static void free_content(struct vt_lvm_text *t)
{
	for (size_t i = 0; i < t->n; i++)
		free_content(&t->v[i]);
	free(t->v);
	free(t->name);
	free(t->text);
}

void vt_lvm_text_free(struct vt_lvm_text *t)
{
	if (!t)
		return;
	free_content(t);
	free(t);
}

void vt_lvm_text_freep(struct vt_lvm_text **t)
{
	vt_lvm_text_free(*t);
	*t = NULL;
}

const struct vt_lvm_text *vt_lvm_text_get(
	const struct vt_lvm_text *t, const char *name)
{
	for (size_t i = 0; t && i < t->n; i++)
		if (t->v[i].name && !strcmp(t->v[i].name, name))
			return &t->v[i];
	return NULL;
}

#include "data/match.h"

#include <ctype.h>
#include <regex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { GRAM = 4, HASH_BITS = 12 };

struct pattern {
	regex_t re;
	bool needs_all;
};

struct vt_match {
	struct pattern *v;
	size_t n, cap;
	uint64_t always; /* patterns (index modulo 64) without a text */
	uint64_t grams[1 << HASH_BITS]; /* which patterns a gram may mean */
	/* of the line that was looked at last */
	const char *seen_line;
	uint64_t seen;
};

static uint32_t hash(const char *s)
{
	uint32_t v;
	memcpy(&v, s, GRAM);
	return v * 2654435761u >> (32 - HASH_BITS);
}

struct vt_match *vt_match_new(void)
{
	return vt_alloc(sizeof(struct vt_match));
}

void vt_match_free(struct vt_match *m)
{
	for (size_t i = 0; m && i < m->n; i++)
		regfree(&m->v[i].re);
	if (m)
		free(m->v);
	free(m);
}

/* Past a bracket expression that begins at s. */
static const char *skip_bracket(const char *s)
{
	s += s[1] == '^' ? 2 : 1;
	if (*s == ']')
		s++;
	while (*s && *s != ']') {
		if (*s == '[' && s[1] && strchr(":.=", s[1])) {
			char kind = s[1];
			for (s += 2; *s && !(s[0] == kind && s[1] == ']');)
				s++;
			if (!*s)
				return s;
			s++;
		}
		s++;
	}
	return *s ? s + 1 : s;
}

/* Past a group that begins at s. */
static const char *skip_group(const char *s)
{
	int depth = 0;
	while (*s) {
		if (*s == '[') {
			s = skip_bracket(s);
			continue;
		}
		if (*s == '\\' && s[1])
			s++;
		else if (*s == '(')
			depth++;
		else if (*s == ')' && --depth == 0)
			return s + 1;
		s++;
	}
	return s;
}

/* The longest text that each match of a branch must hold: into best, which
 * has room for the whole branch. Return: where the branch ends. */
static const char *branch_text(const char *s, char *run, char *best)
{
	size_t n = 0, best_n = 0;
	while (*s && *s != '|') {
		bool ends = true;
		if (*s == '[')
			s = skip_bracket(s);
		else if (*s == '(')
			s = skip_group(s);
		else if (strchr("*?{", *s)) {
			/* what stands before may be absent */
			n -= n > 0;
			if (*s++ == '{') {
				s += strspn(s, "0123456789,");
				s += *s == '}';
			}
		} else if (strchr(".^$+)", *s) ||
			   (*s == '\\' &&
				   (!s[1] || isalnum((unsigned char)s[1])))) {
			s += *s == '\\' && s[1] ? 2 : 1;
		} else {
			s += *s == '\\';
			run[n++] = *s++;
			/* the next may make it optional: decided there */
			ends = !*s || *s == '|';
		}
		if (!ends)
			continue;
		if (n > best_n) {
			memcpy(best, run, n);
			best_n = n;
		}
		n = 0;
	}
	best[best_n] = '\0';
	return s;
}

/* Tell the filter what to look for; false when nothing must be there. */
static bool add_texts(struct vt_match *m, const char *ere, uint64_t bit)
{
	VT_AUTO_FREE char *run = vt_alloc(strlen(ere) + 1);
	VT_AUTO_FREE char *best = vt_alloc(strlen(ere) + 1);
	for (int pass = 0; pass < 2; pass++) {
		const char *s = ere;
		for (;; s++) {
			s = branch_text(s, run, best);
			if (strlen(best) < GRAM)
				return false;
			if (pass == 1)
				m->grams[hash(best)] |= bit;
			if (!*s)
				break;
		}
	}
	return true;
}

static bool has_back_reference(const char *ere)
{
	for (const char *s = ere; (s = strchr(s, '\\')) && s[1]; s += 2)
		if (isdigit((unsigned char)s[1]))
			return true;
	return false;
}

/* Behind "^.*" regexec tries one place instead of all: without it a long line
 * of a guest takes time with the square of its length. What does not compile
 * by itself is refused, whatever the brackets would make of it. */
static int compile(regex_t *re, const char *ere)
{
	int rc = regcomp(re, ere, REG_EXTENDED | REG_NOSUB);
	if (rc || has_back_reference(ere))
		return rc;
	VT_AUTO_FREE char *anchored = vt_printf("^.*(%s)", ere);
	regfree(re);
	return regcomp(re, anchored, REG_EXTENDED | REG_NOSUB);
}

int vt_match_add(struct vt_match *m, const char *ere, struct vt_err **err)
{
	if (m->n == m->cap) {
		m->cap = m->cap ? 2 * m->cap : 16;
		m->v = vt_realloc(m->v, m->cap, sizeof(*m->v));
	}
	struct pattern *p = &m->v[m->n];
	int rc = compile(&p->re, ere);
	if (rc) {
		char why[200];
		regerror(rc, &p->re, why, sizeof(why));
		return vt_err_set(err, VT_USAGE,
			"bad regular expression '%s': %s", ere, why);
	}
	uint64_t bit = (uint64_t)1 << m->n % 64;
	p->needs_all = !add_texts(m, ere, bit);
	if (p->needs_all)
		m->always |= bit;
	m->seen_line = NULL;
	return (int)m->n++;
}

bool vt_match_needs_all(const struct vt_match *m, int index)
{
	return m->v[index].needs_all;
}

int vt_match_line(struct vt_match *m, const char *line, size_t len, int from)
{
	uint64_t seen = m->always;
	if (from > 0 && line == m->seen_line)
		seen = m->seen;
	else
		for (size_t i = 0; i + GRAM <= len; i++)
			seen |= m->grams[hash(line + i)];
	m->seen_line = line;
	m->seen = seen;
	for (size_t i = (size_t)from; seen && i < m->n; i++)
		if (seen & (uint64_t)1 << i % 64 &&
			regexec(&m->v[i].re, line, 0, NULL, 0) == 0)
			return (int)i;
	return -1;
}

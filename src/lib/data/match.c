#include "data/match.h"

#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/pattern.h"

/* regexec() tries the alternation of all patterns at each byte of a line, so
 * that for longer lines it is slower than all single patterns, which are
 * anchored: see compile(). */
enum { LONG_LINE = 512 };

struct pattern {
	char *ere;
	regex_t re;
	bool alone; /* must not be part of a larger expression */
	bool dropped;
};

struct vt_match {
	struct pattern *v;
	size_t n, cap;
	regex_t any;  /* the alternation of patterns not alone nor dropped */
	bool has_any; /* `any` is compiled */
	bool current; /* and no pattern was added or dropped since */
};

struct vt_match *vt_match_new(void)
{
	return vt_alloc(sizeof(struct vt_match));
}

void vt_match_free(struct vt_match *m)
{
	for (size_t i = 0; m && i < m->n; i++) {
		regfree(&m->v[i].re);
		free(m->v[i].ere);
	}
	if (m && m->has_any)
		regfree(&m->any);
	if (m)
		free(m->v);
	free(m);
}

/* Whether an expression might have another meaning as part of a larger one:
 * those with the escapes of GNU for the borders of words and lines are tried
 * alone. */
static bool is_alone(const char *ere)
{
	for (const char *s = ere; (s = strchr(s, '\\')); s += 2)
		if (!strchr(".[]{}()*+?^$|\\", s[1]))
			return true;
	return false;
}

/* With "^.*" before it, regexec() tries an expression once and not at each
 * byte. Otherwise the time for a line of a hostile guest could grow with the
 * square of its length. */
static int compile(struct pattern *p, const char *ere, struct vt_err **err)
{
	regex_t plain;
	if (vt_pattern_compile(&plain, ere, REG_NOSUB, err) < 0)
		return -1;
	VT_AUTO_FREE char *anchored = vt_printf("^.*(%s)", ere);
	*p = (struct pattern){.ere = vt_strdup(ere), .alone = is_alone(ere)};
	if (p->alone ||
		vt_pattern_compile(&p->re, anchored, REG_NOSUB, NULL) < 0)
		p->re = plain;
	else
		regfree(&plain);
	return 0;
}

int vt_match_add(struct vt_match *m, const char *ere, struct vt_err **err)
{
	if (m->n == m->cap) {
		m->cap = m->cap ? 2 * m->cap : 16;
		m->v = vt_realloc(m->v, m->cap, sizeof(*m->v));
	}
	if (compile(&m->v[m->n], ere, err) < 0)
		return -1;
	m->current = false;
	return (int)m->n++;
}

void vt_match_drop(struct vt_match *m, int index)
{
	m->v[index].dropped = true;
	m->current = false;
}

static void join(struct vt_match *m)
{
	VT_AUTO_STR struct vt_str all = VT_STR_INIT;
	const char *bar = "";
	for (size_t i = 0; i < m->n; i++) {
		if (m->v[i].alone || m->v[i].dropped)
			continue;
		vt_str_addf(&all, "%s%s", bar, m->v[i].ere);
		bar = "|";
	}
	if (m->has_any)
		regfree(&m->any);
	/* if it is too large to compile, each pattern is tried by itself */
	m->has_any = all.s &&
		     vt_pattern_compile(&m->any, all.s, REG_NOSUB, NULL) == 0;
	m->current = true;
}

/* Whether a line may match any pattern that is not alone. */
static bool may_match(struct vt_match *m, const char *line, size_t len)
{
	if (!m->current)
		join(m);
	return len > LONG_LINE || !m->has_any ||
	       regexec(&m->any, line, 0, NULL, 0) != REG_NOMATCH;
}

int vt_match_line(struct vt_match *m, const char *line, size_t len, int from)
{
	bool all = from > 0 || may_match(m, line, len);
	for (size_t i = (size_t)from; i < m->n; i++) {
		const struct pattern *p = &m->v[i];
		if (!p->dropped && (all || p->alone) &&
			regexec(&p->re, line, 0, NULL, 0) == 0)
			return (int)i;
	}
	return -1;
}

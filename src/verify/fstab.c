#include "fstab.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "devices.h"

enum { MAX_LINES = 10000 };

void fstab_unescape(char *s)
{
	char *to = s;
	while (*s) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' &&
			s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 |
				       (s[3] - '0'));
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

/* The next field at *s, owned; "" at the end of the line. */
static char *field(const char **s, size_t *fields)
{
	*s += strspn(*s, " \t\r");
	size_t len = strcspn(*s, " \t\r");
	char *f = vt_strndup(*s, len);
	fstab_unescape(f);
	*s += len;
	*fields += len > 0;
	return f;
}

bool fstab_read(struct verify *v, struct result *r, struct fstab *out)
{
	AUTO_FACT struct fact fact = {0};
	const char *s;
	size_t at = 0, len, number = 0;
	if (!check_fact(v, r, "fstab", &fact))
		return false;
	while (fact_line(&fact, &at, &s, &len) && number++ < MAX_LINES) {
		VT_AUTO_FREE char *text = vt_strndup(s, len);
		const char *p = text + strspn(text, " \t\r");
		struct fstab_line l = {.number = number};
		if (!*p || *p == '#')
			continue;
		l.spec = field(&p, &l.fields);
		l.point = field(&p, &l.fields);
		l.type = field(&p, &l.fields);
		l.options = field(&p, &l.fields);
		while (p[strspn(p, " \t\r")])
			free(field(&p, &l.fields));
		l.text = text;
		text = NULL;
		out->v = vt_realloc(out->v, out->n + 1, sizeof(*out->v));
		out->v[out->n++] = l;
	}
	return true;
}

void fstab_free(struct fstab *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->v[i].text);
		free(f->v[i].spec);
		free(f->v[i].point);
		free(f->v[i].type);
		free(f->v[i].options);
	}
	free(f->v);
	*f = (struct fstab){0};
}

/* The reference's rule: there is one line that holds the spec, and it has this
 * mount point and these options. */
static void check_expected(struct verify *v, const struct check *c,
	const struct fstab *fstab, const struct vt_node *want)
{
	const char *spec = want->items[0]->text, *point = want->items[1]->text;
	const char *options = want->items[2]->text;
	struct result *r = check_result(v, c, "fstab %s", spec);
	result_see(r, "collect/fstab");
	result_expect(r, "'%s' on '%s' with '%s'", spec, point, options);
	result_found(r, "no line with '%s'", spec);
	size_t lines = 0;
	for (size_t i = 0; i < fstab->n; i++) {
		const struct fstab_line *l = &fstab->v[i];
		if (!strstr(l->text, spec))
			continue;
		bool same = !strcmp(l->point, point) &&
			    !strcmp(l->options, options);
		result_found(r, "%sline %zu: '%s'", lines++ ? "also " : "",
			l->number, l->text);
		result_judge(r, same && lines == 1);
		if (!same)
			return;
	}
}

void check_fstab(struct verify *v, const struct check *c)
{
	AUTO_FSTAB struct fstab fstab = {0};
	struct result *r = check_result(v, c, "fstab");
	const struct vt_node *want = v->file.fstab_expected;
	result_expect(r, "lines of four to six fields");
	if (!fstab_read(v, r, &fstab))
		return;
	result_found(r, "%zu lines", fstab.n);
	result_judge(r, true);
	for (size_t i = 0; i < fstab.n; i++) {
		const struct fstab_line *l = &fstab.v[i];
		if (l->fields >= 4 && l->fields <= 6)
			continue;
		result_found(r, "line %zu: '%s'", l->number, l->text);
		result_judge(r, false);
		break;
	}
	for (size_t i = 0; want && i < want->n; i++)
		check_expected(v, c, &fstab, want->items[i]);
}

/* Whether /proc/swaps has a line for this device or file. */
static bool swap_in_use(const struct fact *swaps, const char *node)
{
	const char *s;
	size_t at = 0, len;
	while (fact_line(swaps, &at, &s, &len)) {
		VT_AUTO_FREE char *line = vt_strndup(s, len);
		line[strcspn(line, " \t")] = '\0';
		fstab_unescape(line);
		if (!strcmp(line, node))
			return true;
	}
	return false;
}

void check_swaps_used(struct verify *v, const struct check *c)
{
	AUTO_FSTAB struct fstab fstab = {0};
	AUTO_FACT struct fact swaps = {0};
	VT_AUTO_STR struct vt_str unused = VT_STR_INIT;
	struct result *r = check_result(v, c, "swaps_used");
	size_t n = 0;
	result_expect(r, "every swap of fstab is in /proc/swaps");
	if (!fstab_read(v, r, &fstab) ||
		!check_fact(v, r, "proc-swaps", &swaps))
		return;
	const struct devices *d = devices_get(v);
	for (size_t i = 0; i < fstab.n; i++) {
		const struct fstab_line *l = &fstab.v[i];
		if (strcmp(l->type, "swap"))
			continue;
		VT_AUTO_FREE char *node = devices_node(d, l->spec);
		n++;
		if (!node)
			vt_str_addf(&unused,
				"%s: which device this is, no "
				"collected fact tells\n",
				l->spec);
		else if (!swap_in_use(&swaps, node))
			vt_str_addf(&unused, "%s (%s) is not in use\n", l->spec,
				node);
	}
	if (unused.len)
		result_found(r, "%s", unused.s);
	else
		result_found(r, "%zu in use", n);
	result_judge(r, !unused.len);
}

#include "storage/fstab.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/options.h"

enum { MAX_LINES = 10000 };

void vt_fstab_unescape(char *s)
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
	vt_fstab_unescape(f);
	*s += len;
	*fields += len > 0;
	return f;
}

static void add_line(struct vt_fstab *out, char *text, size_t number)
{
	const char *p = text + strspn(text, " \t\r");
	struct vt_fstab_line l = {.text = text, .number = number};
	if (!*p || *p == '#') {
		free(text);
		return;
	}
	l.spec = field(&p, &l.fields);
	l.point = field(&p, &l.fields);
	l.type = field(&p, &l.fields);
	l.options = field(&p, &l.fields);
	l.freq = field(&p, &l.fields);
	l.passno = field(&p, &l.fields);
	while (p[strspn(p, " \t\r")])
		free(field(&p, &l.fields));
	out->v = vt_realloc(out->v, out->n + 1, sizeof(*out->v));
	out->v[out->n++] = l;
}

void vt_fstab_parse(struct vt_fstab *out, const char *text, size_t len)
{
	size_t number = 0;
	while (len && number++ < MAX_LINES) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;
		add_line(out, vt_strndup(text, n), number);
		n += end != NULL;
		text += n;
		len -= n;
	}
}

void vt_fstab_free(struct vt_fstab *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->v[i].text);
		free(f->v[i].spec);
		free(f->v[i].point);
		free(f->v[i].type);
		free(f->v[i].options);
		free(f->v[i].freq);
		free(f->v[i].passno);
	}
	free(f->v);
	*f = (struct vt_fstab){0};
}

/* Options that the config does not have, except those that the installer and
 * other programs add to say when to mount, and comments; owned, or NULL */
static char *other_option(const char *want, const char *is)
{
	VT_AUTO_STRV struct vt_strv more = VT_STRV_INIT;
	vt_options_missing(is, want, &more);
	for (size_t i = 0; i < more.n; i++)
		if (strcmp(more.v[i], "_netdev") != 0 &&
			!vt_str_starts(more.v[i], "x-") &&
			!vt_str_starts(more.v[i], "comment="))
			return vt_strdup(more.v[i]);
	return NULL;
}

static char *options_differ(const char *want, const char *is, bool exact)
{
	VT_AUTO_STRV struct vt_strv missing = VT_STRV_INIT;
	if (exact)
		return strcmp(want, is)
			       ? vt_printf("whose options are not '%s'", want)
			       : NULL;
	vt_options_missing(want, is, &missing);
	if (missing.n)
		return vt_printf("without the option '%s'", missing.v[0]);
	VT_AUTO_FREE char *other = other_option(want, is);
	return other ? vt_printf(
			       "whose option '%s' is not in the config", other)
		     : NULL;
}

/* What fstab says of a device of the config has the same options in any order;
 * any other line is as it was written. */
static char *fstab_differs(const struct vt_fstab_line *want,
	const struct vt_fstab_line *is, bool named)
{
	if (!named)
		return vt_strdup("which names another device");
	if (strcmp(want->point, is->point) != 0)
		return vt_printf("whose mount point is not '%s'", want->point);
	if (strcmp(want->type, is->type) != 0)
		return vt_printf("whose type is not '%s'", want->type);
	return options_differ(
		want->options, is->options, strcmp(want->spec, "*") != 0);
}

/* NAME DEVICE KEYFILE OPTIONS */
static char *crypttab_differs(const struct vt_fstab_line *want,
	const struct vt_fstab_line *is, bool named)
{
	if (!named)
		return vt_strdup("which names another device");
	if (strcmp(want->type, is->type) != 0)
		return vt_printf("whose key file is not '%s'", want->type);
	return options_differ(want->options, is->options, true);
}

static char *differs(const char *want, const char *line, bool named,
	char *(*differ)(const struct vt_fstab_line *want,
		const struct vt_fstab_line *is, bool named))
{
	VT_AUTO_FSTAB struct vt_fstab w = {0}, is = {0};
	vt_fstab_parse(&w, want, strlen(want));
	vt_fstab_parse(&is, line ? line : "", line ? strlen(line) : 0);
	return w.n == 1 && is.n == 1 ? differ(w.v, is.v, named)
				     : vt_strdup("no line");
}

char *vt_fstab_differs(const char *want, const char *line, bool named)
{
	return differs(want, line, named, fstab_differs);
}

char *vt_crypttab_differs(const char *want, const char *line, bool named)
{
	return differs(want, line, named, crypttab_differs);
}

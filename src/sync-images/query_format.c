#include "query_format.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { MAX_WIDTH = 200 };

/* A part of a format: a field, or one character. */
struct part {
	char *name; /* of a field; owned; NULL: none */
	int width;
	char c;
};

static const char *read_field(
	const char *s, struct part *p, struct vt_err **err)
{
	size_t len = strcspn(s + 2, ")");
	const char *after = s + 2 + len;
	char *end;
	long width = *after ? strtol(after + 1, &end, 10) : 0;
	if (!*after || !len || *end != 's' || width < -MAX_WIDTH ||
		width > MAX_WIDTH) {
		vt_err_set(err, VT_USAGE,
			"-o: '%.20s' is not %%(NAME)s or %%(NAME)WIDTHs, with "
			"a WIDTH from -%d to %d",
			s, MAX_WIDTH, MAX_WIDTH);
		return NULL;
	}
	p->name = vt_strndup(s + 2, len);
	p->width = (int)width;
	return end + 1;
}

/* Return: the text after the part, or NULL */
static const char *read_part(const char *s, struct part *p, struct vt_err **err)
{
	static const char letters[] = "nt\\", meant[] = "\n\t\\";
	*p = (struct part){.c = *s};
	if (s[0] == '%' && s[1] == '(')
		return read_field(s, p, err);
	if (s[0] == '%' && s[1] == '%')
		return s + 2;
	const char *escape =
		s[0] == '\\' && s[1] ? strchr(letters, s[1]) : NULL;
	if (escape) {
		p->c = meant[escape - letters];
		return s + 2;
	}
	if (s[0] != '%' && s[0] != '\\')
		return s + 1;
	vt_err_set(err, VT_USAGE,
		"-o: '%.2s' has no meaning: use %%(NAME)s, %%%%, \\n, \\t or "
		"\\\\",
		s);
	return NULL;
}

int query_format_check(
	const char *format, struct attr_names *names, struct vt_err **err)
{
	struct part p;
	for (const char *s = format; *s;) {
		s = read_part(s, &p, err);
		if (!s)
			return -1;
		if (p.name)
			attr_names_want(names, p.name);
		free(p.name);
	}
	return 0;
}

void query_format_add(
	struct vt_str *out, const char *format, const json_t *item)
{
	struct part p;
	for (const char *s = format; s && *s;) {
		s = read_part(s, &p, NULL);
		if (!p.name) {
			vt_str_addc(out, p.c);
			continue;
		}
		VT_AUTO_STR struct vt_str clean = VT_STR_INIT;
		VT_AUTO_FREE char *text =
			attribute_text(json_object_get(item, p.name));
		vt_str_printable(&clean, text, strlen(text), false);
		vt_str_addf(out, "%*s", p.width, vt_str_c(&clean));
		free(p.name);
	}
	if (!out->len || out->s[out->len - 1] != '\n')
		vt_str_addc(out, '\n');
}

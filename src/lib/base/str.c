#include "base/str.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

static void reserve(struct vt_str *b, size_t more)
{
	if (b->len + more + 1 <= b->cap)
		return;
	size_t cap = b->cap ? b->cap : 64;
	while (cap < b->len + more + 1)
		cap *= 2;
	b->s = vt_realloc(b->s, cap, 1);
	b->cap = cap;
}

void vt_str_addn(struct vt_str *b, const void *p, size_t n)
{
	reserve(b, n);
	if (n)
		memcpy(b->s + b->len, p, n);
	b->len += n;
	b->s[b->len] = '\0';
}

void vt_str_add(struct vt_str *b, const char *s)
{
	vt_str_addn(b, s, strlen(s));
}

void vt_str_addc(struct vt_str *b, char c)
{
	vt_str_addn(b, &c, 1);
}

__attribute__((format(printf, 2, 0))) static void addv(
	struct vt_str *b, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0)
		abort();
	reserve(b, (size_t)n);
	vsnprintf(b->s + b->len, (size_t)n + 1, fmt, again);
	va_end(again);
	b->len += (size_t)n;
}

void vt_str_addf(struct vt_str *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	addv(b, fmt, ap);
	va_end(ap);
}

void vt_str_item(struct vt_str *b, const char *separator, const char *item)
{
	vt_str_addf(b, "%s%s", b->len ? separator : "", item);
}

const char *vt_str_c(const struct vt_str *b)
{
	return b->s ? b->s : "";
}

char *vt_str_take(struct vt_str *b)
{
	char *s = b->s ? b->s : vt_strdup("");
	*b = (struct vt_str)VT_STR_INIT;
	return s;
}

void vt_str_free(struct vt_str *b)
{
	free(b->s);
	*b = (struct vt_str)VT_STR_INIT;
}

void vt_strv_take(struct vt_strv *l, char *s)
{
	if (l->n + 2 > l->cap) {
		l->cap = l->cap ? l->cap * 2 : 8;
		l->v = vt_realloc(l->v, l->cap, sizeof(*l->v));
	}
	l->v[l->n++] = s;
	l->v[l->n] = NULL;
}

void vt_strv_add(struct vt_strv *l, const char *s)
{
	vt_strv_take(l, vt_strdup(s));
}

void vt_strv_addf(struct vt_strv *l, const char *fmt, ...)
{
	struct vt_str b = VT_STR_INIT;
	va_list ap;
	va_start(ap, fmt);
	addv(&b, fmt, ap);
	va_end(ap);
	vt_strv_take(l, vt_str_take(&b));
}

void vt_strv_addv(struct vt_strv *l, ...)
{
	va_list ap;
	va_start(ap, l);
	for (const char *s; (s = va_arg(ap, const char *));)
		vt_strv_add(l, s);
	va_end(ap);
}

bool vt_strv_has(const struct vt_strv *l, const char *s)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->v[i], s))
			return true;
	return false;
}

static int compare_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void vt_strv_sort(struct vt_strv *l)
{
	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), compare_bytes);
}

void vt_strv_free(struct vt_strv *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
	*l = (struct vt_strv)VT_STRV_INIT;
}

bool vt_str_starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

bool vt_str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);
	return n >= m && !strcmp(s + n - m, suffix);
}

bool vt_str_eq(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

const char *vt_str_value(const char *word, const char *name)
{
	size_t n = strlen(name);
	return !strncmp(word, name, n) && word[n] == '=' ? word + n + 1 : NULL;
}

char *vt_str_replace(const char *s, const char *from, const char *to)
{
	struct vt_str b = VT_STR_INIT;
	for (const char *hit; *from && (hit = strstr(s, from));
		s = hit + strlen(from)) {
		vt_str_addn(&b, s, (size_t)(hit - s));
		vt_str_add(&b, to);
	}
	vt_str_add(&b, s);
	return vt_str_take(&b);
}

void vt_str_split(const char *s, char sep, struct vt_strv *out)
{
	for (;;) {
		const char *end = strchr(s, sep);
		size_t n = end ? (size_t)(end - s) : strlen(s);
		vt_strv_take(out, vt_strndup(s, n));
		if (!end)
			return;
		s = end + 1;
	}
}

void vt_str_words(const char *s, const char *separators, struct vt_strv *out)
{
	for (size_t len; s && *(s += strspn(s, separators)); s += len) {
		len = strcspn(s, separators);
		vt_strv_take(out, vt_strndup(s, len));
	}
}

bool vt_str_in(const char *const *list, const char *s)
{
	while (*list && strcmp(*list, s) != 0)
		list++;
	return *list != NULL;
}

void vt_str_shquote(struct vt_str *b, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_./:,=+@%^";
	if (*s && s[strspn(s, plain)] == '\0') {
		vt_str_add(b, s);
		return;
	}
	vt_str_addc(b, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			vt_str_add(b, "'\\''");
		else
			vt_str_addc(b, *s);
	}
	vt_str_addc(b, '\'');
}

void vt_str_shjoin(struct vt_str *b, char *const *argv)
{
	for (size_t i = 0; argv && argv[i]; i++) {
		if (i)
			vt_str_addc(b, ' ');
		vt_str_shquote(b, argv[i]);
	}
}

/* The length of the escape sequence at s (ECMA-48: CSI, OSC, ...). */
static size_t escape_len(const unsigned char *s, size_t len)
{
	if (len < 2)
		return len;
	size_t i = 2;
	if (s[1] == '[') { /* CSI: parameters, then one final byte */
		while (i < len && s[i] >= 0x20 && s[i] < 0x40)
			i++;
		return i < len && s[i] >= 0x40 && s[i] < 0x7f ? i + 1 : i;
	}
	if (strchr("]PX^_", s[1])) { /* a string, up to BEL or ESC \ */
		while (i < len && s[i] != 0x07 && s[i] != 0x1b && s[i] != '\n')
			i++;
		if (i < len && s[i] == 0x07)
			return i + 1;
		return i + 1 < len && s[i] == 0x1b && s[i + 1] == '\\' ? i + 2
								       : i;
	}
	if (s[1] == '(' || s[1] == ')' || s[1] == '#') /* three bytes */
		return len > 2 && s[2] >= 0x20 ? 3 : 2;
	return s[1] >= 0x20 && s[1] < 0x7f ? 2 : 1;
}

/* The length of the character at s, 0 if it is invalid or not printable. */
static size_t printable_len(const char *s, size_t len)
{
	uint32_t c = 0;
	size_t n = vt_utf8_decode(s, len, &c);
	bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
	bool bidi =
		(c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
	bool special = c == 0x2028 || c == 0x2029 || c == 0xfeff ||
		       (c & 0xfffe) == 0xfffe;
	return n && !control && !bidi && !special ? n : 0;
}

void vt_str_printable(struct vt_str *b, const char *s, size_t len, bool lines)
{
	const unsigned char *p = (const unsigned char *)s;
	for (size_t i = 0; i < len;) {
		size_t n = printable_len(s + i, len - i);
		if (n) {
			vt_str_addn(b, p + i, n);
		} else if (p[i] == 0x1b) {
			n = escape_len(p + i, len - i);
		} else {
			n = 1;
			if (p[i] == '\t' || (p[i] == '\n' && lines))
				vt_str_addc(b, (char)p[i]);
			else if (p[i] != '\r')
				vt_str_addc(b, '?');
		}
		i += n;
	}
	if (!b->s)
		vt_str_addn(b, "", 0);
}

const char *vt_str_tail(const char *s, size_t len, unsigned lines)
{
	const char *p = s + len;
	if (p > s && p[-1] == '\n')
		p--;
	while (p > s) {
		if (p[-1] == '\n' && --lines == 0)
			break;
		p--;
	}
	return p;
}

bool vt_str_valid_name(const char *s)
{
	static const char more[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789._+@-";
	size_t n = strlen(s);
	return n >= 1 && n <= 100 && isalnum((unsigned char)s[0]) &&
	       (unsigned char)s[0] < 0x80 && strspn(s, more) == n;
}

#include "text.h"

#include <string.h>

#include "base/mem.h"

enum { MAX_SHOWN = 1000 };

struct text text_without_newlines(const char *s, size_t len)
{
	while (len && s[len - 1] == '\n')
		len--;
	return (struct text){s, len};
}

static bool blank(char ch)
{
	return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

struct text text_stripped(const char *s, size_t len)
{
	while (len && blank(s[len - 1]))
		len--;
	while (len && blank(*s))
		s++, len--;
	return (struct text){s, len};
}

size_t text_common(struct text a, struct text b)
{
	size_t n = 0;
	while (n < a.len && n < b.len && a.s[n] == b.s[n])
		n++;
	return n;
}

size_t text_line_of(const struct fact *fact, const char *text)
{
	const char *s;
	size_t at = 0, len, number = 0, want = strlen(text);
	while (fact_line(fact, &at, &s, &len)) {
		struct text line = text_stripped(s, len);
		number++;
		if (line.len == want && !memcmp(line.s, text, want))
			return number;
	}
	return 0;
}

size_t text_line_number(const char *s, size_t offset)
{
	size_t n = 1;
	for (size_t i = 0; i < offset; i++)
		n += s[i] == '\n';
	return n;
}

char *text_shown(const char *s, size_t len)
{
	return vt_strndup(s, len > MAX_SHOWN ? MAX_SHOWN : len);
}

void text_judge(
	struct vt_check_result *r, const char *s, size_t len, struct text want)
{
	struct text is = text_without_newlines(s, len);
	size_t same = text_common(is, want);
	bool pass = same == is.len && same == want.len;
	VT_AUTO_FREE char *shown = text_shown(is.s, is.len);
	if (pass)
		vt_check_found(r, "'%s'", shown);
	else
		vt_check_found(r, "'%s'\n(first difference in line %zu)", shown,
			text_line_number(is.s, same));
	vt_check_judge(r, pass);
}

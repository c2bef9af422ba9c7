#include "data/pattern.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Letters that glibc gives a meaning after a backslash. Also \< \> \` \' have
 * one; other punctuation is literal then. */
static const char gnu_letters[] = "bBwWsS";

/* What POSIX has in place of other languages' escapes; NULL: nothing, or the
 * escape is valid there. */
static const struct {
	char letter;
	const char *outside, *inside; /* of brackets */
} replacements[] = {
	{'d', "[0-9]", "0-9"},
	{'D', "[^0-9]", NULL},
	{'s', NULL, "[:space:]"},
	{'w', NULL, "[:alnum:]_"},
	{'h', "[[:blank:]]", "[:blank:]"},
	{'A', "^", NULL},
	{'z', "$", NULL},
	{'Z', "$", NULL},
	{'-', NULL, "'-' last"},
	{'n', "the line feed itself (\"\\n\" in double quotes of YAML)", NULL},
	{'t',
		"[[:blank:]], or the tab itself (\"\\t\" in double quotes of "
		"YAML)",
		"[:blank:]"},
};

/* A character of an escape that is a letter or digit, so that it may have a
 * meaning in another language. */
static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

static const char *replacement(char c, bool inside)
{
	for (size_t i = 0; i < VT_COUNT(replacements); i++) {
		const char *text = inside ? replacements[i].inside
					  : replacements[i].outside;
		if (replacements[i].letter == c && text)
			return text;
	}
	return inside ? "the character without it, or \\\\ for a backslash"
		      : "the character itself, or \\\\ for a backslash";
}

static int check_escape(char c, struct vt_err **err)
{
	if (!is_word(c) || strchr(gnu_letters, c))
		return 0;
	if (c >= '1' && c <= '9')
		return vt_err_set(err, VT_USAGE,
			"the back reference '\\%c' is not supported", c);
	return vt_err_set(err, VT_USAGE,
		"'\\%c' has no meaning in a POSIX regular expression: write %s",
		c, replacement(c, false));
}

/* @s: the '[' of a bracket expression; Return: its ']', or the end */
static const char *bracket_end(const char *s)
{
	s += s[1] == '^' ? 2 : 1;
	for (const char *first = s; *s && (*s != ']' || s == first); s++) {
		if (*s != '[' || !s[1] || !strchr(":.=", s[1]))
			continue;
		const char close[] = {s[1], ']', '\0'};
		const char *end = strstr(s + 2, close);
		s = end ? end + 1 : s;
	}
	return s;
}

/* [:digit:] is the set of ':', 'd', 'i', 'g' and 't'.
 * @s: its first character; @end: its ']' */
static int check_class(const char *s, const char *end, struct vt_err **err)
{
	if (end - s < 3 || *s != ':' || end[-1] != ':')
		return 0;
	int len = (int)(end - s);
	return vt_err_set(err, VT_USAGE,
		"'[%.*s]' is a set of single characters: write [[%.*s]]", len,
		s, len, s);
}

/* Check a bracket expression, where a backslash is an ordinary character: it
 * must be doubled or the last one.
 * @at: its '['; becomes its ']' */
static int check_brackets(const char **at, struct vt_err **err)
{
	const char *s = *at + 1, *end = bracket_end(*at);
	bool slash = false;
	if (check_class(s + (*s == '^'), end, err) < 0)
		return -1;
	for (; s < end; s++) {
		slash = *s == '\\' && s + 1 == end;
		if (*s == '\\' && s[1] == '\\')
			s++;
		else if (*s == '\\' && !slash)
			return vt_err_set(err, VT_USAGE,
				"the backslash of '\\%c' is an ordinary "
				"character in [...]: write %s",
				s[1], replacement(s[1], true));
	}
	*at = end;
	s = end + strcspn(end + 1, "[]\\") + 1;
	if (slash && *s == ']')
		return vt_err_set(err, VT_USAGE,
			"'\\]' ends a bracket expression: write ']' first, as "
			"in []a]");
	return 0;
}

/* regcomp() gives a meaning of its own to what POSIX leaves undefined, such as
 * the syntax of other languages: a check with such a pattern would pass without
 * looking for what is meant. And for some back references, regexec() recurses
 * until the stack overflows.
 * @ere: valid for regcomp() */
static int check_syntax(const char *ere, struct vt_err **err)
{
	size_t open = 0;
	for (const char *s = ere; *s; s++) {
		if (*s == '\\') {
			if (check_escape(*++s, err) < 0)
				return -1;
			continue;
		}
		if (*s == '[' && check_brackets(&s, err) < 0)
			return -1;
		const char *times = *s == '{' ? strchr(s, '}') : NULL;
		s = times ? times : s;
		if ((*s == '+' || times) && s[1] == '?')
			return vt_err_set(err, VT_USAGE,
				"'%c?' also matches nothing in a POSIX regular "
				"expression: write %c without ?",
				*s, *s);
		if (*s == ')' && !open)
			return vt_err_set(err, VT_USAGE,
				"')' without '(': write \\) for the character");
		open += *s == '(';
		open -= *s == ')';
	}
	return 0;
}

/* regcomp() copies what is repeated: each repetition multiplies the size of its
 * group, and both its memory and its stack grow with the product (6 GiB for
 * ((a{1,255}){1,255}){1,255}, a crash at 60,000 parentheses). */
enum { MAX_SIZE = 2000, MAX_DEPTH = 64 };

/* Whether a repetition is at *at, which then becomes its last character.
 * @times: how often regcomp() copies the item before it */
static bool repeats(const char **at, size_t *times)
{
	const char *end = strchr(*at, '}');
	char *rest;
	if (**at == '+') {
		*times = 2;
		return true;
	}
	if (**at != '{' || (*at)[1] < '0' || (*at)[1] > '9' || !end)
		return false;
	unsigned long n = strtoul(*at + 1, &rest, 10);
	if (*rest == ',' && rest[1] != '}')
		n = strtoul(rest + 1, NULL, 10);
	*at = end;
	*times = n < 1 ? 1 : n > MAX_SIZE ? MAX_SIZE + 2 : n;
	return true;
}

/* Check that a pattern can be compiled with bounded memory.
 * @ere: of any form */
static int check_size(const char *ere, struct vt_err **err)
{
	/* of each open group: its items but the last, and the last one */
	size_t sum[MAX_DEPTH] = {0}, last[MAX_DEPTH] = {0};
	size_t depth = 0, times, copies = 0;
	for (const char *s = ere; *s; s++) {
		if (repeats(&s, &times)) {
			copies += last[depth] * (times - 1);
			last[depth] *= times;
			if (copies > MAX_SIZE)
				return vt_err_set(err, VT_USAGE,
					"its repetitions stand for more than "
					"%d characters: use smaller ones",
					MAX_SIZE);
		} else if (*s == '(') {
			if (++depth == MAX_DEPTH)
				return vt_err_set(err, VT_USAGE,
					"groups are nested more than %d levels",
					MAX_DEPTH - 1);
			sum[depth] = last[depth] = 0;
		} else if (*s == ')' && depth) {
			size_t size = sum[depth] + last[depth];
			depth--;
			sum[depth] += last[depth];
			last[depth] = size;
		} else {
			sum[depth] += last[depth];
			last[depth] = 1;
			if (*s == '[')
				s = bracket_end(s);
			else if (*s == '\\')
				s++;
			if (!*s)
				break;
		}
	}
	return 0;
}

int vt_pattern_compile(
	regex_t *re, const char *ere, int flags, struct vt_err **err)
{
	char why[200];
	if (check_size(ere, err) < 0)
		return vt_err_wrap(err, "bad regular expression");
	int rc = regcomp(re, ere, REG_EXTENDED | flags);
	if (rc) {
		regerror(rc, re, why, sizeof(why));
		return vt_err_set(err, VT_USAGE,
			"bad regular expression '%s': %s", ere, why);
	}
	if (check_syntax(ere, err) == 0)
		return 0;
	regfree(re);
	return vt_err_wrap(err, "bad regular expression '%s'", ere);
}

int vt_pattern_valid(const char *ere, struct vt_err **err)
{
	regex_t re;
	if (vt_pattern_compile(&re, ere, REG_NOSUB, err) < 0)
		return -1;
	regfree(&re);
	return 0;
}

int vt_pattern_check(const struct vt_node *n, struct vt_err **err)
{
	VT_AUTO_ERR struct vt_err *why = NULL;
	const char *ere;
	if (vt_node_str(n, &ere, err) < 0)
		return -1;
	if (vt_pattern_valid(ere, &why) < 0)
		return vt_node_err(n, err, "%s", why->msg);
	return 0;
}

void vt_pattern_literal(struct vt_str *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\.[(){*+?^$|", *text))
			vt_str_addc(out, '\\');
		vt_str_addc(out, *text);
	}
}

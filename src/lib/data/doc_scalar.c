/* The type of an unquoted scalar in YAML 1.1, by the rules of PyYAML's
 * resolver, since PyYAML reads the configs in the guest. */
#include <string.h>

#include "data/doc_internal.h"

#define DIGITS "0123456789"
#define DIGITS_ "0123456789_"

static bool one_of(const char *s, const char *const *words)
{
	for (; *words; words++) {
		if (strcmp(s, *words) == 0)
			return true;
	}
	return false;
}

static bool is_null(const char *s)
{
	static const char *const words[] = {
		"", "~", "null", "Null", "NULL", NULL};

	return one_of(s, words);
}

static bool is_bool(const char *s)
{
	static const char *const words[] = {"true", "True", "TRUE", "false",
		"False", "FALSE", "yes", "Yes", "YES", "no", "No", "NO", "on",
		"On", "ON", "off", "Off", "OFF", NULL};

	return one_of(s, words);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *skip_sign(const char *s)
{
	return *s == '-' || *s == '+' ? s + 1 : s;
}

/* Skip (:[0-5]?[0-9])+, the end of a number in base 60. Return: NULL if there
 * is none */
static const char *skip_sixties(const char *s)
{
	if (*s != ':')
		return NULL;
	while (*s == ':') {
		s++;
		if (*s >= '0' && *s <= '5' && is_digit(s[1]))
			s += 2;
		else if (is_digit(*s))
			s++;
		else
			return NULL;
	}
	return s;
}

static bool is_int(const char *s)
{
	size_t n;

	s = skip_sign(s);
	if (s[0] == '0' && s[1] == 'b')
		return s[2] && s[2 + strspn(s + 2, "01_")] == '\0';
	if (s[0] == '0' && s[1] == 'x')
		return s[2] &&
		       s[2 + strspn(s + 2, DIGITS_ "abcdefABCDEF")] == '\0';
	if (s[0] == '0')
		return s[strspn(s, "01234567_")] == '\0';
	if (!is_digit(*s))
		return false;
	n = strspn(s, DIGITS_);
	if (s[n] == '\0')
		return true;
	s = skip_sixties(s + n);
	return s && *s == '\0';
}

/* Whether the text is ([eE][-+][0-9]+)? */
static bool is_exponent(const char *s)
{
	if (*s == '\0')
		return true;
	if ((*s != 'e' && *s != 'E') || (s[1] != '-' && s[1] != '+'))
		return false;
	s += 2;
	return *s && s[strspn(s, DIGITS)] == '\0';
}

static bool is_float(const char *s)
{
	static const char *const inf[] = {".inf", ".Inf", ".INF", NULL};
	static const char *const nan[] = {".nan", ".NaN", ".NAN", NULL};
	const char *p = skip_sign(s);

	if (one_of(p, inf) || one_of(s, nan))
		return true;
	if (s[0] == '.' && is_digit(s[1]))
		return is_exponent(s + 1 + strspn(s + 1, DIGITS_));
	if (!is_digit(*p))
		return false;
	p += strspn(p, DIGITS_);
	if (*p == '.')
		return is_exponent(p + 1 + strspn(p + 1, DIGITS_));
	p = skip_sixties(p);
	return p && *p == '.' && p[1 + strspn(p + 1, DIGITS_)] == '\0';
}

/* Skip from min to max digits. Return: NULL if there are fewer */
static const char *skip_digits(const char *s, size_t min, size_t max)
{
	size_t n = strspn(s, DIGITS);

	if (n < min)
		return NULL;
	return s + (n < max ? n : max);
}

static bool is_time(const char *s)
{
	size_t len = strlen(s);

	s = skip_digits(s, 4, 4);
	if (!s || *s != '-')
		return false;
	s = skip_digits(s + 1, 1, 2);
	if (!s || *s != '-')
		return false;
	s = skip_digits(s + 1, 1, 2);
	if (!s)
		return false;
	if (*s == '\0')
		return len == strlen("2026-01-31");
	if (*s == 'T' || *s == 't')
		s++;
	else if (*s == ' ' || *s == '\t')
		s += strspn(s, " \t");
	else
		return false;
	s = skip_digits(s, 1, 2);
	if (!s || *s != ':')
		return false;
	s = skip_digits(s + 1, 2, 2);
	if (!s || *s != ':')
		return false;
	s = skip_digits(s + 1, 2, 2);
	if (!s)
		return false;
	if (*s == '.')
		s += 1 + strspn(s + 1, DIGITS);
	if (*s == '\0')
		return true;
	s += strspn(s, " \t");
	if (*s == 'Z')
		return s[1] == '\0';
	if (*s != '-' && *s != '+')
		return false;
	s = skip_digits(s + 1, 1, 2);
	if (s && *s == ':')
		s = skip_digits(s + 1, 2, 2);
	return s && *s == '\0';
}

enum vt_scalar_type vt_scalar_type(const char *text)
{
	if (is_null(text))
		return VT_TYPE_NULL;
	if (is_bool(text))
		return VT_TYPE_BOOL;
	if (!is_digit(*text) && !strchr("-+.", *text))
		return VT_TYPE_STR;
	if (is_int(text))
		return VT_TYPE_INT;
	if (is_float(text))
		return VT_TYPE_FLOAT;
	if (is_time(text))
		return VT_TYPE_TIME;
	return VT_TYPE_STR;
}

/* The type and the value of an unquoted scalar in YAML 1.1, by the rules of
 * PyYAML, which reads the configs in the guest. */
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
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

/* Convert an integer of YAML 1.1: 12, -1_000, 0x1f, 0b101, 0755 (octal), 1:30
 * (base 60). */
int vt_scalar_int(const char *text, long *out)
{
	const char *s = text;
	bool negative = *s == '-';
	unsigned base = 10;
	unsigned long v = 0;

	if (*s == '-' || *s == '+')
		s++;
	if (s[0] == '0' && (s[1] == 'b' || s[1] == 'x')) {
		base = s[1] == 'b' ? 2 : 16;
		s += 2;
	} else if (s[0] == '0') {
		base = 8;
	}
	/* `part` is what follows the last ':' */
	unsigned long part = 0;
	for (;; s++) {
		if (*s == '_')
			continue;
		if (*s == ':' || *s == '\0') {
			if (__builtin_mul_overflow(v, 60, &v) ||
				__builtin_add_overflow(v, part, &v))
				return -1;
			part = 0;
			if (*s == '\0')
				break;
			continue;
		}
		unsigned digit = *s <= '9' ? (unsigned)(*s - '0')
					   : (unsigned)((*s | 32) - 'a' + 10);
		if (__builtin_mul_overflow(part, base, &part) ||
			__builtin_add_overflow(part, digit, &part))
			return -1;
	}
	if (v > LONG_MAX)
		return -1;
	*out = negative ? -(long)v : (long)v;
	return 0;
}

static long days_in(long year, long month)
{
	static const char days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* Whether Python has the date of a text of type VT_TYPE_TIME. */
static bool is_date(const char *s)
{
	/* year, month, day, hour, minute, second; hours, minutes of the zone */
	long v[8] = {0};

	for (size_t n = 0; *s && n < VT_COUNT(v);) {
		if (is_digit(*s))
			v[n++] = strtol(s, (char **)&s, 10);
		else
			s += *s == '.' ? 1 + strspn(s + 1, DIGITS) : 1;
	}
	return v[0] >= 1 && v[1] >= 1 && v[1] <= 12 && v[2] >= 1 &&
	       v[2] <= days_in(v[0], v[1]) && v[3] < 24 && v[4] < 60 &&
	       v[5] < 60 && v[6] * 60 + v[7] < 24 * 60;
}

/* 0x_ and 0b_ have the form of an integer */
static bool has_no_digits(const char *s)
{
	s = skip_sign(s);
	return s[0] == '0' && (s[1] == 'b' || s[1] == 'x') &&
	       s[2 + strspn(s + 2, "_")] == '\0';
}

const char *vt_scalar_fault(const char *text)
{
	static const char *const no_values[] = {"=", "<<", NULL};
	enum vt_scalar_type type = vt_scalar_type(text);

	if (type == VT_TYPE_INT && has_no_digits(text))
		return "a number without digits";
	if (type == VT_TYPE_TIME && !is_date(text))
		return "a date that does not exist";
	return one_of(text, no_values) ? "not a value in YAML" : NULL;
}

const char *vt_scalar_id(struct vt_doc *doc, const struct vt_node *n)
{
	VT_AUTO_FREE char *text = NULL;
	bool yes = false;
	long v;

	switch (vt_node_type(n)) {
	case VT_TYPE_NULL:
		return "null";
	case VT_TYPE_BOOL:
		vt_node_bool(n, &yes, NULL);
		return yes ? "true" : "false";
	case VT_TYPE_INT:
		if (vt_scalar_int(n->text, &v) < 0)
			return n->text;
		text = vt_printf("%ld", v);
		return vt_doc_keep(doc, text);
	default:
		return n->text;
	}
}

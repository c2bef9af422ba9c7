#include "graph/human_size.h"

#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

/* Larger ones are no sizes of disks, and a double is not exact there. */
#define MAX_BYTES ((double)((uint64_t)1 << 62))

static const char *skip_spaces(const char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return s;
}

/* Digits, with single underscores between them. */
static const char *copy_digits(const char *s, struct vt_str *out)
{
	while (isdigit((unsigned char)*s) ||
		(*s == '_' && out->len &&
			isdigit((unsigned char)out->s[out->len - 1]) &&
			isdigit((unsigned char)s[1]))) {
		if (*s != '_')
			vt_str_addc(out, *s);
		s++;
	}
	return s;
}

/* A number as Python's float() reads it, except inf and nan.
 * Return: whether it is one */
static bool parse_float(const char *s, double *out)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	s = skip_spaces(s);
	if (*s == '-' || *s == '+')
		vt_str_addc(&text, *s++);
	size_t sign = text.len;
	s = copy_digits(s, &text);
	if (*s == '.') {
		size_t before = text.len;
		vt_str_addc(&text, *s++);
		s = copy_digits(s, &text);
		if (before == sign && text.len == before + 1)
			return false;
	}
	if (text.len == sign)
		return false;
	if (*s == 'e' || *s == 'E') {
		vt_str_addc(&text, *s++);
		if (*s == '-' || *s == '+')
			vt_str_addc(&text, *s++);
		size_t before = text.len;
		s = copy_digits(s, &text);
		if (text.len == before)
			return false;
	}
	*out = strtod(text.s, NULL);
	return *skip_spaces(s) == '\0';
}

enum parsed { SIZE, NO_SIZE, NEGATIVE, NOT_WHOLE, TOO_LARGE };

static enum parsed parse(const char *s, uint64_t *bytes, double *value)
{
	static const char units[] = "BKMGT";
	VT_AUTO_FREE char *text = vt_strdup(s);
	size_t len = strlen(text);
	if (len && text[len - 1] == 'B')
		text[--len] = '\0';
	const char *unit = len ? strchr(units, text[len - 1]) : NULL;
	if (unit)
		text[--len] = '\0';
	if (!parse_float(text, value))
		return NO_SIZE;
	if (*value < 0)
		return NEGATIVE;
	if (unit)
		*value *= (double)((uint64_t)1 << (10 * (unit - units)));
	if (*value > MAX_BYTES)
		return TOO_LARGE;
	*bytes = (uint64_t)*value;
	return *value == (double)*bytes ? SIZE : NOT_WHOLE;
}

/* How curtin wants it: 512M for 512MiB, 10G for 10g; NULL: unknown */
static char *corrected(const char *s)
{
	VT_AUTO_FREE char *text = vt_strdup(s);
	uint64_t bytes;
	double value;
	size_t len = strlen(text);
	if (len > 2 && tolower((unsigned char)text[len - 2]) == 'i' &&
		tolower((unsigned char)text[len - 1]) == 'b')
		text[len - 2] = '\0';
	for (char *p = text; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return parse(text, &bytes, &value) == SIZE ? vt_strdup(text) : NULL;
}

static int read_text(const struct vt_node *n, const char *fill, uint64_t *bytes,
	struct vt_err **err)
{
	VT_AUTO_FREE char *better = corrected(n->text);
	double value = 0;
	switch (parse(n->text, bytes, &value)) {
	case SIZE:
		return 0;
	case NEGATIVE:
		return vt_node_err(n, err,
			"size '%s' is negative: curtin has no size that "
			"stands for the space that is left; %s",
			n->text, fill);
	case NOT_WHOLE:
		return vt_node_err(n, err,
			"size '%s' is not a whole number of bytes (%.1f): "
			"use a smaller unit, such as %" PRIu64 "M",
			n->text, value, (*bytes >> 20) + 1);
	case TOO_LARGE:
		return vt_node_err(n, err, "size '%s' exceeds 4 EiB", n->text);
	case NO_SIZE:
		break;
	}
	if (better)
		return vt_node_err(n, err,
			"'%s' is not a size that curtin reads: write %s",
			n->text, better);
	return vt_node_err(n, err,
		"'%s' is not a size: write a number of bytes, or one with K, "
		"M, G or T, such as 512M or 1.5G",
		n->text);
}

int vt_human_size(const struct vt_node *n, const char *fill, uint64_t *bytes,
	struct vt_err **err)
{
	const char *text;
	long number;
	*bytes = 0;
	if (vt_node_str(n, &text, err) < 0)
		return -1;
	switch (vt_node_type(n)) {
	case VT_TYPE_INT:
		if (*text == '-')
			return read_text(n, fill, bytes, err);
		if (vt_node_int(n, 0, LONG_MAX, &number, err) < 0)
			return -1;
		*bytes = (uint64_t)number;
		return 0;
	case VT_TYPE_BOOL:
	case VT_TYPE_TIME:
		return vt_node_err(n, err,
			"%s is a %s, not a size such as 512M or 1.5G", text,
			vt_node_kind_name(n));
	default:
		return read_text(n, fill, bytes, err);
	}
}

/* Parse sizes, integers and booleans in options, settings and YAML. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"

/* The exponent of 1024 for a unit: 3 for "G", "GB" and "GiB", 0 for "" and "B".
 * Return: -1 if there is no such unit */
static int unit_power(const char *unit)
{
	static const char letters[] = "kmgtp";
	if (!*unit || !strcasecmp(unit, "b"))
		return 0;
	const char *at = strchr(letters, tolower((unsigned char)*unit));
	if (!at)
		return -1;
	unit++;
	if (*unit && strcasecmp(unit, "b") && strcasecmp(unit, "ib"))
		return -1;
	return (int)(at - letters) + 1;
}

int vt_parse_size(const char *s, uint64_t *bytes, struct vt_err **err)
{
	uint64_t whole = 0;
	const char *p = s;
	if (!isdigit((unsigned char)*p))
		goto bad;
	for (; isdigit((unsigned char)*p); p++)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
			__builtin_add_overflow(
				whole, (uint64_t)(*p - '0'), &whole))
			goto bad;
	/* the fraction, in millionths */
	uint64_t millionths = 0, scale = 1000000;
	if (*p == '.') {
		if (!isdigit((unsigned char)*++p))
			goto bad;
		for (; isdigit((unsigned char)*p); p++)
			if (scale /= 10)
				millionths += scale * (uint64_t)(*p - '0');
	}
	while (*p == ' ')
		p++;
	int power = unit_power(p);
	if (power < 0)
		goto bad;
	uint64_t factor = (uint64_t)1 << (10 * power), total;
	if (__builtin_mul_overflow(whole, factor, &total) ||
		__builtin_add_overflow(total,
			factor / 1000000 * millionths +
				factor % 1000000 * millionths / 1000000,
			&total) ||
		total > INT64_MAX)
		goto bad;
	*bytes = total;
	return 0;
bad:
	return vt_err_set(err, VT_USAGE,
		"'%.40s' is not a size (such as 512, 8M, 4G or 1.5G)", s);
}

int vt_parse_int(
	const char *s, long min, long max, long *out, struct vt_err **err)
{
	char *end;
	errno = 0;
	long v = strtol(s, &end, 10);
	if (end == s || *end || errno || isspace((unsigned char)*s))
		return vt_err_set(
			err, VT_USAGE, "'%.40s' is not an integer", s);
	if (v < min || v > max)
		return vt_err_set(err, VT_USAGE,
			"%ld is out of range: %ld to %ld", v, min, max);
	*out = v;
	return 0;
}

bool vt_parse_bool(const char *s)
{
	return *s && strcasecmp(s, "false") && strcmp(s, "0");
}

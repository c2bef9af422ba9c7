#include "data/jpath.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum step { STEP_END, STEP_NAME, STEP_INDEX, STEP_BAD };

/* Parse "[N]" or "[\"name\"]" at *s, and move *s after it. */
static enum step bracket(const char **s, char **name, long *index)
{
	const char *p = *s + 1;
	if (*p == '"') {
		const char *end = strstr(p + 1, "\"]");
		if (!end)
			return STEP_BAD;
		*name = vt_strndup(p + 1, (size_t)(end - p - 1));
		*s = end + 2;
		return STEP_NAME;
	}
	size_t digits = strspn(p + (*p == '-'), "0123456789");
	const char *end = p + (*p == '-') + digits;
	if (!digits || digits > 9 || *end != ']')
		return STEP_BAD;
	*index = strtol(p, NULL, 10);
	*s = end + 1;
	return STEP_INDEX;
}

/* Parse the next step at *s of a path that begins at `start`. */
static enum step next(
	const char *start, const char **s, char **name, long *index)
{
	if (!**s)
		return STEP_END;
	if (**s == '[')
		return bracket(s, name, index);
	if (**s == '.')
		++*s;
	else if (*s != start)
		return STEP_BAD;
	size_t len = strcspn(*s, ".[]\"");
	if (len == 0)
		return *s == start + 1 && !**s ? STEP_END : STEP_BAD;
	*name = vt_strndup(*s, len);
	*s += len;
	return STEP_NAME;
}

int vt_jpath_check(const char *path, struct vt_err **err)
{
	const char *s = path;
	for (;;) {
		VT_AUTO_FREE char *name = NULL;
		long index;
		const char *from = s;
		enum step step = next(path, &s, &name, &index);
		if (step == STEP_END)
			return 0;
		if (step == STEP_BAD)
			return vt_err_set(err, VT_USAGE,
				"bad path '%s' at '%s': write it like "
				"a.b[0][\"c.d\"]",
				path, from);
	}
}

static const json_t *element(const json_t *list, long index)
{
	long n = (long)json_array_size(list);
	if (index < 0)
		index += n;
	return index < 0 || index >= n ? NULL
				       : json_array_get(list, (size_t)index);
}

const json_t *vt_jpath_get(
	const json_t *root, const char *path, size_t *reached)
{
	const json_t *at = root;
	const char *s = path;
	*reached = 0;
	while (at) {
		VT_AUTO_FREE char *name = NULL;
		long index = 0;
		enum step step = next(path, &s, &name, &index);
		if (step == STEP_END)
			return at;
		if (step == STEP_BAD)
			return NULL;
		at = step == STEP_NAME ? json_object_get(at, name)
				       : element(at, index);
		if (at)
			*reached = (size_t)(s - path);
	}
	return NULL;
}

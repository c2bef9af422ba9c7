#include "nameset.h"

#include <search.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct sized_name {
	uint64_t size;
	char name[];
};

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct sized_name *)a)->name,
		((const struct sized_name *)b)->name);
}

static struct sized_name *make(const char *name, uint64_t size)
{
	size_t len = strlen(name) + 1;
	struct sized_name *s = vt_alloc(sizeof(*s) + len);
	s->size = size;
	memcpy(s->name, name, len);
	return s;
}

bool nameset_add(nameset *set, const char *name, uint64_t size)
{
	struct sized_name *s = make(name, size);
	struct sized_name *const *found = tsearch(s, set, compare);
	if (!found)
		abort(); /* out of memory */
	if (*found == s)
		return true;
	free(s);
	return false;
}

int64_t nameset_size(nameset *set, const char *name)
{
	VT_AUTO_FREE struct sized_name *s = make(name, 0);
	struct sized_name *const *found = tfind(s, set, compare);
	return found ? (int64_t)(*found)->size : -1;
}

void nameset_free(nameset *set)
{
	tdestroy(*set, free);
	*set = NULL;
}

#include "json_memory.h"

#include <jansson.h>
#include <malloc.h>
#include <stdlib.h>

static size_t used, limit;
static bool exceeded;

static void *take(size_t n)
{
	if (n > limit || used > limit - n) {
		exceeded = true;
		return NULL;
	}
	void *p = malloc(n);
	used += p ? malloc_usable_size(p) : 0;
	return p;
}

static void give(void *p)
{
	size_t n = p ? malloc_usable_size(p) : 0;
	/* what was taken before the limit was set was not counted */
	used -= n < used ? n : used;
	free(p);
}

void json_memory_limit(size_t bytes)
{
	limit = bytes;
	json_set_alloc_funcs(take, give);
}

bool json_memory_exceeded(void)
{
	bool was = exceeded;
	exceeded = false;
	return was;
}

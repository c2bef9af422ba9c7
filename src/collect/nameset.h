/* A set of names, each with a size. An empty set is NULL. */
#ifndef VT_COLLECT_NAMESET_H
#define VT_COLLECT_NAMESET_H

#include <stdbool.h>
#include <stdint.h>

typedef void *nameset; /* root of a tree of tsearch(3) */

/** nameset_add() - Return: false when the name is already in the set */
bool nameset_add(nameset *set, const char *name, uint64_t size);
/** nameset_size() - the size of a name; -1 when it is not in the set */
int64_t nameset_size(nameset *set, const char *name);
void nameset_free(nameset *set);

#endif

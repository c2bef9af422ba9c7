/* The names seen so far, each with a size. Starts as NULL. */
#ifndef VT_COLLECT_NAMESET_H
#define VT_COLLECT_NAMESET_H

#include <stdbool.h>
#include <stdint.h>

typedef void *nameset; /* root of a tree of tsearch(3) */

/** nameset_add() - Return: false when the name was there already */
bool nameset_add(nameset *set, const char *name, uint64_t size);
/** nameset_size() - the size given with a name; -1 for an unknown one */
int64_t nameset_size(nameset *set, const char *name);
void nameset_free(nameset *set);

#endif

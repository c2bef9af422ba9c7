/* Metadata that says of itself that it is older than what was seen. Private to
 * source*.c. */
#ifndef SYNC_SOURCE_AGE_H
#define SYNC_SOURCE_AGE_H

#include "source.h"

/** source_see_all() - what all servers of the tree gave, into s->seen */
void source_see_all(struct source *s);
/** source_check_age() - of a text that came, or is kept, as `name`
 * Errors: VT_USAGE when it is older */
int source_check_age(struct source *s, const char *path, const char *name,
	json_t *head, struct vt_err **err);
/** source_is_newest() - what is kept may be older than what came from another
 * server since */
bool source_is_newest(const struct source *s, const char *path);

#endif

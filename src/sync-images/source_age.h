/* Rollback protection: metadata whose "updated" is older than what was seen
 * before is refused. Private to source*.c. */
#ifndef SYNC_SOURCE_AGE_H
#define SYNC_SOURCE_AGE_H

#include "source.h"

/** source_load_newest() - fill s->newest from the caches of all servers of the
 * tree */
void source_load_newest(struct source *s);
/** source_check_age() - refuse a document that is older than one seen before
 * @head: the document, fetched or cached
 * @name: for messages
 * Errors: VT_USAGE */
int source_check_age(struct source *s, const char *path, const char *name,
	json_t *head, struct vt_err **err);
/** source_cache_is_newest() - is the cached copy as new as what other servers
 * gave since? */
bool source_cache_is_newest(const struct source *s, const char *path);

#endif

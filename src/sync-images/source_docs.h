/* Metadata files of a source, one by one. Private to source*.c. */
#ifndef SYNC_SOURCE_DOCS_H
#define SYNC_SOURCE_DOCS_H

#include "source.h"

/** source_fetch_docs() - those that were not asked for yet, together */
int source_fetch_docs(struct source *s, struct vt_fetch *f,
	const struct vt_strv *paths, struct vt_err **err);
/** source_remembered() - "etag", "modified", "updated" or "content_id" of a
 * text that is kept; owned, may be NULL */
char *source_remembered(
	const struct source *s, const char *path, const char *key);
/** source_read_doc() - fetched or kept, checked; as stream_read() */
int source_read_doc(struct source *s, const char *path, json_t **head,
	stream_product *visit, void *ctx, struct vt_err **err);

#endif

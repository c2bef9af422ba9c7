/* The documents of a source: its index and products files. Private to
 * source*.c. */
#ifndef SYNC_SOURCE_DOCS_H
#define SYNC_SOURCE_DOCS_H

#include "source.h"

/** source_fetch_docs() - fetch documents in parallel, except those that
 * s->requested lists; trying each server, then the cache */
int source_fetch_docs(struct source *s, struct vt_fetch *f,
	const struct vt_strv *paths, struct vt_err **err);
/** source_doc_field() - "etag", "modified", "updated" or "content_id" of the
 * cached copy of a document; owned; NULL: none */
char *source_doc_field(
	const struct source *s, const char *path, const char *key);
/** source_read_doc() - read a fetched or cached document, checking its
 * signature and age; arguments as for stream_read() */
int source_read_doc(struct source *s, const char *path, json_t **head,
	stream_product *visit, void *ctx, struct vt_err **err);

#endif

/* The metadata of a stream on one or more servers: fetched, checked, cached.
 *
 *	AUTO_SOURCE struct source s = SOURCE_INIT;
 *	if (source_open(&s, options, tree, err) < 0 ||
 *	    source_fetch(&s, fetch, err) < 0) return -1;
 *	for each id in s.streams: source_products(&s, id, visit, ctx, err)
 *
 * With a tree, metadata that passed all checks is cached below .vt-sync/. The
 * next source_fetch() then makes conditional requests, and when no server
 * answers it uses the cached copy and sets s.offline. Signed metadata goes
 * through gpgv each time that it is read. Metadata is refused when its
 * "updated" is older than what was seen before.
 *
 * Several servers are asked in order. When one does not answer, or its
 * metadata is refused, a warning is logged, the next one is asked, and the
 * failed one is moved to the end of the list.
 */
#ifndef SYNC_SOURCE_H
#define SYNC_SOURCE_H

#include "http/fetch.h"
#include "stream_read.h"
#include "sync_options.h"
#include "tree.h"

struct source {
	const struct options *o;
	const struct tree *tree; /* NULL: nothing is cached */
	/* content id -> local products file, for the check of age; borrowed */
	const json_t *local_streams;
	json_t *newest; /* content id -> newest "updated" that any server gave
			   to this tree */
	struct vt_strv bases;   /* server URLs, each ending in '/', in the order
				   in which they are asked */
	struct vt_strv demoted; /* those that failed */
	char *path;             /* of the index or products file on a server */
	bool is_signed;
	char *keyring;
	char *cache_dir; /* in the tree */
	int cache_fd;    /* of that directory; -1: nothing is cached */
	json_t *state;   /* saved with the cache: docs: path -> {etag, modified,
			    updated, content_id}; servers; streams: as below;
			    done: task -> true, see source_is_done() */
	json_t *heads;   /* path -> document fetched by this process, without
			    its products */
	json_t *fds;     /* path -> descriptor of a document that was fetched
			    without a cache */
	json_t *requested; /* path -> true: requested by source_fetch() */
	json_t *streams;   /* content id -> path of its products file */
	bool offline;      /* a document could not be fetched */
	bool changed;      /* a document differs from its cached copy */
};
#define SOURCE_INIT                                                            \
	{                                                                      \
		.cache_fd = -1                                                 \
	}
/** source_open() - set up from the options and settings; no request yet
 * Errors: VT_USAGE */
int source_open(struct source *s, const struct options *o,
	const struct tree *tree, struct vt_err **err);
/** source_fetch() - fetch the index and all products files that it names
 * When called again it finds what changed since.
 * Errors: VT_HOST when no server can be reached and nothing is cached;
 *   VT_USAGE for metadata that is refused */
int source_fetch(struct source *s, struct vt_fetch *f, struct vt_err **err);
/** source_head() - a products file without its products; new reference */
json_t *source_head(struct source *s, const char *id, struct vt_err **err);
/** source_products() - visit the products of a products file one by one
 * Return: 0, or the first result of a visit that is not 0 */
int source_products(struct source *s, const char *id, stream_product *visit,
	void *ctx, struct vt_err **err);
/** source_walk() - visit every item of every stream; as stream_walk() */
int source_walk(
	struct source *s, stream_visit *visit, void *ctx, struct vt_err **err);
/** source_urls() - add the URL of a path for every server, in order */
void source_urls(
	const struct source *s, const char *path, struct vt_strv *urls);
/** source_is_done() - was `task` completed before with the same metadata? */
bool source_is_done(const struct source *s, const char *task);
/** source_set_done() - record that `task` (NULL: none) is completed, and save
 * the state of the cache */
int source_set_done(struct source *s, const char *task, struct vt_err **err);
void source_free(struct source *s);
#define AUTO_SOURCE __attribute__((cleanup(source_free)))

#endif

/* A stream on a server: its metadata, fetched, checked and remembered.
 *
 *	AUTO_SOURCE struct source s = SOURCE_INIT;
 *	if (source_open(&s, options, tree, err) < 0 ||
 *	    source_fetch(&s, fetch, err) < 0) return -1;
 *	for each id in s.streams: source_products(&s, id, visit, ctx, err)
 *
 * With a tree, what was fetched and found good is kept in its notes: the next
 * source_fetch() asks whether it changed, and when no server answers it is
 * used as it is (s.offline). Signed metadata goes through gpgv each time that
 * it is read. Metadata that says of itself that it is older than what was
 * seen is refused. Nothing is kept that was not found good.
 *
 * Of several servers the first is asked. When it does not answer, or what it
 * has is refused, a warning says so, and from then on it comes last.
 */
#ifndef SYNC_SOURCE_H
#define SYNC_SOURCE_H

#include "http/fetch.h"
#include "stream_read.h"
#include "sync_options.h"
#include "tree.h"

struct source {
	const struct options *o;
	const struct tree *tree; /* NULL: nothing is kept */
	const json_t *held;      /* content id -> products file that is here */
	json_t *seen;         /* content id -> "updated" of the newest that any
				 server gave to this tree */
	struct vt_strv bases; /* the servers, each with a '/' at its end, as
				 they are asked */
	struct vt_strv bad;   /* those that were found to be */
	char *path;           /* of the index, or of a products file */
	bool is_signed;
	char *keyring;
	char *notes;     /* directory of what is kept, in the tree */
	int notes_fd;    /* -1: nothing is kept */
	json_t *state;   /* docs: path -> {etag, modified, updated};
			    streams: as below; done: what, as below */
	json_t *fresh;   /* path -> what was fetched this time, without its
			    products */
	json_t *texts;   /* the same: path -> descriptor, when none is kept */
	json_t *fetched; /* path -> true: asked for this time */
	json_t *streams; /* content id -> path of its products file */
	bool offline;    /* something could not be fetched */
	bool changed;    /* something is not as it was last time */
};
#define SOURCE_INIT                                                            \
	{                                                                      \
		.notes_fd = -1                                                 \
	}
/** source_open() - Errors: VT_USAGE */
int source_open(struct source *s, const struct options *o,
	const struct tree *tree, struct vt_err **err);
/** source_fetch() - the index and all products files it names; again: what
 * changed since
 * Errors: VT_HOST for servers that cannot be reached and nothing kept;
 *   VT_USAGE for a signature or a text that is refused */
int source_fetch(struct source *s, struct vt_fetch *f, struct vt_err **err);
/** source_head() - a products file without its products; new reference */
json_t *source_head(struct source *s, const char *id, struct vt_err **err);
/** source_products() - and these, one by one
 * Return: 0, or what a visit returned that was not 0 */
int source_products(struct source *s, const char *id, stream_product *visit,
	void *ctx, struct vt_err **err);
/** source_urls() - where a path of the stream is, at every server */
void source_urls(
	const struct source *s, const char *path, struct vt_strv *urls);
/** source_is_done() - was `task` done with this very metadata before? */
bool source_is_done(const struct source *s, const char *task);
/** source_set_done() - it is now; also keeps what was fetched for next time */
int source_set_done(struct source *s, const char *task, struct vt_err **err);
void source_free(struct source *s);
#define AUTO_SOURCE __attribute__((cleanup(source_free)))

#endif

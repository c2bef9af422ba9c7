/* What a tree holds: its index and every products stream that it names. */
#ifndef SYNC_HELD_H
#define SYNC_HELD_H

#include "tree.h"

struct held {
	json_t *index;   /* never NULL once loaded */
	json_t *streams; /* content id -> products file, its versions packed */
};
/** held_load() - an empty tree is one that holds nothing
 * Errors: VT_USAGE for files that are not simplestreams 1.0, or missing */
int held_load(struct held *h, const struct tree *t, struct vt_err **err);
/** held_need() - the same, but an empty one is an error that says what to do */
int held_need(struct held *h, const struct tree *t, struct vt_err **err);
void held_free(struct held *h);
#define AUTO_HELD __attribute__((cleanup(held_free)))

/** held_path() - where the products file of a stream stands, or will; owned */
char *held_path(const struct held *h, const char *content_id);
/** held_stream() - the products file of a stream, made when there is none */
json_t *held_stream(struct held *h, const char *content_id);
/** held_save() - the products file, and its entry in h->index */
int held_save(struct held *h, const struct tree *t, const char *content_id,
	struct vt_err **err);
/** held_text() - a products file as it is saved; owned */
char *held_text(const json_t *stream);
int held_save_index(struct held *h, const struct tree *t, struct vt_err **err);
/** held_files() - path -> sha256 of all of them; new reference */
json_t *held_files(const struct held *h);
/** held_walk() - every item of every stream */
int held_walk(const struct held *h, stream_visit *visit, void *ctx,
	struct vt_err **err);
/** held_stamp() - "updated" of a stream or index is now */
void held_stamp(json_t *j);

#endif

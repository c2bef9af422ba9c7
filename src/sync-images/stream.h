/* A products stream of simplestreams, as it is walked: each item with what it
 * stands in.
 */
#ifndef SYNC_STREAM_H
#define SYNC_STREAM_H

#include "data/json.h"

/* Streams of real mirrors are below 10 MB. */
enum { STREAM_MAX = 64 << 20 };

struct entry {
	const char *content_id, *product, *version, *name;
	json_t *in_stream, *in_product, *in_version, *item;
};

/** entry_get() - an attribute that is a string or a number: the item's, or
 * that of its version, product or stream; content_id, product_name,
 * version_name and item_name too. NULL: none. New reference */
json_t *entry_get(const struct entry *e, const char *key);
/** entry_text() - the same as text, numbers printed; "" for none; owned */
char *entry_text(const struct entry *e, const char *key);
/** attribute_text() - a string or number as text; "" for all else; owned */
char *attribute_text(const json_t *value);
/** entry_flat() - all its attributes in one object; new reference */
json_t *entry_flat(const struct entry *e);

/** stream_pack() - a version as one string, which takes a fifth of the memory;
 * equal ones are equal strings; new reference */
json_t *stream_pack(const json_t *version);
/** stream_unpack() - new reference; NULL for NULL */
json_t *stream_unpack(json_t *version);

typedef int stream_visit(const struct entry *e, void *ctx, struct vt_err **err);
/** stream_walk() - every item of a stream whose versions are packed
 * Newest versions of each product come first.
 * Return: 0, or what a visit returned that was not 0 */
int stream_walk(json_t *stream, const char *content_id, stream_visit *visit,
	void *ctx, struct vt_err **err);

/** stream_walk_product() - one product that stands in no stream, whose `head`
 * is all but its products */
int stream_walk_product(json_t *head, const char *content_id, const char *name,
	json_t *product, stream_visit *visit, void *ctx, struct vt_err **err);

/** stream_paths() - every file that the items of a stream name is added to
 * `out`: path -> sha256 (null when there is none) */
void stream_paths(json_t *stream, json_t *out);

#endif

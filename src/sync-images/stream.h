/* Items of a simplestreams products file, each with the version, product and
 * stream that contain it and whose attributes it inherits.
 *
 * A visit function is called for each item; what it gets is borrowed. It
 * returns 0 to continue; any other value ends the walk and is returned.
 */
#ifndef SYNC_STREAM_H
#define SYNC_STREAM_H

#include "data/filter.h"
#include "data/json.h"

/* Largest metadata document in bytes. Those of real servers are below 10 MB. */
enum { STREAM_MAX = 64 << 20 };

struct entry {
	const char *content_id, *product, *version, *name;
	json_t *in_stream, *in_product, *in_version, *item;
};

/** entry_get() - an attribute that is a string or a number: of the item, or
 * inherited from its version, product or stream; also content_id,
 * product_name, version_name and item_name
 * Return: new reference; NULL: no such attribute */
json_t *entry_get(const struct entry *e, const char *key);
/** entry_text() - the same as text; "" for no such attribute; owned */
char *entry_text(const struct entry *e, const char *key);
/** entry_matches() - whether all filters match */
bool entry_matches(const struct entry *e, const struct vt_filters *f);
/** attribute_text() - a string or number as text; "" for other types; owned */
char *attribute_text(const json_t *value);
/** entry_flat() - all attributes, also inherited ones; new reference */
json_t *entry_flat(const struct entry *e);

/** stream_pack() - encode a version as one JSON string, which takes a fifth of
 * the memory; equal versions give equal strings; new reference */
json_t *stream_pack(const json_t *version);
/** stream_unpack() - decode a packed version; new reference; NULL for NULL */
json_t *stream_unpack(json_t *version);

typedef int stream_visit(const struct entry *e, void *ctx, struct vt_err **err);
/** stream_walk() - visit every item of a stream whose versions are packed,
 * newest versions of each product first */
int stream_walk(json_t *stream, const char *content_id, stream_visit *visit,
	void *ctx, struct vt_err **err);

/** stream_walk_product() - visit every item of one product whose versions are
 * not packed
 * @head: its stream without the products */
int stream_walk_product(json_t *head, const char *content_id, const char *name,
	json_t *product, stream_visit *visit, void *ctx, struct vt_err **err);

/** stream_paths() - add the files of all items to `out`: path -> sha256 (null
 * when the item has none) */
void stream_paths(json_t *stream, json_t *out);

#endif

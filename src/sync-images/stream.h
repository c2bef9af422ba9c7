/* A simplestreams tree on disk: index, products, items.
 *
 * stream_items() reads every products file that the index names and gives a
 * flat array of items, each with the attributes of its product and version
 * (strings and numbers are inherited downward, as simplestreams has it) and
 * content_id, product_name, version_name, item_name. Newest versions first.
 */
#ifndef SYNC_STREAM_H
#define SYNC_STREAM_H

#include <stdbool.h>

#include "json.h"

/* Streams of real mirrors are below 10 MB. */
enum { STREAM_MAX = 64 << 20 };

/** stream_items()
 * Return: new reference to an array
 * Errors: VT_HOST when DIR holds no stream (says what to do); VT_USAGE for a
 *   file that is not simplestreams 1.0 */
json_t *stream_items(const char *dir, struct vt_err **err);

/** stream_load() - the JSON file at DIR/PATH, an object; NULL without an error
 * when it does not exist. PATH comes from a stream: it must stay in DIR. */
json_t *stream_load(const char *dir, const char *path, struct vt_err **err);

/** stream_safe_path() - relative, without "." or "..", at most 500 bytes */
bool stream_safe_path(const char *path);

#endif

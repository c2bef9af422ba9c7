/* The catalog of a tree: its index, and every products file that it names.
 *
 *	AUTO_CATALOG struct catalog cat = {0};
 *	if (catalog_load(&cat, tree, err) < 0) return -1;
 *	json_t *stream = catalog_stream(&cat, content_id);
 *	... change it; the versions of products are packed: stream_pack() ...
 *	if (catalog_save_stream(&cat, tree, content_id, err) < 0 ||
 *		catalog_save_index(&cat, tree, err) < 0) return -1;
 *
 * JSON values that functions return belong to the catalog, unless they say
 * "new reference".
 */
#ifndef SYNC_CATALOG_H
#define SYNC_CATALOG_H

#include "tree.h"

struct catalog {
	json_t *index;   /* never NULL once loaded */
	json_t *streams; /* content id -> products file, versions packed */
};
/** catalog_load() - read index and products files; an empty tree gives an empty
 * catalog
 * Errors: VT_USAGE for files that are not simplestreams 1.0; VT_HOST for
 *   missing products files */
int catalog_load(
	struct catalog *cat, const struct tree *t, struct vt_err **err);
/** catalog_require() - as catalog_load(), but an empty tree is an error */
int catalog_require(
	struct catalog *cat, const struct tree *t, struct vt_err **err);
void catalog_free(struct catalog *cat);
#define AUTO_CATALOG __attribute__((cleanup(catalog_free)))

/** catalog_stream_path() - path of a stream's products file, which need not
 * exist yet; owned */
char *catalog_stream_path(const struct catalog *cat, const char *content_id);
/** catalog_stream() - the products file of a stream; created if missing */
json_t *catalog_stream(struct catalog *cat, const char *content_id);
/** catalog_save_stream() - write a products file; update its entry in
 * cat->index, which is not written */
int catalog_save_stream(struct catalog *cat, const struct tree *t,
	const char *content_id, struct vt_err **err);
/** catalog_stream_text() - a products file as it is saved; owned */
char *catalog_stream_text(const json_t *stream);
int catalog_save_index(
	struct catalog *cat, const struct tree *t, struct vt_err **err);
/** catalog_item_paths() - path -> sha256 of all items; new reference */
json_t *catalog_item_paths(const struct catalog *cat);
/** catalog_walk() - visit every item of every stream; as stream_walk() */
int catalog_walk(const struct catalog *cat, stream_visit *visit, void *ctx,
	struct vt_err **err);
/** catalog_set_updated() - set "updated" of a stream or index to now */
void catalog_set_updated(json_t *j);

#endif

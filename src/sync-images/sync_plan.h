/* The plan of a sync: which versions to add, which files they need, and which
 * old versions to remove afterwards.
 *
 *	AUTO_PLAN struct plan p = {0};
 *	plan_start(&p, tree, catalog, filters, max);
 *	for each stream:
 *		plan_stream(&p, content_id, head);
 *		for each product: plan_product(&product, &p, err)
 *	... download p.contents, then commit(&p, ...) ...
 *
 * Items are filtered first. Of each product the newest `max` versions that
 * have a matching item are wanted. Older local versions with a matching item
 * are removed once all wanted versions of the product are complete. Versions
 * without a matching item are not touched, so that syncs with different
 * filters add up.
 *
 * Files are identified by sha256: each is downloaded once and then linked to
 * every path at which an item needs it.
 */
#ifndef SYNC_PLAN_H
#define SYNC_PLAN_H

#include "catalog.h"
#include "data/filter.h"
#include "source.h"

/* A file that a wanted version needs. */
struct content {
	char sha256[65];
	uint64_t size;
	char *source_path;      /* on the server */
	char *local_path;       /* a file in the tree with these contents; NULL:
				   none, it must be downloaded */
	struct vt_strv targets; /* paths in the tree to link it to */
	bool due;               /* the next commit links it */
};

/* A version to add or change, or (data NULL) to remove. */
struct step {
	char *content_id, *product, *version;
	json_t *data;     /* packed, see stream_pack() */
	size_t *contents; /* the files it needs: indexes in plan.contents */
	size_t n_contents;
};

struct plan {
	const struct tree *tree;
	const struct catalog *catalog;
	const struct vt_filters *filters;
	long max;
	struct content *contents;
	size_t n_contents;
	json_t *by_sum; /* sha256 -> index of contents */
	struct step *steps;
	size_t n_steps;
	json_t *attributes;    /* content id -> product -> attributes, packed */
	json_t *headers;       /* content id -> attributes of the stream */
	json_t *local_files;   /* path -> sha256, of all items in the catalog */
	json_t *planned_files; /* path -> sha256, of the files to be added */
	json_t *local_by_sum;  /* sha256 -> a path of local_files */
	/* the stream and product being read */
	const char *content_id;
	json_t *head;
	const char *product;
	json_t *local_product;
	json_t *version;   /* of the last step; packed when it is complete */
	size_t first_step; /* of the product */
};

void plan_start(struct plan *p, const struct tree *tree,
	const struct catalog *catalog, const struct vt_filters *filters,
	long max);
/** plan_stream() - the following plan_product() calls are for this stream
 * @head: the stream without its products. Both arguments are borrowed until
 *   the next call */
void plan_stream(struct plan *p, const char *content_id, json_t *head);
/** plan_product() - plan the versions of one product; ctx: the plan
 * Errors: VT_USAGE for a wanted item without a sha256, a size or a path inside
 *   the tree */
stream_product plan_product;
/** plan_content() - plan the download of one file, without a version
 * @path: on the server */
void plan_content(struct plan *p, const char *sha256, uint64_t size,
	const char *target, const char *path);
/** plan_bytes() - total size of the files to download; *files: their number */
uint64_t plan_bytes(const struct plan *p, size_t *files);
/** plan_content_ready() - the file is in the tree; nothing to download */
bool plan_content_ready(const struct content *c);
/** plan_step_ready() - all files of a version are ready */
bool plan_step_ready(const struct plan *p, const struct step *s);
/** plan_step_due() - let the next commit link the files of a version */
void plan_step_due(struct plan *p, const struct step *s);
void plan_free(struct plan *p);
#define AUTO_PLAN __attribute__((cleanup(plan_free)))

#endif

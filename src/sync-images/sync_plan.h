/* What a sync has to do: which versions should be here, which files they need,
 * and what goes when they are.
 *
 * Items are filtered first; of each product the newest versions that still
 * have an item are wanted. Older ones that are here and match go, once all
 * the wanted ones of that product are here; what does not match is none of
 * this sync's business, so that syncs with other filters add up.
 *
 * Contents are counted by sha256: one is fetched once, and appears in as many
 * places as items want it.
 */
#ifndef SYNC_PLAN_H
#define SYNC_PLAN_H

#include "held.h"
#include "source.h"
#include "sync_filter.h"

/* A file that is wanted. */
struct content {
	char sha256[65];
	uint64_t size;
	char *path; /* where the server has it */
	char *have; /* a file of the tree that is the same; or NULL */
	struct vt_strv places; /* where it shall appear */
	bool due;              /* a commit places it now */
};

/* A version as it shall be, or (data NULL) that shall go. */
struct step {
	char *content_id, *product, *version;
	json_t *data;     /* packed */
	size_t *contents; /* indexes of those it needs */
	size_t n_contents;
};

struct plan {
	const struct tree *tree;
	const struct held *held;
	const struct filters *filters;
	long max;
	struct content *contents;
	size_t n_contents;
	json_t *by_sum; /* sha256 -> index of contents */
	struct step *steps;
	size_t n_steps;
	json_t *attributes; /* content id -> product -> attributes, packed */
	json_t *headers;    /* content id -> attributes of the stream */
	json_t *here;       /* path -> sha256, held */
	json_t *files;      /* the same, of what is planned besides */
	json_t *owners;     /* sha256 -> a held path */
	/* while a stream is walked */
	const char *content_id;
	json_t *head;
	const char *product;
	json_t *held_product;
	json_t *version; /* of the last step, as it grows; packed after that */
	size_t first_step; /* of the product */
};

void plan_start(struct plan *p, const struct tree *tree,
	const struct held *held, const struct filters *filters, long max);
/** plan_stream() - products of that stream follow; borrowed until another */
void plan_stream(struct plan *p, const char *content_id, json_t *head);
/** plan_product() - add what a product of a server asks for; ctx: the plan
 * Errors: VT_USAGE for wanted items that are refused: no sha256, no size, a
 *   path that leads elsewhere */
stream_product plan_product;
/** plan_content() - one file, whatever stream it is of */
void plan_content(struct plan *p, const char *sha256, uint64_t size,
	const char *place, const char *path);
/** plan_bytes() - of the contents that must be fetched */
uint64_t plan_bytes(const struct plan *p, size_t *files);
/** plan_content_ready() - it is here, or already where it shall be */
bool plan_content_ready(const struct content *c);
/** plan_step_ready() - all that a version needs is ready */
bool plan_step_ready(const struct plan *p, const struct step *s);
/** plan_step_due() - its contents are to be placed by the next commit */
void plan_step_due(struct plan *p, const struct step *s);
void plan_free(struct plan *p);
#define AUTO_PLAN __attribute__((cleanup(plan_free)))

#endif

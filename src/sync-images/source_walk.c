#include "source.h"

struct walk {
	const char *content_id;
	json_t *head;
	stream_visit *visit;
	void *ctx;
};

static int walk_product(const struct product *p, void *ctx, struct vt_err **err)
{
	const struct walk *w = ctx;
	return stream_walk_product(w->head, w->content_id, p->name, p->data,
		w->visit, w->ctx, err);
}

int source_walk(
	struct source *s, stream_visit *visit, void *ctx, struct vt_err **err)
{
	const char *id;
	json_t *unused;
	json_object_foreach (s->streams, id, unused) {
		VT_AUTO_JSON json_t *head = source_head(s, id, err);
		struct walk w = {id, head, visit, ctx};
		int rc = head ? source_products(s, id, walk_product, &w, err)
			      : -1;
		if (rc)
			return rc;
	}
	return 0;
}

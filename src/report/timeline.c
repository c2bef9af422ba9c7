#include "timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { PAUSE_MS = 30 * 60 * 1000, MAX_LANES = 200 };

static int by_begin(const void *a, const void *b)
{
	const struct bar *x = a, *y = b;
	if (x->from_ms != y->from_ms)
		return x->from_ms < y->from_ms ? -1 : 1;
	return x->test < y->test ? -1 : x->test > y->test;
}

static size_t collect(const struct page *p, struct bar *bars)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n; i++) {
		const struct page_test *t = &p->v[i];
		struct bar b = {.test = i};
		for (size_t k = 0; k < t->n_spans; k++) {
			const struct span *s = &t->spans[k];
			int64_t end = s->start_ms + (int64_t)s->ms;
			if (!k || s->start_ms < b.from_ms)
				b.from_ms = s->start_ms;
			if (!k || end > b.to_ms)
				b.to_ms = end;
		}
		if (t->n_spans)
			bars[n++] = b;
	}
	qsort(bars, n, sizeof(*bars), by_begin);
	return n;
}

/* The first lane that is free when the test begins. */
static void give_lanes(struct run *r)
{
	int64_t free_at[MAX_LANES];
	for (size_t i = 0; i < r->n; i++) {
		unsigned lane = 0;
		while (lane < r->lanes && free_at[lane] > r->v[i].from_ms)
			lane++;
		if (lane == MAX_LANES)
			lane--;
		else if (lane == r->lanes)
			r->lanes++;
		free_at[lane] = r->v[i].to_ms;
		r->v[i].lane = lane;
	}
}

void timeline_of(const struct page *p, struct timeline *out)
{
	struct bar *bars = vt_calloc(p->n + 1, sizeof(*bars));
	size_t n = collect(p, bars);
	*out = (struct timeline){.bars = bars};
	for (size_t i = 0; i < n; i++) {
		struct run *r = out->n ? &out->v[out->n - 1] : NULL;
		if (!r || bars[i].from_ms > r->to_ms + PAUSE_MS) {
			out->v =
				vt_realloc(out->v, out->n + 1, sizeof(*out->v));
			r = &out->v[out->n++];
			*r = (struct run){.v = &bars[i],
				.from_ms = bars[i].from_ms,
				.to_ms = bars[i].to_ms};
		}
		r->n++;
		if (bars[i].to_ms > r->to_ms)
			r->to_ms = bars[i].to_ms;
	}
	for (size_t i = 0; i < out->n; i++) {
		if (out->v[i].to_ms == out->v[i].from_ms)
			out->v[i].to_ms++; /* it is divided by */
		give_lanes(&out->v[i]);
	}
}

void timeline_free(struct timeline *t)
{
	free(t->v);
	free(t->bars);
	*t = (struct timeline){0};
}

/* When tests ran, in lanes: of two that overlap, each has a lane of its own. */
#ifndef VT_REPORT_TIMELINE_H
#define VT_REPORT_TIMELINE_H

#include "page.h"

/* A test in its lane. */
struct bar {
	size_t test; /* of the page */
	unsigned lane;
	int64_t from_ms, to_ms; /* since 1970 */
};

/* Tests without a long pause between them. */
struct run {
	struct bar *v; /* by their begin */
	size_t n;
	unsigned lanes;
	int64_t from_ms, to_ms;
};

struct timeline {
	struct run *v; /* the earliest first */
	size_t n;
	struct bar *bars; /* of all runs */
};

void timeline_of(const struct page *p, struct timeline *out);
void timeline_free(struct timeline *t);
#define AUTO_TIMELINE __attribute__((cleanup(timeline_free)))

/** trace_write() - the runs as Chrome's trace events in JSON, which Perfetto
 * opens: a thread for each lane (trace.c) */
int trace_write(const struct rows *rows, const char *path, struct vt_err **err);

#endif

/* How far downloads are: one line on a terminal that replaces itself, with
 * rate and time left; otherwise a line for each file that is there. */
#ifndef SYNC_PROGRESS_H
#define SYNC_PROGRESS_H

#include "http/fetch.h"

struct progress {
	const struct vt_fetch_job *jobs;
	size_t n_jobs, files; /* files: that are there */
	uint64_t bytes;       /* in all */
	uint64_t start_ms;
	/* for a rate of the last seconds, not of all the time */
	uint64_t mark_ms, mark_bytes, rate;
};
void progress_start(
	struct progress *p, const struct vt_fetch_job *jobs, size_t n);
void progress_tick(struct progress *p);
void progress_file(struct progress *p, const struct vt_fetch_job *j);
void progress_end(void);
/** progress_size() - "1.5 GB" into text */
const char *progress_size(char text[20], uint64_t bytes);

#endif

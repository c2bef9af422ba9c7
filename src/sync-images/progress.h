/* Progress of downloads: on a terminal one line that is updated in place, with
 * rate and time left; otherwise a line for each complete file. */
#ifndef SYNC_PROGRESS_H
#define SYNC_PROGRESS_H

#include "http/fetch.h"

struct progress {
	const struct vt_fetch_job *jobs;
	size_t n_jobs;
	size_t files;   /* complete */
	uint64_t bytes; /* of all files */
	uint64_t start_ms;
	/* the rate in bytes per second, measured since the mark */
	uint64_t mark_ms, mark_bytes, rate;
};
void progress_start(
	struct progress *p, const struct vt_fetch_job *jobs, size_t n);
void progress_tick(struct progress *p);
void progress_file(struct progress *p, const struct vt_fetch_job *j);
void progress_end(void);
/** progress_size() - format a size such as "1.5 GB"; Return: text */
const char *progress_size(char text[20], uint64_t bytes);

#endif

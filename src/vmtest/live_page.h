/* Keeps the page of all results (vt-report --html) up to date while tests run.
 *
 *	AUTO_LIVE_PAGE struct live_page page;
 *	live_page_begin(&page, topdir);
 *	live_page_tick(&page);		now and then: never blocks
 *	live_page_end(&page);		writes the last one
 *
 * The page is written again when the run log has grown, and so rarely that it
 * takes at most a fiftieth of the time.
 */
#ifndef VT_VMTEST_LIVE_PAGE_H
#define VT_VMTEST_LIVE_PAGE_H

#include "base/proc.h"

struct live_page {
	char *tool, *option, *topdir;
	struct vt_proc writer;
	int null_fd;
	bool writing;
	uint64_t began_ms, next_ms;
	off_t log_size; /* of the run log when the page was written */
};

void live_page_begin(struct live_page *p, const char *topdir);
void live_page_tick(struct live_page *p);
/** live_page_end() - write it once more; without it, only clean up */
void live_page_end(struct live_page *p);
void live_page_free(struct live_page *p);
#define AUTO_LIVE_PAGE __attribute__((cleanup(live_page_free)))

#endif

#include "live_page.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/settings.h"
#include "test/topdir.h"

enum { EVERY_MS = 10000, SHARE = 50, LIMIT_MS = 120000 };

void live_page_begin(struct live_page *p, const char *topdir)
{
	*p = (struct live_page){
		.tool = vt_proc_sibling("vt-report"),
		.option = vt_printf("--html=%s/%s", topdir, VT_TOPDIR_PAGE),
		.topdir = vt_strdup(topdir),
		.writer = VT_PROC_INIT,
		.null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC),
		.next_ms = vt_now_ms() + EVERY_MS,
	};
}

static off_t log_size(void)
{
	struct stat st;
	const char *path = vt_setting("LOG");
	return path && stat(path, &st) == 0 ? st.st_size : 0;
}

/* A page that cannot be written is no reason to end the run. */
static void start(struct live_page *p)
{
	char *const argv[] = {p->tool, p->option, p->topdir, NULL};
	VT_AUTO_ERR struct vt_err *err = NULL;
	p->log_size = log_size();
	p->began_ms = vt_now_ms();
	p->writer = (struct vt_proc)VT_PROC_INIT;
	p->writing =
		vt_proc_spawn(&p->writer,
			&(struct vt_spawn){.argv = argv, .out = p->null_fd},
			&err) == 0;
	if (!p->writing)
		vt_log_debug("no page: %s", err->msg);
	p->next_ms = p->began_ms + EVERY_MS;
}

static void reap(struct live_page *p, int timeout_ms)
{
	if (!p->writing || vt_proc_wait(&p->writer, timeout_ms, NULL) == 0)
		return;
	uint64_t cost = vt_now_ms() - p->began_ms;
	p->writing = false;
	vt_proc_stopp(&p->writer);
	if (cost * SHARE > EVERY_MS)
		p->next_ms = p->began_ms + cost * SHARE;
}

void live_page_tick(struct live_page *p)
{
	reap(p, 0);
	if (!p->writing && vt_now_ms() >= p->next_ms &&
		log_size() != p->log_size)
		start(p);
}

void live_page_end(struct live_page *p)
{
	reap(p, LIMIT_MS);
	if (p->writing)
		return;
	start(p);
	reap(p, LIMIT_MS);
}

void live_page_free(struct live_page *p)
{
	vt_proc_stopp(&p->writer);
	vt_closep(&p->null_fd);
	free(p->tool);
	free(p->option);
	free(p->topdir);
}

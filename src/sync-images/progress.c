#include "progress.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"

enum { RATE_MS = 2000, SHOWN = 3 };

const char *progress_size(char text[20], uint64_t bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
	double n = (double)bytes;
	size_t u = 0;
	for (; n >= 999.5 && u + 1 < VT_COUNT(units); u++)
		n /= 1000;
	snprintf(text, 20, u && n < 99.5 ? "%.1f %s" : "%.0f %s", n, units[u]);
	return text;
}

void progress_start(
	struct progress *p, const struct vt_fetch_job *jobs, size_t n)
{
	*p = (struct progress){.jobs = jobs,
		.n_jobs = n,
		.start_ms = vt_now_ms(),
		.mark_ms = vt_now_ms()};
	for (size_t i = 0; i < n; i++)
		p->bytes += jobs[i].size;
}

static void update_rate(struct progress *p, uint64_t received)
{
	uint64_t now = vt_now_ms(), ms = now - p->mark_ms;
	if (ms < RATE_MS && p->rate)
		return;
	if (ms)
		p->rate = (received - p->mark_bytes) * 1000 / ms;
	if (ms >= RATE_MS) {
		p->mark_ms = now;
		p->mark_bytes = received;
	}
}

static bool is_active(const struct vt_fetch_job *j)
{
	return j->got > 0 && j->got < j->size && !j->err;
}

void progress_tick(struct progress *p)
{
	uint64_t got = 0, received = 0;
	char a[20], b[20], r[20];
	VT_AUTO_STR struct vt_str line = VT_STR_INIT;
	for (size_t i = 0; i < p->n_jobs; i++) {
		got += p->jobs[i].got;
		received += p->jobs[i].received;
	}
	update_rate(p, received);
	vt_str_addf(&line, "%zu of %zu files, %s of %s, %s/s", p->files,
		p->n_jobs, progress_size(a, got), progress_size(b, p->bytes),
		progress_size(r, p->rate));
	if (p->rate) {
		uint64_t s = (p->bytes - got) / p->rate;
		vt_str_addf(&line, ", %llu:%02llu left",
			(unsigned long long)s / 60, (unsigned long long)s % 60);
	}
	size_t shown = 0;
	for (size_t i = 0; i < p->n_jobs && shown < SHOWN; i++) {
		const struct vt_fetch_job *j = &p->jobs[i];
		if (!is_active(j))
			continue;
		vt_str_addf(&line, "%s%s %llu%%", shown++ ? ", " : ": ",
			vt_fs_basename(j->name),
			(unsigned long long)(j->got * 100 / j->size));
	}
	/* a line that wraps cannot be updated in place */
	struct winsize w = {0};
	int width = ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 20
			    ? w.ws_col - 1
			    : 79;
	vt_log_progress("%.*s", width, line.s);
}

void progress_file(struct progress *p, const struct vt_fetch_job *j)
{
	char size[20], r[20];
	uint64_t ms = vt_now_ms() - p->start_ms, received = 0;
	p->files++;
	for (size_t i = 0; i < p->n_jobs; i++)
		received += p->jobs[i].received;
	vt_log_info("%s: %s (%zu of %zu, %s/s)", j->name,
		progress_size(size, j->size), p->files, p->n_jobs,
		progress_size(r, received * 1000 / (ms ? ms : 1)));
}

void progress_end(void)
{
	vt_log_progress(NULL);
}

#include "test/runlog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/settings.h"
#include "base/str.h"
#include "test/verdict.h"

enum { LONGEST = 2048 };

static void add_time(struct vt_str *line)
{
	struct timespec now;
	char text[32];
	clock_gettime(CLOCK_REALTIME, &now);
	struct tm tm = vt_clock_utc(now.tv_sec);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	vt_str_addf(line, "%s.%03ldZ", text, now.tv_nsec / 1000000);
}

/* Write a line at once, so that lines of several processes do not mix. The
 * reader of a FIFO gets a second to take it. */
static ssize_t write_line(int fd, const struct vt_str *line)
{
	enum { PATIENCE_MS = 1000 };
	uint64_t end = vt_now_ms() + PATIENCE_MS;
	for (;;) {
		ssize_t n = write(fd, line->s, line->len);
		uint64_t now = vt_now_ms();
		if (n >= 0 || errno != EAGAIN || now >= end)
			return n;
		struct pollfd p = {fd, POLLOUT, 0};
		vt_poll(&p, 1, (int)(end - now));
	}
}

static void append(const char *path, const struct vt_str *line)
{
	static bool warned;
	/* O_NONBLOCK: opening a FIFO would wait for a reader */
	VT_AUTO_CLOSE int fd = open(path,
		O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY |
			O_NONBLOCK,
		0666);
	ssize_t n = fd < 0 ? -1 : write_line(fd, line);
	if (n == (ssize_t)line->len)
		return;
	int e = n < 0 ? errno : ENOSPC;
	if (!warned)
		vt_log_warn("cannot write the run log '%s' (%s): %s", path,
			vt_setting_source("LOG"),
			e == ENXIO    ? "no process reads this FIFO"
			: e == EAGAIN ? "its reader is too slow"
				      : strerror(e));
	warned = true;
}

void vt_runlog(const char *test, const char *phase, const char *fmt, ...)
{
	const char *path = vt_setting("LOG");
	VT_AUTO_STR struct vt_str line = VT_STR_INIT, text = VT_STR_INIT;
	VT_AUTO_FREE char *what = NULL;
	va_list ap;
	if (!path || !*path)
		return;
	va_start(ap, fmt);
	if (vasprintf(&what, fmt, ap) < 0)
		abort();
	va_end(ap);
	/* "." and such have to be resolved to get a name */
	VT_AUTO_FREE char *real =
		strchr(test, '/') || *test == '.' ? realpath(test, NULL) : NULL;
	vt_str_addf(&text, "%s %s %s", vt_fs_basename(real ? real : test),
		phase, what);
	add_time(&line);
	vt_str_addc(&line, ' ');
	vt_str_printable(
		&line, text.s, text.len < LONGEST ? text.len : LONGEST, false);
	vt_str_addc(&line, '\n');
	append(path, &line);
}

void vt_runlog_end(const char *test, const char *phase, int status,
	double seconds, const char *why)
{
	bool has_why = why && *why;
	vt_runlog(test, phase, "%s in %.1f s%s%s", vt_verdict_kind(status),
		seconds, has_why ? ": " : "", has_why ? why : "");
}

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

static void append(const char *path, const struct vt_str *line)
{
	static bool warned;
	VT_AUTO_CLOSE int fd = open(path,
		O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd >= 0 && write(fd, line->s, line->len) == (ssize_t)line->len)
		return;
	if (!warned)
		vt_log_warn("cannot write the run log '%s' (%s): %s", path,
			vt_setting_source("LOG"), strerror(errno));
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

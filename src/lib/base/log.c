#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/outbuf.h"
#include "base/str.h"

static struct {
	const char *prog;
	char *test;
	int verbose;
	bool terminal;         /* stderr is a terminal */
	bool alone;            /* no other process writes to it */
	bool colour;           /* use colours */
	bool in_progress;      /* a progress line is shown */
	struct vt_outbuf *out; /* between vt_log_begin() and vt_log_end() */
} state = {.prog = "vt"};

void vt_log_init(const char *prog, int verbose)
{
	state.prog = prog;
	state.verbose = verbose;
	state.terminal = isatty(STDERR_FILENO);
	/* Under a parallel make other processes write to the terminal as well,
	 * and would break up a progress line. */
	const char *flags = getenv("MAKEFLAGS");
	state.alone = !flags || !strstr(flags, "jobserver");
	const char *no = getenv("NO_COLOR");
	state.colour = state.terminal && !(no && *no);
}

void vt_log_context(const char *test)
{
	free(state.test);
	state.test = vt_strdup(test);
}

static void emit(const char *s, size_t len)
{
	if (state.out) {
		vt_outbuf_put(state.out, s, len);
		return;
	}
	ssize_t n = write(STDERR_FILENO, s, len);
	(void)n; /* an error cannot be reported anywhere */
}

static void prefix(struct vt_str *line, const char *colour, const char *level)
{
	if (state.in_progress)
		vt_str_add(line, "\r\033[K");
	state.in_progress = false;
	vt_str_addf(line, "%s: ", state.prog);
	if (state.test)
		vt_str_addf(line, "%s: ", state.test);
	if (level && state.colour)
		vt_str_addf(line, "\033[%sm%s:\033[0m ", colour, level);
	else if (level)
		vt_str_addf(line, "%s: ", level);
}

__attribute__((format(printf, 3, 0))) static void log_line(
	const char *colour, const char *level, const char *fmt, va_list ap)
{
	VT_AUTO_STR struct vt_str line = VT_STR_INIT;
	VT_AUTO_FREE char *text = NULL;
	if (vasprintf(&text, fmt, ap) < 0)
		return;
	prefix(&line, colour, level);
	vt_str_printable(&line, text, strlen(text), true);
	vt_str_addc(&line, '\n');
	emit(line.s, line.len);
}

#define LOG_LINE(colour, level)                                                \
	do {                                                                   \
		va_list ap;                                                    \
		va_start(ap, fmt);                                             \
		log_line(colour, level, fmt, ap);                              \
		va_end(ap);                                                    \
	} while (0)

void vt_log_error(const char *fmt, ...)
{
	LOG_LINE("1;31", "error");
}

void vt_log_warn(const char *fmt, ...)
{
	LOG_LINE("1;33", "warning");
}

void vt_log_info(const char *fmt, ...)
{
	LOG_LINE("", NULL);
}

void vt_log_debug(const char *fmt, ...)
{
	if (state.verbose > 0)
		LOG_LINE("2", "debug");
}

void vt_log_err(const struct vt_err *err)
{
	if (!err)
		return;
	vt_log_error("%s", err->msg);
	if (!err->detail)
		return;
	VT_AUTO_STR struct vt_str clean = VT_STR_INIT, out = VT_STR_INIT;
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	vt_str_printable(&clean, err->detail, strlen(err->detail), true);
	vt_str_split(vt_str_c(&clean), '\n', &lines);
	for (size_t i = 0; i < lines.n; i++)
		if (*lines.v[i] || i + 1 < lines.n)
			vt_str_addf(&out, "  | %s\n", lines.v[i]);
	emit(vt_str_c(&out), out.len);
}

void vt_log_line(const char *line)
{
	VT_AUTO_FREE char *text = vt_printf("%s\n", line);
	emit(text, strlen(text));
}

void vt_log_begin(void)
{
	enum { KEPT = 256 << 10 };
	if (!state.out)
		state.out = vt_outbuf_new(STDERR_FILENO, KEPT);
}

void vt_log_end(void)
{
	if (state.out)
		vt_outbuf_end(state.out);
	vt_outbuf_free(state.out);
	state.out = NULL;
}

int vt_log_fd(void)
{
	return vt_outbuf_fd(state.out);
}

void vt_log_flush(void)
{
	vt_outbuf_flush(state.out);
}

void vt_log_progress(const char *fmt, ...)
{
	if (!state.terminal || !state.alone || (!fmt && !state.in_progress))
		return;
	VT_AUTO_STR struct vt_str line = VT_STR_INIT;
	vt_str_add(&line, "\r\033[K");
	state.in_progress = fmt != NULL;
	if (fmt) {
		VT_AUTO_FREE char *text = NULL;
		va_list ap;
		va_start(ap, fmt);
		if (vasprintf(&text, fmt, ap) < 0)
			text = NULL;
		va_end(ap);
		if (text)
			vt_str_printable(&line, text, strlen(text), false);
	}
	emit(line.s, line.len);
}

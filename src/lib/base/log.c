#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

static struct {
	const char *prog;
	char *test;
	int verbose;
	bool terminal, alone, colour, progress;
} state = {.prog = "vt"};

void vt_log_init(const char *prog, int verbose)
{
	state.prog = prog;
	state.verbose = verbose;
	state.terminal = isatty(STDERR_FILENO);
	/* under a parallel make others write there as well, and a line that is
	 * not complete would be torn */
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
	ssize_t n = write(STDERR_FILENO, s, len);
	(void)n; /* nowhere left to say it */
}

static void prefix(struct vt_str *line, const char *colour, const char *word)
{
	if (state.progress)
		vt_str_add(line, "\r\033[K");
	state.progress = false;
	vt_str_addf(line, "%s: ", state.prog);
	if (state.test)
		vt_str_addf(line, "%s: ", state.test);
	if (word && state.colour)
		vt_str_addf(line, "\033[%sm%s:\033[0m ", colour, word);
	else if (word)
		vt_str_addf(line, "%s: ", word);
}

__attribute__((format(printf, 3, 0))) static void say(
	const char *colour, const char *word, const char *fmt, va_list ap)
{
	VT_AUTO_STR struct vt_str line = VT_STR_INIT;
	VT_AUTO_FREE char *text = NULL;
	if (vasprintf(&text, fmt, ap) < 0)
		return;
	prefix(&line, colour, word);
	vt_str_printable(&line, text, strlen(text), true);
	vt_str_addc(&line, '\n');
	emit(line.s, line.len);
}

#define SAY(colour, word)                                                      \
	do {                                                                   \
		va_list ap;                                                    \
		va_start(ap, fmt);                                             \
		say(colour, word, fmt, ap);                                    \
		va_end(ap);                                                    \
	} while (0)

void vt_log_error(const char *fmt, ...)
{
	SAY("1;31", "error");
}

void vt_log_warn(const char *fmt, ...)
{
	SAY("1;33", "warning");
}

void vt_log_info(const char *fmt, ...)
{
	SAY("", NULL);
}

void vt_log_debug(const char *fmt, ...)
{
	if (state.verbose > 0)
		SAY("2", "debug");
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

void vt_log_progress(const char *fmt, ...)
{
	if (!state.terminal || !state.alone || (!fmt && !state.progress))
		return;
	VT_AUTO_STR struct vt_str line = VT_STR_INIT;
	vt_str_add(&line, "\r\033[K");
	state.progress = fmt != NULL;
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

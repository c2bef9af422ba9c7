#include "screen.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "test/last_run.h"
#include "test/phases.h"
#include "test/topdir.h"
#include "test/verdict.h"

enum {
	SCREENS = 10, /* the others are counted */
	LINES = 24,   /* of a screen */
	ENDS = 6,     /* the head, where to look, what to do, an empty line */
	LABEL = 10,
	CONTEXT = 12,
};

struct screen {
	struct vt_str *out;
	size_t left; /* lines */
	size_t width;
};

static size_t terminal_width(void)
{
	enum { NARROW = 40, DEFAULT = 80 };
	struct winsize size = {0};
	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	return size.ws_col >= NARROW ? size.ws_col : DEFAULT;
}

/* How much of a line fits: whole words, if they are not too long. */
static size_t fitting(const char *text, size_t len, size_t width)
{
	size_t fit = vt_utf8_cut(text, len, width), words = fit;
	while (fit < len && words > width / 2 && text[words] != ' ')
		words--;
	return fit < len && words > width / 2 ? words : fit;
}

/* A text, on lines that fit, after a label. What is more than `most` lines is
 * cut. */
static void put(
	struct screen *s, const char *label, const char *text, size_t most)
{
	size_t width = s->width - LABEL - strlen("...") - 1;
	while (text && *text && most && s->left) {
		size_t len = strcspn(text, "\n");
		size_t fit = fitting(text, len, width);
		bool ends = --most == 0 || s->left == 1;
		vt_str_addf(s->out, "%-*s", LABEL, label);
		vt_str_addn(s->out, text, fit);
		text += fit;
		text += *text == '\n' || (fit < len && *text == ' ');
		vt_str_add(s->out, ends && *text ? "...\n" : "\n");
		label = "";
		s->left--;
	}
}

/* The first failure, if possible one that is not known. */
static const struct vt_check_result *first_failed(const struct vt_result *r)
{
	const struct vt_check_result *first = NULL;
	for (size_t i = 0; i < r->checks.n; i++) {
		const struct vt_check_result *c = &r->checks.v[i];
		if (c->status == VT_CHECK_NOT_OK &&
			(!first || (first->known && !c->known)))
			first = c;
	}
	return first;
}

static void put_others(struct screen *s, const struct vt_result *r,
	const struct vt_check_result *shown)
{
	VT_AUTO_STR struct vt_str names = VT_STR_INIT;
	for (size_t i = 0; i < r->checks.n; i++)
		if (r->checks.v[i].status == VT_CHECK_NOT_OK &&
			&r->checks.v[i] != shown)
			vt_str_item(&names, ", ", r->checks.v[i].name);
	put(s, "also:", names.s, 2);
}

static void put_check(struct screen *s, const struct vt_result *r)
{
	const struct vt_check_result *c = first_failed(r);
	if (!c)
		return;
	put(s, "known:", c->known, 2);
	put(s, "place:", c->at, 1);
	put(s, "why:", c->why, 2);
	put(s, "expected:", c->expected, 3);
	/* the cause has a line of it */
	if (c->found && strchr(c->found, '\n'))
		put(s, "found:", c->found, 4);
	put_others(s, r, c);
	size_t most = s->left < CONTEXT ? s->left : CONTEXT;
	if (c->detail && most)
		put(s, "lines:",
			vt_str_tail(
				c->detail, strlen(c->detail), (unsigned)most),
			most);
}

void screen_failure(const struct vt_result *r, struct vt_str *out)
{
	struct screen s = {
		.out = out, .left = LINES - ENDS, .width = terminal_width()};
	put(&s, "cause:", r->cause, 4);
	put_check(&s, r);
}

static void add_next(const struct row *row, const struct vt_last_run *run,
	const char *topdir, struct vt_str *out)
{
	const struct vt_result *r = &row->result;
	VT_AUTO_FREE char *page = vt_fs_join(topdir, VT_TOPDIR_PAGE);
	bool all = !r->n_phases;
	VT_AUTO_FREE char *again = vt_last_run_command(
		run, row->dir, all ? "" : vt_result_phase(r));
	/* commands and paths are to be copied: they are not cut */
	if (*r->see)
		vt_str_addf(out, "see:      %s/%s\n", row->dir, r->see);
	if (vt_phases_began(row->dir))
		vt_str_addf(out, "log:      vt-report %s --log\n", row->dir);
	vt_str_addf(out, "again:    %s\n", again);
	if (vt_fs_exists(page))
		vt_str_addf(out, "page:     %s\n", page);
}

static void add_screen(const struct row *row, size_t i, size_t n,
	const struct vt_last_run *run, const char *topdir, struct vt_str *out)
{
	const struct vt_result *r = &row->result;
	const char *phase = vt_result_phase(r);
	vt_str_addf(out, "\n--- %zu of %zu: %s: %s%s%s ---\n", i, n, r->test,
		row->verdict, r->n_phases ? " in " : "",
		r->n_phases ? phase : "");
	screen_failure(r, out);
	add_next(row, run, topdir, out);
}

static bool to_show(const struct row *row)
{
	return !vt_verdict_good((int)row->result.exit) ||
	       vt_result_known(&row->result);
}

void screens_format(
	const struct rows *rows, const char *topdir, struct vt_str *out)
{
	VT_AUTO_LAST_RUN struct vt_last_run last = {0};
	bool has = vt_last_run_read(&last, topdir, NULL) == 0;
	const struct vt_last_run *run = has ? &last : NULL;
	size_t n = 0, shown = 0;
	for (size_t i = 0; i < rows->n; i++)
		n += to_show(&rows->v[i]);
	for (size_t i = 0; i < rows->n && shown < SCREENS; i++)
		if (to_show(&rows->v[i]))
			add_screen(&rows->v[i], ++shown, n, run, topdir, out);
	if (n > shown)
		vt_str_addf(
			out, "\nand %zu more that did not pass\n", n - shown);
}

int screens_add_last(struct rows *rows, const char *topdir, struct vt_err **err)
{
	VT_AUTO_LAST_RUN struct vt_last_run run = {0};
	if (vt_last_run_read(&run, topdir, err) < 0)
		return -1;
	rows_add_names(rows, topdir, &run.tests);
	return 0;
}

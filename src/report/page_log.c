/* The logs of a test on the page: packed, in the form of lines that the page's
 * script shows.
 *
 * A line is its kind, its time, a tab and its text. Kinds are ' ', '.' noise,
 * '!' fatal, '=' a stage begins, '~' silence, '-' about the log. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "data/match.h"
#include "page.h"
#include "test/fatal.h"

enum {
	MAX_RAW = 2 << 20,
	MIN_RAW = 2048,
	RATIO = 3, /* consoles shrink to a third, or less */
	TRIES = 3,
	MAX_LINE = 2000,
};

struct log {
	int fd;
	uint64_t size;
	const struct stages *stages; /* or NULL */
	const char *rule;            /* the line that decided, or NULL */
	struct vt_match *match;
	/* while its lines are written */
	struct vt_str out;
	size_t mark, stage, silence;
	char *last;
	unsigned again;
	unsigned fatal;
};

/* What only slows down a reader: messages of a kernel, of services that start
 * and of packages that are unpacked, unless they say that something is wrong.
 */
static bool is_noise(const char *s)
{
	static const char *const begins[] = {"[  OK  ] ", "         Starting ",
		"         Mounting ", "         Activating ",
		"Get:", "Hit:", "Selecting previously ", "Preparing to unpack ",
		"Unpacking ", "Setting up ", "Processing triggers ",
		"(Reading database ", "ci-info: ", NULL};
	static const char *const trouble[] = {"rror", "ail", "arn", "BUG",
		"anic", "Trace", "Oops", "nable", "imeout", "imed out",
		"orrupt", "denied", "illed", NULL};
	for (const char *const *t = trouble; *t; t++)
		if (strstr(s, *t))
			return false;
	for (const char *const *b = begins; *b; b++)
		if (vt_str_starts(s, *b))
			return true;
	return *s == '[' && s[1 + strspn(s + 1, " .0123456789")] == ']';
}

/* A line without the kernel's time. */
static const char *without_time(const char *s)
{
	size_t n = *s == '[' ? 1 + strspn(s + 1, " .0123456789") : 0;
	return n && s[n] == ']' ? s + n + 1 : s;
}

static void put(
	struct log *l, char kind, bool timed, uint64_t ms, const char *text)
{
	vt_str_addc(&l->out, kind);
	if (timed)
		vt_str_addf(&l->out, "%.1f", (double)ms / 1000);
	vt_str_addf(&l->out, "\t%s\n", text);
}

static void end_repeats(struct log *l)
{
	if (l->again)
		vt_str_addf(&l->out, "-\t%u more time%s\n", l->again,
			l->again == 1 ? "" : "s");
	l->again = 0;
}

/* What happened before this part of the log. Return: whether its time is known
 */
static bool tell_time(struct log *l, uint64_t offset, uint64_t *ms)
{
	const struct stages *s = l->stages;
	if (!s || !s->times.n || offset < s->times.v[0].offset)
		return false;
	const struct vt_times *t = &s->times;
	while (l->mark + 1 < t->n && t->v[l->mark + 1].offset <= offset)
		l->mark++;
	*ms = t->v[l->mark].ms;
	for (; l->silence < s->n_silences &&
		s->silences[l->silence].offset <= offset;
		l->silence++) {
		const struct silence *q = &s->silences[l->silence];
		VT_AUTO_FREE char *text = vt_printf("no output for %.0f s",
			(double)(q->to_ms - q->from_ms) / 1000);
		end_repeats(l);
		put(l, '~', true, q->from_ms, text);
	}
	for (; l->stage < s->n && s->v[l->stage].from_ms <= *ms; l->stage++) {
		end_repeats(l);
		put(l, '=', true, s->v[l->stage].from_ms, s->v[l->stage].name);
	}
	return true;
}

static void take_line(
	struct log *l, const char *raw, size_t len, uint64_t offset)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	uint64_t ms = 0;
	size_t cut = vt_utf8_cut(raw, len, MAX_LINE);
	vt_str_printable(&text, raw, cut, false);
	if (cut < len)
		vt_str_add(&text, "…");
	const char *s = vt_str_c(&text);
	if (!s[strspn(s, " \t")])
		return;
	bool timed = tell_time(l, offset, &ms);
	if (l->last && !strcmp(l->last, without_time(s))) {
		l->again++;
		return;
	}
	end_repeats(l);
	free(l->last);
	l->last = vt_strdup(without_time(s));
	bool fatal = (l->rule && !strcmp(s, l->rule)) ||
		     (l->match && vt_match_line(l->match, s, text.len, 0) >= 0);
	l->fatal += fatal;
	put(l, fatal ? '!' : is_noise(s) ? '.' : ' ', timed, ms, s);
}

/* A part of the log, from a line's begin on. */
static void take_part(struct log *l, uint64_t from, size_t len)
{
	VT_AUTO_FREE char *buf = vt_alloc(len + 1);
	ssize_t n = pread(l->fd, buf, len, (off_t)from);
	size_t at = 0, end = n > 0 ? (size_t)n : 0;
	const char *nl = from ? memchr(buf, '\n', end) : NULL;
	if (nl)
		at = (size_t)(nl - buf) + 1;
	while (at < end) {
		const char *stop = memchr(buf + at, '\n', end - at);
		size_t line = stop ? (size_t)(stop - buf) - at : end - at;
		take_line(l, buf + at, line, from + at);
		at += line + 1;
	}
	end_repeats(l);
}

/* The log as lines, of at most `max` bytes of it: more of its end than of its
 * begin, as most causes are there. */
static void take_log(struct log *l, uint64_t max)
{
	vt_str_free(&l->out);
	l->out = (struct vt_str)VT_STR_INIT;
	l->mark = l->stage = l->silence = 0;
	l->fatal = 0;
	vt_freep(&l->last);
	l->last = NULL;
	if (l->size <= max) {
		take_part(l, 0, (size_t)l->size);
		return;
	}
	take_part(l, 0, (size_t)(max / 4));
	vt_str_addf(&l->out,
		"-\t%llu of %llu bytes are not on this page: see the file\n",
		(unsigned long long)(l->size - max),
		(unsigned long long)l->size);
	take_part(l, l->size - max * 3 / 4, (size_t)(max * 3 / 4));
}

/* Pack as much as fits into a share. Return: the number of the data */
static unsigned pack_log(struct page *p, struct log *l, size_t share)
{
	uint64_t max = (uint64_t)share * RATIO;
	for (int tries = 0;; tries++) {
		VT_AUTO_STR struct vt_str packed = VT_STR_INIT;
		if (max > MAX_RAW)
			max = MAX_RAW;
		take_log(l, max);
		html_pack(&packed, vt_str_c(&l->out), l->out.len, NULL);
		if (packed.len <= share || tries == TRIES || max <= MIN_RAW)
			return page_add(p, &packed);
		uint64_t raw = l->size < max ? l->size : max;
		max = raw * share / packed.len * 9 / 10;
		if (max < MIN_RAW)
			max = MIN_RAW;
	}
}

/* All fatal lines of a phase. A test that passed has none, and of very many
 * that failed, only those are marked that are read first. */
static struct vt_match *fatal_lines(
	const struct vt_phase_report *r, const struct vt_node *changes)
{
	VT_AUTO_FATALS struct vt_fatals f = {0};
	struct vt_match *match = vt_match_new();
	vt_fatals_of(&f, r && r->phase ? r->phase : NULL, changes);
	for (size_t i = 0; i < f.n; i++)
		vt_match_add(match, f.v[i].ere, NULL);
	return match;
}

static void release(struct log *l)
{
	vt_closep(&l->fd);
	vt_match_free(l->match);
	vt_str_free(&l->out);
	free(l->last);
}

void page_log(struct page *p, const struct page_test *t, const char *name,
	const struct stages *stages, const struct vt_phase_report *report,
	const struct vt_node *fatal, struct vt_str *out)
{
	VT_AUTO_FREE char *path = vt_fs_join(t->row->dir, name);
	struct stat st;
	__attribute__((cleanup(release))) struct log l = {
		.fd = open(
			path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK),
		.stages = stages,
		.rule = report ? report->rule.line : NULL,
	};
	if (l.fd < 0 || fstat(l.fd, &st) < 0 || !S_ISREG(st.st_mode) ||
		!st.st_size)
		return;
	l.size = (uint64_t)st.st_size;
	if (!t->good && p->open)
		l.match = fatal_lines(report, fatal);
	unsigned data = pack_log(p, &l, p->shares[t->good]);
	html_addf(out,
		"<div class=\"log\"><button type=\"button\" data-log=\"%u\">"
		"%s</button> <span class=\"dim\">%.0f KiB",
		data, name, (double)l.size / 1024 + 0.5);
	if (l.fatal)
		html_addf(out, ", %u fatal line%s", l.fatal,
			l.fatal == 1 ? "" : "s");
	vt_str_add(out, "</span> <a href=\"");
	page_link(p, t, name, out);
	vt_str_add(out, "\">file</a></div>\n");
}

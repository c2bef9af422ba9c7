#include "live.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/settings.h"
#include "test/phases.h"

enum { EVERY_MS = 500, TAIL = 4096, MAX_READ = 1 << 20, MAX_HELD = 1 << 20 };

struct running {
	char *test, *phase;
	uint64_t since_ms;
};

struct live {
	const char *topdir;
	const struct vt_strv *names;
	int log_fd;           /* the run log; -1: it does not exist yet */
	struct vt_str events; /* an incomplete line of it */
	struct running *v;
	size_t n;
	struct vt_str held; /* an incomplete line of other output */
	size_t shown;       /* live lines on the terminal */
	uint64_t drawn_ms;
};

bool live_possible(void)
{
	const char *term = getenv("TERM");
	return isatty(STDERR_FILENO) && term && *term && strcmp(term, "dumb");
}

static void open_log(struct live *l, int whence)
{
	const char *path = vt_setting("LOG");
	if (l->log_fd >= 0 || !path)
		return;
	l->log_fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (l->log_fd >= 0)
		lseek(l->log_fd, 0, whence);
}

struct live *live_new(const char *topdir, const struct vt_strv *names)
{
	struct live *l = vt_alloc(sizeof(*l));
	*l = (struct live){.topdir = topdir, .names = names, .log_fd = -1};
	open_log(l, SEEK_END);
	return l;
}

static void put(const struct vt_str *s)
{
	vt_fs_write_all(STDERR_FILENO, vt_str_c(s), s->len, NULL);
}

/* Erase the live lines. */
static void add_erase(struct live *l, struct vt_str *out)
{
	if (l->shown)
		vt_str_addf(out, "\r\033[%zuA\033[J", l->shown);
	l->shown = 0;
}

static void forget(struct live *l, size_t i)
{
	free(l->v[i].test);
	free(l->v[i].phase);
	l->v[i] = l->v[--l->n];
}

static size_t find(const struct live *l, const char *test)
{
	size_t i = 0;
	while (i < l->n && strcmp(l->v[i].test, test))
		i++;
	return i;
}

/* "TIME TEST PHASE WHAT" */
static void take_event(struct live *l, char *line)
{
	char *save = NULL;
	const char *time = strtok_r(line, " ", &save);
	const char *test = strtok_r(NULL, " ", &save);
	const char *phase = strtok_r(NULL, " ", &save);
	if (!time || !test || !phase || !vt_strv_has(l->names, test))
		return;
	size_t i = find(l, test);
	if (i < l->n)
		forget(l, i);
	if (strcmp(save, "started"))
		return;
	l->v = vt_realloc(l->v, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = (struct running){
		vt_strdup(test), vt_strdup(phase), vt_now_ms()};
}

static void read_events(struct live *l)
{
	char buf[65536];
	ssize_t n = 0;
	open_log(l, SEEK_SET);
	for (size_t all = 0; l->log_fd >= 0 && all < MAX_READ; all += (size_t)n)
		if ((n = read(l->log_fd, buf, sizeof(buf))) > 0)
			vt_str_addn(&l->events, buf, (size_t)n);
		else
			break;
	if (!l->events.len)
		return;
	char *start = l->events.s, *nl;
	for (; (nl = strchr(start, '\n')); start = nl + 1) {
		*nl = '\0';
		take_event(l, start);
	}
	VT_AUTO_FREE char *rest = vt_strdup(start);
	vt_str_free(&l->events);
	vt_str_add(&l->events, rest);
}

/* Append the last line of a console that is not blank, as ASCII. */
static void add_last_line(
	struct vt_str *out, const char *dir, const char *phase)
{
	VT_AUTO_FREE char *path = vt_phases_console(dir, phase);
	VT_AUTO_CLOSE int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	VT_AUTO_STR struct vt_str clean = VT_STR_INIT;
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	char buf[TAIL];
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return;
	ssize_t n = pread(fd, buf, sizeof(buf),
		st.st_size > TAIL ? st.st_size - TAIL : 0);
	if (n <= 0)
		return;
	vt_str_printable(&clean, buf, (size_t)n, true);
	vt_str_split(vt_str_c(&clean), '\n', &lines);
	for (size_t i = lines.n; i-- > 0;) {
		const char *s = lines.v[i];
		if (!s[strspn(s, " \t\r?")])
			continue;
		for (; *s; s++)
			vt_str_addc(out, *s >= ' ' && *s <= '~' ? *s : '?');
		return;
	}
}

static void add_row(struct vt_str *out, const struct running *r,
	const char *dir, size_t width)
{
	VT_AUTO_STR struct vt_str line = VT_STR_INIT;
	unsigned long long s = (vt_now_ms() - r->since_ms) / 1000;
	vt_str_addf(&line, "%s  %s  %llu:%02llu  ", r->test, r->phase, s / 60,
		s % 60);
	add_last_line(&line, dir, r->phase);
	vt_str_addn(out, line.s, line.len < width ? line.len : width - 1);
	vt_str_addc(out, '\n');
}

static void add_rows(struct live *l, struct vt_str *out)
{
	struct winsize size = {0};
	ioctl(STDERR_FILENO, TIOCGWINSZ, &size);
	size_t width = size.ws_col > 1 ? size.ws_col : 80;
	size_t height = size.ws_row > 3 ? size.ws_row - 2U : 8;
	for (size_t i = 0; i < l->n && l->shown < height;) {
		VT_AUTO_FREE char *dir = vt_fs_join(l->topdir, l->v[i].test);
		if (!vt_lock_held(dir)) {
			forget(l, i);
			continue;
		}
		add_row(out, &l->v[i++], dir, width);
		l->shown++;
	}
}

void live_text(struct live *l, const char *text, size_t len)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	const char *nl = memrchr(text, '\n', len);
	if (!nl && l->held.len + len < MAX_HELD) {
		vt_str_addn(&l->held, text, len);
		return;
	}
	size_t whole = nl ? (size_t)(nl - text) + 1 : len;
	add_erase(l, &out);
	vt_str_addn(&out, vt_str_c(&l->held), l->held.len);
	vt_str_addn(&out, text, whole);
	vt_str_free(&l->held);
	vt_str_addn(&l->held, text + whole, len - whole);
	add_rows(l, &out);
	put(&out);
}

void live_draw(struct live *l)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	if (vt_now_ms() < l->drawn_ms + EVERY_MS)
		return;
	l->drawn_ms = vt_now_ms();
	read_events(l);
	add_erase(l, &out);
	add_rows(l, &out);
	put(&out);
}

void live_free(struct live *l)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	if (!l)
		return;
	add_erase(l, &out);
	if (l->held.len)
		vt_str_addf(&out, "%s\n", l->held.s);
	put(&out);
	while (l->n)
		forget(l, 0);
	free(l->v);
	vt_str_free(&l->held);
	vt_str_free(&l->events);
	vt_closep(&l->log_fd);
	free(l);
}

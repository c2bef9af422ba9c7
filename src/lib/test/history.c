#include "test/history.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "test/disk_users.h"
#include "test/phases.h"
#include "test/verdict.h"

enum { MAX_HISTORY = 16 << 20, SUM_LEN = 16, MAX_DEPTH = 16 };

/* A file that is missing counts as "-". */
static void add(struct vt_str *all, const char *dir, const char *file)
{
	char one[65] = "-";
	VT_AUTO_FREE char *path = vt_fs_join(dir, file);
	if (vt_fs_exists(path))
		vt_fs_sha256(path, one, NULL, NULL);
	vt_str_addf(all, "%s %s\n", file, one);
}

/* Of what the phases of a test read. What comes from outside is in what is made
 * of it. */
static void add_inputs(struct vt_str *all, const char *dir)
{
	const struct vt_phase_row *row;
	for (size_t i = 0; (row = vt_phases_at(i)); i++) {
		for (const char *const *f = row->inputs; *f; f++)
			add(all, dir, *f);
		if (row->kind == VT_PHASE_PREPARES && row->outside)
			add(all, dir, row->makes[0]);
	}
}

/* Also of the tests that made the disks which it began with. */
static void sum(const char *dir, char hex[65])
{
	VT_AUTO_STR struct vt_str all = VT_STR_INIT;
	VT_AUTO_FREE char *at = vt_strdup(dir);
	for (int depth = 0; at && depth < MAX_DEPTH; depth++) {
		add_inputs(&all, at);
		char *base = vt_disk_users_base(at);
		free(at);
		at = base;
	}
	vt_sha256_hex(vt_str_c(&all), all.len, hex);
	hex[SUM_LEN] = '\0';
}

int vt_history_add(const char *dir, int status, const char *phase,
	double seconds, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, "history");
	char when[VT_CLOCK_STAMP], hex[65];
	vt_clock_stamp(when, vt_clock_now());
	sum(dir, hex);
	VT_AUTO_FREE char *line = vt_printf(
		"%s %d %s %s %.1f\n", when, status, phase, hex, seconds);
	VT_AUTO_CLOSE int fd =
		open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	struct stat before;
	if (fd < 0 || fstat(fd, &before) < 0)
		return vt_err_errno(err, "cannot write '%s'", path);
	if (vt_fs_write_all(fd, line, strlen(line), err) == 0)
		return 0;
	/* no half line, which the next one would complete */
	if (ftruncate(fd, before.st_size) < 0)
		vt_err_wrap(err, "'%s' is damaged", path);
	return vt_err_wrap(err, "'%s'", path);
}

static bool parse(const char *text, struct vt_history_line *l)
{
	*l = (struct vt_history_line){0};
	return sscanf(text, "%31s %d %31s %16s %lf", l->when, &l->status,
		       l->phase, l->sum, &l->seconds) >= 4;
}

/* Return: owned; NULL: there is none */
static char *read_text(const char *dir)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, "history");
	return vt_fs_exists(path) ? vt_fs_read(path, MAX_HISTORY, NULL, NULL)
				  : NULL;
}

void vt_history_read(const char *dir, struct vt_history *out)
{
	VT_AUTO_FREE char *text = read_text(dir);
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	struct vt_tally same = {0}; /* those with the last one's inputs */
	struct vt_history_line last = {0}, l;
	*out = (struct vt_history){0};
	if (!text)
		return;
	vt_str_split(text, '\n', &lines);
	/* the last line ends in a newline: what follows it is empty */
	for (size_t i = lines.n; i-- > 0;) {
		if (!parse(lines.v[i], &l))
			continue;
		if (!*last.sum)
			last = l;
		if (!out->passed_once && l.status == VT_OK)
			out->seconds = l.seconds;
		out->passed_once |= l.status == VT_OK;
		if (!strcmp(l.sum, last.sum))
			vt_tally_add(&same, l.status);
	}
	out->unsteady = last.status == VT_OK && vt_tally_unsteady(&same);
}

size_t vt_history_lines(
	const char *dir, struct vt_history_line *out, size_t max)
{
	VT_AUTO_FREE char *text = read_text(dir);
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	size_t n = 0;
	if (!text)
		return 0;
	vt_str_split(text, '\n', &lines);
	for (size_t i = lines.n; i-- > 0 && n < max;)
		n += parse(lines.v[i], &out[n]);
	for (size_t i = 0; i < n / 2; i++) {
		struct vt_history_line first = out[i];
		out[i] = out[n - 1 - i];
		out[n - 1 - i] = first;
	}
	return n;
}

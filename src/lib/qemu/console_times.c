#include "qemu/console_times.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"

enum { STEP_MS = 1000, MAX_MARKS = 20000, MAX_FILE = 1 << 20 };

void vt_times_log_open(struct vt_times_log *t, const char *path)
{
	t->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
}

void vt_times_log_mark(struct vt_times_log *t, uint64_t at_ms, uint64_t offset)
{
	if (t->fd < 0 || t->n == MAX_MARKS ||
		(t->n && at_ms < t->last_ms + STEP_MS))
		return;
	VT_AUTO_FREE char *line = vt_printf("%" PRIu64 ".%03u %" PRIu64 "\n",
		at_ms / 1000, (unsigned)(at_ms % 1000), offset);
	if (vt_fs_write_all(t->fd, line, strlen(line), NULL) < 0)
		vt_times_log_close(t);
	t->last_ms = at_ms;
	t->n++;
}

void vt_times_log_close(struct vt_times_log *t)
{
	vt_closep(&t->fd);
	t->fd = -1;
}

static bool parse(const char *line, struct vt_time_mark *m)
{
	static const uint64_t day_ms = 86400000;
	unsigned ms;
	if (strlen(line) > 60 ||
		sscanf(line, "%" SCNu64 ".%3u %" SCNu64, &m->ms, &ms,
			&m->offset) != 3 ||
		m->ms > day_ms)
		return false;
	m->ms = m->ms * 1000 + ms;
	return true;
}

void vt_times_read(const char *path, struct vt_times *out)
{
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	struct vt_time_mark m;
	*out = (struct vt_times){0};
	VT_AUTO_FREE char *text =
		vt_fs_exists(path) ? vt_fs_read(path, MAX_FILE, NULL, NULL)
				   : NULL;
	if (!text)
		return;
	vt_str_split(text, '\n', &lines);
	out->v = vt_calloc(lines.n, sizeof(*out->v));
	for (size_t i = 0; i < lines.n && parse(lines.v[i], &m); i++) {
		const struct vt_time_mark *last =
			out->n ? &out->v[out->n - 1] : NULL;
		if (last && (m.ms < last->ms || m.offset < last->offset))
			return;
		out->v[out->n++] = m;
	}
}

void vt_times_free(struct vt_times *t)
{
	free(t->v);
	*t = (struct vt_times){0};
}

#include "qemu/guest_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

enum { KEPT = 1 << 20 }; /* bytes that a slow reader has not taken yet */

struct vt_guest_log {
	const char *what;
	char *path; /* NULL: standard output */
	int fd;
	bool awaits; /* the file is to be created with the first byte */
	int error;   /* of creating it */
	struct vt_outbuf *out;
	uint64_t bytes, limit;
	bool truncated;
};

struct vt_guest_log *vt_guest_log_new(const char *what)
{
	struct vt_guest_log *l = vt_alloc(sizeof(*l));
	*l = (struct vt_guest_log){.what = what, .fd = -1, .limit = 64u << 20};
	return l;
}

void vt_guest_log_free(struct vt_guest_log *l)
{
	if (!l)
		return;
	vt_outbuf_free(l->out);
	if (l->path)
		vt_closep(&l->fd);
	free(l->path);
	free(l);
}

/* O_NONBLOCK: opening a FIFO would wait for a reader. Not for all users: the
 * guest prints its kernel command line, which may have secrets. */
static int create(const char *path)
{
	return open(path,
		O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY |
			O_NONBLOCK,
		0640);
}

int vt_guest_log_open(
	struct vt_guest_log *l, const char *path, struct vt_err **err)
{
	bool file = strcmp(path, "-") != 0;
	l->path = file ? vt_strdup(path) : NULL;
	l->fd = file ? create(path) : STDOUT_FILENO;
	if (l->fd < 0 && errno == ENXIO)
		return vt_err_set(err, VT_HOST,
			"cannot write %s '%s': no process reads this FIFO "
			"(start its reader first)",
			l->what, path);
	if (l->fd < 0)
		return vt_err_errno(err, "cannot write %s '%s'", l->what, path);
	l->out = vt_outbuf_new(l->fd, KEPT);
	return 0;
}

void vt_guest_log_name(struct vt_guest_log *l, const char *path)
{
	l->path = vt_strdup(path);
	l->awaits = true;
}

const char *vt_guest_log_path(const struct vt_guest_log *l)
{
	return l->path ? l->path : "standard output";
}

void vt_guest_log_limit(struct vt_guest_log *l, uint64_t bytes)
{
	l->limit = bytes;
}

uint64_t vt_guest_log_size(const struct vt_guest_log *l)
{
	return l->bytes;
}

static void write_bytes(struct vt_guest_log *l, const char *p, size_t len)
{
	if (l->awaits) {
		l->awaits = false;
		l->fd = create(l->path);
		l->error = l->fd < 0 ? errno : 0;
		if (l->fd >= 0)
			l->out = vt_outbuf_new(l->fd, KEPT);
	}
	if (l->out)
		vt_outbuf_put(l->out, p, len);
}

void vt_guest_log_note(struct vt_guest_log *l, const char *line)
{
	VT_AUTO_FREE char *note = vt_printf("\nvt: %s\n", line);
	write_bytes(l, note, strlen(note));
}

void vt_guest_log_put(struct vt_guest_log *l, const void *data, size_t len)
{
	uint64_t left = l->limit - l->bytes;
	size_t n = len < left ? len : (size_t)left;
	l->bytes += n;
	if (n)
		write_bytes(l, data, n);
	if (n == len || l->truncated)
		return;
	l->truncated = true;
	VT_AUTO_FREE char *note = vt_printf("%s truncated after %llu bytes",
		l->what, (unsigned long long)l->limit);
	vt_guest_log_note(l, note);
}

int vt_guest_log_error(const struct vt_guest_log *l)
{
	return l->error ? l->error : l->out ? vt_outbuf_error(l->out) : 0;
}

struct vt_outbuf *vt_guest_log_out(const struct vt_guest_log *l)
{
	return l->out;
}

/* The items of the web server: documents, files, and names that accept POST. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/fs.h"
#include "base/mem.h"
#include "http/server_parts.h"

enum { MAX_MISSED = 20 };

struct vt_http_item *vt_http_find(
	const struct vt_http *http, const char *name, bool open)
{
	for (size_t i = 0; i < http->n_items; i++) {
		struct vt_http_item *item = &http->items[i];
		if (item->open == open && strcmp(item->name, name) == 0)
			return item;
	}
	return NULL;
}

void vt_http_note_missed(struct vt_http *http, const char *name)
{
	if (http->missed.n < MAX_MISSED && strlen(name) <= VT_HTTP_MAX_NAME &&
		!vt_strv_has(&http->missed, name))
		vt_strv_add(&http->missed, name);
}

void vt_http_free_items(struct vt_http *http)
{
	for (size_t i = 0; i < http->n_items; i++) {
		free(http->items[i].name);
		vt_closep(&http->items[i].fd);
	}
	free(http->items);
	vt_strv_free(&http->missed);
}

/* A name must be a relative path that clients request unchanged: without parts
 * that are removed or decoded in a URL. */
static int check_name(
	const struct vt_http *http, const char *name, struct vt_err **err)
{
	if (strlen(name) > VT_HTTP_MAX_NAME || strpbrk(name, " ?#%\\") ||
		!vt_beneath_safe(name))
		return vt_err_set(err, VT_USAGE,
			"cannot publish as '%.80s': use a relative path of "
			"plain characters",
			name);
	if (vt_http_find(http, name, false))
		return vt_err_set(
			err, VT_USAGE, "'%s' is published twice", name);
	return 0;
}

static struct vt_http_item *add_item(
	struct vt_http *http, const char *name, int fd, uint64_t size)
{
	http->items = vt_realloc(
		http->items, http->n_items + 1, sizeof(*http->items));
	struct vt_http_item *item = &http->items[http->n_items++];
	*item = (struct vt_http_item){
		.name = vt_strdup(name), .fd = fd, .size = size};
	return item;
}

static struct vt_http_item *add_text(struct vt_http *http, const char *name,
	const void *data, size_t len, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd = memfd_create("vt-http", MFD_CLOEXEC);
	if (fd < 0) {
		vt_err_errno(err, "cannot allocate memory for '%s'", name);
		return NULL;
	}
	if (vt_fs_write_all(fd, data, len, err) < 0) {
		vt_err_wrap(err, "'%s'", name);
		return NULL;
	}
	struct vt_http_item *item = add_item(http, name, fd, len);
	fd = -1;
	return item;
}

int vt_http_serve(struct vt_http *http, const char *name, const void *data,
	size_t len, struct vt_err **err)
{
	if (check_name(http, name, err) < 0)
		return -1;
	return add_text(http, name, data, len, err) ? 0 : -1;
}

int vt_http_serve_open(struct vt_http *http, const char *path, const char *text,
	struct vt_err **err)
{
	struct vt_http_item *item =
		add_text(http, path, text, strlen(text), err);
	if (!item)
		return -1;
	item->open = true;
	return 0;
}

int vt_http_take(struct vt_http *http, const char *name,
	const struct vt_http_taker *taker, struct vt_err **err)
{
	if (check_name(http, name, err) < 0)
		return -1;
	add_item(http, name, -1, 0)->taker = *taker;
	return 0;
}

int vt_http_publish(struct vt_http *http, const char *name, const char *path,
	struct vt_err **err)
{
	struct stat st;

	if (check_name(http, name, err) < 0)
		return -1;
	/* O_NONBLOCK: do not block on a FIFO */
	VT_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return vt_err_set(err, VT_USAGE, "cannot publish '%s': %s",
			path, strerror(errno));
	if (fstat(fd, &st) < 0)
		return vt_err_errno(err, "cannot publish '%s'", path);
	if (!S_ISREG(st.st_mode))
		return vt_err_set(err, VT_USAGE,
			"cannot publish '%s': not a regular file", path);
	add_item(http, name, fd, (uint64_t)st.st_size);
	fd = -1;
	return 0;
}

struct vt_http_count vt_http_count(const struct vt_http *http, const char *name)
{
	const struct vt_http_item *item = vt_http_find(http, name, false);

	return item ? item->count : (struct vt_http_count){0};
}

const struct vt_strv *vt_http_missed(const struct vt_http *http)
{
	return &http->missed;
}

#include "http/webhook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "data/json.h"
#include "http/webhook_files.h"

struct vt_webhook {
	char *path, *posted;
	int fd;     /* -1: no event yet */
	off_t end;  /* offset of the array's last line */
	unsigned n; /* events in the file */
	bool warned_full, warned_failed;
	unsigned files; /* written to `posted` */
};

static const char last_line[] = "\n]\n";

struct vt_webhook *vt_webhook_new(const char *path, const char *posted)
{
	struct vt_webhook *w = vt_alloc(sizeof(*w));
	w->path = vt_strdup(path);
	w->posted = vt_strdup(posted);
	w->fd = -1;
	return w;
}

void vt_webhook_free(struct vt_webhook *w)
{
	if (!w)
		return;
	vt_closep(&w->fd);
	free(w->path);
	free(w->posted);
	free(w);
}

void vt_webhook_freep(struct vt_webhook **w)
{
	vt_webhook_free(*w);
	*w = NULL;
}

unsigned vt_webhook_count(const struct vt_webhook *w)
{
	return w->n;
}

/* Would parsing the text stay within the limits? A JSON parser needs memory for
 * each part, and stack for each level. The text need not be valid JSON. */
static bool is_within_limits(const char *s, size_t len)
{
	unsigned depth = 0, parts = 0;
	bool quoted = false;
	for (size_t i = 0; i < len; i++) {
		if (quoted && s[i] == '\\')
			i++;
		else if (s[i] == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (s[i] == '{' || s[i] == '[')
			depth++, parts++;
		else if ((s[i] == '}' || s[i] == ']') && depth)
			depth--;
		else if (s[i] == ',' || s[i] == ':')
			parts++;
		if (depth > VT_WEBHOOK_MAX_DEPTH ||
			parts > VT_WEBHOOK_MAX_PARTS)
			return false;
	}
	return true;
}

static json_t *parse(const char *body, size_t len)
{
	if (len > VT_WEBHOOK_MAX_EVENT || !is_within_limits(body, len))
		return NULL;
	VT_AUTO_JSON json_t *event = json_loadb(body, len, 0, NULL);
	if (!json_is_string(json_object_get(event, "name")) ||
		!json_is_string(json_object_get(event, "event_type")))
		return NULL;
	return json_incref(event);
}

/* Create the file with the first event. */
static int create_file(
	struct vt_webhook *w, const char *text, size_t len, struct vt_err **err)
{
	if (vt_fs_write(w->path, text, len, 0644, err) < 0)
		return -1;
	w->fd = open(w->path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	return w->fd < 0 ? vt_err_errno(err, "cannot open '%s'", w->path) : 0;
}

/* Replace the last line by an event and the last line, in one write. When that
 * fails, as for a full disk, restore the last line. */
static int append(
	struct vt_webhook *w, const char *text, size_t len, struct vt_err **err)
{
	const size_t tail = sizeof(last_line) - 1;
	ssize_t n = pwrite(w->fd, text, len, w->end);
	if (n == (ssize_t)len)
		return 0;
	if (n >= 0)
		errno = ENOSPC;
	vt_err_errno(err, "cannot write '%s'", w->path);
	if (ftruncate(w->fd, w->end + (off_t)tail) < 0 ||
		pwrite(w->fd, last_line, tail, w->end) != (ssize_t)tail)
		return vt_err_wrap(err, "the file is damaged");
	return -1;
}

static int add(
	struct vt_webhook *w, const struct vt_str *text, struct vt_err **err)
{
	int rc = w->fd < 0 ? create_file(w, text->s, text->len, err)
			   : append(w, text->s, text->len, err);
	if (rc < 0)
		return -1;
	w->end += (off_t)(text->len - (sizeof(last_line) - 1));
	w->n++;
	return 0;
}

static enum vt_webhook_end limit_reached(struct vt_webhook *w)
{
	if (!w->warned_full)
		vt_log_warn("the installer posts too many events: only the "
			    "first %u (%lld bytes) are saved",
			w->n, (long long)w->end);
	w->warned_full = true;
	return VT_WEBHOOK_FULL;
}

static enum vt_webhook_end lost(struct vt_webhook *w, struct vt_err *err)
{
	if (!w->warned_failed)
		vt_log_warn("cannot save an event of the installer: %s",
			err ? err->msg : "?");
	w->warned_failed = true;
	vt_err_free(err);
	return VT_WEBHOOK_FAILED;
}

enum vt_webhook_end vt_webhook_take(
	struct vt_webhook *w, const char *body, size_t len)
{
	VT_AUTO_JSON json_t *event = parse(body, len);
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	struct vt_err *err = NULL;
	if (!event)
		return VT_WEBHOOK_BAD;
	VT_AUTO_FREE char *line = json_dumps(event, JSON_COMPACT);
	if (!line)
		return VT_WEBHOOK_BAD;
	vt_str_addf(&text, "%s%s%s", w->n ? ",\n" : "[\n", line, last_line);
	if (w->n >= VT_WEBHOOK_MAX_EVENTS ||
		(size_t)w->end + text.len > VT_WEBHOOK_MAX_SUM)
		return limit_reached(w);
	if (add(w, &text, &err) < 0 ||
		(w->posted && vt_webhook_files(
				      w->posted, event, &w->files, &err) < 0))
		return lost(w, err);
	return VT_WEBHOOK_TAKEN;
}

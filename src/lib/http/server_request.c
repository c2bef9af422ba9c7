/* The responses of the web server, and the bodies that it accepts. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "http/range.h"
#include "http/server_parts.h"

/* One request, from its headers to its completion. */
struct request {
	char *name; /* of the item, by name since items may move in memory */
	bool open;  /* see struct vt_http_item */
	bool get;
	bool has_body; /* a POST request that is accepted */
	struct vt_str body;
};

/* The name after "/TOKEN/"; NULL for a wrong token. The comparison takes the
 * same time however much of the token is right. */
static const char *name_in_url(const struct vt_http *http, const char *url)
{
	unsigned wrong = 0;

	if (strlen(url) < VT_HTTP_TOKEN_LEN + 2 || url[0] != '/' ||
		url[VT_HTTP_TOKEN_LEN + 1] != '/')
		return NULL;
	for (size_t i = 0; i < VT_HTTP_TOKEN_LEN; i++)
		wrong |= (unsigned char)(http->token[i] ^ url[i + 1]);
	return wrong ? NULL : url + VT_HTTP_TOKEN_LEN + 2;
}

static enum MHD_Result answer_empty(struct MHD_Connection *c, unsigned status,
	const char *header, const char *value)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		0, NULL, MHD_RESPMEM_PERSISTENT);

	if (!r)
		return MHD_NO;
	if (header)
		MHD_add_response_header(r, header, value);
	enum MHD_Result rc = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return rc;
}

static const char *header_of(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

/* Send an item, or the requested range of it. */
static enum MHD_Result answer_item(
	struct MHD_Connection *c, const struct vt_http_item *item, bool get)
{
	struct vt_range range = {.length = item->size};
	unsigned status = MHD_HTTP_OK;
	char value[80];

	/* If-Range compares validators; the server sends none, so it never
	 * matches and the complete item is sent */
	if (get && !header_of(c, "If-Range"))
		status = vt_range_parse(
			header_of(c, "Range"), item->size, &range);
	if (status == MHD_HTTP_RANGE_NOT_SATISFIABLE) {
		snprintf(value, sizeof(value), "bytes */%llu",
			(unsigned long long)item->size);
		return answer_empty(c, status, "Content-Range", value);
	}
	int fd = fcntl(item->fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return MHD_NO;
	struct MHD_Response *r = MHD_create_response_from_fd_at_offset64(
		range.length, fd, range.start); /* owns fd */
	if (!r) {
		close(fd);
		return MHD_NO;
	}
	MHD_add_response_header(r, "Accept-Ranges", "bytes");
	MHD_add_response_header(r, "Content-Type", "application/octet-stream");
	if (status == MHD_HTTP_PARTIAL_CONTENT) {
		snprintf(value, sizeof(value), "bytes %llu-%llu/%llu",
			(unsigned long long)range.start,
			(unsigned long long)(range.start + range.length - 1),
			(unsigned long long)item->size);
		MHD_add_response_header(r, "Content-Range", value);
	}
	enum MHD_Result rc = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return rc;
}

static enum MHD_Result answer_text(
	struct MHD_Connection *c, unsigned status, const char *text)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		strlen(text), (void *)text, MHD_RESPMEM_MUST_COPY);

	if (!r)
		return MHD_NO;
	MHD_add_response_header(r, "Content-Type", "text/plain");
	enum MHD_Result rc = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return rc;
}

static enum MHD_Result not_allowed(
	struct MHD_Connection *c, const struct vt_http_item *item)
{
	return answer_empty(c, MHD_HTTP_METHOD_NOT_ALLOWED, "Allow",
		item && item->fd < 0 ? "POST" : "GET, HEAD");
}

/* Without the token (no name), the connection is closed. */
static enum MHD_Result not_found(struct MHD_Connection *c, const char *name)
{
	return answer_empty(c, MHD_HTTP_NOT_FOUND,
		name ? NULL : MHD_HTTP_HEADER_CONNECTION, "close");
}

/* Find the item of a URL. *name is set to the part after the token, or to NULL
 * when the URL does not start with the token. */
static struct vt_http_item *look_up(
	const struct vt_http *http, const char *url, const char **name)
{
	*name = name_in_url(http, url);
	return *name ? vt_http_find(http, *name, false)
		     : vt_http_find(http, url, true);
}

static enum MHD_Result answer(struct vt_http *http, struct MHD_Connection *c,
	struct request *req, const char *url)
{
	const char *name;
	struct vt_http_item *item = look_up(http, url, &name);

	if (!item) {
		if (name)
			vt_http_note_missed(http, name);
		vt_log_debug("web server: 404 for '%s'",
			name ? name : "a URL without the token");
		return not_found(c, name);
	}
	if (item->fd < 0)
		return not_allowed(c, item);
	vt_log_debug(
		"web server: %s '%s'", req->get ? "GET" : "HEAD", item->name);
	if (req->get) {
		item->count.gets++;
		req->name = vt_strdup(item->name);
		req->open = item->open;
	} else {
		item->count.heads++;
	}
	return answer_item(c, item, req->get);
}

/* May a body that has `have` bytes grow by `more`? */
static bool fits_limits(const struct vt_http *http,
	const struct vt_http_item *item, size_t have, uint64_t more)
{
	return more <= item->taker.max_body - have &&
	       more <= VT_HTTP_MAX_BODIES - http->bodies;
}

/* Decide by the headers whether to accept a request that is neither GET nor
 * HEAD. */
static enum MHD_Result begin_body(struct vt_http *http,
	struct MHD_Connection *c, struct request *req, const char *url,
	bool post)
{
	const char *name, *length = header_of(c, "Content-Length");
	struct vt_http_item *item = look_up(http, url, &name);

	if (!name)
		return not_found(c, NULL);
	if (!post || !item || item->fd >= 0)
		return not_allowed(c, item);
	if (length && !fits_limits(http, item, 0, strtoull(length, NULL, 10)))
		return answer_empty(c, MHD_HTTP_CONTENT_TOO_LARGE, NULL, NULL);
	vt_http_peer_body(http, c);
	req->has_body = true;
	req->name = vt_strdup(item->name);
	return MHD_YES;
}

/* Append a piece of a body; close the connection when it gets too large. */
static enum MHD_Result add_body(struct vt_http *http, struct request *req,
	const char *piece, size_t len)
{
	const struct vt_http_item *item = vt_http_find(http, req->name, false);

	if (!fits_limits(http, item, req->body.len, len))
		return MHD_NO;
	vt_str_addn(&req->body, piece, len);
	http->bodies += len;
	return MHD_YES;
}

static enum MHD_Result end_body(
	struct vt_http *http, struct MHD_Connection *c, struct request *req)
{
	struct vt_http_item *item = vt_http_find(http, req->name, false);
	VT_AUTO_FREE char *text = vt_printf("received post to %s", req->name);
	unsigned status = item->taker.take(
		item->taker.data, vt_str_c(&req->body), req->body.len);

	vt_log_debug("web server: POST '%s', %zu bytes: %u", req->name,
		req->body.len, status);
	item->count.posts++;
	return answer_text(c, status, status == MHD_HTTP_OK ? text : "");
}

enum MHD_Result vt_http_on_request(void *arg, struct MHD_Connection *c,
	const char *url, const char *method, const char *version,
	const char *upload, size_t *upload_len, void **state)
{
	struct vt_http *http = arg;
	struct request *req = *state;
	bool get = strcmp(method, "GET") == 0;

	(void)version;
	if (!req) {
		*state = req = vt_alloc(sizeof(*req));
		if (name_in_url(http, url))
			vt_http_peer_known(c);
		req->get = get;
		if (get || strcmp(method, "HEAD") == 0)
			return MHD_YES;
		return begin_body(
			http, c, req, url, strcmp(method, "POST") == 0);
	}
	if (*upload_len > 0) {
		size_t len = *upload_len;
		*upload_len = 0;
		/* the body of a GET request is ignored */
		return req->has_body ? add_body(http, req, upload, len)
				     : MHD_YES;
	}
	return req->has_body ? end_body(http, c, req)
			     : answer(http, c, req, url);
}

void vt_http_on_completed(void *arg, struct MHD_Connection *c, void **state,
	enum MHD_RequestTerminationCode how)
{
	struct vt_http *http = arg;
	struct request *req = *state;

	vt_http_peer_idle(c);
	if (!req)
		return;
	struct vt_http_item *item =
		req->name && !req->has_body
			? vt_http_find(http, req->name, req->open)
			: NULL;
	if (item && how == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		item->count.whole++;
	http->bodies -= req->body.len;
	vt_str_free(&req->body);
	free(req->name);
	free(req);
	*state = NULL;
}

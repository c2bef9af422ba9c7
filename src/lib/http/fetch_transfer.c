#include "http/fetch_transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/str.h"

#ifndef VT_VERSION
#define VT_VERSION "0"
#endif

enum { REDIRECTS = 8, VALIDATOR_LONGEST = 200, HEADERS_MOST = 64 << 10 };

const char *vt_fetch_url(const struct vt_fetch_transfer *t)
{
	return t->job->urls[t->url];
}

/* Fail the attempt: the return value of the callback makes curl end it. */
__attribute__((format(printf, 3, 4))) static void set_failure(
	struct vt_fetch_transfer *t, bool refused, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	free(t->why);
	if (vasprintf(&t->why, fmt, ap) < 0)
		abort();
	va_end(ap);
	t->refused = refused;
}

/* Return: the value of a header, owned; NULL when the line is another header or
 * the value cannot be used */
static char *header_value(const char *line, size_t len, const char *name)
{
	size_t n = strlen(name);
	if (len <= n || strncasecmp(line, name, n) || line[n] != ':')
		return NULL;
	line += n + 1;
	len -= n + 1;
	while (len && strchr(" \t", *line)) {
		line++;
		len--;
	}
	while (len && strchr(" \t\r\n", line[len - 1]))
		len--;
	if (len == 0 || len > VALIDATOR_LONGEST)
		return NULL;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] < 32 || line[i] == 127)
			return NULL; /* must not get into a request */
	return vt_strndup(line, len);
}

static void clear_headers(struct vt_fetch_transfer *t)
{
	vt_freep(&t->etag);
	vt_freep(&t->modified);
	t->etag = t->modified = NULL;
	t->has_range = false;
}

static void parse_content_range(struct vt_fetch_transfer *t, const char *text)
{
	unsigned long long start, end, total;
	int n = sscanf(text, "bytes %llu-%llu/%llu", &start, &end, &total);
	t->has_range = n >= 2 && end >= start;
	t->range_start = t->has_range ? start : 0;
	t->range_total = n == 3 ? total : 0;
}

static size_t on_header(char *line, size_t size, size_t n, void *arg)
{
	struct vt_fetch_transfer *t = arg;
	size_t len = size * n;
	char *value;
	if (len > 5 && !strncmp(line, "HTTP/", 5)) /* again for each redirect */
		clear_headers(t);
	else if ((value = header_value(line, len, "etag"))) {
		free(t->etag);
		t->etag = value;
	} else if ((value = header_value(line, len, "last-modified"))) {
		free(t->modified);
		t->modified = value;
	} else if ((value = header_value(line, len, "content-range"))) {
		parse_content_range(t, value);
		free(value);
	}
	return len;
}

static void check_range(struct vt_fetch_transfer *t)
{
	struct vt_fetch_job *j = t->job;
	if (!t->has_range || t->range_start != j->got || j->got == 0 ||
		(j->sha256 && t->range_total && t->range_total != j->size)) {
		set_failure(t, false,
			"the server sent a different range than requested");
		j->got = 0; /* the next attempt starts over */
	}
}

static void check_length(struct vt_fetch_transfer *t)
{
	struct vt_fetch_job *j = t->job;
	curl_off_t len = -1;
	curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &len);
	if (len < 0)
		return;
	if (j->sha256 && (uint64_t)len != j->size)
		set_failure(t, true,
			"the server's file has %lld bytes, expected %llu",
			(long long)len, (unsigned long long)j->size);
	else if (!j->sha256 && (uint64_t)len > j->size)
		set_failure(t, true,
			"it has %lld bytes, more than the limit of %llu",
			(long long)len, (unsigned long long)j->size);
}

/* Check the headers of a response, before its first byte is used. */
static void check_response(struct vt_fetch_transfer *t)
{
	struct vt_fetch_job *j = t->job;
	long status = 0;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	t->answered = true;
	if (status == 206)
		check_range(t);
	else if (status == 200)
		check_length(t);
	else
		set_failure(t, true, "HTTP status %ld", status);
	if (t->why)
		return;
	if (status == 200) {
		if (t->written)
			vt_sink_restart(t->sink);
		j->got = t->written = 0;
	}
	free(j->etag);
	free(j->modified);
	j->etag = t->etag;
	j->modified = t->modified;
	t->etag = t->modified = NULL;
	if (t->events->answer)
		t->events->answer(j, t->events->ctx);
}

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
	struct vt_fetch_transfer *t = arg;
	struct vt_fetch_job *j = t->job;
	size_t len = size * n;
	if (!t->answered)
		check_response(t);
	if (!t->why && len > j->size - j->got)
		set_failure(t, true, "it has more than %llu bytes",
			(unsigned long long)j->size);
	if (t->why)
		return CURL_WRITEFUNC_ERROR;
	vt_sink_data(t->sink, data, len);
	j->got += len;
	t->written += len;
	j->received += len;
	t->window_bytes += len;
	return len;
}

static void add_header(
	struct vt_fetch_transfer *t, const char *name, const char *value)
{
	VT_AUTO_FREE char *line = vt_printf("%s: %s", name, value);
	struct curl_slist *l = curl_slist_append(t->headers, line);
	if (!l)
		abort(); /* for lack of memory alone */
	t->headers = l;
}

static void add_validators(struct vt_fetch_transfer *t)
{
	struct vt_fetch_job *j = t->job;
	/* a weak ETag does not guarantee the same bytes */
	bool strong = j->etag && !vt_str_starts(j->etag, "W/");
	if (j->got && (strong || j->modified)) {
		VT_AUTO_FREE char *range =
			vt_printf("bytes=%llu-", (unsigned long long)j->got);
		add_header(t, "Range", range);
		add_header(t, "If-Range", strong ? j->etag : j->modified);
	} else if (j->conditional) {
		if (j->etag)
			add_header(t, "If-None-Match", j->etag);
		if (j->modified)
			add_header(t, "If-Modified-Since", j->modified);
	}
}

#define SET(option, value) rc |= (int)curl_easy_setopt(t->easy, option, value)

int vt_fetch_request(struct vt_fetch_transfer *t, const struct vt_fetch_how *h)
{
	int rc = 0;
	const char *url = vt_fetch_url(t);
	const char *ca = getenv("SSL_CERT_FILE");
	bool tls = !strncasecmp(url, "https:", 6);
	/* A new handle, since curl_easy_reset() after a failed name lookup
	 * makes curl 7.88 ignore CURLOPT_BUFFERSIZE. Connections belong to the
	 * multi handle and are kept. */
	curl_easy_cleanup(t->easy);
	t->easy = curl_easy_init();
	if (!t->easy)
		return -1;
	t->curl_error[0] = '\0';
	add_validators(t);
	SET(CURLOPT_URL, url);
	SET(CURLOPT_HTTPHEADER, t->headers);
	SET(CURLOPT_PRIVATE, t);
	SET(CURLOPT_ERRORBUFFER, t->curl_error);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_FAILONERROR, 1L);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_BUFFERSIZE, 256L << 10);
	SET(CURLOPT_CONNECTTIMEOUT, h->stall_s < 30 ? h->stall_s : 30L);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_REDIR_PROTOCOLS_STR, tls ? "https" : "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 1L);
	SET(CURLOPT_MAXREDIRS, (long)REDIRECTS);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	SET(CURLOPT_PIPEWAIT, tls ? 1L : 0L);
	SET(CURLOPT_USERAGENT, "vt-sync/" VT_VERSION);
	if (ca && *ca)
		SET(CURLOPT_CAINFO, ca);
	return rc ? -1 : 0;
}

/* Errors that another attempt at the same URL cannot change. */
static bool is_final(CURLcode code, long status)
{
	switch (code) {
	case CURLE_HTTP_RETURNED_ERROR:
		return status < 500 && status != 408 && status != 429;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_TOO_MANY_REDIRECTS:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
		return true;
	default:
		return false;
	}
}

static void set_curl_failure(
	struct vt_fetch_transfer *t, CURLcode code, long status)
{
	if (t->why)
		return; /* set by set_failure() before */
	if (code == CURLE_HTTP_RETURNED_ERROR)
		set_failure(
			t, is_final(code, status), "HTTP status %ld", status);
	else
		set_failure(t, is_final(code, status), "%s",
			*t->curl_error ? t->curl_error
				       : curl_easy_strerror(code));
}

enum vt_fetch_outcome vt_fetch_classify(
	struct vt_fetch_transfer *t, CURLcode code)
{
	struct vt_fetch_job *j = t->job;
	long status = 0;
	curl_off_t later = 0;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &later);
	t->retry_after_s = later > 60 ? 60 : (long)later;
	if (code == CURLE_OK && status == 304 && j->conditional)
		return FETCH_UNCHANGED;
	if (code == CURLE_OK && !t->answered) /* an empty body */
		check_response(t);
	if (code == CURLE_OK && !t->why && j->sha256 && j->got < j->size)
		set_failure(t, false,
			"the response ended after %llu of %llu bytes",
			(unsigned long long)j->got,
			(unsigned long long)j->size);
	if (code == CURLE_OK && !t->why)
		return FETCH_COMPLETE;
	/* range not satisfiable: the file has changed on the server */
	if (code == CURLE_HTTP_RETURNED_ERROR && status == 416 && j->got) {
		j->got = 0;
		set_failure(t, false,
			"the server does not have the requested range");
	}
	set_curl_failure(t, code, status);
	return t->refused ? FETCH_REFUSED : FETCH_RETRY;
}

void vt_fetch_attempt_end(struct vt_fetch_transfer *t)
{
	clear_headers(t);
	curl_slist_free_all(t->headers);
	t->headers = NULL;
	free(t->why);
	t->why = NULL;
	t->answered = t->refused = false;
}

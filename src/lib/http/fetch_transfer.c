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

/* Break off: the next callback's return value ends the attempt. */
__attribute__((format(printf, 3, 4))) static void break_off(
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

/* The value of a header, when the line is that header. */
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
			return NULL; /* never sent back */
	return vt_strndup(line, len);
}

static void forget_head(struct vt_fetch_transfer *t)
{
	vt_freep(&t->etag);
	vt_freep(&t->modified);
	t->etag = t->modified = NULL;
	t->has_range = false;
}

static void take_range(struct vt_fetch_transfer *t, const char *text)
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
	if (len > 5 && !strncmp(line, "HTTP/", 5)) /* after a redirect again */
		forget_head(t);
	else if ((value = header_value(line, len, "etag"))) {
		free(t->etag);
		t->etag = value;
	} else if ((value = header_value(line, len, "last-modified"))) {
		free(t->modified);
		t->modified = value;
	} else if ((value = header_value(line, len, "content-range"))) {
		take_range(t, value);
		free(value);
	}
	return len;
}

static void judge_range(struct vt_fetch_transfer *t)
{
	struct vt_fetch_job *j = t->job;
	if (!t->has_range || t->range_start != j->got || j->got == 0 ||
		(j->sha256 && t->range_total && t->range_total != j->size)) {
		break_off(t, false,
			"the server sent another part than it was asked for");
		j->got = 0; /* next time from the start */
	}
}

static void judge_length(struct vt_fetch_transfer *t)
{
	struct vt_fetch_job *j = t->job;
	curl_off_t len = -1;
	curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &len);
	if (len < 0)
		return;
	if (j->sha256 && (uint64_t)len != j->size)
		break_off(t, true,
			"the server's file has %lld bytes, the stream says "
			"%llu",
			(long long)len, (unsigned long long)j->size);
	else if (!j->sha256 && (uint64_t)len > j->size)
		break_off(t, true, "it has %lld bytes, of at most %llu",
			(long long)len, (unsigned long long)j->size);
}

/* Once for each answer that is used: before its first byte. */
static void judge_head(struct vt_fetch_transfer *t)
{
	struct vt_fetch_job *j = t->job;
	long status = 0;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	t->answered = true;
	if (status == 206)
		judge_range(t);
	else if (status == 200)
		judge_length(t);
	else
		break_off(t, true, "the server answered %ld", status);
	if (t->why)
		return;
	if (status == 200) {
		if (t->sunk)
			vt_sink_restart(t->sink);
		j->got = t->sunk = 0;
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
		judge_head(t);
	if (!t->why && len > j->size - j->got)
		break_off(t, true, "it has more than %llu bytes",
			(unsigned long long)j->size);
	if (t->why)
		return CURL_WRITEFUNC_ERROR;
	vt_sink_data(t->sink, data, len);
	j->got += len;
	t->sunk += len;
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
	/* a weak tag says that it means the same, not that it is the same */
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
	/* a new one: after a name that is not found, one that was reset takes
	 * no CURLOPT_BUFFERSIZE (curl 7.88). Connections are the multi's. */
	curl_easy_cleanup(t->easy);
	t->easy = curl_easy_init();
	if (!t->easy)
		return -1;
	t->curl_says[0] = '\0';
	add_validators(t);
	SET(CURLOPT_URL, url);
	SET(CURLOPT_HTTPHEADER, t->headers);
	SET(CURLOPT_PRIVATE, t);
	SET(CURLOPT_ERRORBUFFER, t->curl_says);
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

/* Errors that no second attempt changes. */
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

static void explain(struct vt_fetch_transfer *t, CURLcode code, long status)
{
	if (t->why)
		return; /* we broke it off, and said why */
	if (code == CURLE_HTTP_RETURNED_ERROR)
		break_off(t, is_final(code, status), "the server answered %ld",
			status);
	else
		break_off(t, is_final(code, status), "%s",
			*t->curl_says ? t->curl_says
				      : curl_easy_strerror(code));
}

enum vt_fetch_verdict vt_fetch_judge(struct vt_fetch_transfer *t, CURLcode code)
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
		judge_head(t);
	if (code == CURLE_OK && !t->why && j->sha256 && j->got < j->size)
		break_off(t, false, "it ended after %llu of %llu bytes",
			(unsigned long long)j->got,
			(unsigned long long)j->size);
	if (code == CURLE_OK && !t->why)
		return FETCH_WHOLE;
	/* our part is no part of theirs */
	if (code == CURLE_HTTP_RETURNED_ERROR && status == 416 && j->got) {
		j->got = 0;
		break_off(t, false, "the server has no such part of it");
	}
	explain(t, code, status);
	return t->refused ? FETCH_REFUSED : FETCH_AGAIN;
}

void vt_fetch_request_end(struct vt_fetch_transfer *t)
{
	forget_head(t);
	curl_slist_free_all(t->headers);
	t->headers = NULL;
	free(t->why);
	t->why = NULL;
	t->answered = t->refused = false;
}

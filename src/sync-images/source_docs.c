#include "source_docs.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/tmp.h"
#include "http/gpgv.h"
#include "source_age.h"

/* Attempts per server: fewer when there is a cached copy to fall back to. */
enum { ATTEMPTS_CACHED = 2, ATTEMPTS = 4 };

struct doc {
	struct source *s;
	char *path;
	char *cache_name; /* in the cache directory; NULL: no cache */
	struct vt_strv urls;
	struct vt_tmp tmp;
};

struct docs {
	struct doc *v;
	struct vt_fetch_job *jobs;
	size_t n;
};

static void docs_free(struct docs *d)
{
	for (size_t i = 0; i < d->n; i++) {
		vt_fetch_job_clear(&d->jobs[i]);
		vt_tmp_discard(&d->v[i].tmp);
		vt_strv_free(&d->v[i].urls);
		free(d->v[i].cache_name);
		free(d->v[i].path);
	}
	free(d->v);
	free(d->jobs);
}

static char *cache_name(const struct source *s, const char *path)
{
	char hex[65];
	vt_sha256_hex(path, strlen(path), hex);
	return s->cache_fd < 0 ? NULL : vt_printf("%.16s", hex);
}

static json_t *doc_state(const struct source *s, const char *path)
{
	return json_object_get(json_object_get(s->state, "docs"), path);
}

char *source_doc_field(
	const struct source *s, const char *path, const char *key)
{
	return vt_strdup(vt_json_str(doc_state(s, path), key));
}

static bool is_cached(const struct source *s, const char *path)
{
	VT_AUTO_FREE char *name = cache_name(s, path);
	return name && doc_state(s, path) &&
	       faccessat(s->cache_fd, name, R_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int doc_open(struct vt_fetch_job *j, void *ctx, struct vt_err **err)
{
	(void)ctx;
	struct doc *d = j->data;
	if (!d->cache_name) {
		if (vt_tmp_scratch(&d->tmp, 0600, err) < 0)
			return -1;
	} else {
		VT_AUTO_FREE char *name = vt_printf(
			"/proc/self/fd/%d/%s", d->s->cache_fd, d->cache_name);
		if (vt_tmp_open(&d->tmp, name, 0644, err) < 0)
			return -1;
	}
	j->fd = d->tmp.fd;
	j->resume_at = 0;
	return 0;
}

static void doc_done(struct vt_fetch_job *j, void *ctx)
{
	(void)j;
	(void)ctx;
}

/* Return: a descriptor of the text, of a signed document of what gpgv found
 * to be signed; the caller closes it */
static int open_text(
	struct source *s, int fd, const char *path, struct vt_err **err)
{
	if (lseek(fd, 0, SEEK_SET) < 0)
		return vt_err_errno(err, "cannot read '%s'", path);
	if (s->is_signed)
		return vt_gpgv_open(s->keyring, fd, path, err);
	return fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static int read_text(struct source *s, int fd, const char *name, json_t **head,
	stream_product *visit, void *ctx, struct vt_err **err)
{
	int text = open_text(s, fd, name, err);
	if (text < 0)
		return -1;
	VT_AUTO_FILE FILE *f = fdopen(text, "r");
	return stream_read(f, name, head, visit, ctx, err);
}

static bool is_cache_current(const struct source *s, const char *path)
{
	return is_cached(s, path) && source_cache_is_newest(s, path);
}

static void set_text(json_t *o, const char *key, const char *text)
{
	if (text)
		json_object_set_new(o, key, json_string(text));
}

static void record_doc(struct source *s, const struct vt_fetch_job *j,
	const char *path, json_t *text)
{
	json_t *all = json_object_get(s->state, "docs");
	json_t *one = json_object();
	if (!all) {
		all = json_object();
		json_object_set_new(s->state, "docs", all);
	}
	set_text(one, "etag", j->etag);
	set_text(one, "modified", j->modified);
	json_object_set(one, "updated", json_object_get(text, "updated"));
	json_object_set(one, "content_id", json_object_get(text, "content_id"));
	json_object_set_new(all, path, one);
}

static int ignore_product(
	const struct product *p, void *ctx, struct vt_err **err)
{
	(void)p;
	(void)ctx;
	(void)err;
	return 0;
}

/* Check a new document, and move it to the cache when it is good. */
static int accept_doc(
	struct doc *d, struct vt_fetch_job *j, struct vt_err **err)
{
	struct source *s = d->s;
	VT_AUTO_JSON json_t *head = NULL;
	if (read_text(s, d->tmp.fd, j->url, &head, ignore_product, NULL, err) <
			0 ||
		source_check_age(s, d->path, j->url, head, err) < 0)
		return -1;
	if (d->cache_name && vt_tmp_commit(&d->tmp, err) < 0)
		return -1;
	if (!d->cache_name) {
		json_object_set_new(s->fds, d->path, json_integer(d->tmp.fd));
		d->tmp.fd = -1;
	}
	record_doc(s, j, d->path, head);
	json_object_set(s->heads, d->path, head);
	s->changed = true;
	return 0;
}

/* Move a server that failed to the end of the list.
 * Return: whether it failed for the first time */
static bool demote(struct source *s, const char *path, const char *url)
{
	for (size_t i = 0; i < s->bases.n; i++) {
		VT_AUTO_STRV struct vt_strv urls = VT_STRV_INIT;
		source_urls(s, path, &urls);
		char *base = s->bases.v[i];
		if (strcmp(urls.v[i], url))
			continue;
		memmove(&s->bases.v[i], &s->bases.v[i + 1],
			(s->bases.n - i - 1) * sizeof(base));
		s->bases.v[s->bases.n - 1] = base;
		if (vt_strv_has(&s->demoted, base))
			return false;
		vt_strv_add(&s->demoted, base);
		return true;
	}
	return false;
}

/* Warn when the first server did not answer and another one did. */
static void warn_fallback(const struct doc *d, const struct vt_fetch_job *j)
{
	const char *first = d->urls.v[0];
	if (strcmp(j->url, first) && demote(d->s, d->path, first))
		vt_log_warn("%s; using '%s' instead", j->first_error, j->url);
}

/* The document that a server gave was refused: continue with the other ones.
 * Return: false when there is none */
static bool next_server(
	struct doc *d, struct vt_fetch_job *j, const struct vt_err *why)
{
	size_t i = 0;
	if (d->urls.n < 2)
		return false;
	while (strcmp(d->urls.v[i], j->url))
		i++;
	bool first = demote(d->s, d->path, j->url);
	free(d->urls.v[i]);
	memmove(&d->urls.v[i], &d->urls.v[i + 1],
		(d->urls.n - i) * sizeof(*d->urls.v)); /* with the NULL */
	d->urls.n--;
	if (first)
		vt_log_warn("%s; trying '%s' instead", why->msg, d->urls.v[0]);
	return true;
}

static void prepare_job(struct doc *d, struct vt_fetch_job *j)
{
	struct source *s = d->s;
	bool cached = is_cache_current(s, d->path);
	vt_fetch_job_clear(j);
	vt_tmp_discard(&d->tmp);
	*j = (struct vt_fetch_job){.name = d->path,
		.urls = d->urls.v,
		.size = STREAM_MAX,
		.attempts = cached ? ATTEMPTS_CACHED : ATTEMPTS,
		.conditional = cached,
		.etag = cached ? source_doc_field(s, d->path, "etag") : NULL,
		.modified = cached ? source_doc_field(s, d->path, "modified")
				   : NULL,
		.data = d};
}

static const struct vt_fetch_events events = {
	.open = doc_open, .done = doc_done};

/* Handle the end of a job, with the cached copy as a fallback.
 * Return: 0; 1 when the document arrived and was refused; -1 */
static int finish_job(
	struct doc *d, struct vt_fetch_job *j, struct vt_err **err)
{
	struct source *s = d->s;
	if (!j->err) {
		warn_fallback(d, j);
		return !j->unchanged && accept_doc(d, j, err) < 0;
	}
	if (!is_cached(s, d->path))
		return vt_err_set(err, j->err->status,
			"%s; no cached copy from an earlier sync: try again "
			"when a server answers%s",
			j->err->msg,
			s->is_signed ? ", or use --unsigned if the stream is "
				       "not signed"
				     : "");
	vt_log_warn("%s; using the cached copy", j->err->msg);
	s->offline = true;
	return 0;
}

static int finish_doc(struct doc *d, struct vt_fetch_job *j, struct vt_fetch *f,
	struct vt_err **err)
{
	json_object_set_new(d->s->requested, d->path, json_true());
	for (;;) {
		VT_AUTO_ERR struct vt_err *why = NULL;
		int rc = finish_job(d, j, &why);
		if (rc == 0)
			return 0;
		if (rc < 0 || !next_server(d, j, why)) {
			*err = why;
			why = NULL;
			return -1;
		}
		prepare_job(d, j);
		if (vt_fetch_run(f, j, 1, &events, err) < 0)
			return -1;
	}
}

static void add_doc(struct source *s, struct docs *all, const char *path)
{
	struct doc *d = &all->v[all->n];
	*d = (struct doc){.s = s,
		.path = vt_strdup(path),
		.cache_name = cache_name(s, path),
		.tmp = VT_TMP_INIT};
	source_urls(s, path, &d->urls);
	prepare_job(d, &all->jobs[all->n++]);
}

int source_fetch_docs(struct source *s, struct vt_fetch *f,
	const struct vt_strv *paths, struct vt_err **err)
{
	__attribute__((cleanup(docs_free))) struct docs all = {
		.v = vt_calloc(paths->n + 1, sizeof(*all.v)),
		.jobs = vt_calloc(paths->n + 1, sizeof(*all.jobs))};
	for (size_t i = 0; i < paths->n; i++) {
		bool known = json_object_get(s->requested, paths->v[i]);
		for (size_t k = 0; k < all.n && !known; k++)
			known = !strcmp(all.v[k].path, paths->v[i]);
		if (!known)
			add_doc(s, &all, paths->v[i]);
	}
	if (vt_fetch_run(f, all.jobs, all.n, &events, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++)
		if (finish_doc(&all.v[i], &all.jobs[i], f, err) < 0)
			return -1;
	return 0;
}

int source_read_doc(struct source *s, const char *path, json_t **head,
	stream_product *visit, void *ctx, struct vt_err **err)
{
	json_t *text = json_object_get(s->fds, path);
	if (text)
		return read_text(s, (int)json_integer_value(text), path, head,
			visit, ctx, err);
	VT_AUTO_FREE char *name = cache_name(s, path);
	VT_AUTO_CLOSE int fd =
		name ? vt_beneath_open(s->cache_fd, name, O_RDONLY, 0) : -1;
	if (fd < 0)
		return vt_err_errno(
			err, "cannot read the cached copy of '%s'", path);
	int rc = read_text(s, fd, path, head, visit, ctx, err);
	return rc || !head ? rc : source_check_age(s, path, path, *head, err);
}

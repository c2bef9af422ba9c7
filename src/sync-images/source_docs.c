#include "source_docs.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beneath.h"
#include "fs.h"
#include "gpgv.h"
#include "log.h"
#include "mem.h"

/* How often a server is asked again before what is kept has to do, and when
 * nothing is. */
enum { ATTEMPTS_KEPT = 2, ATTEMPTS = 4 };

struct doc {
	struct source *s;
	char *path;
	char *kept; /* name of the copy in the notes; NULL: none is kept */
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
		free(d->v[i].kept);
		free(d->v[i].path);
	}
	free(d->v);
	free(d->jobs);
}

static char *kept_name(const struct source *s, const char *path)
{
	char hex[65];
	vt_sha256_hex(path, strlen(path), hex);
	return s->notes_fd < 0 ? NULL : vt_printf("%.16s", hex);
}

static json_t *memory(const struct source *s, const char *path)
{
	return json_object_get(json_object_get(s->state, "docs"), path);
}

static char *remembered(
	const struct source *s, const char *path, const char *key)
{
	return vt_strdup(
		json_string_value(json_object_get(memory(s, path), key)));
}

static bool is_kept(const struct source *s, const char *path)
{
	VT_AUTO_FREE char *name = kept_name(s, path);
	return name && memory(s, path) &&
	       faccessat(s->notes_fd, name, R_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int doc_open(struct vt_fetch_job *j, void *ctx, struct vt_err **err)
{
	(void)ctx;
	struct doc *d = j->data;
	if (!d->kept) {
		if (vt_tmp_scratch(&d->tmp, 0600, err) < 0)
			return -1;
	} else {
		VT_AUTO_FREE char *name = vt_printf(
			"/proc/self/fd/%d/%s", d->s->notes_fd, d->kept);
		if (vt_tmp_open(&d->tmp, name, 0644, err) < 0)
			return -1;
	}
	j->fd = d->tmp.fd;
	j->have = 0;
	return 0;
}

static void doc_done(struct vt_fetch_job *j, void *ctx)
{
	(void)j;
	(void)ctx;
}

/* Signed or not: a descriptor of the text that counts. */
static int text_of(
	struct source *s, int fd, const char *path, struct vt_err **err)
{
	if (lseek(fd, 0, SEEK_SET) < 0)
		return vt_err_errno(err, "cannot read '%s'", path);
	if (s->is_signed)
		return vt_gpgv_open(s->keyring, fd, path, err);
	return fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static json_t *parse(
	struct source *s, int fd, const char *path, struct vt_err **err)
{
	int text = text_of(s, fd, path, err);
	if (text < 0)
		return NULL;
	VT_AUTO_FILE FILE *f = fdopen(text, "r");
	json_error_t why;
	json_t *j = json_loadf(f, JSON_REJECT_DUPLICATES, &why);
	if (!j)
		vt_err_set(err, VT_USAGE, "%s%s:%d:%d: %s", s->bases.v[0], path,
			why.line < 1 ? 1 : why.line,
			why.column < 1 ? 1 : why.column, why.text);
	else if (json_is_object(j))
		return j;
	else
		vt_err_set(err, VT_USAGE, "'%s%s' is not a JSON object",
			s->bases.v[0], path);
	json_decref(j);
	return NULL;
}

static time_t updated(const char *text)
{
	time_t t = text ? curl_getdate(text, NULL) : -1;
	return t < 0 ? 0 : t;
}

/* An old index under a good signature brings old holes back. */
static int check_rollback(
	struct source *s, const char *path, json_t *j, struct vt_err **err)
{
	const char *now = json_string_value(json_object_get(j, "updated"));
	VT_AUTO_FREE char *before = remembered(s, path, "updated");
	if (updated(now) >= updated(before) || s->o->allow_rollback)
		return 0;
	return vt_err_set(err, VT_USAGE,
		"'%s%s' is of '%.60s', older than the one of '%s' that was "
		"seen before: if that is wanted, say --allow-rollback",
		s->bases.v[0], path, now ? now : "no date", before);
}

static void set_text(json_t *o, const char *key, const char *text)
{
	if (text)
		json_object_set_new(o, key, json_string(text));
}

static void remember(struct source *s, const struct vt_fetch_job *j,
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
	json_object_set_new(all, path, one);
}

/* A new text: used and kept once it is found good. */
static int accept_doc(
	struct doc *d, struct vt_fetch_job *j, struct vt_err **err)
{
	struct source *s = d->s;
	VT_AUTO_JSON json_t *text = parse(s, d->tmp.fd, d->path, err);
	if (!text || check_rollback(s, d->path, text, err) < 0)
		return -1;
	if (d->kept && vt_tmp_commit(&d->tmp, err) < 0)
		return -1;
	remember(s, j, d->path, text);
	json_object_set(s->fresh, d->path, text);
	s->changed = true;
	return 0;
}

static int settle(struct doc *d, struct vt_fetch_job *j, struct vt_err **err)
{
	struct source *s = d->s;
	json_object_set_new(s->fetched, d->path, json_true());
	if (!j->err)
		return j->unchanged ? 0 : accept_doc(d, j, err);
	if (!is_kept(s, d->path))
		return vt_err_set(err, j->err->status,
			"%s; nothing is kept from an earlier sync",
			j->err->msg);
	vt_log_warn("%s; going on with what is kept of it", j->err->msg);
	s->offline = true;
	return 0;
}

static void add_doc(struct source *s, struct docs *all, const char *path)
{
	struct doc *d = &all->v[all->n];
	struct vt_fetch_job *j = &all->jobs[all->n++];
	bool kept = is_kept(s, path);
	*d = (struct doc){.s = s, .tmp = VT_TMP_INIT};
	d->path = vt_strdup(path);
	d->kept = kept_name(s, path);
	source_urls(s, path, &d->urls);
	*j = (struct vt_fetch_job){.name = d->path,
		.urls = d->urls.v,
		.size = STREAM_MAX,
		.attempts = kept ? ATTEMPTS_KEPT : ATTEMPTS,
		.conditional = kept,
		.etag = kept ? remembered(s, path, "etag") : NULL,
		.modified = kept ? remembered(s, path, "modified") : NULL,
		.data = d};
}

int source_fetch_docs(struct source *s, struct vt_fetch *f,
	const struct vt_strv *paths, struct vt_err **err)
{
	const struct vt_fetch_events events = {
		.open = doc_open, .done = doc_done};
	__attribute__((cleanup(docs_free))) struct docs all = {
		.v = vt_calloc(paths->n + 1, sizeof(*all.v)),
		.jobs = vt_calloc(paths->n + 1, sizeof(*all.jobs))};
	for (size_t i = 0; i < paths->n; i++) {
		bool twice = json_object_get(s->fetched, paths->v[i]);
		for (size_t k = 0; k < all.n && !twice; k++)
			twice = !strcmp(all.v[k].path, paths->v[i]);
		if (!twice)
			add_doc(s, &all, paths->v[i]);
	}
	if (vt_fetch_run(f, all.jobs, all.n, &events, err) < 0)
		return -1;
	/* with an index that changed, a file that it does not name any more
	 * may well be gone */
	for (size_t i = 0; i < all.n; i++)
		if (settle(&all.v[i], &all.jobs[i], err) < 0)
			return -1;
	return 0;
}

json_t *source_load_doc(struct source *s, const char *path, struct vt_err **err)
{
	json_t *fresh = json_object_get(s->fresh, path);
	if (fresh)
		return json_incref(fresh);
	VT_AUTO_FREE char *name = kept_name(s, path);
	VT_AUTO_CLOSE int fd =
		name ? vt_beneath_open(s->notes_fd, name, O_RDONLY, 0) : -1;
	if (fd < 0) {
		vt_err_errno(err, "cannot read what is kept of '%s'", path);
		return NULL;
	}
	return parse(s, fd, path, err);
}

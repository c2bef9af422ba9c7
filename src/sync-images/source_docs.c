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

char *source_remembered(
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

static int read_text(struct source *s, int fd, const char *name, json_t **head,
	stream_product *visit, void *ctx, struct vt_err **err)
{
	int text = text_of(s, fd, name, err);
	if (text < 0)
		return -1;
	VT_AUTO_FILE FILE *f = fdopen(text, "r");
	return stream_read(f, name, head, visit, ctx, err);
}

static bool is_current(const struct source *s, const char *path)
{
	return is_kept(s, path) && source_is_newest(s, path);
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
	json_object_set(one, "content_id", json_object_get(text, "content_id"));
	json_object_set_new(all, path, one);
}

static int good_product(const struct product *p, void *ctx, struct vt_err **err)
{
	(void)p;
	(void)ctx;
	(void)err;
	return 0;
}

/* A new text: used and kept once it is found good. */
static int accept_doc(
	struct doc *d, struct vt_fetch_job *j, struct vt_err **err)
{
	struct source *s = d->s;
	VT_AUTO_JSON json_t *head = NULL;
	if (read_text(s, d->tmp.fd, j->from, &head, good_product, NULL, err) <
			0 ||
		source_check_age(s, d->path, j->from, head, err) < 0)
		return -1;
	if (d->kept && vt_tmp_commit(&d->tmp, err) < 0)
		return -1;
	if (!d->kept) {
		json_object_set_new(s->texts, d->path, json_integer(d->tmp.fd));
		d->tmp.fd = -1;
	}
	remember(s, j, d->path, head);
	json_object_set(s->fresh, d->path, head);
	s->changed = true;
	return 0;
}

/* A server that did not do comes last from now on.
 * Return: whether that is news */
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
		if (vt_strv_has(&s->bad, base))
			return false;
		vt_strv_add(&s->bad, base);
		return true;
	}
	return false;
}

/* The first server that is asked did not answer, and another one did. */
static void say_moved(const struct doc *d, const struct vt_fetch_job *j)
{
	const char *first = d->urls.v[0];
	if (strcmp(j->from, first) && demote(d->s, d->path, first))
		vt_log_warn("%s; '%s' is used instead", j->trouble, j->from);
}

/* What a server gave is refused: the others are left.
 * Return: whether there are */
static bool next_server(
	struct doc *d, struct vt_fetch_job *j, const struct vt_err *why)
{
	size_t i = 0;
	if (d->urls.n < 2)
		return false;
	while (strcmp(d->urls.v[i], j->from))
		i++;
	bool news = demote(d->s, d->path, j->from);
	free(d->urls.v[i]);
	memmove(&d->urls.v[i], &d->urls.v[i + 1],
		(d->urls.n - i) * sizeof(*d->urls.v)); /* with the NULL */
	d->urls.n--;
	if (news)
		vt_log_warn(
			"%s; '%s' is asked instead", why->msg, d->urls.v[0]);
	return true;
}

static void prepare_job(struct doc *d, struct vt_fetch_job *j)
{
	struct source *s = d->s;
	bool kept = is_current(s, d->path);
	vt_fetch_job_clear(j);
	vt_tmp_discard(&d->tmp);
	*j = (struct vt_fetch_job){.name = d->path,
		.urls = d->urls.v,
		.size = STREAM_MAX,
		.attempts = kept ? ATTEMPTS_KEPT : ATTEMPTS,
		.conditional = kept,
		.etag = kept ? source_remembered(s, d->path, "etag") : NULL,
		.modified =
			kept ? source_remembered(s, d->path, "modified") : NULL,
		.data = d};
}

static const struct vt_fetch_events events = {
	.open = doc_open, .done = doc_done};

/* Return: 0; 1 when it came, and is refused; -1 */
static int settle(struct doc *d, struct vt_fetch_job *j, struct vt_err **err)
{
	struct source *s = d->s;
	if (!j->err) {
		say_moved(d, j);
		return !j->unchanged && accept_doc(d, j, err) < 0;
	}
	if (!is_kept(s, d->path))
		return vt_err_set(err, j->err->status,
			"%s; nothing is kept from an earlier sync: run it "
			"again when a server answers%s",
			j->err->msg,
			s->is_signed ? ", or with --unsigned if nobody signs "
				       "this stream"
				     : "");
	vt_log_warn("%s; going on with what is kept of it", j->err->msg);
	s->offline = true;
	return 0;
}

static int settle_somewhere(struct doc *d, struct vt_fetch_job *j,
	struct vt_fetch *f, struct vt_err **err)
{
	json_object_set_new(d->s->fetched, d->path, json_true());
	for (;;) {
		VT_AUTO_ERR struct vt_err *why = NULL;
		int rc = settle(d, j, &why);
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
		.kept = kept_name(s, path),
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
		if (settle_somewhere(&all.v[i], &all.jobs[i], f, err) < 0)
			return -1;
	return 0;
}

int source_read_doc(struct source *s, const char *path, json_t **head,
	stream_product *visit, void *ctx, struct vt_err **err)
{
	json_t *text = json_object_get(s->texts, path);
	if (text)
		return read_text(s, (int)json_integer_value(text), path, head,
			visit, ctx, err);
	VT_AUTO_FREE char *name = kept_name(s, path);
	VT_AUTO_CLOSE int fd =
		name ? vt_beneath_open(s->notes_fd, name, O_RDONLY, 0) : -1;
	if (fd < 0)
		return vt_err_errno(
			err, "cannot read what is kept of '%s'", path);
	int rc = read_text(s, fd, path, head, visit, ctx, err);
	return rc || !head ? rc : source_check_age(s, path, path, *head, err);
}

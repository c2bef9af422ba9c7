#include "source.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "source_age.h"
#include "source_docs.h"

static const char streams_dir[] = "streams/v1/";

/* Split http://server/base/streams/v1/index.sjson into the base URL, up to
 * "base/", and the path below it (NULL: none); both owned. */
static int split_url(
	const char *url, char **base, char **path, struct vt_err **err)
{
	const char *at = NULL;
	if (!vt_str_starts(url, "http://") && !vt_str_starts(url, "https://"))
		return vt_err_set(err, VT_USAGE,
			"invalid source '%s': expected an http:// or https:// "
			"URL",
			url);
	for (const char *s = url; (s = strstr(s, streams_dir)); s++)
		at = s;
	if (at && !vt_str_ends(at, "json"))
		at = NULL;
	*base = at ? vt_strndup(url, (size_t)(at - url))
		   : vt_printf("%s%s", url, vt_str_ends(url, "/") ? "" : "/");
	*path = vt_strdup(at);
	return 0;
}

static int add_source(struct source *s, const char *url, struct vt_err **err)
{
	char *base = NULL, *path = NULL;
	if (split_url(url, &base, &path, err) < 0)
		return -1;
	vt_strv_take(&s->bases, base);
	if (path && s->path && strcmp(path, s->path)) {
		vt_err_set(err, VT_USAGE,
			"source '%s' is not the stream '%s' of '%s': all "
			"sources must be servers of one stream",
			url, s->path, s->bases.v[0]);
		free(path);
		return -1;
	}
	if (!s->path)
		s->path = path;
	else
		free(path);
	return 0;
}

static int add_sources(struct source *s, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv urls = VT_STRV_INIT;
	VT_AUTO_FREE char *maas = vt_printf(
		"http://images.maas.io/ephemeral-v3/%s/streams/v1/index.sjson",
		vt_setting("MAAS_IMAGE_STREAM"));
	const char *setting = vt_setting("IMAGE_SRC_URL");
	for (size_t i = 0; i < s->o->source.n; i++)
		vt_strv_add(&urls, s->o->source.v[i]);
	if (!urls.n)
		vt_str_words(setting && *setting ? setting : maas, " ", &urls);
	for (size_t i = 0; i < urls.n; i++)
		if (add_source(s, urls.v[i], err) < 0)
			return -1;
	if (!s->path)
		s->path = vt_printf("%sindex.%s", streams_dir,
			s->o->is_unsigned ? "json" : "sjson");
	return 0;
}

static int check_signing(struct source *s, struct vt_err **err)
{
	s->is_signed = vt_str_ends(s->path, ".sjson");
	if (s->is_signed && s->o->is_unsigned)
		return vt_err_set(err, VT_USAGE,
			"'%s%s' is signed: remove --unsigned, or use its "
			"index.json",
			s->bases.v[0], s->path);
	if (!s->is_signed && !s->o->is_unsigned)
		return vt_err_set(err, VT_USAGE,
			"'%s%s' is not signed: use its index.sjson, or "
			"--unsigned",
			s->bases.v[0], s->path);
	s->keyring = vt_strdup(s->o->keyring ? s->o->keyring
					     : vt_setting("IMAGE_SRC_KEYRING"));
	return 0;
}

static int open_cache(struct source *s, struct vt_err **err)
{
	char hex[65];
	const char *base;
	VT_AUTO_FREE char *name = vt_printf("%s%s", s->bases.v[0], s->path);
	vt_sha256_hex(name, strlen(name), hex);
	s->cache_dir = vt_printf("%s/%.16s", TREE_SOURCES, hex);
	VT_AUTO_FREE char *inside = vt_printf("%s/", s->cache_dir);
	s->cache_fd = vt_beneath_parent(s->tree->fd, inside, true, &base);
	if (s->cache_fd < 0)
		return vt_err_errno(err, "cannot create '%s/%s'", s->tree->dir,
			s->cache_dir);
	VT_AUTO_FREE char *path = vt_printf("%s/state.json", s->cache_dir);
	return tree_load(s->tree, path, &s->state, err);
}

int source_open(struct source *s, const struct options *o,
	const struct tree *tree, struct vt_err **err)
{
	*s = (struct source){.o = o, .tree = tree, .cache_fd = -1};
	s->heads = json_object();
	s->fds = json_object();
	s->newest = json_object();
	s->requested = json_object();
	if (add_sources(s, err) < 0 || check_signing(s, err) < 0)
		return -1;
	if (!vt_beneath_safe(s->path))
		return vt_err_set(
			err, VT_USAGE, "invalid stream path '%s'", s->path);
	if (tree && open_cache(s, err) < 0)
		return -1;
	if (tree)
		source_load_newest(s);
	if (!s->state)
		s->state = json_object();
	return 0;
}

void source_free(struct source *s)
{
	const char *path;
	json_t *fd;
	json_object_foreach (s->fds, path, fd)
		close((int)json_integer_value(fd));
	json_decref(s->fds);
	vt_strv_free(&s->bases);
	vt_strv_free(&s->demoted);
	free(s->path);
	free(s->keyring);
	free(s->cache_dir);
	vt_closep(&s->cache_fd);
	json_decref(s->state);
	json_decref(s->heads);
	json_decref(s->newest);
	json_decref(s->requested);
	json_decref(s->streams);
	*s = (struct source)SOURCE_INIT;
}

/* Percent-encode a path for a URL. */
static void add_encoded(struct vt_str *out, const char *path)
{
	for (; *path; path++) {
		unsigned char c = (unsigned char)*path;
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || strchr("/:+,=@~._-", c);
		if (plain)
			vt_str_addc(out, (char)c);
		else
			vt_str_addf(out, "%%%02X", c);
	}
}

void source_urls(const struct source *s, const char *path, struct vt_strv *urls)
{
	for (size_t i = 0; i < s->bases.n; i++) {
		VT_AUTO_STR struct vt_str url = VT_STR_INIT;
		vt_str_add(&url, s->bases.v[i]);
		add_encoded(&url, path);
		vt_strv_add(urls, url.s);
	}
}

/* A content id must be usable as the name of a local products file, and not
 * be one of the reserved names "index" and "vmtest...". */
static bool is_content_id(const char *id)
{
	size_t n = strspn(id, "abcdefghijklmnopqrstuvwxyz"
			      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:+-");
	return n && n < 200 && !id[n] && id[0] != '.' && strcmp(id, "index") &&
	       !vt_str_starts(id, "vmtest");
}

static int add_stream(
	struct source *s, const char *id, const char *path, struct vt_err **err)
{
	if (!is_content_id(id))
		return vt_err_set(err, VT_USAGE,
			"'%s': invalid stream id '%.100s'", s->path, id);
	if (!path || !vt_beneath_safe(path))
		return vt_err_set(err, VT_USAGE,
			"'%s': stream '%s' has the path '%.100s', which is "
			"outside the server's tree",
			s->path, id, path ? path : "");
	if (vt_str_ends(path, ".sjson") != s->is_signed)
		return vt_err_set(err, VT_USAGE,
			"'%s' is %s, but its stream '%s' in '%s' is %s",
			s->path, s->is_signed ? "signed" : "not signed", id,
			path, s->is_signed ? "not" : "signed");
	json_object_set_new(s->streams, id, json_string(path));
	return 0;
}

static int list_streams(struct source *s, json_t *index, struct vt_err **err)
{
	const char *format = vt_json_str(index, "format");
	const char *id;
	json_t *entry;
	json_decref(s->streams);
	s->streams = json_object();
	if (vt_str_eq(format, "products:1.0")) {
		id = vt_json_str(index, "content_id");
		return add_stream(s, id ? id : "", s->path, err);
	}
	if (!vt_str_eq(format, "index:1.0"))
		return vt_err_set(err, VT_USAGE,
			"'%s' has an unknown format: expected index:1.0 or "
			"products:1.0",
			s->path);
	json_object_foreach (json_object_get(index, "index"), id, entry) {
		format = vt_json_str(entry, "format");
		if (vt_str_eq(format, "products:1.0") &&
			add_stream(s, id, vt_json_str(entry, "path"), err) < 0)
			return -1;
	}
	return 0;
}

static void add_paths(struct vt_strv *paths, json_t *streams)
{
	const char *id;
	json_t *path;
	json_object_foreach (streams, id, path) {
		if (json_is_string(path) &&
			vt_beneath_safe(json_string_value(path)))
			vt_strv_add(paths, json_string_value(path));
	}
}

/* The index and the products files that it named last time are fetched in
 * parallel; new ones after them. */
int source_fetch(struct source *s, struct vt_fetch *f, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv known = VT_STRV_INIT, more = VT_STRV_INIT;
	json_t *before = json_object_get(s->state, "streams");
	json_object_clear(s->requested);
	s->changed = s->offline = false;
	vt_strv_add(&known, s->path);
	/* of several servers, find a usable one by the index first */
	if (s->bases.n > 1 && source_fetch_docs(s, f, &known, err) < 0)
		return -1;
	add_paths(&known, before);
	if (source_fetch_docs(s, f, &known, err) < 0)
		return -1;
	if (!json_object_get(s->heads, s->path) && before) {
		json_decref(s->streams);
		s->streams = json_incref(before);
		return 0;
	}
	json_t *index = json_object_get(s->heads, s->path);
	if (list_streams(s, index, err) < 0)
		return -1;
	add_paths(&more, s->streams);
	return source_fetch_docs(s, f, &more, err);
}

static const char *path_of(const struct source *s, const char *id)
{
	return vt_json_str(s->streams, id);
}

json_t *source_head(struct source *s, const char *id, struct vt_err **err)
{
	const char *path = path_of(s, id);
	VT_AUTO_JSON json_t *head =
		json_incref(json_object_get(s->heads, path));
	if (!head && source_read_doc(s, path, &head, NULL, NULL, err) < 0)
		return NULL;
	const char *format = vt_json_str(head, "format");
	if (vt_str_eq(format, "products:1.0"))
		return json_incref(head);
	vt_err_set(err, VT_USAGE,
		"'%s' has an unknown format: expected products:1.0", path);
	return NULL;
}

int source_products(struct source *s, const char *id, stream_product *visit,
	void *ctx, struct vt_err **err)
{
	return source_read_doc(s, path_of(s, id), NULL, visit, ctx, err);
}

bool source_is_done(const struct source *s, const char *task)
{
	return !s->changed && json_is_true(json_object_get(
				      json_object_get(s->state, "done"), task));
}

int source_set_done(struct source *s, const char *task, struct vt_err **err)
{
	json_t *done = json_object_get(s->state, "done");
	if (s->changed || !json_is_object(done)) {
		done = json_object();
		json_object_set_new(s->state, "done", done);
	}
	if (task)
		json_object_set_new(done, task, json_true());
	json_t *servers = json_array();
	for (size_t i = 0; i < s->bases.n; i++)
		json_array_append_new(servers, json_string(s->bases.v[i]));
	json_object_set_new(s->state, "servers", servers);
	json_object_set(s->state, "streams", s->streams);
	VT_AUTO_FREE char *path = vt_printf("%s/state.json", s->cache_dir);
	return tree_save(s->tree, path, s->state, err);
}

#include "source_age.h"

#include <curl/curl.h>
#include <dirent.h>
#include <fcntl.h>

#include "base/beneath.h"
#include "base/mem.h"
#include "source_docs.h"

/* Return: 0 for an invalid date or NULL */
static time_t parse_date(const char *text)
{
	time_t t = text ? curl_getdate(text, NULL) : -1;
	return t < 0 ? 0 : t;
}

/* Add the documents of one cache to s->newest. */
static void add_newest(struct source *s, json_t *state)
{
	const char *path;
	json_t *doc;
	json_object_foreach (json_object_get(state, "docs"), path, doc) {
		const char *id = vt_json_str(doc, "content_id");
		json_t *now = json_object_get(doc, "updated");
		json_t *before = json_object_get(s->newest, id);
		if (id && parse_date(json_string_value(now)) >
				  parse_date(json_string_value(before)))
			json_object_set(s->newest, id, now);
	}
}

void source_load_newest(struct source *s)
{
	int fd = vt_beneath_open(
		s->tree->fd, TREE_SOURCES, O_RDONLY | O_DIRECTORY, 0);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	for (struct dirent *e; d && (e = readdir(d));) {
		VT_AUTO_FREE char *path =
			vt_printf("%s/%s/state.json", TREE_SOURCES, e->d_name);
		VT_AUTO_JSON json_t *state = NULL;
		if (e->d_name[0] != '.' &&
			tree_load(s->tree, path, &state, NULL) == 0)
			add_newest(s, state);
	}
	if (d)
		closedir(d);
}

/* The newest "updated" that a server gave for a local stream. The local one
 * may be newer, set by 'vt-sync publish'. Return: NULL for an index */
static const char *newest_local(const struct source *s, const char *id)
{
	const char *local =
		vt_json_str(json_object_get(s->local_streams, id), "updated");
	const char *given = vt_json_str(s->newest, id);
	return parse_date(local) < parse_date(given) ? local : given;
}

/* An old document with a good signature would bring back images with known
 * security holes. Products files are compared with what any server of the
 * stream gave, the index with the cached copy. */
int source_check_age(struct source *s, const char *path, const char *name,
	json_t *head, struct vt_err **err)
{
	const char *now = vt_json_str(head, "updated");
	const char *local = newest_local(s, vt_json_str(head, "content_id"));
	VT_AUTO_FREE char *cached = source_doc_field(s, path, "updated");
	const char *before =
		parse_date(local) > parse_date(cached) ? local : cached;
	if (parse_date(now) >= parse_date(before) || s->o->allow_rollback)
		return 0;
	return vt_err_set(err, VT_USAGE,
		"'%s' is dated '%.60s', older than '%.60s' that was seen "
		"before: use --allow-rollback to accept it",
		name, now ? now : "no date", before);
}

bool source_cache_is_newest(const struct source *s, const char *path)
{
	VT_AUTO_FREE char *id = source_doc_field(s, path, "content_id");
	VT_AUTO_FREE char *cached = source_doc_field(s, path, "updated");
	return parse_date(cached) >= parse_date(newest_local(s, id));
}

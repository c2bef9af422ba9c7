#include "source_age.h"

#include <curl/curl.h>
#include <dirent.h>
#include <fcntl.h>

#include "base/beneath.h"
#include "base/mem.h"
#include "source_docs.h"

static time_t updated(const char *text)
{
	time_t t = text ? curl_getdate(text, NULL) : -1;
	return t < 0 ? 0 : t;
}

static void see(struct source *s, json_t *state)
{
	const char *path;
	json_t *doc;
	json_object_foreach (json_object_get(state, "docs"), path, doc) {
		const char *id =
			json_string_value(json_object_get(doc, "content_id"));
		json_t *now = json_object_get(doc, "updated");
		json_t *before = json_object_get(s->seen, id);
		if (id && updated(json_string_value(now)) >
				  updated(json_string_value(before)))
			json_object_set(s->seen, id, now);
	}
}

void source_see_all(struct source *s)
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
			see(s, state);
	}
	if (d)
		closedir(d);
}

/* "updated" of what is here of a stream, as some server gave it: one's own
 * publications make it newer. NULL for an index */
static const char *updated_here(const struct source *s, const char *id)
{
	const char *here = json_string_value(
		json_object_get(json_object_get(s->held, id), "updated"));
	const char *seen = json_string_value(json_object_get(s->seen, id));
	return updated(here) < updated(seen) ? here : seen;
}

/* An old index under a good signature brings old holes back; so do products
 * that are older than what another server of the stream gave. */
int source_check_age(struct source *s, const char *path, const char *name,
	json_t *head, struct vt_err **err)
{
	const char *now = json_string_value(json_object_get(head, "updated"));
	const char *here = updated_here(
		s, json_string_value(json_object_get(head, "content_id")));
	VT_AUTO_FREE char *seen = source_remembered(s, path, "updated");
	const char *before = updated(here) > updated(seen) ? here : seen;
	if (updated(now) >= updated(before) || s->o->allow_rollback)
		return 0;
	return vt_err_set(err, VT_USAGE,
		"'%s' is of '%.60s', older than the one of '%.60s' that was "
		"seen before: if that is wanted, say --allow-rollback",
		name, now ? now : "no date", before);
}

bool source_is_newest(const struct source *s, const char *path)
{
	VT_AUTO_FREE char *id = source_remembered(s, path, "content_id");
	VT_AUTO_FREE char *kept = source_remembered(s, path, "updated");
	return updated(kept) >= updated(updated_here(s, id));
}

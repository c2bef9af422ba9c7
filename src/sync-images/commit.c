#include "commit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/beneath.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "journal.h"

static json_t *local_product(struct catalog *cat, const struct step *s)
{
	return json_object_get(
		json_object_get(json_object_get(cat->streams, s->content_id),
			"products"),
		s->product);
}

static json_t *local_version(struct catalog *cat, const struct step *s)
{
	return json_object_get(
		json_object_get(local_product(cat, s), "versions"), s->version);
}

/* Return: new reference */
static json_t *attributes(const struct plan *p, const struct step *s)
{
	return stream_unpack(json_object_get(
		json_object_get(p->attributes, s->content_id), s->product));
}

/* Does the local product have the attributes that the server gives it? */
static bool same_attributes(
	const struct plan *p, struct catalog *cat, const struct step *s)
{
	VT_AUTO_JSON json_t *wanted = attributes(p, s);
	json_t *local = local_product(cat, s);
	const char *key;
	json_t *value;
	json_object_foreach (wanted, key, value) {
		if (!json_equal(value, json_object_get(local, key)))
			return false;
	}
	return true;
}

enum change { NOTHING, CHANGE, ADD, REMOVE };

static enum change change_of(
	const struct plan *p, struct catalog *cat, const struct step *s)
{
	json_t *now = local_version(cat, s);
	if (!s->data)
		return now ? REMOVE : NOTHING;
	if (!plan_step_ready(p, s))
		return NOTHING;
	if (!now)
		return ADD;
	return json_equal(now, s->data) && same_attributes(p, cat, s) ? NOTHING
								      : CHANGE;
}

static void apply(const struct plan *p, struct catalog *cat,
	const struct step *s, enum change change)
{
	json_t *stream = catalog_stream(cat, s->content_id);
	if (change == REMOVE) {
		json_t *versions =
			json_object_get(local_product(cat, s), "versions");
		json_object_del(versions, s->version);
		return;
	}
	json_object_update(stream, json_object_get(p->headers, s->content_id));
	json_t *product = vt_json_object_in(
		vt_json_object_in(stream, "products"), s->product);
	VT_AUTO_JSON json_t *wanted = attributes(p, s);
	json_object_update(product, wanted);
	json_object_set(
		vt_json_object_in(product, "versions"), s->version, s->data);
}

/* All paths that may have to be removed later: those that a commit links, and
 * those that changed versions had before. */
static json_t *journal_paths(
	const struct plan *p, struct catalog *cat, const enum change *changes)
{
	json_t *paths = json_object();
	for (size_t i = 0; i < p->n_contents; i++)
		for (size_t k = 0; k < p->contents[i].targets.n; k++)
			if (p->contents[i].due)
				json_object_set_new(paths,
					p->contents[i].targets.v[k],
					json_true());
	for (size_t i = 0; i < p->n_steps; i++) {
		const char *name;
		json_t *item;
		if (changes[i] == NOTHING)
			continue;
		VT_AUTO_JSON json_t *old =
			stream_unpack(local_version(cat, &p->steps[i]));
		json_object_foreach (
			json_object_get(old, "items"), name, item) {
			const char *path = vt_json_str(item, "path");
			if (path && tree_item_path_ok(path))
				json_object_set_new(paths, path, json_true());
		}
	}
	return paths;
}

static int link_files(
	const struct plan *p, struct commit_result *done, struct vt_err **err)
{
	VT_AUTO_JSON json_t *dirs = json_object();
	for (size_t i = 0; i < p->n_contents; i++) {
		const struct content *c = &p->contents[i];
		for (size_t k = 0; k < c->targets.n && c->due; k++) {
			const char *to = c->targets.v[k];
			VT_AUTO_FREE char *dir = vt_fs_dirname(to);
			if (tree_link(p->tree, c->local_path, to, err) < 0)
				return -1;
			json_object_set_new(dirs, dir, json_string(to));
			done->files++;
		}
	}
	const char *dir;
	json_t *one;
	json_object_foreach (dirs, dir, one) {
		if (tree_sync_dir(p->tree, json_string_value(one), err) < 0)
			return -1;
	}
	return 0;
}

static int save(const struct plan *p, struct catalog *cat,
	const enum change *changes, struct vt_err **err)
{
	VT_AUTO_JSON json_t *ids = json_object();
	const char *id;
	json_t *unused;
	for (size_t i = 0; i < p->n_steps; i++) {
		if (changes[i] == NOTHING)
			continue;
		apply(p, cat, &p->steps[i], changes[i]);
		json_object_set_new(ids, p->steps[i].content_id, json_true());
	}
	json_object_foreach (ids, id, unused) {
		if (catalog_save_stream(cat, p->tree, id, err) < 0)
			return -1;
	}
	return json_object_size(ids) ? catalog_save_index(cat, p->tree, err)
				     : 0;
}

/* Linked files are in their final place: further links are made from there,
 * and the download directory no longer needs them. */
static void finish_contents(struct plan *p)
{
	for (size_t i = 0; i < p->n_contents; i++) {
		struct content *c = &p->contents[i];
		if (c->due && c->targets.n) {
			free(c->local_path);
			c->local_path = vt_strdup(c->targets.v[0]);
			vt_strv_free(&c->targets);
			tree_unlink(p->tree, TREE_WHOLE, c->sha256);
		}
		c->due = false;
	}
}

/* The caller holds the readers' lock. */
static int change_all(struct plan *p, struct catalog *cat,
	const enum change *changes, struct commit_result *done,
	struct vt_err **err)
{
	VT_AUTO_JSON json_t *paths = journal_paths(p, cat, changes);
	for (size_t i = 0; i < p->n_steps; i++) {
		done->added += changes[i] == ADD;
		done->removed += changes[i] == REMOVE;
	}
	if (journal_add(p->tree, paths, err) < 0 ||
		link_files(p, done, err) < 0 || save(p, cat, changes, err) < 0)
		return -1;
	finish_contents(p);
	return 0;
}

/* Decide what each step changes in this commit.
 * Return: a value for each step, owned; NULL when nothing changes */
static enum change *choose_changes(
	struct plan *p, struct catalog *cat, bool removals)
{
	enum change *changes = vt_calloc(p->n_steps + 1, sizeof(*changes));
	bool any = false;
	/* while a version is incomplete, the product's old ones are kept */
	VT_AUTO_JSON json_t *keep = json_object();
	for (size_t i = 0; i < p->n_steps; i++) {
		const struct step *s = &p->steps[i];
		VT_AUTO_FREE char *key =
			vt_printf("%s %s", s->content_id, s->product);
		if (!plan_step_ready(p, s))
			json_object_set_new(keep, key, json_true());
		else if (s->data)
			plan_step_due(p, s);
		else if (!removals || json_object_get(keep, key))
			continue;
		changes[i] = change_of(p, cat, s);
		any = any || changes[i] != NOTHING;
	}
	for (size_t i = 0; i < p->n_contents && !any; i++)
		any = p->contents[i].due && p->contents[i].targets.n;
	if (any)
		return changes;
	free(changes);
	return NULL;
}

int commit_ready(struct plan *p, struct catalog *catalog, struct locks *locks,
	struct commit_result *done, struct vt_err **err)
{
	VT_AUTO_FREE enum change *changes = choose_changes(p, catalog, false);
	if (!changes || !locks_try_exclude_readers(locks, p->tree))
		return 0;
	int rc = change_all(p, catalog, changes, done, err);
	locks_admit_readers(locks);
	return rc;
}

/* Remove files that no stream names any more. */
static int prune(const struct plan *p, const struct catalog *cat,
	struct locks *locks, struct vt_err **err)
{
	size_t old = 0;
	if (locks->nested)
		return 0; /* the command that runs us may use old files */
	if (journal_prune(p->tree, cat, true, &old, err) < 0)
		return -1;
	if (!old)
		return 0;
	if (locks_exclude_readers(locks, p->tree, err) < 0)
		return -1;
	return journal_prune(p->tree, cat, false, &old, err);
}

int commit(struct plan *p, struct catalog *catalog, struct locks *locks,
	struct commit_result *done, struct vt_err **err)
{
	VT_AUTO_FREE enum change *changes = choose_changes(p, catalog, true);
	if (changes && locks_exclude_readers(locks, p->tree, err) < 0)
		return vt_err_wrap(
			err, "downloaded files are kept for the next sync");
	if ((changes && change_all(p, catalog, changes, done, err) < 0) ||
		prune(p, catalog, locks, err) < 0)
		return -1;
	locks_admit_readers(locks);
	return 0;
}

void commit_print(const struct plan *p)
{
	for (size_t i = 0; i < p->n_contents; i++) {
		const struct content *c = &p->contents[i];
		for (size_t k = 0; k < c->targets.n; k++)
			printf("%s %s %llu\n",
				c->local_path || k ? "link" : "fetch",
				c->targets.v[k], (unsigned long long)c->size);
	}
	for (size_t i = 0; i < p->n_steps; i++)
		if (!p->steps[i].data)
			printf("remove %s %s\n", p->steps[i].product,
				p->steps[i].version);
}

#include "commit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/beneath.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "journal.h"

static json_t *held_product(struct held *h, const struct step *s)
{
	return json_object_get(
		json_object_get(
			json_object_get(h->streams, s->content_id), "products"),
		s->product);
}

static json_t *held_version(struct held *h, const struct step *s)
{
	return json_object_get(
		json_object_get(held_product(h, s), "versions"), s->version);
}

/* Return: new reference */
static json_t *attributes(const struct plan *p, const struct step *s)
{
	return stream_unpack(json_object_get(
		json_object_get(p->attributes, s->content_id), s->product));
}

/* Is the product here described as the server describes it? */
static bool same_attributes(
	const struct plan *p, struct held *h, const struct step *s)
{
	VT_AUTO_JSON json_t *wanted = attributes(p, s);
	json_t *held = held_product(h, s);
	const char *key;
	json_t *value;
	json_object_foreach (wanted, key, value) {
		if (!json_equal(value, json_object_get(held, key)))
			return false;
	}
	return true;
}

enum change { NOTHING, CHANGE, ADD, REMOVE };

static enum change change_of(
	const struct plan *p, struct held *h, const struct step *s)
{
	json_t *now = held_version(h, s);
	if (!s->data)
		return now ? REMOVE : NOTHING;
	if (!plan_step_ready(p, s))
		return NOTHING;
	if (!now)
		return ADD;
	return json_equal(now, s->data) && same_attributes(p, h, s) ? NOTHING
								    : CHANGE;
}

static void apply(const struct plan *p, struct held *h, const struct step *s,
	enum change change)
{
	json_t *stream = held_stream(h, s->content_id);
	if (change == REMOVE) {
		json_t *versions =
			json_object_get(held_product(h, s), "versions");
		json_object_del(versions, s->version);
		return;
	}
	json_object_update(stream, json_object_get(p->headers, s->content_id));
	/* ours has other contents than theirs, which may be signed */
	json_t *product = vt_json_object_in(
		vt_json_object_in(stream, "products"), s->product);
	VT_AUTO_JSON json_t *wanted = attributes(p, s);
	json_object_update(product, wanted);
	json_object_set(
		vt_json_object_in(product, "versions"), s->version, s->data);
}

/* Places that are to be filled, with those that a version leaves. */
static json_t *paths_of(
	const struct plan *p, struct held *h, const enum change *changes)
{
	json_t *paths = json_object();
	for (size_t i = 0; i < p->n_contents; i++)
		for (size_t k = 0; k < p->contents[i].places.n; k++)
			if (p->contents[i].due)
				json_object_set_new(paths,
					p->contents[i].places.v[k],
					json_true());
	for (size_t i = 0; i < p->n_steps; i++) {
		const char *name;
		json_t *item;
		if (changes[i] == NOTHING)
			continue;
		VT_AUTO_JSON json_t *old =
			stream_unpack(held_version(h, &p->steps[i]));
		json_object_foreach (
			json_object_get(old, "items"), name, item) {
			const char *path = json_string_value(
				json_object_get(item, "path"));
			if (path && tree_item_path(path))
				json_object_set_new(paths, path, json_true());
		}
	}
	return paths;
}

static int place(
	const struct plan *p, struct committed *done, struct vt_err **err)
{
	VT_AUTO_JSON json_t *dirs = json_object();
	for (size_t i = 0; i < p->n_contents; i++) {
		const struct content *c = &p->contents[i];
		for (size_t k = 0; k < c->places.n && c->due; k++) {
			const char *to = c->places.v[k];
			VT_AUTO_FREE char *dir = vt_fs_dirname(to);
			if (tree_link(p->tree, c->have, to, err) < 0)
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

static int save(const struct plan *p, struct held *h,
	const enum change *changes, struct vt_err **err)
{
	VT_AUTO_JSON json_t *ids = json_object();
	const char *id;
	json_t *unused;
	for (size_t i = 0; i < p->n_steps; i++) {
		if (changes[i] == NOTHING)
			continue;
		apply(p, h, &p->steps[i], changes[i]);
		json_object_set_new(ids, p->steps[i].content_id, json_true());
	}
	json_object_foreach (ids, id, unused) {
		if (held_save(h, p->tree, id, err) < 0)
			return -1;
	}
	return json_object_size(ids) ? held_save_index(h, p->tree, err) : 0;
}

/* What was placed is had from there by now. */
static void settle(struct plan *p)
{
	for (size_t i = 0; i < p->n_contents; i++) {
		struct content *c = &p->contents[i];
		if (c->due && c->places.n) {
			free(c->have);
			c->have = vt_strdup(c->places.v[0]);
			vt_strv_free(&c->places);
			tree_unlink(p->tree, TREE_WHOLE, c->sha256);
		}
		c->due = false;
	}
}

/* The readers' lock is ours. */
static int change_all(struct plan *p, struct held *h,
	const enum change *changes, struct committed *done, struct vt_err **err)
{
	VT_AUTO_JSON json_t *paths = paths_of(p, h, changes);
	for (size_t i = 0; i < p->n_steps; i++) {
		done->added += changes[i] == ADD;
		done->removed += changes[i] == REMOVE;
	}
	if (journal_add(p->tree, paths, err) < 0 || place(p, done, err) < 0 ||
		save(p, h, changes, err) < 0)
		return -1;
	settle(p);
	return 0;
}

/* What each step changes now.
 * Return: owned; NULL for nothing at all */
static enum change *choose(struct plan *p, struct held *h, bool removals)
{
	enum change *changes = vt_calloc(p->n_steps + 1, sizeof(*changes));
	bool any = false;
	/* a version that cannot be had keeps those that it would replace */
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
		changes[i] = change_of(p, h, s);
		any = any || changes[i] != NOTHING;
	}
	for (size_t i = 0; i < p->n_contents && !any; i++)
		any = p->contents[i].due && p->contents[i].places.n;
	if (any)
		return changes;
	free(changes);
	return NULL;
}

int commit_ready(struct plan *p, struct held *held, struct locks *locks,
	struct committed *done, struct vt_err **err)
{
	VT_AUTO_FREE enum change *changes = choose(p, held, false);
	if (!changes || !locks_try_change(locks, p->tree))
		return 0;
	int rc = change_all(p, held, changes, done, err);
	locks_changed(locks);
	return rc;
}

/* What no stream names any more. */
static int collect(const struct plan *p, const struct held *h,
	struct locks *locks, struct vt_err **err)
{
	size_t old = 0;
	if (locks->nested)
		return 0; /* the tests around us may use what is old */
	if (journal_collect(p->tree, h, true, &old, err) < 0)
		return -1;
	if (!old)
		return 0;
	if (locks_change(locks, p->tree, err) < 0)
		return -1;
	return journal_collect(p->tree, h, false, &old, err);
}

int commit(struct plan *p, struct held *held, struct locks *locks,
	struct committed *done, struct vt_err **err)
{
	VT_AUTO_FREE enum change *changes = choose(p, held, true);
	if (changes && locks_change(locks, p->tree, err) < 0)
		return vt_err_wrap(
			err, "what was fetched is kept for the next sync");
	if ((changes && change_all(p, held, changes, done, err) < 0) ||
		collect(p, held, locks, err) < 0)
		return -1;
	locks_changed(locks);
	return 0;
}

void commit_print(const struct plan *p)
{
	for (size_t i = 0; i < p->n_contents; i++) {
		const struct content *c = &p->contents[i];
		for (size_t k = 0; k < c->places.n; k++)
			printf("%s %s %llu\n", c->have || k ? "link" : "fetch",
				c->places.v[k], (unsigned long long)c->size);
	}
	for (size_t i = 0; i < p->n_steps; i++)
		if (!p->steps[i].data)
			printf("remove %s %s\n", p->steps[i].product,
				p->steps[i].version);
}

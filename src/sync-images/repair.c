#include "repair.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/beneath.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/settings.h"
#include "locks.h"
#include "sync.h"
#include "transfer.h"

struct repair {
	const struct tree *tree;
	struct locks locks;
	struct vt_fetch *fetch;
	int signals;
};

static void repair_free(struct repair *r)
{
	vt_fetch_free(r->fetch);
	locks_release(&r->locks);
	vt_closep(&r->signals);
}

/* The cached state of a source: its servers and their streams. */
static json_t *load_state(const struct tree *t, const char *key)
{
	json_t *state = NULL;
	VT_AUTO_FREE char *path =
		vt_printf("%s/%s/state.json", TREE_SOURCES, key);
	tree_load(t, path, &state, NULL);
	return state;
}

/* Plan the download of the broken files whose stream this source has. */
static void plan_broken(struct plan *p, json_t *broken, json_t *streams)
{
	const char *path;
	json_t *item;
	json_object_foreach (broken, path, item) {
		const char *id = vt_json_str(item, "id");
		const char *sum = vt_json_str(item, "sha256");
		json_int_t size =
			json_integer_value(json_object_get(item, "size"));
		if (!json_object_get(streams, id) || !sum ||
			strlen(sum) != 64 || size < 0)
			continue;
		plan_content(p, sum, (uint64_t)size, path,
			vt_json_str(item, "source_path"));
	}
}

static int replace_files(
	struct repair *r, struct plan *p, json_t *broken, struct vt_err **err)
{
	for (size_t i = 0; i < p->n_contents; i++) {
		struct content *c = &p->contents[i];
		for (size_t k = 0; k < c->targets.n && c->local_path; k++) {
			if (locks_exclude_readers(&r->locks, r->tree, err) <
					0 ||
				tree_link(r->tree, c->local_path,
					c->targets.v[k], err) < 0 ||
				tree_sync_dir(r->tree, c->targets.v[k], err) <
					0)
				return -1;
			vt_log_info("repaired '%s/%s'", r->tree->dir,
				c->targets.v[k]);
			json_object_del(broken, c->targets.v[k]);
		}
		if (c->local_path)
			tree_unlink(r->tree, TREE_WHOLE, c->sha256);
	}
	return 0;
}

static int repair_from(
	struct repair *r, const char *key, json_t *broken, struct vt_err **err)
{
	AUTO_SOURCE struct source source = SOURCE_INIT;
	AUTO_PLAN struct plan p = {0};
	AUTO_CATALOG struct catalog none = {.streams = json_object()};
	VT_AUTO_FILTERS struct vt_filters filters = {0};
	VT_AUTO_JSON json_t *state = load_state(r->tree, key);
	size_t i;
	json_t *base;
	json_array_foreach (json_object_get(state, "servers"), i, base) {
		if (json_is_string(base))
			vt_strv_add(&source.bases, json_string_value(base));
	}
	if (!source.bases.n)
		return 0;
	plan_start(&p, r->tree, &none, &filters, 1);
	plan_broken(&p, broken, json_object_get(state, "streams"));
	if (!p.n_contents)
		return 0;
	if (transfer_check_space(&p, err) < 0 ||
		transfer(&p, r->fetch, &source, NULL, NULL, err) < 0)
		return -1;
	return replace_files(r, &p, broken, err);
}

static int start(struct repair *r, const struct options *o, struct vt_err **err)
{
	long stall;
	if (vt_setting_int("IMAGE_STALL_TIMEOUT", &stall, err) < 0)
		return -1;
	r->signals = r->locks.signals = vt_signals_block(err);
	if (r->signals < 0 || tree_make_state_dirs(r->tree, err) < 0 ||
		locks_exclude_writers(&r->locks, r->tree, err) < 0)
		return -1;
	r->fetch = vt_fetch_new(&(struct vt_fetch_how){.jobs = o->jobs,
					.stall_s = stall,
					.signals = r->signals},
		err);
	return r->fetch ? 0 : -1;
}

static int run(struct repair *r, const struct options *o, json_t *broken,
	struct vt_err **err)
{
	if (start(r, o, err) < 0)
		return -1;
	int fd = vt_beneath_open(
		r->tree->fd, TREE_SOURCES, O_RDONLY | O_DIRECTORY, 0);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	int rc = 0;
	for (struct dirent *e; d && rc == 0 && (e = readdir(d));)
		if (e->d_name[0] != '.')
			rc = repair_from(r, e->d_name, broken, err);
	if (d)
		closedir(d);
	if (rc < 0)
		return -1;
	size_t left = json_object_size(broken);
	if (!left)
		return 0;
	return vt_err_set(err, VT_FAILED,
		"%zu files in '%s' are still broken: publish them again, or "
		"mirror them from a server that has them",
		left, r->tree->dir);
}

int repair(const struct options *o, const struct tree *t, json_t *broken,
	struct vt_err **err)
{
	__attribute__((cleanup(repair_free))) struct repair r = {
		.tree = t, .locks = LOCKS_INIT, .signals = -1};
	int rc = run(&r, o, broken, err);
	if (rc < 0)
		sync_end_by_signal(r.signals, *err);
	return rc;
}

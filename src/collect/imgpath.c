#include "imgpath.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/entry_name.h"

enum { LINKS_MAX = 40, PENDING_MAX = 65536 };

/* State of a lookup: the directories on the way from the root, and the path
 * that is left to resolve. */
struct walk {
	struct imgfs *fs;
	struct imgnode at[VT_ENTRY_DEPTH_MAX + 2]; /* at[0] is the root */
	size_t depth;                              /* last index used in at[] */
	struct vt_str todo;
	unsigned links;
};

static void truncate_to(struct walk *w, size_t depth)
{
	for (; w->depth > depth; w->depth--)
		imgnode_free(w->fs, &w->at[w->depth]);
}

/* Insert `text` before the rest of the path. */
static void prepend(struct walk *w, const char *text)
{
	struct vt_str all = VT_STR_INIT;
	vt_str_addf(&all, "%s/%s", text, vt_str_c(&w->todo));
	vt_str_free(&w->todo);
	w->todo = all;
}

/* Find the entry `name` of a directory; the caller owns *out.
 * Return: 1, 0 not found, -1 */
static int lookup(struct imgfs *fs, const struct imgnode *dir, const char *name,
	struct imgnode *out, struct vt_err **err)
{
	struct imgnodes all = {0};
	if (dir->type != IMG_DIR)
		return 0;
	int rc = fs->ops->list(fs, dir, &all, err);
	for (size_t i = 0; i < all.n && rc == 0; i++) {
		if (strcmp(all.v[i].name, name))
			continue;
		*out = all.v[i];
		all.v[i] = all.v[--all.n];
		rc = 1;
	}
	imgnodes_free(fs, &all);
	return rc;
}

/* Continue at the target of a link. Return: 1, 0 too many links, -1 */
static int follow(struct walk *w, struct imgnode *link, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str target = VT_STR_INIT;
	if (++w->links > LINKS_MAX)
		return 0;
	if (w->fs->ops->target(w->fs, link, &target, err) < 0)
		return -1;
	if (target.len == 0 || w->todo.len > PENDING_MAX)
		return 0;
	if (target.s[0] == '/')
		truncate_to(w, 0);
	prepend(w, target.s);
	return 1;
}

/* Resolve one component. Return: 1, 0 not found, -1 */
static int step(struct walk *w, const char *name, struct vt_err **err)
{
	if (!*name || !strcmp(name, "."))
		return 1;
	if (!strcmp(name, "..")) {
		if (w->depth)
			truncate_to(w, w->depth - 1);
		return 1;
	}
	struct imgnode n = {0};
	int rc = lookup(w->fs, &w->at[w->depth], name, &n, err);
	if (rc <= 0)
		return rc;
	if (n.type != IMG_LINK && w->depth <= VT_ENTRY_DEPTH_MAX) {
		w->at[++w->depth] = n;
		return 1;
	}
	rc = n.type == IMG_LINK ? follow(w, &n, err) : 0;
	imgnode_free(w->fs, &n);
	return rc;
}

static int resolve(struct walk *w, struct vt_err **err)
{
	while (w->todo.len) {
		size_t n = strcspn(w->todo.s, "/");
		VT_AUTO_FREE char *name = vt_strndup(w->todo.s, n);
		char *rest = vt_strdup(w->todo.s + n + (w->todo.s[n] == '/'));
		vt_str_free(&w->todo);
		vt_str_add(&w->todo, rest);
		free(rest);
		int rc = step(w, name, err);
		if (rc <= 0)
			return rc;
	}
	return 1;
}

int imgpath_find(struct imgfs *fs, const char *base, const char *path,
	struct imgnode *out, struct vt_str *real, struct vt_err **err)
{
	struct walk w = {.fs = fs};
	if (fs->ops->root(fs, &w.at[0], err) < 0)
		return -1;
	vt_str_addf(&w.todo, "%s/%s", path[0] == '/' ? "" : base, path);
	int rc = resolve(&w, err);
	if (rc > 0 && real) {
		real->len = 0;
		vt_str_add(real, "");
		for (size_t i = 1; i <= w.depth; i++)
			vt_str_addf(
				real, "%s%s", i > 1 ? "/" : "", w.at[i].name);
	}
	if (rc > 0) {
		*out = w.at[w.depth];
		w.at[w.depth] = (struct imgnode){0};
	}
	truncate_to(&w, 0);
	imgnode_free(fs, &w.at[0]);
	vt_str_free(&w.todo);
	return rc;
}

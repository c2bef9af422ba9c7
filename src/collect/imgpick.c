#include "imgpick.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "imgpath.h"
#include "image/entry_name.h"

/* A node, its path without links in the image, and its name in the sink. */
struct place {
	const struct imgnode *node;
	const char *real;
	const char *name;
};

static int emit(struct imgpick *p, struct imgfs *fs, const struct place *at,
	struct vt_err **err);

static char *join(const char *dir, const char *name)
{
	return vt_printf("%s%s%s", dir, *dir ? "/" : "", name);
}

struct copy {
	struct imgpick *pick;
	uint64_t left;
};

static int on_chunk(void *arg, const void *buf, size_t len, uint64_t offset,
	struct vt_err **err)
{
	struct copy *c = arg;
	if (len > c->left)
		return vt_err_set(
			err, VT_HOST, "a file is longer than its size");
	c->left -= len;
	/* keep zeros as a hole: a small image can contain many GiB of them */
	if (len && *(const char *)buf == 0 &&
		!memcmp(buf, (const char *)buf + 1, len - 1))
		return 0;
	return c->pick->out->ops->write(c->pick->out, buf, len, offset, err);
}

static int emit_file(struct imgpick *p, struct imgfs *fs,
	const struct place *at, struct vt_err **err)
{
	const struct imgnode *n = at->node;
	struct copy c = {p, n->size};
	if (n->size > IMGPICK_BYTES_MAX - p->bytes)
		return vt_err_set(err, VT_HOST, "more than %llu GiB of data",
			IMGPICK_BYTES_MAX >> 30);
	if (!nameset_add(&p->names, at->name, n->size))
		return 0; /* extracted before, by a pattern or partition */
	struct vt_sink_file m = {at->name, n->size, n->exec, n->mtime};
	int rc = p->out->ops->file(p->out, &m, err);
	if (rc == 0)
		rc = fs->ops->read(fs, n, on_chunk, &c, err);
	if (rc == 0)
		rc = p->out->ops->end(p->out, err);
	p->files++;
	p->bytes += n->size;
	vt_log_debug("%s (%llu bytes)", at->name, (unsigned long long)n->size);
	return rc;
}

/* Extract an entry of a directory; a link only when it leads to a file. */
static int emit_below(struct imgpick *p, struct imgfs *fs,
	const struct place *dir, const struct imgnode *child,
	struct vt_err **err)
{
	VT_AUTO_FREE char *name = join(dir->name, child->name);
	VT_AUTO_FREE char *real = join(dir->real, child->name);
	struct place at = {child, real, name};
	if (child->type != IMG_LINK)
		return emit(p, fs, &at, err);
	struct imgnode end = {0};
	int rc = imgpath_find(fs, dir->real, child->name, &end, NULL, err);
	if (rc < 0)
		return -1;
	at.node = &end;
	if (rc > 0 && end.type == IMG_FILE)
		rc = emit(p, fs, &at, err);
	else
		p->left_out++;
	imgnode_free(fs, &end);
	return rc < 0 ? -1 : 0;
}

static int emit_dir(struct imgpick *p, struct imgfs *fs, const struct place *at,
	struct vt_err **err)
{
	struct imgnodes all = {0};
	int rc = *at->name ? p->out->ops->dir(p->out, at->name, err) : 0;
	if (rc == 0)
		rc = fs->ops->list(fs, at->node, &all, err);
	for (size_t i = 0; i < all.n && rc == 0; i++)
		rc = emit_below(p, fs, at, &all.v[i], err);
	imgnodes_free(fs, &all);
	return rc;
}

static int emit(struct imgpick *p, struct imgfs *fs, const struct place *at,
	struct vt_err **err)
{
	VT_AUTO_STR struct vt_str clean = VT_STR_INIT;
	if (++p->entries > IMGPICK_ENTRIES_MAX)
		return vt_err_set(err, VT_HOST, "more than %d entries",
			IMGPICK_ENTRIES_MAX);
	/* limits depth and length: a damaged image may contain a directory
	 * cycle */
	if (vt_entry_clean(at->name, &clean, err) < 0) {
		if (err)
			(*err)->status = VT_HOST;
		return -1;
	}
	if (at->node->type == IMG_DIR)
		return emit_dir(p, fs, at, err);
	if (at->node->type == IMG_FILE)
		return emit_file(p, fs, at, err);
	p->left_out++;
	return 0;
}

static int expand(struct imgpick *p, struct imgfs *fs, const struct place *at,
	const char *pattern, struct vt_err **err);

/* Continue with an entry of `dir` that matches the first component of the
 * pattern; `rest` is the remainder of it. */
static int matched(struct imgpick *p, struct imgfs *fs, const struct place *dir,
	const char *child, const char *rest, struct vt_err **err)
{
	VT_AUTO_FREE char *name = join(dir->name, child);
	VT_AUTO_STR struct vt_str real = VT_STR_INIT;
	struct imgnode n = {0};
	int rc = imgpath_find(fs, dir->real, child, &n, &real, err);
	if (rc <= 0)
		return rc;
	struct place at = {&n, real.s, name};
	if (*rest)
		rc = n.type == IMG_DIR ? expand(p, fs, &at, rest, err) : 0;
	else
		rc = emit(p, fs, &at, err) < 0 ? -1 : 1;
	imgnode_free(fs, &n);
	return rc;
}

/* Match the first component of the pattern in a directory.
 * Return: 1 something matched, 0 nothing matched, -1 */
static int expand(struct imgpick *p, struct imgfs *fs, const struct place *at,
	const char *pattern, struct vt_err **err)
{
	size_t len = strcspn(pattern, "/");
	VT_AUTO_FREE char *part = vt_strndup(pattern, len);
	const char *rest = pattern + len + strspn(pattern + len, "/");
	if (!strpbrk(part, "*?[\\"))
		return matched(p, fs, at, part, rest, err);
	struct imgnodes all = {0};
	int rc = fs->ops->list(fs, at->node, &all, err), any = 0;
	for (size_t i = 0; i < all.n && rc >= 0; i++) {
		if (fnmatch(part, all.v[i].name, 0) != 0)
			continue;
		rc = matched(p, fs, at, all.v[i].name, rest, err);
		any |= rc > 0;
	}
	imgnodes_free(fs, &all);
	return rc < 0 ? -1 : any;
}

int imgpick_run(struct imgpick *p, struct imgfs *fs, const char *pattern,
	struct vt_err **err)
{
	VT_AUTO_STR struct vt_str clean = VT_STR_INIT;
	pattern += strspn(pattern, "/");
	if (vt_entry_clean(pattern, &clean, err) < 0) {
		if (err)
			(*err)->status = VT_USAGE;
		return vt_err_wrap(err, "pattern");
	}
	struct imgnode root;
	if (fs->ops->root(fs, &root, err) < 0)
		return -1;
	struct place at = {&root, "", ""};
	int rc = clean.len ? expand(p, fs, &at, clean.s, err)
			   : (emit(p, fs, &at, err) < 0 ? -1 : 1);
	imgnode_free(fs, &root);
	return rc;
}

void imgpick_free(struct imgpick *p)
{
	nameset_free(&p->names);
}

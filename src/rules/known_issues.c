#include "known_issues.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/settings.h"
#include "plan.h"

static struct vt_known_place *find(
	struct vt_known_files *files, const char *path)
{
	for (size_t i = 0; i < files->n; i++)
		if (!strcmp(files->v[i]->path, path))
			return files->v[i];
	return NULL;
}

/* Return: the file, of which `missing` may be set, or NULL
 * @need: that there is none is an error */
static struct vt_known_place *load(struct vt_world *world, const char *path,
	bool need, struct vt_err **err)
{
	struct vt_known_files *files = &world->known;
	struct vt_known_place *p = find(files, path);
	if (p)
		return p;
	p = vt_alloc(sizeof(*p));
	*p = (struct vt_known_place){
		.path = vt_strdup(path), .missing = !vt_fs_exists(path)};
	files->v = vt_realloc(files->v, files->n + 1, sizeof(*files->v));
	files->v[files->n++] = p;
	if (p->missing && !need)
		return p;
	/* a new file changes its directory, which is watched */
	vt_files_watch(&world->files, path);
	return vt_known_read(&p->file, path, err) < 0 ? NULL : p;
}

static char *beside(const char *dir)
{
	return strcmp(dir, ".") ? vt_fs_join(dir, VT_KNOWN_FILE)
				: vt_strdup(VT_KNOWN_FILE);
}

/* Configs are in a directory below that of the definitions. */
static struct vt_known_place *find_file(
	const struct vt_plan *plan, struct vt_err **err)
{
	const char *set = vt_setting("KNOWN_ISSUES");
	if (set)
		return load(plan->world, set, true, err);
	VT_AUTO_FREE char *dir = vt_fs_dirname(plan->test->file);
	VT_AUTO_FREE char *path = beside(dir);
	struct vt_known_place *p = load(plan->world, path, false, err);
	if (!p || !p->missing || plan->test->keys)
		return p;
	VT_AUTO_FREE char *up =
		strcmp(dir, ".") ? vt_fs_dirname(dir) : vt_strdup("..");
	VT_AUTO_FREE char *above = beside(up);
	return load(plan->world, above, false, err);
}

int vt_known_issues_fill(const struct vt_plan *plan, struct vt_verify_file *f,
	struct vt_err **err)
{
	struct vt_known_place *p = find_file(plan, err);
	if (!p)
		return -1;
	for (size_t i = 0; i < p->file.n; i++) {
		struct vt_known *k = &p->file.v[i];
		if (!vt_known_is_for(k, plan->test->name))
			continue;
		k->used = true;
		struct vt_known *copy =
			vt_record_add(&f->known, &f->n_known, sizeof(*copy));
		*copy = *k;
	}
	return 0;
}

void vt_known_issues_unused(const struct vt_known_files *files)
{
	for (size_t i = 0; i < files->n; i++)
		for (size_t k = 0; k < files->v[i]->file.n; k++) {
			const struct vt_known *one = &files->v[i]->file.v[k];
			if (!one->used)
				vt_log_warn("%s: no test is called '%s'",
					one->at, one->test);
		}
}

void vt_known_files_free(struct vt_known_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		free(files->v[i]->path);
		vt_known_free(&files->v[i]->file);
		free(files->v[i]);
	}
	free(files->v);
	*files = (struct vt_known_files){0};
}

#include "installer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "data/pattern.h"

enum { MAX_FILES = 20000, MAX_DEPTH = 32 };

/* Older versions of curtin, and vt-install, say more. */
static const char success_line[] =
	"curtin: Installation finished\\.( No error reported\\.)?";

static bool is_dir(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Python caches, backup files and git's directory: not part of an installer. */
static bool is_litter(const char *name)
{
	return !strcmp(name, ".git") || !strcmp(name, "__pycache__") ||
	       vt_str_ends(name, ".pyc") || vt_str_ends(name, "~");
}

/* All files below a directory. The directories are watched as well, so that
 * make notices files that are added or removed. */
static int list_tree(struct vt_installer *in, struct vt_files *files,
	const char *dir, unsigned depth, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	if (depth > MAX_DEPTH)
		return vt_err_set(err, VT_USAGE,
			"installer '%s' has directories nested deeper than %d",
			in->path, MAX_DEPTH);
	vt_files_watch(files, dir);
	if (vt_fs_list(dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		if (is_litter(names.v[i]))
			continue;
		VT_AUTO_FREE char *path = vt_fs_join(dir, names.v[i]);
		if (is_dir(path)) {
			if (list_tree(in, files, path, depth + 1, err) < 0)
				return -1;
			continue;
		}
		if (in->files.n == MAX_FILES)
			return vt_err_set(err, VT_USAGE,
				"installer '%s' has more than %d files",
				in->path, MAX_FILES);
		if (access(path, F_OK) == 0) /* not a dangling link */
			vt_strv_add(&in->files, path);
	}
	return 0;
}

/* bin/curtin of a checkout packs three directories of the checkout. */
static int list_curtin(
	struct vt_installer *in, struct vt_files *files, struct vt_err **err)
{
	static const char *const parts[] = {"bin", "curtin", "helpers", NULL};
	VT_AUTO_FREE char *bin = vt_fs_dirname(in->path);
	VT_AUTO_FREE char *top = vt_fs_dirname(bin);
	VT_AUTO_FREE char *mark = vt_fs_join(top, "curtin/__init__.py");
	if (!vt_fs_exists(mark)) {
		vt_strv_add(&in->files, in->path);
		return 0;
	}
	for (const char *const *p = parts; *p; p++) {
		VT_AUTO_FREE char *dir = vt_fs_join(top, *p);
		if (is_dir(dir) && list_tree(in, files, dir, 0, err) < 0)
			return -1;
	}
	return 0;
}

static int list_files(
	struct vt_installer *in, struct vt_files *files, struct vt_err **err)
{
	switch (in->kind) {
	case VT_INSTALLER_CURTIN:
		return list_curtin(in, files, err);
	case VT_INSTALLER_TREE:
		return list_tree(in, files, in->path, 0, err);
	case VT_INSTALLER_EXE:
		break;
	}
	vt_strv_add(&in->files, in->path);
	return 0;
}

static char *absolute(const char *path)
{
	VT_AUTO_FREE char *cwd = getcwd(NULL, 0);
	return vt_fs_join(cwd ? cwd : ".", path);
}

static void installer_free(struct vt_installer *in)
{
	free(in->path);
	free(in->name);
	vt_strv_free(&in->files);
	free(in);
}

static const struct vt_installer *keep(
	struct vt_installers *all, struct vt_installer *in)
{
	all->v = vt_realloc(all->v, all->n + 1, sizeof(struct vt_installer *));
	all->v[all->n++] = in;
	return in;
}

static const struct vt_installer *find(
	const struct vt_installers *all, const char *path)
{
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->v[i]->path, path))
			return all->v[i];
	return NULL;
}

/* `node`: of the definition; NULL: the setting CURTIN_EXE names the path. */
static const struct vt_installer *look_at(struct vt_installers *all,
	const char *path, const struct vt_node *node, struct vt_err **err)
{
	VT_AUTO_FREE char *full = absolute(path);
	const struct vt_installer *have = find(all, full);
	if (have)
		return have;
	if (!vt_fs_exists(full) && node) {
		vt_node_err(node, err, "no installer at '%s'", full);
		return NULL;
	}
	if (!node && (!vt_fs_exists(full) || vt_fs_is_dir(full))) {
		vt_err_set(err, VT_USAGE, "%s: no curtin executable at '%s'",
			vt_setting_source("CURTIN_EXE"), full);
		return NULL;
	}
	struct vt_installer *in = vt_alloc(sizeof(*in));
	in->path = vt_strdup(full);
	in->name = vt_strdup(vt_fs_basename(full));
	in->kind = vt_fs_is_dir(full) ? VT_INSTALLER_TREE : VT_INSTALLER_EXE;
	if (!node || !strcmp(in->name, "curtin")) {
		in->kind = VT_INSTALLER_CURTIN;
		free(in->name);
		in->name = vt_strdup("curtin");
	}
	if (list_files(in, all->files, err) < 0) {
		installer_free(in);
		return NULL;
	}
	return keep(all, in);
}

static const struct vt_installer *our_own(struct vt_installers *all)
{
	VT_AUTO_FREE char *beside = vt_fs_join(all->bindir, "vt-install");
	VT_AUTO_FREE char *path = absolute(beside);
	const struct vt_installer *have = find(all, path);
	if (have)
		return have;
	struct vt_installer *in = vt_alloc(sizeof(*in));
	in->path = vt_strdup(path);
	in->name = vt_strdup("vt-install");
	in->kind = VT_INSTALLER_EXE;
	in->built = true;
	return keep(all, in);
}

const struct vt_installer *vt_installers_get(struct vt_installers *all,
	const struct vt_def *def, struct vt_err **err)
{
	static const char *const known[] = {"path", "success", NULL};
	const struct vt_node *node = def->installer;
	const char *path = vt_setting("CURTIN_EXE");
	if (node && node->kind == VT_MAP) {
		const struct vt_node *success = vt_node_get(node, "success");
		if (vt_node_keys_known(node, known, err) < 0 ||
			(success && vt_pattern_check(success, err) < 0))
			return NULL;
		node = vt_node_get(node, "path");
	}
	if (node) {
		if (vt_node_str(node, &path, err) < 0)
			return NULL;
		VT_AUTO_FREE char *full = vt_path_of(node, path);
		return look_at(all, full, node, err);
	}
	return path && *path ? look_at(all, path, NULL, err) : our_own(all);
}

void vt_installers_free(struct vt_installers *all)
{
	for (size_t i = 0; i < all->n; i++)
		installer_free(all->v[i]);
	free(all->v);
}

char *vt_installer_success(
	const struct vt_installer *in, const struct vt_def *def)
{
	const char *asked =
		vt_node_text(vt_node_get(def->installer, "success"));
	if (asked)
		return vt_strdup(asked);
	if (vt_installer_reads_curtin(in->kind, in->name))
		return vt_strdup(success_line);
	struct vt_str s = VT_STR_INIT;
	vt_str_add(&s, "vt-pack: ");
	vt_pattern_literal(&s, in->name);
	vt_str_add(&s, ": exit status 0");
	return vt_str_take(&s);
}

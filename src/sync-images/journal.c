#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"

/* One path per line. load() ignores a line without an end, which a crash may
 * have cut short. */
static char *lines_of(json_t *paths)
{
	struct vt_str text = VT_STR_INIT;
	const char *path;
	json_t *unused;
	json_object_foreach (paths, path, unused)
		vt_str_addf(&text, "%s\n", path);
	return vt_str_take(&text);
}

int journal_add(const struct tree *t, json_t *paths, struct vt_err **err)
{
	VT_AUTO_FREE char *text = lines_of(paths);
	if (!*text)
		return 0;
	VT_AUTO_CLOSE int fd = vt_beneath_open(
		t->fd, TREE_PLACED, O_WRONLY | O_APPEND | O_CREAT, 0644);
	if (fd < 0 || vt_fs_write_all(fd, text, strlen(text), NULL) < 0 ||
		fdatasync(fd) < 0)
		return vt_err_errno(
			err, "cannot write '%s/%s'", t->dir, TREE_PLACED);
	return 0;
}

static int load(const struct tree *t, json_t *recorded, struct vt_err **err)
{
	int fd = vt_beneath_open(t->fd, TREE_PLACED, O_RDONLY, 0);
	if (fd < 0 && errno == ENOENT)
		return 0;
	VT_AUTO_FILE FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	char line[1024];
	if (!f)
		return vt_err_errno(
			err, "cannot read '%s/%s'", t->dir, TREE_PLACED);
	while (fgets(line, sizeof(line), f)) {
		size_t len = strcspn(line, "\n");
		bool complete = line[len] == '\n';
		line[len] = '\0';
		if (complete && tree_item_path_ok(line))
			json_object_set_new(recorded, line, json_true());
	}
	return 0;
}

static int save(const struct tree *t, json_t *recorded, struct vt_err **err)
{
	VT_AUTO_CLOSE int parent = -1;
	VT_AUTO_FREE char *name = tree_fd_path(t, TREE_PLACED, &parent, err);
	VT_AUTO_FREE char *text = lines_of(recorded);
	return name ? vt_fs_write(name, text, strlen(text), 0644, err) : -1;
}

int journal_prune(const struct tree *t, const struct catalog *cat, bool dry,
	size_t *removed, struct vt_err **err)
{
	VT_AUTO_JSON json_t *recorded = json_object(),
			    *files = catalog_item_paths(cat);
	const char *path;
	json_t *unused;
	void *next;
	*removed = 0;
	if (load(t, recorded, err) < 0)
		return -1;
	json_object_foreach_safe (recorded, next, path, unused) {
		if (json_object_get(files, path))
			continue;
		++*removed;
		if (dry)
			continue;
		vt_log_debug("removing '%s/%s'", t->dir, path);
		if (tree_remove(t, path, err) < 0)
			return -1;
		json_object_del(recorded, path);
	}
	return *removed && !dry ? save(t, recorded, err) : 0;
}

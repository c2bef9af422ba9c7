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

/* A path a line: a line that a crash cut short names nothing of ours. */
int journal_add(const struct tree *t, json_t *paths, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	const char *path;
	json_t *unused;
	json_object_foreach (paths, path, unused)
		vt_str_addf(&text, "%s\n", path);
	if (!text.len)
		return 0;
	VT_AUTO_CLOSE int fd = vt_beneath_open(
		t->fd, TREE_PLACED, O_WRONLY | O_APPEND | O_CREAT, 0644);
	if (fd < 0 || vt_fs_write_all(fd, text.s, text.len, NULL) < 0 ||
		fdatasync(fd) < 0)
		return vt_err_errno(
			err, "cannot write '%s/%s'", t->dir, TREE_PLACED);
	return 0;
}

static int load(const struct tree *t, json_t *noted, struct vt_err **err)
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
		bool whole = line[len] == '\n';
		line[len] = '\0';
		if (whole && tree_item_path(line))
			json_object_set_new(noted, line, json_true());
	}
	return 0;
}

static int save(const struct tree *t, json_t *noted, struct vt_err **err)
{
	VT_AUTO_CLOSE int parent = -1;
	VT_AUTO_FREE char *name = tree_name(t, TREE_PLACED, &parent, err);
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	const char *path;
	json_t *unused;
	json_object_foreach (noted, path, unused)
		vt_str_addf(&text, "%s\n", path);
	return name ? vt_fs_write(name, vt_str_c(&text), text.len, 0644, err)
		    : -1;
}

int journal_collect(const struct tree *t, const struct held *h, bool dry,
	size_t *removed, struct vt_err **err)
{
	VT_AUTO_JSON json_t *noted = json_object(), *files = held_files(h);
	const char *path;
	json_t *unused;
	void *next;
	*removed = 0;
	if (load(t, noted, err) < 0)
		return -1;
	json_object_foreach_safe (noted, next, path, unused) {
		if (json_object_get(files, path))
			continue;
		++*removed;
		if (dry)
			continue;
		vt_log_debug("removing '%s/%s'", t->dir, path);
		if (tree_remove(t, path, err) < 0)
			return -1;
		json_object_del(noted, path);
	}
	return *removed && !dry ? save(t, noted, err) : 0;
}

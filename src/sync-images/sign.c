#include "sign.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"

enum { GPG_MS = 120000 };

/* streams/v1/x.sjson for streams/v1/x.json */
static char *signed_path(const char *path)
{
	if (!vt_str_ends(path, ".json"))
		return vt_printf("%s.sjson", path);
	return vt_printf("%.*ssjson", (int)strlen(path) - 4, path);
}

static int sign(const struct tree *t, const char *text, const char *path,
	const char *key, struct vt_err **err)
{
	VT_AUTO_CLOSE int parent = -1;
	VT_AUTO_FREE char *to = signed_path(path);
	VT_AUTO_FREE char *name = tree_fd_path(t, to, &parent, err);
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	if (!name)
		return -1;
	vt_strv_addv(&argv, "gpg", "--batch", "--no-tty", "--quiet",
		"--digest-algo", "SHA512", "--local-user", key, "--clearsign",
		"--output", "-", "-", (char *)NULL);
	const struct vt_run run = {.argv = argv.v,
		.input = text,
		.input_len = strlen(text),
		.timeout_ms = GPG_MS,
		.max_output = 2 * STREAM_MAX,
		.out = &out};
	if (vt_proc_check(&run, err) < 0)
		return vt_err_wrap(err, "cannot sign '%s/%s'", t->dir, to);
	if (vt_fs_write(name, vt_str_c(&out), out.len, 0644, err) < 0)
		return vt_err_wrap(err, "'%s/%s'", t->dir, to);
	return fsync(parent) < 0 ? vt_err_errno(err, "cannot sync '%s'", t->dir)
				 : 0;
}

/* The signed index names the signed products files. */
int sign_streams(const struct catalog *cat, const struct tree *t,
	const char *key, struct vt_err **err)
{
	VT_AUTO_JSON json_t *index = json_deep_copy(cat->index);
	const char *id;
	json_t *entry;
	json_object_foreach (json_object_get(index, "index"), id, entry) {
		json_t *stream = json_object_get(cat->streams, id);
		const char *path = vt_json_str(entry, "path");
		if (!stream || !path)
			continue;
		VT_AUTO_FREE char *to = signed_path(path);
		VT_AUTO_FREE char *text = catalog_stream_text(stream);
		if (sign(t, text, path, key, err) < 0)
			return -1;
		json_object_set_new(entry, "path", json_string(to));
	}
	VT_AUTO_FREE char *text = json_dumps(index, JSON_INDENT(1));
	return sign(t, text, TREE_INDEX, key, err);
}

int sign_check(const struct tree *t, const char *key, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd =
		vt_beneath_open(t->fd, TREE_SIGNED_INDEX, O_PATH, 0);
	if (fd < 0 || key)
		return 0;
	return vt_err_set(err, VT_USAGE,
		"'%s/%s' is signed and would become out of date: use --sign, "
		"or remove it",
		t->dir, TREE_SIGNED_INDEX);
}

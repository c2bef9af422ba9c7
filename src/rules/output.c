#include "output.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"

/* Not for all users: user-data, logs and the disks of a test may have secrets
 * in them. */
static int make_dir(const char *path, struct vt_err **err)
{
	if (mkdir(path, 0750) == 0 || errno == EEXIST)
		return 0;
	return vt_err_errno(err, "cannot create directory '%s'", path);
}

/* One mkdir() each, without checking parents: faster with many tests. */
int vt_output_dirs(
	const char *dir, const char *const *names, struct vt_err **err)
{
	if (make_dir(dir, err) < 0)
		return -1;
	for (; *names; names++) {
		VT_AUTO_FREE char *path = vt_fs_join(dir, *names);
		if (make_dir(path, err) < 0)
			return -1;
	}
	return 0;
}

int vt_output_text(
	const char *path, const struct vt_str *text, struct vt_err **err)
{
	return vt_fs_write_if_changed(
		       path, vt_str_c(text), text->len, 0644, err) < 0
		       ? -1
		       : 0;
}

int vt_output_doc(
	const char *path, const struct vt_doc *doc, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	if (vt_node_emit(doc->root, &text, err) < 0)
		return vt_err_wrap(err, "'%s'", path);
	return vt_output_text(path, &text, err);
}

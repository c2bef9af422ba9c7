#include "test/disk_users.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "test/verify_file.h"

#define USERS "disks_for"

enum { MAX_USERS = 16 << 20 };

static char *beside(const char *dir, const char *name)
{
	VT_AUTO_FREE char *topdir = vt_fs_dirname(dir);
	return vt_fs_join(topdir, name);
}

static bool has(const char *dir, const char *name)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, name);
	return vt_fs_exists(path);
}

static void read_users(const char *dir, struct vt_strv *out)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, USERS);
	VT_AUTO_FREE char *text = vt_fs_read(path, MAX_USERS, NULL, NULL);
	vt_str_words(text, "\n", out);
}

int vt_disk_users_write(
	const char *dir, const struct vt_strv *names, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, USERS);
	VT_AUTO_STRV struct vt_strv before = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	for (size_t i = 0; i < names->n; i++)
		vt_str_addf(&text, "%s\n", names->v[i]);
	read_users(dir, &before);
	for (size_t i = 0; i < before.n; i++) {
		VT_AUTO_FREE char *user = beside(dir, before.v[i]);
		if (!vt_strv_has(names, before.v[i]) && has(user, "disks"))
			vt_str_addf(&text, "%s\n", before.v[i]);
	}
	if (!text.len)
		return vt_fs_rmtree(path, err);
	return vt_fs_write_if_changed(path, text.s, text.len, 0644, err) < 0
		       ? -1
		       : 0;
}

bool vt_disk_users_need(const char *dir)
{
	VT_AUTO_STRV struct vt_strv users = VT_STRV_INIT;
	read_users(dir, &users);
	for (size_t i = 0; i < users.n; i++) {
		VT_AUTO_FREE char *user = beside(dir, users.v[i]);
		if (!has(user, "result.json") || has(user, "disks"))
			return true;
	}
	return false;
}

char *vt_disk_users_base(const char *dir)
{
	VT_AUTO_VERIFY_FILE struct vt_verify_file f = {0};
	if (vt_verify_file_read(&f, dir, NULL) < 0 || !f.disks_from)
		return NULL;
	return beside(dir, f.disks_from);
}

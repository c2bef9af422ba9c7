/* What the installer is: its checksum, as sha256sum(1) gives it. */
#include "capsule_parts.h"

#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "test/pack_file.h"

enum { MAX_FILES = 100000, MAX_DEPTH = 32 };

/* Add "./NAME" of each file; vt-pack leaves out the same directories. */
static void list(
	const char *dir, const char *name, unsigned depth, struct vt_strv *out)
{
	static const char *const skip[] = {".git", "__pycache__", NULL};
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	VT_AUTO_FREE char *path = vt_fs_join(dir, name);
	struct stat st;
	if (depth > MAX_DEPTH || vt_fs_list(path, &names, NULL) < 0)
		return;
	for (size_t i = 0; i < names.n && out->n < MAX_FILES; i++) {
		VT_AUTO_FREE char *sub = vt_printf("%s/%s", name, names.v[i]);
		VT_AUTO_FREE char *at = vt_fs_join(dir, sub);
		if (vt_str_in(skip, names.v[i]) || lstat(at, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode))
			list(dir, sub, depth + 1, out);
		else if (S_ISREG(st.st_mode))
			vt_strv_add(out, sub);
	}
}

static int sum_tree(const char *dir, char hex[65])
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	EVP_MD_CTX *sum = vt_sha256_new();
	int rc = 0;
	list(dir, ".", 0, &names);
	vt_strv_sort(&names);
	for (size_t i = 0; rc == 0 && i < names.n; i++) {
		VT_AUTO_FREE char *path = vt_fs_join(dir, names.v[i]);
		char one[65];
		rc = vt_fs_sha256(path, one, NULL, NULL);
		VT_AUTO_FREE char *line =
			vt_printf("%s  %s\n", one, names.v[i]);
		vt_sha256_add(sum, line, strlen(line));
	}
	vt_sha256_end(sum, hex);
	EVP_MD_CTX_free(sum);
	return rc;
}

void capsule_installer(struct capsule *c, const struct vt_pack_file *f)
{
	const char *path = f->installer.path;
	char hex[65];
	int rc = vt_fs_is_dir(path) ? sum_tree(path, hex)
				    : vt_fs_sha256(path, hex, NULL, NULL);
	if (rc < 0 || !vt_str_valid_name(f->installer.name))
		return;
	c->file.installer.name = capsule_keep(c, "%s", f->installer.name);
	c->file.installer.sha256 = capsule_keep(c, "%s", hex);
}

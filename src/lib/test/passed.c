#include "test/passed.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "test/phases.h"
#include "test/vm_file.h"

const char *const vt_packages_facts[] = {
	"collect/debian-packages.txt", "collect/rpm_qa", NULL};

/* Files that no table has. */
static const char *const others[] = {"install/config.yaml", NULL};

/* Of an image in a mirror: beside its items. */
static char *manifest_of(const char *image)
{
	VT_AUTO_FREE char *dir = vt_fs_dirname(image);
	VT_AUTO_FREE char *item = vt_fs_join(dir, "manifest");
	VT_AUTO_FREE char *own = vt_printf("%s.manifest", image);
	return vt_fs_exists(item)  ? vt_strdup(item)
	       : vt_fs_exists(own) ? vt_strdup(own)
				   : NULL;
}

char *vt_packages_of_image(const char *dir)
{
	VT_AUTO_VM struct vt_vm vm = VT_VM_INIT;
	VT_AUTO_FREE char *kept = vt_fs_join(dir, VT_PASSED_IMAGE);
	char *found = NULL;
	if (vt_fs_exists(kept))
		return vt_strdup(kept);
	if (vt_vm_read(&vm, dir, vt_phases_named("install")->inputs[0], NULL) <
		0)
		return NULL;
	for (size_t i = 0; !found && i < vm.n_images; i++)
		if (vm.images[i].path)
			found = manifest_of(vm.images[i].path);
	return found;
}

static int keep(const char *from, const char *to, struct vt_err **err)
{
	struct stat st;
	VT_AUTO_FREE char *dir = vt_fs_dirname(to);
	if (lstat(from, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	if (vt_fs_mkdirs(dir, 0777, err) < 0)
		return -1;
	if (link(from, to) == 0)
		return 0;
	return vt_fs_copy(from, to, st.st_mode & 0777, err);
}

static int keep_in(
	const char *dir, const char *to, const char *name, struct vt_err **err)
{
	VT_AUTO_FREE char *from = vt_fs_join(dir, name);
	VT_AUTO_FREE char *copy = vt_fs_join(to, name);
	return keep(from, copy, err);
}

static int keep_list(const char *dir, const char *to, const char *const *names,
	struct vt_err **err)
{
	int rc = 0;
	for (; rc == 0 && *names; names++)
		rc = keep_in(dir, to, *names, err);
	return rc;
}

static int keep_phases(const char *dir, const char *to, struct vt_err **err)
{
	const struct vt_phase_row *row;
	int rc = 0;
	for (size_t i = 0; rc == 0 && (row = vt_phases_at(i)); i++) {
		VT_AUTO_FREE char *report = vt_phases_report(NULL, row->name);
		rc = keep_in(dir, to, report, err);
		if (rc == 0 && row->outside == VT_OUTSIDE_INSTALLER)
			rc = keep_list(dir, to, row->makes, err);
	}
	return rc;
}

static int keep_all(const char *dir, const char *to, struct vt_err **err)
{
	VT_AUTO_FREE char *image = vt_packages_of_image(dir);
	VT_AUTO_FREE char *manifest = vt_fs_join(to, VT_PASSED_IMAGE);
	const char *input;
	int rc = keep_in(dir, to, "result.json", err);
	for (size_t i = 0; rc == 0 && (input = vt_phases_input(i)); i++)
		rc = keep_in(dir, to, input, err);
	if (rc == 0)
		rc = keep_phases(dir, to, err);
	if (rc == 0)
		rc = keep_list(dir, to, others, err);
	if (rc == 0)
		rc = keep_list(dir, to, vt_packages_facts, err);
	return rc == 0 && image ? keep(image, manifest, err) : rc;
}

int vt_passed_keep(const char *dir, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, VT_PASSED);
	VT_AUTO_TREE char *next = vt_fs_join(dir, VT_PASSED ".new");
	if (vt_fs_rmtree(next, err) < 0 || vt_fs_mkdirs(next, 0777, err) < 0 ||
		keep_all(dir, next, err) < 0 || vt_fs_rmtree(path, err) < 0)
		return -1;
	if (rename(next, path) < 0)
		return vt_err_errno(err, "cannot write '%s'", path);
	return 0;
}

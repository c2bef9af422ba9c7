/* Disks in a capsule, as sparse qcow2: what is nothing takes no space, and what
 * they are overlays on is in them. */
#include "capsule_parts.h"

#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "image/vmdisk.h"
#include "test/bounds.h"
#include "test/vm_file.h"

enum { LIMIT_MS = 3600 * 1000 };

static size_t allocated(const char *path)
{
	struct stat st;
	return stat(path, &st) < 0 ? 0 : (size_t)st.st_blocks * 512;
}

static int convert(struct vt_tmp *t, const char *from, const char *format,
	struct vt_err **err)
{
	VT_AUTO_FREE char *name = vt_vmdisk_name(from);
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	if (vt_tmp_scratch(t, 0600, err) < 0)
		return -1;
	vt_strv_addv(&argv, "qemu-img", "convert", "-q", "-f", format, "-O",
		"qcow2", name, t->tmp, NULL);
	struct vt_run run = {.argv = argv.v, .timeout_ms = LIMIT_MS};
	if (vt_proc_check(&run, err) < 0)
		return vt_err_wrap(err, "cannot pack disk '%s'", from);
	return 0;
}

/* Add a file of the test that is not searched. */
static int add_as_is(struct capsule *c, const char *name, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(c->real, name);
	VT_AUTO_FREE char *member = vt_printf("%s/%s", c->in, name);
	static const char *const none[] = {NULL};
	return vt_fs_exists(path) ? vt_archive_add_path(
					    c->archive, member, path, none, err)
				  : 0;
}

static int add_disk(struct capsule *c, const struct vt_disk *d, size_t *left,
	struct vt_err **err)
{
	const char *name = vt_node_text(vt_node_get(d->node, "path"));
	VT_AUTO_FREE char *as = vt_printf("tests/%s/%s", c->test, name);
	VT_AUTO_FREE char *member = vt_printf("%s/%s.qcow2", c->in, name);
	if (!vt_fs_exists(d->path)) {
		capsule_leave(c, as, "it is gone");
		return 0;
	}
	if (allocated(d->path) > *left) {
		capsule_leave(c, as, "all disks together are too large");
		return 0;
	}
	*left -= allocated(d->path);
	const char *format = vt_vmdisk_format(d->path, err);
	if (!format)
		return -1;
	struct vt_tmp *t = &c->disks[c->n_disks++];
	if (convert(t, d->path, format, err) < 0 ||
		vt_archive_add_file(c->archive, member, t->tmp, false, err) < 0)
		return -1;
	struct vt_capsule_disk *disk =
		vt_record_add(&c->file.disks, &c->file.n_disks, sizeof(*disk));
	disk->path = capsule_keep(c, "%s", name);
	disk->format = format;
	return 0;
}

int capsule_add_disks(struct capsule *c, struct vt_err **err)
{
	static const char *const others[] = {
		"disks/ovmf_vars.fd", "disks/tpm", "boot/output_disk.img"};
	VT_AUTO_VM struct vt_vm vm = VT_VM_INIT;
	VT_AUTO_FREE char *file = vt_fs_join(c->real, "install/vm.yaml");
	size_t left = vt_bound(VT_BOUND_CAPSULE_DISKS);
	if (!vt_fs_exists(file))
		return 0;
	if (vt_vm_read(&vm, c->real, "install/vm.yaml", err) < 0)
		return -1;
	c->disks = vt_calloc(vm.machine.n_disks, sizeof(*c->disks));
	for (size_t i = 0; i < vm.machine.n_disks; i++)
		c->disks[i] = (struct vt_tmp)VT_TMP_INIT;
	vt_archive_set_max(c->archive, SIZE_MAX);
	for (size_t i = 0; i < vm.machine.n_disks; i++)
		if (add_disk(c, &vm.machine.disks[i], &left, err) < 0)
			return -1;
	for (size_t i = 0; i < VT_COUNT(others); i++)
		if (add_as_is(c, others[i], err) < 0)
			return -1;
	return 0;
}

#include "boot.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "esp.h"
#include "multipath.h"
#include "partition.h"
#include "target.h"

static const struct vt_dev *root_disk(const struct plan *plan)
{
	const struct vt_dev *d = plan->root;
	while (!vt_dev_is(d, VT_DISK))
		d = below(d);
	return d;
}

/* The first of what it is made of, at any depth, that is of a type, or NULL. */
static const struct vt_dev *made_of(const struct vt_dev *d, enum vt_type_id id)
{
	const struct vt_dev *found = vt_dev_is(d, id) ? d : NULL;
	for (size_t i = 0; i < d->n_refs && !found; i++)
		found = made_of(d->refs[i].used, id);
	return found;
}

/* Whether it, or what it is made of, has to be assembled, or logged in to,
 * before the mount. */
static bool is_assembled(const struct plan *plan, const struct vt_dev *d)
{
	bool is = d->on_iscsi || vt_dev_is(d, VT_RAID) ||
		  vt_dev_is(d, VT_LVM_VOLGROUP) || vt_dev_is(d, VT_BCACHE) ||
		  vt_dev_is(d, VT_DM_CRYPT) ||
		  (vt_dev_is(d, VT_DISK) && multipath_is_map(plan, d));
	for (size_t i = 0; i < d->n_refs && !is; i++)
		is = is_assembled(plan, d->refs[i].used);
	return is;
}

/* GRUB of Debian has no key, and does not know all devices. */
static int check_readable(const struct plan *plan, struct vt_err **err)
{
	static const enum vt_type_id unknown[] = {VT_BCACHE, VT_DM_CRYPT};
	const struct vt_dev *m = plan_mount(plan, "/boot");
	m = m && vt_dev_ref(m, "device") ? m : plan->root;
	if (m->on_iscsi)
		return vt_dev_err(m, vt_dev_node(m, "path"), err,
			"GRUB cannot read the kernel from an iSCSI disk: mount "
			"a file system of another disk on /boot");
	for (size_t i = 0; i < VT_COUNT(unknown); i++) {
		const struct vt_dev *d = made_of(m, unknown[i]);
		if (d)
			return vt_dev_err(m, vt_dev_node(m, "path"), err,
				"GRUB cannot read the kernel from %s '%s': "
				"mount another file system on /boot",
				d->type->word, d->id);
	}
	return 0;
}

/* On an msdos disk GRUB is written behind the table; on gpt it needs a
 * partition; on a disk without a table there is no place for it. */
static bool has_bios_room(const struct vt_dev *disk)
{
	bool fits = vt_str_eq(vt_dev_text(disk, "ptable"), "msdos");
	for (size_t i = 0; i < disk->n_users; i++)
		fits |= partition_has_flag(disk->users[i]->user, "bios_grub");
	return fits;
}

static bool asks_for_grub(const struct vt_dev *d)
{
	return vt_dev_is(d, VT_DISK) && vt_dev_num(d, "grub_device");
}

/* The disks for GRUB on a BIOS machine: those with grub_device, else the disk
 * of '/'. Return: the next one from *at on, or NULL */
static const struct vt_dev *next_boot_disk(const struct plan *plan, size_t *at)
{
	const struct vt_graph *g = &plan->graph;
	bool asked = false;
	for (size_t i = 0; i < g->n; i++)
		asked |= asks_for_grub(&g->v[i]);
	while (*at < g->n) {
		const struct vt_dev *d = &g->v[(*at)++];
		if (asked ? asks_for_grub(d) : d == root_disk(plan))
			return d;
	}
	return NULL;
}

static int check_bios(const struct plan *plan, struct vt_err **err)
{
	const struct vt_dev *disk;
	for (size_t i = 0; i < plan->graph.n; i++) {
		const struct vt_dev *p = &plan->graph.v[i];
		if (vt_dev_is(p, VT_PARTITION) && vt_dev_num(p, "grub_device"))
			return vt_dev_err(p, vt_dev_node(p, "grub_device"), err,
				"a BIOS boots from disks: set grub_device of "
				"'%s' instead",
				below(p)->id);
	}
	for (size_t at = 0; (disk = next_boot_disk(plan, &at));) {
		if (disk->on_iscsi)
			return vt_dev_err(disk, NULL, err,
				"cannot boot from an iSCSI disk: set "
				"grub_device of another disk");
		if (!has_bios_room(disk))
			return vt_dev_err(disk, NULL, err,
				"cannot boot from it: it needs ptable msdos, "
				"or "
				"gpt and a partition with flag bios_grub");
	}
	return 0;
}

int boot_check(const struct plan *plan, struct vt_err **err)
{
	if (check_readable(plan, err) < 0)
		return -1;
	return plan->esp ? esp_check(plan, err) : check_bios(plan, err);
}

static bool is_uefi(void)
{
	return vt_fs_exists("/sys/firmware/efi");
}

int boot_check_machine(const struct plan *plan, struct vt_err **err)
{
	if (!is_uefi())
		return check_bios(plan, err);
	return plan->esp ? 0
			 : vt_dev_err(plan->root, NULL, err,
				   "this machine boots by UEFI, and nothing is "
				   "mounted on '/boot/efi'");
}

/* As Debian's installer and curtin do, give the target the kernel arguments
 * after "---" of this kernel's command line; and the consoles, so that the boot
 * is shown where the install was. */
static char *kernel_args(struct vt_err **err)
{
	VT_AUTO_FREE char *line = vt_fs_read("/proc/cmdline", 65536, NULL, err);
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	if (!line)
		return NULL;
	line[strcspn(line, "\n")] = '\0';
	vt_str_words(line, " ", &words);
	struct vt_str args = VT_STR_INIT;
	bool after = false;
	for (size_t i = 0; i < words.n; i++) {
		const char *w = words.v[i];
		if ((after || vt_str_starts(w, "console=")) && strcmp(w, "---"))
			vt_str_item(&args, " ", w);
		after |= !strcmp(w, "---");
	}
	return vt_strdup(vt_str_c(&args));
}

/* A shell fragment that update-grub reads last. */
static int configure(const char *root, struct vt_err **err)
{
	VT_AUTO_FREE char *args = kernel_args(err);
	VT_AUTO_FREE char *dir = vt_printf("%s/etc/default/grub.d", root);
	VT_AUTO_FREE char *path = vt_printf("%s/zz-vt-install.cfg", dir);
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	if (!args || vt_fs_mkdirs(dir, 0755, err) < 0)
		return -1;
	vt_str_add(&text, "# Written by vt-install.\n"
			  "GRUB_DISABLE_OS_PROBER=true\n"
			  "GRUB_CMDLINE_LINUX_DEFAULT="
			  "\"$GRUB_CMDLINE_LINUX_DEFAULT \"");
	vt_str_shquote(&text, args);
	vt_str_addc(&text, '\n');
	return vt_fs_write(path, text.s, text.len, 0644, err);
}

static int install_bios(
	const struct plan *plan, const char *root, struct vt_err **err)
{
	const struct vt_dev *disk;
	for (size_t at = 0; (disk = next_boot_disk(plan, &at));) {
		char *argv[] = {"grub-install", "--target=i386-pc",
			plan_made(plan, disk)->dev, NULL};
		if (target_run(root, argv, err) < 0)
			return -1;
	}
	return 0;
}

int boot_install(const struct plan *plan, const char *root, struct vt_err **err)
{
	char *initramfs[] = {"update-initramfs", "-u", NULL};
	char *menu[] = {"update-grub", NULL};
	int rc = is_uefi() ? esp_install(plan, root, err)
			   : install_bios(plan, root, err);
	if (rc < 0 || configure(root, err) < 0)
		return -1;
	if (is_assembled(plan, plan->root) &&
		target_run(root, initramfs, err) < 0)
		return -1;
	return target_run(root, menu, err);
}

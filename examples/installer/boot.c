#include "boot.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "entries.h"
#include "partition.h"
#include "target.h"

static const struct entry *root_disk(const struct plan *plan)
{
	const struct entry *e = plan->root->mount.format;
	while (entry_kind(e) != DISK)
		e = e->on;
	return e;
}

/* Does '/' stand on what has to be assembled before it is mounted? */
static bool root_is_assembled(const struct plan *plan)
{
	const struct entry *e = plan->root->mount.format;
	for (; e; e = e->on)
		if (entry_kind(e) == RAID || entry_kind(e) == VOLGROUP)
			return true;
	return false;
}

/* GRUB has room behind the table of an msdos disk; on a gpt it needs a
 * partition, and on a disk without a table it has none. */
static bool has_bios_room(const struct plan *plan, const struct entry *disk)
{
	bool room = vt_str_eq(disk->disk.ptable, "dos");
	for (size_t i = 0; i < plan->n; i++)
		room |= plan->v[i].on == disk &&
			partition_is_bios_boot(&plan->v[i]);
	return room;
}

/* The disks a BIOS may boot from: those that ask for it, else that of '/'.
 * Return: the next from *at on; NULL: no more */
static const struct entry *next_boot_disk(const struct plan *plan, size_t *at)
{
	bool asked = false;
	for (size_t i = 0; i < plan->n; i++)
		asked |=
			entry_kind(&plan->v[i]) == DISK && plan->v[i].disk.grub;
	while (*at < plan->n) {
		const struct entry *e = &plan->v[(*at)++];
		if (entry_kind(e) != DISK)
			continue;
		if (asked ? e->disk.grub : e == root_disk(plan))
			return e;
	}
	return NULL;
}

static int check_bios(const struct plan *plan, struct vt_err **err)
{
	const struct entry *disk;
	for (size_t at = 0; (disk = next_boot_disk(plan, &at));)
		if (!has_bios_room(plan, disk))
			return vt_node_err(disk->node, err,
				"disk '%s' cannot boot: it needs ptable msdos, "
				"or gpt and a partition with flag bios_grub",
				disk->id);
	return 0;
}

int boot_check(const struct plan *plan, struct vt_err **err)
{
	return plan->esp ? 0 : check_bios(plan, err);
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
			 : vt_node_err(plan->root->node, err,
				   "this machine boots by UEFI, and nothing is "
				   "mounted on '/boot/efi'");
}

/* The target gets what stands after "---" on our kernel's command line, as
 * Debian's installer and curtin do it, and the consoles, so that what boots is
 * heard where the installer was. */
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
			vt_str_addf(&args, "%s%s", args.len ? " " : "", w);
		after |= !strcmp(w, "---");
	}
	return vt_strdup(vt_str_c(&args));
}

/* The file is a piece of shell that update-grub reads, the last of its kind. */
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

/* Its own boot entry in the firmware, and GRUB in the ESP. */
static int install_uefi(const char *root, struct vt_err **err)
{
	char *argv[] = {"grub-install", "--target=x86_64-efi",
		"--efi-directory=/boot/efi", NULL};
	return target_run(root, argv, err);
}

static int install_bios(
	const struct plan *plan, const char *root, struct vt_err **err)
{
	const struct entry *disk;
	for (size_t at = 0; (disk = next_boot_disk(plan, &at));) {
		char *argv[] = {
			"grub-install", "--target=i386-pc", disk->dev, NULL};
		if (target_run(root, argv, err) < 0)
			return -1;
	}
	return 0;
}

int boot_install(const struct plan *plan, const char *root, struct vt_err **err)
{
	char *initramfs[] = {"update-initramfs", "-u", NULL};
	char *menu[] = {"update-grub", NULL};
	int rc = is_uefi() ? install_uefi(root, err)
			   : install_bios(plan, root, err);
	if (rc < 0 || configure(root, err) < 0)
		return -1;
	if (root_is_assembled(plan) && target_run(root, initramfs, err) < 0)
		return -1;
	return target_run(root, menu, err);
}

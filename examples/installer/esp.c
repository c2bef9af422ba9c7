#include "esp.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "partition.h"
#include "step.h"
#include "storage/fstypes.h"
#include "target.h"

/* What is on /boot/efi, or NULL. */
static const struct vt_dev *first_esp(const struct plan *plan)
{
	const struct vt_dev *format = vt_dev_ref(plan->esp, "device");
	return format ? below(format) : NULL;
}

/* The FAT on a partition, or NULL. */
static const struct vt_dev *fat_on(const struct vt_dev *p)
{
	for (size_t i = 0; i < p->n_users; i++) {
		const struct vt_dev *d = p->users[i]->user;
		const char *type = vt_dev_text(d, "fstype");
		if (vt_dev_is(d, VT_FORMAT) && type &&
			!strcmp(vt_fstype_mount_type(type), "vfat"))
			return d;
	}
	return NULL;
}

/* Whether it gets a copy of GRUB: it asks for one, or its disk does. */
static bool is_copy(const struct plan *plan, const struct vt_dev *p)
{
	return vt_dev_is(p, VT_PARTITION) && p != first_esp(plan) &&
	       (vt_dev_num(p, "grub_device") ||
		       (vt_dev_num(below(p), "grub_device") &&
			       partition_has_flag(p, "boot") && fat_on(p)));
}

int esp_check(const struct plan *plan, struct vt_err **err)
{
	const struct vt_dev *first = first_esp(plan);
	if (first && !vt_dev_is(first, VT_PARTITION))
		return vt_dev_err(plan->esp, vt_dev_node(plan->esp, "path"),
			err,
			"firmware finds the EFI system partition in the table "
			"of a disk: '%s' is a %s",
			first->id, first->type->word);
	for (size_t i = 0; i < plan->graph.n; i++) {
		const struct vt_dev *p = &plan->graph.v[i];
		if (is_copy(plan, p) && !fat_on(p))
			return vt_dev_err(p, vt_dev_node(p, "grub_device"), err,
				"it has no FAT for GRUB: add a format to it");
	}
	return 0;
}

/* "\EFI\debian\grubx64.efi" in an ESP that is mounted at `dir`; owned */
static char *loader_in(const char *dir, struct vt_err **err)
{
	static const char *const loaders[] = {"shimx64.efi", "grubx64.efi"};
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	VT_AUTO_FREE char *efi = vt_printf("%s/EFI", dir);
	if (vt_fs_list(efi, &names, err) < 0)
		return NULL;
	for (size_t l = 0; l < VT_COUNT(loaders); l++)
		for (size_t i = 0; i < names.n; i++) {
			VT_AUTO_FREE char *path = vt_printf(
				"%s/%s/%s", efi, names.v[i], loaders[l]);
			if (strcasecmp(names.v[i], "BOOT") != 0 &&
				vt_fs_exists(path))
				return vt_printf("\\EFI\\%s\\%s", names.v[i],
					loaders[l]);
		}
	vt_err_set(err, VT_FAILED, "grub-install left no loader in %s", efi);
	return NULL;
}

/* efibootmgr puts a new entry first; the machine is to try it second. */
static int put_second(const char *root, struct vt_err **err)
{
	VT_AUTO_FREE char *text =
		step_output(err, "chroot", root, "efibootmgr", NULL);
	const char *at = text ? strstr(text, "BootOrder: ") : NULL;
	VT_AUTO_STRV struct vt_strv order = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str list = VT_STR_INIT;
	if (!text)
		return -1;
	at = at ? at + strlen("BootOrder: ") : "";
	VT_AUTO_FREE char *line = vt_strndup(at, strcspn(at, "\n"));
	vt_str_split(line, ',', &order);
	if (order.n < 2)
		return 0;
	vt_str_addf(&list, "%s,%s", order.v[1], order.v[0]);
	for (size_t i = 2; i < order.n; i++)
		vt_str_item(&list, ",", order.v[i]);
	char *argv[] = {"efibootmgr", "--quiet", "--bootorder", list.s, NULL};
	return target_run(root, argv, err);
}

static int add_entry(const struct plan *plan, const struct vt_dev *p,
	const char *loader, const char *root, struct vt_err **err)
{
	VT_AUTO_FREE char *number =
		vt_printf("%" PRIu64, vt_dev_num(p, "number"));
	VT_AUTO_FREE char *label = vt_printf("debian (%s)", p->id);
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	vt_strv_addv(&argv, "efibootmgr", "--quiet", "--create", "--disk",
		plan_dev(plan, below(p)), "--part", number, "--label", label,
		"--loader", loader, NULL);
	if (target_run(root, argv.v, err) < 0)
		return -1;
	return put_second(root, err);
}

static int install_copy(const struct plan *plan, const struct vt_dev *p,
	const char *root, struct vt_err **err)
{
	char *argv[] = {"grub-install", "--target=x86_64-efi",
		"--efi-directory=/mnt", "--no-nvram", NULL};
	VT_AUTO_FREE char *at = vt_printf("%s/mnt", root);
	if (step(err, "mount", "-t", "vfat", plan_dev(plan, p), at, NULL) < 0)
		return -1;
	VT_AUTO_FREE char *loader =
		target_run(root, argv, err) < 0 ? NULL : loader_in(at, err);
	if (step(err, "umount", at, NULL) < 0 || !loader)
		return -1;
	return add_entry(plan, p, loader, root, err);
}

int esp_install(const struct plan *plan, const char *root, struct vt_err **err)
{
	char *argv[] = {"grub-install", "--target=x86_64-efi",
		"--efi-directory=/boot/efi", NULL};
	if (target_run(root, argv, err) < 0)
		return -1;
	for (size_t i = 0; i < plan->graph.n; i++) {
		const struct vt_dev *p = &plan->graph.v[i];
		if (is_copy(plan, p) && install_copy(plan, p, root, err) < 0)
			return vt_err_wrap(
				err, "installing GRUB in '%s'", p->id);
	}
	return 0;
}

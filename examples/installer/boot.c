#include "boot.h"

#include <string.h>

#include "fs.h"
#include "mem.h"
#include "str.h"
#include "target.h"

static const struct disk *root_disk(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_mounts; i++)
		if (!strcmp(plan->mounts[i].path, "/"))
			return plan->mounts[i].format->on.disk;
	return NULL; /* plan_make() refused that */
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
	vt_str_split(line, ' ', &words);
	struct vt_str args = VT_STR_INIT;
	bool after = false;
	for (size_t i = 0; i < words.n; i++) {
		const char *w = words.v[i];
		if (*w && (after || vt_str_starts(w, "console=")) &&
			strcmp(w, "---"))
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

static int grub_install(const char *root, char *dev, struct vt_err **err)
{
	char *argv[] = {"grub-install", "--target=i386-pc", dev, NULL};
	return target_run(root, argv, err);
}

int boot_install(const struct plan *plan, const char *root, struct vt_err **err)
{
	if (vt_fs_exists("/sys/firmware/efi"))
		return vt_err_set(err, VT_FAILED,
			"this machine boots by UEFI: vt-install does BIOS "
			"only");
	bool any = false;
	for (size_t i = 0; i < plan->n_disks; i++) {
		if (!plan->disks[i].grub)
			continue;
		any = true;
		if (grub_install(root, plan->disks[i].dev, err) < 0)
			return -1;
	}
	if (!any && grub_install(root, root_disk(plan)->dev, err) < 0)
		return -1;
	char *update[] = {"update-grub", NULL};
	if (configure(root, err) < 0)
		return -1;
	return target_run(root, update, err);
}

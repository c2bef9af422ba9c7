/* Filesystems and swap. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "layers.h"
#include "step.h"

/* Zero the inode tables and the journal now, which is free on a virtual disk,
 * instead of by a kernel thread during the copy and the first boot. */
#define EXT_NOW "-E", "lazy_itable_init=0,lazy_journal_init=0"

static const struct mkfs {
	const char *fstype;
	const char *argv[7];      /* the command */
	const char *label, *uuid; /* options for them, or NULL */
	const char *uuid_is;      /* prefix of the UUID */
} mkfs[] = {
	{"ext2", {"mkfs.ext2", "-q", "-F", EXT_NOW}, "-L", "-U", ""},
	{"ext3", {"mkfs.ext3", "-q", "-F", EXT_NOW}, "-L", "-U", ""},
	{"ext4", {"mkfs.ext4", "-q", "-F", EXT_NOW}, "-L", "-U", ""},
	{"btrfs", {"mkfs.btrfs", "-q", "-f"}, "-L", "-U", ""},
	{"xfs", {"mkfs.xfs", "-q", "-f"}, "-L", "-m", "uuid="},
	{"swap", {"mkswap", "-f"}, "-L", "-U", ""},
	/* -I allows whole disks; like curtin, no UUID is set */
	{"fat", {"mkfs.vfat", "-I"}, "-n", NULL, NULL},
	{"vfat", {"mkfs.vfat", "-I"}, "-n", NULL, NULL},
	{"fat12", {"mkfs.vfat", "-I", "-F", "12"}, "-n", NULL, NULL},
	{"fat16", {"mkfs.vfat", "-I", "-F", "16"}, "-n", NULL, NULL},
	{"fat32", {"mkfs.vfat", "-I", "-F", "32"}, "-n", NULL, NULL},
};

static const struct mkfs *find(const char *fstype)
{
	for (size_t i = 0; i < VT_COUNT(mkfs); i++)
		if (!strcmp(mkfs[i].fstype, fstype))
			return &mkfs[i];
	return NULL;
}

bool format_is_known(const char *fstype)
{
	return find(fstype) != NULL;
}

/* The arguments between the command and the device. */
static void add_options(
	struct vt_strv *argv, const struct mkfs *t, const struct vt_dev *d)
{
	const struct vt_node *more = vt_node_get(d->at, "extra_options");
	const char *label = vt_dev_text(d, "label");
	const char *uuid = vt_dev_text(d, "uuid");
	for (size_t i = 0; more && i < more->n; i++)
		vt_strv_add(argv, more->items[i]->text);
	if (label)
		vt_strv_addv(argv, t->label, label, NULL);
	if (uuid && t->uuid) {
		vt_strv_add(argv, t->uuid);
		vt_strv_addf(argv, "%s%s", t->uuid_is, uuid);
	}
}

int format_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	const struct mkfs *t = find(vt_dev_text(d, "fstype"));
	struct made *made = plan_made(plan, d);
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	made->dev = vt_strdup(plan_dev(plan, below(d)));
	for (size_t i = 0; i < VT_COUNT(t->argv) && t->argv[i]; i++)
		vt_strv_add(&argv, t->argv[i]);
	add_options(&argv, t, d);
	vt_strv_add(&argv, made->dev);
	if (step_argv(argv.v, NULL, NULL, err) < 0)
		return -1;
	made->uuid = step_output(err, "blkid", "-p", "-o", "value", "-s",
		"UUID", made->dev, NULL);
	return made->uuid ? 0 : -1;
}

/* Filesystems and swap. */
#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "layers.h"
#include "step.h"
#include "storage/fstypes.h"

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
	{"f2fs", {"mkfs.f2fs", "-q", "-f"}, "-l", "-U", ""},
	{"jfs", {"mkfs.jfs", "-q"}, "-L", NULL, NULL},
	/* quick: without a search for bad blocks */
	{"ntfs", {"mkfs.ntfs", "-q", "-F", "-Q"}, "-L", NULL, NULL},
	{"reiserfs", {"mkfs.reiserfs", "-q", "-ff"}, "-l", "-u", ""},
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

static int check_uuid(const struct vt_dev *d, struct vt_err **err)
{
	const char *form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	const char *uuid = vt_dev_text(d, "uuid"), *s = uuid;
	if (!s)
		return 0;
	for (; *form; form++, s++)
		if (*form == 'x' ? !isxdigit((unsigned char)*s) : *s != *form)
			break;
	return *form || *s ? vt_dev_err(d, vt_dev_node(d, "uuid"), err,
				     "uuid '%s' is not a UUID", uuid)
			   : 0;
}

/* All that mkfs would refuse, before a disk is changed. */
static int check_new(const struct vt_dev *d, struct vt_err **err)
{
	const char *fstype = vt_dev_text(d, "fstype");
	const char *label = vt_dev_text(d, "label"), *word;
	const struct vt_node *options = vt_node_get(d->at, "extra_options");
	if (!find(fstype))
		return vt_dev_err(d, vt_dev_node(d, "fstype"), err,
			"fstype '%s' is not supported by vt-install", fstype);
	if (label && strlen(label) > vt_fstype(fstype)->label_max)
		return vt_dev_err(d, vt_dev_node(d, "label"), err,
			"label '%s' is too long for its fstype", label);
	if (vt_dev_text(d, "uuid") && !vt_fstype(fstype)->uuid)
		say("warning: format '%s': the UUID of a '%s' cannot be set",
			d->id, fstype);
	for (size_t i = 0; options && i < options->n; i++)
		if (vt_node_str(options->items[i], &word, err) < 0)
			return -1;
	return check_uuid(d, err);
}

int format_check(const struct vt_dev *d, struct vt_err **err)
{
	return vt_dev_num(d, "preserve") ? 0 : check_new(d, err);
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

static int make(const struct vt_dev *d, const char *dev, struct vt_err **err)
{
	const struct mkfs *t = find(vt_dev_text(d, "fstype"));
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	for (size_t i = 0; i < VT_COUNT(t->argv) && t->argv[i]; i++)
		vt_strv_add(&argv, t->argv[i]);
	add_options(&argv, t, d);
	vt_strv_add(&argv, dev);
	if (step_argv(argv.v, NULL, NULL, err) < 0)
		return -1;
	/* udev does not watch it: it needs a link by UUID */
	return vt_dev_is(below(d), VT_BCACHE)
		       ? step(err, "udevadm", "trigger", "--settle", dev, NULL)
		       : 0;
}

/* A value that blkid finds on a device, or NULL; owned */
static char *probe(const char *dev, const char *tag, struct vt_err **err)
{
	return step_output(
		err, "blkid", "-p", "-o", "value", "-s", tag, dev, NULL);
}

static int check_kept(
	const struct vt_dev *d, const char *dev, struct vt_err **err)
{
	const char *fstype = vt_dev_text(d, "fstype");
	VT_AUTO_FREE char *type = probe(dev, "TYPE", NULL);
	VT_AUTO_FREE char *version = probe(dev, "VERSION", NULL);
	if (!type || !*type)
		return vt_dev_err(d, vt_dev_node(d, "preserve"), err,
			"there is no file system on %s to preserve", dev);
	if (fstype && !vt_fstype_same(fstype, type, version))
		return vt_dev_err(d, vt_dev_node(d, "fstype"), err,
			"the file system on %s, which is preserved, is a %s",
			dev, type);
	return 0;
}

int format_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	struct made *made = plan_made(plan, d);
	made->dev = vt_strdup(plan_dev(plan, below(d)));
	int rc = vt_dev_num(d, "preserve") ? check_kept(d, made->dev, err)
					   : make(d, made->dev, err);
	if (rc == 0)
		made->uuid = probe(made->dev, "UUID", err);
	return made->uuid ? 0 : -1;
}

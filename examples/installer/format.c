/* Filesystems and swap. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "layers.h"
#include "step.h"

/* Inode tables and journal are zeroed now, which costs a virtual disk nothing,
 * and not by a kernel thread during the copy and the first boot. */
#define EXT_NOW "-E", "lazy_itable_init=0,lazy_journal_init=0"

static const struct fstype {
	const char *name;
	const char *argv[7];      /* what makes it */
	const char *label, *uuid; /* options before them; NULL: there is none */
	const char *uuid_is;      /* what stands before the UUID itself */
	size_t label_max;
	const char *mount_type; /* as mount(8) and fstab(5) know it */
} fstypes[] = {
	{"ext2", {"mkfs.ext2", "-q", "-F", EXT_NOW}, "-L", "-U", "", 16,
		"ext2"},
	{"ext3", {"mkfs.ext3", "-q", "-F", EXT_NOW}, "-L", "-U", "", 16,
		"ext3"},
	{"ext4", {"mkfs.ext4", "-q", "-F", EXT_NOW}, "-L", "-U", "", 16,
		"ext4"},
	{"btrfs", {"mkfs.btrfs", "-q", "-f"}, "-L", "-U", "", 255, "btrfs"},
	{"xfs", {"mkfs.xfs", "-q", "-f"}, "-L", "-m", "uuid=", 12, "xfs"},
	{"swap", {"mkswap", "-f"}, "-L", "-U", "", 15, "swap"},
	/* -I: curtin formats whole disks too, and sets no UUID either */
	{"fat", {"mkfs.vfat", "-I"}, "-n", NULL, NULL, 11, "vfat"},
	{"vfat", {"mkfs.vfat", "-I"}, "-n", NULL, NULL, 11, "vfat"},
	{"fat12", {"mkfs.vfat", "-I", "-F", "12"}, "-n", NULL, NULL, 11,
		"vfat"},
	{"fat16", {"mkfs.vfat", "-I", "-F", "16"}, "-n", NULL, NULL, 11,
		"vfat"},
	{"fat32", {"mkfs.vfat", "-I", "-F", "32"}, "-n", NULL, NULL, 11,
		"vfat"},
};

static const struct fstype *read_fstype(struct reader *r)
{
	const char *name = reader_text(r, "fstype", true);
	for (size_t i = 0; name && i < VT_COUNT(fstypes); i++)
		if (!strcmp(fstypes[i].name, name))
			return &fstypes[i];
	if (name)
		reader_fail(r, "fstype",
			"fstype '%s' is not one vt-install makes", name);
	return NULL;
}

static const struct vt_node *read_options(struct reader *r)
{
	const struct vt_node *list = vt_node_get(r->e->node, "extra_options");
	const char *word;
	if (r->failed || vt_node_is_null(list))
		return NULL;
	r->failed = vt_node_expect(list, VT_SEQ, r->err) < 0;
	for (size_t i = 0; !r->failed && i < list->n; i++)
		r->failed = vt_node_str(list->items[i], &word, r->err) < 0;
	return list;
}

void format_read(struct reader *r)
{
	struct format *f = &r->e->format;
	*f = (struct format){.on = reader_take(r, "volume"),
		.fstype = read_fstype(r),
		.label = reader_text(r, "label", false),
		.uuid = reader_uuid(r),
		.options = read_options(r)};
	r->e->on = f->on;
	if (r->failed)
		return;
	if (f->uuid && !f->fstype->uuid) {
		say("warning: storage entry '%s': the UUID of a '%s' cannot be "
		    "set",
			r->e->id, f->fstype->name);
		f->uuid = NULL;
	}
	/* found out before a disk is touched */
	if (f->label && strlen(f->label) > f->fstype->label_max)
		reader_fail(r, "label", "label '%s' is too long for its fstype",
			f->label);
}

int format_make(struct plan *plan, struct entry *e, struct vt_err **err)
{
	struct format *f = &e->format;
	const struct fstype *t = f->fstype;
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	(void)plan;
	e->dev = vt_strdup(f->on->dev);
	for (size_t i = 0; i < VT_COUNT(t->argv) && t->argv[i]; i++)
		vt_strv_add(&argv, t->argv[i]);
	for (size_t i = 0; f->options && i < f->options->n; i++)
		vt_strv_add(&argv, f->options->items[i]->text);
	if (f->label && *f->label)
		vt_strv_addv(&argv, t->label, f->label, NULL);
	if (f->uuid) {
		VT_AUTO_FREE char *word =
			vt_printf("%s%s", t->uuid_is, f->uuid);
		vt_strv_addv(&argv, t->uuid, word, NULL);
	}
	vt_strv_add(&argv, e->dev);
	if (step_argv(argv.v, NULL, NULL, err) < 0)
		return -1;
	f->uuid_found = step_output(
		err, "blkid", "-p", "-o", "value", "-s", "UUID", e->dev, NULL);
	return f->uuid_found ? 0 : -1;
}

bool format_is_swap(const struct entry *format)
{
	return !strcmp(format->format.fstype->name, "swap");
}

const char *format_mount_type(const struct entry *format)
{
	return format->format.fstype->mount_type;
}

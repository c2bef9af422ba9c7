/* Boot code on disk images: in the MBR of a disk, in EFI system partitions, in
 * a PReP partition. */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/blk.h"
#include "image/fat.h"
#include "image/grub.h"
#include "storage/boot_code.h"
#include "storage/finders.h"
#include "storage/part_types.h"

enum {
	MAX_LOADERS = 4,      /* that are named */
	MAX_DIRECTORIES = 64, /* of vendors, that are listed */
	MAX_ESPS = 8,         /* of a disk, that are read */
};

static bool has_type(const struct vt_blk_table *t, const struct vt_blk_part *p,
	const char *flag)
{
	struct vt_part_entry e = {t->kind, p->type, p->number, p->bootable};
	return vt_part_flag_holds(flag, &e);
}

/* Where the core image may be: before the first partition of an msdos table, in
 * a BIOS boot partition of a gpt. Return: NULL: it is not there */
static char *core_place(const struct vt_blk_table *t, const struct vt_grub *g)
{
	uint64_t first = UINT64_MAX;
	bool gpt = vt_str_eq(t->kind, "gpt");
	for (size_t i = 0; i < t->n; i++) {
		const struct vt_blk_part *p = &t->parts[i];
		if (p->start_bytes < first)
			first = p->start_bytes;
		if (gpt && has_type(t, p, "bios_grub") &&
			g->first_byte >= p->start_bytes &&
			g->end_byte - p->start_bytes <= p->size_bytes)
			return vt_printf("in partition %u", p->number);
	}
	return !gpt && g->end_byte <= first
		       ? vt_strdup("before the first partition")
		       : NULL;
}

static void find_bios(const struct vt_grub *g, const struct vt_blk_table *t,
	struct vt_found_field *f)
{
	const char *code = "GRUB's boot code in the MBR";
	VT_AUTO_FREE char *place = g->core ? core_place(t, g) : NULL;
	f->same = place;
	if (place)
		f->text = vt_printf("%s, core image %s", code, place);
	else if (g->core)
		f->text = vt_printf("%s, core image at byte %" PRIu64
				    ", which other data may overwrite",
			code, g->first_byte);
	else if (g->boot_code)
		f->text = vt_printf("%s, but no core image at sector %" PRIu64
				    ", which it loads",
			code, g->first_sector);
	else
		f->text = vt_strdup("no boot code of GRUB in the MBR");
}

/* The loaders of one ESP. */
struct loaders {
	struct vt_fat *fat;
	const char *arch;      /* as in their names */
	const char *directory; /* in EFI, being listed */
	struct vt_str *names;
	size_t n, directories;
};

/* BOOTX64.EFI is where firmware looks; elsewhere shim or GRUB has a boot entry.
 */
static bool is_loader(const struct loaders *l, const char *name)
{
	static const char *const elsewhere[] = {"shim", "grub", NULL};
	static const char *const fallback[] = {"boot", NULL};
	const char *const *first =
		!strcasecmp(l->directory, "BOOT") ? fallback : elsewhere;
	for (; *first; first++) {
		VT_AUTO_FREE char *want =
			vt_printf("%s%s.efi", *first, l->arch);
		if (!strcasecmp(name, want))
			return true;
	}
	return false;
}

static bool add_loader(void *arg, const struct vt_fat_entry *e)
{
	struct loaders *l = arg;
	char head[2];
	if (e->directory || !is_loader(l, e->name) ||
		vt_fat_head(l->fat, e, head, sizeof(head)) != sizeof(head) ||
		memcmp(head, "MZ", sizeof(head)) != 0)
		return true;
	VT_AUTO_FREE char *path = vt_printf("EFI/%s/%s", l->directory, e->name);
	vt_str_item(l->names, ", ", path);
	return ++l->n < MAX_LOADERS;
}

static bool list_vendor(void *arg, const struct vt_fat_entry *e)
{
	struct loaders *l = arg;
	l->directory = e->name;
	if (e->directory && l->directories++ < MAX_DIRECTORIES)
		vt_fat_list(l->fat, e, add_loader, l);
	return l->n < MAX_LOADERS;
}

static bool list_root(void *arg, const struct vt_fat_entry *e)
{
	struct loaders *l = arg;
	bool efi = e->directory && !strcasecmp(e->name, "EFI");
	if (efi)
		vt_fat_list(l->fat, e, list_vendor, l);
	return !efi;
}

/* Return: the number of loaders in a FAT, added to `names`; -1: an error */
static int loaders_of(const struct vt_stretch *e, const char *arch,
	struct vt_str *names, struct vt_err **err)
{
	VT_AUTO_FAT struct vt_fat fat = {.fd = -1};
	int rc =
		vt_fat_open(&fat, e->path, e->offset_bytes, e->size_bytes, err);
	struct loaders l = {.fat = &fat, .arch = arch, .names = names};
	if (rc == 1)
		vt_fat_list(&fat, NULL, list_root, &l);
	return rc < 0 ? -1 : (int)l.n;
}

/* An msdos table can mark one as active instead. */
static bool is_esp(const struct vt_blk_table *t, const struct vt_blk_part *p)
{
	return has_type(t, p, "esp") || has_type(t, p, "boot");
}

/* Of a disk: in partitions that are ESPs, or in those that are not. */
static int loaders_on(const struct vt_blk_table *t, bool esps,
	const struct vt_stretch *disk, const char *arch, struct vt_str *names,
	struct vt_err **err)
{
	int all = 0, tried = 0;
	for (size_t i = 0; i < t->n && tried < MAX_ESPS; i++) {
		const struct vt_blk_part *p = &t->parts[i];
		struct vt_stretch e = {disk->path,
			disk->offset_bytes + p->start_bytes, p->size_bytes};
		if (is_esp(t, p) != esps)
			continue;
		tried++;
		int n = loaders_of(&e, arch, names, err);
		if (n > 0)
			vt_str_addf(names, " in partition %u%s", p->number,
				esps ? "" : ", whose type is another");
		if (n < 0)
			return -1;
		all += n;
	}
	return all;
}

static int find_efi(const struct vt_blk_table *table,
	const struct vt_stretch *on, const char *word, struct vt_found_field *f,
	struct vt_err **err)
{
	const char *arch = word + strlen(VT_BOOT_EFI);
	VT_AUTO_FREE char *name = vt_strndup(arch, strcspn(arch, "-"));
	VT_AUTO_STR struct vt_str names = VT_STR_INIT;
	int n = table ? loaders_on(table, true, on, name, &names, err)
		      : loaders_of(on, name, &names, err);
	/* firmware follows a boot entry to any FAT */
	if (n == 0 && table)
		n = loaders_on(table, false, on, name, &names, err);
	if (n < 0)
		return -1;
	f->same = n > 0;
	f->text = n ? vt_str_take(&names)
		    : vt_printf("no loader for %s in an EFI system partition",
			      name);
	if (n == 0 && vt_str_ends(word, VT_BOOT_EFI_COPY))
		f->why = vt_strdup("GRUB is not in this EFI system partition, "
				   "and only Ubuntu's package installs it to "
				   "others than that on /boot/efi");
	return 0;
}

/* The firmware loads an ELF program, which has the whole partition. */
static int find_prep(const struct vt_stretch *e, struct vt_found_field *f,
	struct vt_err **err)
{
	char head[4] = "";
	VT_AUTO_CLOSE int fd =
		open(e->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return vt_err_errno(err, "cannot open '%s'", e->path);
	ssize_t n = pread(fd, head, sizeof(head), (off_t)e->offset_bytes);
	f->same = n == sizeof(head) && !memcmp(head,
					       "\x7f"
					       "ELF",
					       sizeof(head));
	f->text = vt_strdup(
		f->same ? "a program at its start" : "no program at its start");
	return 0;
}

static int find_mbr(const struct vt_blk_table *table, const char *image,
	const struct vt_dev *d, bool none, struct vt_found_field *f,
	struct vt_err **err)
{
	struct vt_grub g;
	if (vt_grub_read(image, &g, err) < 0)
		return -1;
	find_bios(&g, table, f);
	if (none)
		f->same = !g.boot_code;
	else if (d->sector_bytes != 512)
		f->why = vt_strdup("GRUB for a BIOS has sectors of 512 bytes");
	return 0;
}

void vt_found_add_boot(struct vt_found *f, const struct vt_dev *d)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	const char *word = vt_dev_text(d, "boot_code");
	bool none = vt_str_eq(word, VT_BOOT_NONE);
	struct vt_stretch on = {0};
	/* firmware reads disks alone */
	if (!word || !f->place ||
		!vt_map_stretch(
			vt_place_map(f->place), &on.path, &on.offset_bytes))
		return;
	on.size_bytes = vt_map_size(vt_place_map(f->place));
	struct vt_found_field *field = vt_found_add(f, "boot_code");
	int rc = vt_str_starts(word, VT_BOOT_EFI)
			 ? find_efi(f->table, &on, word, field, &err)
		 : !f->table
			 ? find_prep(&on, field, &err)
			 : find_mbr(f->table, on.path, d, none, field, &err);
	if (rc < 0)
		vt_found_error(f, &err);
}

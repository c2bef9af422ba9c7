#include "storage/boot_code.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/disks.h"
#include "storage/part_types.h"
#include "storage/types.h"

static void expect(struct vt_graph *g, struct vt_dev *d, char *word)
{
	const struct vt_type_key *key = vt_type_key(d->type, "boot_code");
	const struct vt_field *by = vt_dev_field(d, "grub_device");
	const struct vt_node *node = by ? by->node : NULL;
	struct vt_field *f = vt_dev_set(d, key, vt_graph_own(g, word), 0);
	f->expected = true;
	f->node = node;
}

static bool has_grub(const struct vt_dev *d)
{
	return vt_dev_num(d, "grub_device");
}

/* GRUB can be written to it, or the installer has removed what was there. */
static void expect_bios(struct vt_graph *g, struct vt_dev *d)
{
	const char *ptable = vt_dev_text(d, "ptable");
	bool table = vt_str_eq(ptable, "gpt") || vt_str_eq(ptable, "msdos");
	bool emptied =
		table && vt_dev_text(d, "wipe") && !vt_dev_num(d, "preserve");
	if (!vt_dev_is(d, VT_DISK) || !vt_dev_is_machine_disk(d))
		return;
	for (size_t i = 0; i < d->n_users; i++)
		emptied &= !has_grub(d->users[i]->user);
	if (has_grub(d))
		expect(g, d, vt_strdup(VT_BOOT_BIOS));
	else if (emptied)
		expect(g, d, vt_strdup(VT_BOOT_NONE));
}

static bool is_esp_mount(const struct vt_dev *d)
{
	return vt_dev_is(d, VT_MOUNT) &&
	       vt_str_eq(vt_dev_text(d, "path"), "/boot/efi");
}

bool vt_boot_mounts_esp(const struct vt_graph *g)
{
	bool mounts = false;
	for (size_t i = 0; i < g->n; i++)
		mounts |= is_esp_mount(&g->v[i]);
	return mounts;
}

/* The partition with the ESP that is mounted, to which GRUB always goes; NULL:
 * none */
static const struct vt_dev *mounted_esp(const struct vt_graph *g)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct vt_dev *d = &g->v[i];
		if (is_esp_mount(d) && vt_dev_ref(d, "device"))
			return vt_dev_ref(vt_dev_ref(d, "device"), "volume");
	}
	return NULL;
}

/* The entry has the ESP that is mounted, or another one. */
static void expect_efi(struct vt_graph *g, struct vt_dev *d,
	const struct vt_dev *esp, const struct vt_boot_kind *kind)
{
	bool first = d == esp || (esp && d == vt_dev_disk(esp));
	if (!vt_dev_disk(d) || (d != esp && !has_grub(d)))
		return;
	expect(g, d,
		vt_printf("%s%s%s", VT_BOOT_EFI, kind->efi,
			first || kind->several_esps ? "" : VT_BOOT_EFI_COPY));
}

static void expect_prep(struct vt_graph *g, struct vt_dev *d)
{
	if (vt_dev_is(d, VT_PARTITION) && has_grub(d))
		expect(g, d, vt_strdup(VT_BOOT_PREP));
}

/* Without grub_device the installer chooses. Source: curtin's setup_grub() and
 * uefi_find_grub_device_ids(). */
void vt_realise_boot(struct vt_graph *g, const struct vt_boot_kind *kind)
{
	const struct vt_dev *esp = mounted_esp(g);
	bool any = false;
	for (size_t i = 0; i < g->n; i++)
		any |= has_grub(&g->v[i]);
	for (size_t i = 0; i < g->n; i++) {
		if (kind->efi)
			expect_efi(g, &g->v[i], esp, kind);
		else if (kind->bios && any)
			expect_bios(g, &g->v[i]);
		else if (kind->prep && any)
			expect_prep(g, &g->v[i]);
	}
}

void vt_boot_expected(const char *word, struct vt_str *out)
{
	static const struct {
		const char *word, *means;
	} words[] = {
		{VT_BOOT_BIOS, "GRUB's boot code in the MBR, and its core "
			       "image"},
		{VT_BOOT_PREP, "GRUB in the PReP partition"},
		{VT_BOOT_NONE, "no boot code of GRUB in the MBR"},
	};
	for (size_t i = 0; i < VT_COUNT(words); i++)
		if (!strcmp(words[i].word, word))
			vt_str_add(out, words[i].means);
	if (vt_str_starts(word, VT_BOOT_EFI)) {
		const char *name = word + strlen(VT_BOOT_EFI);
		vt_str_add(out, "a UEFI loader for ");
		vt_str_addn(out, name, strcspn(name, "-"));
		vt_str_add(out, " in the EFI system partition");
	}
}

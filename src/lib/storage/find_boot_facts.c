/* The EFI system partition that the booted system's firmware loaded GRUB from,
 * in efibootmgr.out. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/boot_code.h"
#include "storage/finders.h"
#include "storage/fstypes.h"

static const char current[] = "BootCurrent: ";

/* The line of the entry that was booted: "Boot0001* debian HD(1,GPT,...)" */
static const char *current_entry(const struct vt_strv *lines)
{
	VT_AUTO_FREE char *name = NULL;
	for (size_t i = 0; i < lines->n && !name; i++)
		if (vt_str_starts(lines->v[i], current))
			name = vt_printf(
				"Boot%s", lines->v[i] + strlen(current));
	for (size_t i = 0; name && i < lines->n; i++) {
		const char *line = lines->v[i];
		size_t len = strlen(name);
		if (vt_str_starts(line, name) &&
			(line[len] == '*' || line[len] == ' '))
			return line;
	}
	return NULL;
}

/* The partition's GUID in "HD(1,GPT,GUID,0x800,0x100000)"; NULL: an entry that
 * firmware made of a whole disk, or of an msdos table; owned */
static char *guid_of(const char *entry)
{
	const char *at = entry ? strstr(entry, "HD(") : NULL;
	at = at ? strstr(at, ",GPT,") : NULL;
	at = at ? at + strlen(",GPT,") : NULL;
	return at ? vt_strndup(at, strcspn(at, ",)")) : NULL;
}

/* The partition of the config that has the GUID, or NULL */
static const struct vt_dev *partition_of(struct vt_look *look, const char *guid)
{
	for (size_t i = 0; i < look->graph->n; i++) {
		const struct vt_dev *p = &look->graph->v[i];
		if (!vt_dev_is(p, VT_PARTITION))
			continue;
		const json_t *node = vt_look_at(look, p, VT_SIDE_FACTS)->node;
		const char *uuid =
			node ? vt_lsblk_text(node, "partuuid") : NULL;
		if (uuid && vt_uuid_same(uuid, guid))
			return p;
	}
	return NULL;
}

static void answer(struct vt_look *look, const struct vt_dev *d,
	const char *uuid, const char *entry, struct vt_found_field *f)
{
	VT_AUTO_FREE char *guid = guid_of(entry);
	if (!guid) {
		f->why = vt_strdup(
			"the entry of UEFI that was booted names no partition");
		return;
	}
	f->same = vt_uuid_same(guid, uuid);
	f->text = vt_printf("the system was booted by %s", entry);
	const struct vt_dev *other = f->same ? NULL : partition_of(look, guid);
	if (other && other != d)
		f->why = vt_printf(
			"the system was booted from partition '%s'", other->id);
}

void vt_found_add_boot_facts(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const char *word = vt_dev_text(d, "boot_code");
	const char *uuid = vt_lsblk_text(f->node, "partuuid");
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *text = NULL;
	size_t len;
	if (!word || !vt_str_starts(word, VT_BOOT_EFI) || !uuid ||
		look->facts->text(look->facts->arg, "efibootmgr.out", &text,
			&len, &err) != 1)
		return;
	vt_str_split(text, '\n', &lines);
	struct vt_found_field *field = vt_found_add(f, "boot_code");
	field->see = "collect/efibootmgr.out";
	answer(look, d, uuid, current_entry(&lines), field);
}

/* Disks of the booted system by their serial or WWN, in lsblk.json. A path is
 * valid only in the install environment. */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/finders.h"

/* udev replaces spaces in a serial. */
static bool same_serial(const char *want, const char *found)
{
	VT_AUTO_FREE char *joined = vt_str_replace(want, " ", "_");
	return want && found &&
	       (!strcmp(found, want) || !strcmp(found, joined));
}

static bool same_wwn(const char *want, const char *found)
{
	return want && found && !strcasecmp(want, found);
}

const json_t *vt_lsblk_disk(const json_t *list, const struct vt_dev *d)
{
	const char *serial = vt_dev_text(d, "serial");
	const char *wwn = vt_dev_text(d, "wwn");
	const json_t *node, *by_wwn = NULL;
	size_t i;
	json_array_foreach (list, i, node) {
		if (same_serial(serial, vt_lsblk_text(node, "serial")))
			return node;
		if (!by_wwn && same_wwn(wwn, vt_lsblk_text(node, "wwn")))
			by_wwn = node;
	}
	return by_wwn;
}

/* Versions of lsblk before 2.33 show the WWN in place of a SCSI disk's serial,
 * or parts of it. */
static bool shows_serial(const json_t *node, const char *want)
{
	const char *serial = vt_lsblk_text(node, "serial");
	const char *wwn = vt_lsblk_text(node, "wwn");
	return serial && !strstr(serial, want) &&
	       !(wwn && strcasestr(wwn, serial));
}

bool vt_lsblk_lacks_disk(const json_t *list, const struct vt_dev *d)
{
	const char *want = vt_dev_text(d, "serial");
	const json_t *node;
	size_t i, n = 0;
	if (!want)
		return false;
	json_array_foreach (list, i, node) {
		if (!vt_str_eq(vt_lsblk_text(node, "type"), "disk") ||
			vt_str_eq(vt_lsblk_text(node, "label"), "cidata"))
			continue;
		if (!shows_serial(node, want))
			return false;
		n++;
	}
	return n > 0;
}

static void add(struct vt_found *f, const char *word, const char *want,
	const char *found, bool same)
{
	if (!want)
		return;
	struct vt_found_field *field = vt_found_add(f, word);
	field->value = vt_strdup(same ? want : found);
	field->text = vt_printf("'%s'", found ? found : "");
	if (!found)
		field->why = vt_printf("lsblk.json does not show its %s", word);
}

void vt_found_add_serial(
	struct vt_found *f, const struct vt_dev *d, const json_t *node)
{
	const char *serial = vt_dev_text(d, "serial");
	const char *wwn = vt_dev_text(d, "wwn");
	const char *found = vt_lsblk_text(node, "serial");
	bool same = same_serial(serial, found);
	if (serial && !same && !shows_serial(node, serial))
		found = NULL;
	add(f, "serial", serial, found, same);
	/* those of NVMe are written in several ways */
	found = vt_lsblk_text(node, "wwn");
	if (found && wwn &&
		(!vt_str_starts(found, "0x") || !vt_str_starts(wwn, "0x")))
		found = NULL;
	add(f, "wwn", wwn, found, same_wwn(wwn, found));
}

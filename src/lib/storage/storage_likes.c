/* One function to say what is expected, and one to judge what was found, for
 * each likeness of storage/types.h. */
#include "graph/likeness.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/boot_code.h"
#include "storage/fstab.h"
#include "storage/fstypes.h"
#include "storage/options.h"
#include "storage/part_types.h"
#include "storage/storage_look.h"
#include "storage/zfs.h"

/* Installers align partitions to 1 MiB, which can change sizes by as much. */
#define ALIGNMENT_BYTES ((uint64_t)1 << 20)

/* A size in bytes, and in a readable unit. */
static void add_size(struct vt_str *b, uint64_t bytes)
{
	static const char units[] = "KMGTPE";
	double v = (double)bytes;
	size_t u = 0;
	vt_str_addf(b, "%" PRIu64 " bytes", bytes);
	if (bytes < 1024)
		return;
	for (v /= 1024; v >= 1024 && units[u + 1]; v /= 1024)
		u++;
	vt_str_addf(b, " (%.*f %ciB)", v == (double)(uint64_t)v ? 0 : 2, v,
		units[u]);
}

/* "raid5 of 3: a, b, c" */
static void members_expected(const struct vt_asked *a, struct vt_str *out)
{
	const char *level = vt_dev_text(a->d, "raidlevel");
	size_t n = 0;
	for (size_t i = 0; i < a->d->n_refs; i++)
		n += a->d->refs[i].key == a->key;
	vt_str_addf(out, "%s of %zu: %s", level ? level : "an array", n,
		a->want->text);
}

static void size_expected(const struct vt_asked *a, struct vt_str *out)
{
	add_size(out, a->want->n);
	vt_str_add(out, ", with a tolerance of 1 MiB for alignment");
	if (vt_str_eq(vt_dev_text(a->d, "flag"), "extended"))
		vt_str_add(out, ", and 1 MiB more for each logical partition");
}

static bool size_same(const struct vt_asked *a, const struct vt_found_field *f,
	struct vt_str *found)
{
	uint64_t want = a->want->n;
	uint64_t less = want / 2 < ALIGNMENT_BYTES ? want / 2 : ALIGNMENT_BYTES;
	add_size(found, f->n);
	return f->n > want ? f->n - want <= ALIGNMENT_BYTES + f->unit
			   : want - f->n <= less;
}

static void sectors_expected(const struct vt_asked *a, struct vt_str *out)
{
	add_size(out, a->want->n);
}

static bool sectors_same(const struct vt_asked *a,
	const struct vt_found_field *f, struct vt_str *found)
{
	add_size(found, f->n);
	return f->n == a->want->n - a->want->n % f->unit;
}

static void most_expected(const struct vt_asked *a, struct vt_str *out)
{
	vt_str_add(out, "at most ");
	add_size(out, a->want->n);
}

static bool most_same(const struct vt_asked *a, const struct vt_found_field *f,
	struct vt_str *found)
{
	add_size(found, f->n);
	return f->n <= a->want->n;
}

static void absent_expected(const struct vt_asked *a, struct vt_str *out)
{
	vt_str_addf(out, "no swap file '%s', neither in use nor in fstab",
		a->want->text);
}

static void extents_expected(const struct vt_asked *a, struct vt_str *out)
{
	add_size(out, a->want->n);
	vt_str_add(out, ", rounded up to whole extents");
}

static bool extents_same(const struct vt_asked *a,
	const struct vt_found_field *f, struct vt_str *found)
{
	add_size(found, f->n);
	return f->n >= a->want->n && f->n - a->want->n < f->unit;
}

/* See find_wipe.c. */
static void wiped_expected(const struct vt_asked *a, struct vt_str *out)
{
	bool random = !strcmp(a->want->text, "random");
	const char *bytes = random ? "random" : "only zero";
	const char *untouched = vt_dev_text(a->d, "untouched");
	const struct vt_found_field *f =
		vt_found_field(vt_look_at(a->look, a->d, VT_SIDE_DISK), "wipe");
	if (vt_str_eq(untouched, "all")) {
		vt_str_addf(out, "%s bytes", bytes);
		return;
	}
	vt_str_addf(out, "wiped: no %s",
		strcmp(a->want->text, "pvremove") != 0 ? "signatures"
						       : "label of LVM");
	if (f && f->more && *f->more)
		vt_str_addf(out, " but its own (%s)", f->more);
	if (untouched)
		vt_str_addf(out, ", and %s bytes outside of partitions", bytes);
}

/* Its meaning depends on the table that was found. */
static void flag_expected(const struct vt_asked *a, struct vt_str *out)
{
	const char *flag = a->want->text, *means = NULL;
	for (int side = 0; side < 2 && !means; side++) {
		const struct vt_found_field *f = vt_found_field(
			vt_look_at(a->look, a->d, (enum vt_side)side), "flag");
		means = f ? vt_part_flag_means(flag, f->more) : NULL;
	}
	vt_str_addf(out, "flag '%s'%s%s", flag, means ? ": " : "",
		means ? means : "");
}

static void active_expected(const struct vt_asked *a, struct vt_str *out)
{
	vt_str_add(out, a->want->n ? "active" : "not active");
}

static void part_type_expected(const struct vt_asked *a, struct vt_str *out)
{
	vt_str_addf(out, "type %s", a->want->text);
}

static bool part_type_same(const struct vt_asked *a,
	const struct vt_found_field *f, struct vt_str *found)
{
	(void)found;
	return f->value && vt_part_type_same(f->value, a->want->text);
}

static bool fstype_same(const struct vt_asked *a,
	const struct vt_found_field *f, struct vt_str *found)
{
	(void)found;
	return vt_fstype_same(a->want->text, f->value, f->more);
}

static bool uuid_same(const struct vt_asked *a, const struct vt_found_field *f,
	struct vt_str *found)
{
	(void)found;
	return f->value && vt_uuid_same(f->value, a->want->text);
}

/* "format 'root-fs', UUID x"; for a mount without a format its spec */
static void add_format(const struct vt_asked *a, struct vt_str *out)
{
	const struct vt_dev *format = vt_dev_ref(a->d, "device");
	const struct vt_found_field *uuid = NULL;
	const char *line = vt_dev_text(a->d, "fstab");
	for (int side = 0; side < 2 && format && !uuid; side++)
		uuid = vt_found_field(
			vt_look_at(a->look, format, (enum vt_side)side),
			"uuid");
	if (!format && line)
		vt_str_addn(out, line, strcspn(line, " "));
	else
		vt_str_addf(out, "format '%s'", format ? format->id : "");
	if (uuid && uuid->value)
		vt_str_addf(out, ", UUID %s,", uuid->value);
}

static bool is_swap(const struct vt_asked *a)
{
	return vt_str_eq(vt_dev_text(a->d, "path"), "none");
}

static void mounted_expected(const struct vt_asked *a, struct vt_str *out)
{
	const char *path = vt_dev_text(a->d, "path");
	add_format(a, out);
	if (is_swap(a))
		vt_str_add(out, a->want->n ? " in use" : " not in use");
	else
		vt_str_addf(out, " %smounted on %s", a->want->n ? "" : "not ",
			path ? path : "");
}

static bool mounted_same(const struct vt_asked *a,
	const struct vt_found_field *f, struct vt_str *found)
{
	(void)found;
	if (a->want->n)
		return f->same;
	return is_swap(a) ? !f->same : f->n == 0;
}

static void options_expected(const struct vt_asked *a, struct vt_str *out)
{
	vt_str_addf(out, "'%s' in effect", a->want->text);
}

static bool options_same(const struct vt_asked *a,
	const struct vt_found_field *f, struct vt_str *found)
{
	VT_AUTO_STRV struct vt_strv missing = VT_STRV_INIT;
	if (!f->value)
		return false;
	vt_options_without_effect(a->want->text, f->value, &missing);
	if (missing.n) {
		vt_str_add(found, "without '");
		for (size_t i = 0; i < missing.n; i++)
			vt_str_addf(found, "%s%s", i ? "," : "", missing.v[i]);
		vt_str_addf(found, "': %s", f->value);
	}
	return missing.n == 0;
}

static void fstab_expected(const struct vt_asked *a, struct vt_str *out)
{
	const char *line = a->want->text;
	vt_str_add(out, "a line of fstab: ");
	if (vt_str_starts(line, "* ")) {
		add_format(a, out);
		line++;
	}
	vt_str_add(out, line);
}

static bool line_same(
	char *differs, const struct vt_found_field *f, struct vt_str *found)
{
	if (differs && f->value)
		vt_str_addf(found, "%s, %s", f->text, differs);
	free(differs);
	return !differs;
}

static bool fstab_same(const struct vt_asked *a, const struct vt_found_field *f,
	struct vt_str *found)
{
	return line_same(
		vt_fstab_differs(a->want->text, f->value, f->same), f, found);
}

static void crypttab_expected(const struct vt_asked *a, struct vt_str *out)
{
	const struct vt_dev *volume = vt_dev_ref(a->d, "volume");
	VT_AUTO_FREE char *device =
		vt_printf(" '%s' ", volume ? volume->id : "");
	VT_AUTO_FREE char *line = vt_str_replace(a->want->text, " * ", device);
	vt_str_addf(out, "a line of crypttab: %s", line);
}

static bool crypttab_same(const struct vt_asked *a,
	const struct vt_found_field *f, struct vt_str *found)
{
	return line_same(vt_crypttab_differs(a->want->text, f->value, f->same),
		f, found);
}

static void boot_expected(const struct vt_asked *a, struct vt_str *out)
{
	vt_boot_expected(a->want->text, out);
}

static void dname_expected(const struct vt_asked *a, struct vt_str *out)
{
	vt_str_addf(out, "link '%s' in /dev/disk/by-dname to %s '%s'",
		a->want->text, a->d->type->word, a->d->id);
}

static void mkfs_expected(const struct vt_asked *a, struct vt_str *out)
{
	vt_str_addf(out, "mkfs's options '%s' in effect", a->want->text);
}

/* Results do not have the key. */
static void opens_expected(const struct vt_asked *a, struct vt_str *out)
{
	vt_str_addf(out, "the %s of the config opens it", a->key->word);
}

static void properties_expected(const struct vt_asked *a, struct vt_str *out)
{
	const struct vt_node *map = a->want->node;
	vt_str_add(out, a->key->word);
	for (size_t i = 0; i < map->n; i++)
		vt_str_addf(out, "%s%s=%s", i ? ", " : " ", map->keys[i]->text,
			map->items[i]->text);
}

static bool properties_same(const struct vt_asked *a,
	const struct vt_found_field *f, struct vt_str *found)
{
	const struct vt_node *map = a->want->node;
	bool same = true;
	for (size_t i = 0; i < map->n; i++) {
		const char *name = map->keys[i]->text;
		VT_AUTO_FREE char *is = vt_zfs_property(f->value, name);
		same &= is && vt_zfs_same(name, map->items[i]->text, is);
		vt_str_addf(found, "%s%s=%s", i ? ", " : "", name,
			is ? is : "unknown");
	}
	return same;
}

const struct vt_likeness_row vt_storage_likes[] = {
	[VT_LIKE_TEXT] = {vt_like_text, vt_like_same_text},
	[VT_LIKE_MEMBERS] = {members_expected, vt_like_same_text},
	[VT_LIKE_THERE] = {vt_like_number, vt_like_same_number},
	[VT_LIKE_SIZE] = {size_expected, size_same},
	[VT_LIKE_MOST] = {most_expected, most_same},
	[VT_LIKE_SECTORS] = {sectors_expected, sectors_same},
	[VT_LIKE_EXTENTS] = {extents_expected, extents_same},
	[VT_LIKE_WIPED] = {wiped_expected, vt_like_finder},
	[VT_LIKE_FLAG] = {flag_expected, vt_like_finder},
	[VT_LIKE_ACTIVE] = {active_expected, vt_like_same_number},
	[VT_LIKE_PART_TYPE] = {part_type_expected, part_type_same},
	[VT_LIKE_FSTYPE] = {vt_like_text, fstype_same},
	[VT_LIKE_UUID] = {vt_like_text, uuid_same},
	[VT_LIKE_MOUNTED] = {mounted_expected, mounted_same},
	[VT_LIKE_OPTIONS] = {options_expected, options_same},
	[VT_LIKE_FSTAB] = {fstab_expected, fstab_same},
	[VT_LIKE_CRYPTTAB] = {crypttab_expected, crypttab_same},
	[VT_LIKE_PROPERTIES] = {properties_expected, properties_same},
	[VT_LIKE_ABSENT] = {absent_expected, vt_like_finder},
	[VT_LIKE_BOOT] = {boot_expected, vt_like_finder},
	[VT_LIKE_IDENTITY] = {vt_like_text, vt_like_finder},
	[VT_LIKE_DNAME] = {dname_expected, vt_like_finder},
	[VT_LIKE_MKFS] = {mkfs_expected, vt_like_finder},
	[VT_LIKE_OPENS] = {opens_expected, vt_like_finder},
};

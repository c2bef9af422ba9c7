/* Checks of disks offline: partition table, partitions, zeroed partitions,
 * file systems. */
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/str.h"
#include "check.h"
#include "devices.h"
#include "part_types.h"

/* Installers align partitions to 1 MiB, and may lose or gain as much. */
#define TOLERANCE_BYTES ((uint64_t)1 << 20)

/* A size for people: exact, and in the largest unit that says something. */
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

int parse_disk(struct verify *v, struct check *c, struct vt_err **err)
{
	(void)err; /* disks_parse() has read it */
	c->want.disk =
		disks_find(&v->disks, vt_node_text(vt_node_get(c->node, "id")));
	return 0;
}

/* Which partitions there are: an installer that makes the table makes no
 * others. */
static void check_numbers(
	struct verify *v, const struct check *c, const struct vt_blk_table *t)
{
	const struct disk *d = c->want.disk;
	VT_AUTO_STR struct vt_str found = VT_STR_INIT;
	VT_AUTO_STR struct vt_str expected = VT_STR_INIT;
	struct result *r = check_result(v, c, "partitions %s", d->id);
	result_see(r, "%s", d->image);
	for (size_t i = 0; i < t->n; i++)
		vt_str_addf(&found, "%s%u", i ? ", " : "", t->parts[i].number);
	for (unsigned n = 1; n <= 256; n++)
		for (size_t i = 0; i < v->n_checks; i++)
			if (v->checks[i].kind->run == check_partition &&
				v->checks[i].want.disk == d &&
				v->checks[i].want.partition == n) {
				vt_str_addf(&expected, "%s%u",
					expected.len ? ", " : "", n);
				break;
			}
	result_expect(r, "partitions %s", vt_str_c(&expected));
	result_found(r, "%s%s", found.len ? "partitions " : "none",
		vt_str_c(&found));
	result_judge(r, vt_str_eq(vt_str_c(&found), vt_str_c(&expected)));
}

void check_disk(struct verify *v, const struct check *c)
{
	struct disk *d = c->want.disk;
	if (!d->ptable)
		return;
	/* blkid and sfdisk say dos, curtin and parted msdos */
	const char *want = !strcmp(d->ptable, "dos") ? "msdos" : d->ptable;
	struct result *r = check_result(v, c, "ptable %s", d->id);
	result_expect(r, "partition table '%s'", want);
	const struct vt_blk_table *t = disk_table(d, r);
	if (!t)
		return;
	result_found(r, "%s", t->kind ? t->kind : "no partition table");
	result_judge(r, vt_str_eq(t->kind, want));
	if (d->n_expected)
		check_numbers(v, c, t);
}

/* An empty text asks for nothing: curtin takes flag: "" for none. */
static int text(const struct check *c, const char *key, const char **out,
	struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(c->node, key);
	if (vt_node_is_null(n))
		return 0;
	if (vt_node_str(n, out, err) < 0)
		return -1;
	if (!**out)
		*out = NULL;
	return 0;
}

/* disk and partition of an entry; partition under the given name. */
static int parse_place(struct verify *v, struct check *c, const char *key,
	long least, const char *const *known, struct vt_err **err)
{
	const struct vt_node *disk = vt_node_get(c->node, "disk");
	const struct vt_node *part = vt_node_get(c->node, key);
	const char *id;
	long number;
	if (vt_node_keys_known(c->node, known, err) < 0)
		return -1;
	if (!disk || !part)
		return vt_node_err(c->node, err,
			"the keys 'disk' and '%s' are needed", key);
	if (vt_node_str(disk, &id, err) < 0 ||
		vt_node_int(part, least, 256, &number, err) < 0)
		return -1;
	c->want.disk = disks_find(&v->disks, id);
	c->want.partition = (unsigned)number;
	if (!c->want.disk)
		return vt_node_err(
			disk, err, "there is no disk '%s' in 'disks'", id);
	return 0;
}

int parse_partition(struct verify *v, struct check *c, struct vt_err **err)
{
	static const char *const known[] = {
		"disk", "number", "size", "flag", "type", "name", "at", NULL};
	const struct vt_node *size = vt_node_get(c->node, "size");
	struct check_storage *w = &c->want;
	if (parse_place(v, c, "number", 1, known, err) < 0 ||
		text(c, "flag", &w->flag, err) < 0 ||
		text(c, "type", &w->type, err) < 0 ||
		text(c, "name", &w->name, err) < 0)
		return -1;
	if (!vt_node_is_null(size) &&
		vt_node_size(size, &w->size_bytes, err) < 0)
		return -1;
	if (w->flag && !part_flag_known(w->flag))
		return vt_node_err(vt_node_get(c->node, "flag"), err,
			"unknown partition flag '%s'", w->flag);
	w->disk->n_expected++;
	return 0;
}

static void check_size(
	struct verify *v, const struct check *c, const struct vt_blk_part *p)
{
	const struct check_storage *w = &c->want;
	VT_AUTO_STR struct vt_str want = VT_STR_INIT, found = VT_STR_INIT;
	uint64_t off = p->size_bytes > w->size_bytes
			       ? p->size_bytes - w->size_bytes
			       : w->size_bytes - p->size_bytes;
	struct result *r = check_result(
		v, c, "partition %s %u size", w->disk->id, w->partition);
	add_size(&want, w->size_bytes);
	add_size(&found, p->size_bytes);
	result_see(r, "%s", w->disk->image);
	result_expect(r, "%s, give or take 1 MiB of alignment", want.s);
	result_found(r, "%s", found.s);
	result_judge(r, off <= TOLERANCE_BYTES);
}

static void check_flag(struct verify *v, const struct check *c,
	const struct vt_blk_table *t, const struct vt_blk_part *p)
{
	const struct check_storage *w = &c->want;
	const char *kind = t->kind ? t->kind : "", *means;
	struct result *r = check_result(
		v, c, "partition %s %u flag", w->disk->id, w->partition);
	bool same = part_flag_matches(p, kind, w->flag, &means);
	result_see(r, "%s", w->disk->image);
	if (!means) {
		result_skip(r, "flag '%s' means nothing in a table of '%s'",
			w->flag, kind);
		return;
	}
	result_expect(r, "flag '%s': %s", w->flag, means);
	result_found(r, "%s%s", part_type_name(p->type),
		p->bootable            ? ", active"
		: !strcmp(kind, "gpt") ? ""
				       : ", not active");
	result_judge(r, same);
}

/* 83, 0x83 and 0X83 are one code; a GUID has no case. */
static bool same_type(const char *a, const char *b)
{
	a += !strncasecmp(a, "0x", 2) ? 2 : 0;
	b += !strncasecmp(b, "0x", 2) ? 2 : 0;
	a += strspn(a, "0");
	b += strspn(b, "0");
	return !strcasecmp(a, b);
}

static void check_type(
	struct verify *v, const struct check *c, const struct vt_blk_part *p)
{
	const struct check_storage *w = &c->want;
	struct result *r = check_result(
		v, c, "partition %s %u type", w->disk->id, w->partition);
	result_see(r, "%s", w->disk->image);
	result_expect(r, "type %s", w->type);
	result_found(r, "type %s", p->type ? p->type : "unknown");
	result_judge(r, p->type && same_type(p->type, w->type));
}

static void check_name(struct verify *v, const struct check *c,
	const struct vt_blk_table *t, const struct vt_blk_part *p)
{
	const struct check_storage *w = &c->want;
	struct result *r = check_result(
		v, c, "partition %s %u name", w->disk->id, w->partition);
	result_see(r, "%s", w->disk->image);
	if (!vt_str_eq(t->kind, "gpt")) {
		result_skip(r, "only a gpt gives its partitions names");
		return;
	}
	result_expect(r, "name '%s'", w->name);
	result_found(r, "name '%s'", p->name ? p->name : "");
	result_judge(r, vt_str_eq(p->name, w->name));
}

void check_partition(struct verify *v, const struct check *c)
{
	const struct check_storage *w = &c->want;
	struct result *r = check_result(
		v, c, "partition %s %u", w->disk->id, w->partition);
	result_expect(
		r, "partition %u on disk '%s'", w->partition, w->disk->id);
	const struct vt_blk_table *t = disk_table(w->disk, r);
	if (!t)
		return;
	const struct vt_blk_part *p = vt_blk_part(t, w->partition);
	result_found(r, p ? "it is there" : "it is not there");
	result_judge(r, p != NULL);
	if (!p)
		return;
	if (w->size_bytes)
		check_size(v, c, p);
	if (w->flag)
		check_flag(v, c, t, p);
	if (w->type)
		check_type(v, c, p);
	if (w->name)
		check_name(v, c, t, p);
}

int parse_zeroed(struct verify *v, struct check *c, struct vt_err **err)
{
	static const char *const known[] = {"disk", "partition", "at", NULL};
	return parse_place(v, c, "partition", 1, known, err);
}

void check_zeroed(struct verify *v, const struct check *c)
{
	const struct check_storage *w = &c->want;
	VT_AUTO_ERR struct vt_err *err = NULL;
	uint64_t offset, size, at;
	struct result *r =
		check_result(v, c, "zeroed %s %u", w->disk->id, w->partition);
	result_expect(r, "nothing but zero bytes in partition %u of '%s'",
		w->partition, w->disk->id);
	if (!disk_range(w->disk, w->partition, r, &offset, &size))
		return;
	int rc = vt_blk_is_zero(w->disk->path, offset, size, &at, &err);
	if (rc < 0) {
		result_error(r, &err);
		return;
	}
	if (rc == 1)
		result_found(r, "%" PRIu64 " zero bytes", size);
	else
		result_found(r, "another byte at %" PRIu64, at - offset);
	result_judge(r, rc == 1);
}

int parse_filesystem(struct verify *v, struct check *c, struct vt_err **err)
{
	static const char *const known[] = {
		"disk", "partition", "fstype", "label", "uuid", "at", NULL};
	struct check_storage *w = &c->want;
	if (parse_place(v, c, "partition", 0, known, err) < 0)
		return -1;
	if (text(c, "fstype", &w->fstype, err) < 0 ||
		text(c, "label", &w->label, err) < 0 ||
		text(c, "uuid", &w->uuid, err) < 0)
		return -1;
	if (!w->fstype)
		return vt_node_err(c->node, err, "the key 'fstype' is needed");
	return 0;
}

/* fat32 and the like are one type with several versions for blkid. */
static bool same_fstype(const char *want, const struct vt_blk_super *s)
{
	if (!s->type)
		return false;
	if (!strcmp(want, "fat"))
		return !strcmp(s->type, "vfat");
	if (!strncmp(want, "fat", 3))
		return !strcmp(s->type, "vfat") &&
		       vt_str_eq(s->version ? s->version + 3 : NULL, want + 3);
	return !strcmp(s->type, want);
}

/* "filesystem sda 1", or "filesystem sda" of a whole disk */
static struct result *fs_result(
	struct verify *v, const struct check *c, const char *what)
{
	const struct check_storage *w = &c->want;
	struct result *r = w->partition
				   ? check_result(v, c, "filesystem %s %u%s",
					     w->disk->id, w->partition, what)
				   : check_result(v, c, "filesystem %s%s",
					     w->disk->id, what);
	result_see(r, "%s", w->disk->image);
	return r;
}

void check_filesystem(struct verify *v, const struct check *c)
{
	const struct check_storage *w = &c->want;
	VT_AUTO_BLK_SUPER struct vt_blk_super s = {0};
	struct result *r = fs_result(v, c, "");
	result_expect(r, "%s", w->fstype);
	if (!disk_super(w->disk, w->partition, r, &s))
		return;
	result_found(r, "%s%s%s", s.type ? s.type : "no file system",
		s.version ? " " : "", s.version ? s.version : "");
	result_judge(r, same_fstype(w->fstype, &s));
	if (w->label) {
		r = fs_result(v, c, " label");
		result_expect(r, "label '%s'", w->label);
		result_found(r, "label '%s'", s.label ? s.label : "");
		result_judge(r, vt_str_eq(s.label ? s.label : "", w->label));
	}
	if (w->uuid) {
		r = fs_result(v, c, " uuid");
		result_expect(r, "UUID %s", w->uuid);
		result_found(r, "UUID %s", s.uuid ? s.uuid : "none");
		result_judge(r, s.uuid && devices_uuid_equal(s.uuid, w->uuid));
	}
}

/* RAID arrays on disk images: what the superblocks of the members say. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/blk.h"
#include "image/md_map.h"
#include "storage/disks.h"
#include "storage/finders.h"

struct member {
	const struct vt_dev *dev;
	const char *role;   /* "devices" or "spare_devices" */
	struct vt_map *map; /* borrowed */
	struct vt_md md;    /* metadata NULL: it has no superblock */
};

struct array {
	struct member *members;
	size_t n;
	const struct vt_md *best; /* the newest of this array */
	struct vt_blk_table table;
};

static void free_array(void *own)
{
	struct array *a = own;
	vt_blk_table_free(&a->table);
	free(a->members);
	free(a);
}

/* Return: false: the reason is in f */
static bool read_member(
	struct vt_look *look, struct member *m, struct vt_found *f)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_stretch at;
	const struct vt_found *on = vt_found_part(look, m->dev, f);
	if (!on || !vt_found_stretch(f, on, &at))
		return false;
	m->map = vt_place_map(on->place);
	if (vt_md_read(at.path, at.offset_bytes, at.size_bytes, &m->md, &err) >=
		0)
		return true;
	vt_found_error(f, &err);
	return false;
}

static bool read_members(struct vt_look *look, const struct vt_dev *d,
	struct array *a, struct vt_found *f)
{
	a->members = vt_calloc(d->n_refs + 1, sizeof(*a->members));
	for (size_t i = 0; i < d->n_refs; i++) {
		struct member *m = &a->members[a->n];
		m->dev = d->refs[i].used;
		m->role = d->refs[i].key->word;
		if (!read_member(look, m, f))
			return false;
		a->n++;
	}
	return true;
}

static bool same_array(const struct vt_md *a, const struct vt_md *b)
{
	return a->metadata && b->metadata &&
	       !memcmp(a->uuid, b->uuid, sizeof(a->uuid));
}

/* Of the array that most devices are members of, the newest superblock. */
static const struct vt_md *best_of(const struct array *a)
{
	const struct vt_md *best = NULL;
	size_t most = 0;
	for (size_t i = 0; i < a->n; i++) {
		const struct vt_md *md = &a->members[i].md;
		size_t votes = 0;
		for (size_t k = 0; k < a->n; k++)
			votes += same_array(md, &a->members[k].md);
		if (votes > most || (best && same_array(best, md) &&
					    md->events > best->events))
			best = md;
		most = votes > most ? votes : most;
	}
	return best;
}

/* "disk-c partition 2", "raid 'md0'" */
static char *describe(const struct vt_dev *d)
{
	const struct vt_dev *disk = vt_dev_disk(d);
	const char *serial = disk ? vt_dev_text(disk, "serial") : NULL;
	if (!disk)
		return vt_printf("%s '%s'", d->type->word, d->id);
	serial = serial ? serial : disk->id;
	return d == disk ? vt_strdup(serial)
			 : vt_printf("%s partition %" PRIu64, serial,
				   vt_dev_num(d, "number"));
}

/* Each member has a place of its own, unless it is to replace another. */
static char *misplaced(const struct array *a, const struct member *m)
{
	if (m->md.position >= a->best->devices)
		return vt_printf("has place %" PRIu32 " of %" PRIu32,
			m->md.position, a->best->devices);
	for (const struct member *o = a->members; o < m; o++) {
		if (!same_array(&o->md, &m->md) || o->md.replacement ||
			m->md.replacement || o->md.role > VT_MD_REBUILT ||
			o->md.position != m->md.position)
			continue;
		VT_AUTO_FREE char *name = describe(o->dev);
		return vt_printf("has the place of %s", name);
	}
	return NULL;
}

/* What keeps a device from being a member, or NULL; owned. The kernel takes a
 * member whose events are behind by one. */
static char *problem(const struct array *a, const struct member *m)
{
	static const char *const roles[] = {[VT_MD_SPARE] = "is a spare",
		[VT_MD_FAILED] = "has failed",
		[VT_MD_JOURNAL] = "is a journal"};
	if (!m->md.metadata)
		return vt_strdup("has no superblock");
	if (!same_array(&m->md, a->best))
		return vt_printf("is a member of another array%s%s",
			*m->md.name ? ", " : "", m->md.name);
	if (m->md.events + 1 < a->best->events)
		return vt_printf("is out of date: its events are %" PRIu64
				 " of %" PRIu64,
			m->md.events, a->best->events);
	return roles[m->md.role] ? vt_strdup(roles[m->md.role])
				 : misplaced(a, m);
}

/* Those of a role that the config has, and what is wrong with the others. */
static void list_role(
	const struct array *a, const char *role, struct vt_array_members *out)
{
	bool spares = !strcmp(role, "spare_devices");
	for (size_t i = 0; i < a->n; i++) {
		const struct member *m = &a->members[i];
		VT_AUTO_FREE char *why = problem(a, m);
		bool spare = m->md.role == VT_MD_SPARE &&
			     same_array(&m->md, a->best);
		if (strcmp(m->role, role) != 0)
			continue;
		if (spares ? spare : !why) {
			vt_str_item(&out->ids, ", ", m->dev->id);
			out->n++;
			continue;
		}
		VT_AUTO_FREE char *name = describe(m->dev);
		VT_AUTO_FREE char *text =
			vt_printf("%s %s", name, why ? why : "is not a spare");
		vt_str_item(&out->problems, ", ", text);
	}
}

/* Members that the config does not have, and those that the array has lost. */
static void list_others(
	const struct array *a, size_t listed, struct vt_array_members *out)
{
	size_t active = 0, rebuilt = 0;
	for (size_t i = 0; i < a->n; i++) {
		VT_AUTO_FREE char *why = problem(a, &a->members[i]);
		active += !why;
		rebuilt += !why && a->members[i].md.role == VT_MD_REBUILT;
	}
	size_t missing = listed - out->n, has = a->best->devices;
	if (has > active + missing) {
		VT_AUTO_FREE char *others = vt_printf(
			"%zu not in the config", has - active - missing);
		vt_str_item(&out->ids, ", ", others);
		out->n += has - active - missing;
	}
	if (a->best->present < has && !rebuilt && !out->problems.len)
		vt_str_addf(&out->problems, "it had %" PRIu32 " of %zu at last",
			a->best->present, has);
	else if (!a->best->clean && a->best->level > 0)
		out->note = "not in sync";
}

void vt_array_found(struct vt_found *f, const char *word, const char *level,
	struct vt_array_members *m)
{
	struct vt_found_field *field = vt_found_add(f, word);
	VT_AUTO_FREE char *ids = vt_str_take(&m->ids);
	VT_AUTO_FREE char *problems = vt_str_take(&m->problems);
	VT_AUTO_FREE char *of =
		level ? vt_printf("%s of %zu: ", level, m->n) : vt_strdup("");
	const char *more = *problems ? problems : m->note;
	field->text = vt_printf("%s%s%s%s%s", of, *ids ? ids : "none",
		more ? " (" : "", more ? more : "", more ? ")" : "");
	field->value = *problems ? NULL : vt_strdup(ids);
}

char *vt_array_name(const struct vt_dev *raid, const char *name)
{
	const char *want = vt_dev_text(raid, "mdname");
	const char *colon = strchr(name, ':');
	const char *bare = colon ? colon + 1 : name;
	if (!want)
		want = vt_dev_text(raid, "name");
	if (vt_str_eq(want, name))
		return vt_strdup(name);
	/* mdadm(8) calls /dev/md0 just 0 */
	if (want && vt_str_starts(want, "md") && !strcmp(want + 2, bare))
		return vt_strdup(want);
	return vt_strdup(bare);
}

static void add_name(
	struct vt_found *f, const struct vt_dev *d, const struct vt_md *md)
{
	bool old = !strcmp(md->metadata, "0.90");
	const char *want = vt_dev_text(d, "name");
	struct vt_found_field *field =
		vt_found_add(f, vt_dev_field(d, "mdname") ? "mdname" : "name");
	field->value = old ? vt_printf("md%" PRIu32, md->minor)
			   : vt_array_name(d, md->name);
	field->text = vt_printf("'%s'", old ? field->value : md->name);
	/* it has the number of /dev/md0 alone */
	if (old && !(want && vt_str_starts(want, "md") && want[2] &&
			   !want[2 + strspn(want + 2, "0123456789")]))
		field->why = vt_strdup("metadata 0.90 has no names");
}

static void add_members(
	struct vt_found *f, const struct array *a, const char *level)
{
	struct vt_array_members devices = {0}, spares = {0};
	size_t listed = 0, spare = 0;
	for (size_t i = 0; i < a->n; i++) {
		listed += !strcmp(a->members[i].role, "devices");
		spare += !strcmp(a->members[i].role, "spare_devices");
	}
	list_role(a, "devices", &devices);
	list_others(a, listed, &devices);
	vt_array_found(f, "devices", level, &devices);
	if (!spare)
		return;
	list_role(a, "spare_devices", &spares);
	vt_array_found(f, "spare_devices", NULL, &spares);
}

static void add_content(
	struct vt_found *f, const struct vt_dev *d, struct array *a)
{
	VT_AUTO_FREE struct vt_md_member *members =
		vt_calloc(a->n + 1, sizeof(*members));
	enum vt_md_why unmapped;
	size_t n = 0;
	for (size_t i = 0; i < a->n; i++) {
		VT_AUTO_FREE char *why = problem(a, &a->members[i]);
		if (!why)
			members[n++] = (struct vt_md_member){
				&a->members[i].md, a->members[i].map};
	}
	struct vt_map *map = vt_md_map(a->best, members, n, &unmapped);
	if (!map)
		f->why = vt_strdup(vt_md_why_text(unmapped));
	vt_found_place(f, map);
	vt_found_read_table(f, d, &a->table);
}

/* A container's format, and the arrays in it, are those of a firmware. */
static bool is_external(const struct vt_dev *d)
{
	const char *metadata = vt_dev_text(d, "metadata");
	return vt_dev_ref(d, "container") ||
	       vt_str_eq(vt_dev_text(d, "raidlevel"), "container") ||
	       vt_str_eq(metadata, "imsm") || vt_str_eq(metadata, "ddf");
}

void vt_find_raid(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	struct array *a = f->own = vt_alloc(sizeof(*a));
	f->free_own = free_array;
	if (is_external(d)) {
		vt_found_untold(f, "containers of firmware are not read");
		return;
	}
	if (!read_members(look, d, a, f))
		return;
	a->best = best_of(a);
	if (!a->best) {
		vt_found_missing(
			f, "no device of '%s' has an MD superblock", d->id);
		return;
	}
	const char *level = vt_md_level(a->best->level);
	level = level ? level : "an unknown level";
	struct vt_found_field *field = vt_found_add(f, "raidlevel");
	field->value = vt_strdup(level);
	field->text = vt_strdup(level);
	field = vt_found_add(f, "metadata");
	field->value = vt_strdup(a->best->metadata);
	field->text = vt_strdup(a->best->metadata);
	add_name(f, d, a->best);
	add_members(f, a, level);
	add_content(f, d, a);
}

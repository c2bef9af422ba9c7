#include "image/md_map.h"

#include <stdlib.h>

#include "base/mem.h"

struct parts {
	struct vt_map **v; /* the content of each, by position */
	size_t n, missing;
};

static void free_parts(struct parts *p)
{
	for (size_t i = 0; i < p->n; i++)
		vt_map_unref(p->v[i]);
	free(p->v);
}
#define AUTO_PARTS __attribute__((cleanup(free_parts)))

const char *vt_md_why_text(enum vt_md_why why)
{
	static const char *const words[] = {
		[VT_MD_MAPPED] = "",
		[VT_MD_NO_LEVEL] = "arrays of this level are not read on disk "
				   "images",
		[VT_MD_NO_MEMBERS] = "the array lacks members that its content "
				     "cannot be read without",
		[VT_MD_NO_PARITY] = "the array lacks a member, and is not in "
				    "sync",
		[VT_MD_NO_LAYOUT] = "the array's superblock has no layout that "
				    "is known",
		[VT_MD_NO_ZONES] = "the array has members of different sizes, "
				   "and its superblock does not have the "
				   "layout",
		[VT_MD_RESHAPED] = "the array is being reshaped",
		[VT_MD_JOURNALED] = "the newest data of the array may be in "
				    "its journal",
	};
	return words[why];
}

/* Levels that use each member as far as it goes. */
static bool is_uneven(const struct vt_md *array)
{
	return array->level == 0 || array->level == -1;
}

static uint64_t size_of(const struct vt_md *array, const struct vt_md *md)
{
	if (!is_uneven(array))
		return array->size_bytes;
	return array->chunk_bytes ? md->member_bytes / array->chunk_bytes *
					    array->chunk_bytes
				  : md->member_bytes;
}

/* One that is being rebuilt does not have all of its data. */
static void find_parts(const struct vt_md *array,
	const struct vt_md_member *members, size_t n, struct parts *out)
{
	out->n = out->missing = array->devices;
	out->v = vt_calloc(out->n + 1, sizeof(struct vt_map *));
	for (size_t i = 0; i < n; i++) {
		const struct vt_md *md = members[i].md;
		if (md->role != VT_MD_ACTIVE || md->replacement ||
			md->position >= out->n || out->v[md->position])
			continue;
		out->v[md->position] = vt_map_slice(
			members[i].map, md->data_bytes, size_of(array, md));
		out->missing -= out->v[md->position] != NULL;
	}
}

static struct vt_map *map_copy(const struct parts *p, enum vt_md_why *why)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i] && vt_map_size(p->v[i]))
			return vt_map_ref(p->v[i]);
	*why = VT_MD_NO_MEMBERS;
	return NULL;
}

/* The parts that are larger than `start`, from there to where the smallest of
 * them ends.
 * Return: that end; `start` if there are none */
static uint64_t find_zone(
	const struct parts *p, uint64_t start, struct parts *zone)
{
	uint64_t end = start;
	for (size_t i = 0; i < p->n; i++) {
		uint64_t size = vt_map_size(p->v[i]);
		if (size > start && (end == start || size < end))
			end = size;
	}
	zone->v = vt_calloc(p->n + 1, sizeof(struct vt_map *));
	for (size_t i = 0; i < p->n; i++)
		if (vt_map_size(p->v[i]) > start)
			zone->v[zone->n++] =
				vt_map_slice(p->v[i], start, end - start);
	return end;
}

/* Source: raid0.c: create_strip_zones(), map_sector(): in the original layout
 * the part of a chunk depends on the chunk's number in the array, in the
 * alternate one on that in the zone. */
static struct vt_map *map_zones(
	const struct vt_md *array, const struct parts *p, enum vt_md_why *why)
{
	AUTO_PARTS struct parts zones = {0};
	struct vt_map_array a = {.level = 0, .chunk_bytes = array->chunk_bytes};
	uint64_t start = 0, at = 0;
	zones.v = vt_calloc(p->n + 1, sizeof(struct vt_map *));
	*why = VT_MD_NO_LAYOUT;
	while (a.chunk_bytes && zones.n < p->n) {
		AUTO_PARTS struct parts zone = {0};
		uint64_t end = find_zone(p, start, &zone);
		if (end == start)
			break;
		if (array->layout == VT_MD_LAYOUT_ORIGINAL)
			a.first = (uint32_t)(at / a.chunk_bytes % zone.n);
		a.part_bytes = end - start;
		zones.v[zones.n] = vt_map_array(zone.v, zone.n, &a);
		if (!zones.v[zones.n])
			return NULL;
		at += vt_map_size(zones.v[zones.n++]);
		start = end;
	}
	if (zones.n > 1 && array->layout != VT_MD_LAYOUT_ORIGINAL &&
		array->layout != VT_MD_LAYOUT_ALTERNATE) {
		*why = VT_MD_NO_ZONES;
		return NULL;
	}
	return zones.n ? vt_map_concat(zones.v, zones.n) : NULL;
}

static struct vt_map *map_stripes(
	const struct vt_md *array, const struct parts *p, enum vt_md_why *why)
{
	bool parity = array->level != 10;
	struct vt_map *m = vt_map_array(p->v, p->n,
		&(struct vt_map_array){.level = array->level,
			.layout = array->layout,
			.chunk_bytes = array->chunk_bytes,
			.part_bytes = array->size_bytes});
	*why = p->missing ? VT_MD_NO_MEMBERS : VT_MD_NO_LAYOUT;
	if (!m || !p->missing || !parity || array->clean)
		return m;
	vt_map_unref(m);
	*why = VT_MD_NO_PARITY;
	return NULL;
}

struct vt_map *vt_md_map(const struct vt_md *array,
	const struct vt_md_member *members, size_t n, enum vt_md_why *why)
{
	AUTO_PARTS struct parts p = {0};
	find_parts(array, members, n, &p);
	*why = array->reshaped                           ? VT_MD_RESHAPED
	       : array->journaled                        ? VT_MD_JOURNALED
	       : is_uneven(array) && p.missing           ? VT_MD_NO_MEMBERS
	       : !is_uneven(array) && !array->size_bytes ? VT_MD_NO_LAYOUT
							 : VT_MD_MAPPED;
	if (*why != VT_MD_MAPPED)
		return NULL;
	switch (array->level) {
	case -1:
		*why = VT_MD_NO_LAYOUT;
		return vt_map_concat(p.v, p.n);
	case 0:
		return map_zones(array, &p, why);
	case 1:
		return map_copy(&p, why);
	case 4:
	case 5:
	case 6:
	case 10:
		return map_stripes(array, &p, why);
	default:
		*why = VT_MD_NO_LEVEL;
		return NULL;
	}
}

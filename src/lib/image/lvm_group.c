/* A volume group out of LVM's metadata. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/lvm.h"
#include "image/lvm_text.h"

/* What LVM counts in; and as many stripes as it can have. */
enum { SECTOR = 512, MAX_STRIPES = 128 };
/* More sectors than any disk has, and few enough to be multiplied. */
#define MAX_SECTORS ((uint64_t)1 << 50)

static const char *text_of(const struct vt_lvm_text *t, const char *name)
{
	const struct vt_lvm_text *one = vt_lvm_text_get(t, name);
	return one ? one->text : NULL;
}

/* A number that is there and not too large. */
static bool number_of(const struct vt_lvm_text *t, const char *name,
	uint64_t max, uint64_t *out)
{
	const struct vt_lvm_text *one = vt_lvm_text_get(t, name);
	if (!one || !one->is_number || one->number > max)
		return false;
	*out = one->number;
	return true;
}

static bool parse_pvs(const struct vt_lvm_text *t, struct vt_lvm_group *out)
{
	out->pvs = vt_calloc(t ? t->n + 1 : 1, sizeof(*out->pvs));
	for (size_t i = 0; t && i < t->n; i++) {
		struct vt_lvm_pv *pv = &out->pvs[out->n_pvs++];
		const char *id = text_of(&t->v[i], "id");
		uint64_t start;
		if (!id ||
			!number_of(&t->v[i], "pe_start", MAX_SECTORS, &start) ||
			!number_of(&t->v[i], "pe_count", MAX_SECTORS,
				&pv->extents))
			return false;
		pv->name = vt_strdup(t->v[i].name);
		pv->uuid = vt_str_replace(id, "-", "");
		pv->start_bytes = start * SECTOR;
	}
	return true;
}

/* "pv0", 12: of a volume that the group has, and extents that this has. */
static bool parse_stripe(const struct vt_lvm_text *name,
	const struct vt_lvm_text *extent, const struct vt_lvm_group *group,
	uint64_t extents, struct vt_lvm_stripe *out)
{
	if (!name->text || !extent->is_number)
		return false;
	out->extent = extent->number;
	while (out->pv < group->n_pvs &&
		strcmp(group->pvs[out->pv].name, name->text) != 0)
		out->pv++;
	if (out->pv == group->n_pvs)
		return false;
	uint64_t has = group->pvs[out->pv].extents;
	return out->extent <= has && extents <= has - out->extent;
}

/* stripes = ["pv0", 12, "pv1", 0]: of a volume that goes around them. Other
 * types have none, or other things in that list. */
static bool parse_stripes(const struct vt_lvm_text *t,
	const struct vt_lvm_group *group, struct vt_lvm_segment *out)
{
	const struct vt_lvm_text *list = vt_lvm_text_get(t, "stripes");
	uint64_t n, sectors = 0;
	if (strcmp(out->type, "striped") != 0)
		return true;
	if (!number_of(t, "stripe_count", MAX_STRIPES, &n) || !n || !list ||
		list->n != 2 * n || out->extents % n ||
		(n > 1 && (!number_of(t, "stripe_size", UINT32_MAX, &sectors) ||
				  !sectors)))
		return false;
	out->stripe_bytes = sectors * SECTOR;
	out->stripes = vt_calloc(n, sizeof(*out->stripes));
	for (; out->n < n; out->n++)
		if (!parse_stripe(&list->v[2 * out->n],
			    &list->v[2 * out->n + 1], group, out->extents / n,
			    &out->stripes[out->n]))
			return false;
	return true;
}

/* segment1, segment2 ...: each begins where the one before ends. */
static bool parse_segments(const struct vt_lvm_text *t,
	const struct vt_lvm_group *group, struct vt_lvm_lv *out)
{
	uint64_t count;
	if (!number_of(t, "segment_count", t->n, &count))
		return false;
	out->segments = vt_calloc(count + 1, sizeof(*out->segments));
	for (; out->n < count; out->n++) {
		struct vt_lvm_segment *s = &out->segments[out->n];
		VT_AUTO_FREE char *name = vt_printf("segment%zu", out->n + 1);
		const struct vt_lvm_text *one = vt_lvm_text_get(t, name);
		const char *type = one ? text_of(one, "type") : NULL;
		s->type = vt_strdup(type ? type : "");
		if (!one ||
			!number_of(one, "start_extent", MAX_SECTORS,
				&s->start_extent) ||
			!number_of(one, "extent_count", MAX_SECTORS,
				&s->extents) ||
			s->start_extent != out->extents ||
			!parse_stripes(one, group, s))
			return false;
		out->extents += s->extents;
	}
	return out->extents <= MAX_SECTORS;
}

static void free_lv(struct vt_lvm_lv *lv)
{
	/* also of the segment that could not be read */
	for (size_t i = 0; lv->segments && lv->segments[i].type; i++) {
		free(lv->segments[i].type);
		free(lv->segments[i].stripes);
	}
	free(lv->segments);
	free(lv->name);
}

static bool parse_lvs(const struct vt_lvm_text *t, struct vt_lvm_group *out)
{
	out->lvs = vt_calloc(t ? t->n + 1 : 1, sizeof(*out->lvs));
	for (size_t i = 0; t && i < t->n; i++) {
		struct vt_lvm_lv *lv = &out->lvs[out->n_lvs++];
		lv->name = vt_strdup(t->v[i].name);
		if (!parse_segments(&t->v[i], out, lv))
			return false;
	}
	return true;
}

/* The group is the first section: what stands beside it is about the file. */
static const struct vt_lvm_text *find_group(const struct vt_lvm_text *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (vt_lvm_text_get(&t->v[i], "extent_size"))
			return &t->v[i];
	return NULL;
}

static bool parse(const struct vt_lvm_text *t, struct vt_lvm_group *out)
{
	const struct vt_lvm_text *group = find_group(t);
	uint64_t sectors;
	if (!group || !number_of(group, "seqno", UINT32_MAX, &out->seqno) ||
		!number_of(group, "extent_size", UINT32_MAX, &sectors) ||
		!sectors)
		return false;
	out->extent_bytes = sectors * SECTOR;
	if (!parse_pvs(vt_lvm_text_get(group, "physical_volumes"), out) ||
		!parse_lvs(vt_lvm_text_get(group, "logical_volumes"), out))
		return false;
	for (size_t i = 0; i < out->n_lvs; i++)
		if (out->lvs[i].extents > MAX_SECTORS / sectors)
			return false;
	for (size_t i = 0; i < out->n_pvs; i++)
		if (out->pvs[i].extents > MAX_SECTORS / sectors)
			return false;
	out->name = vt_strdup(group->name);
	return true;
}

int vt_lvm_group_parse(const char *text, size_t len, struct vt_lvm_group *out)
{
	__attribute__((cleanup(vt_lvm_text_freep))) struct vt_lvm_text *t =
		vt_lvm_text_parse(text, len);
	*out = (struct vt_lvm_group){0};
	if (t && parse(t, out))
		return 1;
	vt_lvm_group_free(out);
	return 0;
}

void vt_lvm_group_free(struct vt_lvm_group *group)
{
	for (size_t i = 0; i < group->n_pvs; i++) {
		free(group->pvs[i].name);
		free(group->pvs[i].uuid);
	}
	for (size_t i = 0; i < group->n_lvs; i++)
		free_lv(&group->lvs[i]);
	free(group->pvs);
	free(group->lvs);
	free(group->name);
	*group = (struct vt_lvm_group){0};
}

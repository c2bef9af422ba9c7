/* A volume group out of LVM's metadata. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/lvm.h"
#include "image/lvm_text.h"

/* What LVM counts in. */
enum { SECTOR = 512 };
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

/* stripes = ["pv0", 12]: where a linear one begins. Others, and types that are
 * no stretch of a disk at all, are left as not linear. */
static bool parse_place(const struct vt_lvm_text *t,
	const struct vt_lvm_group *group, struct vt_lvm_segment *out)
{
	const struct vt_lvm_text *stripes = vt_lvm_text_get(t, "stripes");
	uint64_t count = 0;
	if (!vt_str_eq(text_of(t, "type"), "striped") ||
		!number_of(t, "stripe_count", MAX_SECTORS, &count) ||
		count != 1 || !stripes || stripes->n != 2 ||
		!stripes->v[0].text || !stripes->v[1].is_number)
		return true;
	for (size_t i = 0; i < group->n_pvs; i++)
		if (!strcmp(group->pvs[i].name, stripes->v[0].text)) {
			out->pv = i;
			out->pv_extent = stripes->v[1].number;
			out->linear = 1;
			return out->pv_extent <= group->pvs[i].extents &&
			       out->extents <=
				       group->pvs[i].extents - out->pv_extent;
		}
	return false; /* of a volume that the group has not */
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
		if (!one ||
			!number_of(one, "start_extent", MAX_SECTORS,
				&s->start_extent) ||
			!number_of(one, "extent_count", MAX_SECTORS,
				&s->extents) ||
			s->start_extent != out->extents ||
			!parse_place(one, group, s))
			return false;
		out->extents += s->extents;
	}
	return out->extents <= MAX_SECTORS;
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
	for (size_t i = 0; i < group->n_lvs; i++) {
		free(group->lvs[i].name);
		free(group->lvs[i].segments);
	}
	free(group->pvs);
	free(group->lvs);
	free(group->name);
	*group = (struct vt_lvm_group){0};
}

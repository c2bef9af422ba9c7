/* What a wiped device has left of what was there before: signatures that the
 * config does not put there; and, if the whole device was overwritten,
 * bytes where nothing has been written since. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/blk.h"
#include "image/signatures.h"
#include "storage/disks.h"
#include "storage/finders.h"
#include "storage/owned.h"
#include "storage/place.h"

enum { MIB = 1 << 20, SAMPLE_BYTES = 64 << 10, MAX_NAMED = 4 };

/* Whether an offset lies in a partition that the config has on the device. */
static bool in_partition(
	const struct vt_dev *d, const struct vt_found *f, uint64_t at)
{
	for (size_t i = 0; f->table && i < d->n_users; i++) {
		const struct vt_dev *user = d->users[i]->user;
		const struct vt_blk_part *p =
			vt_dev_is(user, VT_PARTITION)
				? vt_blk_part(f->table,
					  (unsigned)vt_dev_num(user, "number"))
				: NULL;
		if (p && at >= p->start_bytes &&
			at - p->start_bytes < p->size_bytes)
			return true;
	}
	return false;
}

static bool is_foreign(const struct vt_owned *o,
	const struct vt_blk_signature *s, size_t arrays, const char *mode)
{
	if (!strcmp(mode, "pvremove") && strcmp(s->type, "LVM2_member") != 0)
		return false;
	if (!strcmp(s->type, "linux_raid_member"))
		return arrays > o->arrays;
	return !s->no_parts && !o->any && !vt_strv_has(&o->types, s->type);
}

/* "left from before: linux_raid_member 1.0 at byte 8380416, ..." */
static void list_foreign(const struct vt_dev *d, const struct vt_found *f,
	const struct vt_owned *o, const struct vt_blk_signatures *all,
	struct vt_str *out)
{
	const char *mode = vt_dev_text(d, "wipe");
	size_t n = 0, arrays = 0;
	for (size_t i = 0; i < all->n; i++)
		arrays += !strcmp(all->v[i].type, "linux_raid_member") &&
			  !in_partition(d, f, all->v[i].at_bytes);
	for (size_t i = 0; i < all->n; i++) {
		const struct vt_blk_signature *s = &all->v[i];
		if (in_partition(d, f, s->at_bytes) ||
			!is_foreign(o, s, arrays, mode) || n++ >= MAX_NAMED)
			continue;
		VT_AUTO_FREE char *text = vt_printf("%s%s%s at byte %" PRIu64,
			s->type, s->version ? " " : "",
			s->version ? s->version : "", s->at_bytes);
		vt_str_addf(out, "%s%s",
			out->len ? ", " : "left from before: ", text);
	}
	if (n > MAX_NAMED)
		vt_str_addf(out, ", and %zu more", n - MAX_NAMED);
}

static char *joined(const struct vt_strv *words)
{
	struct vt_str list = VT_STR_INIT;
	for (size_t i = 0; i < words->n; i++)
		vt_str_item(&list, ", ", words->v[i]);
	return vt_str_take(&list);
}

/* Return: -1: the error is in f */
static int add_signatures(struct vt_look *look, const struct vt_dev *d,
	struct vt_found *f, struct vt_str *left, char **own)
{
	VT_AUTO_BLK_SIGNATURES struct vt_blk_signatures all = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_OWNED struct vt_owned o = vt_owned_signatures(look->graph, d);
	struct vt_stretch at;
	int rc = vt_place_stretch(f->place, &at, &err);
	/* no size would be all of the image */
	if (rc == 0 && at.size_bytes)
		rc = vt_blk_signatures_read(at.path, at.offset_bytes,
			at.size_bytes, vt_map_sector(vt_place_map(f->place)),
			&all, &err);
	if (rc == 0)
		list_foreign(d, f, &o, &all, left);
	*own = joined(&o.types);
	if (rc < 0)
		vt_found_error(f, &err);
	return rc;
}

static int by_start(const void *a, const void *b)
{
	uint64_t x = ((const struct vt_blk_part *)a)->start_bytes;
	uint64_t y = ((const struct vt_blk_part *)b)->start_bytes;
	return (x > y) - (x < y);
}

/* A part of a device. */
struct area {
	uint64_t at_bytes, size_bytes;
};

/* What lies outside of the partitions and their table, in order.
 * Return: owned; `n` parts */
static struct area *gaps_of(
	const struct vt_blk_table *t, uint64_t end, bool later, size_t *n)
{
	struct area *gaps = vt_calloc(t->n + 1, sizeof(*gaps));
	VT_AUTO_FREE struct vt_blk_part *parts =
		vt_calloc(t->n + 1, sizeof(*parts));
	uint64_t at = t->head_bytes;
	end -= end < t->tail_bytes ? end : t->tail_bytes;
	for (size_t i = 0; i < t->n; i++)
		parts[i] = t->parts[i];
	qsort(parts, t->n, sizeof(*parts), by_start);
	parts[t->n] = (struct vt_blk_part){.start_bytes = end};
	for (size_t i = 0; i <= t->n; i++) {
		const struct vt_blk_part *p = &parts[i];
		if (p->start_bytes > at && p->start_bytes <= end &&
			!(later && i == 0))
			gaps[(*n)++] = (struct area){at, p->start_bytes - at};
		if (p->start_bytes + p->size_bytes > at)
			at = p->start_bytes + p->size_bytes;
	}
	return gaps;
}

/* Zero bytes; or random ones, except that a gpt and partitions are then made
 * with zeros of up to a MiB around.
 * Return: 1: as it was wiped; 0: not, `at` is where; -1 */
static int check_area(struct vt_map *on, struct area area, bool random,
	uint64_t *at, struct vt_err **err)
{
	if (random && area.size_bytes < 2 * MIB + SAMPLE_BYTES)
		return 1;
	if (random)
		area = (struct area){
			area.at_bytes + area.size_bytes - MIB - SAMPLE_BYTES,
			SAMPLE_BYTES};
	struct vt_place *place =
		vt_place_new(vt_map_slice(on, area.at_bytes, area.size_bytes));
	int rc = place ? vt_place_is_zero(place, at, err) : 1;
	vt_place_free(place);
	*at = area.at_bytes + (random ? 0 : *at);
	return rc < 0 || !random ? rc : !rc;
}

/* Return: -1: the error is in f */
static int add_bytes(const struct vt_dev *d, struct vt_found *f,
	const char *untouched, struct vt_str *left)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE struct area *areas = vt_calloc(1, sizeof(*areas));
	struct vt_map *on = vt_place_map(f->place);
	bool random = vt_str_eq(vt_dev_text(d, "wipe"), "random");
	size_t n = 1;
	*areas = (struct area){0, vt_map_size(on)};
	if (strcmp(untouched, "all") != 0 && f->table) {
		n = 0;
		free(areas);
		areas = gaps_of(f->table, vt_map_size(on),
			!strcmp(untouched, "later gaps"), &n);
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t at = 0;
		int rc = check_area(on, areas[i], random, &at, &err);
		if (rc == 1)
			continue;
		if (rc < 0) {
			vt_found_error(f, &err);
			return -1;
		}
		VT_AUTO_FREE char *text = vt_printf("%s at %" PRIu64,
			random ? "only zero bytes" : "another byte", at);
		vt_str_item(left, "; ", text);
		return 0;
	}
	return 0;
}

void vt_found_add_wipe(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	VT_AUTO_STR struct vt_str left = VT_STR_INIT;
	VT_AUTO_FREE char *own = NULL;
	const struct vt_field *wipe = vt_dev_field(d, "wipe");
	const char *untouched = vt_dev_text(d, "untouched");
	bool all = vt_str_eq(untouched, "all");
	if (!wipe || !wipe->expected)
		return;
	if (!f->place) {
		vt_found_add(f, "wipe")->why = vt_strdup(vt_found_no_place(f));
		return;
	}
	/* random bytes can look like any signature */
	if (!all && add_signatures(look, d, f, &left, &own) < 0)
		return;
	if (untouched && add_bytes(d, f, untouched, &left) < 0)
		return;
	struct vt_found_field *field = vt_found_add(f, "wipe");
	field->same = !left.len;
	field->text = vt_strdup(left.len ? left.s : "nothing else");
	field->more = own;
	own = NULL;
}

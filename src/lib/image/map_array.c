/* Arrays whose parts take turns: stripes, copies, parity. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/map_kind.h"

#define NO_PART SIZE_MAX
enum { SECTOR = 512, MAX_COPIES = 32 };

/* Where parity is in a stripe, and in what order the data is around it. */
struct vt_map_parity {
	int level;
	uint32_t layout;
	/* the parity moves down from the last part, up from the first, or not
	 * at all */
	enum { LEFT, RIGHT, FIRST, LAST } at;
	/* the second parity of level 6; END: on the last part, and the others
	 * are as those of a level 5 */
	enum { NONE, AFTER, BEFORE, END } second;
	bool follows;    /* data begins after the parity, and goes around */
	unsigned behind; /* 1: the first stripe is as others' second one */
};

/* Source: raid5.c: raid5_compute_sector(), raid5.h: ALGORITHM_* */
static const struct vt_map_parity layouts[] = {
	{4, 0, LAST, NONE, false, 0},
	{5, 0, LEFT, NONE, false, 0},
	{5, 1, RIGHT, NONE, false, 0},
	{5, 2, LEFT, NONE, true, 0},
	{5, 3, RIGHT, NONE, true, 0},
	{5, 4, FIRST, NONE, false, 0},
	{5, 5, LAST, NONE, false, 0},
	{6, 0, LEFT, AFTER, false, 0},
	{6, 1, RIGHT, AFTER, false, 0},
	{6, 2, LEFT, AFTER, true, 0},
	{6, 3, RIGHT, AFTER, true, 0},
	{6, 4, FIRST, AFTER, false, 0},
	{6, 5, LAST, AFTER, false, 0},
	{6, 8, RIGHT, AFTER, false, 0},
	{6, 9, LEFT, AFTER, false, 1},
	{6, 10, LEFT, BEFORE, true, 0},
	{6, 16, LEFT, END, false, 0},
	{6, 17, RIGHT, END, false, 0},
	{6, 18, LEFT, END, true, 0},
	{6, 19, RIGHT, END, true, 0},
	{6, 20, FIRST, END, false, 0},
};

static const struct vt_map_parity *find_parity(const struct vt_map_array *a)
{
	uint32_t layout = a->level == 4 ? 0 : a->layout;
	for (size_t i = 0; i < VT_COUNT(layouts); i++)
		if (layouts[i].level == a->level && layouts[i].layout == layout)
			return &layouts[i];
	return NULL;
}

/* Where a chunk is. */
struct spot {
	size_t part;
	size_t second; /* the second parity of its stripe, or NO_PART */
	uint64_t offset;
};

static void add_second(const struct vt_map_parity *p, size_t n, size_t parity,
	struct spot *out)
{
	out->second = p->second == AFTER    ? (parity + 1) % n
		      : p->second == BEFORE ? (parity + n - 1) % n
		      : p->second == END    ? n - 1
					    : NO_PART;
}

static struct spot find_data(const struct vt_map *m, uint64_t chunk)
{
	const struct vt_map_parity *p = m->parity;
	size_t data = m->n - (p->second == NONE ? 1 : 2);
	size_t turns = p->second == END ? m->n - 1 : m->n;
	uint64_t stripe = chunk / data;
	size_t number = (size_t)(chunk % data);
	size_t turn = (size_t)((stripe + p->behind) % turns);
	size_t parity = p->at == LEFT    ? turns - 1 - turn
			: p->at == RIGHT ? turn
			: p->at == FIRST ? 0
					 : data;
	struct spot s = {.offset = stripe * m->array.chunk_bytes};
	add_second(p, m->n, parity, &s);
	if (p->follows) {
		size_t after = parity + 1 + (p->second == AFTER);
		s.part = (after + number) % turns;
		return s;
	}
	for (s.part = 0; s.part == parity || s.part == s.second || number--;)
		s.part++;
	return s;
}

/* Copies of level 10: near ones on the parts that follow; far ones further down
 * on other parts, within sets of parts. */
struct copies {
	size_t near, far;
	bool offset; /* far ones are a chunk further down */
	size_t set;  /* parts of a set, which far copies stay in */
};

/* Source: raid10.c: setup_geo() */
static bool find_copies(uint32_t layout, size_t n, struct copies *out)
{
	size_t near = layout & 255, far = layout >> 8 & 255;
	uint32_t kind = layout >> 17;
	if (!near || !far || near * far > n || near * far > MAX_COPIES ||
		kind > 2)
		return false;
	*out = (struct copies){near, far, layout >> 16 & 1,
		kind == 0   ? n
		: kind == 1 ? n / far
			    : far * near};
	return true;
}

/* Chunks of a part that a level 10 uses. Source: raid10.c: calc_sectors() */
static uint64_t used_chunks(const struct vt_map *m, const struct copies *c)
{
	uint64_t chunks = m->array.part_bytes / m->array.chunk_bytes;
	chunks = chunks / c->far * m->n / c->near * c->near * c->far;
	return (chunks + m->n - 1) / m->n;
}

/* The part that has the next far copy. Source: __raid10_find_phys() */
static size_t next_far(size_t part, size_t n, const struct copies *c)
{
	size_t last = (n / c->set - 1) * c->set, rest = n % c->set;
	size_t set = part / c->set;
	part += c->near;
	if (rest && part > last)
		return (part - last) % (c->set + rest) + last;
	return part % c->set + c->set * set;
}

static struct spot find_copy(const struct vt_map *m, const struct copies *c,
	uint64_t chunk, size_t copy)
{
	uint64_t stripe = chunk * c->near / m->n * (c->offset ? c->far : 1);
	uint64_t stride = c->offset ? 1 : used_chunks(m, c) / c->far;
	size_t part = (size_t)(chunk * c->near % m->n) + copy % c->near;
	size_t far = copy / c->near;
	if (part >= m->n) {
		part -= m->n;
		stripe++;
	}
	for (size_t i = 0; i < far; i++)
		part = next_far(part, m->n, c);
	return (struct spot){
		part, NO_PART, (stripe + far * stride) * m->array.chunk_bytes};
}

/* Of a copy that is there. */
static struct spot find_any_copy(const struct vt_map *m, uint64_t chunk)
{
	struct copies c = {0};
	struct spot s = {.part = NO_PART};
	if (!find_copies(m->array.layout, m->n, &c))
		return s;
	for (size_t copy = 0; copy < c.near * c.far; copy++) {
		s = find_copy(m, &c, chunk, copy);
		if (m->parts[s.part])
			return s;
	}
	return (struct spot){.part = NO_PART};
}

static struct spot find(const struct vt_map *m, uint64_t chunk)
{
	if (m->parity)
		return find_data(m, chunk);
	if (m->array.level == 10)
		return find_any_copy(m, chunk);
	return (struct spot){(size_t)((chunk + m->array.first) % m->n), NO_PART,
		chunk / m->n * m->array.chunk_bytes};
}

/* What is at a place of a missing part is the sum of what the others have
 * there, but for the second parity. */
static int rebuild(const struct vt_map *m, const struct spot *s,
	unsigned char *buf, size_t len, struct vt_err **err)
{
	VT_AUTO_FREE unsigned char *other = vt_alloc(len);
	memset(buf, 0, len);
	for (size_t i = 0; i < m->n; i++) {
		if (!m->parts[i] || i == s->second)
			continue;
		if (vt_map_read(m->parts[i], s->offset, other, len, err) < 0)
			return -1;
		for (size_t k = 0; k < len; k++)
			buf[k] ^= other[k];
	}
	return 0;
}

static int read_array(const struct vt_map *m, uint64_t at, unsigned char *buf,
	size_t len, struct vt_err **err)
{
	while (len) {
		uint64_t within = at % m->array.chunk_bytes;
		uint64_t rest = m->array.chunk_bytes - within;
		size_t n = rest < len ? (size_t)rest : len;
		struct spot s = find(m, at / m->array.chunk_bytes);
		s.offset += within;
		int rc = m->parts[s.part] ? vt_map_read(m->parts[s.part],
						    s.offset, buf, n, err)
					  : rebuild(m, &s, buf, n, err);
		if (rc < 0)
			return -1;
		at += n;
		buf += n;
		len -= n;
	}
	return 0;
}

/* Parts for data, if each part has its turn: the others are for parity. */
static uint64_t count_chunks(const struct vt_map *m)
{
	uint64_t chunks = m->array.part_bytes / m->array.chunk_bytes;
	struct copies c = {0};
	if (m->parity)
		return chunks * (m->n - (m->parity->second == NONE ? 1 : 2));
	if (m->array.level == 10 && find_copies(m->array.layout, m->n, &c))
		return chunks / c.far * m->n / c.near;
	return chunks * m->n;
}

/* Where copies are depends on the part that a stripe begins on. */
static bool has_all_copies(const struct vt_map *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (find_any_copy(m, i).part == NO_PART)
			return false;
	return true;
}

static size_t count_missing(struct vt_map *const *parts, size_t n)
{
	size_t missing = 0;
	for (size_t i = 0; i < n; i++)
		missing += !parts[i];
	return missing;
}

static bool is_sound(const struct vt_map_array *a, size_t n, size_t missing)
{
	const struct vt_map_parity *p = find_parity(a);
	struct copies c;
	/* a chunk for each part at least; the product of sizes must fit */
	if (!n || !a->chunk_bytes || a->chunk_bytes % SECTOR ||
		a->part_bytes > INT64_MAX / n || missing == n)
		return false;
	if (a->level == 10)
		return find_copies(a->layout, n, &c);
	if (a->level == 0)
		return !missing;
	return p && missing <= 1 && n >= (p->second == NONE ? 2 : 3);
}

struct vt_map *vt_map_array(
	struct vt_map *const *parts, size_t n, const struct vt_map_array *array)
{
	size_t missing = count_missing(parts, n);
	if (!is_sound(array, n, missing))
		return NULL;
	VT_AUTO_MAP struct vt_map *m =
		vt_map_make(parts, n, missing && array->level != 10);
	if (!m)
		return NULL;
	m->read = read_array;
	m->array = *array;
	m->parity = find_parity(array);
	m->size_bytes = count_chunks(m) * array->chunk_bytes;
	if (array->level == 10 && missing && !has_all_copies(m))
		return NULL;
	struct vt_map *done = m;
	m = NULL;
	return done;
}

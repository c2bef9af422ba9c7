#include "storage/size.h"

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/disks.h"
#include "storage/sections.h"
#include "storage/types.h"

#define MIB ((uint64_t)1 << 20)

enum { ASKED = 1, OFFERED = 2 };

struct vt_sizes {
	struct vt_graph *g;
	uint64_t *asked, *offered; /* of each entry, once known */
	char *state;
	const struct vt_dev
		*root; /* that the root file system is on, or NULL */
};

static size_t at(const struct vt_sizes *s, const struct vt_dev *d)
{
	return (size_t)(d - s->g->v);
}

static uint64_t plus(uint64_t a, uint64_t b)
{
	uint64_t sum;
	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static uint64_t times(uint64_t a, uint64_t b)
{
	uint64_t product;
	return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static bool in_role(const struct vt_edge *e, const char *role)
{
	return !strcmp(e->key->word, role);
}

const struct vt_space *vt_dev_space(const struct vt_dev *d)
{
	static const struct vt_space none;
	return d->type->space ? d->type->space : &none;
}

/* What an entry offers at most; UINT64_MAX: whatever is asked of it. */
static uint64_t offers(struct vt_sizes *s, const struct vt_dev *d)
{
	size_t i = at(s, d);
	if (s->state[i] & OFFERED)
		return s->offered[i];
	const struct vt_space *space = vt_dev_space(d);
	s->state[i] |= OFFERED;
	s->offered[i] = vt_dev_num(d, "size");
	if (!s->offered[i])
		s->offered[i] = space->gives ? space->gives(s, d) : UINT64_MAX;
	return s->offered[i];
}

/* How large an entry must be for what lies on it. */
static uint64_t asked(struct vt_sizes *s, const struct vt_dev *d)
{
	size_t i = at(s, d);
	uint64_t beside = 0, most = 0;
	if (s->state[i] & ASKED)
		return s->asked[i];
	s->state[i] |= ASKED;
	for (size_t k = 0; k < d->n_users; k++) {
		const struct vt_space *space = vt_dev_space(d->users[k]->user);
		uint64_t bytes =
			space->takes ? space->takes(s, d->users[k]) : 0;
		if (space->beside)
			beside = plus(beside, bytes);
		else if (bytes > most)
			most = bytes;
	}
	s->asked[i] = beside > most ? beside : most;
	if (d == s->root)
		s->asked[i] =
			plus(s->asked[i], vt_graph_swap(s->g)->size_bytes);
	return s->asked[i];
}

uint64_t vt_all_gives(struct vt_sizes *s, const struct vt_dev *d)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < d->n_refs; i++)
		sum = plus(sum, offers(s, d->refs[i].used));
	return d->n_refs ? sum : UINT64_MAX;
}

uint64_t vt_bcache_gives(struct vt_sizes *s, const struct vt_dev *d)
{
	const struct vt_dev *backing = vt_dev_ref(d, "backing_device");
	return backing ? offers(s, backing) : UINT64_MAX;
}

/* How many of a raid's members hold data, in halves. */
static uint64_t data_halves(const struct vt_dev *raid, uint64_t members)
{
	const char *level = vt_dev_text(raid, "raidlevel");
	if (level && vt_str_starts(level, "raid"))
		level += strlen("raid");
	if (vt_str_eq(level, "1") || vt_str_eq(level, "mirror"))
		return 2;
	if ((vt_str_eq(level, "4") || vt_str_eq(level, "5")) && members > 1)
		return 2 * (members - 1);
	if (vt_str_eq(level, "6") && members > 2)
		return 2 * (members - 2);
	return vt_str_eq(level, "10") ? members : 2 * members;
}

static uint64_t members(const struct vt_dev *raid)
{
	uint64_t n = 0;
	for (size_t i = 0; i < raid->n_refs; i++)
		n += in_role(&raid->refs[i], "devices");
	return n;
}

uint64_t vt_raid_gives(struct vt_sizes *s, const struct vt_dev *d)
{
	uint64_t least = UINT64_MAX;
	for (size_t i = 0; i < d->n_refs; i++) {
		if (!in_role(&d->refs[i], "devices"))
			continue;
		uint64_t bytes = offers(s, d->refs[i].used);
		least = bytes < least ? bytes : least;
	}
	if (least == UINT64_MAX)
		return UINT64_MAX;
	return times(least, data_halves(d, members(d))) / 2;
}

uint64_t vt_partition_takes(struct vt_sizes *s, const struct vt_edge *e)
{
	(void)s;
	/* it is in the extended one */
	if (vt_str_eq(vt_dev_text(e->user, "flag"), "logical"))
		return MIB;
	return plus(vt_dev_num(e->user, "size"), MIB);
}

uint64_t vt_lvm_partition_takes(struct vt_sizes *s, const struct vt_edge *e)
{
	uint64_t size = vt_dev_num(e->user, "size");
	return plus(size ? size : asked(s, e->user), MIB);
}

/* What the devices of known size do not hold, shared by the others. */
uint64_t vt_volgroup_takes(struct vt_sizes *s, const struct vt_edge *e)
{
	const struct vt_dev *vg = e->user;
	uint64_t want = asked(s, vg), open = 0;
	for (size_t i = 0; i < vg->n_refs; i++) {
		uint64_t has = offers(s, vg->refs[i].used);
		open += has == UINT64_MAX;
		if (has != UINT64_MAX)
			want -= has < want ? has : want;
	}
	return open ? want / open + 8 * MIB : 0;
}

uint64_t vt_raid_takes(struct vt_sizes *s, const struct vt_edge *e)
{
	uint64_t n = members(e->user);
	/* superblock and bitmap */
	return plus(
		times(asked(s, e->user), 2) / (n ? data_halves(e->user, n) : 2),
		128 * MIB);
}

uint64_t vt_bcache_takes(struct vt_sizes *s, const struct vt_edge *e)
{
	return in_role(e, "cache_device") ? 0 : plus(asked(s, e->user), MIB);
}

uint64_t vt_dm_crypt_takes(struct vt_sizes *s, const struct vt_edge *e)
{
	return plus(asked(s, e->user), 16 * MIB);
}

/* Disks get the size that is needed; other devices have the size of the config.
 * A difference of 1 MiB for each user is accepted. */
static int check_fit(
	struct vt_sizes *s, const struct vt_dev *d, struct vt_err **err)
{
	uint64_t has = offers(s, d), want = asked(s, d);
	if (!vt_dev_space(d)->bounded || has == UINT64_MAX ||
		want <= plus(has, times(d->n_users, MIB)))
		return 0;
	return vt_dev_err(d, NULL, err,
		"what lies on it needs %" PRIu64 " MiB, but it has %" PRIu64
		" MiB",
		want / MIB, has / MIB);
}

/* The end of a disk's last partition: curtin lays them out one after the other,
 * on MiB. */
static uint64_t end_of_partitions(const struct vt_dev *disk)
{
	uint64_t need = 0;
	for (size_t i = 0; i < disk->n_users; i++) {
		const struct vt_dev *p = disk->users[i]->user;
		uint64_t start = vt_dev_num(p, "offset"), end;
		if (!vt_dev_is(p, VT_PARTITION))
			continue;
		start = start ? start : need ? need : MIB;
		/* in the extended one, which grows by 1 MiB for each */
		if (vt_str_eq(vt_dev_text(p, "flag"), "logical"))
			end = plus(start, MIB);
		else
			end = plus(start, vt_dev_num(p, "size"));
		end = end > UINT64_MAX / 2 ? UINT64_MAX / 2 : end;
		if (end > need)
			need = (end + MIB - 1) / MIB * MIB;
	}
	return need;
}

static void measure(struct vt_sizes *s, struct vt_dev *disk)
{
	uint64_t want = asked(s, disk), need = end_of_partitions(disk);
	want = want > UINT64_MAX / 2 ? UINT64_MAX / 2 : want;
	disk->need_bytes = want > need ? (want + MIB - 1) / MIB * MIB : need;
}

/* The device that the root file system is on. */
static const struct vt_dev *root_of(const struct vt_graph *g)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct vt_dev *m = &g->v[i];
		const struct vt_dev *f = vt_dev_ref(m, "device");
		if (vt_dev_is(m, VT_MOUNT) && f &&
			vt_str_eq(vt_dev_text(m, "path"), "/"))
			return vt_dev_ref(f, "volume");
	}
	return NULL;
}

/* A logical volume without a size takes what others leave of its group. */
static uint64_t space_of(struct vt_sizes *s, const struct vt_dev *d)
{
	const struct vt_dev *vg = vt_dev_ref(d, "volgroup");
	uint64_t left = offers(s, vt_dev_num(d, "size") || !vg ? d : vg);
	if (left == UINT64_MAX || vt_dev_num(d, "size") || !vg)
		return left;
	for (size_t i = 0; i < vg->n_users; i++) {
		uint64_t other = vt_dev_num(vg->users[i]->user, "size");
		left -= other < left ? other : left;
	}
	return left;
}

/* The swap file must fit into the root file system, if that has a size. */
static int check_swap(struct vt_sizes *s, struct vt_err **err)
{
	uint64_t bytes = vt_graph_swap(s->g)->size_bytes;
	if (!s->root || space_of(s, s->root) >= bytes)
		return 0;
	return vt_dev_err(s->root, NULL, err,
		"it is too small for the swap file of %" PRIu64 " MiB",
		bytes / MIB);
}

static int sizes(struct vt_sizes *s, struct vt_err **err)
{
	struct vt_graph *g = s->g;
	if (check_swap(s, err) < 0)
		return -1;
	for (size_t i = 0; i < g->n; i++)
		if (check_fit(s, &g->v[i], err) < 0)
			return -1;
	for (size_t i = 0; i < g->n; i++)
		if (vt_dev_is(&g->v[i], VT_DISK))
			measure(s, &g->v[i]);
	return 0;
}

int vt_storage_sizes(struct vt_graph *g, struct vt_err **err)
{
	VT_AUTO_FREE uint64_t *asked_bytes =
		vt_calloc(g->n + 1, sizeof(uint64_t));
	VT_AUTO_FREE uint64_t *offered_bytes =
		vt_calloc(g->n + 1, sizeof(uint64_t));
	VT_AUTO_FREE char *state = vt_calloc(g->n + 1, 1);
	struct vt_sizes s = {g, asked_bytes, offered_bytes, state, root_of(g)};
	return sizes(&s, err);
}

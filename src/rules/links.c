#include "links.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

enum { MIB = 1 << 20 };

/* Keys that name other entries. */
static const struct {
	enum kind kind;
	const char *key;
} keys[] = {
	{BCACHE, "backing_device"},
	{BCACHE, "cache_device"},
	{CRYPT, "volume"},
	{FORMAT, "volume"},
	{LV, "volgroup"},
	{MOUNT, "device"},
	{PARTITION, "device"},
	{RAID, "container"},
	{RAID, "devices"},
	{RAID, "spare_devices"},
	{VG, "devices"},
	{ZFS, "pool"},
	{ZPOOL, "vdevs"},
};

/* `user` is made of `used`; in a list of all that use the same one, and in one
 * of all that the same one uses. */
struct link {
	struct item *user, *used;
	const char *key;
	ssize_t next_user, next_used; /* -1: the last */
};

struct links {
	struct reader *r;
	struct link *v;
	size_t n;
	ssize_t *users, *used;     /* of each entry: the first link, or -1 */
	uint64_t *asked, *offered; /* of each entry, once known */
	char *state;               /* of each entry: 0, or what is known */
};

enum { SEEN = 1, DONE = 2, ASKED = 4, OFFERED = 8 };

static size_t at(const struct links *l, const struct item *e)
{
	return (size_t)(e - l->r->entries);
}

static int add(struct links *l, struct item *user, const char *key,
	const struct vt_node *n)
{
	struct item *used = vt_entries_named(l->r, user, key, n);
	if (!used)
		return -1;
	l->v = vt_realloc(l->v, l->n + 1, sizeof(*l->v));
	l->v[l->n] = (struct link){
		user, used, key, l->users[at(l, used)], l->used[at(l, user)]};
	l->users[at(l, used)] = l->used[at(l, user)] = (ssize_t)l->n;
	l->n++;
	return 0;
}

static int add_all(struct links *l, struct item *e)
{
	for (size_t k = 0; k < VT_COUNT(keys); k++) {
		const struct vt_node *n = vt_node_get(e->node, keys[k].key);
		if (keys[k].kind != e->kind || vt_node_is_null(n))
			continue;
		if (n->kind == VT_SCALAR && add(l, e, keys[k].key, n) < 0)
			return -1;
		for (size_t i = 0; n->kind == VT_SEQ && i < n->n; i++)
			if (add(l, e, keys[k].key, n->items[i]) < 0)
				return -1;
	}
	return 0;
}

/* Down to what it stands on; the entry that is met again closes a circle. */
static int walk(struct links *l, struct item *e)
{
	char *state = &l->state[at(l, e)];
	if (*state & DONE)
		return 0;
	if (*state & SEEN)
		return vt_node_err(e->node, l->r->err,
			"'%s' is made of itself, by way of others", e->id);
	*state |= SEEN;
	for (ssize_t i = l->used[at(l, e)]; i >= 0; i = l->v[i].next_used)
		if (walk(l, l->v[i].used) < 0)
			return -1;
	*state |= DONE;
	return 0;
}

/* What an entry says of its size; 0: nothing, or a share of something. */
static uint64_t said(const struct item *e)
{
	uint64_t bytes = 0;
	const struct vt_node *n = vt_node_get(e->node, "size");
	if (vt_node_is_null(n) || vt_node_size(n, &bytes, NULL) < 0)
		return 0;
	return bytes;
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

/* How many of a raid's members hold data, in halves. */
static uint64_t data_halves(const struct item *raid, uint64_t members)
{
	const char *level = vt_node_text(vt_node_get(raid->node, "raidlevel"));
	if (level && vt_str_starts(level, "raid"))
		level += strlen("raid");
	if (vt_str_eq(level, "1") || vt_str_eq(level, "mirror"))
		return 2;
	if (vt_str_eq(level, "5") && members > 1)
		return 2 * (members - 1);
	if (vt_str_eq(level, "6") && members > 2)
		return 2 * (members - 2);
	return vt_str_eq(level, "10") ? members : 2 * members;
}

static uint64_t members(const struct links *l, const struct item *e)
{
	uint64_t n = 0;
	for (ssize_t i = l->used[at(l, e)]; i >= 0; i = l->v[i].next_used)
		n += !strcmp(l->v[i].key, "devices");
	return n;
}

/* What an entry offers at most; UINT64_MAX: whatever is asked of it. */
static uint64_t offers(struct links *l, const struct item *e);

static uint64_t compute_offer(struct links *l, const struct item *e)
{
	uint64_t least = UINT64_MAX, sum = 0, n = 0;
	if (said(e))
		return said(e);
	if (e->kind == DISK || e->kind == LV || e->kind == PARTITION)
		return UINT64_MAX;
	for (ssize_t i = l->used[at(l, e)]; i >= 0; i = l->v[i].next_used) {
		const struct link *one = &l->v[i];
		if (!strcmp(one->key, "cache_device") ||
			!strcmp(one->key, "spare_devices") ||
			!strcmp(one->key, "container"))
			continue;
		uint64_t bytes = offers(l, one->used);
		sum = plus(sum, bytes);
		least = bytes < least ? bytes : least;
		n++;
	}
	if (e->kind == RAID && n && least != UINT64_MAX)
		return times(least, data_halves(e, n)) / 2;
	return e->kind == RAID || !n ? UINT64_MAX : sum;
}

static uint64_t offers(struct links *l, const struct item *e)
{
	size_t i = at(l, e);
	if (!(l->state[i] & OFFERED))
		l->offered[i] = compute_offer(l, e);
	l->state[i] |= OFFERED;
	return l->offered[i];
}

static uint64_t asked(struct links *l, const struct item *e);

/* A volume group's part on one device: what those of known size do not hold. */
static uint64_t share(struct links *l, const struct item *vg)
{
	uint64_t want = asked(l, vg), open = 0;
	for (ssize_t i = l->used[at(l, vg)]; i >= 0; i = l->v[i].next_used) {
		uint64_t has = offers(l, l->v[i].used);
		open += has == UINT64_MAX;
		if (has != UINT64_MAX)
			want -= has < want ? has : want;
	}
	return open ? want / open + 8 * MIB : 0;
}

/* How much of `used` this user of it takes. */
static uint64_t takes(struct links *l, const struct link *one)
{
	const struct item *user = one->user;
	uint64_t n;
	switch (user->kind) {
	case PARTITION:
		/* it lies in the extended one */
		if (vt_str_eq(vt_node_text(vt_node_get(user->node, "flag")),
			    "logical"))
			return MIB;
		return plus(said(user), MIB);
	case LV:
		return plus(said(user), MIB);
	case VG:
		return share(l, user);
	case RAID:
		n = members(l, user);
		/* superblock and bitmap */
		return plus(times(asked(l, user), 2) /
				    (n ? data_halves(user, n) : 2),
			128 * MIB);
	case BCACHE:
		return !strcmp(one->key, "cache_device")
			       ? 0
			       : plus(asked(l, user), MIB);
	case CRYPT:
		return plus(asked(l, user), 16 * MIB);
	default:
		return 0;
	}
}

/* How large an entry must be for what lies on it. */
static uint64_t asked(struct links *l, const struct item *e)
{
	size_t i = at(l, e);
	uint64_t parts = 0, most = 0;
	if (l->state[i] & ASKED)
		return l->asked[i];
	l->state[i] |= ASKED;
	for (ssize_t k = l->users[i]; k >= 0; k = l->v[k].next_user) {
		uint64_t bytes = takes(l, &l->v[k]);
		enum kind kind = l->v[k].user->kind;
		if (kind == PARTITION || kind == LV)
			parts = plus(parts, bytes);
		else if (bytes > most)
			most = bytes;
	}
	return l->asked[i] = parts > most ? parts : most;
}

/* Disks are made to measure; of the others, what they say counts. The few MiB
 * between what is asked and what is needed are forgiven. */
static int check_fit(struct links *l, const struct item *e)
{
	uint64_t has = offers(l, e), want = asked(l, e), slack = 0;
	for (ssize_t i = l->users[at(l, e)]; i >= 0; i = l->v[i].next_user)
		slack = plus(slack, MIB);
	bool divided = e->kind == VG || e->kind == RAID || e->kind == BCACHE ||
		       e->kind == CRYPT || e->kind == LV;
	if (!divided || has == UINT64_MAX || want <= plus(has, slack))
		return 0;
	return vt_node_err(e->node, l->r->err,
		"what lies on '%s' needs %" PRIu64 " MiB, but it has %" PRIu64
		" MiB",
		e->id, want / MIB, has / MIB);
}

/* Partitions are laid out by storage.c, which knows of gaps. */
static void enlarge(struct links *l, const struct item *e)
{
	if (e->kind != DISK || e->index < 0)
		return;
	struct vt_disk_entry *d = &l->r->s->disks[e->index];
	uint64_t want = asked(l, e);
	if (want > UINT64_MAX / 2)
		want = UINT64_MAX / 2;
	if (want > d->need_bytes)
		d->need_bytes = (want + MIB - 1) / MIB * MIB;
}

static int check(struct links *l)
{
	struct reader *r = l->r;
	for (size_t i = 0; i < r->n; i++)
		l->users[i] = l->used[i] = -1;
	for (size_t i = 0; i < r->n; i++)
		if (add_all(l, &r->entries[i]) < 0)
			return -1;
	for (size_t i = 0; i < r->n; i++)
		if (walk(l, &r->entries[i]) < 0)
			return -1;
	for (size_t i = 0; i < r->n; i++)
		if (check_fit(l, &r->entries[i]) < 0)
			return -1;
	for (size_t i = 0; i < r->n; i++)
		enlarge(l, &r->entries[i]);
	return 0;
}

int vt_links_check(struct reader *r)
{
	struct links l = {.r = r};
	l.users = vt_calloc(r->n + 1, sizeof(*l.users));
	l.used = vt_calloc(r->n + 1, sizeof(*l.used));
	l.asked = vt_calloc(r->n + 1, sizeof(*l.asked));
	l.offered = vt_calloc(r->n + 1, sizeof(*l.offered));
	l.state = vt_calloc(r->n + 1, 1);
	int rc = check(&l);
	free(l.v);
	free(l.users);
	free(l.used);
	free(l.asked);
	free(l.offered);
	free(l.state);
	return rc;
}

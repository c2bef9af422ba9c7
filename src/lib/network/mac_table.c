#include "network/mac_table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "network/frame.h"

/* A set of WAYS entries for each value of the hash. */
enum { WAYS = 4, SETS = VT_MAC_ENTRIES / WAYS };

struct entry {
	uint64_t key; /* the address, and the segment above it */
	uint16_t vlan;
	uint8_t port;
	bool used;
	uint32_t seen;
};

struct vt_mac_table {
	struct entry sets[SETS][WAYS];
};

struct vt_mac_table *vt_mac_table_new(void)
{
	return vt_alloc(sizeof(struct vt_mac_table));
}

void vt_mac_table_free(struct vt_mac_table *t)
{
	free(t);
}

static uint64_t key_of(const struct vt_mac_key *k)
{
	uint64_t key = k->segment;
	for (int i = 0; i < VT_MAC_LEN; i++)
		key = key << 8 | k->mac[i];
	return key;
}

/* Fibonacci hashing: the upper bits depend on all of the key. */
static size_t set_of(uint64_t key, uint16_t vlan)
{
	uint64_t h = (key ^ (uint64_t)vlan << 48) * 0x9e3779b97f4a7c15;
	return (size_t)(h >> 40) % SETS;
}

static bool same(const struct entry *e, uint64_t key, uint16_t vlan)
{
	return e->used && e->key == key && e->vlan == vlan;
}

void vt_mac_learn(struct vt_mac_table *t, const struct vt_mac_key *k,
	unsigned port, uint32_t now)
{
	uint64_t key = key_of(k);
	struct entry *set = t->sets[set_of(key, k->vlan)], *to = set;
	for (int i = 0; i < WAYS; i++) {
		struct entry *e = set + i;
		if (same(e, key, k->vlan)) {
			to = e;
			break;
		}
		if (to->used && (!e->used || now - e->seen > now - to->seen))
			to = e;
	}
	*to = (struct entry){key, k->vlan, (uint8_t)port, true, now};
}

int vt_mac_find(
	const struct vt_mac_table *t, const struct vt_mac_key *k, uint32_t now)
{
	uint64_t key = key_of(k);
	const struct entry *set = t->sets[set_of(key, k->vlan)];
	for (int i = 0; i < WAYS; i++)
		if (same(set + i, key, k->vlan))
			return now - set[i].seen > VT_MAC_AGE_S ? -1
								: set[i].port;
	return -1;
}

void vt_mac_forget(struct vt_mac_table *t, unsigned port)
{
	for (size_t s = 0; s < SETS; s++)
		for (int i = 0; i < WAYS; i++)
			if (t->sets[s][i].port == port)
				t->sets[s][i] = (struct entry){0};
}

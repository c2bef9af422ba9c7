/* The entries of a storage config by their ids, and reading one of them. What
 * storage.c stands on, and nobody else includes. */
#ifndef VT_RULES_ENTRIES_H
#define VT_RULES_ENTRIES_H

#include "storage.h"

enum kind {
	OTHER, /* known, and nothing is derived from it */
	BCACHE,
	CRYPT,
	LV,
	RAID,
	VG,
	ZFS,
	ZPOOL,
	DISK,
	PARTITION,
	FORMAT,
	MOUNT,
};

/* An entry of the config, by its id. */
struct item {
	const char *id;
	const struct vt_node *node;
	enum kind kind;
	ssize_t index; /* into the list of its kind, -1: not derived from */
};

struct reader {
	struct vt_storage *s;
	struct item *entries;
	size_t n;
	void *ids; /* tsearch tree of the entries */
	struct vt_err **err;
};

/** vt_entries_index() - all entries of a list: known types, an id each, no id
 * twice; to be freed even after an error */
int vt_entries_index(struct reader *r, const struct vt_node *list);
void vt_entries_free(struct reader *r);

/** vt_entries_find() - by id; NULL when there is none */
struct item *vt_entries_find(struct reader *r, const char *id);

/** vt_entries_refer() - the entry that `key` of `e` names */
struct item *vt_entries_refer(
	struct reader *r, const struct item *e, const char *key);

/** vt_entries_named() - the entry that `n`, of the key `key` of `e`, names */
struct item *vt_entries_named(struct reader *r, const struct item *e,
	const char *key, const struct vt_node *n);

/** vt_entries_text() - a scalar that may be absent or null */
int vt_entries_text(struct reader *r, const struct vt_node *map,
	const char *key, const char **out);

/** vt_entries_need() - one that must be there and not be empty */
int vt_entries_need(struct reader *r, const struct vt_node *map,
	const char *key, const char **out);

#endif

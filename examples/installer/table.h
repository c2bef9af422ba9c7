/* A partition table: as it is on a device, and as it is to be.
 *
 *	AUTO_TABLE struct table old = {0};
 *	if (table_read(dev, &old, err) < 0) return -1;
 *
 * Starts and sizes are in sectors of the device. Texts are owned, and in the
 * form of sfdisk's scripts.
 */
#ifndef TABLE_H
#define TABLE_H

#include "steps.h"

struct table_part {
	unsigned number;
	uint64_t start, size;
	char *type; /* GUID, or code without 0x */
	char *uuid, *name, *attrs;
	bool active;
	bool kept;                  /* it was there before */
	const struct vt_dev *entry; /* NULL: the config does not have it */
};

struct table {
	const char *label; /* "gpt", "dos"; NULL: none of these */
	char *id;
	uint64_t first, last, length; /* of a gpt; 0: sfdisk's default */
	struct table_part *v;
	size_t n;
};

void table_free(struct table *t);
#define AUTO_TABLE __attribute__((cleanup(table_free)))

/** table_read() - a device without a table has no label */
int table_read(const char *dev, struct table *t, struct vt_err **err);
/** table_add() - append a partition; the earlier ones may move in memory */
struct table_part *table_add(struct table *t);
/** table_number(), table_start() - find a partition, or NULL */
const struct table_part *table_number(const struct table *t, uint64_t number);
const struct table_part *table_start(const struct table *t, uint64_t start);
/** table_is_extended() - by its type, on msdos */
bool table_is_extended(const struct table *t, const struct table_part *p);

/** table_write() - write it to the device, and tell the kernel
 * @append: only add the partitions that are not kept */
int table_write(const char *dev, const struct table *t, bool append,
	struct vt_err **err);

/** table_part_dev() - the device of a partition; owned */
char *table_part_dev(const char *dev, uint64_t number);

#endif

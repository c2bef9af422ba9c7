/* The disks of a test, as the installer left them.
 *
 *	struct disk *d = disks_find(&v->disks, "sda");
 *	const struct vt_blk_table *t = disk_table(d, r);
 *	if (!t) return; (the result r says why)
 *
 * An image is read at its first use and once. An image that is gone, as a keep
 * rule may have it, makes results skips; one that cannot be read makes them
 * the host's fault.
 */
#ifndef VT_VERIFY_DISK_H
#define VT_VERIFY_DISK_H

#include <stdint.h>

#include "data/doc.h"
#include "image/blk.h"
#include "test/result.h"

struct disk {
	const char *id, *ptable; /* ptable: expected, or NULL */
	const char *image;       /* as verify.yaml has it */
	char *path;              /* of the image */
	unsigned sector_bytes;
	size_t n_expected; /* partitions that verify.yaml names */
	bool read;
	struct vt_blk_table table;
};

struct disks {
	struct disk *v;
	size_t n;
};

/** disks_parse() - the list `storage: disks:` of verify.yaml, or NULL
 * @dir: that relative image names start from */
int disks_parse(struct disks *disks, const struct vt_node *list,
	const char *dir, struct vt_err **err);
void disks_free(struct disks *disks);
struct disk *disks_find(const struct disks *disks, const char *id);

/** disk_table() - Return: the partition table; NULL, and r says why */
const struct vt_blk_table *disk_table(struct disk *d, struct result *r);

/** disk_range() - where a partition lies; 0 is the whole disk, of size 0
 * Return: false, and r says why */
bool disk_range(struct disk *d, unsigned partition, struct result *r,
	uint64_t *offset_bytes, uint64_t *size_bytes);

/** disk_super() - what is on a partition; Return: false, and r says why */
bool disk_super(struct disk *d, unsigned partition, struct result *r,
	struct vt_blk_super *out);

#endif

#include "image/signatures.h"

#include <blkid/blkid.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "image/blk.h"

enum {
	MAX_SIGNATURES = 64,
	MAX_OF_A_TYPE = 8, /* a pool of zfs has hundreds */
	TABLE_AT = 446,    /* of a dos table, in its sector */
	TABLE_BYTES = 64,
};

static char *value(blkid_probe probe, const char *name)
{
	const char *v = NULL;
	if (blkid_probe_lookup_value(probe, name, &v, NULL) != 0)
		return NULL;
	return v && *v ? vt_strdup(v) : NULL;
}

/* Whether a dos table has no partition. */
static bool no_parts(int fd, uint64_t offset)
{
	static const unsigned char none[TABLE_BYTES];
	unsigned char table[TABLE_BYTES];
	return pread(fd, table, sizeof(table), (off_t)offset + TABLE_AT) ==
		       (ssize_t)sizeof(table) &&
	       !memcmp(table, none, sizeof(table));
}

/* Return: whether to look for another one of its type */
static bool keep(struct vt_blk_signatures *out, struct vt_blk_signature *s)
{
	size_t same = 0;
	for (size_t i = 0; i < out->n; i++) {
		const struct vt_blk_signature *old = &out->v[i];
		same += !strcmp(old->type, s->type);
		if (strcmp(old->type, s->type) != 0 ||
			old->at_bytes != s->at_bytes)
			continue;
		/* it could not be hidden */
		free(s->type);
		free(s->version);
		return false;
	}
	out->v = vt_realloc(out->v, out->n + 1, sizeof(*s));
	out->v[out->n++] = *s;
	return same + 1 < MAX_OF_A_TYPE;
}

/* Return: as keep() */
static bool add(blkid_probe probe, bool table, struct vt_blk_signatures *out)
{
	VT_AUTO_FREE char *at =
		value(probe, table ? "PTMAGIC_OFFSET" : "SBMAGIC_OFFSET");
	char *type = value(probe, table ? "PTTYPE" : "TYPE");
	struct vt_blk_signature s = {.type = type ? type : vt_strdup("unknown"),
		.version = table ? NULL : value(probe, "VERSION"),
		.at_bytes = at ? strtoull(at, NULL, 10) : 0};
	return keep(out, &s) && at;
}

/* Each signature that is found is hidden in libblkid's memory, and searched
 * again, since it shows only the first of a type. File systems and tables are
 * probed apart: it takes a FAT's boot sector for a table if the FAT is hidden.
 */
static int probe_all(blkid_probe probe, bool table, unsigned sector_bytes,
	struct vt_blk_signatures *out)
{
	/* they have no magic bytes: anything can look like one */
	static char atari[] = "atari";
	char *weak[] = {atari, NULL};
	int rc = 0;
	blkid_probe_set_sectorsize(probe, sector_bytes);
	if (blkid_probe_enable_superblocks(probe, !table) != 0 ||
		blkid_probe_enable_partitions(probe, table) != 0 ||
		blkid_probe_set_superblocks_flags(
			probe, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_VERSION |
				       BLKID_SUBLKS_MAGIC) != 0 ||
		blkid_probe_set_partitions_flags(probe,
			BLKID_PARTS_MAGIC | BLKID_PARTS_FORCE_GPT) != 0 ||
		blkid_probe_filter_partitions_type(
			probe, BLKID_FLTR_NOTIN, weak) != 0)
		return -1;
	while (out->n < MAX_SIGNATURES && (rc = blkid_do_probe(probe)) == 0)
		if (add(probe, table, out) && blkid_do_wipe(probe, true) != 0)
			return -1;
	return rc < 0 ? -1 : 0;
}

static int read_all(int fd, uint64_t offset, uint64_t size,
	unsigned sector_bytes, struct vt_blk_signatures *out)
{
	int rc = 0;
	for (int table = 0; table < 2 && rc == 0; table++) {
		blkid_probe probe = blkid_new_probe();
		rc = probe && blkid_probe_set_device(probe, fd,
				      (blkid_loff_t)offset,
				      (blkid_loff_t)size) == 0
			     ? probe_all(probe, table, sector_bytes, out)
			     : -1;
		blkid_free_probe(probe);
	}
	for (size_t i = 0; i < out->n; i++)
		out->v[i].no_parts =
			!strcmp(out->v[i].type, "dos") && no_parts(fd, offset);
	return rc;
}

int vt_blk_signatures_read(const char *path, uint64_t offset_bytes,
	uint64_t size_bytes, unsigned sector_bytes,
	struct vt_blk_signatures *out, struct vt_err **err)
{
	*out = (struct vt_blk_signatures){0};
	VT_AUTO_CLOSE int fd =
		vt_blk_open_area(path, offset_bytes, &size_bytes, err);
	if (fd < 0 || size_bytes == 0)
		return fd < 0 ? -1 : 0;
	if (read_all(fd, offset_bytes, size_bytes, sector_bytes, out) == 0)
		return 0;
	vt_blk_signatures_free(out);
	return vt_err_set(err, VT_HOST,
		"cannot probe '%s' for signatures at byte %llu", path,
		(unsigned long long)offset_bytes);
}

void vt_blk_signatures_free(struct vt_blk_signatures *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].type);
		free(s->v[i].version);
	}
	free(s->v);
	*s = (struct vt_blk_signatures){0};
}

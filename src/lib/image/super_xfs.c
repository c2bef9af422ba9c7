/* Superblocks of XFS: big endian, with a CRC-32C in version 5. */
#include <endian.h>
#include <ext2fs/ext2fs.h>
#include <string.h>

#include "base/mem.h"
#include "image/super.h"

enum {
	MAGIC_AT = 0,
	BLOCK_SIZE = 4,
	VERSION = 100,
	SECTOR_SIZE = 102,
	INODE_SIZE = 104,
	UNIT = 184, /* in blocks */
	WIDTH = 188,
	DIRECTORY_LOG = 192, /* of blocks in one of a directory */
	FEATURES2 = 200,
	RO_FEATURES = 212,
	IN_FEATURES = 216,
	SUM = 224,
	MIN_SECTOR = 512,
	MAX_SECTOR = 32768,
};

enum { OLD, RO, IN }; /* words of features */

static const struct {
	const char *name;
	int word;
	uint32_t mask;
} features[] = {
	{"lazy-count", OLD, 0x2},
	{"projid32bit", OLD, 0x80},
	{"finobt", RO, 0x1},
	{"rmapbt", RO, 0x2},
	{"reflink", RO, 0x4},
	{"inobtcount", RO, 0x8},
	{"ftype", IN, 0x1},
	{"sparse", IN, 0x2},
	{"bigtime", IN, 0x8},
	{"nrext64", IN, 0x20},
};
#define CRC 0x80000000U /* of our own, in OLD: no such bit is in use */
#define FTYPE_V4 0x200U

static uint32_t be32(const unsigned char *p)
{
	uint32_t v;
	memcpy(&v, p, sizeof(v));
	return be32toh(v);
}

static uint32_t be16(const unsigned char *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

/* The checksum is of the sector, where it is itself zero; little endian. */
static bool sum_fits(const struct vt_super_area *a, uint32_t sector)
{
	VT_AUTO_FREE unsigned char *s = vt_alloc(sector);
	uint32_t want;
	if (!vt_super_bytes(a, 0, s, sector))
		return false;
	memcpy(&want, s + SUM, sizeof(want));
	memset(s + SUM, 0, sizeof(want));
	return le32toh(want) == ~ext2fs_crc32c_le(~0U, s, sector);
}

static void add_features(struct vt_super *out, const unsigned char *s, bool v5)
{
	uint32_t old = be32(s + FEATURES2);
	out->features[OLD] = old & ~CRC;
	if (v5) {
		out->features[OLD] |= CRC;
		out->features[RO] = be32(s + RO_FEATURES);
		out->features[IN] = be32(s + IN_FEATURES);
	} else if (old & FTYPE_V4) {
		out->features[IN] = 1;
	}
}

static bool read_xfs(const struct vt_super_area *a, struct vt_super *out)
{
	unsigned char s[MIN_SECTOR];
	if (!vt_super_bytes(a, 0, s, sizeof(s)) ||
		memcmp(s + MAGIC_AT, "XFSB", 4) != 0)
		return false;
	uint32_t block = be32(s + BLOCK_SIZE), sector = be16(s + SECTOR_SIZE);
	bool v5 = (be16(s + VERSION) & 15) == 5;
	if (sector < MIN_SECTOR || sector > MAX_SECTOR || block < MIN_SECTOR ||
		block > 65536 || s[DIRECTORY_LOG] > 16 ||
		(v5 && !sum_fits(a, sector)))
		return false;
	vt_super_add(out, "block_size", block);
	vt_super_add(out, "sector_size", sector);
	vt_super_add(out, "inode_size", be16(s + INODE_SIZE));
	vt_super_add(
		out, "directory_size", (uint64_t)block << s[DIRECTORY_LOG]);
	vt_super_add(out, "stripe_unit", (uint64_t)be32(s + UNIT) * block);
	vt_super_add(
		out, "stripe_sectors", (uint64_t)be32(s + UNIT) * block / 512);
	vt_super_add(out, "stripe_width",
		be32(s + UNIT) ? be32(s + WIDTH) / be32(s + UNIT) : 0);
	add_features(out, s, v5);
	return true;
}

static int feature_xfs(const struct vt_super *s, const char *name)
{
	if (!strcmp(name, "crc"))
		return (s->features[OLD] & CRC) != 0;
	for (size_t i = 0; i < VT_COUNT(features); i++)
		if (!strcmp(features[i].name, name))
			return (s->features[features[i].word] &
				       features[i].mask) != 0;
	return -1;
}

const struct vt_super_family vt_super_xfs = {"xfs", read_xfs, feature_xfs};

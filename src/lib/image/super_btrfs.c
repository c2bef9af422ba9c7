/* Superblocks of btrfs: little endian, with a checksum, of which CRC-32C is
 * looked at. */
#include <endian.h>
#include <ext2fs/ext2fs.h>
#include <string.h>

#include "base/mem.h"
#include "image/super.h"

enum {
	SUPER_AT = 65536,
	SUPER_BYTES = 4096,
	SUMMED_FROM = 32, /* the checksum precedes it */
	MAGIC = 64,
	SECTOR_SIZE = 144,
	NODE_SIZE = 148,
	RO_FEATURES = 180, /* 8 bytes, as IN_FEATURES */
	IN_FEATURES = 188,
	SUM_KIND = 196,
};

enum { RO, IN };

static const struct {
	const char *name;
	int word;
	uint32_t mask;
} features[] = {
	{"mixed-bg", IN, 0x4},
	{"extref", IN, 0x40},
	{"raid56", IN, 0x80},
	{"skinny-metadata", IN, 0x100},
	{"no-holes", IN, 0x200},
	{"raid1c34", IN, 0x800},
	{"zoned", IN, 0x1000},
	{"free-space-tree", RO, 0x1},
	{"block-group-tree", RO, 0x8},
};

static uint32_t le32(const unsigned char *p)
{
	uint32_t v;
	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

static bool read_btrfs(const struct vt_super_area *a, struct vt_super *out)
{
	unsigned char s[SUPER_BYTES];
	if (!vt_super_bytes(a, SUPER_AT, s, sizeof(s)) ||
		memcmp(s + MAGIC, "_BHRfS_M", 8) != 0)
		return false;
	unsigned kind = s[SUM_KIND] | (unsigned)s[SUM_KIND + 1] << 8;
	if (kind == 0 && le32(s) != ~ext2fs_crc32c_le(~0U, s + SUMMED_FROM,
					    SUPER_BYTES - SUMMED_FROM))
		return false;
	vt_super_add(out, "sector_size", le32(s + SECTOR_SIZE));
	vt_super_add(out, "node_size", le32(s + NODE_SIZE));
	vt_super_add(out, "checksum", kind);
	out->features[RO] = le32(s + RO_FEATURES);
	out->features[IN] = le32(s + IN_FEATURES);
	return true;
}

static int feature_btrfs(const struct vt_super *s, const char *name)
{
	for (size_t i = 0; i < VT_COUNT(features); i++)
		if (!strcmp(features[i].name, name))
			return (s->features[features[i].word] &
				       features[i].mask) != 0;
	return -1;
}

const struct vt_super_family vt_super_btrfs = {
	"btrfs", read_btrfs, feature_btrfs};

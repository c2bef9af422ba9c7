/* Superblocks of ext2, ext3 and ext4, by libext2fs, and names of their features
 * by libe2p. */
#include <e2p/e2p.h>
#include <ext2fs/ext2fs.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/super.h"

static void add_numbers(struct vt_super *out, ext2_filsys fs)
{
	const struct ext2_super_block *sb = fs->super;
	uint64_t blocks = ext2fs_blocks_count(fs->super);
	uint64_t reserved = ext2fs_r_blocks_count(fs->super);
	vt_super_add(out, "block_size", EXT2_BLOCK_SIZE(sb));
	vt_super_add(out, "cluster_size", EXT2_CLUSTER_SIZE(sb));
	vt_super_add(out, "inode_size", EXT2_INODE_SIZE(sb));
	vt_super_add(out, "group_blocks", sb->s_blocks_per_group);
	vt_super_add(
		out, "flex_groups", 1ULL << (sb->s_log_groups_per_flex & 63));
	vt_super_add(out, "errors", sb->s_errors);
	vt_super_add(out, "revision", sb->s_rev_level);
	vt_super_add(out, "stride", sb->s_raid_stride);
	vt_super_add(out, "stripe_width", sb->s_raid_stripe_width);
	if (blocks && reserved < UINT64_MAX / 1000) /* thousandths */
		vt_super_add(out, "reserved",
			(reserved * 1000 + blocks / 2) / blocks);
}

static bool read_ext(const struct vt_super_area *a, struct vt_super *out)
{
	VT_AUTO_FREE char *at =
		vt_printf("offset=%llu", (unsigned long long)a->offset);
	ext2_filsys fs = NULL;
	/* FORCE: with features that this library does not know */
	if (ext2fs_open2(a->path, at,
		    EXT2_FLAG_64BITS | EXT2_FLAG_SUPER_ONLY | EXT2_FLAG_FORCE,
		    0, 0, unix_io_manager, &fs) != 0)
		return false;
	add_numbers(out, fs);
	out->features[E2P_FEATURE_COMPAT] = fs->super->s_feature_compat;
	out->features[E2P_FEATURE_INCOMPAT] = fs->super->s_feature_incompat;
	out->features[E2P_FEATURE_RO_INCOMPAT] = fs->super->s_feature_ro_compat;
	out->mounted = fs->super->s_mtime || fs->super->s_mnt_count > 0;
	ext2fs_free(fs);
	return true;
}

/* Unknown features have names made of their number. */
static bool all_known(const struct vt_super *s)
{
	for (int i = 0; i < VT_SUPER_FEATURES; i++)
		for (unsigned bit = 0; bit < 32; bit++) {
			uint32_t mask = 1U << bit;
			if ((s->features[i] & mask) &&
				vt_str_starts(e2p_feature2string(i, mask),
					"FEATURE_"))
				return false;
		}
	return true;
}

static int feature_ext(const struct vt_super *s, const char *name)
{
	VT_AUTO_FREE char *copy = vt_strdup(name);
	unsigned mask;
	int word;
	if (e2p_string2feature(copy, &word, &mask) == 0 && word >= 0 &&
		word < VT_SUPER_FEATURES)
		return (s->features[word] & mask) == mask;
	return all_known(s) ? 0 : -1;
}

const struct vt_super_family vt_super_ext = {"ext", read_ext, feature_ext};

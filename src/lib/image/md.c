#include "image/md.h"

#include <endian.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

enum {
	MAGIC = (int)0xa92b4efc,
	SECTOR = 512,
	OLD_RESERVED = 64 << 10, /* at the end, aligned to as much */
	OLD_WORDS = VT_MD_BYTES / 4,
	OLD_DISKS = 27,
	/* bits of `features`, for what holds */
	FEATURE_REBUILT = 2, /* recovery_offset */
	FEATURE_RESHAPE = 4, /* reshape */
	FEATURE_REPLACEMENT = 16,
	FEATURE_JOURNAL = 512,
	FEATURE_RAID0_LAYOUT = 4096, /* layout of level 0 */
	ROLE_SPARE = 0xffff,
	ROLE_FAILED = 0xfffe,
	ROLE_JOURNAL = 0xfffd,
	HEAD = 256, /* of metadata 1.x; then a role for each device */
	MAX_ROLES = (VT_MD_BYTES - HEAD) / 2,
};

/* Source: md_p.h: struct mdp_superblock_1 */
struct super {
	uint32_t magic, major, features, pad0;
	unsigned char set_uuid[16];
	char set_name[32];
	uint64_t ctime;
	int32_t level;
	uint32_t layout;
	uint64_t size;
	uint32_t chunk, raid_disks, bitmap, reshape[7];
	uint64_t data_offset, data_size, super_offset, recovery_offset;
	uint32_t dev_number, corrected;
	unsigned char device_uuid[16];
	unsigned char flags[8];
	uint64_t utime, events, resync_offset;
	uint32_t checksum, max_dev;
	unsigned char pad3[32];
	uint16_t roles[MAX_ROLES];
} __attribute__((packed));
_Static_assert(sizeof(struct super) == VT_MD_BYTES, "md_p.h");
_Static_assert(offsetof(struct super, roles) == HEAD, "md_p.h");

/* Source: md_p.h: struct mdp_superblock_s and mdp_disk_t, in words */
enum {
	OLD_MAJOR = 1,
	OLD_MINOR = 2,
	OLD_UUID0 = 5,
	OLD_CTIME = 6,
	OLD_LEVEL = 7,
	OLD_SIZE = 8, /* KiB */
	OLD_RAID_DISKS = 10,
	OLD_MD_MINOR = 11,
	OLD_UUID1 = 13,
	OLD_STATE = 33, /* bit 0: clean */
	OLD_ACTIVE = 34,
	OLD_LAYOUT = 64,
	OLD_CHUNK = 65, /* bytes */
	OLD_CHECKSUM = 38,
	OLD_EVENTS = 39,
	OLD_THIS = 992,
	DISK_RAID_DISK = 3,
	DISK_STATE = 4, /* bit 0: faulty, 1: active, 2: in sync */
};

const char *vt_md_level(int32_t level)
{
	static const struct {
		int32_t level;
		const char *word;
	} levels[] = {
		{-1, "linear"},
		{0, "raid0"},
		{1, "raid1"},
		{4, "raid4"},
		{5, "raid5"},
		{6, "raid6"},
		{10, "raid10"},
	};
	for (size_t i = 0; i < VT_COUNT(levels); i++)
		if (levels[i].level == level)
			return levels[i].word;
	return NULL;
}

static uint32_t fold(uint64_t sum)
{
	return (uint32_t)sum + (uint32_t)(sum >> 32);
}

static uint32_t word(const unsigned char *data, size_t i)
{
	uint32_t v;
	memcpy(&v, data + 4 * i, sizeof(v));
	return le32toh(v);
}

/* Source: md.c: calc_sb_1_csum(): words, and half a word that is left */
static uint32_t checksum(const unsigned char *data, size_t len)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < len / 4; i++)
		sum += word(data, i);
	if (len % 4)
		sum += data[len - 2] | (uint32_t)data[len - 1] << 8;
	return fold(sum - word(data, offsetof(struct super, checksum) / 4));
}

static const char *version_at(uint64_t at)
{
	return at == 0 ? "1.1" : at == 4096 ? "1.2" : "1.0";
}

static void read_role(const struct super *s, struct vt_md *out)
{
	uint32_t max = le32toh(s->max_dev), number = le32toh(s->dev_number);
	unsigned role = number < max ? le16toh(s->roles[number]) : ROLE_SPARE;
	for (uint32_t i = 0; i < max; i++)
		out->present += le16toh(s->roles[i]) < out->devices;
	out->position = role;
	out->role = role == ROLE_JOURNAL                     ? VT_MD_JOURNAL
		    : role == ROLE_SPARE                     ? VT_MD_SPARE
		    : role >= out->devices                   ? VT_MD_FAILED
		    : le32toh(s->features) & FEATURE_REBUILT ? VT_MD_REBUILT
							     : VT_MD_ACTIVE;
}

static void read_geometry(const struct super *s, struct vt_md *out)
{
	uint32_t features = le32toh(s->features);
	out->chunk_bytes = (uint64_t)le32toh(s->chunk) * SECTOR;
	if (out->level != 0 || features & FEATURE_RAID0_LAYOUT)
		out->layout = le32toh(s->layout);
	out->reshaped = features & FEATURE_RESHAPE;
	out->replacement = features & FEATURE_REPLACEMENT;
	out->journaled = features & FEATURE_JOURNAL;
}

/* What it uses of a member, in bytes: none if that is not in the member. */
static void read_place(const struct super *s, uint64_t size, struct vt_md *out)
{
	uint64_t from = le64toh(s->data_offset), n = le64toh(s->size);
	if (from > size / SECTOR || n > size / SECTOR - from)
		return;
	out->data_bytes = from * SECTOR;
	out->size_bytes = n * SECTOR;
	if (le64toh(s->data_size) <= size / SECTOR - from)
		out->member_bytes = le64toh(s->data_size) * SECTOR;
}

static int parse_new(const unsigned char *data, uint64_t at, uint64_t size,
	struct vt_md *out)
{
	struct super s;
	memcpy(&s, data, sizeof(s));
	uint32_t max = le32toh(s.max_dev);
	if (le32toh(s.major) != 1 || max > MAX_ROLES ||
		le64toh(s.super_offset) != at / SECTOR ||
		le32toh(s.raid_disks) > MAX_ROLES ||
		checksum(data, HEAD + 2 * (size_t)max) != le32toh(s.checksum))
		return 0;
	out->metadata = version_at(at);
	memcpy(out->name, s.set_name, sizeof(s.set_name));
	memcpy(out->uuid, s.set_uuid, sizeof(out->uuid));
	out->level = (int32_t)le32toh((uint32_t)s.level);
	out->devices = le32toh(s.raid_disks);
	out->clean = le64toh(s.resync_offset) == UINT64_MAX;
	out->events = le64toh(s.events);
	/* the low 40 bits are seconds */
	out->created_s = le64toh(s.ctime) & 0xffffffffff;
	read_role(&s, out);
	read_geometry(&s, out);
	read_place(&s, size, out);
	return 1;
}

/* A device that is being rebuilt is a spare here, until it has its data: as it
 * is when the array has fewer devices than it consists of. */
static void old_role(const unsigned char *data, struct vt_md *out)
{
	uint32_t state = word(data, OLD_THIS + DISK_STATE);
	out->position = word(data, OLD_THIS + DISK_RAID_DISK);
	out->present = word(data, OLD_ACTIVE);
	out->role = state & 1                     ? VT_MD_FAILED
		    : state & 2                   ? VT_MD_ACTIVE
		    : out->present < out->devices ? VT_MD_REBUILT
						  : VT_MD_SPARE;
}

static int parse_old(const unsigned char *data, uint64_t at, uint64_t size,
	struct vt_md *out)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < OLD_WORDS; i++)
		sum += word(data, i);
	uint32_t want = word(data, OLD_CHECKSUM);
	uint64_t used = (uint64_t)word(data, OLD_SIZE) << 10;
	if (word(data, OLD_MAJOR) != 0 || word(data, OLD_MINOR) < 90 ||
		word(data, OLD_MINOR) > 91 ||
		word(data, OLD_RAID_DISKS) > OLD_DISKS ||
		fold(sum - want) != want)
		return 0;
	out->metadata = "0.90";
	memcpy(out->uuid, data + 4 * OLD_UUID0, 4);
	memcpy(out->uuid + 4, data + 4 * OLD_UUID1, 12);
	out->level = (int32_t)word(data, OLD_LEVEL);
	out->devices = word(data, OLD_RAID_DISKS);
	out->minor = word(data, OLD_MD_MINOR);
	out->clean = word(data, OLD_STATE) & 1;
	out->events = word(data, OLD_EVENTS) |
		      (uint64_t)word(data, OLD_EVENTS + 1) << 32;
	out->created_s = word(data, OLD_CTIME);
	old_role(data, out);
	out->chunk_bytes = word(data, OLD_CHUNK);
	/* of level 0 it does not say which one it is */
	out->layout = out->level == 0 ? 0 : word(data, OLD_LAYOUT);
	out->reshaped = word(data, OLD_MINOR) == 91;
	out->size_bytes = used <= size ? used : 0;
	out->member_bytes = at <= size ? at : 0;
	return 1;
}

int vt_md_parse(const unsigned char *data, uint64_t at_bytes,
	uint64_t size_bytes, struct vt_md *out)
{
	*out = (struct vt_md){0};
	if (word(data, 0) != (uint32_t)MAGIC)
		return 0;
	return parse_new(data, at_bytes, size_bytes, out) ||
	       parse_old(data, at_bytes, size_bytes, out);
}

int vt_md_read(const char *path, uint64_t offset_bytes, uint64_t size_bytes,
	struct vt_md *out, struct vt_err **err)
{
	*out = (struct vt_md){0};
	VT_AUTO_CLOSE int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return vt_err_errno(err, "cannot open '%s'", path);
	if (size_bytes < 2 * OLD_RESERVED)
		return 0;
	/* 1.2, 1.1, 1.0, 0.90 */
	const uint64_t places[] = {4096, 0,
		((size_bytes / SECTOR - 16) & ~(uint64_t)7) * SECTOR,
		(size_bytes & ~(uint64_t)(OLD_RESERVED - 1)) - OLD_RESERVED};
	int found = 0;
	for (size_t i = 0; i < VT_COUNT(places); i++) {
		unsigned char data[VT_MD_BYTES];
		struct vt_md md;
		if (pread(fd, data, sizeof(data),
			    (off_t)(offset_bytes + places[i])) !=
				(ssize_t)sizeof(data) ||
			!vt_md_parse(data, places[i], size_bytes, &md) ||
			(found && md.created_s <= out->created_s))
			continue;
		*out = md;
		found = 1;
	}
	return found;
}

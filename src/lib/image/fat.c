#include "image/fat.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	ENTRY_BYTES = 32,
	MAX_ENTRIES = 65536, /* of all directories that are listed */
	MAX_CLUSTER = 64 << 10,
	MAX_CLUSTERS = 0x0ffffff5,
	NAME_UNITS = 13, /* of a long name, in one entry */
	MAX_UNITS = 255,
	DELETED = 0xe5,
	DIRECTORY = 0x10,
	VOLUME_LABEL = 0x08,
	LONG_NAME = 0x0f,
	LAST_PART = 0x40, /* of a long name; it comes first */
	LOWER_NAME = 0x08,
	LOWER_EXTENSION = 0x10,
};

static uint32_t le(const unsigned char *p, size_t n)
{
	uint32_t v = 0;
	while (n--)
		v = v << 8 | p[n];
	return v;
}

static bool read_at(const struct vt_fat *f, uint64_t at, void *buf, size_t len)
{
	return at <= f->size && len <= f->size - at &&
	       pread(f->fd, buf, len, (off_t)(f->offset + at)) == (ssize_t)len;
}

static bool is_power(uint32_t n)
{
	return n && !(n & (n - 1));
}

/* The fields of the boot sector. Return: false: it is none of a FAT */
static bool read_boot(struct vt_fat *f, const unsigned char *s)
{
	uint32_t sector = le(s + 11, 2), cluster = s[13] * sector;
	uint32_t reserved = le(s + 14, 2), tables = s[16];
	uint32_t sectors = le(s + 19, 2) ? le(s + 19, 2) : le(s + 32, 4);
	uint32_t each = le(s + 22, 2) ? le(s + 22, 2) : le(s + 36, 4);
	if (!is_power(sector) || sector < 512 || sector > 4096 ||
		!is_power(s[13]) || cluster > MAX_CLUSTER || !reserved ||
		!tables || !each)
		return false;
	f->sector_bytes = sector;
	f->cluster_bytes = cluster;
	f->table = (uint64_t)reserved * sector;
	f->root = f->table + (uint64_t)tables * each * sector;
	f->root_bytes = le(s + 17, 2) * ENTRY_BYTES;
	f->data = f->root + (f->root_bytes + sector - 1) / sector * sector;
	if ((uint64_t)sectors * sector <= f->data)
		return false;
	uint64_t n = ((uint64_t)sectors * sector - f->data) / cluster;
	f->bits = !le(s + 22, 2) ? 32 : n < 4085 ? 12 : 16;
	f->root_cluster = f->bits == 32 ? le(s + 44, 4) : 0;
	f->n_clusters = (uint32_t)n;
	/* each cluster has its entry in the table */
	return n > 0 && n <= MAX_CLUSTERS &&
	       (n + 2) * f->bits <= (uint64_t)each * sector * 8;
}

int vt_fat_open(struct vt_fat *fat, const char *path, uint64_t offset_bytes,
	uint64_t size_bytes, struct vt_err **err)
{
	unsigned char sector[512];
	*fat = (struct vt_fat){.offset = offset_bytes, .size = size_bytes};
	fat->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fat->fd < 0)
		return vt_err_errno(err, "cannot open '%s'", path);
	return read_at(fat, 0, sector, sizeof(sector)) && sector[510] == 0x55 &&
	       sector[511] == 0xaa && read_boot(fat, sector);
}

void vt_fat_close(struct vt_fat *fat)
{
	vt_closep(&fat->fd);
}

static bool is_cluster(const struct vt_fat *f, uint32_t n)
{
	return n >= 2 && n - 2 < f->n_clusters;
}

static uint64_t place_of(const struct vt_fat *f, uint32_t cluster)
{
	return f->data + (uint64_t)(cluster - 2) * f->cluster_bytes;
}

/* The cluster after this one; 0: none */
static uint32_t next_cluster(const struct vt_fat *f, uint32_t n)
{
	unsigned char e[4];
	uint64_t bit = (uint64_t)n * f->bits;
	size_t bytes = f->bits == 32 ? 4 : 2;
	if (!read_at(f, f->table + bit / 8, e, bytes))
		return 0;
	uint32_t next = le(e, bytes);
	if (f->bits == 12)
		next = n & 1 ? next >> 4 : next & 0xfff;
	else if (f->bits == 32)
		next &= 0x0fffffff;
	return is_cluster(f, next) ? next : 0;
}

/* A long name, whose parts precede the entry that it is of. */
struct long_name {
	char text[MAX_UNITS + NAME_UNITS + 1];
	unsigned next; /* the part that must follow; 0: complete */
	unsigned char sum;
	bool any;
};

static unsigned char sum_of(const unsigned char *short_name)
{
	unsigned char sum = 0;
	for (int i = 0; i < 11; i++)
		sum = (unsigned char)((sum >> 1 | sum << 7) + short_name[i]);
	return sum;
}

static void add_part(struct long_name *l, const unsigned char *e)
{
	static const unsigned char at[NAME_UNITS] = {
		1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
	unsigned part = e[0] & (LAST_PART - 1);
	if (e[0] & LAST_PART) {
		*l = (struct long_name){
			.any = true, .next = part, .sum = e[13]};
		if (part * NAME_UNITS > MAX_UNITS + NAME_UNITS)
			l->any = false;
	}
	if (!l->any || part == 0 || part != l->next || l->sum != e[13]) {
		l->any = false;
		return;
	}
	l->next = part - 1;
	for (int i = 0; i < NAME_UNITS; i++) {
		uint32_t unit = le(e + at[i], 2);
		l->text[l->next * NAME_UNITS + (unsigned)i] =
			(char)(unit >= 0x20 && unit < 0x7f    ? unit
				: unit == 0 || unit == 0xffff ? 0
							      : '?');
	}
}

/* Lower case is a flag of each part. */
static void add_short(char *name, const unsigned char *e)
{
	size_t n = 0;
	for (int i = 0; i < 11; i++) {
		bool lower = e[12] & (i < 8 ? LOWER_NAME : LOWER_EXTENSION);
		if (i == 8 && e[8] != ' ')
			name[n++] = '.';
		if (e[i] == ' ')
			continue;
		name[n++] = (char)(e[i] <= 0x20 || e[i] >= 0x7f ? '?'
				   : lower                      ? tolower(e[i])
								: e[i]);
	}
	name[n] = '\0';
}

static struct vt_fat_entry entry_of(const struct vt_fat *f,
	const unsigned char *e, const struct long_name *l)
{
	struct vt_fat_entry out = {.directory = e[11] & DIRECTORY,
		.cluster = le(e + 26, 2),
		.size_bytes = le(e + 28, 4)};
	if (f->bits == 32)
		out.cluster |= le(e + 20, 2) << 16;
	if (l->any && l->next == 0 && l->sum == sum_of(e))
		memcpy(out.name, l->text, sizeof(out.name) - 1);
	else
		add_short(out.name, e);
	return out;
}

/* What is read of a directory, in turn. */
struct listing {
	struct vt_fat *fat;
	bool (*each)(void *arg, const struct vt_fat_entry *e);
	void *arg;
	struct long_name name;
};

/* Return: false: it was the last */
static bool list_entry(struct listing *l, const unsigned char *e)
{
	if (e[0] == 0 || l->fat->n_read++ >= MAX_ENTRIES)
		return false;
	bool named = (e[11] & LONG_NAME) == LONG_NAME && e[0] != DELETED;
	if (named)
		add_part(&l->name, e);
	if (named)
		return true;
	struct vt_fat_entry out = entry_of(l->fat, e, &l->name);
	l->name.any = false;
	if (e[0] == DELETED || e[11] & VOLUME_LABEL || e[0] == '.')
		return true;
	return l->each(l->arg, &out);
}

static bool list_bytes(struct listing *l, uint64_t from, uint32_t len)
{
	unsigned char e[512];
	for (uint32_t at = 0; at < len; at += ENTRY_BYTES) {
		uint32_t in = at % sizeof(e);
		if (in == 0 && !read_at(l->fat, from + at, e, sizeof(e)))
			return false;
		if (!list_entry(l, e + in))
			return false;
	}
	return true;
}

void vt_fat_list(struct vt_fat *fat, const struct vt_fat_entry *dir,
	bool (*each)(void *arg, const struct vt_fat_entry *e), void *arg)
{
	struct listing l = {.fat = fat, .each = each, .arg = arg};
	uint32_t cluster = dir ? dir->cluster : fat->root_cluster;
	if (!dir && fat->bits != 32) {
		list_bytes(&l, fat->root, fat->root_bytes);
		return;
	}
	/* MAX_ENTRIES ends a chain that has a cycle */
	while (is_cluster(fat, cluster) &&
		list_bytes(&l, place_of(fat, cluster), fat->cluster_bytes))
		cluster = next_cluster(fat, cluster);
}

size_t vt_fat_head(const struct vt_fat *fat, const struct vt_fat_entry *e,
	void *buf, size_t len)
{
	if (len > e->size_bytes)
		len = e->size_bytes;
	if (len > fat->cluster_bytes)
		len = fat->cluster_bytes;
	return is_cluster(fat, e->cluster) &&
			       read_at(fat, place_of(fat, e->cluster), buf, len)
		       ? len
		       : 0;
}

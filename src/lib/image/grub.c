#include "image/grub.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

enum {
	SECTOR = 512,
	CODE_BYTES = 440, /* the disk's signature and its table follow */
	CORE_AT = 0x5c,   /* the sector, 8 bytes */
	/* Areas: sector (8), sectors (2), segment (2). The first is the last
	 * one of the sector, others are before it, up to one without sectors
	 * or to the code. */
	FIRST_AREA = 0x1f4,
	LAST_AREA = 0x14c,
	AREA_BYTES = 12,
	MAX_CORE = 4 << 20, /* it is loaded below 1 MiB, then unpacked */
};

struct image {
	int fd;
	uint64_t size;
};

static uint64_t le(const unsigned char *p, size_t n)
{
	uint64_t v = 0;
	while (n--)
		v = v << 8 | p[n];
	return v;
}

static bool read_sector(const struct image *i, uint64_t n, unsigned char *buf)
{
	return n < i->size / SECTOR &&
	       pread(i->fd, buf, SECTOR, (off_t)(n * SECTOR)) == SECTOR;
}

static bool is_zero(const unsigned char *buf)
{
	return buf[0] == 0 && memcmp(buf, buf + 1, SECTOR - 1) == 0;
}

static bool has(
	const unsigned char *buf, size_t len, const char *text, size_t n)
{
	return memmem(buf, len, text, n) != NULL;
}

/* By its words for errors: builds that boot quietly lack the others. */
static bool is_boot_code(const unsigned char *s)
{
	static const char words[] = "Geom\0Hard Disk\0Read\0 Error";
	return s[510] == 0x55 && s[511] == 0xaa &&
	       has(s, CODE_BYTES, words, sizeof(words) - 1);
}

static void add_area(struct vt_grub *g, uint64_t sector, uint64_t n)
{
	if (sector * SECTOR < g->first_byte)
		g->first_byte = sector * SECTOR;
	if ((sector + n) * SECTOR > g->end_byte)
		g->end_byte = (sector + n) * SECTOR;
}

/* Whether all areas are in the image and have something in them. */
static bool read_areas(
	const struct image *i, const unsigned char *first, struct vt_grub *g)
{
	uint64_t total = 0;
	for (size_t at = FIRST_AREA; at >= LAST_AREA; at -= AREA_BYTES) {
		unsigned char buf[SECTOR];
		uint64_t sector = le(first + at, 8), n = le(first + at + 8, 2);
		total += n * SECTOR;
		if (n == 0)
			break;
		if (total > MAX_CORE || sector > i->size / SECTOR ||
			n > i->size / SECTOR - sector ||
			!read_sector(i, sector, buf) || is_zero(buf))
			return false;
		add_area(g, sector, n);
	}
	return total > 0;
}

static void read_core(const struct image *i, struct vt_grub *g)
{
	static const char words[] = "Geom\0Read\0 Error";
	unsigned char first[SECTOR];
	uint64_t sector = g->first_sector;
	if (!read_sector(i, sector, first) ||
		!has(first, SECTOR, words, sizeof(words) - 1))
		return;
	g->first_byte = sector * SECTOR;
	g->end_byte = g->first_byte + SECTOR;
	g->core = read_areas(i, first, g);
}

int vt_grub_read(const char *path, struct vt_grub *out, struct vt_err **err)
{
	unsigned char first[SECTOR];
	struct stat st;
	*out = (struct vt_grub){0};
	VT_AUTO_CLOSE int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0)
		return vt_err_errno(err, "cannot open '%s'", path);
	struct image i = {fd, st.st_size > 0 ? (uint64_t)st.st_size : 0};
	if (!read_sector(&i, 0, first) || !is_boot_code(first))
		return 0;
	out->boot_code = true;
	out->first_sector = le(first + CORE_AT, 8);
	read_core(&i, out);
	return 0;
}

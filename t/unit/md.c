/* md.h against superblocks that are laid out byte by byte; those of
 * t/tools/md-image.py, which mdadm(8) reads, are in t/tools/verify-raid.t. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../le.h"
#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "image/md.h"

enum {
	SIZE = 1 << 20,
	OLD_AT = SIZE - (64 << 10),
	END_AT = SIZE - 8192,
	MAX_DEV = 5, /* odd: half a word is left for the checksum */
};

static char *dir;

/* The sum of all bytes as little-endian words, without the checksum's own. */
static void seal(unsigned char *s, size_t len, size_t checksum_at)
{
	uint64_t sum = 0;
	put32(s + checksum_at, 0);
	for (size_t i = 0; i < len; i++)
		sum += (uint64_t)s[i] << 8 * (i % 4);
	put32(s + checksum_at, (uint32_t)sum + (uint32_t)(sum >> 32));
}

static void seal_new(unsigned char *s)
{
	seal(s, 256 + 2 * MAX_DEV, 216);
}

static void seal_old(unsigned char *s)
{
	seal(s, 4096, 4 * 38);
}

/* Of a RAID 5 of three; `number` 3 is a spare, 4 has failed. */
static void put_new(unsigned char *image, size_t at, uint32_t number)
{
	unsigned char *s = image + at;
	put32(s, 0xa92b4efc);
	put32(s + 4, 1);
	memset(s + 16, 'u', 16);
	memcpy(s + 32, "any:os-raid", 11);
	put64(s + 64, 1700000000 | (uint64_t)77 << 40); /* and microseconds */
	put32(s + 72, 5);
	put32(s + 76, 2);
	put64(s + 80, 1536);
	put32(s + 88, 128);
	put32(s + 92, 3);
	put64(s + 128, 256);
	put64(s + 136, 1538);
	put64(s + 144, at / 512);
	put32(s + 160, number);
	put64(s + 200, 21);
	put64(s + 208, UINT64_MAX);
	put32(s + 220, MAX_DEV);
	for (uint16_t i = 0; i < MAX_DEV; i++)
		put16(s + 256 + 2 * i, i < 3 ? i : i == 3 ? 0xffff : 0xfffe);
	seal_new(s);
}

/* Of a RAID 1 of two, /dev/md3. */
static void put_old(unsigned char *image, uint32_t number)
{
	unsigned char *s = image + OLD_AT;
	put32(s, 0xa92b4efc);
	put32(s + 8, 90);
	put32(s + 20, 1);
	put32(s + 24, 1600000000);
	put32(s + 28, 1);
	put32(s + 32, OLD_AT >> 10);
	put32(s + 40, 2);
	put32(s + 44, 3);
	put32(s + 52, 2);
	put32(s + 4 * 33, 1);
	put32(s + 4 * 34, 2);
	put32(s + 4 * 64, 1);
	put32(s + 4 * 65, 32 << 10);
	put32(s + 4 * 39, 7);
	put32(s + 4 * 40, 1); /* high half of the events */
	put32(s + 4 * 995, number);
	put32(s + 4 * 996, number < 2 ? 6 : 0);
	seal_old(s);
}

static int reads(const unsigned char *image, size_t len, struct vt_md *out)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, "image");
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, image, len) != (ssize_t)len)
		abort();
	close(fd);
	return vt_md_read(path, 0, len, out, NULL);
}

static void versions(void)
{
	static const struct {
		size_t at;
		const char *metadata;
	} places[] = {{0, "1.1"}, {4096, "1.2"}, {END_AT, "1.0"}};
	for (size_t i = 0; i < VT_COUNT(places); i++) {
		VT_AUTO_FREE unsigned char *image = vt_alloc(SIZE);
		struct vt_md md;
		put_new(image, places[i].at, 1);
		is_int(reads(image, SIZE, &md), 1, "a member");
		is_str(md.metadata, places[i].metadata, "its metadata");
	}
}

static void current(void)
{
	VT_AUTO_FREE unsigned char *image = vt_alloc(SIZE);
	struct vt_md md;
	put_new(image, 4096, 1);
	reads(image, SIZE, &md);
	is_str(md.name, "any:os-raid", "name");
	is_str(vt_md_level(md.level), "raid5", "level");
	ok(md.devices == 3 && md.present == 3, "devices");
	ok(md.role == VT_MD_ACTIVE && md.clean, "role and state");
	ok(md.events == 21 && md.created_s == 1700000000, "events and time");
	ok(md.uuid[0] == 'u' && md.uuid[15] == 'u', "UUID");
	ok(md.data_bytes == 128 << 10 && md.size_bytes == 768 << 10, "place");
	ok(md.member_bytes == 1538 * 512, "what the member has");
	ok(md.chunk_bytes == 64 << 10 && md.layout == 2, "layout");
	ok(!md.reshaped && !md.journaled && !md.replacement, "nothing odd");
	put32(image + 4096 + 8, 4 | 16 | 512);
	put32(image + 4096 + 72, 0);
	seal_new(image + 4096);
	reads(image, SIZE, &md);
	ok(md.reshaped && md.journaled && md.replacement, "features");
	ok(md.layout == VT_MD_LAYOUT_UNKNOWN, "level 0 without a layout");
	put32(image + 4096 + 8, 4096);
	put32(image + 4096 + 72, 0);
	seal_new(image + 4096);
	reads(image, SIZE, &md);
	ok(md.layout == VT_MD_LAYOUT_ALTERNATE, "and with one");
	put_new(image, 4096, 0);
	put64(image + 4096 + 208, 0);
	put32(image + 4096 + 8, 2);
	seal_new(image + 4096);
	reads(image, SIZE, &md);
	ok(md.role == VT_MD_REBUILT && !md.clean, "that is being rebuilt");
	put_new(image, 4096, 3);
	reads(image, SIZE, &md);
	ok(md.role == VT_MD_SPARE, "a spare");
	put_new(image, 4096, 4);
	reads(image, SIZE, &md);
	ok(md.role == VT_MD_FAILED, "a member that has failed");
	put_new(image, 4096, MAX_DEV);
	ok(reads(image, SIZE, &md) == 1 && md.role == VT_MD_SPARE,
		"a number beyond the roles");
	put_new(image, 4096, 0);
	put16(image + 4096 + 256 + 4, 0xfffe);
	seal_new(image + 4096);
	reads(image, SIZE, &md);
	ok(md.devices == 3 && md.present == 2, "of a degraded array");
}

static void old(void)
{
	VT_AUTO_FREE unsigned char *image = vt_alloc(SIZE);
	struct vt_md md;
	put_old(image, 1);
	is_int(reads(image, SIZE, &md), 1, "a member with metadata 0.90");
	is_str(md.metadata, "0.90", "which is said");
	ok(!*md.name && md.minor == 3, "its number");
	is_str(vt_md_level(md.level), "raid1", "level");
	ok(md.devices == 2 && md.present == 2 && md.clean, "devices, state");
	ok(md.role == VT_MD_ACTIVE, "role");
	ok(md.uuid[0] == 1 && md.uuid[4] == 2, "UUID");
	ok(md.events == (7 | (uint64_t)1 << 32), "events");
	ok(!md.data_bytes && md.size_bytes == OLD_AT, "place");
	ok(md.member_bytes == OLD_AT && md.chunk_bytes == 32 << 10 &&
			md.layout == 1 && !md.reshaped,
		"layout");
	put32(image + OLD_AT + 8, 91);
	seal_old(image + OLD_AT);
	reads(image, SIZE, &md);
	ok(md.reshaped, "that is being reshaped");
	put_old(image, 1);
	put_old(image, 2);
	reads(image, SIZE, &md);
	ok(md.role == VT_MD_SPARE, "a spare");
	put32(image + OLD_AT + 4 * 34, 1);
	seal_old(image + OLD_AT);
	reads(image, SIZE, &md);
	ok(md.role == VT_MD_REBUILT, "a spare of an array that lacks one");
	put_new(image, 4096, 1);
	reads(image, SIZE, &md);
	is_str(md.metadata, "1.2", "the newer of two superblocks");
	put64(image + 4096 + 64, 1500000000);
	seal_new(image + 4096);
	reads(image, SIZE, &md);
	is_str(md.metadata, "0.90", "whichever it is");
}

/* One number of a superblock at 4096 is another, with a checksum that is
 * right. */
static void with(const char *what, size_t at, uint64_t v, int rc, int placed)
{
	VT_AUTO_FREE unsigned char *image = vt_alloc(SIZE);
	unsigned char *s = image + 4096;
	struct vt_md md;
	put_new(image, 4096, 1);
	if (at == 220 || at == 92)
		put32(s + at, (uint32_t)v);
	else
		put64(s + at, v);
	if (at == 220)
		seal(s, 4096, 216);
	else
		seal_new(s);
	ok(reads(image, SIZE, &md) == rc && !md.size_bytes == !placed, "%s",
		what);
}

static void wrong(void)
{
	VT_AUTO_FREE unsigned char *image = vt_alloc(SIZE);
	struct vt_md md;
	is_int(reads(image, SIZE, &md), 0, "no superblock");
	is_int(reads(image, 4096, &md), 0, "no room for one");
	put_new(image, 4096, 1);
	image[4096 + 40] ^= 1;
	is_int(reads(image, SIZE, &md), 0, "a checksum that is wrong");
	image[4096 + 40] ^= 1;
	image[4096 + 256 + 2 * MAX_DEV - 1] ^= 1;
	is_int(reads(image, SIZE, &md), 0, "a role of which it is wrong");
	memset(image, 0, SIZE);
	put_old(image, 1);
	image[OLD_AT + 4095] ^= 1;
	is_int(reads(image, SIZE, &md), 0, "a wrong one in metadata 0.90");
	is_int(vt_md_read("/nonexistent", 0, SIZE, &md, NULL), -1,
		"no image is an error");
	with("more roles than fit", 220, 1921, 0, 0);
	with("absurdly many roles", 220, UINT32_MAX, 0, 0);
	with("absurdly many devices", 92, UINT32_MAX, 0, 0);
	with("a superblock of another place", 144, 16, 0, 0);
	with("content up to the end", 80, SIZE / 512 - 256, 1, 1);
	with("content past the end", 80, SIZE / 512 - 255, 1, 0);
	with("content that wraps around", 80, UINT64_MAX - 100, 1, 0);
	with("content that begins past the end", 128, UINT64_MAX, 1, 0);
	ok(!vt_md_level(7) && !vt_md_level(-4), "levels that no config has");
}

int main(void)
{
	dir = vt_fs_tmpdir("vt-md", NULL);
	if (!dir)
		return 3;
	versions();
	current();
	old();
	wrong();
	vt_fs_rmtreep(&dir);
	return done_testing();
}

/* bcache.h against superblocks laid out as bcache does it; those of
 * make-bcache, where it is there, are looked at in t/tools/verify-layers.t. */
#include "image/bcache.h"

#include <endian.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"

enum { AT = 4096, SIZE = 16 << 10 };

static char *dir;

static void put64(unsigned char *at, uint64_t v)
{
	v = htole64(v);
	memcpy(at, &v, 8);
}

static void seal(unsigned char *image)
{
	unsigned char *s = image + AT;
	size_t keys = s[206] | (size_t)s[207] << 8;
	put64(s, vt_bcache_checksum(s + 8, 208 - 8 + keys % 257 * 8));
}

static unsigned char *build(unsigned version)
{
	static const unsigned char magic[16] = {0xc6, 0x85, 0x73, 0xf6, 0x4e,
		0x1a, 0x45, 0xca, 0x82, 0x65, 0xf5, 0x7f, 0x48, 0xba, 0x6d,
		0x81};
	unsigned char *image = vt_alloc(SIZE), *s = image + AT;
	put64(s + 8, 8);
	put64(s + 16, version);
	memcpy(s + 24, magic, 16);
	memset(s + 40, 0xa1, 16);
	memset(s + 56, 0xb2, 16);
	memcpy(s + 72, "fast0", 5);
	put64(s + 104, (uint64_t)VT_BCACHE_CLEAN << 61 | 1);
	put64(s + 184, 2048);
	s[192] = 8;
	s[206] = 3; /* buckets of the journal */
	seal(image);
	return image;
}

static int reads(const unsigned char *image, size_t len, struct vt_bcache *out)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, "image");
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, image, len) != (ssize_t)len)
		abort();
	close(fd);
	return vt_bcache_read(path, 0, len, out, NULL);
}

static void good(void)
{
	VT_AUTO_FREE unsigned char *image = build(4), *plain = build(1),
				   *cache = build(3);
	struct vt_bcache b;
	is_int(reads(image, SIZE, &b), 1, "a backing device");
	ok(b.backing && b.version == 4, "its version");
	is_str(b.uuid, "a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1", "its UUID");
	is_str(b.set_uuid, "b2b2b2b2-b2b2-b2b2-b2b2-b2b2b2b2b2b2", "its set");
	is_str(b.label, "fast0", "its label");
	is_str(b.mode, "writeback", "its cache mode");
	ok(b.state == VT_BCACHE_CLEAN, "its state");
	ok(b.data_bytes == 1 << 20 && b.block_bytes == 4096, "its sizes");
	reads(plain, SIZE, &b);
	ok(b.backing && b.data_bytes == 8192, "data without an offset");
	is_int(reads(cache, SIZE, &b), 1, "a cache device");
	ok(!b.backing && !b.mode && !b.data_bytes, "has no data");
}

/* A superblock with a byte changed, and its checksum right or not. */
static void bad(const char *what, unsigned version, size_t at,
	unsigned char byte, bool sealed)
{
	VT_AUTO_FREE unsigned char *image = build(version);
	struct vt_bcache b;
	image[AT + at] ^= byte;
	if (sealed)
		seal(image);
	is_int(reads(image, SIZE, &b), 0, what);
}

static void modes(void)
{
	VT_AUTO_FREE unsigned char *image = build(1);
	struct vt_bcache b;
	put64(image + AT + 104, (uint64_t)VT_BCACHE_DIRTY << 61 | 3);
	seal(image);
	reads(image, SIZE, &b);
	ok(b.state == VT_BCACHE_DIRTY, "dirty");
	is_str(b.mode, "none", "mode none");
	image[AT + 104] = 7;
	seal(image);
	is_int(reads(image, SIZE, &b), 1, "a mode that is unknown");
	is_str(b.mode, NULL, "has no name");
}

static void noise(void)
{
	unsigned seed = 11, supers = 0;
	for (int n = 0; n < 3000; n++) {
		VT_AUTO_FREE unsigned char *image = build(n % 8);
		struct vt_bcache b;
		for (int k = rand_r(&seed) % 4; k >= 0; k--)
			image[AT + 8 + rand_r(&seed) % 220] =
				(unsigned char)rand_r(&seed);
		seal(image);
		supers += reads(image, n % 5 ? SIZE : AT + n % 2300, &b) == 1;
	}
	ok(supers > 0 && supers < 3000, "noise: %u of 3000 are superblocks",
		supers);
}

int main(void)
{
	dir = vt_fs_tmpdir("vt-bcache", NULL);
	if (!dir)
		return 3;
	good();
	modes();
	bad("a checksum that does not fit", 1, 100, 1, false);
	bad("a bucket that the checksum does not fit", 1, 212, 1, false);
	bad("another magic", 1, 24, 1, true);
	bad("another place", 1, 8, 1, true);
	bad("a version that is unknown", 1, 16, 8, true);
	bad("more buckets than there is room for", 1, 207, 2, true);
	bad("data within the superblock", 4, 185, 8, true);
	bad("data beyond any disk", 4, 190, 1, true);
	noise();
	vt_fs_rmtreep(&dir);
	return done_testing();
}

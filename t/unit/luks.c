/* luks.h against headers laid out as cryptsetup does it; its own ones, where it
 * is there, are looked at in t/tools/verify-layers.t. */
#include "image/luks.h"

#include <endian.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"

enum { COPY = 16 << 10, SIZE = 64 << 10 };
#define UUID "eb8a513e-3f9a-4aea-8c57-e2c22b0d8138"

static char *dir;

static void put64(unsigned char *at, uint64_t v)
{
	v = htobe64(v);
	memcpy(at, &v, 8);
}

static void seal(unsigned char *copy)
{
	char hex[65], two[3] = "";
	memset(copy + 448, 0, 64);
	vt_sha256_hex(copy, COPY, hex);
	for (int i = 0; i < 32; i++) {
		memcpy(two, hex + 2 * i, 2);
		copy[448 + i] = (unsigned char)strtoul(two, NULL, 16);
	}
}

static void build_copy(unsigned char *copy, const char *magic, uint64_t at)
{
	memcpy(copy, magic, 6);
	copy[7] = 2;
	put64(copy + 8, COPY);
	memcpy(copy + 24, "vault", 5);
	memcpy(copy + 72, "sha256", 6);
	memcpy(copy + 168, UUID, strlen(UUID));
	put64(copy + 256, at);
	memcpy(copy + 4096, "{}", 2);
	seal(copy);
}

static unsigned char *build(void)
{
	unsigned char *image = vt_alloc(SIZE);
	build_copy(image, "LUKS\xba\xbe", 0);
	build_copy(image + COPY, "SKUL\xba\xbe", COPY);
	return image;
}

static int reads(const unsigned char *image, size_t len, struct vt_luks *out)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, "image");
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, image, len) != (ssize_t)len)
		abort();
	close(fd);
	return vt_luks_read(path, 0, len, out, NULL);
}

static void good(void)
{
	VT_AUTO_FREE unsigned char *image = build(), *old = vt_alloc(SIZE);
	struct vt_luks l;
	is_int(reads(image, SIZE, &l), 1, "a header of version 2");
	ok(l.version == 2, "its version");
	is_str(l.uuid, UUID, "its UUID");
	is_str(l.label, "vault", "its label");
	memcpy(old, "LUKS\xba\xbe\0\1", 8);
	memcpy(old + 8, "aes", 3);
	memcpy(old + 168, UUID, strlen(UUID));
	is_int(reads(old, SIZE, &l), 1, "a header of version 1");
	ok(l.version == 1 && !*l.label, "which has no label");
	is_str(l.uuid, UUID, "its UUID");
}

/* A byte changed in the first copy or in both, and the checksums right or not.
 */
static void changed(const char *what, size_t at, unsigned char byte, bool both,
	bool sealed, int want)
{
	VT_AUTO_FREE unsigned char *image = build();
	struct vt_luks l;
	for (int i = 0; i < (both ? 2 : 1); i++) {
		image[i * COPY + at] ^= byte;
		if (sealed)
			seal(image + i * COPY);
	}
	is_int(reads(image, SIZE, &l), want, what);
}

static void noise(void)
{
	unsigned seed = 5, headers = 0;
	for (int n = 0; n < 1000; n++) {
		VT_AUTO_FREE unsigned char *image = build();
		struct vt_luks l;
		for (int k = rand_r(&seed) % 4; k >= 0; k--)
			image[rand_r(&seed) % 2 * COPY + rand_r(&seed) % 300] =
				(unsigned char)rand_r(&seed);
		seal(image);
		seal(image + COPY);
		headers += reads(image, n % 5 ? SIZE : n * 7, &l) == 1;
	}
	ok(headers > 0 && headers < 1000, "noise: %u of 1000 are headers",
		headers);
}

int main(void)
{
	dir = vt_fs_tmpdir("vt-luks", NULL);
	if (!dir)
		return 3;
	good();
	changed("one copy is enough", 0, 1, false, false, 1);
	changed("one copy with a right checksum", 5000, 1, false, false, 1);
	changed("no copy with a right checksum", 5000, 1, true, false, 0);
	changed("no copy with its magic", 0, 1, true, true, 0);
	changed("a version that is unknown", 7, 8, true, true, 0);
	changed("copies at another place", 263, 1, true, true, 0);
	changed("copies too large", 12, 1, true, true, 0);
	changed("copies too small", 14, 0x40, true, true, 0);
	changed("another checksum", 72, 1, true, true, 0);
	noise();
	vt_fs_rmtreep(&dir);
	return done_testing();
}

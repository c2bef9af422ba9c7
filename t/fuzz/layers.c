/* A libFuzzer target: the headers of LUKS and of bcache.
 *
 *	clang -fsanitize=fuzzer,address,undefined ... t/fuzz/layers.c
 *
 * The input is an image that is read as either. The mutator makes the checksums
 * right of what has its magic; otherwise nothing behind them would be reached.
 */
#include <endian.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "image/bcache.h"
#include "image/luks.h"

enum {
	SUPER_AT = 4096,
	SUPER_BYTES = 2256,
	COPY_AT = 16 << 10, /* the second one of LUKS */
	SUM_AT = 448,
};

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(
	uint8_t *data, size_t size, size_t max, unsigned seed);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void seal_bcache(uint8_t *s)
{
	size_t buckets = s[206] | (size_t)s[207] << 8;
	if (buckets > 256)
		return;
	uint64_t sum = htole64(vt_bcache_checksum(s + 8, 200 + buckets * 8));
	memcpy(s, &sum, sizeof(sum));
}

static void seal_luks(uint8_t *copy, size_t room)
{
	char hex[65], two[3] = "";
	uint64_t size;
	memcpy(&size, copy + 8, sizeof(size));
	size = be64toh(size);
	if (memcmp(copy + 2, "KS\xba\xbe", 4) != 0 &&
		memcmp(copy + 2, "UL\xba\xbe", 4) != 0)
		return;
	if (size < SUM_AT + 64 || size > room)
		return;
	memset(copy + SUM_AT, 0, 64);
	vt_sha256_hex(copy, size, hex);
	for (size_t i = 0; i < 32; i++) {
		memcpy(two, hex + 2 * i, 2);
		copy[SUM_AT + i] = (uint8_t)strtoul(two, NULL, 16);
	}
}

size_t LLVMFuzzerCustomMutator(
	uint8_t *data, size_t size, size_t max, unsigned seed)
{
	(void)seed;
	size = LLVMFuzzerMutate(data, size, max);
	if (size >= SUPER_AT + SUPER_BYTES)
		seal_bcache(data + SUPER_AT);
	if (size >= COPY_AT)
		seal_luks(data, size);
	if (size >= 2 * COPY_AT)
		seal_luks(data + COPY_AT, size - COPY_AT);
	return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vt_luks l;
	struct vt_bcache b;
	VT_AUTO_CLOSE int fd = memfd_create("image", MFD_CLOEXEC);
	VT_AUTO_FREE char *path = vt_printf("/proc/self/fd/%d", fd);
	if (vt_fs_write_all(fd, data, size, NULL) < 0)
		abort();
	/* what is said to be larger than it is, as a table can say */
	uint64_t said = size + (size % 2 ? UINT32_MAX : 0);
	int luks = vt_luks_read(path, 0, said, &l, NULL);
	int bcache = vt_bcache_read(path, 0, said, &b, NULL);
	if (luks < 0 || bcache < 0)
		abort();
	if (luks && l.version != 1 && l.version != 2)
		abort();
	if (bcache && (b.backing ? b.data_bytes < 2 * SUPER_AT
				 : b.data_bytes != 0 || b.mode != NULL))
		abort();
	return 0;
}

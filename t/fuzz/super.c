/* A libFuzzer target: superblocks, and the options of mkfs that are compared
 * with them.
 *
 *	clang -fsanitize=fuzzer,address,undefined ... t/fuzz/super.c
 *
 * The input's first 4 KiB begin an image, the next are its bytes from 64 KiB
 * on, where btrfs looks; what follows are words of options. The mutator makes
 * the checksums right, since nothing behind them would be reached otherwise.
 */
#include <endian.h>
#include <ext2fs/ext2fs.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/mkfs_options.h"

enum { BLOCK = 4096, BTRFS_AT = 65536 };

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(
	uint8_t *data, size_t size, size_t max, unsigned seed);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put32(uint8_t *at, uint32_t v)
{
	v = htole32(v);
	memcpy(at, &v, sizeof(v));
}

static void seal(uint8_t *s)
{
	uint32_t sector = (uint32_t)s[102] << 8 | s[103];
	if (!memcmp(s, "XFSB", 4) && sector >= 512 && sector <= BLOCK) {
		put32(s + 224, 0);
		put32(s + 224, ~ext2fs_crc32c_le(~0U, s, sector));
	} else {
		put32(s + 1024 + 1020, ext2fs_crc32c_le(~0U, s + 1024, 1020));
	}
}

size_t LLVMFuzzerCustomMutator(
	uint8_t *data, size_t size, size_t max, unsigned seed)
{
	(void)seed;
	size = LLVMFuzzerMutate(data, size, max);
	if (size >= BLOCK)
		seal(data);
	if (size >= (size_t)2 * BLOCK)
		put32(data + BLOCK,
			~ext2fs_crc32c_le(~0U, data + BLOCK + 32, BLOCK - 32));
	return size;
}

static void judge(const char *fstype, const struct vt_super *s,
	const struct vt_strv *words)
{
	struct vt_mkfs_found f = {0};
	vt_mkfs_judge(&(struct vt_mkfs_asked){fstype, words->v, words->n, s,
			      "label", NULL},
		&f);
	vt_mkfs_free(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = {
		"ext4", "xfs", "btrfs", "vfat", "swap"};
	VT_AUTO_CLOSE int fd = memfd_create("image", MFD_CLOEXEC);
	VT_AUTO_FREE char *path = vt_printf("/proc/self/fd/%d", fd);
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	if (size < (size_t)2 * BLOCK)
		return 0;
	if (ftruncate(fd, BTRFS_AT + BLOCK) < 0 ||
		pwrite(fd, data, BLOCK, 0) != BLOCK ||
		pwrite(fd, data + BLOCK, BLOCK, BTRFS_AT) != BLOCK)
		abort();
	VT_AUTO_FREE char *text = vt_strndup(
		(const char *)data + 2 * BLOCK, size - (size_t)2 * BLOCK);
	vt_str_words(text, " ", &words);
	for (size_t i = 0; i < VT_COUNT(types); i++) {
		struct vt_super s;
		const char *family = vt_mkfs_family(types[i]);
		/* without its magic libext2fs only takes time */
		if (i == 0 && memcmp(data + 1024 + 56, "\x53\xef", 2) != 0)
			continue;
		int rc = vt_super_read(
			family, path, 0, BTRFS_AT + BLOCK, &s, NULL);
		if (rc < 0)
			abort();
		if (rc == 1)
			judge(types[i], &s, &words);
	}
	return 0;
}

/* A libFuzzer target: the superblock of a RAID member.
 *
 *	clang -fsanitize=fuzzer,address,undefined ... t/fuzz/md.c
 *
 * Input: 8 bytes each of where the superblock is and of the member's size, then
 * the superblock. The mutator makes its checksum right, in both formats;
 * otherwise nothing behind it would be reached.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image/md.h"

enum { NUMBERS = 16, NEW_SUM = 216, OLD_SUM = 152, MAX_DEV = 220 };

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(
	uint8_t *data, size_t size, size_t max, unsigned seed);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void seal(uint8_t *s, size_t len, size_t at)
{
	uint64_t sum = 0;
	memset(s + at, 0, 4);
	for (size_t i = 0; i < len; i++)
		sum += (uint64_t)s[i] << 8 * (i % 4);
	uint32_t folded = (uint32_t)sum + (uint32_t)(sum >> 32);
	for (int i = 0; i < 4; i++)
		s[at + (size_t)i] = (uint8_t)(folded >> 8 * i);
}

size_t LLVMFuzzerCustomMutator(
	uint8_t *data, size_t size, size_t max, unsigned seed)
{
	size = LLVMFuzzerMutate(data, size, max);
	if (size < NUMBERS + VT_MD_BYTES)
		return size;
	uint8_t *s = data + NUMBERS;
	size_t roles = s[MAX_DEV] | (size_t)s[MAX_DEV + 1] << 8;
	size_t len = 256 + 2 * roles;
	memcpy(s, "\xfc\x4e\x2b\xa9", 4);
	if (seed % 3 == 0)
		seal(s, VT_MD_BYTES, OLD_SUM);
	else
		seal(s, len < VT_MD_BYTES ? len : VT_MD_BYTES, NEW_SUM);
	return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vt_md md;
	uint64_t numbers[2];
	if (size < NUMBERS + VT_MD_BYTES)
		return 0;
	memcpy(numbers, data, sizeof(numbers));
	/* a copy of its own, so that ASan sees what is read past its end */
	unsigned char *copy = malloc(VT_MD_BYTES);
	if (!copy)
		abort();
	memcpy(copy, data + NUMBERS, VT_MD_BYTES);
	int rc = vt_md_parse(copy, numbers[0], numbers[1], &md);
	if (rc == 1 && (!md.metadata || md.devices > VT_MD_BYTES ||
			       md.size_bytes > numbers[1] ||
			       md.member_bytes > numbers[1] ||
			       md.data_bytes > numbers[1] - md.size_bytes))
		abort();
	free(copy);
	return 0;
}

/* A libFuzzer target: maps over a disk image, of any geometry.
 *
 *	clang -fsanitize=fuzzer,address,undefined ... t/fuzz/map.c
 *
 * Input: a program of bytes. Each step makes a map of those before it, with
 * numbers that superblocks and LVM metadata have: slices, concatenations,
 * arrays, MD arrays by their superblocks, decryption. Each map is then read
 * at its ends and where the input says.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "image/md_map.h"

enum { MAX_MAPS = 8, MAX_PARTS = 6, IMAGE = 1 << 20, READ = 700 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct program {
	const uint8_t *p;
	size_t left;
	struct vt_map *maps[MAX_MAPS];
	size_t n;
};

/* The next byte; 0 past the end */
static unsigned next(struct program *f)
{
	if (!f->left)
		return 0;
	f->left--;
	return *f->p++;
}

/* Small, near a power of two, or anything. */
static uint64_t number(struct program *f)
{
	unsigned kind = next(f), low = next(f);
	if (kind < 100)
		return low;
	if (kind < 180)
		return (uint64_t)low << (kind - 100) % 64;
	if (kind < 240)
		return ((uint64_t)1 << low % 64) + kind - 210;
	uint64_t v = 0;
	for (int i = 0; i < 8; i++)
		v = v << 8 | next(f);
	return v;
}

static struct vt_map *pick(struct program *f)
{
	return f->maps[next(f) % f->n];
}

/* Some are missing, if they may be. Return: how many */
static size_t parts(struct program *f, struct vt_map **out, bool all)
{
	size_t n = next(f) % (MAX_PARTS + 1);
	for (size_t i = 0; i < n; i++)
		out[i] = !all && next(f) % 4 == 0 ? NULL : pick(f);
	return n;
}

static struct vt_map *array(struct program *f)
{
	struct vt_map *list[MAX_PARTS];
	static const int levels[] = {0, 4, 5, 6, 10, 10, 1, -1};
	size_t n = parts(f, list, false);
	struct vt_map_array a = {.level = levels[next(f) % 8],
		.layout = (uint32_t)number(f),
		.chunk_bytes = number(f),
		.part_bytes = number(f),
		.first = (uint32_t)number(f)};
	return vt_map_array(list, n, &a);
}

static struct vt_md super(struct program *f, size_t n)
{
	static const int levels[] = {0, 1, 4, 5, 6, 10, -1, -4};
	unsigned bits = next(f);
	return (struct vt_md){.level = levels[next(f) % 8],
		.layout = (uint32_t)number(f),
		.devices = bits & 1 ? (uint32_t)number(f) % 4096 : (uint32_t)n,
		.position = next(f) % MAX_PARTS,
		.role = bits & 2 ? (enum vt_md_role)(next(f) % 5) : 0,
		.clean = bits & 4,
		.reshaped = (bits & 0xf8) == 8,
		.replacement = (bits & 0xf8) == 16,
		.journaled = (bits & 0xf8) == 24,
		.chunk_bytes = number(f),
		.data_bytes = number(f),
		.size_bytes = number(f),
		.member_bytes = number(f)};
}

static struct vt_map *md_array(struct program *f)
{
	struct vt_map *list[MAX_PARTS];
	struct vt_md md[MAX_PARTS];
	struct vt_md_member members[MAX_PARTS];
	enum vt_md_why why;
	size_t n = parts(f, list, true);
	struct vt_md best = super(f, n);
	for (size_t i = 0; i < n; i++) {
		md[i] = best;
		md[i].position = (uint32_t)i;
		if (next(f) % 4 == 0)
			md[i] = super(f, n);
		members[i] = (struct vt_md_member){&md[i], list[i]};
	}
	struct vt_map *m = vt_md_map(&best, members, n, &why);
	if (!m && !*vt_md_why_text(why))
		abort();
	return m;
}

static struct vt_map *step(struct program *f)
{
	struct vt_map *list[MAX_PARTS];
	unsigned char key[64] = {1};
	struct vt_map *of;
	uint64_t from;
	switch (next(f) % 5) {
	case 0:
		of = pick(f);
		from = number(f);
		return vt_map_slice(of, from, number(f));
	case 1:
		return vt_map_concat(list, parts(f, list, true));
	case 2:
		of = pick(f);
		from = number(f);
		return vt_map_xts(of, key, next(f) % 2 ? 64 : 32,
			512u << next(f) % 5, from);
	case 3:
		return md_array(f);
	default:
		return array(f);
	}
}

static void read_at(const struct vt_map *m, uint64_t at, size_t len)
{
	/* of its own size, so that ASan sees what is written past its end */
	unsigned char *buf = malloc(len + 1);
	if (!buf)
		abort();
	memset(buf, 0xee, len);
	if (vt_map_read(m, at, buf, len, NULL) < 0)
		abort();
	for (size_t i = 0; i < len; i++)
		if ((at >= vt_map_size(m) || i >= vt_map_size(m) - at) &&
			buf[i])
			abort();
	free(buf);
}

static struct vt_map *image(void)
{
	static struct vt_map *map;
	if (map)
		return map;
	int fd = memfd_create("image", MFD_CLOEXEC);
	VT_AUTO_FREE char *path = vt_printf("/proc/self/fd/%d", fd);
	unsigned char noise[4096];
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (unsigned char)(i * 31 + i / 256);
	if (ftruncate(fd, IMAGE) < 0 ||
		pwrite(fd, noise, sizeof(noise), 0) != sizeof(noise) ||
		pwrite(fd, noise, sizeof(noise), IMAGE / 2) != sizeof(noise))
		abort();
	map = vt_map_file(path, 512, NULL);
	return map;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct program f = {.p = data, .left = size};
	f.maps[f.n++] = vt_map_ref(image());
	while (f.left && f.n < MAX_MAPS) {
		struct vt_map *m = step(&f);
		if (!m)
			continue;
		f.maps[f.n++] = m;
		uint64_t all = vt_map_size(m);
		if (all > INT64_MAX)
			abort();
		read_at(m, 0, READ);
		read_at(m, all > READ / 2 ? all - READ / 2 : 0, READ);
		read_at(m, number(&f), next(&f));
	}
	while (f.n)
		vt_map_unref(f.maps[--f.n]);
	return 0;
}

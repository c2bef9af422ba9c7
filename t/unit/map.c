/* map.h and md_map.h against pictures of arrays: which chunk is where on which
 * member. They were taken of arrays of mdadm 4.2 and Linux 6.1, whose content
 * was known. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "image/md_map.h"

enum { CHUNK = 512, MEMBERS = 5, ROWS = 6, MEMBER = ROWS * CHUNK };

static char *dir, *path;
static unsigned char image[MEMBERS][MEMBER];

/* Rows of members, each with the number of a chunk; P: the sum of the row's
 * chunks; Q: the second parity, which nothing reads; -: past its end. */
struct picture {
	const char *what;
	int level;
	uint32_t layout;
	size_t n;
	const char *rows;
};

static const struct picture pictures[] = {
	{"stripes", 0, 0, 3, "0 1 2|3 4 5|6 7 8|9 10 11|12 13 14|15 16 17"},
	{"raid4", 4, 0, 4, "0 1 2 P|3 4 5 P|6 7 8 P"},
	{"raid5, left-asymmetric", 5, 0, 4,
		"0 1 2 P|3 4 P 5|6 P 7 8|P 9 10 11|12 13 14 P|15 16 P 17"},
	{"raid5, right-asymmetric", 5, 1, 4,
		"P 0 1 2|3 P 4 5|6 7 P 8|9 10 11 P|P 12 13 14|15 P 16 17"},
	{"raid5, left-symmetric", 5, 2, 3, "0 1 P|3 P 2|P 4 5|6 7 P|9 P 8"},
	{"raid5, right-symmetric", 5, 3, 4,
		"P 0 1 2|5 P 3 4|7 8 P 6|9 10 11 P|P 12 13 14|17 P 15 16"},
	{"raid5, parity-first", 5, 4, 4, "P 0 1 2|P 3 4 5|P 6 7 8"},
	{"raid5, parity-last", 5, 5, 4, "0 1 2 P|3 4 5 P|6 7 8 P"},
	{"raid6, left-asymmetric", 6, 0, 5,
		"Q 0 1 2 P|3 4 5 P Q|6 7 P Q 8|9 P Q 10 11|P Q 12 13 14"},
	{"raid6, right-asymmetric", 6, 1, 5,
		"P Q 0 1 2|3 P Q 4 5|6 7 P Q 8|9 10 11 P Q|Q 12 13 14 P"},
	{"raid6, left-symmetric", 6, 2, 5,
		"Q 0 1 2 P|3 4 5 P Q|7 8 P Q 6|11 P Q 9 10|P Q 12 13 14"},
	{"raid6, right-symmetric", 6, 3, 5,
		"P Q 0 1 2|5 P Q 3 4|7 8 P Q 6|9 10 11 P Q|Q 12 13 14 P"},
	{"raid6, parity-first", 6, 4, 5, "P Q 0 1 2|P Q 3 4 5"},
	{"raid6, parity-last", 6, 5, 5, "0 1 2 P Q|3 4 5 P Q"},
	{"raid6, ddf-zero-restart", 6, 8, 5,
		"P Q 0 1 2|3 P Q 4 5|6 7 P Q 8|9 10 11 P Q|Q 12 13 14 P"},
	{"raid6, ddf-N-restart", 6, 9, 5,
		"0 1 2 P Q|3 4 P Q 5|6 P Q 7 8|P Q 9 10 11|Q 12 13 14 P"},
	{"raid6, ddf-N-continue", 6, 10, 5,
		"0 1 2 Q P|4 5 Q P 3|8 Q P 6 7|Q P 9 10 11|P 12 13 14 Q"},
	{"raid6, left-asymmetric-6", 6, 16, 5,
		"0 1 2 P Q|3 4 P 5 Q|6 P 7 8 Q|P 9 10 11 Q|12 13 14 P Q"},
	{"raid6, right-asymmetric-6", 6, 17, 5,
		"P 0 1 2 Q|3 P 4 5 Q|6 7 P 8 Q|9 10 11 P Q|P 12 13 14 Q"},
	{"raid6, left-symmetric-6", 6, 18, 5,
		"0 1 2 P Q|4 5 P 3 Q|8 P 6 7 Q|P 9 10 11 Q|12 13 14 P Q"},
	{"raid6, right-symmetric-6", 6, 19, 5,
		"P 0 1 2 Q|5 P 3 4 Q|7 8 P 6 Q|9 10 11 P Q|P 12 13 14 Q"},
	{"raid6, parity-first-6", 6, 20, 5, "P 0 1 2 Q|P 3 4 5 Q"},
	{"raid10, 2 near copies of 4", 10, 0x102, 4, "0 0 1 1|2 2 3 3|4 4 5 5"},
	{"raid10, 2 near copies of 3", 10, 0x102, 3,
		"0 0 1|1 2 2|3 3 4|4 5 5|6 6 7|7 8 8"},
	{"raid10, 3 near copies of 5", 10, 0x103, 5,
		"0 0 0 1 1|1 2 2 2 3|3 3 4 4 4|5 5 5 6 6|6 7 7 7 8|8 8 9 9 9"},
	{"raid10, 2 far copies of 4", 10, 0x201, 4,
		"0 1 2 3|4 5 6 7|8 9 10 11|3 0 1 2|7 4 5 6|11 8 9 10"},
	{"raid10, 2 far copies of 3", 10, 0x201, 3,
		"0 1 2|3 4 5|6 7 8|2 0 1|5 3 4|8 6 7"},
	{"raid10, 3 far copies of 5", 10, 0x301, 5,
		"0 1 2 3 4|5 6 7 8 9|4 0 1 2 3|9 5 6 7 8|3 4 0 1 2|8 9 5 6 7"},
	{"raid10, 2 offset copies of 4", 10, 0x10201, 4,
		"0 1 2 3|3 0 1 2|4 5 6 7|7 4 5 6|8 9 10 11|11 8 9 10"},
	{"raid10, 2 offset copies of 3", 10, 0x10201, 3,
		"0 1 2|2 0 1|3 4 5|5 3 4|6 7 8|8 6 7"},
};

static unsigned char byte_of(size_t chunk, size_t i)
{
	return (unsigned char)(chunk * 37 + i * 11 + i / 256 + 1);
}

static void put_parity(size_t row, size_t n, ssize_t at)
{
	unsigned char *parity = at < 0 ? NULL : &image[at][row * CHUNK];
	for (size_t m = 0; parity && m < n; m++)
		for (size_t i = 0; i < CHUNK && m != (size_t)at; i++)
			parity[i] ^= image[m][row * CHUNK + i];
}

/* Return: the number of chunks so far */
static size_t put_chunk(unsigned char *at, size_t chunk, size_t chunks)
{
	for (size_t i = 0; i < CHUNK; i++)
		at[i] = byte_of(chunk, i);
	return chunk >= chunks ? chunk + 1 : chunks;
}

/* Fill the members. Return: the number of rows; *chunks: of the content */
static size_t draw(const struct picture *p, size_t *chunks)
{
	VT_AUTO_STRV struct vt_strv rows = VT_STRV_INIT;
	memset(image, 0, sizeof(image));
	*chunks = 0;
	vt_str_split(p->rows, '|', &rows);
	for (size_t r = 0; r < rows.n; r++) {
		VT_AUTO_STRV struct vt_strv row = VT_STRV_INIT;
		ssize_t parity = -1, second = -1;
		vt_str_words(rows.v[r], " ", &row);
		for (size_t m = 0; m < row.n; m++) {
			size_t chunk = strtoul(row.v[m], NULL, 10);
			if (*row.v[m] == 'P')
				parity = (ssize_t)m;
			else if (*row.v[m] == 'Q')
				second = (ssize_t)m;
			else if (*row.v[m] != '-')
				*chunks = put_chunk(
					&image[m][r * CHUNK], chunk, *chunks);
		}
		put_parity(r, row.n, parity);
		if (second >= 0)
			memset(&image[second][r * CHUNK], 'Q', CHUNK);
	}
	return rows.n;
}

/* The members, as slices of one image. */
static void open_members(struct vt_map **out)
{
	vt_fs_write(path, image, sizeof(image), 0600, NULL);
	struct vt_map *file = vt_map_file(path, 512, NULL);
	for (size_t m = 0; m < MEMBERS; m++)
		out[m] = vt_map_slice(file, m * MEMBER, MEMBER);
	vt_map_unref(file);
}

static void close_members(struct vt_map **members)
{
	for (size_t m = 0; m < MEMBERS; m++)
		vt_map_unref(members[m]);
}

/* All of it, in pieces that are no chunks. */
static bool is_content(const struct vt_map *map, size_t chunks)
{
	unsigned char buf[700];
	bool same = map && vt_map_size(map) == chunks * CHUNK;
	for (size_t at = 0; same && at < chunks * CHUNK; at += sizeof(buf)) {
		if (vt_map_read(map, at, buf, sizeof(buf), NULL) < 0)
			return false;
		for (size_t i = 0; same && i < sizeof(buf); i++) {
			size_t byte = at + i;
			same = buf[i] == (byte < chunks * CHUNK
							 ? byte_of(byte / CHUNK,
								   byte % CHUNK)
							 : 0);
		}
	}
	return same;
}

static struct vt_map *map_of(
	const struct picture *p, struct vt_map *const *members, size_t rows)
{
	return vt_map_array(members, p->n,
		&(struct vt_map_array){.level = p->level,
			.layout = p->layout,
			.chunk_bytes = CHUNK,
			.part_bytes = rows * CHUNK + 100});
}

/* Each member in turn is missing, then two. */
static void degraded(const struct picture *p, struct vt_map *const *members,
	size_t rows, size_t chunks)
{
	size_t right = 0;
	for (size_t m = 0; m < p->n; m++) {
		struct vt_map *some[MEMBERS];
		memcpy(some, members, sizeof(some));
		some[m] = NULL;
		VT_AUTO_MAP struct vt_map *map = map_of(p, some, rows);
		right += is_content(map, chunks);
	}
	is_int((long long)right, p->level ? (long long)p->n : 0,
		p->level ? "and with a member less"
			 : "which need all of their members");
	struct vt_map *some[MEMBERS] = {
		NULL, NULL, members[2], members[3], members[4]};
	VT_AUTO_MAP struct vt_map *map = map_of(p, some, rows);
	/* three copies */
	bool enough = p->level == 10 &&
		      ((p->layout & 255) == 3 || p->layout >> 8 == 3);
	ok(enough ? is_content(map, chunks) : !map, "but not with two less");
}

static void draw_all(void)
{
	for (size_t i = 0; i < VT_COUNT(pictures); i++) {
		const struct picture *p = &pictures[i];
		struct vt_map *members[MEMBERS];
		size_t chunks, rows = draw(p, &chunks);
		open_members(members);
		VT_AUTO_MAP struct vt_map *map = map_of(p, members, rows);
		ok(is_content(map, chunks), "%s", p->what);
		degraded(p, members, rows, chunks);
		close_members(members);
	}
}

/* A level 0 of members with 2, 3, 3 and 5 chunks, and what else follows their
 * sizes. */
static const struct picture original = {"unequal members, before Linux 3.14", 0,
	VT_MD_LAYOUT_ORIGINAL, 4, "0 1 2 3|4 5 6 7|- 9 10 8|- - - 11|- - - 12"};
static const struct picture alternate = {"unequal members, since Linux 3.14", 0,
	VT_MD_LAYOUT_ALTERNATE, 4,
	"0 1 2 3|4 5 6 7|- 8 9 10|- - - 11|- - - 12"};
static const struct picture linear = {"linear, of unequal members", -1, 0, 4,
	"0 2 5 8|1 3 6 9|- 4 7 10|- - - 11|- - - 12"};
static const struct picture mirror = {
	"raid1", 1, 0, 3, "0 0 0|1 1 1|2 2 2|3 3 3"};
static const struct picture five = {
	"raid5", 5, 2, 3, "0 1 P|3 P 2|P 4 5|6 7 P|9 P 8"};

/* Superblocks for a picture, as if each member was all data. */
static struct vt_md describe(const struct picture *p, size_t member)
{
	static const uint64_t sizes[MEMBERS] = {2, 3, 3, 5};
	return (struct vt_md){.level = p->level,
		.layout = p->layout,
		.devices = (uint32_t)p->n,
		.position = (uint32_t)member,
		.clean = true,
		.chunk_bytes = CHUNK,
		.size_bytes = (p->level == 1 ? 4 : 5) * CHUNK,
		/* and not a whole chunk */
		.member_bytes = sizes[member] * CHUNK + 100};
}

/* The content of a picture, with changed superblocks; NULL: *why */
static bool maps(const struct picture *p, struct vt_md *md, enum vt_md_why *why)
{
	struct vt_map *members[MEMBERS];
	struct vt_md_member list[MEMBERS];
	size_t chunks;
	draw(p, &chunks);
	open_members(members);
	/* in another order */
	for (size_t m = 0; m < p->n; m++)
		list[p->n - 1 - m] = (struct vt_md_member){&md[m], members[m]};
	VT_AUTO_MAP struct vt_map *map = vt_md_map(&md[0], list, p->n, why);
	bool right = is_content(map, chunks);
	close_members(members);
	return right;
}

static void of_array(const struct picture *p)
{
	struct vt_md md[MEMBERS];
	enum vt_md_why why;
	for (size_t m = 0; m < p->n; m++)
		md[m] = describe(p, m);
	ok(maps(p, md, &why), "%s: by its superblocks", p->what);
	md[1].role = VT_MD_SPARE;
	bool needs = p->level <= 0;
	ok(maps(p, md, &why) == !needs && (!needs || why == VT_MD_NO_MEMBERS),
		"and if one is a spare");
	md[1].role = VT_MD_REBUILT;
	ok(maps(p, md, &why) == !needs, "and if one is being rebuilt");
	md[0].clean = false;
	if (p->level == 5)
		ok(!maps(p, md, &why) && why == VT_MD_NO_PARITY,
			"but not by a parity that may be wrong");
	md[1].role = VT_MD_ACTIVE;
	ok(maps(p, md, &why), "no parity is needed with all members");
	md[0].reshaped = true;
	ok(!maps(p, md, &why) && why == VT_MD_RESHAPED, "not while reshaped");
	md[0].reshaped = false;
	md[0].journaled = true;
	ok(!maps(p, md, &why) && why == VT_MD_JOURNALED, "nor with a journal");
	md[0].journaled = false;
	md[0].replacement = md[0].clean = true;
	ok(maps(p, md, &why) == !needs, "a replacement is not a member yet");
}

static void refuse(void)
{
	struct vt_md md[MEMBERS];
	enum vt_md_why why;
	for (size_t m = 0; m < MEMBERS; m++)
		md[m] = describe(&alternate, m);
	md[0].layout = VT_MD_LAYOUT_UNKNOWN;
	ok(!maps(&alternate, md, &why) && why == VT_MD_NO_ZONES,
		"unequal members without a layout");
	md[0].layout = VT_MD_LAYOUT_ALTERNATE;
	md[0].chunk_bytes = 0;
	ok(!maps(&alternate, md, &why) && why == VT_MD_NO_LAYOUT, "no chunk");
	md[0].layout = VT_MD_LAYOUT_ORIGINAL;
	ok(!maps(&alternate, md, &why) && why == VT_MD_NO_LAYOUT,
		"nor in the other layout");
	md[0].chunk_bytes = CHUNK + 1;
	ok(!maps(&alternate, md, &why), "a chunk that is no whole sectors");
	md[0].chunk_bytes = (uint64_t)UINT32_MAX * 512;
	ok(!maps(&alternate, md, &why), "a chunk larger than all");
	md[0] = describe(&five, 0);
	md[0].layout = 99;
	ok(!maps(&five, md, &why) && why == VT_MD_NO_LAYOUT, "no such layout");
	md[0] = describe(&five, 0);
	md[0].size_bytes = (uint64_t)INT64_MAX;
	ok(!maps(&five, md, &why), "a size that no array has");
	md[0].size_bytes = 0;
	ok(!maps(&five, md, &why) && why == VT_MD_NO_LAYOUT, "no size");
	md[0] = describe(&five, 0);
	md[0].devices = 0;
	ok(!maps(&five, md, &why), "no members");
	md[0].level = -4;
	ok(!maps(&five, md, &why) && why == VT_MD_NO_LEVEL, "a level of old");
	ok(*vt_md_why_text(why), "which is said");
}

static bool holds(const struct vt_map *m, const char *text)
{
	char buf[64] = "";
	return m && vt_map_size(m) == strlen(text) &&
	       vt_map_read(m, 0, buf, strlen(text), NULL) == 0 &&
	       !strcmp(buf, text);
}

static void pieces(void)
{
	vt_fs_write(path, "0123456789", 10, 0600, NULL);
	VT_AUTO_MAP struct vt_map *file = vt_map_file(path, 4096, NULL);
	VT_AUTO_MAP struct vt_map *mid = vt_map_slice(file, 2, 6);
	VT_AUTO_MAP struct vt_map *in = vt_map_slice(mid, 1, 3);
	VT_AUTO_MAP struct vt_map *end = vt_map_slice(mid, 4, UINT64_MAX);
	VT_AUTO_MAP struct vt_map *past = vt_map_slice(mid, UINT64_MAX, 5);
	const char *at;
	uint64_t offset;
	ok(holds(mid, "234567"), "a slice");
	ok(holds(in, "345"), "a slice of it");
	ok(holds(end, "67"), "what is past its end is cut off");
	is_int((long long)vt_map_size(past), 0, "all of it, too");
	ok(vt_map_stretch(in, &at, &offset) && offset == 3 && !strcmp(at, path),
		"it is a stretch of the image");
	struct vt_map *two[] = {in, end};
	VT_AUTO_MAP struct vt_map *both = vt_map_concat(two, 2);
	VT_AUTO_MAP struct vt_map *over = vt_map_slice(both, 2, 2);
	ok(holds(both, "34567"), "one after the other");
	ok(holds(over, "56"), "a slice over both");
	ok(!vt_map_stretch(both, &at, &offset), "which is no stretch");
	is_int(vt_map_sector(over), 4096, "the sector size is the image's");
	ok(!vt_map_file("/dev/null", 512, NULL), "a device is no image");
	struct vt_map *deep = vt_map_ref(file);
	int levels = 0;
	for (; deep && levels < 99; levels++) {
		struct vt_map *pair[] = {deep, deep};
		struct vt_map *next = vt_map_concat(pair, 2);
		vt_map_unref(deep);
		deep = next;
	}
	ok(!deep && levels < 20, "layers are bounded");
	vt_map_unref(deep);
}

/* What is zero in a copy is a hole, which takes no space. */
static void copies(void)
{
	static char data[3 << 16], back[3 << 16];
	uint64_t at = 0;
	memset(data + (2 << 16) + 77, 'x', 9);
	vt_fs_write(path, data, sizeof(data), 0600, NULL);
	VT_AUTO_MAP struct vt_map *file = vt_map_file(path, 512, NULL);
	VT_AUTO_MAP struct vt_map *zero = vt_map_slice(file, 0, 2 << 16);
	VT_AUTO_MAP struct vt_map *one =
		vt_map_slice(file, 1 << 16, (1 << 16) + 78);
	is_int(vt_map_is_zero(zero, &at, NULL), 1, "only zeros");
	is_int(vt_map_is_zero(one, &at, NULL), 0, "another byte, the last");
	is_int((long long)at, (1 << 16) + 77, "where it is");
	FILE *out = tmpfile();
	ok(out && vt_map_copy(file, fileno(out), 0, sizeof(data), NULL) == 0,
		"a copy");
	is_int(out ? lseek(fileno(out), 0, SEEK_DATA) : 0, 2 << 16,
		"without the zeros");
	ok(out && pread(fileno(out), back, sizeof(back), 0) > 0 &&
			!memcmp(data, back, sizeof(data)),
		"is the same");
	if (out)
		fclose(out);
}

/* Source: IEEE 1619-2007, appendix B, vector 2: two blocks of 0x44 */
static void decrypts(void)
{
	static const unsigned char text[32] =
		"\xc4\x54\x18\x5e\x6a\x16\x93\x6e\x39\x33\x40\x38\xac\xef"
		"\x83\x8b\xfb\x18\x6f\xff\x74\x80\xad\xc4\x28\x93\x82\xec"
		"\xd6\xd3\x94\xf0";
	unsigned char key[32], sector[1024] = {0}, out[32] = {0};
	memset(key, 0x11, 16);
	memset(key + 16, 0x22, 16);
	memcpy(sector + 512, text, sizeof(text));
	vt_fs_write(path, sector, sizeof(sector), 0600, NULL);
	VT_AUTO_MAP struct vt_map *file = vt_map_file(path, 512, NULL);
	VT_AUTO_MAP struct vt_map *m =
		vt_map_xts(file, key, 32, 512, 0x3333333333 - 1);
	ok(m && vt_map_read(m, 512, out, 32, NULL) == 0 && out[0] == 0x44 &&
			!memcmp(out, out + 1, 31),
		"a sector of AES-XTS");
	ok(m && vt_map_read(m, 521, out, 7, NULL) == 0 && out[0] == 0x44 &&
			out[6] == 0x44,
		"a part of it");
	ok(!vt_map_xts(file, key, 31, 512, 0), "another size of a key");
	ok(!vt_map_xts(file, key, 32, 520, 0), "another size of a sector");
	VT_AUTO_MAP struct vt_map *large = vt_map_xts(file, key, 32, 4096, 0);
	ok(large && vt_map_size(large) == 0, "no whole sector");
}

int main(void)
{
	dir = vt_fs_tmpdir("vt-map", NULL);
	if (!dir)
		return 3;
	path = vt_fs_join(dir, "image");
	draw_all();
	of_array(&original);
	of_array(&alternate);
	of_array(&linear);
	of_array(&mirror);
	of_array(&five);
	refuse();
	pieces();
	copies();
	decrypts();
	free(path);
	vt_fs_rmtreep(&dir);
	return done_testing();
}

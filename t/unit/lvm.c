/* lvm.h against physical volumes laid out as lvm2 does it; those of vgcreate,
 * where it and a loop device are there, are looked at in
 * t/tools/verify-lvm.t. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../le.h"
#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "image/lvm.h"

enum { AREA = 4096, AREA_SIZE = 1 << 20, START = 1536, SIZE = 8 << 20 };
#define PV "bAvbcwMy8tX13gP97MKxsxFuhiW2uP3H"

static const char metadata[] =
	"g {\nid = \"OgFjoq-Ljam\"\nseqno = 7\nformat = \"lvm2\"\n"
	"status = [\"RESIZEABLE\", \"READ\"]\nflags = []\n"
	"extent_size = 8192 # 4 Megabytes\n"
	"physical_volumes {\npv0 {\n"
	"id = \"bAvbcw-My8t-X13g-P97M-Kxsx-Fuhi-W2uP3H\"\n"
	"device = \"/dev/vda \\\"2\\\"\"\npe_start = 2048\npe_count = 63\n}\n"
	"pv1 {\nid = \"other\"\npe_start = 2048\npe_count = 63\n}\n}\n"
	"logical_volumes {\n"
	"root {\nstatus = [\"READ\"]\nsegment_count = 2\n"
	"segment1 {\nstart_extent = 0\nextent_count = 60\n"
	"type = \"striped\"\nstripe_count = 1\nstripes = [\n\"pv0\", 3\n]\n}\n"
	"segment2 {\nstart_extent = 60\nextent_count = 10\n"
	"type = \"striped\"\nstripe_count = 1\nstripes = [\"pv1\", 0]\n}\n}\n"
	"fast {\nsegment_count = 1\nsegment1 {\nstart_extent = 0\n"
	"extent_count = 4\ntype = \"striped\"\nstripe_count = 2\n"
	"stripe_size = 128\n"
	"stripes = [\"pv0\", 0, \"pv1\", 20]\n}\n}\n}\n}\n"
	"# Generated\ncontents = \"Text Format Volume Group\"\nversion = 1\n";

static uint32_t sum(const void *p, size_t len)
{
	return vt_lvm_checksum(VT_LVM_CHECKSUM_START, p, len);
}

/* The checksums of label, header and text, as they have to be. */
static void seal(unsigned char *image, size_t text_len)
{
	unsigned char *label = image + 512, *header = image + AREA;
	VT_AUTO_FREE char *text = vt_alloc(text_len + 1);
	size_t first =
		AREA_SIZE - START < text_len ? AREA_SIZE - START : text_len;
	memcpy(text, header + START, first);
	memcpy(text + first, header + 512, text_len - first);
	put32(header + 40 + 16, sum(text, text_len));
	put32(label + 16, sum(label + 20, 512 - 20));
	put32(header, sum(header + 4, 512 - 4));
}

static unsigned char *build(const char *text)
{
	unsigned char *image = vt_alloc(SIZE);
	unsigned char *label = image + 512, *header = image + AREA;
	memcpy(label, "LABELONE\1\0\0\0\0\0\0\0\0\0\0\0\x20\0\0\0LVM2 001", 32);
	memcpy(label + 32, PV, 32);
	put64(label + 64, SIZE);
	put64(label + 72, 1 << 20); /* data; the list ends with zeros */
	put64(label + 104, AREA);
	put64(label + 112, AREA_SIZE);
	memcpy(header + 4, " LVM2 x[5A%r0N*>\1\0\0", 20);
	put64(header + 24, AREA);
	put64(header + 32, AREA_SIZE);
	put64(header + 40, START);
	put64(header + 48, strlen(text));
	memcpy(header + START, text, strlen(text));
	seal(image, strlen(text));
	return image;
}

static char *dir;

static int reads(const unsigned char *image, size_t len, struct vt_lvm *out)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, "image");
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, image, len) != (ssize_t)len)
		abort();
	close(fd);
	return vt_lvm_read(path, 0, len, out, NULL);
}

static void good(void)
{
	VT_AUTO_FREE unsigned char *image = build(metadata);
	VT_AUTO_LVM struct vt_lvm lvm = {0};
	is_int(reads(image, SIZE, &lvm), 1, "a physical volume");
	is_str(lvm.uuid, PV, "its UUID");
	const struct vt_lvm_group *g = &lvm.group;
	is_str(g->name, "g", "its group");
	ok(g->seqno == 7 && g->extent_bytes == 4 << 20, "its extents");
	is_int((long long)g->n_pvs, 2, "physical volumes of it");
	is_str(g->n_pvs ? g->pvs[0].uuid : NULL, PV, "this is one");
	ok(g->n_pvs && g->pvs[0].start_bytes == 1 << 20, "where data begins");
	is_int((long long)g->n_lvs, 2, "volumes of it");
	if (g->n_lvs != 2)
		return;
	const struct vt_lvm_lv *root = &g->lvs[0], *fast = &g->lvs[1];
	ok(!strcmp(root->name, "root") && root->extents == 70 && root->n == 2,
		"one in two pieces");
	ok(root->segments[0].n == 1 && root->segments[0].stripes[0].pv == 0 &&
			root->segments[0].stripes[0].extent == 3 &&
			root->segments[1].stripes[0].pv == 1,
		"which are where they are");
	ok(fast->extents == 4 && fast->segments[0].n == 2 &&
			fast->segments[0].stripe_bytes == 65536 &&
			fast->segments[0].stripes[1].pv == 1 &&
			fast->segments[0].stripes[1].extent == 20,
		"one in stripes");
}

/* An image that is wrong in one place. */
static void bad(const char *what, size_t at, unsigned char byte, bool label)
{
	VT_AUTO_FREE unsigned char *image = build(metadata);
	VT_AUTO_LVM struct vt_lvm lvm = {0};
	image[at] ^= byte;
	int rc = reads(image, SIZE, &lvm);
	ok(rc == label && !lvm.group.name, "%s", what);
}

static void text(const char *what, const char *from, const char *to)
{
	VT_AUTO_FREE char *s = vt_str_replace(metadata, from, to);
	struct vt_lvm_group g;
	ok(strcmp(s, metadata) && !vt_lvm_group_parse(s, strlen(s), &g), "%s",
		what);
}

static void wraps(void)
{
	VT_AUTO_FREE unsigned char *image = build(metadata);
	VT_AUTO_LVM struct vt_lvm lvm = {0};
	unsigned char *header = image + AREA;
	size_t len = strlen(metadata), first = 100;
	memcpy(header + AREA_SIZE - first, metadata, first);
	memcpy(header + 512, metadata + first, len - first);
	put64(header + 40, AREA_SIZE - first);
	put32(header + 40 + 16, sum(metadata, len));
	put32(header, sum(header + 4, 512 - 4));
	is_int(reads(image, SIZE, &lvm), 1, "metadata that wraps around");
	is_str(lvm.group.name, "g", "is read");
}

/* With checksums that fit, whatever the bytes are. */
static void noise(void)
{
	unsigned seed = 7, groups = 0;
	for (int n = 0; n < 3000; n++) {
		VT_AUTO_FREE char *s = vt_strdup(metadata);
		size_t len = strlen(s);
		for (int k = rand_r(&seed) % 4; k >= 0; k--) {
			size_t at = (size_t)rand_r(&seed) % len;
			s[at] = (char)(rand_r(&seed) % 3
					       ? metadata[(size_t)rand_r(
								  &seed) %
							  len]
					       : rand_r(&seed) % 255 + 1);
		}
		if (rand_r(&seed) % 8 == 0)
			s[(size_t)rand_r(&seed) % len] = '\0';
		struct vt_lvm_group g;
		groups += vt_lvm_group_parse(s, strlen(s), &g) == 1;
		vt_lvm_group_free(&g);
	}
	ok(groups > 0 && groups < 3000, "noise: %u of 3000 are groups", groups);
	unsigned labels = 0;
	VT_AUTO_FREE unsigned char *image = build(metadata);
	for (int n = 0; n < 300; n++) {
		VT_AUTO_FREE unsigned char *copy = vt_alloc(AREA + AREA_SIZE);
		VT_AUTO_LVM struct vt_lvm lvm = {0};
		memcpy(copy, image, AREA + AREA_SIZE);
		for (int k = 0; k < 3; k++) {
			size_t at = (size_t)rand_r(&seed) % 120;
			at += at < 60 ? 512 + 20 : AREA + 4 - 60;
			copy[at] = (unsigned char)rand_r(&seed);
		}
		put32(copy + 512 + 16, sum(copy + 512 + 20, 512 - 20));
		put32(copy + AREA, sum(copy + AREA + 4, 512 - 4));
		labels += reads(copy, 8192 + (size_t)n * 7, &lvm) == 1;
	}
	ok(labels > 0, "noise: %u of 300 are labels", labels);
}

int main(void)
{
	dir = vt_fs_tmpdir("vt-lvm", NULL);
	if (!dir)
		return 3;
	good();
	wraps();
	bad("no label", 512, 1, false);
	bad("a label whose checksum does not fit", 512 + 100, 1, false);
	bad("a header whose checksum does not fit", AREA + 60, 1, true);
	bad("a header without its magic", AREA + 5, 1, true);
	bad("a text whose checksum does not fit", AREA + START + 3, 1, true);
	text("no extents", "extent_size = 8192", "extent_size = 0");
	text("too large extents", "8192", "99999999999999999999");
	text("a negative number", "seqno = 7", "seqno = -7");
	text("a gap between segments", "start_extent = 60",
		"start_extent = 61");
	text("a segment outside of its device", "extent_count = 10",
		"extent_count = 64");
	text("a device that is not there", "\"pv0\", 3", "\"pv2\", 3");
	text("stripes of no size", "stripe_size = 128\n", "");
	text("a stripe too few", "stripe_count = 2", "stripe_count = 3");
	text("no stripes", "stripe_count = 2", "stripe_count = 0");
	text("extents that stripes do not share", "extent_count = 4",
		"extent_count = 5");
	text("fewer segments than said", "segment_count = 2",
		"segment_count = 3");
	text("a string without an end", "Group\"", "Group");
	text("a brace too few", "}\n}\n# Gen", "}\n# Gen");
	text("sections in sections", "flags = []",
		"a { a { a { a { a { a { a { a { a { } } } } } } } } }");
	text("lists in lists", "flags = []",
		"flags = [[[[[[[[[[[[]]]]]]]]]]]]");
	noise();
	vt_fs_rmtreep(&dir);
	return done_testing();
}

/* Names of a config: links in /dev/disk/by-dname that are expected, and paths
 * of devices that other entries make. */
#include <stdlib.h>

#include "../tap.h"
#include "base/mem.h"
#include "storage/dname.h"
#include "storage/read.h"
#include "storage/realise.h"
#include "storage/size.h"
#include "storage/types.h"

#define DISK(more) "{id: d, type: disk, serial: s, ptable: gpt" more "}"
#define MSDOS(more) "{id: d, type: disk, serial: s, ptable: msdos" more "}"
#define PART(id, more)                                                         \
	", {id: " id ", type: partition, device: d, size: 8M, " more "}"
#define ARRAY(more)                                                            \
	DISK("")                                                               \
	", {id: e, type: disk, serial: e}, {id: r, type: raid, raidlevel: 1, " \
	"devices: [d, e]" more "}"
#define VOLUME(group, name)                                                    \
	DISK("")                                                               \
	", {id: v, type: lvm_volgroup, name: " group ", devices: [d]}"         \
	", {id: l, type: lvm_partition, volgroup: v, name: " name "}"

static void realise(
	struct vt_graph *g, const struct vt_doc *doc, const char *entries)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	if (vt_storage_read(g, doc->root, &err) < 0 ||
		vt_storage_sizes(g, &err) < 0)
		printf("# %s: %s\n", entries, err->msg);
	vt_realise(g);
}

static struct vt_doc *config(int version, const char *entries)
{
	VT_AUTO_FREE char *text = vt_printf(
		"storage: {version: %d, config: [%s]}\n", version, entries);
	return vt_doc_parse("c", text, strlen(text), NULL);
}

/* `link`: NULL: none is expected */
static void expect(
	int version, const char *entries, const char *id, const char *link)
{
	VT_AUTO_DOC struct vt_doc *doc = config(version, entries);
	VT_AUTO_GRAPH struct vt_graph g = {0};
	realise(&g, doc, entries);
	const struct vt_dev *d = vt_graph_find(&g, id);
	const struct vt_field *f = d ? vt_dname_statement(d) : NULL;
	is_str(f && f->expected ? f->text : NULL, link, entries);
	ok(!f || !f->expected || f->node, "it is where the config names it");
}

/* The entry that makes the device of a path. */
static void made(const char *entries, const char *path, const char *maker)
{
	VT_AUTO_FREE char *all =
		vt_printf("%s, {id: x, type: disk, path: '%s', ptable: gpt}",
			entries, path);
	VT_AUTO_DOC struct vt_doc *doc = config(1, all);
	VT_AUTO_GRAPH struct vt_graph g = {0};
	realise(&g, doc, all);
	is_str(vt_dev_text(vt_graph_find(&g, "x"), "made_by"), maker, path);
}

static void paths(void)
{
	static const char two[] =
		DISK("") ", {id: e, type: disk, serial: e}, {id: f, type: disk,"
			 " serial: f}"
			 ", {id: b, type: bcache, backing_device: d, "
			 "cache_device: f}"
			 ", {id: c, type: bcache, backing_device: e, "
			 "cache_device: f}";
	made(two, "/dev/bcache0", "b");
	made(two, "/dev/bcache1", "c");
	made(two, "/dev/bcache2", NULL);
	made(DISK("") ", {id: e, type: disk, serial: e}, {id: b, type: bcache, "
		      "backing_device: d, cache_device: e, preserve: true}",
		"/dev/bcache0", NULL);
	made(ARRAY(", name: md0"), "/dev/md0", "r");
	made(ARRAY(", name: os"), "/dev/md/os", "r");
	made(ARRAY(", name: /dev/md/os"), "/dev/md/os", "r");
	made(ARRAY(", name: os"), "/dev/md1", NULL);
	made(DISK("") ", {id: k, type: dm_crypt, volume: d, key: k}",
		"/dev/mapper/k", "k");
	made(VOLUME("v-1", "l"), "/dev/mapper/v--1-l", "l");
}

int main(void)
{
	expect(1, DISK(", name: main_disk"), "d", "main_disk");
	expect(1, DISK(", name: 'main disk/\\&valid@#dname'"), "d",
		"main-disk---valid--dname");
	expect(1, DISK(", name: \"\\u00e9t\\u00e9\""), "d", "-t-");
	expect(1, DISK(""), "d", NULL);
	expect(1, DISK(", name: ''"), "d", NULL);
	/* a partition's only if its disk is named */
	expect(1, DISK(", name: x") PART("p", "name: one"), "p", "one");
	expect(1, DISK(", name: x") PART("p", "number: 1"), "p", NULL);
	expect(1, DISK("") PART("p", "name: one"), "p", NULL);
	expect(2, DISK(", name: x") PART("p", "name: one"), "p", "one");
	expect(1, MSDOS(", name: x") PART("p", "name: one, flag: extended"),
		"p", NULL);
	/* an array has one even if it is kept */
	expect(1, ARRAY(", name: md0"), "r", "md0");
	expect(1, ARRAY(", name: /dev/md/os"), "r", "-dev-md-os");
	expect(1, ARRAY(", name: md0, preserve: true"), "r", "md0");
	expect(1,
		ARRAY(", name: md0, ptable: gpt") ", {id: p, type: partition, "
						  "device: r, size: 1M, name: "
						  "q}",
		"p", "q");
	/* device-mapper's name */
	expect(1, VOLUME("vg-1", "l.v"), "l", "vg--1-l-v");
	/* curtin's rules for the same link are for several devices */
	expect(1, DISK(", name: x") PART("p", "name: x"), "d", NULL);
	expect(1, DISK(", name: x") PART("p", "name: x"), "p", NULL);
	expect(1, DISK(", name: x") PART("p", "name: x-part1"), "p", "x-part1");
	expect(1,
		DISK(", name: x") PART("p", "number: 1")
			PART("q", "name: x-part1"),
		"q", NULL);
	paths();
	return done_testing();
}

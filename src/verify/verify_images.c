/* Disk images against a storage config, without a test. The config is realised
 * and written as in verify.yaml, so that the checks are those of a test; what
 * only facts show is skipped. */
#include "verify_images.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "graph/expect.h"
#include "image/blk.h"
#include "image/qcow.h"
#include "storage/boot_code.h"
#include "storage/read.h"
#include "storage/realise.h"
#include "storage/size.h"
#include "storage/storage_statements.h"
#include "storage/types.h"

/* An image of the command line. */
struct image {
	const char *name; /* as it was given */
	struct vt_qcow *disk;
	char *path; /* of its raw bytes */
};

struct images {
	struct image *v;
	size_t n;
};

static void images_free(struct images *all)
{
	for (size_t i = 0; i < all->n; i++) {
		vt_qcow_free(all->v[i].disk);
		free(all->v[i].path);
	}
	free(all->v);
}
#define AUTO_IMAGES __attribute__((cleanup(images_free)))

/* The finders read raw images only. */
static int open_image(struct image *image, struct vt_err **err)
{
	struct stat st;
	if (!strcmp(image->name, "-"))
		return vt_err_set(err, VT_USAGE,
			"an image cannot be read from standard input: give a "
			"file");
	if (stat(image->name, &st) == 0 && !S_ISREG(st.st_mode))
		return vt_err_set(err, VT_USAGE,
			"'%s' is not a regular file: copy a device to one with "
			"'qemu-img convert -O raw'",
			image->name);
	image->disk = vt_qcow_open(image->name, 0, err);
	if (!image->disk)
		return -1;
	if (!strcmp(vt_qcow_reader(image->disk), "raw")) {
		image->path = vt_strdup(image->name);
		return 0;
	}
	int fd = vt_qcow_fd(image->disk, err);
	image->path = vt_printf("/proc/self/fd/%d", fd);
	return fd < 0 ? -1 : 0;
}

/* A gpt can be read only with the sector size that it was made for. An msdos
 * table does not tell it. */
static int read_sector_size(
	const char *path, unsigned *bytes, struct vt_err **err)
{
	VT_AUTO_BLK_TABLE struct vt_blk_table t = {0};
	if (vt_blk_table_read(path, 4096, &t, err) < 0)
		return -1;
	*bytes = vt_str_eq(t.kind, "gpt") ? 4096 : 512;
	return 0;
}

/* The disk of ID=IMAGE; an id may contain '='. */
static struct vt_dev *find_disk(
	const struct vt_graph *g, const char *word, const char **name)
{
	struct vt_dev *found = NULL;
	for (size_t i = 0; i < g->n; i++) {
		struct vt_dev *d = &g->v[i];
		const char *value = vt_str_value(word, d->id);
		if (!vt_dev_is(d, VT_DISK) || !value)
			continue;
		if (found && strlen(found->id) > strlen(d->id))
			continue;
		found = d;
		*name = value;
	}
	return found;
}

static int unknown(const struct vt_graph *g, const struct options *o,
	const char *word, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str ids = VT_STR_INIT;
	const char *equals = strchr(word, '=');
	if (!equals)
		return vt_err_set(err, VT_USAGE,
			"expected ID=IMAGE, not '%s' (try 'vt-verify --help')",
			word);
	for (size_t i = 0; i < g->n; i++)
		if (vt_dev_is(&g->v[i], VT_DISK))
			vt_str_item(&ids, ", ", g->v[i].id);
	if (!ids.len)
		return vt_err_set(err, VT_USAGE,
			"'%s' has no disk in its section 'storage'", o->config);
	return vt_err_set(err, VT_USAGE,
		"'%s' has no disk with the id '%.*s'; its disks: %s", o->config,
		(int)(equals - word), word, ids.s);
}

static int add_image(struct images *all, const struct vt_graph *g,
	const struct options *o, const char *word, struct vt_err **err)
{
	const char *name = "";
	struct vt_dev *d = find_disk(g, word, &name);
	if (!d)
		return unknown(g, o, word, err);
	if (!*name)
		return vt_err_set(
			err, VT_USAGE, "disk '%s': expected an image", d->id);
	if (d->image)
		return vt_err_set(
			err, VT_USAGE, "disk '%s' has two images", d->id);
	all->v = vt_realloc(all->v, all->n + 1, sizeof(*all->v));
	struct image *image = &all->v[all->n++];
	*image = (struct image){.name = name};
	if (open_image(image, err) < 0 ||
		read_sector_size(image->path, &d->sector_bytes, err) < 0)
		return -1;
	d->image = image->path;
	return 0;
}

/* What the config alone says of the machine: with an ESP it boots by UEFI,
 * whose architecture is not known, with a PReP partition it is a POWER, and
 * else a PC.
 */
static void realise_boot(struct vt_graph *g)
{
	struct vt_boot_kind kind = {0};
	for (size_t i = 0; i < g->n; i++)
		kind.prep |= vt_str_eq(vt_dev_text(&g->v[i], "flag"), "prep") &&
			     vt_dev_num(&g->v[i], "grub_device");
	kind.bios = !kind.prep && !vt_boot_mounts_esp(g);
	vt_realise_boot(g, &kind);
}

static int read_config(struct vt_graph *g, const struct options *o,
	struct vt_doc **doc, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv warnings = VT_STRV_INIT;
	if (vt_fs_is_dir(o->config))
		return vt_err_set(err, VT_USAGE,
			"--config: '%s' is a directory: give a file",
			o->config);
	*doc = vt_doc_load_config(o->config, &warnings, err);
	for (size_t i = 0; i < warnings.n; i++)
		vt_log_warn("%s", warnings.v[i]);
	if (!*doc || vt_storage_read(g, (*doc)->root, err) < 0 ||
		vt_storage_sizes(g, err) < 0)
		return -1;
	vt_realise(g);
	realise_boot(g);
	return 0;
}

/* The record has the array, and the config its texts. */
static void add_statements(struct verify *v, const struct vt_graph *g)
{
	VT_AUTO_STATEMENTS struct vt_statements all = {0};
	vt_storage_statements(&all, g, v->file.doc->root, NULL);
	for (size_t i = 0; i < all.n; i++) {
		struct vt_statement *s = &all.v[i];
		s->name = vt_doc_keep(v->file.doc, s->name);
		s->at = vt_doc_keep(v->file.doc, s->at);
		s->check = s->check ? vt_doc_keep(v->file.doc, s->check) : NULL;
	}
	v->file.statements = all.v;
	v->file.n_statements = all.n;
	all.v = NULL;
}

/* Results name an image as it was given. */
static void name_images(struct vt_result *r, const struct images *all)
{
	for (size_t i = 0; i < r->checks.n; i++)
		for (size_t k = 0; k < all->n; k++)
			if (vt_str_eq(r->checks.v[i].see, all->v[k].path))
				vt_check_see(
					&r->checks.v[i], "%s", all->v[k].name);
}

int verify_images(
	struct verify *v, const struct options *o, struct vt_err **err)
{
	VT_AUTO_GRAPH struct vt_graph g = {0};
	AUTO_IMAGES struct images all = {0};
	v->test = o->config;
	v->dir = vt_strdup("");
	v->shown = vt_strdup("");
	if (read_config(&g, o, &v->file.doc, err) < 0)
		return -1;
	for (size_t i = 0; i < o->images.n; i++)
		if (add_image(&all, &g, o, o->images.v[i], err) < 0)
			return -1;
	add_statements(v, &g);
	v->file.storage = vt_graph_write(&g, v->file.doc);
	if (checks_parse_storage(v, err) < 0)
		return -1;
	checks_run(v);
	statements_answer(v);
	name_images(&v->result, &all);
	vt_result_judge(&v->result);
	return 0;
}

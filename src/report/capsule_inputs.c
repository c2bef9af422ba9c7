/* The inputs of a test: its definition and config, and the files that its
 * phases read, with paths that are right elsewhere. */
#include "capsule_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "test/image_id.h"
#include "test/pack_file.h"
#include "test/phases.h"
#include "test/test_file.h"
#include "test/verify_file.h"
#include "test/vm_file.h"

static const char up[] = "../..";

/* An input while its paths are replaced. */
struct input {
	struct capsule *c;
	const struct vt_vm *vm; /* or NULL */
	const char *phase;
};

static void map(struct capsule *c, const char *from, const char *to)
{
	if (vt_strv_has(&c->from, from))
		return;
	vt_strv_add(&c->from, from);
	vt_strv_add(&c->to, to);
}

/* What a path of this host is in the capsule, if it is mapped. */
static const char *mapped(const struct capsule *c, const char *path)
{
	for (size_t i = 0; i < c->from.n; i++)
		if (!strcmp(c->from.v[i], path))
			return c->to.v[i];
	return NULL;
}

/* Where a file of the user's is in the capsule: under the same name if that is
 * relative, so that positions in messages are right there. */
static char *place_of(
	const struct capsule *c, const char *path, const char *dir)
{
	const char *base = vt_fs_basename(path);
	char *name = vt_archive_name_ok(path) ? vt_strdup(path)
					      : vt_printf("%s/%s", dir, base);
	for (size_t i = 2; vt_strv_has(&c->to, name); i++) {
		free(name);
		name = vt_printf("%s/%zu/%s", dir, i, base);
	}
	return name;
}

/* Add a file of the user's, which may be named in several ways.
 * Return: its name in the capsule; NULL */
static const char *add_source(struct capsule *c, const char *path,
	const char *dir, enum capsule_kind kind, struct vt_err **err)
{
	VT_AUTO_FREE char *real = realpath(path, NULL);
	const char *known = mapped(c, real ? real : path);
	VT_AUTO_FREE char *name =
		known ? vt_strdup(known) : place_of(c, path, dir);
	if (!real)
		capsule_leave(c, name, "it is gone");
	else if (!known && capsule_add_file(c, name, path, kind, err) < 0)
		return NULL;
	map(c, path, name);
	map(c, real ? real : path, name);
	return mapped(c, path);
}

/* A sha256 is that of the index of images; other names of contents are not. */
static bool is_sum(const char *s)
{
	return s && strlen(s) == 64 && !s[strspn(s, "0123456789abcdef")];
}

/* A name for a link to an image: that of its item, or of its file. */
static const char *image_name(
	struct capsule *c, const char *item, const char *path)
{
	const char *base = item ? item : vt_fs_basename(path);
	VT_AUTO_FREE char *name = vt_str_replace(base, "/", "-");
	for (char *s = name; *s; s++)
		if (!vt_str_valid_name((char[]){'a', *s, '\0'}))
			*s = '_';
	for (size_t i = 0; i < c->file.n_images; i++)
		if (!strcmp(c->file.images[i].name, name))
			return capsule_keep(c, "i%zu-%s", i, name);
	return capsule_keep(
		c, "%s%s", vt_str_valid_name(name) ? "" : "i", name);
}

/* An image of the host, which the capsule does not have.
 * Return: its name there */
static const char *add_image(const struct input *in, const char *path)
{
	struct capsule *c = in->c;
	const struct vt_vm_image *known = NULL;
	char sum[65];
	for (size_t i = 0; in->vm && i < in->vm->n_images; i++)
		if (vt_str_eq(in->vm->images[i].path, path))
			known = &in->vm->images[i];
	const char *name = image_name(c, known ? known->item : NULL, path);
	struct vt_capsule_image *image = vt_record_add(
		&c->file.images, &c->file.n_images, sizeof(*image));
	image->name = name;
	image->path = capsule_keep(c, "%s", vt_image_id(path));
	if (known && is_sum(known->sha256))
		image->sha256 = capsule_keep(c, "%s", known->sha256);
	else if (vt_fs_sha256(path, sum, NULL, NULL) == 0)
		image->sha256 = capsule_keep(c, "%s", sum);
	VT_AUTO_FREE char *to = vt_printf("images/%s", name);
	map(c, path, to);
	return name;
}

/* A path of vm.yaml: of the test's directory, of another test, or of the
 * host. */
static void move_path(const char **path, void *arg)
{
	struct input *in = arg;
	struct capsule *c = in->c;
	VT_AUTO_FREE char *own = vt_fs_join(c->real, "");
	if (vt_str_starts(*path, "../")) {
		capsule_refuse(c, in->phase,
			capsule_keep(c, "'%s' of another test", *path));
	} else if (vt_str_starts(*path, own)) {
		*path += strlen(own);
	} else if (**path == '/') {
		const char *to = mapped(c, *path);
		*path = to ? capsule_keep(c, "%s/%s", up, to)
			   : capsule_keep(c, "%s/images/%s", up,
				     add_image(in, *path));
	}
}

/* Add an input, whose paths are those of the capsule, without secrets. */
static int add_input(struct capsule *c, const char *file, struct vt_doc *doc,
	const char *phase, struct vt_err **err)
{
	bool verify = !strcmp(phase, "verify");
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	VT_AUTO_FREE char *name = vt_printf("tests/%s/%s", c->test, file);
	vt_secrets_next(&c->secrets);
	vt_secrets_doc(
		&c->secrets, doc, verify ? VT_SECRETS_DROP : VT_SECRETS_MARK);
	if (c->secrets.n && !verify)
		capsule_refuse(c, phase,
			capsule_keep(c, "secrets that were removed from '%s'",
				file));
	if (vt_node_emit(doc->root, &text, err) < 0)
		return -1;
	return capsule_add_searched(c, name, &text, CAPSULE_OURS, err);
}

/* install/vm.yaml and boot/vm.yaml */
static int add_vm(struct capsule *c, const char *file, const char *phase,
	struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(c->real, file);
	VT_AUTO_VM struct vt_vm vm = VT_VM_INIT;
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_load(path, err);
	VT_AUTO_DOC struct vt_doc *out = vt_doc_new();
	struct input in = {c, &vm, phase};
	if (!doc || vt_record_read(
			    &vt_vm_record, doc->root, NULL, doc, &vm, err) < 0)
		return -1;
	if (vm.missing)
		capsule_refuse(
			c, phase, capsule_keep(c, "an image: %s", vm.missing));
	vt_record_each_path(&vt_vm_record, &vm, move_path, &in);
	for (size_t i = 0; i < vm.n_images; i++)
		vm.images[i].path = vt_image_id(vm.images[i].path);
	out->root = vt_vm_write(&vm, out);
	return add_input(c, file, out, phase, err);
}

static int add_pack(struct capsule *c, const char *file, const char *phase,
	struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(c->real, file);
	VT_AUTO_PACK_FILE struct vt_pack_file f = {0};
	VT_AUTO_DOC struct vt_doc *out = vt_doc_new();
	f.doc = vt_doc_load(path, err);
	if (!f.doc || vt_record_read(&vt_pack_record, f.doc->root, NULL, f.doc,
			      &f, err) < 0)
		return -1;
	for (size_t i = 0; i < f.n_configs; i++) {
		struct vt_pack_config *config = &f.configs[i];
		if (!config->path)
			continue;
		const char *name = add_source(
			c, config->path, "definition/tests", CAPSULE_FILE, err);
		if (!name)
			return -1;
		config->path = capsule_keep(c, "%s/%s", up, name);
	}
	for (size_t i = 0; i < f.n_adds; i++)
		capsule_refuse(c, phase,
			capsule_keep(c, "the file '%s'", f.adds[i].path));
	capsule_installer(c, &f);
	VT_AUTO_FREE char *installer = vt_printf("%s/installer", up);
	map(c, f.installer.path, "installer");
	f.installer.path = installer;
	out->root = vt_record_write(&vt_pack_record, out, &f);
	return add_input(c, file, out, phase, err);
}

/* test.yaml, and the definition that it names. */
static int add_test(struct capsule *c, const char *file, const char *phase,
	struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(c->real, file);
	struct vt_test_file f = {0};
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_load(path, err);
	VT_AUTO_DOC struct vt_doc *out = vt_doc_new();
	if (!doc || vt_record_read(
			    &vt_test_record, doc->root, NULL, doc, &f, err) < 0)
		return -1;
	const char *config =
		f.config ? add_source(c, f.config, "definition/tests",
				   CAPSULE_FILE, err)
			 : NULL;
	const char *source =
		add_source(c, f.source, "definition", CAPSULE_FILE, err);
	if (!source || (f.config && !config))
		return -1;
	f.source = source;
	f.config = config;
	f.installer = "installer";
	out->root = vt_record_write(&vt_test_record, out, &f);
	return add_input(c, file, out, phase, err);
}

/* Programs of `run` are in the capsule if they are files of the user's. */
static int add_programs(
	struct capsule *c, struct vt_doc *doc, struct vt_err **err)
{
	const struct vt_node *checks = vt_node_get(doc->root, "checks");
	for (size_t i = 0; checks && i < checks->n; i++) {
		struct vt_node *run = vt_node_get(checks->items[i], "run");
		const char *path =
			run && run->n ? vt_node_text(run->items[0]) : NULL;
		if (!path || *path != '/')
			continue;
		const char *name =
			add_source(c, path, "programs", CAPSULE_PROGRAM, err);
		if (!name)
			return -1;
		run->items[0] =
			vt_node_string(doc, capsule_keep(c, "%s/%s", up, name));
	}
	return 0;
}

/* verify.yaml without the images of disks, for a capsule that has none: what
 * only they show is skipped then, and is no loss. capsule.mk has the names. */
static int add_without_disks(
	struct capsule *c, struct vt_doc *doc, struct vt_err **err)
{
	const struct vt_node *disks =
		vt_node_getn(doc->root, "storage", "disks", NULL);
	VT_AUTO_STR struct vt_str with = VT_STR_INIT, without = VT_STR_INIT;
	if (!disks || vt_setting_bool("CAPSULE_DISKS"))
		return 0;
	if (vt_node_emit(doc->root, &with, err) < 0)
		return -1;
	for (size_t i = 0; i < disks->n; i++)
		vt_node_drop(disks->items[i], "image");
	if (vt_node_emit(doc->root, &without, err) < 0)
		return -1;
	vt_secrets_next(&c->secrets);
	if (capsule_add_searched(
		    c, "with-disks/verify.yaml", &with, CAPSULE_OURS, err) < 0)
		return -1;
	return capsule_add_searched(
		c, "without-disks/verify.yaml", &without, CAPSULE_OURS, err);
}

static int add_verify(struct capsule *c, const char *file, const char *phase,
	struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(c->real, file);
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_load(path, err);
	if (!doc || add_programs(c, doc, err) < 0 ||
		add_input(c, file, doc, phase, err) < 0)
		return -1;
	return add_without_disks(c, doc, err);
}

static int add_other(struct capsule *c, const char *file, const char *phase,
	struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(c->real, file);
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_load(path, err);
	return doc ? add_input(c, file, doc, phase, err) : -1;
}

/* The function for each vt_phases_input() that has paths. */
static const struct {
	const char *file;
	int (*add)(struct capsule *c, const char *file, const char *phase,
		struct vt_err **err);
} adders[] = {
	{"test.yaml", add_test},
	{"install/pack.yaml", add_pack},
	{"install/vm.yaml", add_vm},
	{"boot/vm.yaml", add_vm},
	{"verify.yaml", add_verify},
};

/* The phase that reads an input; a seed is read to boot. */
static const char *reader(const char *file)
{
	const struct vt_phase_row *row;
	for (size_t i = 0; (row = vt_phases_at(i)); i++)
		if (vt_str_in(row->inputs, file))
			return row->name;
	return "";
}

int capsule_add_inputs(struct capsule *c, struct vt_err **err)
{
	const char *file;
	for (size_t i = 0; (file = vt_phases_input(i)); i++) {
		VT_AUTO_FREE char *path = vt_fs_join(c->real, file);
		size_t k = 0;
		while (k < VT_COUNT(adders) && strcmp(adders[k].file, file))
			k++;
		if (!vt_fs_exists(path))
			continue;
		int rc = k < VT_COUNT(adders)
				 ? adders[k].add(c, file, reader(file), err)
				 : add_other(c, file, reader(file), err);
		if (rc < 0)
			return -1;
	}
	return 0;
}

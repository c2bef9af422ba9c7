#include "test/seed_file.h"

#include <string.h>

enum { MAX_SCRIPTS = 1000, VIRTIO_SERIAL = 20 };

int vt_seed_check_script(
	const struct vt_seed_script *scripts, size_t n, struct vt_err **err)
{
	const char *name = scripts[n - 1].name;
	if (!vt_str_valid_name(name))
		return vt_err_set(err, VT_USAGE,
			"'%s' is not a valid script name: use at most 100 "
			"letters, digits and ._+@-",
			name);
	for (size_t i = 0; i + 1 < n; i++)
		if (!strcmp(scripts[i].name, name))
			return vt_err_set(err, VT_USAGE,
				"two scripts have the name '%s'", name);
	return 0;
}

int vt_seed_check_output(const char *serial, struct vt_err **err)
{
	if (vt_str_valid_name(serial) && strlen(serial) <= VIRTIO_SERIAL)
		return 0;
	return vt_err_set(err, VT_USAGE,
		"'%s' is not a valid disk serial: use at most 20 letters, "
		"digits and ._+@-",
		serial);
}

static int check_output(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	VT_AUTO_ERR struct vt_err *why = NULL;
	if (vt_seed_check_output(*(const char *const *)value, &why) < 0)
		return vt_node_err(at, err, "%s", why->msg);
	return 0;
}

static int check_scripts(
	void *out, const struct vt_node *map, struct vt_err **err)
{
	const struct vt_seed_file *f = out;
	const struct vt_node *list = vt_node_get(map, "scripts");
	for (size_t i = 0; i < f->n_scripts; i++) {
		VT_AUTO_ERR struct vt_err *why = NULL;
		if (vt_seed_check_script(f->scripts, i + 1, &why) < 0)
			return vt_node_err(vt_node_get(list->items[i], "name"),
				err, "%s", why->msg);
	}
	return 0;
}

static const struct vt_member script_members[] = {
	{"name", VT_AS_TEXT(struct vt_seed_script, name), .required = true,
		.doc = "Name of the script: letters, digits and ._+@-"},
	{"content", VT_AS_TEXT(struct vt_seed_script, content),
		.required = true,
		.doc = "Text of the script; OUTPUT_COLLECT_D is replaced by "
		       "the directory for its files"},
	{0}};
static const struct vt_record script_record = {
	.name = "scripts", .members = script_members};

#define T struct vt_seed_file
static const struct vt_member members[] = {
	{"test", VT_AS_TEXT(T, test), .doc = "Name of the test"},
	{"scripts", VT_AS_RECORDS(T, scripts, n_scripts, &script_record),
		.max = MAX_SCRIPTS, .always = true,
		.doc = "Collect scripts, run in this order"},
	{"cloudconf", VT_AS_NODE(T, cloudconf), .node = VT_MAP,
		.doc = "cloud-config for the installed system"},
	{"output", VT_AS_TEXT(T, output), .init = VT_SEED_OUTPUT,
		.always = true, .check = check_output,
		.doc = "Serial number of the disk that collected files are "
		       "written to"},
	{"boots", VT_AS_INT(T, boots), .init = "1", .min = 1, .max = 9,
		.doc = "How often the system boots until facts are collected"},
	{0}};
const struct vt_record vt_seed_record = {.name = "boot/seed.yaml",
	.members = members,
	.format = 1,
	.check = check_scripts,
	.doc = "Input of\n.Xr vt-seed 1 ."};

void vt_seed_file_free(struct vt_seed_file *f)
{
	vt_record_free(&vt_seed_record, f);
	vt_doc_free(f->doc);
}

int vt_seed_file_read(
	struct vt_seed_file *f, const char *dir, struct vt_err **err)
{
	f->doc = vt_record_load(&vt_seed_record, dir, "boot/seed.yaml", f, err);
	return f->doc ? 0 : -1;
}

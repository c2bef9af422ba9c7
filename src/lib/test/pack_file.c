#include "test/pack_file.h"

#include <string.h>

const char *const vt_installer_words[] = {
	[VT_INSTALLER_EXE] = "exe",
	[VT_INSTALLER_TREE] = "tree",
	[VT_INSTALLER_CURTIN] = "curtin",
	NULL,
};

bool vt_installer_reads_curtin(enum vt_installer_kind kind, const char *name)
{
	return kind == VT_INSTALLER_CURTIN || !strcmp(name, "vt-install");
}

#define T struct vt_pack_file
static const struct vt_member installer_members[] = {
	{"path", VT_AS_PATH(T, installer.path), .required = true,
		.doc = "Path of the installer on the host"},
	{"kind", VT_AS_WORD(T, installer.kind, vt_installer_words),
		.required = true,
		.doc = "An executable, a directory, or a curtin checkout, "
		       "packed by its own tool"},
	{"name", VT_AS_TEXT(T, installer.name), .required = true,
		.doc = "Name of its command in the guest"},
	{0}};
static const struct vt_record installer_record = {
	.name = "installer", .members = installer_members};

static int one_source(void *out, const struct vt_node *map, struct vt_err **err)
{
	const struct vt_pack_config *c = out;
	if (!c->path == !c->content)
		return vt_node_err(
			map, err, "expected either 'path' or 'content'");
	return 0;
}

static const struct vt_member config_members[] = {
	{"path", VT_AS_PATH(struct vt_pack_config, path),
		.doc = "Path of the config"},
	{"content", VT_AS_TEXT(struct vt_pack_config, content),
		.doc = "Text of the config, instead of a file"},
	{0}};
static const struct vt_record config_record = {
	.name = "configs", .members = config_members, .check = one_source};

static const struct vt_member add_members[] = {
	{"path", VT_AS_PATH(struct vt_pack_add, path), .required = true,
		.doc = "Path of a file or directory"},
	{"as", VT_AS_TEXT(struct vt_pack_add, as), .required = true,
		.doc = "Name in the archive"},
	{0}};
static const struct vt_record add_record = {
	.name = "add", .members = add_members};

const char *vt_pack_part_type(const char *content)
{
	if (vt_str_starts(content, "#!"))
		return "text/x-shellscript";
	if (vt_str_starts(content, "#cloud-config\n") ||
		vt_str_starts(content, "#cloud-config\r\n"))
		return "text/cloud-config";
	return NULL;
}

static int typed(void *out, const struct vt_node *map, struct vt_err **err)
{
	struct vt_pack_part *part = out;
	if (!part->type)
		part->type = vt_pack_part_type(part->content);
	if (!part->type)
		return vt_node_err(map, err,
			"'type' is missing, and 'content' begins neither with "
			"'#!' nor with '#cloud-config'");
	return 0;
}

static const struct vt_member part_members[] = {
	{"content", VT_AS_TEXT(struct vt_pack_part, content), .required = true,
		.doc = "Text of the part"},
	{"type", VT_AS_TEXT(struct vt_pack_part, type),
		.doc = "MIME type; by default derived from the first line"},
	{0}};
static const struct vt_record part_record = {
	.name = "parts", .members = part_members, .check = typed};

static const struct vt_member members[] = {
	{"test", VT_AS_TEXT(T, test), .doc = "Name of the test"},
	{"installer", VT_AS_GROUP(&installer_record), .required = true,
		.doc = "The installer to pack"},
	{"configs", VT_AS_RECORDS(T, configs, n_configs, &config_record),
		.always = true,
		.doc = "Installer configs, merged in this order as by curtin"},
	{"replace", VT_AS_NODE(T, replace), .node = VT_MAP,
		.doc = "Texts to replace in the first config, FROM: TO"},
	{"command", VT_AS_TEXTS(T, command),
		.doc = "Command to run in the guest; PUBURL is replaced by "
		       "the URL of the published files"},
	{"add", VT_AS_RECORDS(T, adds, n_adds, &add_record),
		.doc = "Additional files in the archive"},
	{"parts", VT_AS_RECORDS(T, parts, n_parts, &part_record),
		.doc = "Additional parts of the user-data"},
	{0}};
const struct vt_record vt_pack_record = {.name = "install/pack.yaml",
	.members = members,
	.format = 1,
	.doc = "Input of\n.Xr vt-pack 1 ."};

void vt_pack_file_free(struct vt_pack_file *f)
{
	vt_record_free(&vt_pack_record, f);
	vt_doc_free(f->doc);
}

int vt_pack_file_read(
	struct vt_pack_file *f, const char *dir, struct vt_err **err)
{
	f->doc = vt_record_load(
		&vt_pack_record, dir, "install/pack.yaml", f, err);
	return f->doc ? 0 : -1;
}

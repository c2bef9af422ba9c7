/* Reads and writes install/iscsi.yaml: the targets that an installed system has
 * in its configuration, for the boot phase. */
#include "host/iscsi.h"

#include "base/fs.h"
#include "base/mem.h"
#include "data/record.h"

#define A struct vt_iscsi_account
static const struct vt_member account_members[] = {
	{"user", VT_AS_TEXT(A, user), .required = true, .doc = "User name"},
	{"password", VT_AS_TEXT(A, password), .required = true,
		.doc = "Password"},
	{"random", VT_AS_BOOL(A, random), .required = true,
		.doc = "Whether the account was generated for this target"},
	{0}};
static const struct vt_record account_record = {
	.name = "account", .members = account_members};

#define TARGET struct vt_iscsi_target
static const struct vt_member target_members[] = {
	{"disk", VT_AS_TEXT(TARGET, disk), .required = true,
		.doc = "The image's path as in install/vm.yaml"},
	{"target", VT_AS_TEXT(TARGET, name), .required = true,
		.doc = "Name of the target (IQN)"},
	{"in", VT_AS_RECORD(TARGET, in, &account_record), .required = true,
		.doc = "CHAP account that the initiator logs in with"},
	{"out", VT_AS_RECORD(TARGET, out, &account_record), .required = true,
		.doc = "CHAP account that the target proves itself with"},
	{0}};
static const struct vt_record target_record = {
	.name = "targets", .members = target_members};

#define T struct vt_iscsi
static const struct vt_member members[] = {
	{"portal", VT_AS_TEXT(T, tgt.portal), .required = true,
		.doc = "HOST:PORT of the server"},
	{"own", VT_AS_BOOL(T, own), .required = true,
		.doc = "Whether the phases start the server themselves"},
	{"socket", VT_AS_TEXT(T, tgt.ipc),
		.doc = "Control socket of a server that the user provides"},
	{"targets", VT_AS_RECORDS(T, targets, n, &target_record),
		.required = true, .doc = "One target for each iSCSI disk"},
	{0}};
const struct vt_record vt_iscsi_record = {.name = "install/iscsi.yaml",
	.members = members,
	.format = 1,
	.doc = "Targets of iSCSI disks, with their passwords, from\n"
	       ".Xr vt-launch 1\nfor\n.Xr vt-xkvm 1 ."};

int vt_iscsi_save(
	const struct vt_iscsi *s, const char *path, struct vt_err **err)
{
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	struct vt_iscsi shown = *s;
	if (s->own)
		shown.tgt.ipc = NULL; /* differs in the boot phase */
	doc->root = vt_record_write(&vt_iscsi_record, doc, &shown);
	if (vt_node_emit(doc->root, &text, err) < 0)
		return -1;
	return vt_fs_write(path, text.s, text.len, 0600, err);
}

static struct vt_iscsi_account copy(const struct vt_iscsi_account *a)
{
	return (struct vt_iscsi_account){
		vt_strdup(a->user), vt_strdup(a->password), a->random};
}

static int copy_targets(struct vt_iscsi *s, const struct vt_machine *m,
	const struct vt_iscsi *f, const struct vt_node *list,
	struct vt_err **err)
{
	for (size_t i = 0, at = 0; i < m->n_disks; i++) {
		const struct vt_disk *d = &m->disks[i];
		if (!vt_disk_is_iscsi(d))
			continue;
		const struct vt_iscsi_target *from =
			at < f->n ? &f->targets[at] : NULL;
		struct vt_iscsi_target *t = vt_iscsi_add_target(s, d);
		if (!from || !vt_str_eq(from->disk, t->disk))
			return vt_node_err(from ? list->items[at] : list, err,
				"disk '%s' has no target here: run vt-launch "
				"again",
				t->disk);
		t->name = vt_strdup(from->name);
		t->in = copy(&from->in);
		t->out = copy(&from->out);
		at++;
	}
	return 0;
}

/* Fill @s from the file's content @f. */
static int fill(struct vt_iscsi *s, const struct vt_machine *m,
	const struct vt_iscsi *f, const struct vt_node *root,
	struct vt_err **err)
{
	const struct vt_node *portal = vt_node_get(root, "portal");
	VT_AUTO_ERR struct vt_err *why = NULL;
	struct vt_iscsi_portal p;
	if (vt_iscsi_portal(f->tgt.portal, &p, &why) < 0)
		return vt_node_err(portal, err, "%s", why->msg);
	s->own = f->own;
	s->host = p.guest;
	s->port = p.port;
	if (!s->own) {
		s->tgt.portal = vt_strdup(f->tgt.portal);
		s->tgt.ipc = vt_strdup(f->tgt.ipc);
	}
	return copy_targets(s, m, f, vt_node_get(root, "targets"), err);
}

int vt_iscsi_load(struct vt_iscsi *s, const struct vt_machine *m,
	const char *path, struct vt_err **err)
{
	struct vt_iscsi f = VT_ISCSI_INIT; /* borrows from the document */
	size_t wanted = 0;
	for (size_t i = 0; i < m->n_disks; i++)
		wanted += vt_disk_is_iscsi(&m->disks[i]);
	if (!wanted)
		return 0;
	if (!vt_fs_exists(path))
		return vt_err_set(err, VT_HOST,
			"'%s' is missing: run vt-launch first, which creates "
			"it",
			path);
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_load(path, err);
	int rc = -1;
	if (doc && vt_record_read(&vt_iscsi_record, doc->root, NULL, doc, &f,
			   err) == 0)
		rc = fill(s, m, &f, doc->root, err);
	vt_record_free(&vt_iscsi_record, &f);
	return rc;
}

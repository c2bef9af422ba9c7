/* The user-data for the ephemeral system. */
#include "base/mem.h"
#include "data/userdata.h"
#include "pack.h"
#include "shell.h"

static int base_config(
	const struct pack *p, struct vt_str *out, struct vt_err **err)
{
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	struct vt_node *output = vt_node_map(doc), *power = vt_node_map(doc);
	vt_node_set_str(
		doc, output, "all", "| tee -a /var/log/cloud-init-output.log");
	vt_node_set(doc, doc->root, "output", output);
	vt_node_set_str(doc, power, "mode", p->power);
	if (p->power)
		vt_node_set(doc, doc->root, "power_state", power);
	vt_str_add(out, "#cloud-config\n");
	return vt_node_emit(doc->root, out, err);
}

static void replace_puburl(
	const struct vt_strv *command, struct vt_strv *replaced)
{
	for (size_t i = 0; i < command->n; i++)
		vt_strv_take(replaced,
			vt_str_replace(command->v[i], "PUBURL", "@VT_PUBURL@"));
}

/* Wrap curtin's script, which does not report its exit status, into one that
 * does. */
static void wrap(
	const struct pack *p, const struct vt_str *script, struct vt_str *out)
{
	script_begin(out, p);
	vt_str_add(out, common_sh);
	vt_str_add(out, curtin_sh);
	script_config(out, p);
	vt_str_add(out, "\npayload() {\n\tcat");
	vt_userdata_heredoc(out, script->s);
	vt_str_add(out, "}\n\nmain\n");
}

int pack_user_data(
	const struct pack *p, struct vt_str *out, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv command = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str packed = VT_STR_INIT, script = VT_STR_INIT;
	replace_puburl(&p->file.command, &command);
	if (pack_script(p, &command, &packed, err) < 0)
		return -1;
	if (p->file.installer.kind == VT_INSTALLER_CURTIN)
		wrap(p, &packed, &script);
	VT_AUTO_DOC struct vt_doc *ud = vt_userdata_new();
	VT_AUTO_STR struct vt_str base = VT_STR_INIT;
	if (base_config(p, &base, err) < 0)
		return -1;
	vt_userdata_add(ud, "text/cloud-config", base.s);
	for (size_t i = 0; i < p->file.n_parts; i++) {
		VT_AUTO_FREE char *text =
			vt_userdata_unix(p->file.parts[i].content);
		vt_userdata_add(ud, p->file.parts[i].type, text);
	}
	vt_userdata_add(
		ud, "text/x-shellscript", script.s ? script.s : packed.s);
	vt_userdata_add_journal(ud);
	return vt_userdata_emit(ud, out, err);
}

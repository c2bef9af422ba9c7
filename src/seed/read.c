/* boot/seed.yaml. */
#include "base/fs.h"
#include "base/mem.h"
#include "data/doc.h"
#include "seed.h"

enum { MAX_SCRIPTS = 1000 };

static int read_script(
	const struct vt_node *n, struct seed *s, struct vt_err **err)
{
	static const char *const known[] = {"name", "content", NULL};
	if (vt_node_expect(n, VT_MAP, err) < 0 ||
		vt_node_keys_known(n, known, err) < 0)
		return -1;
	const struct vt_node *name = vt_node_get(n, "name");
	const struct vt_node *content = vt_node_get(n, "content");
	const char *name_text, *text;
	if (!name || !content)
		return vt_node_err(
			n, err, "a script needs a name and a content");
	if (vt_node_str(name, &name_text, err) < 0 ||
		vt_node_str(content, &text, err) < 0)
		return -1;
	VT_AUTO_ERR struct vt_err *why = NULL;
	if (seed_add_script(s, name_text, text, &why) < 0)
		return vt_node_err(name, err, "%s", why->msg);
	return 0;
}

static int read_scripts(
	const struct vt_node *n, struct seed *s, struct vt_err **err)
{
	if (!n)
		return 0;
	if (vt_node_expect(n, VT_SEQ, err) < 0)
		return -1;
	if (n->n > MAX_SCRIPTS)
		return vt_node_err(n, err, "more than %d scripts", MAX_SCRIPTS);
	for (size_t i = 0; i < n->n; i++)
		if (read_script(n->items[i], s, err) < 0)
			return -1;
	return 0;
}

static int read_cloud_config(
	const struct vt_node *n, struct seed *s, struct vt_err **err)
{
	if (vt_node_is_null(n))
		return 0;
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	vt_str_add(&text, "#cloud-config\n");
	if (vt_node_expect(n, VT_MAP, err) < 0 ||
		vt_node_emit(n, &text, err) < 0)
		return -1;
	vt_strv_take(&s->cloud_configs, vt_str_take(&text));
	return 0;
}

static int read_output(
	const struct vt_node *n, struct seed *s, struct vt_err **err)
{
	const char *serial;
	if (!n)
		return seed_set_output(s, SEED_OUTPUT, err);
	if (vt_node_str(n, &serial, err) < 0)
		return -1;
	VT_AUTO_ERR struct vt_err *why = NULL;
	if (seed_set_output(s, serial, &why) < 0)
		return vt_node_err(n, err, "%s", why->msg);
	return 0;
}

int seed_read_test(const char *dir, struct seed *s, struct vt_err **err)
{
	static const char *const known[] = {
		"format", "test", "scripts", "cloudconf", "output", NULL};
	VT_AUTO_FREE char *path = vt_fs_join(dir, "boot/seed.yaml");
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_load(path, err);
	if (!doc || vt_node_expect(doc->root, VT_MAP, err) < 0 ||
		vt_node_keys_known(doc->root, known, err) < 0)
		return -1;
	const struct vt_node *root = doc->root;
	if (!vt_node_get(root, "format"))
		return vt_node_err(root, err, "'format' is missing");
	long format;
	if (vt_node_int(vt_node_get(root, "format"), 1, 1, &format, err) < 0 ||
		read_scripts(vt_node_get(root, "scripts"), s, err) < 0 ||
		read_cloud_config(vt_node_get(root, "cloudconf"), s, err) < 0)
		return -1;
	return read_output(vt_node_get(root, "output"), s, err);
}

/* install/pack.yaml. */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "data/doc.h"
#include "merge.h"
#include "pack.h"

enum { MAX_FILE = 16 << 20, MAX_LIST = 10000 };

static const char *const kinds[] = {
	[PACK_EXE] = "exe", [PACK_TREE] = "tree", [PACK_CURTIN] = "curtin"};

/* The string at a key that must be there. */
static int need_str(const struct vt_node *map, const char *key,
	const char **out, struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(map, key);
	if (!n)
		return vt_node_err(map, err, "'%s' is missing", key);
	return vt_node_str(n, out, err);
}

/* A list that may be absent: its length, or -1. */
static ssize_t list(const struct vt_node *n, struct vt_err **err)
{
	if (!n)
		return 0;
	if (vt_node_expect(n, VT_SEQ, err) < 0)
		return -1;
	if (n->n > MAX_LIST)
		return vt_node_err(n, err, "more than %d entries", MAX_LIST);
	return (ssize_t)n->n;
}

/* A tree in which the command cannot be found would only fail in the guest,
 * minutes later. */
static int check_tree(
	const struct vt_node *n, const struct pack *p, struct vt_err **err)
{
	VT_AUTO_FREE char *in_bin =
		vt_printf("%s/bin/%s", p->installer, p->name);
	VT_AUTO_FREE char *at_top = vt_printf("%s/%s", p->installer, p->name);
	if (p->kind != PACK_TREE || !vt_fs_is_dir(p->installer) ||
		vt_fs_exists(in_bin) || vt_fs_exists(at_top))
		return 0;
	return vt_node_err(n, err, "neither 'bin/%s' nor '%s' is in '%s'",
		p->name, p->name, p->installer);
}

static int read_installer(const char *dir, const struct vt_node *root,
	struct pack *p, struct vt_err **err)
{
	static const char *const known[] = {"path", "kind", "name", NULL};
	const struct vt_node *n = vt_node_get(root, "installer");
	if (!n)
		return vt_node_err(root, err, "'installer' is missing");
	const char *path, *kind, *name;
	if (vt_node_expect(n, VT_MAP, err) < 0 ||
		vt_node_keys_known(n, known, err) < 0 ||
		need_str(n, "path", &path, err) < 0 ||
		need_str(n, "kind", &kind, err) < 0 ||
		need_str(n, "name", &name, err) < 0)
		return -1;
	size_t k = 0;
	while (k < VT_COUNT(kinds) && strcmp(kinds[k], kind))
		k++;
	if (k == VT_COUNT(kinds))
		return vt_node_err(vt_node_get(n, "kind"), err,
			"installer kind '%s': curtin, exe or tree is needed",
			kind);
	p->kind = (enum pack_kind)k;
	p->installer = vt_fs_join(dir, path);
	p->name = vt_strdup(name);
	return check_tree(n, p, err);
}

static int read_config(const char *dir, const struct vt_node *n,
	struct config *c, struct vt_err **err)
{
	static const char *const known[] = {"path", "content", NULL};
	if (vt_node_expect(n, VT_MAP, err) < 0 ||
		vt_node_keys_known(n, known, err) < 0)
		return -1;
	const struct vt_node *content = vt_node_get(n, "content");
	const char *s;
	if (content) {
		if (vt_node_str(content, &s, err) < 0)
			return -1;
		c->name = content->pos.file;
		c->text = vt_strdup(s);
		return 0;
	}
	if (need_str(n, "path", &s, err) < 0)
		return -1;
	VT_AUTO_FREE char *path = vt_fs_join(dir, s);
	c->name = s;
	c->text = vt_fs_read(path, MAX_FILE, NULL, err);
	return c->text ? 0 : -1;
}

static int read_configs(const char *dir, const struct vt_node *root,
	struct pack *p, struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(root, "configs");
	ssize_t count = list(n, err);
	if (count < 0)
		return -1;
	struct config *configs = vt_calloc((size_t)count + 1, sizeof(*configs));
	int rc = 0;
	for (ssize_t i = 0; rc == 0 && i < count; i++)
		rc = read_config(dir, n->items[i], &configs[i], err);
	if (rc == 0)
		p->config = config_merge(configs, (size_t)count,
			vt_node_get(root, "replace"), err);
	for (ssize_t i = 0; i < count; i++)
		free(configs[i].text);
	free(configs);
	return p->config ? 0 : -1;
}

static int read_command(
	const struct vt_node *root, struct pack *p, struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(root, "command");
	ssize_t count = list(n, err);
	if (count < 0)
		return -1;
	for (ssize_t i = 0; i < count; i++) {
		const char *s;
		if (vt_node_str(n->items[i], &s, err) < 0)
			return -1;
		vt_strv_add(&p->command, s);
	}
	return 0;
}

static int read_adds(const char *dir, const struct vt_node *root,
	struct pack *p, struct vt_err **err)
{
	static const char *const known[] = {"path", "as", NULL};
	const struct vt_node *n = vt_node_get(root, "add");
	ssize_t count = list(n, err);
	for (ssize_t i = 0; i < count; i++) {
		const char *path, *as;
		if (vt_node_expect(n->items[i], VT_MAP, err) < 0 ||
			vt_node_keys_known(n->items[i], known, err) < 0 ||
			need_str(n->items[i], "path", &path, err) < 0 ||
			need_str(n->items[i], "as", &as, err) < 0)
			return -1;
		VT_AUTO_FREE char *from = vt_fs_join(dir, path);
		pack_add_file(p, from, as);
	}
	return count < 0 ? -1 : 0;
}

static int read_parts(
	const struct vt_node *root, struct pack *p, struct vt_err **err)
{
	static const char *const known[] = {"content", "type", NULL};
	const struct vt_node *n = vt_node_get(root, "parts");
	ssize_t count = list(n, err);
	for (ssize_t i = 0; i < count; i++) {
		const struct vt_node *part = n->items[i];
		const char *content, *type;
		if (vt_node_expect(part, VT_MAP, err) < 0 ||
			vt_node_keys_known(part, known, err) < 0 ||
			need_str(part, "content", &content, err) < 0)
			return -1;
		type = pack_part_type(content);
		if (vt_node_get(part, "type") &&
			need_str(part, "type", &type, err) < 0)
			return -1;
		if (!type)
			return vt_node_err(part, err,
				"a part needs a type, or to begin with '#!' or "
				"'#cloud-config'");
		pack_add_part(p, type, content);
	}
	return count < 0 ? -1 : 0;
}

int pack_read_test(const char *dir, struct pack *p, struct vt_err **err)
{
	static const char *const known[] = {"format", "test", "installer",
		"configs", "replace", "command", "add", "parts", "success",
		NULL};
	VT_AUTO_FREE char *path = vt_fs_join(dir, "install/pack.yaml");
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_load(path, err);
	long format;
	if (!doc || vt_node_expect(doc->root, VT_MAP, err) < 0 ||
		vt_node_keys_known(doc->root, known, err) < 0)
		return -1;
	if (!vt_node_get(doc->root, "format"))
		return vt_node_err(doc->root, err, "'format' is missing");
	if (vt_node_int(vt_node_get(doc->root, "format"), 1, 1, &format, err) <
			0 ||
		read_installer(dir, doc->root, p, err) < 0 ||
		read_configs(dir, doc->root, p, err) < 0 ||
		read_command(doc->root, p, err) < 0 ||
		read_adds(dir, doc->root, p, err) < 0)
		return -1;
	return read_parts(doc->root, p, err);
}

#include "extend.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "keys.h"

enum { MAX_CHAIN = 16 };

/* `extends: basic` is basic.yaml in the directory of the extending file. */
static char *parent_path(const struct vt_node *n, struct vt_err **err)
{
	const char *name;
	if (vt_node_str(n, &name, err) < 0)
		return NULL;
	VT_AUTO_FREE char *file = vt_str_ends(name, ".yaml")
					  ? vt_strdup(name)
					  : vt_printf("%s.yaml", name);
	VT_AUTO_FREE char *path = vt_path_of(n, file);
	if (!vt_fs_exists(path) || vt_fs_is_dir(path)) {
		vt_node_err(
			n, err, "cannot extend '%s': no such definition", path);
		return NULL;
	}
	return vt_strdup(path);
}

static bool has_check(const struct vt_node *list, const struct vt_node *check)
{
	const char *name = vt_node_text(vt_node_get(check, "name"));
	for (size_t i = 0; name && i < list->n; i++)
		if (vt_str_eq(vt_node_text(vt_node_get(list->items[i], "name")),
			    name))
			return true;
	return false;
}

/* Add entries of `from` that `to` does not have. `verify` lists are joined: a
 * check in `to` replaces one of the same name. */
static void inherit(
	struct vt_doc *doc, struct vt_node *to, const struct vt_node *from)
{
	for (size_t i = 0; i < from->n; i++) {
		const char *key = from->keys[i]->text;
		struct vt_node *have = vt_node_get(to, key);
		if (!strcmp(key, "extends"))
			continue;
		if (!have) {
			vt_node_set(doc, to, key, from->items[i]);
			continue;
		}
		if (strcmp(key, "verify") || have->kind != VT_SEQ ||
			from->items[i]->kind != VT_SEQ)
			continue;
		struct vt_node *both = vt_node_seq(doc);
		both->pos = have->pos;
		for (size_t k = 0; k < from->items[i]->n; k++)
			if (!has_check(have, from->items[i]->items[k]))
				vt_node_push(
					doc, both, from->items[i]->items[k]);
		for (size_t k = 0; k < have->n; k++)
			vt_node_push(doc, both, have->items[k]);
		vt_node_set(doc, to, key, both);
	}
}

const struct vt_node *vt_extend(
	struct vt_files *files, const char *path, struct vt_err **err)
{
	struct vt_doc *doc = vt_files_own(files);
	VT_AUTO_FREE char *at = vt_strdup(path);
	VT_AUTO_STRV struct vt_strv chain = VT_STRV_INIT;
	while (at) {
		const struct vt_node *root = vt_files_load(files, at, err);
		if (!root || vt_node_expect(root, VT_MAP, err) < 0 ||
			vt_keys_check(root, err) < 0)
			return NULL;
		if (chain.n == 0)
			doc->root->pos = root->pos;
		inherit(doc, doc->root, root);
		const struct vt_node *n = vt_node_get(root, "extends");
		vt_strv_take(&chain, at);
		at = NULL;
		if (vt_node_is_null(n))
			break;
		at = parent_path(n, err);
		if (!at)
			return NULL;
		if (vt_strv_has(&chain, at)) {
			vt_node_err(n, err,
				"'extends' has a cycle through '%s'", at);
			return NULL;
		}
		if (chain.n > MAX_CHAIN) {
			vt_node_err(n, err,
				"chain of 'extends' is longer than %d files",
				MAX_CHAIN);
			return NULL;
		}
	}
	return doc->root;
}

#include "extend.h"

#include <string.h>

#include "fs.h"
#include "keys.h"
#include "mem.h"

enum { MAX_CHAIN = 16 };

/* `extends: basic` is basic.yaml beside the file that says it. */
static char *parent_path(const struct vt_node *n, struct vt_err **err)
{
	const char *name;
	if (vt_node_str(n, &name, err) < 0)
		return NULL;
	VT_AUTO_FREE char *file = vt_str_ends(name, ".yaml")
					  ? vt_strdup(name)
					  : vt_printf("%s.yaml", name);
	VT_AUTO_FREE char *path = vt_path_of(n, file);
	if (!vt_fs_exists(path)) {
		vt_node_err(n, err, "no definition '%s' to extend", path);
		return NULL;
	}
	return vt_strdup(path);
}

/* Entries of `from` that `to` does not have; checks of both. */
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
			vt_node_push(doc, both, from->items[i]->items[k]);
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
	for (unsigned depth = 0; at; depth++) {
		const struct vt_node *root = vt_files_load(files, at, err);
		if (!root || vt_node_expect(root, VT_MAP, err) < 0 ||
			vt_keys_check(root, err) < 0)
			return NULL;
		if (depth == 0)
			doc->root->pos = root->pos;
		inherit(doc, doc->root, root);
		const struct vt_node *n = vt_node_get(root, "extends");
		vt_freep(&at);
		at = NULL;
		if (vt_node_is_null(n))
			break;
		if (depth == MAX_CHAIN) {
			vt_node_err(n, err,
				"more than %d definitions extend each other: "
				"is it a circle?",
				MAX_CHAIN);
			return NULL;
		}
		at = parent_path(n, err);
		if (!at)
			return NULL;
	}
	return doc->root;
}

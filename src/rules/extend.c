#include "extend.h"

#include <string.h>

#include "fs.h"
#include "keys.h"
#include "mem.h"

enum { MAX_CHAIN = 16, MAX_MEMBERS = 1000, MAX_AXES = 16 };

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

/* How many combinations; every value a scalar, so that it can be a name. */
static long count_members(const struct vt_node *matrix, struct vt_err **err)
{
	size_t n = 1;
	if (vt_node_expect(matrix, VT_MAP, err) < 0)
		return -1;
	if (matrix->n > MAX_AXES)
		return vt_node_err(matrix, err, "more than %d keys", MAX_AXES);
	for (size_t i = 0; i < matrix->n; i++) {
		const struct vt_node *values = matrix->items[i];
		if (vt_node_expect(values, VT_SEQ, err) < 0)
			return -1;
		if (values->n == 0)
			return vt_node_err(values, err, "no values");
		for (size_t k = 0; k < values->n; k++)
			if (vt_node_expect(values->items[k], VT_SCALAR, err) <
				0)
				return -1;
		n *= values->n;
		if (n > MAX_MEMBERS)
			return vt_node_err(matrix, err,
				"more than %d combinations", MAX_MEMBERS);
	}
	return (long)n;
}

/* The `number`th combination, counted with the last key fastest. */
static const struct vt_node *member_keys(struct vt_files *files,
	const struct vt_node *keys, const struct vt_node *matrix, size_t number,
	struct vt_str *name)
{
	struct vt_doc *doc = vt_files_own(files);
	struct vt_node *map = doc->root;
	size_t pick[MAX_AXES] = {0};
	map->pos = keys->pos;
	for (size_t i = matrix->n; i-- > 0;) {
		pick[i] = number % matrix->items[i]->n;
		number /= matrix->items[i]->n;
	}
	for (size_t i = 0; i < keys->n; i++)
		if (keys->items[i] != matrix)
			vt_node_set(
				doc, map, keys->keys[i]->text, keys->items[i]);
	for (size_t i = 0; i < matrix->n; i++) {
		struct vt_node *value = matrix->items[i]->items[pick[i]];
		vt_str_addf(name, "%c%s-%s", i ? '+' : '@',
			matrix->keys[i]->text, value->text);
		vt_node_set(doc, map, matrix->keys[i]->text, value);
	}
	return map;
}

int vt_matrix_each(struct vt_files *files, const char *name,
	const struct vt_node *keys,
	int (*member)(void *ctx, const char *name, const struct vt_node *keys,
		struct vt_err **err),
	void *ctx, struct vt_err **err)
{
	const struct vt_node *matrix = vt_node_get(keys, "matrix");
	if (vt_node_is_null(matrix))
		return member(ctx, name, keys, err);
	long n = count_members(matrix, err);
	if (n < 0 || vt_keys_check(matrix, err) < 0)
		return -1;
	for (long i = 0; i < n; i++) {
		VT_AUTO_STR struct vt_str full = VT_STR_INIT;
		vt_str_add(&full, name);
		const struct vt_node *one =
			member_keys(files, keys, matrix, (size_t)i, &full);
		if (!vt_str_valid_name(full.s))
			return vt_node_err(matrix, err,
				"'%s' cannot be the name of a test: letters, "
				"digits and ._+@- only, 100 at most",
				full.s);
		if (member(ctx, full.s, one, err) < 0)
			return -1;
	}
	return 0;
}

#include "merge.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "data/curtin.h"

static char *replace_all(const char *text, const struct vt_node *replace)
{
	char *s = vt_strdup(text);
	for (size_t i = 0; replace && i < replace->n; i++) {
		VT_AUTO_FREE char *before = s;
		s = vt_str_replace(before, replace->keys[i]->text,
			vt_node_text(replace->items[i]));
	}
	return s;
}

static int check_replace(const struct vt_node *replace, struct vt_err **err)
{
	if (vt_node_expect(replace, VT_MAP, err) < 0)
		return -1;
	for (size_t i = 0; i < replace->n; i++)
		if (vt_node_expect(replace->items[i], VT_SCALAR, err) < 0)
			return -1;
	return 0;
}

char *config_merge(const struct config *configs, size_t n,
	const struct vt_node *replace, bool curtin, struct vt_err **err)
{
	if (replace && check_replace(replace, err) < 0)
		return NULL;
	VT_AUTO_DOC struct vt_doc *all = vt_doc_new();
	struct vt_node *root = all->root;
	for (size_t i = 0; i < n; i++) {
		VT_AUTO_FREE char *text =
			i ? vt_strdup(configs[i].text)
			  : replace_all(configs[i].text, replace);
		VT_AUTO_STRV struct vt_strv warnings = VT_STRV_INIT;
		VT_AUTO_DOC struct vt_doc *doc = vt_doc_parse_config(
			configs[i].name, text, strlen(text), &warnings, err);
		for (size_t j = 0; j < warnings.n; j++)
			vt_log_warn("%s", warnings.v[j]);
		if (!doc || vt_node_expect(doc->root, VT_MAP, err) < 0)
			return NULL;
		root = vt_node_merge(all, root, doc->root);
	}
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	if (curtin && vt_curtin_check(root, err) < 0)
		return NULL;
	if (vt_node_emit(root, &out, err) < 0)
		return NULL;
	return vt_str_take(&out);
}

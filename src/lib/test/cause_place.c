#include "test/cause_place.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "data/doc.h"
#include "test/pack_file.h"

static const char *const sections[] = {"storage", "network"};

/* Whether a cause quotes a text. */
static bool quotes(const char *cause, const char *text)
{
	VT_AUTO_FREE char *quoted = vt_printf("'%s'", text);
	return *text && strstr(cause, quoted);
}

/* The entry of a list that has the id: storage names it `id`, version 1 of a
 * network config `name`. */
static const struct vt_node *in_list(const struct vt_node *list, const char *id)
{
	static const char *const keys[] = {"id", "name"};
	for (size_t i = 0; list && list->kind == VT_SEQ && i < list->n; i++)
		for (size_t k = 0; k < VT_COUNT(keys); k++)
			if (vt_str_eq(vt_node_text(vt_node_get(
					      list->items[i], keys[k])),
				    id))
				return list->items[i];
	return NULL;
}

static const struct vt_node *find_entry(
	const struct vt_node *config, const char *id)
{
	for (size_t i = 0; i < VT_COUNT(sections); i++) {
		const struct vt_node *section =
			vt_node_get(config, sections[i]);
		const struct vt_node *list =
			section && section->kind == VT_SEQ
				? section
				: vt_node_get(section, "config");
		const struct vt_node *entry = in_list(list, id);
		if (entry)
			return entry;
	}
	return NULL;
}

/* The value that the cause quotes, beside the id; else the entry. */
static const struct vt_node *quoted_value(
	const struct vt_node *entry, const struct vt_cause *c)
{
	for (size_t i = 0; i < entry->n; i++) {
		const char *text = vt_node_text(entry->items[i]);
		if (text && strcmp(text, c->entry) != 0 &&
			quotes(c->text, text))
			return entry->items[i];
	}
	return entry;
}

/* Count the scalars below a node that the cause quotes; the last is `*out`. */
static size_t count_quoted(
	const struct vt_node *n, const char *text, const struct vt_node **out)
{
	size_t found = 0;
	if (n && n->kind == VT_SCALAR && quotes(text, n->text)) {
		*out = n;
		return 1;
	}
	for (size_t i = 0; n && i < n->n; i++)
		found += count_quoted(n->items[i], text, out);
	return found;
}

/* Without an id: the only value of a storage or network config that the cause
 * quotes. */
static const struct vt_node *only_quoted(
	const struct vt_node *config, const struct vt_cause *c)
{
	const struct vt_node *out = NULL;
	size_t n = 0;
	for (size_t i = 0; i < VT_COUNT(sections); i++)
		n += count_quoted(
			vt_node_get(config, sections[i]), c->text, &out);
	return n == 1 ? out : NULL;
}

static const struct vt_node *find(
	const struct vt_node *config, const struct vt_cause *c)
{
	const struct vt_node *at = NULL;
	if (c->section)
		at = vt_node_get(vt_node_get(config, c->section), c->entry);
	else if (c->entry)
		at = find_entry(config, c->entry);
	if (at && !c->section)
		return quoted_value(at, c);
	return at || !c->raised ? at : only_quoted(config, c);
}

/* The position, with a file that is relative if it is in the working directory.
 */
static char *place(const struct vt_node *n)
{
	VT_AUTO_FREE char *at = vt_node_at(n), *cwd = getcwd(NULL, 0);
	size_t len = cwd ? strlen(cwd) : 0;
	bool inside = at && len > 1 && !strncmp(at, cwd, len) && at[len] == '/';
	return at ? vt_strdup(inside ? at + len + 1 : at) : NULL;
}

static char *find_in(const char *path, const struct vt_cause *c)
{
	VT_AUTO_STRV struct vt_strv warnings = VT_STRV_INIT;
	VT_AUTO_DOC struct vt_doc *doc =
		vt_doc_load_config(path, &warnings, NULL);
	const struct vt_node *n = doc ? find(doc->root, c) : NULL;
	return n ? place(n) : NULL;
}

char *vt_cause_place(const char *dir, const struct vt_cause *c)
{
	VT_AUTO_PACK_FILE struct vt_pack_file pack = {0};
	char *at = NULL;
	if (!c->entry && !c->raised)
		return NULL;
	/* the last config wins */
	if (vt_pack_file_read(&pack, dir, NULL) == 0)
		for (size_t i = pack.n_configs; !at && i; i--)
			if (pack.configs[i - 1].path)
				at = find_in(pack.configs[i - 1].path, c);
	VT_AUTO_FREE char *merged = vt_fs_join(dir, "install/config.yaml");
	return at ? at : find_in(merged, c);
}

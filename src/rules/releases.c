#include "releases.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/near.h"

enum { MAX_CHAIN = 16 };

/* Keys of a row: they select the systems, not what is done with them. */
static const char *const known[] = {"extends", "arch", "distro",
	"ephemeral_ftype", "kflavor", "krel", "release", "subarch",
	"supported_releases", "target_distro", "target_ftype",
	"target_kernel_package", "target_kflavor", "target_krel",
	"target_release", NULL};

static int no_row(const struct vt_node *table, const struct vt_node *name,
	struct vt_err **err)
{
	struct vt_near near = vt_near_start(name->text);
	for (size_t i = 0; i < table->n; i++)
		vt_near_try(&near, table->keys[i]->text);
	return vt_node_err(name, err, "unknown release '%s': not in '%s'%s",
		name->text,
		table->pos.file ? table->pos.file : VT_RELEASES_FILE,
		vt_near_hint(&near, ""));
}

static const struct vt_node *load(
	struct vt_files *files, const struct vt_node *name, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_path_of(name, VT_RELEASES_FILE);
	vt_files_watch(files, path);
	if (!vt_fs_exists(path) || vt_fs_is_dir(path)) {
		vt_node_err(name, err,
			"release '%s' requires the table '%s', which is "
			"missing",
			name->text, path);
		return NULL;
	}
	const struct vt_node *table = vt_files_load(files, path, err);
	return table && vt_node_expect(table, VT_MAP, err) == 0 ? table : NULL;
}

const struct vt_node *vt_releases_row(
	struct vt_files *files, const struct vt_node *name, struct vt_err **err)
{
	const struct vt_node *table = load(files, name, err), *at = name;
	struct vt_doc *doc = vt_files_own(files);
	const char *text;
	if (!table)
		return NULL;
	for (unsigned depth = 0; !vt_node_is_null(at); depth++) {
		if (vt_node_str(at, &text, err) < 0)
			return NULL;
		const struct vt_node *row = vt_node_get(table, text);
		if (!row) {
			no_row(table, at, err);
			return NULL;
		}
		if (vt_node_expect(row, VT_MAP, err) < 0 ||
			vt_node_keys_known(row, known, err) < 0)
			return NULL;
		if (depth == MAX_CHAIN) {
			vt_node_err(at, err,
				"chain of 'extends' is longer than %d rows, or "
				"has a cycle",
				MAX_CHAIN);
			return NULL;
		}
		for (size_t i = 0; i < row->n; i++)
			if (strcmp(row->keys[i]->text, "extends") != 0 &&
				!vt_node_get(doc->root, row->keys[i]->text))
				vt_node_set(doc, doc->root, row->keys[i]->text,
					row->items[i]);
		at = vt_node_get(row, "extends");
	}
	return doc->root;
}

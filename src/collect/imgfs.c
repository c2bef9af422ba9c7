#include "imgfs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/entry_name.h"

void imgfs_free(struct imgfs *fs)
{
	if (!fs)
		return;
	free(fs->label);
	fs->ops->free(fs);
}

void imgnode_free(struct imgfs *fs, struct imgnode *n)
{
	if (fs->ops->node_free)
		fs->ops->node_free(n);
	free(n->name);
	*n = (struct imgnode){0};
}

void imgnodes_free(struct imgfs *fs, struct imgnodes *l)
{
	for (size_t i = 0; i < l->n; i++)
		imgnode_free(fs, &l->v[i]);
	free(l->v);
	*l = (struct imgnodes){0};
}

int imgnodes_add(struct imgfs *fs, struct imgnodes *l, struct imgnode *n,
	const char *name, size_t len, struct vt_err **err)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 16;
		l->v = vt_realloc(l->v, l->cap, sizeof(*l->v));
	}
	n->name = vt_strndup(name, len);
	l->v[l->n++] = *n;
	if (strlen(n->name) != len || !vt_entry_is_component(n->name))
		return vt_err_set(err, VT_HOST,
			"%s is damaged: a directory has an invalid name in it",
			fs->label);
	if (l->n > IMG_DIR_MAX)
		return vt_err_set(err, VT_HOST,
			"%s: a directory has more than %d entries", fs->label,
			IMG_DIR_MAX);
	return 0;
}

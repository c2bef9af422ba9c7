/* The section `swap` is a mount with a file in place of a device. Source:
 * curtin's add_swap() and setup_swapfile(). */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/realise.h"
#include "storage/sections.h"
#include "storage/types.h"

/* What curtin does not exceed when it chooses a size without a maxsize. */
#define MAX_CHOSEN ((uint64_t)8 << 30)

/* ZFS takes no swap file. */
static bool has_zfs(const struct vt_graph *g)
{
	bool has = false;
	for (size_t i = 0; i < g->n; i++)
		has |= vt_dev_is(&g->v[i], VT_ZPOOL) ||
		       vt_str_eq(vt_dev_text(&g->v[i], "fstype"), "zfsroot");
	return has;
}

/* Whether a file lies below a mount point. */
static bool is_below(const char *file, const char *point)
{
	size_t len = strlen(point);
	return vt_str_starts(file, point) &&
	       (!strcmp(point, "/") || file[len] == '/');
}

/* The type of the file system that the file lies on, or NULL. */
static const char *type_below(const struct vt_graph *g, const char *file)
{
	const struct vt_dev *on = NULL;
	size_t longest = 0;
	for (size_t i = 0; i < g->n; i++) {
		const char *point = vt_dev_text(&g->v[i], "path");
		if (!vt_dev_is(&g->v[i], VT_MOUNT) || !point ||
			!is_below(file, point) || strlen(point) < longest)
			continue;
		on = &g->v[i];
		longest = strlen(point);
	}
	return on ? vt_realise_fstype(on) : NULL;
}

/* Why the file that the config asks for may be missing, or NULL. */
static const char *may_be_missing(const struct vt_graph *g, const char *file)
{
	if (!vt_graph_swap(g)->size_bytes)
		return "there is none: without 'size', the installer decides "
		       "whether it makes one";
	if (!vt_graph_swap(g)->force && vt_str_eq(type_below(g, file), "btrfs"))
		return "there is none: on btrfs, the installer makes one only "
		       "if it knows the kernel to be 5.0 or newer";
	return NULL;
}

static void set(struct vt_dev *d, const char *word, const char *text)
{
	vt_dev_set(d, vt_type_key(d->type, word), text, 0)->expected = true;
}

/* Whole MiB; the position is that of the statement. */
static void set_size(struct vt_dev *d, const char *word, uint64_t bytes)
{
	struct vt_field *f = vt_dev_set(
		d, vt_type_key(d->type, word), NULL, bytes >> 20 << 20);
	f->expected = true;
	f->node = vt_node_get(d->at, word);
}

void vt_realise_swap(struct vt_graph *g)
{
	struct vt_swap *swap = vt_graph_set_swap(g);
	const char *name = swap->filename ? swap->filename : "swap.img";
	if (!swap->at || swap->expected || (has_zfs(g) && !swap->none))
		return;
	swap->expected = true;
	const char *file = vt_graph_own(
		g, vt_printf("%s%s", *name == '/' ? "" : "/", name));
	const char *optional = may_be_missing(g, file);
	struct vt_dev *d = &g->v[g->n++];
	d->type = vt_type_find("mount");
	d->id = file;
	d->at = swap->at;
	vt_dev_set(d, vt_type_key(d->type, "fstype"), "swap", 0);
	if (swap->none) {
		set(d, "absent", file);
		return;
	}
	vt_dev_set(d, vt_type_key(d->type, "spec"), file, 0);
	if (optional)
		set(d, "optional", optional);
	if (swap->size_bytes)
		set_size(d, "size", swap->size_bytes);
	else
		set_size(d, "maxsize",
			swap->maxsize_bytes ? swap->maxsize_bytes : MAX_CHOSEN);
}

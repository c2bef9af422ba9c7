#include "swapfile.h"

#include <inttypes.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "step.h"

static int read_path(
	const struct vt_swap *swap, struct swapfile *out, struct vt_err **err)
{
	const char *name = swap->filename ? swap->filename : "swap.img";
	if (!*name || strpbrk(name, " \t\n\\"))
		return vt_node_err(vt_node_get(swap->at, "filename"), err,
			"'%s' must be one field of fstab", name);
	out->path = vt_printf("%s%s", *name == '/' ? "" : "/", name);
	return 0;
}

int swapfile_read(
	const struct vt_swap *swap, struct swapfile *out, struct vt_err **err)
{
	static const char *const keys[] = {
		"filename", "size", "maxsize", "force", NULL};
	const struct vt_node *size = vt_node_get(swap->at, "size");
	if (!swap->at || !swap->at->n)
		return 0;
	if (vt_node_keys_known(swap->at, keys, err) < 0)
		return -1;
	if (vt_node_is_null(size) || vt_str_eq(vt_node_text(size), "auto"))
		return vt_node_err(size ? size : swap->at, err,
			"'size' of the swap file is missing: vt-install does "
			"not choose one");
	/* maxsize limits a size that the installer chooses */
	out->bytes = swap->size_bytes;
	return out->bytes ? read_path(swap, out, err) : 0;
}

int swapfile_make(
	const struct swapfile *swap, const char *root, struct vt_err **err)
{
	if (!swap->path)
		return 0;
	VT_AUTO_FREE char *path = vt_printf("%s%s", root, swap->path);
	VT_AUTO_FREE char *size = vt_printf("%" PRIu64, swap->bytes);
	if (vt_fs_write(path, "", 0, 0600, err) < 0)
		return -1;
	/* btrfs needs files without copy-on-write; others have no such flag */
	VT_AUTO_FREE char *type = step_output(err, "findmnt", "--noheadings",
		"--output", "FSTYPE", "--target", path, NULL);
	if (!type || (!strcmp(type, "btrfs") &&
			     step(err, "chattr", "+C", path, NULL) < 0))
		return -1;
	if (step(err, "fallocate", "--length", size, path, NULL) < 0)
		return -1;
	return step(err, "mkswap", path, NULL);
}

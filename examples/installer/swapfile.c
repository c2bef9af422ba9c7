#include "swapfile.h"

#include <inttypes.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "step.h"

static int read_path(
	const struct vt_node *n, struct swapfile *out, struct vt_err **err)
{
	const char *name = "swap.img";
	if (!vt_node_is_null(n) && vt_node_str(n, &name, err) < 0)
		return -1;
	if (!*name || strpbrk(name, " \t\n\\"))
		return vt_node_err(
			n, err, "'%s' must be one word of fstab", name);
	out->path = vt_printf("%s%s", *name == '/' ? "" : "/", name);
	return 0;
}

/* Of `size` and `maxsize` the smaller. */
static int read_bytes(
	const struct vt_node *map, uint64_t *bytes, struct vt_err **err)
{
	const struct vt_node *size = vt_node_get(map, "size");
	const struct vt_node *max = vt_node_get(map, "maxsize");
	uint64_t most;
	if (vt_node_is_null(size) || vt_str_eq(vt_node_text(size), "auto"))
		return vt_node_err(size ? size : map, err,
			"say the 'size' of the swap file: vt-install does not "
			"choose one");
	if (vt_node_size(size, bytes, err) < 0)
		return -1;
	if (vt_node_is_null(max))
		return 0;
	if (vt_node_size(max, &most, err) < 0)
		return -1;
	*bytes = most < *bytes ? most : *bytes;
	return 0;
}

int swapfile_read(
	const struct vt_node *config, struct swapfile *out, struct vt_err **err)
{
	static const char *const keys[] = {
		"filename", "size", "maxsize", "force", NULL};
	const struct vt_node *map = vt_node_get(config, "swap");
	if (vt_node_is_null(map))
		return 0;
	if (vt_node_expect(map, VT_MAP, err) < 0 ||
		vt_node_keys_known(map, keys, err) < 0 ||
		read_bytes(map, &out->bytes, err) < 0)
		return -1;
	return out->bytes ? read_path(vt_node_get(map, "filename"), out, err)
			  : 0;
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
	/* btrfs swaps only to files without copies; others have no such flag */
	VT_AUTO_FREE char *type = step_output(err, "findmnt", "--noheadings",
		"--output", "FSTYPE", "--target", path, NULL);
	if (!type || (!strcmp(type, "btrfs") &&
			     step(err, "chattr", "+C", path, NULL) < 0))
		return -1;
	if (step(err, "fallocate", "--length", size, path, NULL) < 0)
		return -1;
	return step(err, "mkswap", path, NULL);
}

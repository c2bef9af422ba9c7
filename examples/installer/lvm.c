/* Volume groups and logical volumes. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "entries.h"
#include "layers.h"
#include "step.h"

static int check_name(const struct vt_dev *d, struct vt_err **err)
{
	const char *s = vt_dev_text(d, "name");
	if (*s == '-' || *s == '.' || strpbrk(s, "/ \t\n"))
		return vt_dev_err(d, vt_dev_node(d, "name"), err,
			"'%s' is not a valid device name", s);
	return 0;
}

int volgroup_check(const struct vt_dev *d, struct vt_err **err)
{
	return check_name(d, err);
}

int volume_check(const struct vt_dev *d, struct vt_err **err)
{
	const struct vt_dev *group = vt_dev_ref(d, "volgroup");
	if (check_name(d, err) < 0)
		return -1;
	for (size_t i = 0; group->users[i]->user != d; i++) {
		const struct vt_dev *other = group->users[i]->user;
		if (vt_str_eq(
			    vt_dev_text(other, "name"), vt_dev_text(d, "name")))
			return vt_dev_err(d, vt_dev_node(d, "name"), err,
				"its name is in use by '%s'", other->id);
		if (!vt_dev_num(other, "size") &&
			!vt_dev_num(other, "preserve"))
			return vt_dev_err(d, NULL, err,
				"'%s' takes the rest of the group: give it a "
				"size, or put it last",
				other->id);
	}
	return 0;
}

/* Whether the group of a device is the one that is to be kept. */
static int check_member(const struct vt_dev *d, const char *dev,
	const char *name, struct vt_err **err)
{
	VT_AUTO_FREE char *found = step_output(
		NULL, "pvs", "--noheadings", "-o", "vg_name", dev, NULL);
	const char *group = found ? found + strspn(found, " ") : "";
	if (!strcmp(group, name))
		return 0;
	return vt_dev_err(d, vt_dev_node(d, "preserve"), err,
		"there is no group '%s' on %s to preserve%s%s", name, dev,
		*group ? ", but " : "", group);
}

static int keep_group(
	const struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	const char *name = vt_dev_text(d, "name");
	for (size_t i = 0; i < d->n_refs; i++)
		if (check_member(
			    d, plan_dev(plan, d->refs[i].used), name, err) < 0)
			return -1;
	return step(err, "vgchange", "--quiet", "--activate", "y", name, NULL);
}

static int create_group(
	const struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	vt_strv_addv(&argv, "vgcreate", "--quiet", "--yes",
		vt_dev_text(d, "name"), NULL);
	for (size_t i = 0; i < d->n_refs; i++)
		vt_strv_add(&argv, plan_dev(plan, d->refs[i].used));
	return step_argv(argv.v, NULL, NULL, err);
}

int volgroup_make(
	struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	int rc = vt_dev_num(d, "preserve") ? keep_group(plan, d, err)
					   : create_group(plan, d, err);
	if (rc == 0)
		plan_made(plan, d)->dev =
			vt_printf("/dev/%s", vt_dev_text(d, "name"));
	return rc;
}

int volgroup_release(
	const struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	(void)plan;
	return step(err, "vgchange", "--quiet", "--activate", "n",
		vt_dev_text(d, "name"), NULL);
}

/* Its kind does not matter: striped, mirrored and thin ones are kept as well. A
 * size is rounded up to whole extents. */
static int keep_volume(
	const struct vt_dev *d, const char *path, struct vt_err **err)
{
	uint64_t want = vt_dev_num(d, "size");
	VT_AUTO_FREE char *found = step_output(NULL, "lvs", "--noheadings",
		"--nosuffix", "--units", "b", "-o", "lv_size,vg_extent_size",
		path, NULL);
	if (!found)
		return vt_dev_err(d, vt_dev_node(d, "preserve"), err,
			"there is no volume '%s' to preserve", path);
	char *end;
	uint64_t size = strtoull(found, &end, 10);
	uint64_t extent = strtoull(end, NULL, 10);
	if (want && (size < want || size - want >= extent))
		return vt_dev_err(d, vt_dev_node(d, "size"), err,
			"the volume to preserve has %" PRIu64 " bytes", size);
	return 0;
}

static int create_volume(
	const struct vt_dev *d, const char *group, struct vt_err **err)
{
	/* lvcreate takes whole sectors, and rounds them up to extents */
	uint64_t bytes = (vt_dev_num(d, "size") + 511) / 512 * 512;
	VT_AUTO_FREE char *size =
		bytes ? vt_printf("--size=%" PRIu64 "b", bytes)
		      : vt_strdup("--extents=100%FREE");
	return step(err, "lvcreate", "--quiet", "--yes", "--wipesignatures=y",
		"--name", vt_dev_text(d, "name"), size, group, NULL);
}

int volume_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	const char *group = vt_dev_text(below(d), "name");
	char *path = vt_printf("/dev/%s/%s", group, vt_dev_text(d, "name"));
	plan_made(plan, d)->dev = path;
	if (vt_dev_num(d, "preserve"))
		return keep_volume(d, path, err);
	if (create_volume(d, group, err) < 0)
		return -1;
	return entry_wipe(plan, d, err);
}

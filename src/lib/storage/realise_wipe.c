/* What can be seen of `wipe` after the installation. */
#include "storage/realise.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/disks.h"
#include "storage/types.h"

/* Whether GRUB is written to a disk or partition: it has grub_device, or its
 * disk has; if no entry has, the installer chooses. */
static bool has_grub(const struct vt_graph *g, const struct vt_dev *d)
{
	const struct vt_dev *on = vt_dev_ref(d, "device");
	const char *flag = vt_dev_text(d, "flag");
	bool chosen = false;
	for (size_t i = 0; i < g->n; i++)
		chosen |= vt_dev_num(&g->v[i], "grub_device");
	if (vt_dev_num(d, "grub_device"))
		return true;
	if (!vt_dev_is(d, VT_PARTITION))
		return !chosen && vt_dev_field(d, "ptable");
	return (vt_str_eq(flag, "bios_grub") || vt_str_eq(flag, "prep")) &&
	       (!chosen || (on && vt_dev_num(on, "grub_device")));
}

/* A file system or layer that is kept has its own signature, of any type; what
 * a pool of zfs is made of is not read. */
static bool keeps(const struct vt_dev *d)
{
	for (size_t i = 0; i < d->n_users; i++) {
		const struct vt_dev *user = d->users[i]->user;
		if (vt_dev_num(user, "preserve") || vt_dev_is(user, VT_ZPOOL) ||
			vt_str_eq(vt_dev_text(user, "fstype"), "zfsroot"))
			return true;
	}
	return false;
}

/* See types.c. On msdos, GRUB lies between the table and partition 1. */
static const char *untouched(const struct vt_graph *g, const struct vt_dev *d)
{
	static const char *const all[] = {"zero", "random", NULL};
	const char *ptable = vt_dev_text(d, "ptable");
	bool msdos = vt_str_eq(ptable, "msdos");
	if (!vt_str_in(all, vt_dev_text(d, "wipe")) ||
		!vt_dev_has_only_parts(d))
		return NULL;
	if (msdos || vt_str_eq(ptable, "gpt"))
		return msdos && has_grub(g, d) ? "later gaps" : "gaps";
	return d->n_users || has_grub(g, d) ? NULL : "all";
}

void vt_realise_wipe(const struct vt_graph *g, struct vt_dev *d)
{
	struct vt_field *wipe = (struct vt_field *)vt_dev_field(d, "wipe");
	const struct vt_type_key *key = vt_type_key(d->type, "untouched");
	if (!wipe || !wipe->expected)
		return;
	/* curtin does not wipe an extended one, which would lose the others */
	wipe->expected =
		!vt_str_eq(vt_dev_text(d, "flag"), "extended") && !keeps(d);
	const char *where = wipe->expected && key ? untouched(g, d) : NULL;
	if (where)
		vt_dev_set(d, key, where, 0);
}

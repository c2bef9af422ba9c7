#include "storage/owned.h"

#include <string.h>

#include "base/mem.h"
#include "storage/fstypes.h"
#include "storage/types.h"

static void add_types(struct vt_owned *o, const char *const *types)
{
	for (; *types; types++)
		if (!vt_strv_has(&o->types, *types))
			vt_strv_add(&o->types, *types);
}

static void add_format(struct vt_owned *o, const struct vt_dev *format)
{
	static const char *const ext[] = {"ext2", "ext3", "ext4", NULL};
	/* their boot sector ends as a dos table does */
	static const char *const boot[] = {"vfat", "ntfs", NULL};
	const char *word = vt_dev_text(format, "fstype");
	const char *type = word ? vt_fstype_mount_type(word) : NULL;
	o->any |= !word || !vt_fstype(word);
	if (!type)
		return;
	add_types(o, (const char *const[]){type, NULL});
	if (vt_str_in(ext, type))
		add_types(o, ext);
	if (vt_str_in(boot, type))
		add_types(o, (const char *const[]){"dos", NULL});
}

static void add_array(struct vt_owned *o, const struct vt_dev *raid)
{
	static const char *const firmware[] = {
		"isw_raid_member", "ddf_raid_member", NULL};
	o->arrays++;
	add_types(o, (const char *const[]){"linux_raid_member", NULL});
	if (vt_dev_ref(raid, "container") ||
		vt_str_eq(vt_dev_text(raid, "raidlevel"), "container"))
		add_types(o, firmware);
}

/* A gpt has an msdos table that protects it, PMBR. */
static void add_table(struct vt_owned *o, const struct vt_dev *d)
{
	static const char *const any[] = {"gpt", "PMBR", "dos", NULL};
	static const char *const gpt[] = {"gpt", "PMBR", NULL};
	static const char *const msdos[] = {"dos", NULL};
	const char *ptable = vt_dev_text(d, "ptable");
	add_types(o, vt_str_eq(ptable, "gpt")     ? gpt
		     : vt_str_eq(ptable, "msdos") ? msdos
						  : any);
}

/* What `user` writes to `d`. */
static void add_user(
	struct vt_owned *o, const struct vt_dev *d, const struct vt_dev *user)
{
	static const struct {
		enum vt_type_id id;
		const char *type;
	} words[] = {
		{VT_LVM_VOLGROUP, "LVM2_member"},
		{VT_BCACHE, "bcache"},
		{VT_DM_CRYPT, "crypto_LUKS"},
		{VT_ZPOOL, "zfs_member"},
	};
	for (size_t i = 0; i < VT_COUNT(words); i++)
		if (vt_dev_is(user, words[i].id))
			add_types(
				o, (const char *const[]){words[i].type, NULL});
	if (vt_dev_is(user, VT_FORMAT))
		add_format(o, user);
	else if (vt_dev_is(user, VT_RAID))
		add_array(o, user);
	else if (vt_dev_is(user, VT_PARTITION))
		add_table(o, d);
}

/* What lies on a layer can also be found on the devices that the layer is made
 * of: at the start of a member, or at its end. What is encrypted cannot, and
 * what lies in a partition of the device itself is not asked for. */
struct vt_owned vt_owned_signatures(
	const struct vt_graph *g, const struct vt_dev *d)
{
	VT_AUTO_FREE char *seen = vt_calloc(g->n + 1, 1);
	VT_AUTO_FREE const struct vt_dev **list =
		vt_calloc(g->n + 1, sizeof(*list));
	struct vt_owned o = {.types = VT_STRV_INIT};
	size_t n = 0;
	list[n++] = d;
	for (size_t i = 0; i < n; i++) {
		const struct vt_dev *on = list[i];
		if (vt_dev_text(on, "ptable"))
			add_table(&o, on);
		for (size_t k = 0; k < on->n_users; k++) {
			const struct vt_dev *user = on->users[k]->user;
			bool inside = on == d && vt_dev_is(user, VT_PARTITION);
			if (seen[user - g->v])
				continue;
			seen[user - g->v] = 1;
			add_user(&o, on, user);
			if (!inside && !vt_dev_is(user, VT_DM_CRYPT))
				list[n++] = user;
		}
	}
	return o;
}

void vt_owned_free(struct vt_owned *o)
{
	vt_strv_free(&o->types);
}

#include "storage/disks.h"

#include <string.h>

#include "base/str.h"
#include "storage/types.h"

static bool made_by_installer(const char *path)
{
	static const char *const made[] = {"/dev/bcache", "/dev/md", "/dev/dm-",
		"/dev/mapper/", "/dev/loop", NULL};
	/* multipath's names of a disk with several paths */
	if (path && vt_str_starts(path, "/dev/mapper/mpath"))
		return false;
	for (const char *const *p = made; path && *p; p++)
		if (vt_str_starts(path, *p))
			return true;
	return false;
}

bool vt_dev_is_iscsi(const struct vt_dev *d)
{
	const char *path = vt_dev_text(d, "path");
	return vt_str_eq(path, "iscsi:__RFC4173__");
}

bool vt_dev_is_machine_disk(const struct vt_dev *d)
{
	const char *path = vt_dev_text(d, "path");
	if (!vt_dev_is(d, VT_DISK))
		return false;
	/* a disk of another server, with its address */
	if (path && vt_str_starts(path, "iscsi:"))
		return vt_dev_is_iscsi(d);
	if (vt_dev_text(d, "serial") || vt_dev_text(d, "wwn"))
		return true;
	return path && !made_by_installer(path) && !vt_dev_text(d, "device_id");
}

const struct vt_dev *vt_dev_disk(const struct vt_dev *d)
{
	if (vt_dev_is(d, VT_PARTITION))
		d = vt_dev_ref(d, "device");
	return vt_dev_is(d, VT_DISK) ? d : NULL;
}

unsigned vt_dev_sector_bytes(const struct vt_dev *d)
{
	const struct vt_dev *disk = vt_dev_disk(d);
	return disk && disk->sector_bytes ? disk->sector_bytes : 512;
}

static size_t count_parts(const struct vt_dev *d)
{
	size_t n = 0;
	for (size_t i = 0; i < d->n_users; i++)
		n += vt_dev_is(d->users[i]->user, VT_PARTITION);
	return n;
}

bool vt_dev_has_parts(const struct vt_dev *d)
{
	return count_parts(d) > 0;
}

bool vt_dev_has_only_parts(const struct vt_dev *d)
{
	return count_parts(d) == d->n_users;
}

bool vt_dev_is_used(const struct vt_dev *d)
{
	return d->n_users > 0;
}

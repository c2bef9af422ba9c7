/* Rules of udev in the target: a link in /dev/disk/by-dname for each name. */
#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "step.h"
#include "storage/dname.h"

/* The properties by which the installed system recognises a device: a rule for
 * each set of which the device has at least one. */
static const struct {
	enum vt_type_id id;
	const char *devtype;
	const char *properties[5];
	const char *suffix; /* of the link */
} rules[] = {
	{VT_DISK, "disk", {"ID_PART_TABLE_UUID"}, ""},
	{VT_DISK, "disk",
		{"ID_WWN_WITH_EXTENSION", "ID_WWN", "ID_SERIAL",
			"ID_SERIAL_SHORT"},
		""},
	{VT_DISK, "partition",
		{"ID_WWN_WITH_EXTENSION", "ID_WWN", "ID_SERIAL",
			"ID_SERIAL_SHORT"},
		"-part%n"},
	{VT_PARTITION, "partition", {"ID_PART_ENTRY_UUID"}, ""},
	{VT_RAID, "disk", {"MD_UUID"}, ""},
	{VT_LVM_PARTITION, "disk", {"DM_NAME"}, ""},
};

/* KEY=VALUE of a device, or NULL. */
static const char *property(const struct vt_strv *all, const char *key)
{
	size_t len = strlen(key);
	for (size_t i = 0; i < all->n; i++)
		if (!strncmp(all->v[i], key, len) && all->v[i][len] == '=')
			return all->v[i] + len + 1;
	return NULL;
}

/* ", ENV{A}==\"x\", ..." of those that the device has */
static void add_matches(
	struct vt_str *out, const char *const *keys, const struct vt_strv *all)
{
	for (; *keys; keys++) {
		const char *value = property(all, *keys);
		if (value && *value && !strchr(value, '"'))
			vt_str_addf(out, ", ENV{%s}==\"%s\"", *keys, value);
	}
}

static int read_properties(
	const char *dev, struct vt_strv *all, struct vt_err **err)
{
	VT_AUTO_FREE char *props = step_output(err, "udevadm", "info",
		"--query=property", "--name", dev, NULL);
	if (!props)
		return -1;
	vt_str_split(props, '\n', all);
	return 0;
}

char *names_stable(const char *dev, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv all = VT_STRV_INIT, links = VT_STRV_INIT;
	if (read_properties(dev, &all, err) < 0)
		return NULL;
	const char *uuid = property(&all, "ID_PART_ENTRY_UUID");
	const char *list = property(&all, "DEVLINKS");
	if (uuid)
		return vt_printf("PARTUUID=%s", uuid);
	vt_str_words(list ? list : "", " ", &links);
	for (size_t i = 0; i < links.n; i++)
		if (vt_str_starts(links.v[i], "/dev/disk/by-id/"))
			return vt_strdup(links.v[i]);
	return vt_strdup(dev);
}

/* A bcache has no property of its own, and shares the attribute with the device
 * behind it. Return: a match, owned; or NULL */
static char *bcache_match(const char *dev)
{
	VT_AUTO_FREE char *path =
		vt_printf("/sys/class/block/%s/bcache/backing_dev_uuid",
			vt_fs_basename(dev));
	char *uuid = vt_fs_read(path, 64, NULL, NULL);
	if (!uuid)
		return NULL;
	uuid[strcspn(uuid, "\n")] = '\0';
	char *match = vt_printf(", KERNEL==\"bcache[0-9]*\", "
				"ATTR{bcache/backing_dev_uuid}==\"%s\"",
		uuid);
	free(uuid);
	return match;
}

/* A map of multipath and its partitions are disks with a name of their own; the
 * other properties are also those of its paths. Return: a match, owned; or NULL
 */
static char *map_match(const struct vt_strv *all)
{
	const char *uuid = property(all, "DM_UUID");
	if (!uuid || !strstr(uuid, "mpath-") || strchr(uuid, '"'))
		return NULL;
	return vt_printf(", ENV{DM_UUID}==\"%s\"", uuid);
}

static void add_rule(struct vt_str *text, const char *devtype,
	const char *matches, const char *link, const char *suffix)
{
	vt_str_addf(text,
		"SUBSYSTEM==\"block\", ACTION==\"add|change\", "
		"ENV{DEVTYPE}==\"%s\"%s, "
		"SYMLINK+=\"disk/by-dname/%s%s\"\n",
		devtype, matches, link, suffix);
}

static int write_rules(const struct vt_dev *d, const char *dev,
	const char *link, const char *root, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv all = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	VT_AUTO_FREE char *path =
		vt_printf("%s/etc/udev/rules.d/%s.rules", root, link);
	if (read_properties(dev, &all, err) < 0)
		return -1;
	vt_str_add(&text, "# Written by vt-install.\n");
	VT_AUTO_FREE char *map = map_match(&all);
	if (map)
		add_rule(&text, "disk", map, link, "");
	for (size_t i = 0; !map && i < VT_COUNT(rules); i++) {
		VT_AUTO_STR struct vt_str matches = VT_STR_INIT;
		if (!vt_dev_is(d, rules[i].id))
			continue;
		add_matches(&matches, rules[i].properties, &all);
		if (matches.len)
			add_rule(&text, rules[i].devtype, matches.s, link,
				rules[i].suffix);
	}
	VT_AUTO_FREE char *match =
		vt_dev_is(d, VT_BCACHE) ? bcache_match(dev) : NULL;
	if (match)
		add_rule(&text, "disk", match, link, "");
	return vt_fs_write(path, text.s, text.len, 0644, err);
}

int names_write(const struct plan *plan, const char *root, struct vt_err **err)
{
	VT_AUTO_FREE char *dir = vt_printf("%s/etc/udev/rules.d", root);
	for (size_t i = 0; i < plan->graph.n; i++) {
		const struct vt_dev *d = &plan->graph.v[i];
		const char *dev = plan_dev(plan, d);
		VT_AUTO_FREE char *link = vt_dname_of(d);
		if (!link || !dev)
			continue;
		if (vt_fs_mkdirs(dir, 0755, err) < 0 ||
			write_rules(d, dev, link, root, err) < 0)
			return vt_err_wrap(
				err, "naming %s '%s'", d->type->word, d->id);
	}
	return 0;
}

/* Pools and datasets of ZFS in the booted system: zpool_get and zfs_get, which
 * are "get -H -p all" of zpool(8) and zfs(8), and zpool_vdevs, which is "list
 * -v -P -H". Source: the man pages zpool-get(8), zpool-list(8), zfs-get(8). */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/finders.h"
#include "storage/zfs.h"

/* The lines "PROPERTY TAB VALUE" of one name in a fact of lines "NAME TAB
 * PROPERTY TAB VALUE TAB SOURCE". Return: 1; 0: the name is not there; -1: no
 * fact */
static int properties_of(const struct vt_facts *facts, const char *fact,
	const char *name, struct vt_str *out)
{
	VT_AUTO_FREE char *text = NULL;
	char *rest = NULL;
	size_t len;
	int rc = 0;
	if (facts->text(facts->arg, fact, &text, &len, NULL) != 1)
		return -1;
	for (char *line = strtok_r(text, "\n", &rest); line;
		line = strtok_r(NULL, "\n", &rest)) {
		VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
		vt_str_split(line, '\t', &words);
		if (words.n < 3 || strcmp(words.v[0], name) != 0)
			continue;
		vt_str_addf(out, "%s\t%s\n", words.v[1], words.v[2]);
		rc = 1;
	}
	return rc;
}

static void add_text(struct vt_found *f, const char *word, char *value)
{
	struct vt_found_field *field = vt_found_add(f, word);
	field->value = value;
	field->text = vt_printf("'%s'", value ? value : "");
}

/* Properties in `value`; what is said of them is up to the comparison. */
static void add_properties(
	struct vt_found *f, const char *word, const char *properties)
{
	struct vt_found_field *field = vt_found_add(f, word);
	field->value = vt_strdup(properties);
}

/* Of a whole disk ZFS uses the first partition. */
static bool is_vdev(
	struct vt_look *look, const struct vt_dev *d, const char *path)
{
	const json_t *node = vt_look_at(look, d, VT_SIDE_FACTS)->node;
	const json_t *first =
		json_array_get(json_object_get(node, "children"), 0);
	VT_AUTO_FREE char *found = vt_devices_node(vt_look_devices(look), path);
	const char *name = found && vt_str_starts(found, "/dev/")
				   ? found + strlen("/dev/")
				   : NULL;
	return name && (vt_str_eq(vt_lsblk_kname(node), name) ||
			       (vt_dev_is(d, VT_DISK) &&
				       vt_str_eq(vt_lsblk_kname(first), name)));
}

static const char *vdev_id(
	struct vt_look *look, const struct vt_dev *pool, const char *path)
{
	for (size_t i = 0; i < pool->n_refs; i++)
		if (is_vdev(look, pool->refs[i].used, path))
			return pool->refs[i].used->id;
	return NULL;
}

/* The paths of a pool's devices: lines that begin with a tab, below its own. */
static int vdev_paths(
	const struct vt_facts *facts, const char *pool, struct vt_strv *out)
{
	VT_AUTO_FREE char *text = NULL;
	char *rest = NULL;
	size_t len;
	bool in = false;
	if (facts->text(facts->arg, "zpool_vdevs", &text, &len, NULL) != 1)
		return -1;
	for (char *line = strtok_r(text, "\n", &rest); line;
		line = strtok_r(NULL, "\n", &rest)) {
		VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
		vt_str_words(line, "\t", &words);
		if (*line != '\t')
			in = words.n && !strcmp(words.v[0], pool);
		else if (in && words.n && *words.v[0] == '/')
			vt_strv_add(out, words.v[0]);
	}
	return 0;
}

/* The config's devices in its order, then the paths of others. */
static void add_vdevs(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	struct vt_found_field *field = vt_found_add(f, "vdevs");
	VT_AUTO_STRV struct vt_strv paths = VT_STRV_INIT, ids = VT_STRV_INIT;
	struct vt_str list = VT_STR_INIT;
	field->see = "collect/zpool_vdevs";
	if (vdev_paths(look->facts, vt_dev_text(d, "pool"), &paths) < 0) {
		field->why = vt_strdup("no 'zpool_vdevs' was collected");
		return;
	}
	for (size_t i = 0; i < d->n_refs; i++)
		if (!vt_look_at(look, d->refs[i].used, VT_SIDE_FACTS)->node) {
			field->why = vt_printf("lsblk.json does not have '%s'",
				d->refs[i].used->id);
			return;
		}
	for (size_t i = 0; i < paths.n; i++) {
		const char *id = vdev_id(look, d, paths.v[i]);
		vt_strv_add(&ids, id ? id : paths.v[i]);
	}
	for (size_t i = 0; i < d->n_refs; i++)
		if (vt_strv_has(&ids, d->refs[i].used->id))
			vt_str_item(&list, ", ", d->refs[i].used->id);
	for (size_t i = 0; i < ids.n; i++)
		if (*ids.v[i] == '/')
			vt_str_item(&list, ", ", ids.v[i]);
	field->value = vt_str_take(&list);
	field->text = vt_strdup(*field->value ? field->value : "none");
}

void vt_find_zpool_facts(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const char *pool = vt_dev_text(d, "pool");
	VT_AUTO_STR struct vt_str of_pool = VT_STR_INIT, of_fs = VT_STR_INIT;
	f->see = "collect/zpool_get";
	int rc = properties_of(look->facts, "zpool_get", pool, &of_pool);
	if (rc < 0)
		vt_found_untold(f, "no 'zpool_get' was collected");
	if (rc == 0)
		vt_found_missing(f, "the booted system has no pool '%s'", pool);
	if (rc != 1)
		return;
	add_text(f, "pool", vt_strdup(pool));
	add_properties(f, "pool_properties", of_pool.s);
	add_vdevs(look, d, f);
	f->see = "collect/zfs_get";
	if (properties_of(look->facts, "zfs_get", pool, &of_fs) != 1)
		return;
	add_text(f, "mountpoint", vt_zfs_property(of_fs.s, "mountpoint"));
	add_properties(f, "fs_properties", of_fs.s);
}

void vt_find_zfs_facts(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const struct vt_dev *pool = vt_dev_ref(d, "pool");
	VT_AUTO_FREE char *name = vt_zfs_dataset(
		vt_dev_text(pool, "pool"), vt_dev_text(d, "volume"));
	VT_AUTO_STR struct vt_str properties = VT_STR_INIT;
	f->see = "collect/zfs_get";
	int rc = properties_of(look->facts, "zfs_get", name, &properties);
	if (rc < 0)
		vt_found_untold(f, "no 'zfs_get' was collected");
	if (rc == 0)
		vt_found_missing(
			f, "the booted system has no dataset '%s'", name);
	if (rc != 1)
		return;
	add_text(f, "volume", vt_strdup(vt_dev_text(d, "volume")));
	add_properties(f, "properties", properties.s);
	if (vt_dev_text(d, "dataset"))
		vt_found_add_dataset(look, f, "/");
}

#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "step.h"

enum effect { WORKS, NO_EFFECT, REFUSED };

/* curtin's sections. Those that change the installation are not ignored. */
static const struct {
	const char *name;
	enum effect effect;
} sections[] = {
	{"early_commands", WORKS},
	{"late_commands", WORKS},
	{"storage", WORKS},
	{"write_files", WORKS},
	{"install", WORKS}, /* only log_file and post_files */
	{"reporting", WORKS},
	{"showtrace", WORKS},
	{"verbosity", WORKS},
	{"block-meta", REFUSED},
	{"curthooks_commands", REFUSED},
	{"extract_commands", REFUSED},
	{"hook_commands", REFUSED},
	{"network_commands", WORKS},
	{"partitioning_commands", REFUSED},
	{"sources", REFUSED},
	{"stages", REFUSED},
	{"apt", WORKS},
	{"apt_mirrors", NO_EFFECT},
	{"apt_proxy", WORKS},
	{"boot", NO_EFFECT},
	{"curthooks", NO_EFFECT},
	{"debconf_selections", NO_EFFECT},
	{"grub", NO_EFFECT},
	{"http_proxy", NO_EFFECT},
	{"kernel", NO_EFFECT},
	{"multipath", NO_EFFECT},
	{"network", WORKS},
	{"pollinate", NO_EFFECT},
	{"power_state", NO_EFFECT},
	{"proxy", NO_EFFECT},
	{"swap", WORKS},
	{"system_upgrade", WORKS},
};

/* Any other section may hold anchors, unless its name is nearly one of these.
 */
static int check_section(const struct vt_node *key, struct vt_err **err)
{
	struct vt_near near = vt_near_start(key->text);
	enum effect effect = NO_EFFECT;
	for (size_t i = 0; i < VT_COUNT(sections); i++) {
		vt_near_try(&near, sections[i].name);
		if (!strcmp(sections[i].name, key->text))
			effect = sections[i].effect;
	}
	if (near.best && strcmp(near.best, key->text) && key->text[0] != '_')
		return vt_node_err(key, err,
			"unknown section '%s': did you mean '%s'?", key->text,
			near.best);
	if (effect == REFUSED)
		return vt_node_err(key, err,
			"section '%s' is not supported by vt-install",
			key->text);
	if (effect == NO_EFFECT && key->text[0] != '_')
		say("warning: section '%s' has no effect here", key->text);
	return 0;
}

static int merge(struct vt_doc *all, const char *path, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv warnings = VT_STRV_INIT;
	VT_AUTO_DOC struct vt_doc *one =
		vt_doc_load_config(path, &warnings, err);
	if (!one || vt_node_expect(one->root, VT_MAP, err) < 0)
		return -1;
	for (size_t i = 0; i < warnings.n; i++)
		say("warning: %s", warnings.v[i]);
	/* copied, with positions, into the tree that remains */
	all->root = vt_node_merge(all, all->root, one->root);
	return 0;
}

/* As curtin's --set: create the maps of the path and set a string. */
static int merge_set(struct vt_doc *all, const char *set, struct vt_err **err)
{
	const char *eq = strchr(set, '=');
	VT_AUTO_FREE char *path = vt_strndup(set, eq ? (size_t)(eq - set) : 0);
	VT_AUTO_STRV struct vt_strv keys = VT_STRV_INIT;
	if (!eq || eq == set)
		return vt_err_set(
			err, VT_USAGE, "--set '%s' is not KEY=VALUE", set);
	vt_str_split(path, '/', &keys);
	struct vt_node *n = vt_node_string(all, eq + 1);
	for (size_t i = keys.n; i-- > 0;) {
		struct vt_node *map = vt_node_map(all);
		vt_node_set(all, map, keys.v[i], n);
		n = map;
	}
	all->root = vt_node_merge(all, all->root, n);
	return 0;
}

struct vt_doc *config_load(const struct vt_strv *paths,
	const struct vt_strv *sets, struct vt_err **err)
{
	VT_AUTO_DOC struct vt_doc *all = vt_doc_new();
	for (size_t i = 0; i < paths->n; i++)
		if (merge(all, paths->v[i], err) < 0)
			return NULL;
	for (size_t i = 0; i < sets->n; i++)
		if (merge_set(all, sets->v[i], err) < 0)
			return NULL;
	for (size_t i = 0; i < all->root->n; i++)
		if (check_section(all->root->keys[i], err) < 0)
			return NULL;
	struct vt_doc *done = all;
	all = NULL;
	return done;
}

int config_default_storage(struct vt_doc *doc, const char *disk, uint64_t bytes,
	struct vt_err **err)
{
	/* 1 MiB each for the table, for GRUB and for the table's backup */
	uint64_t root_bytes = (bytes >> 20 << 20) - (3 << 20);
	static const char text[] =
		"version: 1\n"
		"config:\n"
		"- {id: disk, type: disk, ptable: gpt, wipe: superblock,"
		"   grub_device: true}\n"
		"- {id: bios, type: partition, device: disk, size: 1MB,"
		"   flag: bios_grub}\n"
		"- {id: root, type: partition, device: disk}\n"
		"- {id: fs, type: format, volume: root, fstype: ext4,"
		"   label: cloudimg-rootfs}\n"
		"- {id: mount, type: mount, device: fs, path: /}\n";
	VT_AUTO_DOC struct vt_doc *made =
		vt_doc_parse("(simple mode)", text, strlen(text), err);
	if (!made)
		return -1;
	const struct vt_node *entries = vt_node_get(made->root, "config");
	vt_node_set_str(made, entries->items[0], "path", disk);
	vt_node_set(made, entries->items[2], "size",
		vt_node_number(made, (int64_t)root_bytes));
	vt_node_set(doc, doc->root, "storage", vt_node_copy(doc, made->root));
	return 0;
}

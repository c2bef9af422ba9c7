/* vt-sync publish: add files as a new version of a product. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/settings.h"
#include "journal.h"
#include "locks.h"
#include "publish_name.h"
#include "sign.h"
#include "sync.h"

/* One version to publish: the product's attributes, and the files. */
struct publication {
	struct tree tree;
	struct locks locks;
	const struct options *o;
	const char *content_id;
	char *product;
	json_t *attrs;               /* of the product */
	json_t *items;               /* name -> {ftype, path, sha256, size} */
	struct vt_strv names, files; /* ITEM=FILE operands, in parallel */
};

static void publication_free(struct publication *p)
{
	locks_release(&p->locks);
	tree_close(&p->tree);
	free(p->product);
	json_decref(p->attrs);
	json_decref(p->items);
	vt_strv_free(&p->names);
	vt_strv_free(&p->files);
}

/* Split "key=value"; *key is owned. Return: false for any other text */
static bool split_pair(const char *text, char **key, const char **value)
{
	const char *eq = strchr(text, '=');
	if (!eq || eq == text)
		return false;
	*key = vt_strndup(text, (size_t)(eq - text));
	*value = eq + 1;
	return true;
}

static const char *attr(const struct publication *p, const char *key)
{
	return vt_json_word(p->attrs, key, "local");
}

static int read_attributes(
	struct publication *p, const struct vt_strv *set, struct vt_err **err)
{
	for (size_t i = 0; i < set->n; i++) {
		VT_AUTO_FREE char *key = NULL;
		const char *value;
		if (publish_check_text("--set", set->v[i], err) < 0)
			return -1;
		if (!split_pair(set->v[i], &key, &value))
			return vt_err_set(err, VT_USAGE,
				"invalid --set '%s': expected KEY=VALUE",
				set->v[i]);
		if (!strcmp(key, "versions"))
			return vt_err_set(err, VT_USAGE,
				"invalid --set '%s': 'versions' is where a "
				"product has its versions: use another key",
				set->v[i]);
		json_object_set_new(p->attrs, key, json_string(value));
	}
	return 0;
}

static int read_operands(
	struct publication *p, char *const *operands, struct vt_err **err)
{
	for (size_t i = 1; operands[i]; i++) {
		VT_AUTO_FREE char *name = NULL;
		const char *file;
		if (!split_pair(operands[i], &name, &file) ||
			!vt_str_valid_name(name))
			return vt_err_set(err, VT_USAGE,
				"invalid operand '%s': expected ITEM=FILE",
				operands[i]);
		if (vt_strv_has(&p->names, name))
			return vt_err_set(err, VT_USAGE,
				"the item '%s' is given twice", name);
		vt_strv_add(&p->names, name);
		vt_strv_add(&p->files, file);
	}
	if (!p->names.n)
		return vt_err_set(
			err, VT_USAGE, "publish: no files given (ITEM=FILE)");
	return 0;
}

static int read_options(struct publication *p, const struct options *o,
	char *const *operands, struct vt_err **err)
{
	if (read_attributes(p, &o->set, err) < 0 ||
		read_operands(p, operands, err) < 0)
		return -1;
	p->content_id = o->content_id ? o->content_id : "vt.local:v3:download";
	p->product = o->product ? vt_strdup(o->product)
				: publish_product_name(p->attrs);
	if (!*p->product)
		return vt_err_set(err, VT_USAGE, "--product is empty");
	return publish_check_text("--product", p->product, err) < 0
		       ? -1
		       : publish_check_id(p->content_id, err);
}

/* The user's file must be there, and not be empty: an empty kernel, left by a
 * build that failed, would replace a good one. */
static int check_file(const char *path, struct vt_err **err)
{
	struct stat st;
	if (stat(path, &st) < 0)
		return vt_err_set(err, VT_USAGE, "cannot publish '%s': %s",
			path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return vt_err_set(err, VT_USAGE,
			"cannot publish '%s': it is not a regular file", path);
	if (st.st_size == 0)
		return vt_err_set(err, VT_USAGE,
			"cannot publish '%s': it is empty", path);
	return 0;
}

static int hash_files(struct publication *p, struct vt_err **err)
{
	for (size_t i = 0; i < p->names.n; i++) {
		char hex[65];
		uint64_t size;
		if (check_file(p->files.v[i], err) < 0 ||
			vt_fs_sha256(p->files.v[i], hex, &size, err) < 0)
			return -1;
		json_object_set_new(p->items, p->names.v[i],
			json_pack("{ss ss sI}", "ftype", p->names.v[i],
				"sha256", hex, "size", (json_int_t)size));
	}
	return 0;
}

/* Whether a version has the same items, and their files are there. */
static bool is_published(const struct publication *p, json_t *version)
{
	VT_AUTO_JSON json_t *v = stream_unpack(version);
	json_t *theirs = json_object_get(v, "items"), *item;
	const char *name;
	if (json_object_size(p->items) != json_object_size(theirs))
		return false;
	json_object_foreach (p->items, name, item) {
		json_t *other = json_object_get(theirs, name);
		json_t *size = json_object_get(item, "size");
		const char *path = vt_json_str(other, "path");
		if (!json_equal(json_object_get(item, "sha256"),
			    json_object_get(other, "sha256")) ||
			!path || !tree_item_path_ok(path) ||
			!tree_has(&p->tree, path,
				(uint64_t)json_integer_value(size)))
			return false;
	}
	return true;
}

/* Add the paths of a version's items to those for the journal. */
static void add_paths(json_t *paths, json_t *items)
{
	const char *name;
	json_t *item;
	json_object_foreach (items, name, item) {
		const char *path = vt_json_str(item, "path");
		if (path && tree_item_path_ok(path))
			json_object_set_new(paths, path, json_true());
	}
}

static int name_paths(
	struct publication *p, const char *version, struct vt_err **err)
{
	for (size_t i = 0; i < p->names.n; i++) {
		VT_AUTO_FREE char *path =
			vt_printf("%s/%s/%s/%s", attr(p, "release"),
				attr(p, "arch"), version, p->names.v[i]);
		if (!tree_item_path_ok(path))
			return vt_err_set(err, VT_USAGE,
				"invalid image path '%s': check the attributes "
				"'release' and 'arch'",
				path);
		json_object_set_new(json_object_get(p->items, p->names.v[i]),
			"path", json_string(path));
	}
	return 0;
}

static bool any_path_in(const struct publication *p, json_t *taken)
{
	const char *name;
	json_t *item;
	json_object_foreach (p->items, name, item) {
		if (json_object_get(taken, vt_json_str(item, "path")))
			return true;
	}
	return false;
}

/* Choose the next version's name and the paths of its items, which no item of
 * another product may have. Return: the name, owned */
static char *name_version(struct publication *p, const struct catalog *cat,
	json_t *versions, struct vt_err **err)
{
	VT_AUTO_JSON json_t *taken = catalog_item_paths(cat);
	char *name = publish_next_version(publish_newest(versions));
	while (name_paths(p, name, err) == 0) {
		if (!any_path_in(p, taken))
			return name;
		char *next = publish_next_version(name);
		free(name);
		name = next;
	}
	free(name);
	return NULL;
}

/* Copy the files into the tree. Not hard links: the user may change the
 * originals later. */
static int copy_files(const struct publication *p, struct vt_err **err)
{
	for (size_t i = 0; i < p->names.n; i++) {
		const char *path = vt_json_str(
			json_object_get(p->items, p->names.v[i]), "path");
		VT_AUTO_CLOSE int parent = -1;
		VT_AUTO_FREE char *to =
			tree_fd_path(&p->tree, path, &parent, err);
		if (!to || vt_fs_copy(p->files.v[i], to, 0644, err) < 0)
			return -1;
	}
	return 0;
}

/* Remove all but the newest `max` versions of a product; add their paths to
 * those for the journal. */
static void drop_versions(json_t *versions, long max, json_t *paths)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	const char *key;
	json_t *value;
	json_object_foreach (versions, key, value)
		vt_strv_add(&names, key);
	vt_strv_sort(&names);
	for (size_t i = 0; i + (size_t)max < names.n; i++) {
		VT_AUTO_JSON json_t *version =
			stream_unpack(json_object_get(versions, names.v[i]));
		add_paths(paths, json_object_get(version, "items"));
		json_object_del(versions, names.v[i]);
	}
}

static int save_streams(
	struct publication *p, struct catalog *cat, struct vt_err **err)
{
	catalog_set_updated(catalog_stream(cat, p->content_id));
	if (catalog_save_stream(cat, &p->tree, p->content_id, err) < 0 ||
		catalog_save_index(cat, &p->tree, err) < 0)
		return -1;
	return p->o->sign ? sign_streams(cat, &p->tree, p->o->sign, err) : 0;
}

/* Write the files first, then the products file, then the index, and remove
 * old files last, so that the tree is usable at any time. */
static int write_all(struct publication *p, struct catalog *cat, json_t *paths,
	struct vt_err **err)
{
	size_t removed;
	if (locks_exclude_readers(&p->locks, &p->tree, err) < 0 ||
		journal_add(&p->tree, paths, err) < 0 ||
		copy_files(p, err) < 0 || save_streams(p, cat, err) < 0)
		return -1;
	return p->locks.nested
		       ? 0
		       : journal_prune(&p->tree, cat, false, &removed, err);
}

/* Return: whether this changed any attribute */
static bool set_attributes(json_t *product, json_t *attrs)
{
	VT_AUTO_JSON json_t *before = json_copy(product);
	json_object_update(product, attrs);
	return !json_equal(before, product);
}

/* The newest version has the same files. */
static int publish_attributes(struct publication *p, struct catalog *cat,
	const char *version, bool changed, struct vt_err **err)
{
	if (changed && (locks_exclude_readers(&p->locks, &p->tree, err) < 0 ||
			       save_streams(p, cat, err) < 0))
		return -1;
	vt_log_info("%s %s is already published%s", p->product, version,
		changed ? "; its attributes were changed" : "");
	return 0;
}

static int publish(struct publication *p, long max, struct vt_err **err)
{
	AUTO_CATALOG struct catalog cat = {0};
	VT_AUTO_JSON json_t *paths = json_object();
	if (catalog_load(&cat, &p->tree, err) < 0)
		return -1;
	json_t *stream = catalog_stream(&cat, p->content_id);
	json_t *product = vt_json_object_in(
		vt_json_object_in(stream, "products"), p->product);
	bool changed = set_attributes(product, p->attrs);
	json_t *versions = vt_json_object_in(product, "versions");
	const char *newest = publish_newest(versions);
	if (newest && is_published(p, json_object_get(versions, newest)))
		return publish_attributes(p, &cat, newest, changed, err);
	VT_AUTO_FREE char *fresh = name_version(p, &cat, versions, err);
	if (!fresh)
		return -1;
	add_paths(paths, p->items);
	VT_AUTO_JSON json_t *version = json_pack("{sO}", "items", p->items);
	json_object_set_new(versions, fresh, stream_pack(version));
	drop_versions(versions, max, paths);
	if (write_all(p, &cat, paths, err) < 0)
		return -1;
	vt_log_info("published %s %s in '%s'", p->product, fresh, p->tree.dir);
	return 0;
}

int sync_publish(
	const struct options *o, char *const *operands, struct vt_err **err)
{
	if (!operands[0])
		return vt_err_set(err, VT_USAGE, "publish: no directory given");
	__attribute__((cleanup(publication_free))) struct publication p = {
		.o = o,
		.tree = TREE_INIT,
		.locks = LOCKS_INIT,
		.attrs = json_object(),
		.items = json_object()};
	long keep = o->max;
	if (!keep && vt_setting_int("IMAGES_TO_KEEP", &keep, err) < 0)
		return -1;
	if (read_options(&p, o, operands, err) < 0 || hash_files(&p, err) < 0 ||
		tree_open(&p.tree, operands[0], true, err) < 0 ||
		sign_check(&p.tree, o->sign, err) < 0 ||
		locks_exclude_writers(&p.locks, &p.tree, err) < 0)
		return -1;
	return publish(&p, keep, err);
}

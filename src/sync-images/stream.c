#include "stream.h"

#include <stdlib.h>
#include <string.h>

#include "fs.h"
#include "mem.h"

static const char index_path[] = "streams/v1/index.json";

bool stream_safe_path(const char *path)
{
	if (!*path || path[0] == '/' || strlen(path) > 500)
		return false;
	VT_AUTO_STRV struct vt_strv parts = VT_STRV_INIT;
	vt_str_split(path, '/', &parts);
	for (size_t i = 0; i < parts.n; i++)
		if (!*parts.v[i] || !strcmp(parts.v[i], ".") ||
			!strcmp(parts.v[i], ".."))
			return false;
	return true;
}

json_t *stream_load(const char *dir, const char *path, struct vt_err **err)
{
	if (!stream_safe_path(path)) {
		vt_err_set(err, VT_USAGE,
			"'%s': path '%.100s' leads out of the mirror", dir,
			path);
		return NULL;
	}
	VT_AUTO_FREE char *file = vt_fs_join(dir, path);
	if (!vt_fs_exists(file))
		return NULL;
	json_t *j = vt_json_load(file, STREAM_MAX, err);
	if (j && !json_is_object(j)) {
		vt_err_set(err, VT_USAGE, "'%s' is not a JSON object", file);
		json_decref(j);
		return NULL;
	}
	return j;
}

/* Strings and numbers go down to the items, the rest does not. */
static void inherit(json_t *item, json_t *from)
{
	const char *key;
	json_t *value;
	json_object_foreach(from, key, value)
	{
		if (json_is_string(value) || json_is_number(value))
			json_object_set(item, key, value);
	}
}

static void add_version(
	json_t *items, json_t *base, const char *name, json_t *version)
{
	const char *key;
	json_t *item;
	json_object_foreach(json_object_get(version, "items"), key, item)
	{
		json_t *flat = json_copy(base);
		inherit(flat, version);
		inherit(flat, item);
		json_object_set_new(flat, "version_name", json_string(name));
		json_object_set_new(flat, "item_name", json_string(key));
		json_array_append_new(items, flat);
	}
}

static int newest_first(const void *a, const void *b)
{
	return -strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_products(json_t *items, const char *id, json_t *stream)
{
	const char *name;
	json_t *product;
	json_object_foreach(json_object_get(stream, "products"), name, product)
	{
		VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
		VT_AUTO_JSON json_t *base = json_object();
		inherit(base, stream);
		inherit(base, product);
		json_object_set_new(base, "content_id", json_string(id));
		json_object_set_new(base, "product_name", json_string(name));
		json_t *versions = json_object_get(product, "versions");
		const char *key;
		json_t *unused;
		json_object_foreach(versions, key, unused)
			vt_strv_add(&names, key);
		if (names.n)
			qsort(names.v, names.n, sizeof(*names.v), newest_first);
		for (size_t i = 0; i < names.n; i++)
			add_version(items, base, names.v[i],
				json_object_get(versions, names.v[i]));
	}
}

static int add_stream(json_t *items, const char *dir, const char *id,
	json_t *entry, struct vt_err **err)
{
	const char *path = json_string_value(json_object_get(entry, "path"));
	const char *format =
		json_string_value(json_object_get(entry, "format"));
	if (!path || !vt_str_eq(format, "products:1.0"))
		return 0; /* other kinds of streams are not ours to read */
	VT_AUTO_ERR struct vt_err *why = NULL;
	VT_AUTO_JSON json_t *stream = stream_load(dir, path, &why);
	if (!stream)
		return vt_err_set(err, why ? why->status : VT_HOST,
			"stream '%s': %s", id,
			why ? why->msg : "its products file is missing");
	add_products(items, id, stream);
	return 0;
}

json_t *stream_items(const char *dir, struct vt_err **err)
{
	VT_AUTO_ERR struct vt_err *why = NULL;
	VT_AUTO_JSON json_t *index = stream_load(dir, index_path, &why);
	if (!index) {
		vt_err_set(err, why ? why->status : VT_HOST, "%s%s%s",
			why ? why->msg : "no images in '", why ? "" : dir,
			why ? "" : "': run 'make image' or 'make sync-images'");
		return NULL;
	}
	json_t *items = json_array();
	const char *id;
	json_t *entry;
	json_object_foreach(json_object_get(index, "index"), id, entry)
	{
		if (add_stream(items, dir, id, entry, err) < 0) {
			json_decref(items);
			return NULL;
		}
	}
	return items;
}

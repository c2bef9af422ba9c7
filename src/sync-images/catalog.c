#include "catalog.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "stream_read.h"

/* File names that curtin's image_sync.py uses for MAAS's streams; `id` is the
 * part of the content id after "com.ubuntu.maas:STREAM". */
static const struct {
	const char *id, *path;
} reference[] = {
	{":v3:download", "streams/v1/vmtest.json"},
	{":centos-bases-download", "streams/v1/vmtest-centos.json"},
};

static bool is_taken(const struct catalog *cat, const char *path)
{
	const char *id;
	json_t *entry;
	json_object_foreach (json_object_get(cat->index, "index"), id, entry) {
		if (vt_str_eq(vt_json_str(entry, "path"), path))
			return true;
	}
	return false;
}

char *catalog_stream_path(const struct catalog *cat, const char *content_id)
{
	const char *path = vt_json_str(
		json_object_get(
			json_object_get(cat->index, "index"), content_id),
		"path");
	if (path)
		return vt_strdup(path);
	for (size_t i = 0; i < VT_COUNT(reference); i++) {
		VT_AUTO_FREE char *id = vt_printf("com.ubuntu.maas:%s%s",
			vt_setting("MAAS_IMAGE_STREAM"), reference[i].id);
		if (!strcmp(id, content_id) &&
			!is_taken(cat, reference[i].path))
			return vt_strdup(reference[i].path);
	}
	return vt_printf("streams/v1/%s.json", content_id);
}

/* Add a product to the catalog, with its versions packed. */
static int pack_product(
	const struct product *one, void *products, struct vt_err **err)
{
	(void)err;
	json_t *versions = json_object_get(one->data, "versions"), *version;
	const char *name;
	void *next;
	json_object_foreach_safe (versions, next, name, version) {
		json_object_set_new(versions, name, stream_pack(version));
	}
	json_object_set(products, one->name, one->data);
	return 0;
}

/* Return: 0, with *out NULL when there is no such file; -1 */
static int read_stream(const struct tree *t, const char *path, json_t **out,
	struct vt_err **err)
{
	VT_AUTO_FILE FILE *f = NULL;
	VT_AUTO_FREE char *name = vt_fs_join(t->dir, path);
	VT_AUTO_JSON json_t *products = json_object();
	*out = NULL;
	if (tree_read(t, path, &f, err) < 0)
		return -1;
	if (!f)
		return 0;
	if (stream_read(f, name, out, pack_product, products, err) < 0)
		return -1;
	json_object_set(*out, "products", products);
	return 0;
}

static int load_stream(struct catalog *cat, const struct tree *t,
	const char *id, json_t *entry, struct vt_err **err)
{
	const char *path = vt_json_str(entry, "path");
	const char *format = vt_json_str(entry, "format");
	json_t *stream;
	if (!path || !vt_str_eq(format, "products:1.0"))
		return 0; /* a stream of another kind: ignored */
	if (read_stream(t, path, &stream, err) < 0)
		return vt_err_wrap(err, "stream '%s'", id);
	if (!stream)
		return vt_err_set(err, VT_HOST,
			"stream '%s': products file '%s/%s' is missing", id,
			t->dir, path);
	json_object_set_new(cat->streams, id, stream);
	return 0;
}

/* A mirror made by curtin's image_sync.py has no index.json. */
static int load_reference(
	struct catalog *cat, const struct tree *t, struct vt_err **err)
{
	for (size_t i = 0; i < VT_COUNT(reference); i++) {
		json_t *stream;
		if (read_stream(t, reference[i].path, &stream, err) < 0)
			return -1;
		const char *id = vt_json_str(stream, "content_id");
		if (!id) {
			json_decref(stream);
			continue;
		}
		json_object_set_new(json_object_get(cat->index, "index"), id,
			json_pack("{ss ss}", "format", "products:1.0", "path",
				reference[i].path));
		json_object_set_new(cat->streams, id, stream);
	}
	return 0;
}

int catalog_load(struct catalog *cat, const struct tree *t, struct vt_err **err)
{
	*cat = (struct catalog){.streams = json_object()};
	if (tree_load(t, TREE_INDEX, &cat->index, err) < 0)
		return -1;
	if (!cat->index) {
		cat->index =
			json_pack("{ss s{}}", "format", "index:1.0", "index");
		return load_reference(cat, t, err);
	}
	const char *id;
	json_t *entry;
	json_object_foreach (json_object_get(cat->index, "index"), id, entry) {
		if (load_stream(cat, t, id, entry, err) < 0)
			return -1;
	}
	return 0;
}

int catalog_require(
	struct catalog *cat, const struct tree *t, struct vt_err **err)
{
	if (catalog_load(cat, t, err) < 0)
		return -1;
	if (json_object_size(cat->streams) ||
		json_object_size(json_object_get(cat->index, "index")))
		return 0;
	return vt_err_set(err, VT_HOST,
		"no images in '%s': run 'make image' or 'make sync-images'",
		t->dir);
}

void catalog_free(struct catalog *cat)
{
	json_decref(cat->index);
	json_decref(cat->streams);
	*cat = (struct catalog){0};
}

json_t *catalog_stream(struct catalog *cat, const char *content_id)
{
	json_t *stream = json_object_get(cat->streams, content_id);
	if (stream)
		return stream;
	stream = json_pack("{ss ss ss s{}}", "format", "products:1.0",
		"content_id", content_id, "datatype", "image-downloads",
		"products");
	json_object_set_new(cat->streams, content_id, stream);
	return stream;
}

void catalog_set_updated(json_t *j)
{
	struct tm now = vt_clock_utc(vt_clock_now());
	char text[40];
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S +0000", &now);
	json_object_set_new(j, "updated", json_string(text));
}

static int write_member(
	FILE *f, const char *before, const char *name, const json_t *value)
{
	VT_AUTO_JSON json_t *key = json_string(name);
	return fputs(before, f) < 0 ||
			       json_dumpf(key, f, JSON_ENCODE_ANY) < 0 ||
			       fputs(": ", f) < 0 ||
			       json_dumpf(value, f,
				       JSON_INDENT(1) | JSON_ENCODE_ANY) < 0
		       ? -1
		       : 0;
}

/* Return: new reference */
static json_t *unpack_product(json_t *product)
{
	json_t *plain = json_copy(product), *version;
	VT_AUTO_JSON json_t *versions =
		json_copy(json_object_get(product, "versions"));
	const char *name;
	void *next;
	json_object_foreach_safe (versions, next, name, version) {
		json_object_set_new(versions, name, stream_unpack(version));
	}
	json_object_set(plain, "versions", versions);
	return plain;
}

/* Written product by product: only one at a time is unpacked in memory. */
static int write_stream(FILE *f, const void *ctx)
{
	json_t *stream = (json_t *)(uintptr_t)ctx, *value;
	const char *name, *before = "{\n";
	json_object_foreach (stream, name, value) {
		if (!strcmp(name, "products"))
			continue;
		if (write_member(f, before, name, value) < 0)
			return -1;
		before = ",\n";
	}
	if (fprintf(f, "%s\"products\": {", before) < 0)
		return -1;
	before = "\n";
	json_object_foreach (json_object_get(stream, "products"), name, value) {
		VT_AUTO_JSON json_t *plain = unpack_product(value);
		if (write_member(f, before, name, plain) < 0)
			return -1;
		before = ",\n";
	}
	return fputs("\n}\n}\n", f) < 0 ? -1 : 0;
}

char *catalog_stream_text(const json_t *stream)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	if (!f || write_stream(f, stream) < 0 || fclose(f))
		abort(); /* out of memory: the only possible cause */
	return text;
}

int catalog_save_stream(struct catalog *cat, const struct tree *t,
	const char *content_id, struct vt_err **err)
{
	json_t *stream = catalog_stream(cat, content_id);
	VT_AUTO_FREE char *path = catalog_stream_path(cat, content_id);
	json_t *entries = json_object_get(cat->index, "index");
	json_t *products = json_array();
	const char *name;
	json_t *unused;
	json_object_foreach (json_object_get(stream, "products"), name, unused)
		json_array_append_new(products, json_string(name));
	if (!json_is_object(entries)) {
		entries = json_object();
		json_object_set_new(cat->index, "index", entries);
	}
	json_object_set_new(entries, content_id,
		json_pack("{ss ss ss so}", "datatype", "image-downloads",
			"format", "products:1.0", "path", path, "products",
			products));
	return tree_write(t, path, write_stream, stream, err);
}

int catalog_save_index(
	struct catalog *cat, const struct tree *t, struct vt_err **err)
{
	catalog_set_updated(cat->index);
	return tree_save(t, TREE_INDEX, cat->index, err);
}

json_t *catalog_item_paths(const struct catalog *cat)
{
	json_t *files = json_object();
	const char *id;
	json_t *stream;
	json_object_foreach (cat->streams, id, stream)
		stream_paths(stream, files);
	return files;
}

int catalog_walk(const struct catalog *cat, stream_visit *visit, void *ctx,
	struct vt_err **err)
{
	const char *id;
	json_t *stream;
	json_object_foreach (cat->streams, id, stream) {
		int rc = stream_walk(stream, id, visit, ctx, err);
		if (rc)
			return rc;
	}
	return 0;
}

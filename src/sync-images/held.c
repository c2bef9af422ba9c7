#include "held.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "stream_read.h"

/* Where the reference keeps, and looks for, the streams of MAAS. */
static const struct {
	const char *id, *path; /* behind com.ubuntu.maas:STREAM */
} reference[] = {
	{":v3:download", "streams/v1/vmtest.json"},
	{":centos-bases-download", "streams/v1/vmtest-centos.json"},
};

static const char *entry_path(const json_t *entry)
{
	return json_string_value(json_object_get(entry, "path"));
}

static bool is_taken(const struct held *h, const char *path)
{
	const char *id;
	json_t *entry;
	json_object_foreach (json_object_get(h->index, "index"), id, entry) {
		if (vt_str_eq(entry_path(entry), path))
			return true;
	}
	return false;
}

char *held_path(const struct held *h, const char *content_id)
{
	const char *path = entry_path(json_object_get(
		json_object_get(h->index, "index"), content_id));
	if (path)
		return vt_strdup(path);
	for (size_t i = 0; i < VT_COUNT(reference); i++) {
		VT_AUTO_FREE char *id = vt_printf("com.ubuntu.maas:%s%s",
			vt_setting("MAAS_IMAGE_STREAM"), reference[i].id);
		if (!strcmp(id, content_id) && !is_taken(h, reference[i].path))
			return vt_strdup(reference[i].path);
	}
	return vt_printf("streams/v1/%s.json", content_id);
}

/* A product's versions are packed. */
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

static int load_stream(struct held *h, const struct tree *t, const char *id,
	json_t *entry, struct vt_err **err)
{
	const char *path = entry_path(entry);
	const char *format =
		json_string_value(json_object_get(entry, "format"));
	json_t *stream;
	if (!path || !vt_str_eq(format, "products:1.0"))
		return 0; /* other kinds of streams are not ours to read */
	if (read_stream(t, path, &stream, err) < 0)
		return vt_err_wrap(err, "stream '%s'", id);
	if (!stream)
		return vt_err_set(err, VT_HOST,
			"stream '%s': its products file '%s/%s' is missing", id,
			t->dir, path);
	json_object_set_new(h->streams, id, stream);
	return 0;
}

/* A mirror that the reference made has no index of ours. */
static int load_reference(
	struct held *h, const struct tree *t, struct vt_err **err)
{
	for (size_t i = 0; i < VT_COUNT(reference); i++) {
		json_t *stream;
		if (read_stream(t, reference[i].path, &stream, err) < 0)
			return -1;
		const char *id = json_string_value(
			json_object_get(stream, "content_id"));
		if (!id) {
			json_decref(stream);
			continue;
		}
		json_object_set_new(json_object_get(h->index, "index"), id,
			json_pack("{ss ss}", "format", "products:1.0", "path",
				reference[i].path));
		json_object_set_new(h->streams, id, stream);
	}
	return 0;
}

int held_load(struct held *h, const struct tree *t, struct vt_err **err)
{
	*h = (struct held){.streams = json_object()};
	if (tree_load(t, TREE_INDEX, &h->index, err) < 0)
		return -1;
	if (!h->index) {
		h->index =
			json_pack("{ss s{}}", "format", "index:1.0", "index");
		return load_reference(h, t, err);
	}
	const char *id;
	json_t *entry;
	json_object_foreach (json_object_get(h->index, "index"), id, entry) {
		if (load_stream(h, t, id, entry, err) < 0)
			return -1;
	}
	return 0;
}

int held_need(struct held *h, const struct tree *t, struct vt_err **err)
{
	if (held_load(h, t, err) < 0)
		return -1;
	if (json_object_size(h->streams) ||
		json_object_size(json_object_get(h->index, "index")))
		return 0;
	return vt_err_set(err, VT_HOST,
		"no images in '%s': run 'make image' or 'make sync-images'",
		t->dir);
}

void held_free(struct held *h)
{
	json_decref(h->index);
	json_decref(h->streams);
	*h = (struct held){0};
}

json_t *held_stream(struct held *h, const char *content_id)
{
	json_t *stream = json_object_get(h->streams, content_id);
	if (stream)
		return stream;
	stream = json_pack("{ss ss ss s{}}", "format", "products:1.0",
		"content_id", content_id, "datatype", "image-downloads",
		"products");
	json_object_set_new(h->streams, content_id, stream);
	return stream;
}

/* Not time(2): see archiver_write.c. */
void held_stamp(json_t *j)
{
	struct timespec now;
	struct tm tm;
	char text[40];
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S +0000", &tm);
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

/* Product by product, so that one of them is unpacked at a time. */
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

char *held_text(const json_t *stream)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	if (!f || write_stream(f, stream) < 0 || fclose(f))
		abort(); /* for lack of memory alone */
	return text;
}

int held_save(struct held *h, const struct tree *t, const char *content_id,
	struct vt_err **err)
{
	json_t *stream = held_stream(h, content_id);
	VT_AUTO_FREE char *path = held_path(h, content_id);
	json_t *entries = json_object_get(h->index, "index");
	json_t *products = json_array();
	const char *name;
	json_t *unused;
	json_object_foreach (json_object_get(stream, "products"), name, unused)
		json_array_append_new(products, json_string(name));
	if (!json_is_object(entries)) {
		entries = json_object();
		json_object_set_new(h->index, "index", entries);
	}
	json_object_set_new(entries, content_id,
		json_pack("{ss ss ss so}", "datatype", "image-downloads",
			"format", "products:1.0", "path", path, "products",
			products));
	return tree_write(t, path, write_stream, stream, err);
}

int held_save_index(struct held *h, const struct tree *t, struct vt_err **err)
{
	held_stamp(h->index);
	return tree_save(t, TREE_INDEX, h->index, err);
}

json_t *held_files(const struct held *h)
{
	json_t *files = json_object();
	const char *id;
	json_t *stream;
	json_object_foreach (h->streams, id, stream)
		stream_paths(stream, files);
	return files;
}

int held_walk(const struct held *h, stream_visit *visit, void *ctx,
	struct vt_err **err)
{
	const char *id;
	json_t *stream;
	json_object_foreach (h->streams, id, stream) {
		int rc = stream_walk(stream, id, visit, ctx, err);
		if (rc)
			return rc;
	}
	return 0;
}

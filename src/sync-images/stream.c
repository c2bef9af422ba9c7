#include "stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

static bool is_attribute(const json_t *v)
{
	return json_is_string(v) || json_is_number(v);
}

/* Names that simplestreams defines as attributes; they override attributes of
 * the same name. */
static const char *builtin_attribute(const struct entry *e, const char *key)
{
	if (!strcmp(key, "content_id"))
		return e->content_id;
	if (!strcmp(key, "product_name"))
		return e->product;
	if (!strcmp(key, "version_name"))
		return e->version;
	return strcmp(key, "item_name") ? NULL : e->name;
}

static json_t *find_attribute(const struct entry *e, const char *key)
{
	json_t *const levels[] = {
		e->item, e->in_version, e->in_product, e->in_stream};
	for (size_t i = 0; i < VT_COUNT(levels); i++) {
		json_t *v = json_object_get(levels[i], key);
		if (is_attribute(v))
			return v;
	}
	return NULL;
}

json_t *entry_get(const struct entry *e, const char *key)
{
	const char *name = builtin_attribute(e, key);
	return name ? json_string(name) : json_incref(find_attribute(e, key));
}

char *entry_text(const struct entry *e, const char *key)
{
	const char *name = builtin_attribute(e, key);
	return name ? vt_strdup(name) : attribute_text(find_attribute(e, key));
}

static char *text_of(const void *entry, const char *key)
{
	return entry_text(entry, key);
}

bool entry_matches(const struct entry *e, const struct vt_filters *f)
{
	return vt_filters_match(f, text_of, e);
}

char *attribute_text(const json_t *v)
{
	if (json_is_string(v))
		return vt_strdup(json_string_value(v));
	if (json_is_integer(v))
		return vt_printf("%lld", (long long)json_integer_value(v));
	if (json_is_real(v))
		return vt_printf("%g", json_real_value(v));
	return vt_strdup("");
}

static void add_attributes(json_t *flat, json_t *from)
{
	const char *key;
	json_t *value;
	json_object_foreach (from, key, value) {
		if (is_attribute(value))
			json_object_set(flat, key, value);
	}
}

json_t *entry_flat(const struct entry *e)
{
	static const char *const names[] = {
		"content_id", "product_name", "version_name", "item_name"};
	json_t *flat = json_object();
	add_attributes(flat, e->in_stream);
	add_attributes(flat, e->in_product);
	add_attributes(flat, e->in_version);
	add_attributes(flat, e->item);
	for (size_t i = 0; i < VT_COUNT(names); i++)
		json_object_set_new(flat, names[i],
			json_string(builtin_attribute(e, names[i])));
	return flat;
}

json_t *stream_pack(const json_t *version)
{
	VT_AUTO_FREE char *text =
		json_dumps(version, JSON_COMPACT | JSON_SORT_KEYS);
	return json_string(json_is_object(version) ? text : "{}");
}

json_t *stream_unpack(json_t *version)
{
	const char *text = json_string_value(version);
	return text ? json_loads(text, 0, NULL) : NULL;
}

static int newest_first(const void *a, const void *b)
{
	return -strcmp(*(char *const *)a, *(char *const *)b);
}

static int walk_version(
	struct entry *e, stream_visit *visit, void *ctx, struct vt_err **err)
{
	json_object_foreach (
		json_object_get(e->in_version, "items"), e->name, e->item) {
		int rc = json_is_object(e->item) ? visit(e, ctx, err) : 0;
		if (rc)
			return rc;
	}
	return 0;
}

static int walk_product(struct entry *e, bool packed, stream_visit *visit,
	void *ctx, struct vt_err **err)
{
	json_t *versions = json_object_get(e->in_product, "versions");
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	const char *key;
	json_t *unused;
	json_object_foreach (versions, key, unused)
		vt_strv_add(&names, key);
	if (names.n)
		qsort(names.v, names.n, sizeof(*names.v), newest_first);
	for (size_t i = 0; i < names.n; i++) {
		json_t *value = json_object_get(versions, names.v[i]);
		VT_AUTO_JSON json_t *version =
			packed ? stream_unpack(value) : json_incref(value);
		e->version = names.v[i];
		e->in_version = version;
		int rc = walk_version(e, visit, ctx, err);
		if (rc)
			return rc;
	}
	return 0;
}

int stream_walk(json_t *stream, const char *content_id, stream_visit *visit,
	void *ctx, struct vt_err **err)
{
	struct entry e = {.content_id = content_id, .in_stream = stream};
	json_object_foreach (
		json_object_get(stream, "products"), e.product, e.in_product) {
		int rc = walk_product(&e, true, visit, ctx, err);
		if (rc)
			return rc;
	}
	return 0;
}

int stream_walk_product(json_t *head, const char *content_id, const char *name,
	json_t *product, stream_visit *visit, void *ctx, struct vt_err **err)
{
	struct entry e = {.content_id = content_id,
		.in_stream = head,
		.product = name,
		.in_product = product};
	return walk_product(&e, false, visit, ctx, err);
}

static int add_path(const struct entry *e, void *ctx, struct vt_err **err)
{
	(void)err;
	json_t *path = json_object_get(e->item, "path");
	json_t *sum = json_object_get(e->item, "sha256");
	if (json_is_string(path))
		json_object_set_new(ctx, json_string_value(path),
			json_is_string(sum) ? json_incref(sum) : json_null());
	return 0;
}

void stream_paths(json_t *stream, json_t *out)
{
	stream_walk(stream, "", add_path, out, NULL);
}

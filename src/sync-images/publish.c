#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "fs.h"
#include "log.h"
#include "mem.h"
#include "settings.h"
#include "stream.h"
#include "sync.h"

/* What is published: a product's attributes and its files. */
struct publication {
	const char *dir, *content_id;
	char *product;
	json_t *attrs;               /* of the product */
	json_t *items;               /* name -> {ftype, path, sha256, size} */
	struct vt_strv names, files; /* ITEM and FILE, in step */
};

static void publication_free(struct publication *p)
{
	free(p->product);
	json_decref(p->attrs);
	json_decref(p->items);
	vt_strv_free(&p->names);
	vt_strv_free(&p->files);
}

/* "key=value" in two; Return: false when it is not that */
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
	const char *s = json_string_value(json_object_get(p->attrs, key));
	return s ? s : "local";
}

static int read_operands(struct publication *p, const struct options *o,
	char *const *operands, struct vt_err **err)
{
	for (size_t i = 0; i < o->set.n; i++) {
		VT_AUTO_FREE char *key = NULL;
		const char *value;
		if (!split_pair(o->set.v[i], &key, &value))
			return vt_err_set(err, VT_USAGE,
				"--set '%s' is not KEY=VALUE", o->set.v[i]);
		json_object_set_new(p->attrs, key, json_string(value));
	}
	for (size_t i = 1; operands[i]; i++) {
		VT_AUTO_FREE char *name = NULL;
		const char *file;
		if (!split_pair(operands[i], &name, &file) ||
			!vt_str_valid_name(name))
			return vt_err_set(err, VT_USAGE,
				"'%s' is not ITEM=FILE", operands[i]);
		vt_strv_add(&p->names, name);
		vt_strv_add(&p->files, file);
	}
	if (!p->names.n)
		return vt_err_set(
			err, VT_USAGE, "publish: say ITEM=FILE for each file");
	p->content_id = o->content_id ? o->content_id : "vt.local:v3:download";
	p->product = o->product ? vt_strdup(o->product)
				: vt_printf("vt.local:v3:boot:%s:%s:%s",
					  attr(p, "version"), attr(p, "arch"),
					  attr(p, "subarch"));
	return 0;
}

static int sum_files(struct publication *p, struct vt_err **err)
{
	for (size_t i = 0; i < p->names.n; i++) {
		char hex[65];
		uint64_t size;
		if (vt_fs_sha256(p->files.v[i], hex, &size, err) < 0)
			return -1;
		json_object_set_new(p->items, p->names.v[i],
			json_pack("{ss ss sI}", "ftype", p->names.v[i],
				"sha256", hex, "size", (json_int_t)size));
	}
	return 0;
}

/* The same files, whatever their path? */
static bool same_items(json_t *ours, json_t *theirs)
{
	if (json_object_size(ours) != json_object_size(theirs))
		return false;
	const char *name;
	json_t *item;
	json_object_foreach(ours, name, item)
	{
		json_t *other = json_object_get(theirs, name);
		if (!json_equal(json_object_get(item, "sha256"),
			    json_object_get(other, "sha256")))
			return false;
	}
	return true;
}

/* Not time(2): see archiver_write.c. */
static struct tm now_utc(void)
{
	struct timespec now;
	struct tm tm;
	clock_gettime(CLOCK_REALTIME, &now);
	return *gmtime_r(&now.tv_sec, &tm);
}

/* Today's date, with a number behind it when that is taken. */
static char *new_version(json_t *versions)
{
	char date[16];
	struct tm now = now_utc();
	strftime(date, sizeof(date), "%Y%m%d", &now);
	char *name = vt_strdup(date);
	for (unsigned n = 1; json_object_get(versions, name); n++) {
		free(name);
		name = vt_printf("%s.%03u", date, n);
	}
	return name;
}

/* Put a copy of a file at DIR/path. No link: who published it may change it. */
static int place(const char *file, const char *dir, const char *path,
	struct vt_err **err)
{
	VT_AUTO_FREE char *to = vt_fs_join(dir, path);
	VT_AUTO_FREE char *parent = vt_fs_dirname(to);
	if (vt_fs_mkdirs(parent, 0755, err) < 0)
		return -1;
	return vt_fs_copy(file, to, 0644, err);
}

static int place_all(
	struct publication *p, const char *version, struct vt_err **err)
{
	for (size_t i = 0; i < p->names.n; i++) {
		VT_AUTO_FREE char *path =
			vt_printf("%s/%s/%s/%s", attr(p, "release"),
				attr(p, "arch"), version, p->names.v[i]);
		if (!stream_safe_path(path))
			return vt_err_set(err, VT_USAGE,
				"'%s' is not a path for images: check release "
				"and arch",
				path);
		if (place(p->files.v[i], p->dir, path, err) < 0)
			return -1;
		json_object_set_new(json_object_get(p->items, p->names.v[i]),
			"path", json_string(path));
	}
	return 0;
}

static json_t *object_in(json_t *parent, const char *key)
{
	json_t *j = json_object_get(parent, key);
	if (!json_is_object(j)) {
		j = json_object();
		json_object_set_new(parent, key, j);
	}
	return j;
}

/* Drop versions beyond `max` from the product; their paths go to `old`. */
static void drop_versions(json_t *versions, long max, struct vt_strv *old)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	const char *key;
	json_t *value;
	json_object_foreach(versions, key, value) vt_strv_add(&names, key);
	vt_strv_sort(&names);
	for (size_t i = 0; i + (size_t)max < names.n; i++) {
		json_t *items = json_object_get(
			json_object_get(versions, names.v[i]), "items");
		json_object_foreach(items, key, value)
		{
			const char *path = json_string_value(
				json_object_get(value, "path"));
			if (path && stream_safe_path(path))
				vt_strv_add(old, path);
		}
		json_object_del(versions, names.v[i]);
	}
}

static void remove_old(const char *dir, const struct vt_strv *old)
{
	for (size_t i = 0; i < old->n; i++) {
		VT_AUTO_FREE char *file = vt_fs_join(dir, old->v[i]);
		VT_AUTO_FREE char *parent = vt_fs_dirname(file);
		if (unlink(file) == 0)
			rmdir(parent); /* once it is empty */
	}
}

static void stamp(json_t *j)
{
	char text[40];
	struct tm now = now_utc();
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S +0000", &now);
	json_object_set_new(j, "updated", json_string(text));
}

/* Files first, then the products, then the index: each state is usable. */
static int write_streams(const struct publication *p, json_t *stream,
	const char *path, struct vt_err **err)
{
	VT_AUTO_FREE char *file = vt_fs_join(p->dir, path);
	VT_AUTO_FREE char *index_file =
		vt_fs_join(p->dir, "streams/v1/index.json");
	VT_AUTO_FREE char *parent = vt_fs_dirname(file);
	VT_AUTO_ERR struct vt_err *bad = NULL;
	VT_AUTO_JSON json_t *index =
		stream_load(p->dir, "streams/v1/index.json", &bad);
	if (bad)
		return vt_err_set(err, bad->status, "%s", bad->msg);
	if (!index)
		index = json_object();
	json_object_set_new(index, "format", json_string("index:1.0"));
	json_t *products = json_array();
	const char *name;
	json_t *unused;
	json_object_foreach(json_object_get(stream, "products"), name, unused)
		json_array_append_new(products, json_string(name));
	json_object_set_new(object_in(index, "index"), p->content_id,
		json_pack("{ss ss ss so}", "datatype", "image-downloads",
			"format", "products:1.0", "path", path, "products",
			products));
	stamp(index);
	stamp(stream);
	if (vt_fs_mkdirs(parent, 0755, err) < 0 ||
		vt_json_write(file, stream, err) < 0)
		return -1;
	return vt_json_write(index_file, index, err);
}

static int publish(struct publication *p, long max, struct vt_err **err)
{
	VT_AUTO_FREE char *path =
		vt_printf("streams/v1/%s.json", p->content_id);
	VT_AUTO_ERR struct vt_err *bad = NULL;
	VT_AUTO_JSON json_t *stream = stream_load(p->dir, path, &bad);
	if (bad)
		return vt_err_set(err, bad->status, "%s", bad->msg);
	if (!stream)
		stream = json_pack("{ss ss ss}", "format", "products:1.0",
			"content_id", p->content_id, "datatype",
			"image-downloads");
	json_t *product = object_in(object_in(stream, "products"), p->product);
	json_object_update(product, p->attrs);
	json_t *versions = object_in(product, "versions");
	const char *name;
	json_t *version;
	json_object_foreach(versions, name, version)
	{
		if (!same_items(p->items, json_object_get(version, "items")))
			continue;
		vt_log_info("%s %s is published already", p->product, name);
		return 0;
	}
	VT_AUTO_FREE char *fresh = new_version(versions);
	VT_AUTO_STRV struct vt_strv old = VT_STRV_INIT;
	if (place_all(p, fresh, err) < 0)
		return -1;
	json_object_set_new(
		versions, fresh, json_pack("{sO}", "items", p->items));
	drop_versions(versions, max, &old);
	if (write_streams(p, stream, path, err) < 0)
		return -1;
	remove_old(p->dir, &old);
	vt_log_info("published %s %s in '%s'", p->product, fresh, p->dir);
	return 0;
}

int sync_publish(
	const struct options *o, char *const *operands, struct vt_err **err)
{
	if (!operands[0])
		return vt_err_set(err, VT_USAGE, "publish: say which DIR");
	__attribute__((cleanup(publication_free))) struct publication p = {
		.dir = operands[0],
		.attrs = json_object(),
		.items = json_object()};
	if (read_operands(&p, o, operands, err) < 0 || sum_files(&p, err) < 0 ||
		vt_fs_mkdirs(p.dir, 0755, err) < 0)
		return -1;
	VT_AUTO_FREE char *lock = vt_fs_join(p.dir, ".lock");
	VT_AUTO_CLOSE int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || flock(fd, LOCK_EX) < 0)
		return vt_err_errno(err, "cannot lock '%s'", lock);
	long keep = o->max;
	if (!keep && vt_setting_int("IMAGES_TO_KEEP", 1, 10000, &keep, err) < 0)
		return -1;
	return publish(&p, keep, err);
}

#include "sync_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* 16 TiB: larger than any image. */
static const json_int_t size_max = 1LL << 44;

void plan_start(struct plan *p, const struct tree *tree,
	const struct catalog *catalog, const struct vt_filters *filters,
	long max)
{
	*p = (struct plan){.tree = tree,
		.catalog = catalog,
		.filters = filters,
		.max = max,
		.by_sum = json_object(),
		.attributes = json_object(),
		.headers = json_object(),
		.local_files = catalog_item_paths(catalog),
		.planned_files = json_object(),
		.local_by_sum = json_object()};
	const char *path;
	json_t *sum;
	json_object_foreach (p->local_files, path, sum) {
		if (json_is_string(sum))
			json_object_set_new(p->local_by_sum,
				json_string_value(sum), json_string(path));
	}
}

void plan_free(struct plan *p)
{
	for (size_t i = 0; i < p->n_contents; i++) {
		free(p->contents[i].source_path);
		free(p->contents[i].local_path);
		vt_strv_free(&p->contents[i].targets);
	}
	for (size_t i = 0; i < p->n_steps; i++) {
		free(p->steps[i].content_id);
		free(p->steps[i].product);
		free(p->steps[i].version);
		json_decref(p->steps[i].data);
		free(p->steps[i].contents);
	}
	free(p->contents);
	free(p->steps);
	json_decref(p->version);
	json_decref(p->by_sum);
	json_decref(p->attributes);
	json_decref(p->headers);
	json_decref(p->local_files);
	json_decref(p->planned_files);
	json_decref(p->local_by_sum);
	*p = (struct plan){0};
}

/* The scalar attributes of an object, shared and not copied. Everything else
 * that the server sent is dropped. */
static json_t *attributes_of(json_t *from)
{
	json_t *to = json_object(), *value;
	const char *key;
	json_object_foreach (from, key, value) {
		if (!json_is_object(value) && !json_is_array(value))
			json_object_set(to, key, value);
	}
	return to;
}

static bool is_sha256(const char *s)
{
	return s && strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

static void add_step(struct plan *p, const char *version)
{
	p->steps = vt_realloc(p->steps, p->n_steps + 1, sizeof(*p->steps));
	p->steps[p->n_steps++] =
		(struct step){.content_id = vt_strdup(p->content_id),
			.product = vt_strdup(p->product),
			.version = vt_strdup(version)};
}

/* Return: index in p->contents of the file with this sha256, added if new */
static size_t add_content(
	struct plan *p, const char *sum, uint64_t size, const char *path)
{
	json_t *at = json_object_get(p->by_sum, sum);
	if (at)
		return (size_t)json_integer_value(at);
	json_object_set_new(
		p->by_sum, sum, json_integer((json_int_t)p->n_contents));
	p->contents = vt_realloc(
		p->contents, p->n_contents + 1, sizeof(*p->contents));
	struct content *c = &p->contents[p->n_contents++];
	*c = (struct content){.size = size, .source_path = vt_strdup(path)};
	memcpy(c->sha256, sum, sizeof(c->sha256));
	const char *local = vt_json_str(p->local_by_sum, sum);
	VT_AUTO_FREE char *whole = vt_printf("%s/%s", TREE_WHOLE, sum);
	if (local && tree_has(p->tree, local, size))
		c->local_path = vt_strdup(local);
	else if (tree_has(p->tree, whole, size))
		c->local_path = vt_strdup(whole);
	return p->n_contents - 1;
}

/* The path of an item's file in the tree: the server's path, unless another
 * file, which may be in use, has that path. */
static char *choose_target(struct plan *p, const char *path, const char *sum)
{
	json_t *other = json_object_get(p->planned_files, path);
	if (!other)
		other = json_object_get(p->local_files, path);
	const char *theirs = json_string_value(other);
	if (!other || vt_str_eq(theirs, sum))
		return vt_strdup(path);
	return vt_printf("%s-%.12s", path, sum);
}

static int refuse(const struct entry *e, struct vt_err **err, const char *why)
{
	return vt_err_set(err, VT_USAGE,
		"item '%.100s' of '%.200s' %.100s in '%s' %s", e->name,
		e->product, e->version, e->content_id, why);
}

/* Add a file to the last step, unless it exists at its target. */
static int add_target(struct plan *p, const struct entry *e, const char *target,
	uint64_t size, struct vt_err **err)
{
	json_t *sum = json_object_get(e->item, "sha256");
	json_t *local = json_object_get(p->local_files, target);
	struct step *s = &p->steps[p->n_steps - 1];
	if (local && json_equal(local, sum) && tree_has(p->tree, target, size))
		return 0;
	size_t i = add_content(
		p, json_string_value(sum), size, vt_json_str(e->item, "path"));
	struct content *c = &p->contents[i];
	if (c->size != size)
		return refuse(e, err,
			"has a different size than another item with its "
			"sha256");
	if (!local)
		json_object_set(p->planned_files, target, sum);
	if (!vt_strv_has(&c->targets, target))
		vt_strv_add(&c->targets, target);
	s->contents = vt_realloc(
		s->contents, s->n_contents + 1, sizeof(*s->contents));
	s->contents[s->n_contents++] = i;
	return 0;
}

/* Plan the download of an item.
 * Return: the item as the local stream will describe it; new reference */
static json_t *plan_item(
	struct plan *p, const struct entry *e, struct vt_err **err)
{
	const char *path = vt_json_str(e->item, "path");
	const char *sum = vt_json_str(e->item, "sha256");
	VT_AUTO_JSON json_t *number = entry_get(e, "size");
	json_int_t size = json_integer_value(number);
	if (!path || !tree_item_path_ok(path))
		return refuse(e, err, "has no valid path inside the mirror"),
		       NULL;
	if (!is_sha256(sum))
		return refuse(e, err,
			       "has no valid sha256 (an md5 is not enough)"),
		       NULL;
	if (!json_is_integer(number) || size < 0 || size > size_max)
		return refuse(e, err, "has no valid size"), NULL;
	VT_AUTO_FREE char *target = choose_target(p, path, sum);
	if (!tree_item_path_ok(target))
		return refuse(e, err, "has a path that is too long"), NULL;
	if (add_target(p, e, target, (uint64_t)size, err) < 0)
		return NULL;
	json_t *item = attributes_of(e->item);
	if (!strcmp(target, path))
		return item;
	json_object_set_new(item, "path", json_string(target));
	json_object_set_new(item, "source_path", json_string(path));
	return item;
}

static json_t *local_version(const struct plan *p, const char *version)
{
	return json_object_get(
		json_object_get(p->local_product, "versions"), version);
}

/* Does any item of a version in the catalog match the filters? */
static bool local_version_matches(const struct plan *p, const char *version)
{
	VT_AUTO_JSON json_t *data = stream_unpack(local_version(p, version));
	struct entry e = {.content_id = p->content_id,
		.product = p->product,
		.version = version,
		.in_stream =
			json_object_get(p->catalog->streams, p->content_id),
		.in_product = p->local_product,
		.in_version = data};
	json_object_foreach (
		json_object_get(e.in_version, "items"), e.name, e.item) {
		if (entry_matches(&e, p->filters))
			return true;
	}
	return false;
}

static bool is_wanted(const struct plan *p, const char *version)
{
	for (size_t i = p->first_step; i < p->n_steps; i++)
		if (!strcmp(p->steps[i].version, version))
			return true;
	return false;
}

/* A version that equals the local one shares its text, to save memory. */
static void end_version(struct plan *p)
{
	if (!p->version)
		return;
	struct step *s = &p->steps[p->n_steps - 1];
	json_t *local = local_version(p, s->version);
	s->data = stream_pack(p->version);
	json_decref(p->version);
	p->version = NULL;
	if (!json_equal(local, s->data))
		return;
	json_decref(s->data);
	s->data = json_incref(local);
}

/* All wanted versions of the product are known: plan the removal of the other
 * local versions that match the filters. */
static void end_product(struct plan *p)
{
	const char *version;
	json_t *unused;
	if (!p->product)
		return;
	end_version(p);
	json_object_foreach (json_object_get(p->local_product, "versions"),
		version, unused) {
		if (!is_wanted(p, version) && local_version_matches(p, version))
			add_step(p, version);
	}
}

static void start_product(struct plan *p, const struct entry *e)
{
	VT_AUTO_JSON json_t *attributes = attributes_of(e->in_product);
	p->product = e->product;
	p->first_step = p->n_steps;
	p->local_product = json_object_get(
		json_object_get(
			json_object_get(p->catalog->streams, p->content_id),
			"products"),
		e->product);
	json_object_set_new(vt_json_object_in(p->attributes, p->content_id),
		e->product, stream_pack(attributes));
	if (!json_object_get(p->headers, p->content_id))
		json_object_set_new(
			p->headers, p->content_id, attributes_of(p->head));
}

/* Items that the local version already has stay part of it. */
static void start_version(struct plan *p, const struct entry *e)
{
	VT_AUTO_JSON json_t *local =
		stream_unpack(local_version(p, e->version));
	json_t *items = json_incref(json_object_get(local, "items"));
	p->version = attributes_of(e->in_version);
	json_object_set_new(p->version, "items", items ? items : json_object());
	add_step(p, e->version);
}

static int visit(const struct entry *e, void *ctx, struct vt_err **err)
{
	struct plan *p = ctx;
	if (!entry_matches(e, p->filters))
		return 0;
	if (!p->product)
		start_product(p, e);
	if (p->n_steps == p->first_step ||
		strcmp(p->steps[p->n_steps - 1].version, e->version)) {
		if (p->n_steps - p->first_step == (size_t)p->max)
			return 0;
		end_version(p);
		start_version(p, e);
	}
	json_t *item = plan_item(p, e, err);
	if (!item)
		return -1;
	json_object_set_new(
		json_object_get(p->version, "items"), e->name, item);
	return 0;
}

void plan_stream(struct plan *p, const char *content_id, json_t *head)
{
	p->content_id = content_id;
	p->head = head;
}

int plan_product(const struct product *one, void *ctx, struct vt_err **err)
{
	struct plan *p = ctx;
	p->product = NULL;
	int rc = stream_walk_product(
		p->head, p->content_id, one->name, one->data, visit, p, err);
	end_product(p);
	return rc;
}

void plan_content(struct plan *p, const char *sha256, uint64_t size,
	const char *target, const char *path)
{
	size_t i = add_content(p, sha256, size, path);
	vt_strv_add(&p->contents[i].targets, target);
}

uint64_t plan_bytes(const struct plan *p, size_t *files)
{
	uint64_t bytes = 0;
	*files = 0;
	for (size_t i = 0; i < p->n_contents; i++) {
		const struct content *c = &p->contents[i];
		if (c->local_path || !c->targets.n)
			continue;
		bytes += c->size;
		++*files;
	}
	return bytes;
}

bool plan_content_ready(const struct content *c)
{
	return c->local_path || !c->targets.n;
}

bool plan_step_ready(const struct plan *p, const struct step *s)
{
	for (size_t i = 0; i < s->n_contents; i++)
		if (!plan_content_ready(&p->contents[s->contents[i]]))
			return false;
	return true;
}

void plan_step_due(struct plan *p, const struct step *s)
{
	for (size_t i = 0; i < s->n_contents; i++)
		p->contents[s->contents[i]].due = true;
}

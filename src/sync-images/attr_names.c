#include "attr_names.h"

#include <string.h>

#include "base/mem.h"
#include "base/near.h"

static const char *const defined[] = {"aliases", "arch", "content_id",
	"datatype", "format", "ftype", "item_name", "item_url", "kflavor",
	"kpackage", "krel", "label", "md5", "os", "path", "product_name",
	"pubname", "release", "release_codename", "release_title", "sha256",
	"sha512", "size", "source_path", "subarch", "subarches", "support_eol",
	"supported", "updated", "version", "version_name", NULL};

void attr_names_want(struct attr_names *n, const char *name)
{
	for (const char *const *d = defined; *d; d++)
		if (!strcmp(*d, name))
			return;
	if (!vt_strv_has(&n->open, name))
		vt_strv_add(&n->open, name);
}

void attr_names_of_filters(struct attr_names *n, const struct vt_filters *f)
{
	for (size_t i = 0; i < f->n; i++)
		attr_names_want(n, vt_filters_key(f, i));
}

static void add_found(struct attr_names *n, json_t *level)
{
	const char *key;
	json_t *value;
	json_object_foreach (level, key, value) {
		if (json_is_string(value) || json_is_number(value))
			json_object_set_new(n->found, key, json_true());
	}
}

int attr_names_visit(const struct entry *e, void *ctx, struct vt_err **err)
{
	struct attr_names *n = ctx;
	(void)err;
	if (!n->found)
		n->found = json_object();
	add_found(n, e->item);
	add_found(n, e->in_version);
	add_found(n, e->in_product);
	add_found(n, e->in_stream);
	for (size_t i = 0; i < n->open.n; i++)
		if (!json_object_get(n->found, n->open.v[i]))
			return 0;
	return 1;
}

int attr_names_check(const struct attr_names *n, struct vt_err **err)
{
	for (size_t i = 0; i < n->open.n; i++) {
		const char *name = n->open.v[i], *known;
		json_t *unused;
		if (json_object_get(n->found, name))
			continue;
		struct vt_near near = vt_near_start(name);
		vt_near_list(&near, defined);
		json_object_foreach (n->found, known, unused)
			vt_near_try(&near, known);
		return vt_err_set(err, VT_USAGE,
			"no item has an attribute '%s'%s", name,
			vt_near_hint(&near, ""));
	}
	return 0;
}

void attr_names_free(struct attr_names *n)
{
	vt_strv_free(&n->open);
	json_decref(n->found);
	*n = (struct attr_names){0};
}

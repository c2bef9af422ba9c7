/* vt-sync query: print the items that match filters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "catalog.h"
#include "query_format.h"
#include "source.h"
#include "sync.h"

static const char default_format[] =
	"%(product_name)s %(version_name)s %(item_name)s %(path)s";

/* Prints the items that match the filters, of the newest `max` matching
 * versions of each product. Items arrive product by product, with the newest
 * versions first. */
struct selection {
	const struct vt_filters *filters;
	const char *base; /* directory or URL that item_url starts with */
	long max;
	const char *format; /* NULL: JSON */
	size_t found;
	struct attr_names names; /* of the filters and the format */
	char *product, *version; /* of the last item */
	long versions;           /* of that product, so far */
};

static void selection_free(struct selection *s)
{
	attr_names_free(&s->names);
	free(s->product);
	free(s->version);
}

static void count_versions(struct selection *s, const struct entry *e)
{
	bool same = vt_str_eq(s->product, e->product);
	if (!same)
		s->versions = 0;
	if (!same || !vt_str_eq(s->version, e->version))
		s->versions++;
	free(s->product);
	free(s->version);
	s->product = vt_strdup(e->product);
	s->version = vt_strdup(e->version);
}

static void print_item(const struct selection *s, const json_t *item)
{
	if (s->format) {
		VT_AUTO_STR struct vt_str line = VT_STR_INIT;
		query_format_add(&line, s->format, item);
		fwrite(line.s, 1, line.len, stdout);
		return;
	}
	fputs(s->found ? ",\n" : "[\n", stdout);
	json_dumpf(item, stdout, JSON_INDENT(1));
}

static int select_item(const struct entry *e, void *ctx, struct vt_err **err)
{
	struct selection *s = ctx;
	(void)err;
	if (!entry_matches(e, s->filters))
		return 0;
	count_versions(s, e);
	if (s->max && s->versions > s->max)
		return 0;
	VT_AUTO_JSON json_t *flat = entry_flat(e);
	const char *path = vt_json_str(flat, "path");
	if (path) {
		VT_AUTO_FREE char *url = vt_fs_join(s->base, path);
		json_object_set_new(flat, "item_url", json_string(url));
	}
	print_item(s, flat);
	s->found++;
	return 0;
}

static int query_url(const struct options *o, const char *url,
	struct selection *s, struct vt_err **err)
{
	long stall;
	struct options here = *o;
	VT_AUTO_FETCH struct vt_fetch *f = NULL;
	AUTO_SOURCE struct source source = SOURCE_INIT;
	here.source = (struct vt_strv){
		.v = (char *[]){(char *)(uintptr_t)url, NULL}, .n = 1};
	if (vt_setting_int("IMAGE_STALL_TIMEOUT", &stall, err) < 0 ||
		source_open(&source, &here, NULL, err) < 0)
		return -1;
	f = vt_fetch_new(
		&(struct vt_fetch_how){
			.jobs = o->jobs, .stall_s = stall, .signals = -1},
		err);
	if (!f || source_fetch(&source, f, err) < 0)
		return -1;
	s->base = source.bases.v[0];
	if ((s->names.open.n && source_walk(&source, attr_names_visit,
					&s->names, err) < 0) ||
		attr_names_check(&s->names, err) < 0)
		return -1;
	return source_walk(&source, select_item, s, err);
}

static int query_dir(const char *dir, struct selection *s, struct vt_err **err)
{
	AUTO_TREE struct tree t = TREE_INIT;
	AUTO_CATALOG struct catalog cat = {0};
	if (tree_open(&t, dir, false, err) < 0 ||
		catalog_require(&cat, &t, err) < 0)
		return -1;
	s->base = dir;
	if ((s->names.open.n &&
		    catalog_walk(&cat, attr_names_visit, &s->names, err) < 0) ||
		attr_names_check(&s->names, err) < 0)
		return -1;
	return catalog_walk(&cat, select_item, s, err);
}

int sync_query(
	const struct options *o, char *const *operands, struct vt_err **err)
{
	if (!operands[0])
		return vt_err_set(
			err, VT_USAGE, "query: no directory or URL given");
	if (o->json && o->format)
		return vt_err_set(err, VT_USAGE, "query: --json excludes -o");
	VT_AUTO_FILTERS struct vt_filters filters = {0};
	if (vt_filters_add(&filters, operands + 1, err) < 0)
		return -1;
	__attribute__((cleanup(selection_free))) struct selection found = {
		.filters = &filters,
		.max = o->max,
		.format = o->format ? o->format : default_format};
	if (o->json)
		found.format = NULL;
	attr_names_of_filters(&found.names, &filters);
	if (found.format &&
		query_format_check(found.format, &found.names, err) < 0)
		return -1;
	const char *where = operands[0];
	int rc = strstr(where, "://") ? query_url(o, where, &found, err)
				      : query_dir(where, &found, err);
	if (rc < 0)
		return -1;
	if (!found.found)
		return vt_err_set(
			err, VT_FAILED, "no item in '%s' matches", where);
	if (o->json)
		fputs("\n]\n", stdout);
	return 0;
}

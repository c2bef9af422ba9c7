/* Why a mirror would be empty: what the server's streams have, and what leaves
 * it out. */
#include "mirror_none.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { MAX_VALUES = 12 };

/* One filter. */
struct reason {
	struct vt_filters filter;
	const char *text;
	size_t excluded; /* items */
	json_t *values;  /* of its attribute: value -> true */
};

struct reasons {
	struct reason *v;
	size_t n;
	size_t items, unsummed; /* unsummed: without a sha256 */
	char *unsummed_one;     /* the first of them */
};

static void reasons_free(struct reasons *r)
{
	for (size_t i = 0; i < r->n; i++) {
		vt_filters_free(&r->v[i].filter);
		json_decref(r->v[i].values);
	}
	free(r->v);
	free(r->unsummed_one);
}

static int count(const struct entry *e, void *ctx, struct vt_err **err)
{
	struct reasons *r = ctx;
	(void)err;
	r->items++;
	if (!json_is_string(json_object_get(e->item, "sha256")) &&
		!r->unsummed++)
		r->unsummed_one = vt_printf("'%.100s' of '%.200s' %.100s",
			e->name, e->product, e->version);
	for (size_t i = 0; i < r->n; i++) {
		struct reason *one = &r->v[i];
		if (entry_matches(e, &one->filter))
			continue;
		one->excluded++;
		VT_AUTO_FREE char *value =
			entry_text(e, vt_filters_key(&one->filter, 0));
		if (json_object_size(one->values) <= MAX_VALUES)
			json_object_set_new(one->values, value, json_true());
	}
	return 0;
}

static void add_reason(struct vt_str *out, const struct reason *one)
{
	const char *value;
	json_t *unused;
	size_t n = 0;
	vt_str_addf(out, "the filter '%s' leaves out %zu item%s:", one->text,
		one->excluded, one->excluded == 1 ? "" : "s");
	json_object_foreach (one->values, value, unused) {
		vt_str_addf(out, "%s ", n ? "," : "");
		if (n++ == MAX_VALUES) {
			vt_str_add(out, "...");
			break;
		}
		vt_str_addf(out, "%s", *value ? "" : "(none)");
		vt_str_printable(out, value, strlen(value), false);
	}
	vt_str_addc(out, '\n');
}

int mirror_none(
	struct source *s, const struct vt_strv *filters, struct vt_err **err)
{
	__attribute__((cleanup(reasons_free))) struct reasons r = {
		.v = vt_calloc(filters->n + 1, sizeof(*r.v))};
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	for (; r.n < filters->n; r.n++) {
		char *const words[] = {filters->v[r.n], NULL};
		r.v[r.n] = (struct reason){
			.text = words[0], .values = json_object()};
		if (vt_filters_add(&r.v[r.n].filter, words, err) < 0)
			return -1;
	}
	if (source_walk(s, count, &r, err) < 0)
		return -1;
	for (size_t i = 0; i < r.n; i++)
		if (r.v[i].excluded)
			add_reason(&text, &r.v[i]);
	if (r.unsummed)
		vt_str_addf(&text,
			"%zu items have no sha256, and cannot be mirrored; the "
			"first is %s\n",
			r.unsummed, r.unsummed_one);
	vt_err_set(err, VT_USAGE,
		"nothing on the server matches the filters: '%s%s' has %zu "
		"items",
		s->bases.v[0], s->path, r.items);
	vt_err_detail(err, vt_str_c(&text));
	return -1;
}

#include "list.h"

#include <stdio.h>
#include <string.h>

#include "base/columns.h"
#include "base/fs.h"
#include "base/mem.h"
#include "data/json.h"

struct listing {
	struct vt_doc *doc;
	struct vt_node *list; /* of maps of attributes */
	struct vt_world *world;
	const struct vt_filters *filters;
};

static struct vt_node *attributes_of(
	struct vt_doc *doc, const struct vt_plan *plan)
{
	struct vt_node *map = vt_node_map(doc);
	bool bios = plan->guest.firmware == VT_FW_BIOS;
	vt_node_set_str(doc, map, "name", plan->test->name);
	vt_node_set_str(doc, map, "file", plan->test->file);
	vt_node_set_str(
		doc, map, "kind", plan->test->keys ? "definition" : "config");
	vt_node_set_str(
		doc, map, "firmware", vt_firmware_name(plan->guest.firmware));
	vt_node_set(doc, map, "disks",
		vt_node_number(doc, (int64_t)plan->guest.n_disks));
	vt_node_set(doc, map, "nics",
		vt_node_number(doc, (int64_t)plan->guest.macs.n));
	vt_node_set_str(doc, map, "skip", plan->skip);
	vt_def_emit(&plan->def, doc, map);
	/* values that are derived from the config */
	vt_node_set(doc, map, "uefi", vt_node_boolean(doc, !bios));
	if (!vt_node_get(map, "conf_file"))
		vt_node_set_str(doc, map, "conf_file", plan->conf_path);
	return map;
}

/* An invalid bare config is listed with the attribute "broken". */
static int add(
	struct listing *l, const struct vt_test *test, struct vt_err **err)
{
	VT_AUTO_PLAN struct vt_plan plan = {0};
	VT_AUTO_ERR struct vt_err *why = NULL;
	struct vt_node *map;
	if (vt_plan_make(&plan, l->world, test, &why) == 0) {
		map = attributes_of(l->doc, &plan);
	} else if (test->keys || why->status != VT_USAGE) {
		return vt_err_set(err, why->status, "%s", why->msg);
	} else {
		map = vt_node_map(l->doc);
		vt_node_set_str(l->doc, map, "name", test->name);
		vt_node_set_str(l->doc, map, "file", test->file);
		vt_node_set_str(l->doc, map, "kind", "config");
		vt_node_set_str(l->doc, map, "broken", why->msg);
	}
	if (attributes_match(l->filters, map))
		vt_node_push(l->doc, l->list, map);
	return 0;
}

/* "{name} on {release}" for one test. */
static int fill(struct vt_str *out, const char *format,
	const struct vt_node *map, struct vt_err **err)
{
	while (*format) {
		size_t len = strcspn(format, "{");
		const char *end = strchr(format + len, '}');
		vt_str_addn(out, format, len);
		format += len;
		if (!*format)
			break;
		if (!end)
			return vt_err_set(err, VT_USAGE,
				"--output: no '}' after '%s'", format);
		VT_AUTO_FREE char *key =
			vt_strndup(format + 1, (size_t)(end - format - 1));
		if (attribute_check(key, err) < 0)
			return -1;
		VT_AUTO_FREE char *text = attribute_text(map, key);
		vt_str_add(out, text);
		format = end + 1;
	}
	vt_str_addc(out, '\n');
	return 0;
}

static int by_text(const struct listing *l, const char *format,
	struct vt_str *out, struct vt_err **err)
{
	const struct vt_node empty = {.kind = VT_MAP};
	VT_AUTO_STR struct vt_str none = VT_STR_INIT;
	for (size_t i = 0; i < l->list->n; i++)
		if (fill(out, format, l->list->items[i], err) < 0)
			return -1;
	/* report an invalid format even if there are no tests */
	return fill(&none, format, &empty, err);
}

static int by_name(
	const struct listing *l, struct vt_str *out, struct vt_err **err)
{
	return by_text(l, "{name}", out, err);
}

static int as_table(
	const struct listing *l, struct vt_str *out, struct vt_err **err)
{
	static const char *const columns[] = {"name", "release",
		"target_release", "arch", "firmware", "disks", "skip"};
	VT_AUTO_COLUMNS struct vt_columns t = {.n = VT_COUNT(columns)};
	(void)err;
	for (size_t c = 0; c < VT_COUNT(columns); c++)
		vt_strv_add(&t.cells, columns[c]);
	for (size_t i = 0; i < l->list->n; i++)
		for (size_t c = 0; c < VT_COUNT(columns); c++)
			vt_strv_take(&t.cells,
				attribute_text(l->list->items[i], columns[c]));
	vt_columns_format(&t, "", out);
	return 0;
}

static int as_yaml(
	const struct listing *l, struct vt_str *out, struct vt_err **err)
{
	return vt_node_emit(l->list, out, err);
}

static json_t *to_json(const struct vt_node *n)
{
	bool flag;
	long number;
	if (n->kind == VT_SEQ) {
		json_t *list = json_array();
		for (size_t i = 0; i < n->n; i++)
			json_array_append_new(list, to_json(n->items[i]));
		return list;
	}
	if (n->kind == VT_MAP) {
		json_t *map = json_object();
		for (size_t i = 0; i < n->n; i++)
			json_object_set_new(
				map, n->keys[i]->text, to_json(n->items[i]));
		return map;
	}
	if (vt_node_is_null(n))
		return json_null();
	if (vt_node_bool(n, &flag, NULL) == 0)
		return json_boolean(flag);
	if (vt_node_int(n, -(1L << 53), 1L << 53, &number, NULL) == 0)
		return json_integer(number);
	return vt_json_text(n->text, strlen(n->text));
}

static int as_json(
	const struct listing *l, struct vt_str *out, struct vt_err **err)
{
	VT_AUTO_JSON json_t *list = to_json(l->list);
	VT_AUTO_FREE char *text = json_dumps(list, JSON_INDENT(1));
	if (!text)
		return vt_err_set(err, VT_HOST, "cannot write as JSON");
	vt_str_addf(out, "%s\n", text);
	return 0;
}

static int show(const struct listing *l, const char *format, struct vt_str *out,
	struct vt_err **err)
{
	static const struct {
		const char *name;
		int (*show)(const struct listing *l, struct vt_str *out,
			struct vt_err **err);
	} formats[] = {{"name", by_name}, {"table", as_table},
		{"json", as_json}, {"yaml", as_yaml}};
	for (size_t i = 0; i < VT_COUNT(formats); i++)
		if (!strcmp(formats[i].name, format))
			return formats[i].show(l, out, err);
	if (!strchr(format, '{'))
		return vt_err_set(err, VT_USAGE,
			"output format '%s' is not one of name, table, json, "
			"yaml, and has no {ATTRIBUTE}",
			format);
	return by_text(l, format, out, err);
}

int vt_list(const struct vt_tests *tests, struct vt_world *world,
	const struct vt_filters *filters, const char *format,
	struct vt_err **err)
{
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	struct listing l = {doc, vt_node_seq(doc), world, filters};
	for (size_t i = 0; i < tests->n; i++)
		if (add(&l, tests->v[i], err) < 0)
			return -1;
	if (show(&l, format, &out, err) < 0)
		return -1;
	return vt_fs_write("-", vt_str_c(&out), out.len, 0, err);
}

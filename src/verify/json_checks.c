/* json: compare the value at a path of a JSON file. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "check.h"
#include "data/jpath.h"
#include "data/json.h"
#include "search.h"
#include "test/ask.h"

static json_t *json_of(const struct vt_node *n);

static json_t *scalar_of(const struct vt_node *n)
{
	bool yes;
	char *end;
	switch (vt_node_type(n)) {
	case VT_TYPE_NULL:
		return json_null();
	case VT_TYPE_BOOL:
		return vt_node_bool(n, &yes, NULL) == 0 ? json_boolean(yes)
							: json_null();
	case VT_TYPE_INT: {
		errno = 0;
		long long i = strtoll(n->text, &end, 0);
		if (errno == 0 && !*end)
			return json_integer(i);
		return json_string(n->text);
	}
	case VT_TYPE_FLOAT: {
		double d = strtod(n->text, &end);
		return *end || !isfinite(d) ? json_string(n->text)
					    : json_real(d);
	}
	default:
		return json_string(n->text);
	}
}

static json_t *json_of(const struct vt_node *n)
{
	if (n->kind == VT_SCALAR)
		return scalar_of(n);
	json_t *j = n->kind == VT_SEQ ? json_array() : json_object();
	for (size_t i = 0; i < n->n; i++) {
		if (n->kind == VT_SEQ)
			json_array_append_new(j, json_of(n->items[i]));
		else
			json_object_set_new(
				j, n->keys[i]->text, json_of(n->items[i]));
	}
	return j;
}

/* 1 and 1.0 are the same number. */
static bool equal(const json_t *a, const json_t *b)
{
	if (json_is_number(a) && json_is_number(b) &&
		(json_is_real(a) || json_is_real(b)))
		return json_number_value(a) == json_number_value(b);
	return json_equal(a, b);
}

/* Compare two numbers or two texts. Return: false for other types */
static bool ordered(const json_t *a, const json_t *b, int *order)
{
	if (json_is_integer(a) && json_is_integer(b)) {
		json_int_t x = json_integer_value(a), y = json_integer_value(b);
		*order = (x > y) - (x < y);
	} else if (json_is_number(a) && json_is_number(b)) {
		double x = json_number_value(a), y = json_number_value(b);
		*order = (x > y) - (x < y);
	} else if (json_is_string(a) && json_is_string(b)) {
		*order = strcmp(json_string_value(a), json_string_value(b));
	} else {
		return false;
	}
	return true;
}

/* Whether a list has an element, an object a name, or a text a substring. */
static bool has(const json_t *whole, const json_t *part)
{
	const char *text = json_string_value(part);
	for (size_t i = 0; i < json_array_size(whole); i++)
		if (equal(json_array_get(whole, i), part))
			return true;
	if (json_is_object(whole))
		return text && json_object_get(whole, text);
	return json_is_string(whole) && text &&
	       strstr(json_string_value(whole), text);
}

static bool is_container(const json_t *j)
{
	return json_is_array(j) || json_is_object(j) || json_is_string(j);
}

/* Return: 1, 0, or -1 when the values cannot be compared by `op` */
static int holds(struct vt_check_result *r, const json_t *is,
	enum vt_compare op, const json_t *want)
{
	int order;
	switch (op) {
	case VT_EQ:
		return equal(is, want);
	case VT_NE:
		return !equal(is, want);
	case VT_HAS:
	case VT_LACKS:
		/* "lacks" on a number is a mistake and must not pass */
		if (!is_container(is))
			return -1;
		return has(is, want) == (op == VT_HAS);
	case VT_MATCHES: {
		VT_AUTO_ERR struct vt_err *err = NULL;
		struct hit hit;
		struct text text = {json_string_value(is), 0};
		if (!text.s)
			return -1;
		text.len = json_string_length(is);
		if (search_text(json_string_value(want), text, &hit, &err) == 0)
			return hit.found;
		vt_check_error(r, &err);
		return -1;
	}
	default:
		break;
	}
	if (!ordered(is, want, &order))
		return -1;
	return op == VT_LT   ? order < 0
	       : op == VT_LE ? order <= 0
	       : op == VT_GT ? order > 0
			     : order >= 0;
}

static char *dump(const json_t *j)
{
	char *s = json_dumps(j, JSON_ENCODE_ANY | JSON_SORT_KEYS);
	return s ? s : vt_strdup("(cannot be shown)");
}

static void judge(
	struct vt_check_result *r, const json_t *root, const struct check *c)
{
	enum vt_compare op = vt_compare_of(c->value);
	const char *path = vt_node_text(vt_node_get(c->value, "path"));
	const struct vt_node *value = vt_node_get(c->value, "value");
	size_t reached;
	const json_t *is = vt_jpath_get(root, path, &reached);
	VT_AUTO_FREE char *found = is ? dump(is) : NULL;
	if (!is) {
		vt_check_found(r, "no value at '%s'%s%.*s", path,
			reached ? ", only at " : "", (int)reached, path);
		vt_check_judge(r, op == VT_ABSENT);
		return;
	}
	vt_check_found(r, "%s", found);
	if (op == VT_EXISTS || op == VT_ABSENT) {
		vt_check_judge(r, op == VT_EXISTS);
		return;
	}
	VT_AUTO_JSON json_t *want = op == VT_MATCHES
					    ? json_string(vt_node_text(value))
					    : json_of(value);
	int rc = holds(r, is, op, want);
	if (rc < 0)
		vt_check_found(r, "%s: operator '%s' does not apply", found,
			vt_compare_word(op));
	vt_check_judge(r, rc == 1);
}

static void expect(struct vt_check_result *r, const struct check *c)
{
	enum vt_compare op = vt_compare_of(c->value);
	const char *path = vt_node_text(vt_node_get(c->value, "path"));
	const struct vt_node *value = vt_node_get(c->value, "value");
	VT_AUTO_JSON json_t *want = value ? json_of(value) : NULL;
	VT_AUTO_FREE char *shown = want ? dump(want) : vt_strdup("");
	vt_check_expect(r, "'%s' %s %s", path, vt_compare_word(op), shown);
}

void check_json(struct verify *v, const struct check *c)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_JSON json_t *root = NULL;
	AUTO_FACT struct fact fact = {0};
	struct vt_check_result *r = check_start(v, c);
	expect(r, c);
	if (!check_open(v, r, c, c->file, &fact))
		return;
	int rc = facts_json(&v->facts, c->file, &root, &err);
	if (rc < 0)
		vt_check_error(r, &err);
	else if (rc == 0)
		vt_check_found(r, "'%s' is empty", c->file);
	else
		judge(r, root, c);
}

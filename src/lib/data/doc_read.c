/* Get the values of nodes, with error messages for wrong types. */
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/utf8.h"
#include "data/doc.h"
#include "data/doc_internal.h"

struct vt_node *vt_node_get(const struct vt_node *map, const char *key)
{
	if (!map || map->kind != VT_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++) {
		if (strcmp(map->keys[i]->text, key) == 0)
			return map->items[i];
	}
	return NULL;
}

struct vt_node *vt_node_getn(const struct vt_node *map, ...)
{
	struct vt_node *n = NULL;
	const char *key;
	va_list ap;

	va_start(ap, map);
	while ((key = va_arg(ap, const char *)))
		map = n = vt_node_get(map, key);
	va_end(ap);
	return n;
}

enum vt_scalar_type vt_node_type(const struct vt_node *n)
{
	if (!n)
		return VT_TYPE_NULL;
	if (n->kind != VT_SCALAR || !n->plain)
		return VT_TYPE_STR;
	return vt_scalar_type(n->text);
}

bool vt_node_is_null(const struct vt_node *n)
{
	return vt_node_type(n) == VT_TYPE_NULL;
}

const char *vt_node_text(const struct vt_node *n)
{
	return n && n->kind == VT_SCALAR ? n->text : NULL;
}

const char *vt_node_kind_name(const struct vt_node *n)
{
	static const char *const types[] = {
		[VT_TYPE_STR] = "string",
		[VT_TYPE_NULL] = "null",
		[VT_TYPE_BOOL] = "boolean",
		[VT_TYPE_INT] = "integer",
		[VT_TYPE_FLOAT] = "float",
		[VT_TYPE_TIME] = "date",
	};

	if (n && n->kind == VT_MAP)
		return "map";
	if (n && n->kind == VT_SEQ)
		return "list";
	return types[vt_node_type(n)];
}

char *vt_node_at(const struct vt_node *n)
{
	return n->pos.file ? vt_printf("%s:%u:%u", n->pos.file, n->pos.line,
				     n->pos.column)
			   : NULL;
}

int vt_node_err(
	const struct vt_node *n, struct vt_err **err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vt_err_vset(err, VT_USAGE, fmt, ap);
	va_end(ap);
	if (n && n->pos.file)
		vt_err_wrap(err, "%s:%u:%u", n->pos.file, n->pos.line,
			n->pos.column);
	return -1;
}

char *vt_doc_quoted(const char *text)
{
	enum { MAX_LEN = 60 };
	VT_AUTO_STR struct vt_str b = VT_STR_INIT;
	size_t len = vt_utf8_cut(text, strlen(text), MAX_LEN);

	vt_str_addc(&b, '\'');
	vt_str_printable(&b, text, len, false);
	vt_str_add(&b, text[len] ? "...'" : "'");
	return vt_str_take(&b);
}

/* The error "expected X, found Y", with the text of a scalar. */
static int unexpected(
	const struct vt_node *n, struct vt_err **err, const char *expected)
{
	if (!n || n->kind != VT_SCALAR || vt_node_is_null(n))
		return vt_node_err(n, err, "expected %s, found %s", expected,
			n ? vt_node_kind_name(n) : "nothing");
	VT_AUTO_FREE char *text = vt_doc_quoted(n->text);
	return vt_node_err(n, err, "expected %s, found %s %s", expected,
		vt_node_kind_name(n), text);
}

int vt_node_expect(
	const struct vt_node *n, enum vt_node_kind kind, struct vt_err **err)
{
	static const char *const names[] = {[VT_SCALAR] = "a string or number",
		[VT_SEQ] = "a list",
		[VT_MAP] = "a map"};

	if (n && n->kind == kind)
		return 0;
	return unexpected(n, err, names[kind]);
}

int vt_node_str(const struct vt_node *n, const char **out, struct vt_err **err)
{
	if (!vt_node_text(n) || vt_node_is_null(n))
		return unexpected(n, err, "a string");
	*out = n->text;
	return 0;
}

/* What PyYAML makes of a scalar that is no string. */
static char *value_of(const struct vt_node *n)
{
	long v;

	if (vt_node_is_null(n))
		return vt_strdup("null");
	if (vt_node_type(n) != VT_TYPE_INT || vt_scalar_int(n->text, &v) < 0)
		return vt_printf("a %s", vt_node_kind_name(n));
	return vt_printf("the integer %ld%s", v,
		strchr(n->text, ':') ? " (in base 60)" : "");
}

static int not_a_string(
	const struct vt_node *n, const char *what, struct vt_err **err)
{
	VT_AUTO_FREE char *value = value_of(n);

	return vt_node_err(n, err,
		"%s must be a string, but without quotes %s is %s: write '%s'",
		what, n->text, value, n->text);
}

int vt_node_string_only(const struct vt_node *n, const char *what,
	const char **out, struct vt_err **err)
{
	if (n && n->kind != VT_SCALAR)
		return vt_node_err(n, err, "%s: expected a string, found %s",
			what, vt_node_kind_name(n));
	if (!n || (vt_node_is_null(n) && !*n->text))
		return vt_node_err(n, err,
			"%s must be a string, found nothing (null): write '' "
			"for an empty one",
			what);
	if (vt_node_type(n) != VT_TYPE_STR)
		return not_a_string(n, what, err);
	*out = n->text;
	return 0;
}

int vt_node_str_as_is(const struct vt_node *n, const char *what,
	const char **out, struct vt_err **err)
{
	VT_AUTO_FREE char *printed = NULL;
	long v;

	if (vt_node_type(n) == VT_TYPE_INT && vt_scalar_int(n->text, &v) == 0)
		printed = vt_printf("%ld", v);
	if (printed && strcmp(printed, n->text) != 0)
		return not_a_string(n, what, err);
	return vt_node_str(n, out, err);
}

int vt_node_int(const struct vt_node *n, long min, long max, long *out,
	struct vt_err **err)
{
	long v;

	if (n && n->kind == VT_SCALAR && vt_node_type(n) == VT_TYPE_INT &&
		vt_scalar_int(n->text, &v) == 0 && v >= min && v <= max) {
		*out = v;
		return 0;
	}
	VT_AUTO_FREE char *what = NULL;
	if (min == LONG_MIN && max == LONG_MAX)
		what = vt_strdup("an integer");
	else if (max == LONG_MAX)
		what = vt_printf("an integer of at least %ld", min);
	else if (min == max)
		what = vt_printf("%ld", min);
	else
		what = vt_printf("an integer from %ld to %ld", min, max);
	return unexpected(n, err, what);
}

int vt_node_bool(const struct vt_node *n, bool *out, struct vt_err **err)
{
	if (!n || n->kind != VT_SCALAR || vt_node_type(n) != VT_TYPE_BOOL)
		return unexpected(n, err, "true or false");
	*out = strcasecmp(n->text, "true") == 0 ||
	       strcasecmp(n->text, "yes") == 0 ||
	       strcasecmp(n->text, "on") == 0;
	return 0;
}

int vt_node_size(const struct vt_node *n, uint64_t *bytes, struct vt_err **err)
{
	VT_AUTO_ERR struct vt_err *why = NULL;

	if (!vt_node_text(n) || vt_node_is_null(n))
		return unexpected(n, err, "a size such as 8G");
	if (vt_parse_size(n->text, bytes, &why) < 0)
		return vt_node_err(n, err, "%s", why->msg);
	return 0;
}

int vt_node_list(
	const struct vt_node *n, enum vt_node_kind items, struct vt_err **err)
{
	const char *text;
	if (vt_node_expect(n, VT_SEQ, err) < 0)
		return -1;
	for (size_t i = 0; i < n->n; i++) {
		const struct vt_node *one = n->items[i];
		if ((items == VT_SCALAR ? vt_node_str(one, &text, err)
					: vt_node_expect(one, items, err)) < 0)
			return -1;
	}
	return 0;
}

int vt_node_keys_known(const struct vt_node *map, const char *const *known,
	struct vt_err **err)
{
	if (vt_node_expect(map, VT_MAP, err) < 0)
		return -1;
	for (size_t i = 0; i < map->n; i++) {
		const struct vt_node *key = map->keys[i];
		if (vt_str_in(known, key->text))
			continue;
		VT_AUTO_FREE char *text = vt_doc_quoted(key->text);
		struct vt_near near = vt_near_start(key->text);
		vt_near_list(&near, known);
		return vt_node_err(key, err, "unknown key %s%s", text,
			vt_near_hint(&near, ""));
	}
	return 0;
}

#include "when.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "keys.h"

/* Attributes other than keys of a definition. */
static const char *const ours[] = {"firmware", "test", NULL};

static int check_attribute(
	const struct vt_node *when, size_t i, struct vt_err **err)
{
	const struct vt_node *key = when->keys[i];
	const struct vt_node one = {.kind = VT_MAP,
		.pos = key->pos,
		.n = 1,
		.keys = &when->keys[i],
		.items = &when->items[i]};
	return vt_str_in(ours, key->text) ? 0 : vt_keys_check(&one, err);
}

static int check_values(const struct vt_node *n, struct vt_err **err)
{
	if (n->kind == VT_MAP)
		return vt_node_err(
			n, err, "expected a value or a list of values");
	if (n->kind == VT_SEQ && !n->n)
		return vt_node_err(n, err, "the list of values is empty");
	for (size_t i = 0; n->kind == VT_SEQ && i < n->n; i++)
		if (n->items[i]->kind != VT_SCALAR)
			return vt_node_err(
				n->items[i], err, "expected a value");
	return 0;
}

/* yes equals true; an attribute that is not set equals null and "". */
static bool same(const struct vt_node *is, const struct vt_node *want)
{
	bool a, b;
	if (!is || vt_node_is_null(is))
		return vt_node_is_null(want) || !*want->text;
	if (vt_node_bool(is, &a, NULL) == 0 &&
		vt_node_bool(want, &b, NULL) == 0)
		return a == b;
	return vt_str_eq(vt_node_text(is), want->text);
}

/* A list matches if one of its values does. */
static bool holds_one(const struct vt_node *is, const struct vt_node *want)
{
	if (!is || is->kind == VT_SCALAR)
		return same(is, want);
	for (size_t i = 0; is->kind == VT_SEQ && i < is->n; i++)
		if (is->items[i]->kind == VT_SCALAR && same(is->items[i], want))
			return true;
	return false;
}

static bool holds_any(const struct vt_node *is, const struct vt_node *want)
{
	if (want->kind == VT_SCALAR)
		return holds_one(is, want);
	for (size_t i = 0; i < want->n; i++)
		if (holds_one(is, want->items[i]))
			return true;
	return false;
}

static void say_values(struct vt_str *s, const struct vt_node *n)
{
	if (n->kind == VT_SCALAR)
		vt_str_addf(s, "'%s'", n->text);
	for (size_t i = 0; n->kind == VT_SEQ && i < n->n; i++)
		vt_str_addf(s, "%s'%s'", i ? " or " : "", n->items[i]->text);
}

static char *say(const struct vt_node *key, const struct vt_node *is,
	const struct vt_node *want, bool negated)
{
	struct vt_str s = VT_STR_INIT;
	vt_str_addf(&s, "%s is %s%s%s, the check applies to ", key->text,
		is && is->kind == VT_SCALAR ? "'" : "",
		!is                     ? "not set"
		: is->kind == VT_SCALAR ? is->text
					: "a list",
		is && is->kind == VT_SCALAR ? "'" : "");
	if (negated)
		vt_str_add(&s, "all but ");
	say_values(&s, want);
	return vt_str_take(&s);
}

static int each(const struct vt_node *when, const struct vt_node *attributes,
	bool negated, char **reason, struct vt_err **err)
{
	if (vt_node_expect(when, VT_MAP, err) < 0)
		return -1;
	for (size_t i = 0; i < when->n; i++) {
		const struct vt_node *key = when->keys[i];
		const struct vt_node *want = when->items[i];
		if (!negated && !strcmp(key->text, "not")) {
			if (each(want, attributes, true, reason, err) < 0)
				return -1;
			continue;
		}
		if (check_attribute(when, i, err) < 0 ||
			check_values(want, err) < 0)
			return -1;
		const struct vt_node *is = vt_node_get(attributes, key->text);
		if (!*reason && holds_any(is, want) == negated)
			*reason = say(key, is, want, negated);
	}
	return 0;
}

int vt_when(const struct vt_node *when, const struct vt_node *attributes,
	bool *holds, char **reason, struct vt_err **err)
{
	*reason = NULL;
	if (when && each(when, attributes, false, reason, err) < 0) {
		vt_freep(reason);
		return -1;
	}
	*holds = !*reason;
	return 0;
}

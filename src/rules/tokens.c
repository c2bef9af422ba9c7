#include "tokens.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

/* The length of a placeholder at the start of a text, or 0. */
static size_t token_at(const char *s)
{
	size_t n = strspn(s, alphabet);
	return n > 4 && !strncmp(s, "__", 2) && !strncmp(s + n - 2, "__", 2)
		       ? n
		       : 0;
}

/* Scripts may have words of this form, but no value that is nothing else.
 * @parts: also look for a part of a value
 * Return: a placeholder in a scalar, or NULL */
static const char *find(const char *text, bool parts, size_t *len)
{
	for (const char *s = text; (s = strstr(s, "__"));
		s += *len ? *len : 1) {
		*len = token_at(s);
		if (*len && strncmp(s, "__RFC4173__", *len) != 0 &&
			(parts || (s == text && !s[*len])))
			return s;
	}
	return NULL;
}

static int check(const struct vt_node *n, bool parts, struct vt_err **err)
{
	size_t len = 0;
	const char *s = n && n->kind == VT_SCALAR && n->text
				? find(n->text, parts, &len)
				: NULL;
	if (s)
		return vt_node_err(n, err,
			"'%.*s' is a placeholder, which a test must replace: "
			"write a definition with 'conf_file' and "
			"'conf_replace: {%.*s: VALUE}'",
			(int)len, s, (int)len, s);
	if (!n || n->kind == VT_SCALAR)
		return 0;
	for (size_t i = 0; i < n->n; i++)
		if (check(n->items[i], parts, err) < 0)
			return -1;
	return 0;
}

int vt_plan_tokens(const struct vt_plan *plan, struct vt_err **err)
{
	static const char *const by_parts[] = {
		"storage", "network", "swap", NULL};
	const struct vt_node *config = plan->config;
	for (size_t i = 0; plan->speaks_curtin && config && i < config->n; i++)
		if (check(config->items[i],
			    vt_str_in(by_parts, config->keys[i]->text),
			    err) < 0)
			return -1;
	return 0;
}

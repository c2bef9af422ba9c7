#include "rules_filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/str.h"
#include "key_table.h"

/* Attributes that are no keys. */
static const char *const others[] = {"name", "file", "kind", "firmware",
	"disks", "nics", "skip", "broken", NULL};

int attribute_check(const char *name, struct vt_err **err)
{
	struct vt_near near = vt_near_start(name);
	const struct vt_key *key;
	for (size_t i = 0; (key = vt_key_at(i)); i++) {
		if (key->type == KEY_EXTENDS)
			continue;
		if (!strcmp(key->name, name))
			return 0;
		vt_near_try(&near, key->name);
	}
	for (const char *const *o = others; *o; o++) {
		if (!strcmp(*o, name))
			return 0;
		vt_near_try(&near, *o);
	}
	return vt_err_set(err, VT_USAGE, "tests have no attribute '%s'%s%s%s",
		name, near.best ? ": did you mean '" : "",
		near.best ? near.best : "", near.best ? "'?" : "");
}

static void add_text(struct vt_str *out, const struct vt_node *n)
{
	if (n->kind == VT_SCALAR) {
		if (!vt_node_is_null(n))
			vt_str_printable(out, n->text, strlen(n->text), false);
		return;
	}
	for (size_t i = 0; i < n->n; i++) {
		if (i)
			vt_str_addc(out, ',');
		if (n->kind == VT_MAP)
			vt_str_addf(out, "%s:", n->keys[i]->text);
		add_text(out, n->items[i]);
	}
}

char *attribute_text(const struct vt_node *attributes, const char *name)
{
	struct vt_str s = VT_STR_INIT;
	const struct vt_node *n = vt_node_get(attributes, name);
	vt_str_add(&s, "");
	if (n)
		add_text(&s, n);
	return vt_str_take(&s);
}

bool filters_is(const char *word)
{
	size_t key = strspn(word, "abcdefghijklmnopqrstuvwxyz_0123456789");
	const char *op = word + key + (word[key] == '!');
	return key && (*op == '=' || *op == '~');
}

static int add(struct filters *f, const char *word, struct vt_err **err)
{
	if (!filters_is(word))
		return vt_err_set(err, VT_USAGE,
			"'%s' is no filter: KEY=VALUE, KEY!=VALUE, KEY~ERE or "
			"KEY!~ERE",
			word);
	size_t key = strcspn(word, "=~!");
	bool negated = word[key] == '!';
	const char *op = word + key + negated;
	f->v = vt_realloc(f->v, f->n + 1, sizeof(*f->v));
	struct filter *one = &f->v[f->n++];
	*one = (struct filter){
		.key = vt_strndup(word, key), .value = vt_strdup(op + 1)};
	one->negated = negated;
	if (attribute_check(one->key, err) < 0)
		return -1;
	if (*op == '=')
		return 0;
	int rc = regcomp(&one->ere, op + 1, REG_EXTENDED | REG_NOSUB);
	if (rc) {
		char why[100];
		regerror(rc, &one->ere, why, sizeof(why));
		return vt_err_set(err, VT_USAGE, "filter '%s': %s", word, why);
	}
	one->is_ere = true;
	return 0;
}

int filters_add(struct filters *f, const char *words, struct vt_err **err)
{
	while (*words) {
		size_t len = strcspn(words, " \t\n");
		VT_AUTO_FREE char *word = vt_strndup(words, len);
		if (len && add(f, word, err) < 0)
			return -1;
		words += len + (words[len] != '\0');
	}
	return 0;
}

bool filters_match(const struct filters *f, const struct vt_node *attributes)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct filter *one = &f->v[i];
		VT_AUTO_FREE char *text = attribute_text(attributes, one->key);
		bool hit = one->is_ere
				   ? regexec(&one->ere, text, 0, NULL, 0) == 0
				   : !strcmp(text, one->value);
		if (hit == one->negated)
			return false;
	}
	return true;
}

void filters_free(struct filters *f)
{
	for (size_t i = 0; i < f->n; i++) {
		if (f->v[i].is_ere)
			regfree(&f->v[i].ere);
		free(f->v[i].key);
		free(f->v[i].value);
	}
	free(f->v);
	*f = (struct filters){0};
}

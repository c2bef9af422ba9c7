#include "data/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/pattern.h"

struct vt_filter {
	char *key, *value;
	bool negated, is_ere;
	regex_t ere;
};

static int add(struct vt_filters *f, const char *word, struct vt_err **err)
{
	size_t key = strcspn(word, "=~!");
	const char *op = word + key;
	struct vt_filter one = {.negated = *op == '!'};
	op += one.negated;
	if (key == 0 || (*op != '=' && *op != '~'))
		return vt_err_set(err, VT_USAGE,
			"invalid filter '%s': use KEY=VALUE, KEY!=VALUE, "
			"KEY~ERE or KEY!~ERE",
			word);
	one.is_ere = *op == '~';
	if (one.is_ere &&
		vt_pattern_compile(&one.ere, op + 1, REG_NOSUB, err) < 0)
		return vt_err_wrap(err, "filter '%s'", word);
	one.key = vt_strndup(word, key);
	one.value = vt_strdup(op + 1);
	f->v = vt_realloc(f->v, f->n + 1, sizeof(*f->v));
	f->v[f->n++] = one;
	return 0;
}

int vt_filters_add(
	struct vt_filters *f, char *const *words, struct vt_err **err)
{
	for (; words && *words; words++)
		if (add(f, *words, err) < 0)
			return -1;
	return 0;
}

bool vt_filters_name(const struct vt_filters *f, const char *key)
{
	for (size_t i = 0; i < f->n; i++)
		if (!strcmp(f->v[i].key, key))
			return true;
	return false;
}

const char *vt_filters_key(const struct vt_filters *f, size_t i)
{
	return f->v[i].key;
}

bool vt_filters_match(const struct vt_filters *f,
	char *(*text)(const void *thing, const char *key), const void *thing)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct vt_filter *one = &f->v[i];
		VT_AUTO_FREE char *s = text(thing, one->key);
		bool hit = one->is_ere ? regexec(&one->ere, s, 0, NULL, 0) == 0
				       : !strcmp(s, one->value);
		if (hit == one->negated)
			return false;
	}
	return true;
}

void vt_filters_free(struct vt_filters *f)
{
	for (size_t i = 0; i < f->n; i++) {
		if (f->v[i].is_ere)
			regfree(&f->v[i].ere);
		free(f->v[i].key);
		free(f->v[i].value);
	}
	free(f->v);
	*f = (struct vt_filters){0};
}

#include "graph/type.h"

#include <string.h>

const struct vt_type *vt_types_find(
	const struct vt_types *types, const char *word)
{
	for (size_t i = 0; i < types->n; i++)
		if (!strcmp(types->v[i].word, word))
			return &types->v[i];
	return NULL;
}

const struct vt_type_key *vt_type_key(
	const struct vt_type *type, const char *word)
{
	for (const struct vt_type_key *k = type->keys; k->word; k++)
		if (!strcmp(k->word, word))
			return k;
	return NULL;
}

const char *vt_type_key_expected(const struct vt_type_key *key)
{
	if (!key->like && !(key->flags & VT_KEY_IDENTITY) &&
		!vt_type_is_ref(key))
		return NULL;
	return key->as ? key->as : key->word;
}

bool vt_type_is_ref(const struct vt_type_key *key)
{
	return key->kind == VT_KEY_REF || key->kind == VT_KEY_REFS;
}

bool vt_dev_is(const struct vt_dev *d, unsigned type)
{
	return d && d->type->id == type;
}

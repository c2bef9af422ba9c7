#include "graph/likeness.h"

#include <inttypes.h>

#include "base/str.h"

void vt_like_text(const struct vt_asked *a, struct vt_str *out)
{
	vt_str_addf(out, "%s '%s'", a->key->word, a->want->text);
}

void vt_like_number(const struct vt_asked *a, struct vt_str *out)
{
	vt_str_addf(out, "%s %" PRIu64, a->key->word, a->want->n);
}

bool vt_like_same_text(const struct vt_asked *a, const struct vt_found_field *f,
	struct vt_str *found)
{
	(void)found;
	return vt_str_eq(a->want->text, f->value);
}

bool vt_like_same_number(const struct vt_asked *a,
	const struct vt_found_field *f, struct vt_str *found)
{
	(void)found;
	return f->n == a->want->n;
}

bool vt_like_finder(const struct vt_asked *a, const struct vt_found_field *f,
	struct vt_str *found)
{
	(void)a, (void)found;
	return f->same;
}

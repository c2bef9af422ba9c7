/* The values that a key of a config may have. */
#include <limits.h>
#include <string.h>

#include "base/near.h"
#include "base/str.h"
#include "graph/read_entry.h"
#include "graph/type.h"

static bool is_value(const struct vt_value *v, const struct vt_node *n)
{
	long want, has;
	if (!v->number)
		return vt_node_type(n) == VT_TYPE_STR &&
		       !strcmp(v->word, n->text);
	return vt_parse_int(v->word, 0, LONG_MAX, &want, NULL) == 0 &&
	       vt_node_int(n, want, want, &has, NULL) == 0;
}

static int not_a_value(
	const struct vt_dev *d, const struct vt_field *f, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str list = VT_STR_INIT;
	struct vt_near near = vt_near_start(f->text);
	for (const struct vt_value *v = f->key->values; v->word; v++) {
		if (v->number && !strcmp(v->word, f->text))
			return vt_dev_err(d, f->node, err,
				"%s '%s' is a string: write %s without quotes",
				f->key->word, f->text, v->word);
		if (v->instead)
			continue;
		vt_str_item(&list, ", ", v->word);
		vt_near_try(&near, v->word);
	}
	return vt_dev_err(d, f->node, err, "%s '%s' is not one of %s%s",
		f->key->word, f->text, list.s, vt_near_hint(&near, ""));
}

/* The text becomes that of the table: 5 for 0x5. */
static int check_listed(
	const struct vt_dev *d, struct vt_field *f, struct vt_err **err)
{
	const struct vt_value *v = f->key->values;
	while (v->word && !is_value(v, f->node))
		v++;
	if (!v->word)
		return not_a_value(d, f, err);
	if (v->instead)
		return vt_dev_err(d, f->node, err,
			"curtin has no %s '%s': use '%s'", f->key->word,
			f->text, v->instead);
	f->text = v->word;
	return 0;
}

int vt_entry_value(struct vt_dev *d, const char *word, struct vt_err **err)
{
	struct vt_field *f = (struct vt_field *)vt_dev_field(d, word);
	if (!f || !f->text || !*f->text)
		return 0;
	if (f->key->values && check_listed(d, f, err) < 0)
		return -1;
	return f->key->check ? f->key->check(d, f, err) : 0;
}

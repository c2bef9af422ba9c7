/* Options of mkfs, by what superblocks on disk images show of them. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/finders.h"
#include "storage/mkfs_options.h"

static const char *value_of(const struct vt_found *f, const char *word)
{
	const struct vt_found_field *field = vt_found_field(f, word);
	return field ? field->value : NULL;
}

/* Options that are not in effect come first; if nothing can be seen of any, the
 * reasons are why. */
static void answer(struct vt_found_field *field, const struct vt_mkfs_found *m)
{
	struct vt_str text = VT_STR_INIT;
	field->same = !m->wrong.len;
	if (!m->wrong.len && !m->right.len) {
		field->why = vt_strdup(vt_str_c(&m->unseen));
		return;
	}
	if (m->wrong.len)
		vt_str_addf(&text, "not in effect: %s", m->wrong.s);
	if (m->right.len)
		vt_str_addf(&text, "%sin effect: %s", text.len ? "; " : "",
			m->right.s);
	if (m->unseen.len)
		vt_str_addf(&text, "; not seen: %s", m->unseen.s);
	field->text = vt_str_take(&text);
}

static void judge(struct vt_found *f, struct vt_found_field *field,
	const struct vt_dev *d, const struct vt_super *s)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	struct vt_mkfs_found m = {0};
	vt_str_words(vt_dev_text(d, "mkfs_options"), " ", &words);
	vt_mkfs_judge(
		&(struct vt_mkfs_asked){vt_dev_text(d, "fstype"), words.v,
			words.n, s, value_of(f, "label"), value_of(f, "uuid")},
		&m);
	answer(field, &m);
	vt_mkfs_free(&m);
}

void vt_found_add_mkfs(
	struct vt_found *f, const struct vt_dev *d, const struct vt_found *on)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	const char *fstype = vt_dev_text(d, "fstype");
	const char *family = fstype ? vt_mkfs_family(fstype) : NULL;
	struct vt_stretch e;
	struct vt_super s;
	if (!vt_dev_text(d, "mkfs_options"))
		return;
	struct vt_found_field *field = vt_found_add(f, "mkfs_options");
	if (!family) {
		field->why =
			vt_printf("superblocks of %s are not read", fstype);
		return;
	}
	if (!vt_found_stretch(f, on, &e))
		return;
	int rc = vt_super_read(
		family, e.path, e.offset_bytes, e.size_bytes, &s, &err);
	if (rc == 1)
		judge(f, field, d, &s);
	else if (rc == 0)
		field->text = vt_printf("no superblock of %s", fstype);
	else
		vt_found_error(f, &err);
}

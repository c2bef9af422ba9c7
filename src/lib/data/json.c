#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "data/json.h"

void vt_json_decrefp(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

json_t *vt_json_load(const char *path, size_t max, struct vt_err **err)
{
	size_t len = 0;
	VT_AUTO_FREE char *buf = vt_fs_read(path, max, &len, err);
	json_error_t why;

	if (!buf)
		return NULL;
	json_t *j = json_loadb(buf, len, JSON_REJECT_DUPLICATES, &why);
	if (!j)
		vt_err_set(err, VT_USAGE, "%s:%d:%d: %s",
			strcmp(path, "-") == 0 ? "<stdin>" : path,
			why.line < 1 ? 1 : why.line,
			why.column < 1 ? 1 : why.column, why.text);
	return j;
}

int vt_json_write(const char *path, const json_t *j, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	/* 15 digits, so that 93.2 is not written as 93.200000000000003 */
	VT_AUTO_FREE char *text = json_dumps(
		j, JSON_INDENT(1) | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));

	if (!text)
		return vt_err_set(err, VT_HOST,
			"cannot write '%s': cannot encode the data as JSON",
			path);
	vt_str_add(&out, text);
	vt_str_addc(&out, '\n');
	return vt_fs_write(path, out.s, out.len, 0644, err);
}

json_t *vt_json_text(const char *s, size_t len)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;

	while (len > 0) {
		uint32_t c = 0;
		size_t n = vt_utf8_decode(s, len, &c);
		/* NUL is valid in JSON, but many parsers reject it */
		if (n == 0 || c == 0)
			vt_str_add(&out, "\xef\xbf\xbd");
		else
			vt_str_addn(&out, s, n);
		n = n ? n : 1;
		s += n;
		len -= n;
	}
	return json_stringn(vt_str_c(&out), out.len);
}

const char *vt_json_str(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

const char *vt_json_word(
	const json_t *object, const char *key, const char *otherwise)
{
	const char *s = vt_json_str(object, key);
	return s ? s : otherwise;
}

json_t *vt_json_object_in(json_t *parent, const char *key)
{
	json_t *j = json_object_get(parent, key);
	if (!json_is_object(j)) {
		j = json_object();
		json_object_set_new(parent, key, j);
	}
	return j;
}

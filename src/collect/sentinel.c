#include "sentinel.h"

#include "base/mem.h"
#include "data/json.h"

static int bad(struct vt_err **err, const char *what)
{
	return vt_err_set(
		err, VT_FAILED, "invalid '%s': %s", SENTINEL_NAME, what);
}

static int check_script(
	const json_t *script, struct vt_strv *failed, struct vt_err **err)
{
	const json_t *name = json_object_get(script, "name");
	const json_t *status = json_object_get(script, "status");
	if (!json_is_string(name) || !json_is_integer(status))
		return bad(err, "a script has no name or no status");
	json_int_t n = json_integer_value(status);
	if (n == 0)
		return 0;
	VT_AUTO_STR struct vt_str shown = VT_STR_INIT;
	vt_str_printable(&shown, json_string_value(name),
		json_string_length(name), false);
	vt_strv_addf(failed, "%s (exit status %lld)", vt_str_c(&shown),
		(long long)n);
	return 0;
}

int sentinel_check(const char *text, size_t len, struct vt_strv *failed,
	struct vt_err **err)
{
	json_error_t where;
	VT_AUTO_JSON json_t *top =
		json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);
	if (!top)
		return bad(err, "not JSON");
	const json_t *format = json_object_get(top, "format");
	const json_t *scripts = json_object_get(top, "scripts");
	if (json_integer_value(format) != 1)
		return bad(err, "its format is not 1");
	if (!json_is_array(scripts))
		return bad(err, "it has no list of scripts");
	size_t i;
	json_t *script;
	json_array_foreach (scripts, i, script) {
		if (check_script(script, failed, err) < 0)
			return -1;
	}
	return 0;
}

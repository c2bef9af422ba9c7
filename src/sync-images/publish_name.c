#include "publish_name.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"

char *publish_product_name(const json_t *attrs)
{
	static const char *const keys[] = {"os", "release", "version", "arch",
		"subarch", "krel", "kflavor", "label"};
	struct vt_str name = VT_STR_INIT;
	vt_str_add(&name, "vt.local:v3:boot");
	for (size_t i = 0; i < VT_COUNT(keys); i++) {
		const char *value = vt_json_word(attrs, keys[i], "");
		if (*value)
			vt_str_addf(&name, ":%s", value);
	}
	return vt_str_take(&name);
}

int publish_check_text(const char *what, const char *text, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str clean = VT_STR_INIT;
	vt_str_printable(&clean, text, strlen(text), false);
	if (!strcmp(vt_str_c(&clean), text))
		return 0;
	return vt_err_set(err, VT_USAGE,
		"%s '%s' has characters other than printable UTF-8", what,
		vt_str_c(&clean));
}

int publish_check_id(const char *id, struct vt_err **err)
{
	if (!*id || *id == '.' || strchr(id, '/') || !strcmp(id, "index"))
		return vt_err_set(err, VT_USAGE,
			"invalid content id '%s': it names a file of "
			"streams/v1, so that it must not be empty or 'index', "
			"begin with '.' or contain '/'",
			id);
	return publish_check_text("the content id", id, err);
}

const char *publish_newest(json_t *versions)
{
	const char *newest = NULL, *name;
	json_t *unused;
	json_object_foreach (versions, name, unused) {
		if (!newest || strcmp(name, newest) > 0)
			newest = name;
	}
	return newest;
}

char *publish_next_version(const char *newest)
{
	char date[16];
	struct tm now = vt_clock_utc(vt_clock_now());
	strftime(date, sizeof(date), "%Y%m%d", &now);
	if (!newest || strcmp(date, newest) > 0)
		return vt_strdup(date);
	size_t len = strlen(newest), base = len < 4 ? 0 : len - 4;
	bool numbered = newest[base] == '.' &&
			strspn(newest + base + 1, "0123456789") == 3;
	long n = numbered ? strtol(newest + base + 1, NULL, 10) : 0;
	return numbered && n < 999
		       ? vt_printf("%.*s.%03ld", (int)base, newest, n + 1)
		       : vt_printf("%s.001", newest);
}

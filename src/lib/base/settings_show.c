#include "base/settings_show.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/columns.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/opt_help.h"
#include "base/settings.h"

static const char *const prefixes[] = {"VT_", "CURTIN_VMTEST_"};

/* Variables that have a setting's prefix and are not settings: those that vt's
 * makefiles, checks and tests use, and those that the runner of curtin's vmtest
 * exports. */
static const char *const others[] = {"VT_BIN", "VT_TEST_*", "VT_COLLECT_DIR",
	"VT_CFLAGS", "VT_CPPFLAGS", "VT_LDFLAGS",
	"CURTIN_VMTEST_CURTIN_EXE_VERSION", "CURTIN_VMTEST_CURTIN_VERSION",
	"VT_NAMES_TOLD", NULL};

void vt_settings_values(struct vt_str *out)
{
	VT_AUTO_COLUMNS struct vt_columns t = {.n = 2};
	const struct vt_setting *s;
	for (size_t i = 0; (s = vt_setting_at(i)); i++) {
		const char *value = vt_setting(s->name);
		const char *from = vt_setting_source(s->name);
		if (s->form.kind == VT_SETTING_BOOLEAN)
			value = vt_setting_bool(s->name) ? "true" : "false";
		value = value ? value : "-";
		vt_strv_add(&t.cells, s->name);
		VT_AUTO_STR struct vt_str cell = VT_STR_INIT;
		vt_str_printable(&cell, value, strlen(value), false);
		vt_str_addf(&cell, "  (%s)",
			from       ? from
			: s->value ? "default"
				   : "not set");
		vt_strv_take(&t.cells, vt_str_take(&cell));
	}
	vt_columns_format(&t, "", out);
}

void vt_settings_help(struct vt_str *out)
{
	const struct vt_setting *s;
	vt_str_add(out, "settings, as VT_NAME or CURTIN_VMTEST_NAME in the "
			"environment or on make's\ncommand line:\n");
	VT_AUTO_COLUMNS struct vt_columns t = {.n = 2};
	for (size_t i = 0; (s = vt_setting_at(i)); i++) {
		vt_strv_add(&t.cells, s->name);
		vt_strv_addf(&t.cells, "%s%s%s%s", s->help,
			s->value ? " [" : "", s->value ? s->value : "",
			s->value ? "]" : "");
	}
	vt_columns_format(&t, "  ", out);
}

void vt_settings_man(struct vt_str *out)
{
	const struct vt_setting *s;
	vt_str_add(out, ".Bl -tag -width indent\n");
	for (size_t i = 0; (s = vt_setting_at(i)); i++) {
		vt_str_addf(out, ".It Ev VT_%s", s->name);
		if (s->bare)
			vt_str_addf(out, " Pq also Ev %s", s->bare);
		vt_str_addc(out, '\n');
		vt_opt_mdoc(out, s->help);
		vt_str_add(out, ".\n");
		if (s->form.kind == VT_SETTING_BOOLEAN)
			vt_str_add(out, "Boolean.\n");
		if (s->form.kind == VT_SETTING_WHOLE)
			vt_str_addf(out, "Range: %ld to %ld.\n", s->form.min,
				s->form.max);
		if (s->value)
			vt_str_addf(out, "Default: %s.\n", s->value);
		if (s->of_test)
			vt_str_add(out, "Changes the inputs of tests.\n");
	}
	vt_str_add(out, ".El\n");
}

void vt_settings_of_tests(struct vt_strv *out)
{
	const struct vt_setting *s;
	for (size_t i = 0; (s = vt_setting_at(i)); i++) {
		if (!s->of_test)
			continue;
		for (size_t k = 0; k < VT_COUNT(prefixes); k++)
			vt_strv_addf(out, "%s%s", prefixes[k], s->name);
		if (s->bare)
			vt_strv_add(out, s->bare);
	}
}

static bool is_other(const char *name)
{
	for (const char *const *o = others; *o; o++) {
		size_t n = strcspn(*o, "*");
		if (!strncmp(name, *o, n) && ((*o)[n] || !name[n]))
			return true;
	}
	return false;
}

/* Add a warning to `out` unless `name` is a setting. */
static void check(const char *name, const char *prefix, struct vt_strv *out)
{
	const struct vt_setting *s;
	const char *rest = name + strlen(prefix);
	struct vt_near near = vt_near_start(rest);
	for (size_t i = 0; (s = vt_setting_at(i)); i++) {
		if (!strcmp(s->name, rest))
			return;
		vt_near_try(&near, s->name);
	}
	if (is_other(name))
		return;
	vt_strv_addf(out, "unknown setting '%s'%s", name,
		near.best ? vt_near_hint(&near, prefix)
			  : " ('make settings' lists all settings)");
}

void vt_settings_warn(void)
{
	VT_AUTO_STRV struct vt_strv warnings = VT_STRV_INIT;
	if (getenv("VT_NAMES_TOLD"))
		return;
	for (char *const *env = environ; *env; env++) {
		VT_AUTO_FREE char *name = vt_strndup(*env, strcspn(*env, "="));
		for (size_t i = 0; i < VT_COUNT(prefixes); i++)
			if (vt_str_starts(name, prefixes[i]))
				check(name, prefixes[i], &warnings);
	}
	for (size_t i = 0; i < warnings.n; i++)
		vt_log_warn("%s", warnings.v[i]);
	/* programs that this one starts must not repeat them */
	if (warnings.n)
		setenv("VT_NAMES_TOLD", "1", 1);
}

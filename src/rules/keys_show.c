/* The keys in --help and vt-test(5); errors for unknown keys. */
#include "base/columns.h"
#include "base/opt_help.h"
#include "key_table.h"
#include "keys.h"

static const char *const type_names[] = {
	[KEY_EXTENDS] = "text",
	[KEY_STR] = "text",
	[KEY_INT] = "number",
	[KEY_BOOL] = "true or false",
	[KEY_TRI] = "true or false",
	[KEY_AUTO] = "auto, true or false",
	[KEY_STRINGS] = "list of texts",
	[KEY_WORDS] = "list, or text with commas",
	[KEY_PAIRS] = "list of [name, number]",
	[KEY_DATE] = "date",
	[KEY_DATES] = "map, or list of maps",
	[KEY_SIZES] = "list of sizes",
	[KEY_MAP] = "map",
	[KEY_FATAL] = "map",
	[KEY_ANSWERS] = "list of maps",
	[KEY_ROWS] = "list of lists",
	[KEY_ANY] = "text, list or map",
};

int vt_keys_check(const struct vt_node *map, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	const struct vt_key *k;
	for (size_t i = 0; (k = vt_key_at(i)); i++)
		vt_strv_add(&names, k->name);
	return vt_node_keys_known(map, (const char *const *)names.v, err);
}

char *vt_keys_help(void)
{
	struct vt_str s = VT_STR_INIT;
	VT_AUTO_COLUMNS struct vt_columns t = {.n = 2};
	const struct vt_key *k;
	vt_str_add(&s, "keys of a definition, see vt-test(5):\n");
	for (size_t i = 0; (k = vt_key_at(i)); i++) {
		vt_strv_add(&t.cells, k->name);
		vt_strv_addf(&t.cells, "%s%s%s", k->help,
			k->value ? "; default: " : "",
			k->value ? k->value : "");
	}
	vt_columns_format(&t, "  ", &s);
	s.s[--s.len] = '\0';
	return vt_str_take(&s);
}

static void add_range(struct vt_str *out, const struct vt_key *k)
{
	if (k->type == KEY_INT)
		vt_str_addf(out, ", %ld to %ld", k->min, k->max);
}

void vt_keys_man(struct vt_str *out)
{
	const struct vt_key *k;
	vt_str_add(out, ".Bl -tag -width indent\n");
	for (size_t i = 0; (k = vt_key_at(i)); i++) {
		vt_str_addf(
			out, ".It Ic %s Pq %s", k->name, type_names[k->type]);
		add_range(out, k);
		vt_str_addc(out, '\n');
		vt_opt_mdoc(out, k->help);
		if (k->value)
			vt_str_addf(out, ".\nDefault: %s", k->value);
		vt_str_add(out, ".\n");
	}
	vt_str_add(out, ".El\n");
}

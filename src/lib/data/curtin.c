#include "data/curtin.h"

#include <string.h>

/* JSON has no dates. */
static int check_dates(const struct vt_node *n, struct vt_err **err)
{
	if (n->kind == VT_SCALAR && vt_node_type(n) == VT_TYPE_TIME)
		return vt_node_err(n, err,
			"without quotes %s is a date, which curtin cannot pass "
			"to its stages: write '%s'",
			n->text, n->text);
	for (size_t i = 0; i < n->n; i++)
		if ((n->keys && check_dates(n->keys[i], err) < 0) ||
			check_dates(n->items[i], err) < 0)
			return -1;
	return 0;
}

/* Whether a command is one that curtin does not run: null, false, 0 or an empty
 * string, list or map. */
static bool is_disabled(const struct vt_node *command)
{
	bool yes = true;
	long number = 1;

	if (command->kind != VT_SCALAR)
		return command->n == 0;
	vt_node_bool(command, &yes, NULL);
	vt_node_int(command, 0, 0, &number, NULL);
	return vt_node_is_null(command) || !*command->text || !yes || !number;
}

static int check_command(const struct vt_node *command, struct vt_err **err)
{
	const char *text;

	if (is_disabled(command))
		return 0;
	if (command->kind == VT_MAP)
		return vt_node_err(command, err,
			"a command must be a string or a list of strings, "
			"found map");
	if (command->kind == VT_SCALAR)
		return vt_node_string_only(command, "a command", &text, err);
	for (size_t i = 0; i < command->n; i++)
		if (vt_node_string_only(command->items[i],
			    "an argument of a command", &text, err) < 0)
			return -1;
	return 0;
}

/* {NAME: COMMAND}. The names are sorted, and so must be of one type. */
static int check_commands(const struct vt_node *map, struct vt_err **err)
{
	const char *text;

	if (vt_node_expect(map, VT_MAP, err) < 0)
		return -1;
	for (size_t i = 0; i < map->n; i++)
		if (vt_node_string_only(map->keys[i], "the name of a command",
			    &text, err) < 0 ||
			check_command(map->items[i], err) < 0)
			return -1;
	return 0;
}

/* @keys: up to NULL, of those that must be strings if they are there */
static int check_strings(
	const struct vt_node *map, const char *const *keys, struct vt_err **err)
{
	if (vt_node_expect(map, VT_MAP, err) < 0)
		return -1;
	for (; *keys; keys++) {
		const struct vt_node *n = vt_node_get(map, *keys);
		const char *text;
		if (n && vt_node_string_only(n, *keys, &text, err) < 0)
			return -1;
	}
	return 0;
}

/* {NAME: {path: PATH, content: TEXT}} */
static int check_files(const struct vt_node *map, struct vt_err **err)
{
	static const char *const strings[] = {"path", "content", "owner", NULL};

	if (vt_node_expect(map, VT_MAP, err) < 0)
		return -1;
	for (size_t i = 0; i < map->n; i++)
		if (check_strings(map->items[i], strings, err) < 0)
			return -1;
	return 0;
}

static int check_proxy(const struct vt_node *map, struct vt_err **err)
{
	static const char *const strings[] = {
		"http_proxy", "https_proxy", "no_proxy", NULL};

	return check_strings(map, strings, err);
}

static int refuse(const struct vt_node *key, struct vt_err **err)
{
	return vt_node_err(key, err,
		"'%s' is a config of Ubuntu's installer, of which curtin reads "
		"nothing: write its 'storage' and 'network' at the top level, "
		"as curtin has them",
		key->text);
}

int vt_curtin_check(const struct vt_node *config, struct vt_err **err)
{
	for (size_t i = 0; i < config->n; i++) {
		const struct vt_node *value = config->items[i];
		const char *key = config->keys[i]->text;
		int rc = 0;
		if (strcmp(key, "autoinstall") == 0)
			rc = refuse(config->keys[i], err);
		else if (strcmp(key, "write_files") == 0)
			rc = check_files(value, err);
		else if (strcmp(key, "proxy") == 0)
			rc = check_proxy(value, err);
		else if (vt_str_ends(key, "_commands"))
			rc = check_commands(value, err);
		if (rc < 0)
			return -1;
	}
	return check_dates(config, err);
}

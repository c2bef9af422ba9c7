#include "test/ask.h"

#include <limits.h>
#include <string.h>

#include "base/beneath.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/str.h"
#include "data/jpath.h"
#include "data/pattern.h"

enum { MAX_TIMEOUT_S = 86400 };

static int check_true(const struct vt_node *n, struct vt_err **err)
{
	bool yes;
	if (vt_node_bool(n, &yes, err) < 0)
		return -1;
	return yes ? 0
		   : vt_node_err(n, err,
			     "the value must be true; to check the opposite, "
			     "use the opposite operator");
}

static int check_text(const struct vt_node *n, struct vt_err **err)
{
	const char *s;
	return vt_node_str(n, &s, err);
}

static int check_name(const struct vt_node *n, struct vt_err **err)
{
	const char *s;
	if (vt_node_str(n, &s, err) < 0)
		return -1;
	return *s ? 0 : vt_node_err(n, err, "the name is empty");
}

/* Check the name of a collected file or log. "/x" and "./x" mean x, as in
 * curtin. */
static int check_fact(const struct vt_node *n, struct vt_err **err)
{
	if (check_name(n, err) < 0)
		return -1;
	return vt_beneath_has_dotdot(n->text)
		       ? vt_node_err(n, err,
				 "'%s' is outside of collect/: remove '..'",
				 n->text)
		       : 0;
}

static int check_argv(const struct vt_node *n, struct vt_err **err)
{
	if (n->kind == VT_SCALAR)
		return check_name(n, err);
	if (vt_node_list(n, VT_SCALAR, err) < 0)
		return -1;
	return n->n ? 0 : vt_node_err(n, err, "no command to run");
}

static const char *const compares[] = {
	[VT_EQ] = "==",
	[VT_NE] = "!=",
	[VT_LT] = "<",
	[VT_LE] = "<=",
	[VT_GT] = ">",
	[VT_GE] = ">=",
	[VT_HAS] = "has",
	[VT_LACKS] = "lacks",
	[VT_MATCHES] = "matches",
	[VT_EXISTS] = "exists",
	[VT_ABSENT] = "absent",
};

const char *vt_compare_word(enum vt_compare op)
{
	return compares[op];
}

/* Return: a comparison, or -1 */
static int find_compare(const char *word)
{
	for (size_t i = 0; i < VT_COUNT(compares); i++)
		if (!strcmp(compares[i], word))
			return (int)i;
	return -1;
}

enum vt_compare vt_compare_of(const struct vt_node *value)
{
	const char *word = vt_node_text(vt_node_get(value, "op"));
	int op = word ? find_compare(word) : VT_EQ;
	return op < 0 ? VT_EQ : (enum vt_compare)op;
}

static int check_op(const struct vt_node *n, enum vt_compare last,
	enum vt_compare *op, struct vt_err **err)
{
	const struct vt_node *given = vt_node_get(n, "op");
	const char *word;
	*op = VT_EQ;
	if (!given)
		return 0;
	if (vt_node_str(given, &word, err) < 0)
		return -1;
	int found = find_compare(word);
	if (found >= 0 && found <= (int)last) {
		*op = (enum vt_compare)found;
		return 0;
	}
	VT_AUTO_STR struct vt_str all = VT_STR_INIT;
	for (int i = 0; i <= (int)last; i++)
		vt_str_item(&all, ", ", compares[i]);
	return vt_node_err(
		given, err, "unknown op '%s': use one of %s", word, all.s);
}

static int need(const struct vt_node *map, const char *key, struct vt_err **err)
{
	return vt_node_get(map, key)
		       ? 0
		       : vt_node_err(map, err, "'%s' is missing", key);
}

/* {path, op, value} */
static int check_json(const struct vt_node *n, struct vt_err **err)
{
	static const char *const known[] = {"path", "op", "value", NULL};
	VT_AUTO_ERR struct vt_err *why = NULL;
	const char *path;
	enum vt_compare op;
	if (vt_node_expect(n, VT_MAP, err) < 0 ||
		vt_node_keys_known(n, known, err) < 0 ||
		need(n, "path", err) < 0 ||
		vt_node_str(vt_node_get(n, "path"), &path, err) < 0 ||
		check_op(n, VT_ABSENT, &op, err) < 0)
		return -1;
	if (vt_jpath_check(path, &why) < 0)
		return vt_node_err(vt_node_get(n, "path"), err, "%s", why->msg);
	const struct vt_node *value = vt_node_get(n, "value");
	if (op == VT_EXISTS || op == VT_ABSENT)
		return value ? vt_node_err(value, err,
				       "'%s' does not take a 'value'",
				       compares[op])
			     : 0;
	if (need(n, "value", err) < 0)
		return -1;
	return op == VT_MATCHES ? vt_pattern_check(value, err) : 0;
}

/* {line or matches, op, value} */
static int check_count(const struct vt_node *n, struct vt_err **err)
{
	static const char *const known[] = {
		"line", "matches", "op", "value", NULL};
	enum vt_compare op;
	long value;
	if (vt_node_expect(n, VT_MAP, err) < 0 ||
		vt_node_keys_known(n, known, err) < 0 ||
		check_op(n, VT_GE, &op, err) < 0 || need(n, "value", err) < 0 ||
		vt_node_int(vt_node_get(n, "value"), 0, LONG_MAX, &value, err) <
			0)
		return -1;
	const struct vt_node *line = vt_node_get(n, "line");
	const struct vt_node *ere = vt_node_get(n, "matches");
	if (line && ere)
		return vt_node_err(ere, err,
			"'line' and 'matches' cannot be used together");
	if (line && check_text(line, err) < 0)
		return -1;
	return ere ? vt_pattern_check(ere, err) : 0;
}

static const struct vt_ask asks[] = {
	{"exists", true, false, check_true, "true: the file exists"},
	{"absent", true, false, check_true, "true: the file does not exist"},
	{"has_line", true, false, check_text,
		"a line equals this text, stripped"},
	{"lacks_line", true, false, check_text, "no line equals this text"},
	{"matches", true, false, vt_pattern_check,
		"an ERE matches in the file"},
	{"not_matches", true, false, vt_pattern_check,
		"the ERE does not match"},
	{"equals", true, false, check_text, "the whole file equals this text"},
	{"count", true, false, check_count,
		"{line: TEXT or matches: ERE, op, value}: number of lines"},
	{"json", true, false, check_json,
		"{path, op, value}: the value at a path of a JSON file"},
	{"same_as", true, false, check_fact, "another file has the same text"},
	{"same_as_host", true, true, check_argv,
		"a command on the host prints the same; setting HOST_CHECKS"},
	{"run", false, true, check_argv, "your own program succeeds"},
};

static const char *const common[] = {"name", "why", "file", "timeout", NULL};

static const struct vt_ask *find(const char *word)
{
	for (size_t i = 0; i < VT_COUNT(asks); i++)
		if (!strcmp(asks[i].word, word))
			return &asks[i];
	return NULL;
}

static int unknown(
	const struct vt_node *key, const char *const *also, struct vt_err **err)
{
	struct vt_near near = vt_near_start(key->text);
	for (size_t i = 0; i < VT_COUNT(asks); i++)
		vt_near_try(&near, asks[i].word);
	vt_near_list(&near, common);
	vt_near_list(&near, also);
	return vt_node_err(key, err, "unknown check '%s'%s", key->text,
		vt_near_hint(&near, ""));
}

/* Find the one operator of a map. */
static int find_question(struct vt_question *q, const struct vt_node *map,
	const char *const *also, struct vt_err **err)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct vt_node *key = map->keys[i];
		const struct vt_ask *ask = find(key->text);
		if (!ask && !vt_str_in(common, key->text) &&
			!vt_str_in(also, key->text))
			return unknown(key, also, err);
		if (ask && q->ask)
			return vt_node_err(map->items[i], err,
				"'%s' and '%s' are two checks: write an "
				"entry for each",
				q->ask->word, ask->word);
		if (!ask)
			continue;
		q->ask = ask;
		q->value = map->items[i];
	}
	if (q->ask)
		return 0;
	VT_AUTO_STR struct vt_str all = VT_STR_INIT;
	for (size_t i = 0; i < VT_COUNT(asks); i++)
		vt_str_item(&all, ", ", asks[i].word);
	return vt_node_err(
		map, err, "the entry has no check: add one of %s", all.s);
}

static int optional(const struct vt_node *map, const char *key,
	const char **out, struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(map, key);
	return n ? vt_node_str(n, out, err) : 0;
}

int vt_ask_read(struct vt_question *q, const struct vt_node *map,
	const char *const *also, struct vt_err **err)
{
	*q = (struct vt_question){0};
	if (vt_node_expect(map, VT_MAP, err) < 0 ||
		find_question(q, map, also, err) < 0 ||
		optional(map, "name", &q->name, err) < 0 ||
		optional(map, "why", &q->why, err) < 0 ||
		optional(map, "file", &q->file, err) < 0)
		return -1;
	const struct vt_node *timeout = vt_node_get(map, "timeout");
	if (q->ask->file && !q->file)
		return vt_node_err(
			map, err, "'%s' needs a 'file'", q->ask->word);
	if (!q->ask->file && q->file)
		return vt_node_err(vt_node_get(map, "file"), err,
			"'%s' does not take a 'file'", q->ask->word);
	if (q->file && check_fact(vt_node_get(map, "file"), err) < 0)
		return -1;
	if (timeout && !q->ask->program)
		return vt_node_err(timeout, err,
			"'%s' does not take a 'timeout'", q->ask->word);
	if (timeout &&
		vt_node_int(timeout, 1, MAX_TIMEOUT_S, &q->timeout_s, err) < 0)
		return -1;
	return q->ask->check(q->value, err);
}

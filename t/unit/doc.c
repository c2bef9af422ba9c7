/* data/doc.h: errors of YAML files and their positions, the types of scalars,
 * merging, and that written YAML reads back as the same tree. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../tap.h"
#include "base/mem.h"
#include "base/proc.h"
#include "data/doc.h"

static struct vt_doc *parse(const char *text)
{
	return vt_doc_parse("t.yaml", text, strlen(text), NULL);
}

/* Compare the whole message, which includes the position. */
static void refused(const char *text, const char *expected, const char *what)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_DOC struct vt_doc *doc =
		vt_doc_parse("t.yaml", text, strlen(text), &err);

	if (ok(!doc && err && err->status == VT_USAGE, "an error: %s", what))
		is_str(err->msg, expected, what);
}

/* Parse a document, and compare it as written by vt_node_emit(). */
static void written(const char *text, const char *expected, const char *what)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_DOC struct vt_doc *doc =
		vt_doc_parse("t.yaml", text, strlen(text), &err);

	if (!ok(doc != NULL, "parsed: %s", what)) {
		printf("# %s\n", err->msg);
		return;
	}
	vt_node_emit(doc->root, &out, NULL);
	is_str(vt_str_c(&out), expected, what);
	VT_AUTO_DOC struct vt_doc *again = parse(vt_str_c(&out));
	ok(again && vt_node_equal(doc->root, again->root),
		"reads back equal: %s", what);
}

static void test_positions(void)
{
	VT_AUTO_DOC struct vt_doc *doc =
		parse("a: 1\nb:\n  - x\n  - {k: v}\n# c\nc: >\n  text\n");
	struct vt_node *v = vt_node_getn(doc->root, "b", NULL);

	is_str(v->items[1]->pos.file, "t.yaml", "the file of a node");
	is_int(v->items[1]->pos.line, 4, "the line of a flow map");
	is_int(v->items[1]->pos.column, 5, "the column of a flow map");
	v = vt_node_get(v->items[1], "k");
	is_int(v->pos.column, 9, "the column of a value in it");
	is_int(doc->root->keys[2]->pos.line, 6, "the line of a key");
	ok(!vt_node_get(NULL, "a") && !vt_node_get(v, "a") &&
			!vt_node_getn(doc->root, "b", "a", NULL),
		"access to keys of other nodes returns NULL");
}

static void test_refusals(void)
{
	refused("a: 1\nb: 2\na: 3\n",
		"t.yaml:3:1: duplicate key 'a', first at line 1, column 1",
		"duplicate key");
	refused("a: 1\n---\nb: 2\n",
		"t.yaml:2:1: second document at line 2: a file may contain "
		"only "
		"one",
		"second document");
	refused("a: &x [1, *x]\n",
		"t.yaml:1:11: recursive alias '*x': it is inside its own "
		"anchor",
		"recursive alias");
	refused("a: *x\n",
		"t.yaml:1:4: undefined alias '*x': no anchor '&x' before it",
		"unknown alias");
	refused("a:\n  [1]: 2\n",
		"t.yaml:2:3: a key must be a scalar, found list",
		"list as a key");
	refused("a: \"x\\0y\"\n", "t.yaml:1:4: NUL character in a string",
		"NUL by an escape");
	refused("a: !foo 1\n",
		"t.yaml:1:4: unsupported tag '!foo': use !!str, !!int, "
		"!!float, !!bool, !!null, !!map or !!seq",
		"local tag");
	refused("a: !!binary QQ==\n",
		"t.yaml:1:4: unsupported tag '!!binary': use !!str, !!int, "
		"!!float, !!bool, !!null, !!map or !!seq",
		"binary");
	refused("a: !!int x\n", "t.yaml:1:4: 'x' is not a valid !!int",
		"tag that does not fit the value");
	refused("a: b: c\n",
		"t.yaml:1:5: mapping values are not allowed in this context",
		"invalid YAML");
	refused("a:\n\t- b\n",
		"t.yaml:2:1: found character that cannot start any token: "
		"indent with spaces, not tabs",
		"tab as indentation");
	refused("a: 1\nb: \xff\n", "t.yaml:2:4: invalid leading UTF-8 octet",
		"not UTF-8");
	refused("a: {<<: 3}\n",
		"t.yaml:1:9: merge key '<<': expected a map or a list of "
		"maps, found integer",
		"merge key with a number");
	VT_AUTO_ERR struct vt_err *err = NULL;
	ok(!vt_doc_parse("t.yaml", "a: \0b", 6, &err),
		"a NUL byte is an error");
	is_str(err->msg, "t.yaml:1:4: NUL byte: the file is not UTF-8 text",
		"with its position");
	VT_AUTO_ERR struct vt_err *gone = NULL;
	ok(!vt_doc_load("/nonexistent/a.yaml", &gone) && gone &&
			gone->status == VT_USAGE,
		"missing file is a usage error");
}

static void test_bombs(void)
{
	VT_AUTO_STR struct vt_str b = VT_STR_INIT;

	for (int i = 0; i < 65; i++)
		vt_str_addc(&b, '[');
	refused(vt_str_c(&b), "t.yaml:1:65: nested more than 64 levels",
		"65 levels");
	vt_str_free(&b);
	for (int i = 0; i < 64; i++)
		vt_str_addc(&b, '[');
	for (int i = 0; i < 64; i++)
		vt_str_addc(&b, ']');
	VT_AUTO_DOC struct vt_doc *deep = parse(vt_str_c(&b));
	ok(deep != NULL, "64 levels are read");
	vt_str_free(&b);

	vt_str_add(&b, "a0: &a0 [1,2,3,4,5,6,7,8,9,10]\n");
	for (int i = 1; i < 9; i++) {
		vt_str_addf(&b, "a%d: &a%d [", i, i);
		for (int j = 0; j < 10; j++)
			vt_str_addf(&b, "*a%d,", i - 1);
		vt_str_add(&b, "]\n");
	}
	refused(vt_str_c(&b),
		"t.yaml:6:38: more than 1000000 values after alias "
		"expansion",
		"billion laughs attack");
	vt_str_free(&b);

	vt_str_add(&b, "a0: &a0 [[[[[[[[1]]]]]]]]\n");
	for (int i = 1; i < 20; i++)
		vt_str_addf(&b, "a%d: &a%d [[[[[*a%d]]]]]\n", i, i, i - 1);
	refused(vt_str_c(&b), "t.yaml:13:16: nested more than 64 levels",
		"too many levels by aliases");
}

static void test_aliases(void)
{
	VT_AUTO_DOC struct vt_doc *doc = parse(
		"base: &b {mem: 1, cpus: 2}\nmore: &m {cpus: 3, arch: x}\n"
		"one: {<<: *b, mem: 5}\ntwo: {<<: [*m, *b]}\nsame: *b\n");
	long v = 0;

	ok(vt_node_get(doc->root, "same") == vt_node_get(doc->root, "base"),
		"an alias refers to the anchor's node");
	vt_node_int(
		vt_node_getn(doc->root, "one", "mem", NULL), 0, 9, &v, NULL);
	is_int(v, 5, "an explicit key overrides a merged one");
	vt_node_int(
		vt_node_getn(doc->root, "two", "cpus", NULL), 0, 9, &v, NULL);
	is_int(v, 3, "of several merged maps the first has precedence");
	is_int((long)vt_node_get(doc->root, "two")->n, 3, "keys are merged");
	is_int(vt_node_getn(doc->root, "two", "arch", NULL)->pos.line, 2,
		"a merged value has the position of the original");
	ok(!vt_node_getn(doc->root, "one", "<<", NULL),
		"the key '<<' is removed");

	VT_AUTO_DOC struct vt_doc *quoted = parse("a: {'<<': 3}\n");
	ok(vt_node_getn(quoted->root, "a", "<<", NULL) != NULL,
		"a quoted '<<' is an ordinary key");

	VT_AUTO_DOC struct vt_doc *over = parse("same: {mem: 7}\n");
	struct vt_node *m = vt_node_merge(doc, doc->root, over->root);
	vt_node_int(vt_node_getn(m, "same", "mem", NULL), 0, 9, &v, NULL);
	is_int(v, 7, "merging into an alias");
	vt_node_int(vt_node_getn(m, "base", "mem", NULL), 0, 9, &v, NULL);
	is_int(v, 1, "does not change the anchor");
}

/* The types are those of PyYAML 6.0's resolver. */
static void test_types(void)
{
	static const struct {
		const char *text;
		enum vt_scalar_type type;
	} cases[] = {
		{"", VT_TYPE_NULL},
		{"~", VT_TYPE_NULL},
		{"Null", VT_TYPE_NULL},
		{"nUll", VT_TYPE_STR},
		{"yes", VT_TYPE_BOOL},
		{"OFF", VT_TYPE_BOOL},
		{"y", VT_TYPE_STR},
		{"oN", VT_TYPE_STR},
		{"0", VT_TYPE_INT},
		{"-12", VT_TYPE_INT},
		{"1_000", VT_TYPE_INT},
		{"0x1F", VT_TYPE_INT},
		{"0b10", VT_TYPE_INT},
		{"0755", VT_TYPE_INT},
		{"0855", VT_TYPE_STR},
		{"0o17", VT_TYPE_STR},
		{"12:30:45", VT_TYPE_INT},
		{"12:60", VT_TYPE_STR},
		{"52:54:00:12:34:01", VT_TYPE_INT},
		{"1.5", VT_TYPE_FLOAT},
		{"1e5", VT_TYPE_STR},
		{"1.0e+5", VT_TYPE_FLOAT},
		{".5", VT_TYPE_FLOAT},
		{"-.inf", VT_TYPE_FLOAT},
		{".NaN", VT_TYPE_FLOAT},
		{"-.nan", VT_TYPE_STR},
		{"1:30.5", VT_TYPE_FLOAT},
		{"22.04", VT_TYPE_FLOAT},
		{"6.1.0", VT_TYPE_STR},
		{"2026-01-31", VT_TYPE_TIME},
		{"2026-1-1", VT_TYPE_STR},
		{"2026-1-1 1:02:03.5 +01:00", VT_TYPE_TIME},
		{"10.0.2.2", VT_TYPE_STR},
		{"-", VT_TYPE_STR},
		{".", VT_TYPE_STR},
		{"0x", VT_TYPE_STR},
		{"00", VT_TYPE_INT},
		{"0_7", VT_TYPE_INT},
		{"08:00", VT_TYPE_STR},
		{"1:08", VT_TYPE_INT},
		{"-1:2:3", VT_TYPE_INT},
		{"0:1", VT_TYPE_STR},
		{"1_:30", VT_TYPE_INT},
		{"+0b_", VT_TYPE_INT},
		{"0x_", VT_TYPE_INT},
		{"0X1F", VT_TYPE_STR},
		{"+12", VT_TYPE_INT},
		{"1__2", VT_TYPE_INT},
		{"_1", VT_TYPE_STR},
		{"1.", VT_TYPE_FLOAT},
		{"1._", VT_TYPE_FLOAT},
		{"._5", VT_TYPE_STR},
		{".5e+5", VT_TYPE_FLOAT},
		{"+.5", VT_TYPE_STR},
		{"-.5", VT_TYPE_STR},
		{"1.e+3", VT_TYPE_FLOAT},
		{"1e+3", VT_TYPE_STR},
		{"1.0E5", VT_TYPE_STR},
		{"+1.0e-1", VT_TYPE_FLOAT},
		{"0:0.5", VT_TYPE_FLOAT},
		{"+.INF", VT_TYPE_FLOAT},
		{".nAn", VT_TYPE_STR},
		{"NULL", VT_TYPE_NULL},
		{"nULL", VT_TYPE_STR},
		{"True", VT_TYPE_BOOL},
		{"tRUE", VT_TYPE_STR},
		{"oFF", VT_TYPE_STR},
		{"<<", VT_TYPE_STR},
		{"=", VT_TYPE_STR},
		{"2026-02-30", VT_TYPE_TIME},
		{"2026-1-31", VT_TYPE_STR},
		{"2026-01-31T", VT_TYPE_STR},
		{"2026-01-31t1:02:03Z", VT_TYPE_TIME},
		{"2026-01-31 1:02:03 +1", VT_TYPE_TIME},
		{"2026-01-31 1:02:03.+01:0", VT_TYPE_STR},
		{"2026-01-31T01:02", VT_TYPE_STR},
		{"20260131", VT_TYPE_INT},
		{"1.2.3.4", VT_TYPE_STR},
		{"0x5000c500a0b1c2d3", VT_TYPE_INT},
		{"12e03", VT_TYPE_STR},
		{"0o17x", VT_TYPE_STR},
	};

	for (size_t i = 0; i < VT_COUNT(cases); i++) {
		struct vt_node n = {.kind = VT_SCALAR,
			.text = (char *)cases[i].text,
			.plain = true};
		if (vt_node_type(&n) != cases[i].type)
			ok(false, "type of '%s': found %d, expected %d",
				cases[i].text, vt_node_type(&n), cases[i].type);
	}
	ok(true, "types of plain scalars");
}

static void fails(int rc, struct vt_err **err, const char *expected)
{
	ok(rc == -1 && vt_err_status(*err) == VT_USAGE, "an error");
	is_str(*err ? (*err)->msg : NULL, expected, "the message");
	vt_err_freep(err);
}

static void test_typed_reading(void)
{
	VT_AUTO_DOC struct vt_doc *doc =
		parse("i: -0x10\no: 0755\ns: 1:30\nbig: 99999999999999999999\n"
		      "q: '12'\nb: Yes\nv: 22.04\nz: 1.5G\nnul:\nl: []\n"
		      "w: 12X\n");
	const struct vt_node *r = doc->root;
	struct vt_err *err = NULL;
	const char *s = NULL;
	uint64_t size = 0;
	bool b = false;
	long v = 0;

	ok(!vt_node_int(vt_node_get(r, "i"), LONG_MIN, LONG_MAX, &v, NULL) &&
			v == -16,
		"hexadecimal");
	ok(!vt_node_int(vt_node_get(r, "o"), 0, 1000, &v, NULL) && v == 493,
		"octal");
	ok(!vt_node_int(vt_node_get(r, "s"), 0, 1000, &v, NULL) && v == 90,
		"base 60");
	ok(!vt_node_bool(vt_node_get(r, "b"), &b, NULL) && b, "boolean");
	ok(!vt_node_str(vt_node_get(r, "v"), &s, NULL), "a number as text");
	is_str(s, "22.04", "is not changed");
	ok(!vt_node_size(vt_node_get(r, "z"), &size, NULL) &&
			size == 1610612736,
		"size");

	const struct vt_node *n = vt_node_get(r, "big");
	fails(vt_node_int(n, 0, 10, &v, &err), &err,
		"t.yaml:4:6: expected an integer from 0 to 10, found integer "
		"'99999999999999999999'");
	n = vt_node_get(r, "q");
	fails(vt_node_int(n, 1, LONG_MAX, &v, &err), &err,
		"t.yaml:5:4: expected an integer of at least 1, found string "
		"'12'");
	n = vt_node_get(r, "nul");
	fails(vt_node_str(n, &s, &err), &err,
		"t.yaml:9:5: expected a string, found null");
	n = vt_node_get(r, "l");
	fails(vt_node_bool(n, &b, &err), &err,
		"t.yaml:10:4: expected true or false, found list");
	fails(vt_node_expect(n, VT_MAP, &err), &err,
		"t.yaml:10:4: expected a map, found list");
	n = vt_node_get(r, "o");
	fails(vt_node_string_only(n, "label", &s, &err), &err,
		"t.yaml:2:4: label must be a string, but without quotes 0755 "
		"is the integer 493: write '0755'");
	fails(vt_node_str_as_is(n, "passno", &s, &err), &err,
		"t.yaml:2:4: passno must be a string, but without quotes 0755 "
		"is the integer 493: write '0755'");
	n = vt_node_get(r, "b");
	fails(vt_node_string_only(n, "label", &s, &err), &err,
		"t.yaml:6:4: label must be a string, but without quotes Yes is "
		"a boolean: write 'Yes'");
	n = vt_node_get(r, "s");
	fails(vt_node_string_only(n, "mac", &s, &err), &err,
		"t.yaml:3:4: mac must be a string, but without quotes 1:30 is "
		"the integer 90 (in base 60): write '1:30'");
	n = vt_node_get(r, "nul");
	fails(vt_node_string_only(n, "mac", &s, &err), &err,
		"t.yaml:9:5: mac must be a string, found nothing (null): write "
		"'' for an empty one");
	fails(vt_node_string_only(vt_node_get(r, "l"), "mac", &s, &err), &err,
		"t.yaml:10:4: mac: expected a string, found list");
	ok(!vt_node_string_only(vt_node_get(r, "q"), "q", &s, NULL) &&
			!vt_node_str_as_is(vt_node_get(r, "v"), "v", &s, NULL),
		"a string, and a number as Python prints it");
	n = vt_node_get(r, "w");
	ok(vt_node_size(n, &size, &err) == -1 &&
			strncmp(err->msg, "t.yaml:11:4: ", 13) == 0,
		"an invalid size has a position");
	vt_err_free(err);
}

static void test_known_keys(void)
{
	static const char *const known[] = {
		"conf_file", "disk_driver", "mem", NULL};
	VT_AUTO_DOC struct vt_doc *doc = parse("mem: 1\ndisk_drvier: x\n");
	VT_AUTO_ERR struct vt_err *err = NULL;

	ok(vt_node_keys_known(doc->root, known, &err) == -1, "unknown key");
	is_str(err->msg,
		"t.yaml:2:1: unknown key 'disk_drvier': did you mean "
		"'disk_driver'?",
		"with the nearest known key");
}

/* Read a config, and compare it as written, or the whole error. */
static void config(const char *text, const char *expected)
{
	VT_AUTO_STRV struct vt_strv warnings = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_parse_config(
		"t.yaml", text, strlen(text), &warnings, &err);

	if (doc)
		vt_node_emit(doc->root, &out, NULL);
	else
		vt_str_add(&out, err->msg);
	for (size_t i = 0; i < warnings.n; i++)
		vt_str_addf(&out, "%s\n", warnings.v[i]);
	VT_AUTO_STR struct vt_str name = VT_STR_INIT;
	vt_str_printable(&name, text, strlen(text), false);
	is_str(vt_str_c(&out), expected, vt_str_c(&name));
}

static void test_config_duplicates(void)
{
	config("name: sda\nb: 2\nname: main\n",
		"name: main\nb: 2\nt.yaml:3:1: duplicate key 'name' overrides "
		"the one at line 1, column 1\n");
	config("a: [1]\na: [1]\n",
		"a:\n  - 1\nt.yaml:2:1: duplicate key 'a' overrides the one at "
		"line 1, column 1\n");
	config("a:\na: [1]\n",
		"a:\n  - 1\nt.yaml:2:1: duplicate key 'a' overrides the one at "
		"line 1, column 1\n");
	config("a: {x: 1}\nb: 2\na: {y: 3}\n",
		"t.yaml:3:1: duplicate key 'a': the installer would ignore the "
		"one at line 1, column 1: combine the two");
	config("late: {a: [x], a: [y]}\n",
		"t.yaml:1:16: duplicate key 'a': the installer would ignore "
		"the one at line 1, column 8: combine the two");
	config("{a: 1, a: [2]}\n",
		"t.yaml:1:8: duplicate key 'a': the installer would ignore the "
		"one at line 1, column 2: combine the two");
	config("{010: [a], 8: [b]}\n",
		"t.yaml:1:12: duplicate key '8': the installer would ignore "
		"the one at line 1, column 2: combine the two");
}

static void test_config_merge_keys(void)
{
	config("k: &a {x: 1, y: 1}\nm: {z: 0, <<: *a, <<: {y: 2}, x: 5}\n",
		"k:\n  x: 1\n  'y': 1\nm:\n  x: 5\n  'y': 2\n  z: 0\n");
	config("m: {<<: [{x: 1}, {x: 2, z: 3}], <<: {z: 4}}\n",
		"m:\n  x: 1\n  z: 4\n");
	config("m: {<<: [1]}\n",
		"t.yaml:1:10: merge key '<<': expected a list of maps, found "
		"integer in it");
	config("k: !!omap [x: 1, y: {z: 2}]\n",
		"k:\n  - - x\n    - 1\n  - - 'y'\n    - z: 2\n");
	config("k: !!pairs [x]\n",
		"t.yaml:1:13: an !!omap is a list of maps of one key each");
	config("k: !!set {x}\n",
		"t.yaml:1:4: unsupported tag '!!set': use !!str, !!int, "
		"!!float, !!bool, !!null, !!map or !!seq");
	config("k: !!float 5\n", "k: 5.\n");
}

#define TAB                                                                    \
	": tab, which PyYAML refuses outside quotes, scripts and comments: "   \
	"use spaces"

/* What PyYAML takes, and what it does not. */
static void test_config_text(void)
{
	config("a:\t1\n", "t.yaml:1:3" TAB);
	config("a:\n-\tb\n",
		"t.yaml:2:2: found character that cannot start any token: "
		"indent with spaces, not tabs");
	config("# \xc3\xa9\ta\nb: {\xc3\xa9:\t1}\n", "t.yaml:2:7" TAB);
	config("a: 1\t# c\n", "t.yaml:1:5" TAB);
	config("a: x\ty\n", "t.yaml:1:5" TAB);
	config("a: x\n\ty\n",
		"t.yaml:2:1: found a tab character that violates indentation: "
		"indent with spaces, not tabs");
	config("a: |\t# c\n  x\n", "t.yaml:1:5" TAB);
	config("a: &b\tx\n", "t.yaml:1:6" TAB);
	config("a: [\"x\",\t'y']\n", "t.yaml:1:9" TAB);
	config("a: 'x'\n\t\n",
		"t.yaml:2:1: found character that cannot start any token: "
		"indent with spaces, not tabs");
	config("\xef\xbb\xbf"
	       "a:\t1\n",
		"t.yaml:1:3" TAB);
	config("# \t\na: &b \"x\ty\" # \t\nc: 'd\te'\n",
		"a: \"x\\ty\"\nc: \"d\\te\"\n");
	config("a: | # \t\n  x\ty\n  \tz\nb: >-\n  v\tw\n#\t\n",
		"a: |\n  x\ty\n  \tz\nb: \"v\\tw\"\n");
	config("a:\n  - b: |\n      \tx\n      y\n    c: >- # c\n\n     "
	       "\tz\nd: |\n "
	       "\te\n",
		"a:\n  - b: |2\n      \tx\n      y\n    c: |2-\n\n      \tz\n"
		"d: |2\n  \te\n");
	config("a: |\n  x\n \ty\n",
		"t.yaml:3:2: found a tab character where an indentation space "
		"is expected: indent with spaces, not tabs");
	config("a: [wget, http://h/p?q]\n",
		"t.yaml:1:21: '?', which PyYAML refuses in a text without "
		"quotes in [] or {}: quote the text");
	config("a: http://h/p?q\nb: ['a?']\n", "a: http://h/p?q\nb:\n  - a?\n");
	config("a: &x 1\nb: &x 2\n",
		"t.yaml:2:4: the anchor '&x' is already at line 1: PyYAML "
		"refuses a second one, give it another name");
	config("a: =\n",
		"t.yaml:1:4: = is not a value in YAML (quote it: '=')");
	config("a: 2026-02-30\n",
		"t.yaml:1:4: 2026-02-30 is a date that does not exist (quote "
		"it: '2026-02-30')");
	config("0x_: 1\n",
		"t.yaml:1:1: 0x_ is a number without digits (quote it: '0x_')");
	config("a: 2024-02-29T23:59:59.5+01:00\n'=': '<<'\n=: 1\n",
		"a: 2024-02-29T23:59:59.5+01:00\n'=': 1\nt.yaml:3:1: duplicate "
		"key '=' overrides the one at line 2, column 1\n");
}

static void test_build(void)
{
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_node *list = vt_node_seq(doc);

	vt_node_set(doc, doc->root, "format", vt_node_number(doc, 1));
	vt_node_set_str(doc, doc->root, "test", "simple");
	vt_node_set_str(doc, doc->root, "none", NULL);
	vt_node_set_str(doc, doc->root, "mac", "52:54:00:12:34:01");
	vt_node_set_str(doc, doc->root, "test", "basic");
	vt_node_set(doc, doc->root, "uefi", vt_node_boolean(doc, false));
	for (int i = 0; i < 9; i++)
		vt_node_push(doc, list, vt_node_number(doc, i));
	vt_node_set(doc, doc->root, "list", list);
	ok(vt_node_emit(doc->root, &out, &err) == 0, "written");
	is_str(vt_str_c(&out),
		"format: 1\ntest: basic\nmac: '52:54:00:12:34:01'\n"
		"uefi: false\nlist:\n  - 0\n  - 1\n  - 2\n  - 3\n  - 4\n"
		"  - 5\n  - 6\n  - 7\n  - 8\n",
		"a document made of new nodes");
	vt_node_set_str(doc, doc->root, "bad", "\xc3(");
	ok(vt_node_emit(doc->root, &out, &err) == -1 &&
			vt_err_status(err) == VT_USAGE,
		"text that is not UTF-8 is an error");
}

static void test_merge(void)
{
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	VT_AUTO_DOC struct vt_doc *over =
		parse("storage: {version: 1, config: [c]}\nlate: {a: x}\n");
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	const char *text = "late: {b: y}\nstorage: {config: [a, b]}\n";
	struct vt_doc *first =
		vt_doc_parse("first.yaml", text, strlen(text), NULL);
	struct vt_node *base = vt_node_merge(doc, NULL, first->root);

	vt_doc_free(first);
	base = vt_node_merge(doc, base, over->root);
	doc->root = base;
	vt_node_emit(base, &out, NULL);
	is_str(vt_str_c(&out),
		"late:\n  b: 'y'\n  a: x\nstorage:\n  config:\n    - c\n"
		"  version: 1\n",
		"maps are merged, lists replaced");
	is_str(vt_node_getn(base, "late", "b", NULL)->pos.file, "first.yaml",
		"positions stay valid after the merged document is freed");
}

/* Each such text is parsed again: many of them only if they are short. */
static void test_config_tabs(void)
{
	VT_AUTO_STR struct vt_str many = VT_STR_INIT;
	VT_AUTO_STR struct vt_str large = VT_STR_INIT;

	for (int i = 0; i < 100; i++)
		vt_str_addf(&many, "k%d: |\n \te\n", i);
	VT_AUTO_DOC struct vt_doc *doc =
		vt_doc_parse_config("t.yaml", many.s, many.len, NULL, NULL);
	ok(!doc, "only a config is read as by PyYAML");
	VT_AUTO_STRV struct vt_strv warnings = VT_STRV_INIT;
	VT_AUTO_DOC struct vt_doc *all = vt_doc_parse_config(
		"t.yaml", many.s, many.len, &warnings, NULL);
	ok(all && all->root->n == 100, "100 scripts that begin with a tab");
	while (large.len < 5u << 20)
		vt_str_addf(&large, "#%0200d\n", 0);
	vt_str_add(&large, many.s);
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_DOC struct vt_doc *none = vt_doc_parse_config(
		"t.yaml", large.s, large.len, &warnings, &err);
	ok(!none && strstr(err->msg, "indent with spaces, not tabs"),
		"but not in 5 MiB: %s", err ? err->msg : "");
}

static void test_emit(void)
{
	written("a: [yes, 'yes', 1, '1', ~, 'null', '', 1.5, '2026-01-31',"
		" '12:30:45', '=', '<<', '1e3', '08', 10.0.2.2, y]\n",
		"a:\n  - yes\n  - 'yes'\n  - 1\n  - '1'\n  - ~\n  - 'null'\n"
		"  - ''\n  - 1.5\n  - '2026-01-31'\n  - '12:30:45'\n  - '='\n"
		"  - '<<'\n  - '1e3'\n  - '08'\n  - '10.0.2.2'\n  - 'y'\n",
		"strings that look like other types");
	written("a: {b: {}, c: [], d: }\n", "a:\n  b: {}\n  c: []\n  d: null\n",
		"empty values");
	written("- - 1\n  - {a: b, c: [d]}\n-   - []\n",
		"- - 1\n  - a: b\n    c:\n      - d\n- - []\n",
		"lists of lists");
	written("a: |\n  #!/bin/sh\n  if x; then\n  \ty\n  fi\n",
		"a: |\n  #!/bin/sh\n  if x; then\n  \ty\n  fi\n",
		"a script with tabs");
	written("- |-\n  a\n\n   b \n- |+\n  a\n\n\n- \"\\n  a\\nb\\n\"\n",
		"- |-\n  a\n\n   b \n- |+\n  a\n\n\n- |2\n\n    a\n  b\n",
		"final newlines, and a first line that starts with blanks");
	written("a: \"x\\r\\ny\"\nb: \"\\x1b[0m\"\nc: \"\\n\"\nd: \"e\\tf\"\n"
		"e: \"\\u2028\\x85\\ufeff\"\n",
		"a: \"x\\r\\ny\"\nb: \"\\x1B[0m\"\nc: \"\\n\"\nd: \"e\\tf\"\n"
		"e: \"\\u2028\\x85\\uFEFF\"\n",
		"characters that have to be escaped");
	written("a: it's\nb: \"'x\"\nc: 'a: b'\nd: 'a #b'\ne: 'a:'\nf: ' a'\n"
		"g: 'a '\nh: a[0],{b}\ni: '*x'\nj: \xc3\xa9\n",
		"a: it's\nb: '''x'\nc: 'a: b'\nd: 'a #b'\ne: 'a:'\nf: ' a'\n"
		"g: 'a '\nh: a[0],{b}\ni: '*x'\nj: \xc3\xa9\n",
		"quotes only where they are needed");
	written("~: 1\n'~': 2\n5: 3\n\"a\\nb\": 4\n",
		"null: 1\n'~': 2\n5: 3\n\"a\\nb\": 4\n", "keys of other types");
	written("!!str 5: !!str yes\n", "'5': 'yes'\n", "tagged strings");
	written("x\n", "x\n", "a document of one scalar");
	written("", "{}\n", "an empty file");
	written("---\n", "{}\n", "an empty document");
	written("# a comment\n", "{}\n", "a comment");
	written("\xef\xbb\xbf"
		"a: 1\n",
		"a: 1\n", "a byte order mark");

	VT_AUTO_STR struct vt_str in = VT_STR_INIT;
	vt_str_add(&in, "? ");
	for (int i = 0; i < 1100; i++)
		vt_str_addc(&in, 'k');
	vt_str_add(&in, "\n: 1\n");
	written(vt_str_c(&in), vt_str_c(&in), "a key of 1100 characters");
}

static void test_speed(void)
{
	VT_AUTO_STR struct vt_str b = VT_STR_INIT;
	uint64_t start = vt_now_ms();
	size_t keys = 0;

	for (int i = 0; i < 20; i++)
		vt_str_addf(&b, "key_%d: {a: 1, b: [x, 'y', 12:30]}\n", i);
	for (int i = 0; i < 1000; i++) {
		VT_AUTO_DOC struct vt_doc *doc = parse(vt_str_c(&b));
		keys += doc->root->n;
	}
	uint64_t took = vt_now_ms() - start;
	printf("# 1,000 files of %zu bytes: %d ms\n", b.len, (int)took);
	ok(took < 3000 && keys == 20000,
		"1,000 small files are parsed in less than 3 s");
}

int main(void)
{
	test_positions();
	test_refusals();
	test_bombs();
	test_aliases();
	test_types();
	test_typed_reading();
	test_known_keys();
	test_config_duplicates();
	test_config_merge_keys();
	test_config_text();
	test_config_tabs();
	test_build();
	test_merge();
	test_emit();
	test_speed();
	return done_testing();
}

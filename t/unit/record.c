/* data/record.h: read and write each kind of member, the errors with their
 * positions, JSON, the man page. */
#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "data/record.h"

/* A table, for VT_MEMBER_ROW. */
struct colour {
	const char *name;
	int rgb;
};
static const struct colour colours[] = {{"red", 0xf00}, {"green", 0x0f0}};

static const void *find_colour(const char *name)
{
	for (size_t i = 0; i < VT_COUNT(colours); i++)
		if (!strcmp(colours[i].name, name))
			return &colours[i];
	return NULL;
}

static const char *all_colours(void)
{
	return "red, green";
}

enum speed { SLOW, UNUSED, FAST };
static const char *const speeds[] = {"slow", "", "fast", NULL};
static const char *const users[] = {"user", "root", NULL};

struct part {
	const char *id;
	long n;
};

struct stage {
	const char *name;
	uint64_t ms;
};

struct thing {
	struct {
		const char *text;
	} in;
	const char *with_default, *shown, *path;
	struct vt_strv texts;
	long number, block;
	uint64_t bytes, ms;
	bool flag;
	enum speed speed, none_here;
	const struct colour *colour;
	const struct vt_node *node, *list;
	struct part part;
	struct part *parts;
	size_t n_parts;
	struct stage *stages;
	size_t n_stages;
	long sum; /* not in the file */
};

static int power_of_two(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	long v = *(const long *)value;
	return v & (v - 1)
		       ? vt_node_err(at, err, "%ld is not a power of two", v)
		       : 0;
}

static int sum_up(void *out, const struct vt_node *map, struct vt_err **err)
{
	struct thing *t = out;
	for (size_t i = 0; i < t->n_parts; i++)
		t->sum += t->parts[i].n;
	return t->sum > 100 ? vt_node_err(map, err, "too many parts") : 0;
}

#define T struct thing
static const struct vt_member part_members[] = {
	{"id", VT_AS_TEXT(struct part, id), .required = true,
		.doc = "the name"},
	{"copies", VT_AS_INT(struct part, n), .init = "1", .doc = "how many"},
	{0}};
static const struct vt_record part_record = {
	.name = "part", .members = part_members};

static const struct vt_member stage_members[] = {
	{"seconds", VT_AS_SECONDS(struct stage, ms), .required = true,
		.doc = "how long"},
	{0}};
static const struct vt_record stage_record = {
	.name = "stage", .members = stage_members};

static const struct vt_member thing_members[] = {
	{"text", VT_AS_TEXT(T, in.text), .required = true, .doc = "a text"},
	{"with_default", VT_AS_TEXT(T, with_default), .init = "12",
		.doc = "another"},
	{"shown", VT_AS_TEXT(T, shown), .init = "user", .always = true,
		.words = users, .doc = "a text of some"},
	{"path", VT_AS_PATH(T, path), .doc = "a file"},
	{"texts", VT_AS_TEXTS(T, texts), .max = 3, .doc = "some texts"},
	{"number", VT_AS_INT(T, number), .min = -5, .max = 10, .unit = "MiB",
		.doc = "a number"},
	{"block", VT_AS_INT(T, block), .min = 512, .max = 4096, .init = "0",
		.check = power_of_two, .doc = "a block size"},
	{"bytes", VT_AS_BYTES(T, bytes), .init = "0", .max = 1L << 40,
		.doc = "a size"},
	{"ms", VT_AS_SECONDS(T, ms), .init = "0", .doc = "a time"},
	{"flag", VT_AS_BOOL(T, flag), .init = "true", .doc = "a flag"},
	{"speed", VT_AS_WORD(T, speed, speeds), .init = "slow",
		.doc = "a word"},
	{"colour", VT_AS_ROW(T, colour, find_colour, all_colours),
		.doc = "a row"},
	{"node", VT_AS_NODE(T, node), .doc = "anything"},
	{"list", VT_AS_NODE(T, list), .node = VT_SEQ, .doc = "a list"},
	{"part", VT_AS_RECORD(T, part, &part_record), .doc = "a part"},
	{"parts", VT_AS_RECORDS(T, parts, n_parts, &part_record), .max = 4,
		.doc = "parts"},
	{"stages", VT_AS_NAMED(T, stages, n_stages, &stage_record),
		.doc = "stages"},
	{0}};
static const struct vt_record thing = {.name = "thing",
	.members = thing_members,
	.format = 3,
	.check = sum_up};

static const char everything[] = "format: 3\n"
				 "text: hello\n"
				 "with_default: other\n"
				 "shown: root\n"
				 "path: a/b\n"
				 "texts:\n"
				 "  - x\n"
				 "  - '12'\n"
				 "number: -5\n"
				 "block: 4096\n"
				 "bytes: 8192\n"
				 "ms: 12.045\n"
				 "flag: false\n"
				 "speed: fast\n"
				 "colour: green\n"
				 "node:\n"
				 "  deep:\n"
				 "    - 1\n"
				 "part:\n"
				 "  id: p\n"
				 "  copies: 2\n"
				 "parts:\n"
				 "  - id: q\n"
				 "  - id: r\n"
				 "    copies: 0\n"
				 "stages:\n"
				 "  boot:\n"
				 "    seconds: 0.100\n"
				 "  'null':\n"
				 "    seconds: 3.000\n";

static struct vt_doc *read_text(
	const char *text, const char *dir, struct thing *t, struct vt_err **err)
{
	struct vt_doc *doc = vt_doc_parse("f", text, strlen(text), err);
	*t = (struct thing){0};
	if (doc && vt_record_read(&thing, doc->root, dir, doc, t, err) < 0) {
		vt_doc_free(doc);
		vt_record_free(&thing, t);
		return NULL;
	}
	return doc;
}

static char *write_text(const struct thing *t, bool json)
{
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	struct vt_node *map = vt_record_write(&thing, doc, t);
	struct vt_str s = VT_STR_INIT;
	if (json)
		vt_node_emit_json(map, &s);
	else
		vt_node_emit(map, &s, NULL);
	return vt_str_take(&s);
}

static void test_reading(void)
{
	struct thing t;
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_DOC struct vt_doc *doc = read_text(everything, "dir", &t, &err);
	if (!ok(doc != NULL, "a file with all keys is read"))
		printf("# %s\n", err->msg);
	is_str(t.in.text, "hello", "a text");
	is_str(t.path, "dir/a/b", "a path is joined with the directory");
	ok(t.texts.n == 2 && !strcmp(t.texts.v[1], "12"), "texts");
	is_int(t.number, -5, "a number");
	is_int(t.block, 4096, "a checked number");
	is_int((long long)t.bytes, 8192, "a size");
	is_int((long long)t.ms, 12045, "seconds");
	ok(!t.flag, "a flag");
	is_int(t.speed, FAST, "a word");
	ok(t.colour == &colours[1], "a row");
	is_str(vt_node_text(vt_node_get(t.node, "deep")->items[0]), "1",
		"a node");
	ok(!strcmp(t.part.id, "p") && t.part.n == 2, "a record");
	ok(t.n_parts == 2 && t.parts[0].n == 1 && t.parts[1].n == 0,
		"records, with a default");
	ok(t.n_stages == 2 && !strcmp(t.stages[0].name, "boot") &&
			t.stages[0].ms == 100 &&
			!strcmp(t.stages[1].name, "null"),
		"named records");
	is_int(t.sum, 1, "the record's check sets a member");
	vt_record_free(&thing, &t);
	ok(!t.parts && !t.n_parts && !t.texts.n, "freed arrays are empty");
}

static void test_absent(void)
{
	struct thing t;
	VT_AUTO_DOC struct vt_doc *doc =
		read_text("{format: 3, text: a, path: /x, number: ~, node: ~}",
			"dir", &t, NULL);
	ok(doc != NULL, "optional keys may be missing or null");
	is_str(t.with_default, "12",
		"the default of a string that looks like a number");
	is_str(t.path, "/x", "an absolute path is not changed");
	ok(t.flag && !t.block && !t.bytes && !t.ms && t.speed == SLOW,
		"defaults may be out of range");
	ok(!t.node && !t.colour && !t.part.id,
		"pointers of missing keys are NULL");
	is_int(t.part.n, 1, "a default in a record that is missing");
	is_int(t.number, 0, "a member without a default is not changed");
	vt_record_free(&thing, &t);
	VT_AUTO_DOC struct vt_doc *again = read_text(
		"{format: 3, text: a, bytes: 2G, ms: 7}", NULL, &t, NULL);
	ok(again != NULL, "other forms of numbers");
	is_int((long long)t.bytes, 2LL << 30, "a size with a suffix");
	is_int((long long)t.ms, 7000, "seconds without a fraction");
	vt_record_free(&thing, &t);
}

static void test_writing(void)
{
	struct thing t;
	VT_AUTO_DOC struct vt_doc *doc = read_text(everything, NULL, &t, NULL);
	ok(doc != NULL, "without a directory paths are not changed");
	VT_AUTO_FREE char *text = write_text(&t, false);
	is_str(text, everything, "the record is written as it was read");
	VT_AUTO_FREE char *json = write_text(&t, true);
	vt_record_free(&thing, &t);

	VT_AUTO_DOC struct vt_doc *other = read_text(json, NULL, &t, NULL);
	ok(other != NULL, "JSON is read with the same table");
	VT_AUTO_FREE char *back = write_text(&t, false);
	is_str(back, everything, "and gives the same record");
	vt_record_free(&thing, &t);

	t = (struct thing){.in.text = "x", .with_default = "12", .flag = true};
	VT_AUTO_FREE char *least = write_text(&t, false);
	is_str(least, "format: 3\ntext: x\nshown: user\nnumber: 0\n",
		"defaults and empty members are not written");

	struct part *p = vt_record_add(&t.parts, &t.n_parts, sizeof(*p));
	p->id = "one";
	p = vt_record_add(&t.parts, &t.n_parts, sizeof(*p));
	ok(t.n_parts == 2 && !p->id && !strcmp(t.parts[0].id, "one"),
		"items added to an array are zeroed");
	vt_record_free(&thing, &t);
}

static void refused(const char *text, const char *expected)
{
	struct thing t;
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_DOC struct vt_doc *doc = read_text(text, NULL, &t, &err);
	is_str(err ? err->msg : NULL, expected, expected);
	is_int(vt_err_status(err), VT_USAGE, "status");
	if (doc)
		vt_record_free(&thing, &t);
}

#define HEAD "format: 3\ntext: a\n"
static void test_errors(void)
{
	refused("[1]", "f:1:1: expected a map, found list");
	refused("text: a", "f:1:1: 'format' is missing");
	refused("format: 2\nnew: 1", "f:1:9: expected 3, found integer '2'");
	refused("format: 3", "f:1:1: 'text' is missing");
	refused("format: 3\ntext: ~", "f:1:1: 'text' is missing");
	refused(HEAD "colors: red",
		"f:3:1: unknown key 'colors': did you mean 'colour'?");
	refused(HEAD "zzzzzz: 1", "f:3:1: unknown key 'zzzzzz'");
	refused("format: 3\ntext: [a]", "f:2:7: expected a string, found list");
	refused(HEAD "path: {}", "f:3:7: expected a string, found map");
	refused(HEAD "texts: a", "f:3:8: expected a list, found string 'a'");
	refused(HEAD "texts: [a, {}]", "f:3:12: expected a string, found map");
	refused(HEAD "texts: [a, b, c, d]",
		"f:3:8: 'texts' has more than 3 items");
	refused(HEAD "number: 11",
		"f:3:9: expected an integer from -5 to 10, found integer "
		"'11'");
	refused(HEAD "number: '1'",
		"f:3:9: expected an integer from -5 to 10, found string '1'");
	refused(HEAD "block: 0",
		"f:3:8: expected an integer from 512 to 4096, found integer "
		"'0'");
	refused(HEAD "block: 513", "f:3:8: 513 is not a power of two");
	refused(HEAD "bytes: lots",
		"f:3:8: 'lots' is not a size (such as 512, 8M, 4G or 1.5G)");
	refused(HEAD "bytes: 2T",
		"f:3:8: bytes must be from 0 to 1099511627776 bytes");
	refused(HEAD "ms: soon", "f:3:5: expected a number of seconds such as "
				 "12.345, found string");
	refused(HEAD "ms: -1", "f:3:5: expected a number of seconds such as "
			       "12.345, found integer");
	refused(HEAD "ms: 1e+300", "f:3:5: expected a number of seconds such "
				   "as 12.345, found string");
	refused(HEAD "ms: 9999999999999", "f:3:5: expected a number of seconds "
					  "such as 12.345, found integer");
	refused(HEAD "flag: 1",
		"f:3:7: expected true or false, found integer '1'");
	refused(HEAD "speed: ''", "f:3:8: speed '' is not one of slow, fast");
	refused(HEAD "speed: x", "f:3:8: speed 'x' is not one of slow, fast");
	refused(HEAD "shown: me", "f:3:8: shown 'me' is not one of user, root");
	refused(HEAD "colour: blue",
		"f:3:9: colour 'blue' is not one of red, green");
	refused(HEAD "list: {}", "f:3:7: expected a list, found map");
	refused(HEAD "part: {copies: 1}", "f:3:7: 'id' is missing");
	refused(HEAD "part: {id: a, copys: 1}",
		"f:3:15: unknown key 'copys': did you mean 'copies'?");
	refused(HEAD "parts: {}", "f:3:8: expected a list, found map");
	refused(HEAD "parts: [{id: a}, 7]",
		"f:3:18: expected a map, found integer '7'");
	refused(HEAD "parts: [{id: a}, {id: b}, {}]",
		"f:3:27: 'id' is missing");
	refused(HEAD "parts: [{id: a, copies: 99}, {id: b, copies: 2}]",
		"f:1:1: too many parts");
	refused(HEAD "stages: []", "f:3:9: expected a map, found list");
	refused(HEAD "stages: {a: {seconds: 1}, b: {}}",
		"f:3:30: 'seconds' is missing");
	refused(HEAD "text: b",
		"f:3:1: duplicate key 'text', first at line 2, column 1");
}

static char *json_of(const char *s)
{
	struct thing t = {.in.text = s, .with_default = "12", .flag = true};
	return write_text(&t, true);
}

/* Write a text as JSON and read it back. */
static void survives(const char *s, const char *expected)
{
	struct thing t;
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *json = json_of(s);
	VT_AUTO_DOC struct vt_doc *doc = read_text(json, NULL, &t, &err);
	ok(doc && !strcmp(t.in.text, expected),
		"%zu bytes are the same after JSON%s%s", strlen(s),
		err ? ": " : "", err ? err->msg : "");
	if (doc)
		vt_record_free(&thing, &t);
}

static void test_json(void)
{
	VT_AUTO_FREE char *json = json_of("q\"\\/\x1b[0m\x7f\n\xc3\xa9");
	is_str(json,
		"{\n \"format\": 3,\n"
		" \"text\": \"q\\\"\\\\/\\u001b[0m\\u007f\\n\xc3\xa9\",\n"
		" \"shown\": \"user\",\n"
		" \"number\": 0\n}\n",
		"JSON, indented by 1");
	char all[1024], *p = all;
	for (int c = 1; c < 128; c++)
		*p++ = (char)c;
	for (int c = 0x80; c < 0xa0; c++) {
		*p++ = '\xc2';
		*p++ = (char)c;
	}
	/* LS, PS, BOM, U+FFFE, an emoji */
	strcpy(p, "\xe2\x80\xa8 \xe2\x80\xa9 \xef\xbb\xbf \xef\xbf\xbe "
		  "\xf0\x9f\x98\x80");
	survives(all, all);
	survives("", "");
	survives("null", "null");
	survives("12", "12");
	survives("  two  \n\n  blanks  \n", "  two  \n\n  blanks  \n");
	survives("- a: {b} # c", "- a: {b} # c");
	survives("a\xff\xc3z", "a\xef\xbf\xbd\xef\xbf\xbdz");

	VT_AUTO_STR struct vt_str large = VT_STR_INIT;
	for (int i = 0; i < 300000; i++)
		vt_str_add(&large, i % 70 ? "word: " : "\"\n");
	survives(large.s, large.s);
}

/* JSON that other programs have written. */
static void test_foreign_json(void)
{
	struct thing t;
	VT_AUTO_DOC struct vt_doc *doc = read_text(
		"{\"format\":3,\"text\":\"a\\/\\u00e9\\u001b\\b\\f\\t\","
		"\r\n\t\"number\":7,\"ms\":1.5,\"node\":[true,null,{}]}",
		NULL, &t, NULL);
	is_str(doc ? t.in.text : NULL, "a/\xc3\xa9\x1b\b\f\t", "escapes");
	is_int((long long)t.ms, 1500, "a real number");
	vt_record_free(&thing, &t);
	refused("{\"format\": 3, \"text\": \"a\\u0000b\"}",
		"f:1:23: NUL character in a string");
	refused("{\"format\": 3, \"text\": \"\\ud83d\\ude00\"}",
		"f:1:26: found invalid Unicode character escape code while "
		"parsing a quoted scalar that starts at line 1");
	refused("{\"format\": 3, \"text\": \"a\"",
		"f:2:1: did not find expected ',' or '}' while parsing a "
		"flow mapping that starts at line 1");
	refused("{\"format\": 3, \"text\": \"a\", \"text\": \"b\"}",
		"f:1:28: duplicate key 'text', first at line 1, column 15");
}

static void test_numbers_in_json(void)
{
	static const char text[] = "[1, -2.5, 1.0e+3, 0755, 0x1f, 1_000, 1:30, "
				   ".5, .inf, yes, ~, {}, [], 2026-01-31]";
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	VT_AUTO_DOC struct vt_doc *doc =
		vt_doc_parse("f", text, strlen(text), NULL);
	vt_node_emit_json(doc->root, &out);
	is_str(out.s,
		"[\n 1,\n -2.5,\n 1.0e+3,\n \"0755\",\n \"0x1f\",\n"
		" \"1_000\",\n \"1:30\",\n \".5\",\n \".inf\",\n true,\n"
		" null,\n {},\n [],\n \"2026-01-31\"\n]\n",
		"numbers in a form that JSON does not have become strings");
}

static void test_files(void)
{
	VT_AUTO_TREE char *dir = vt_fs_tmpdir("record", NULL);
	VT_AUTO_FREE char *path = vt_fs_join(dir, "thing.json");
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct thing t = {.in.text = "x", .path = "p"}, back = {0};
	is_int(vt_record_save_json(&thing, &t, path, NULL), 0, "saved");
	VT_AUTO_DOC struct vt_doc *doc =
		vt_record_load(&thing, dir, "thing.json", &back, NULL);
	VT_AUTO_FREE char *joined = vt_fs_join(dir, "p");
	is_str(doc ? back.path : NULL, joined, "loaded, with a joined path");
	vt_record_free(&thing, &back);
	ok(!vt_record_load(&thing, dir, "none", &back, &err) &&
			err->status == VT_USAGE,
		"a missing file is VT_USAGE");
}

static void test_man(void)
{
	VT_AUTO_STR struct vt_str s = VT_STR_INIT;
	vt_record_man(&thing, &s);
	ok(strstr(s.s, ".It Ic number Pq integer, -5 to 10, in MiB\n"
		       "a number.\n") != NULL,
		"range and unit");
	ok(strstr(s.s, ".It Ic speed Pq one of slow, fast\n"
		       "a word.\nDefault: slow.\n") != NULL,
		"values and default");
	ok(strstr(s.s, "Pq one of red, green\n") != NULL, "names of rows");
	ok(!strstr(s.s, "Default: 0.\n") && strstr(s.s, "Default: 1.\n"),
		"a default that means 'not set' is not shown");
	ok(strstr(s.s, "Pq string, required\nthe name.\n") != NULL,
		"the keys of a record");
	ok(strstr(s.s, "parts.\nIt has the same keys as\n.Ic part .\n") != NULL,
		"which are described once");
}

int main(void)
{
	test_reading();
	test_absent();
	test_writing();
	test_errors();
	test_json();
	test_foreign_json();
	test_numbers_in_json();
	test_files();
	test_man();
	return done_testing();
}

/* data/json.h: errors with positions, the size limit, invalid UTF-8. */
#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "data/json.h"

static const char *file;

static json_t *load(const char *text, size_t max, struct vt_err **err)
{
	vt_fs_write(file, text, strlen(text), 0644, NULL);
	return vt_json_load(file, max, err);
}

static void refused(const char *text, size_t max, const char *expected)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_JSON json_t *j = load(text, max, &err);

	ok(!j && vt_err_status(err) == VT_USAGE, "an error");
	ok(err && strstr(err->msg, expected), "%s", expected);
}

static void test_write(void)
{
	VT_AUTO_JSON json_t *j = json_pack("{s:i,s:s,s:f,s:[i,i]}", "format", 1,
		"a", "x", "seconds", 93.2, "list", 1, 2);
	VT_AUTO_FREE char *text = NULL;

	ok(vt_json_write(file, j, NULL) == 0, "written");
	text = vt_fs_read(file, 1000, NULL, NULL);
	is_str(text,
		"{\n \"format\": 1,\n \"a\": \"x\",\n \"seconds\": 93.2,\n"
		" \"list\": [\n  1,\n  2\n ]\n}\n",
		"in the order of insertion, floats unchanged");
	VT_AUTO_JSON json_t *again = vt_json_load(file, 1000, NULL);
	ok(again && json_equal(j, again), "reads back equal");

	VT_AUTO_ERR struct vt_err *err = NULL;
	ok(vt_json_write("/nonexistent/x.json", j, &err) == -1 &&
			vt_err_status(err) == VT_HOST,
		"a missing directory is a host error");
}

static void text_is(
	const char *s, size_t len, const char *expected, const char *what)
{
	VT_AUTO_JSON json_t *j = vt_json_text(s, len);

	is_str(json_string_value(j), expected, what);
}

int main(void)
{
	VT_AUTO_FREE char *dir = vt_fs_tmpdir("vt-json", NULL);
	VT_AUTO_FREE char *path = vt_fs_join(dir, "a.json");

	file = path;
	test_write();
	refused("{\"a\": 1,\n \"b\": }\n", 100, "a.json:2:7: ");
	refused("{\"a\": 1, \"a\": 2}", 100, "duplicate");
	refused("", 100, "a.json:1:1: ");
	refused("[1] x", 100, "a.json:1:5: ");
	refused("{\"a\": 1}", 4, "4");
	refused("[\"\\u0000\"]", 100, "a.json:1:");
	text_is("a\xff\xc3(\xed\xa0\x80", 7,
		"a\xef\xbf\xbd\xef\xbf\xbd("
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		"invalid UTF-8 is replaced");
	text_is("a\0b", 3,
		"a\xef\xbf\xbd"
		"b",
		"and so is NUL");
	text_is("\xc3\xa9\x1b[0m", 6, "\xc3\xa9\x1b[0m",
		"UTF-8 and control characters are kept");
	text_is("", 0, "", "an empty text");
	vt_fs_rmtree(dir, NULL);
	return done_testing();
}

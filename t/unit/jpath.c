/* Places in JSON documents. */
#include <stdlib.h>

#include "../tap.h"
#include "data/jpath.h"
#include "data/json.h"

static const char text[] =
	"{\"a\": {\"b\": [10, [20, 21], {\"c.d\": 30}]}, \"\": 1, \"e]\": 2}";

static void leads(const json_t *root, const char *path, json_int_t to)
{
	size_t reached;
	VT_AUTO_ERR struct vt_err *err = NULL;
	const json_t *at = vt_jpath_get(root, path, &reached);
	ok(vt_jpath_check(path, &err) == 0 && at &&
			json_integer_value(at) == to,
		"'%s' leads to %lld", path, (long long)to);
}

static void nowhere(const json_t *root, const char *path, size_t far)
{
	size_t reached = 99;
	VT_AUTO_ERR struct vt_err *err = NULL;
	ok(vt_jpath_check(path, &err) == 0 &&
			!vt_jpath_get(root, path, &reached),
		"'%s' leads nowhere", path);
	is_int((long)reached, (long)far, "  and how far");
}

static void bad(const json_t *root, const char *path)
{
	size_t reached;
	VT_AUTO_ERR struct vt_err *err = NULL;
	ok(vt_jpath_check(path, &err) < 0 && vt_err_status(err) == VT_USAGE &&
			!vt_jpath_get(root, path, &reached),
		"'%s' is no path", path);
}

int main(void)
{
	static const char *const bads[] = {"..", "a.", "a..b", "a[", "a[]",
		"a[x]", "a[1", "a[1]b", "a[\"b]", "a]", "a[--1]", "[1.5]",
		"a[99999999999999999999]", "\"a\"", NULL};
	VT_AUTO_JSON json_t *root = json_loads(text, 0, NULL);
	size_t reached;
	leads(root, "a.b[0]", 10);
	leads(root, ".a.b[1][1]", 21);
	leads(root, "a.b[-1][\"c.d\"]", 30);
	leads(root, "[\"a\"].b[-3]", 10);
	leads(root, "[\"\"]", 1);
	leads(root, "[\"e]\"]", 2);
	ok(vt_jpath_get(root, "", &reached) == root, "'' is all");
	ok(vt_jpath_get(root, ".", &reached) == root, "so is '.'");
	nowhere(root, "a.x.y", 1);
	nowhere(root, "a.b[3]", 3);
	nowhere(root, "a.b[-4]", 3);
	nowhere(root, "a[0]", 1);
	nowhere(root, "a.b.c", 3);
	nowhere(root, "b", 0);
	for (const char *const *b = bads; *b; b++)
		bad(root, *b);
	return done_testing();
}

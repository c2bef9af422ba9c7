/* data/jpath.h: paths that address a value in a JSON document. */
#include <stdlib.h>

#include "../tap.h"
#include "data/jpath.h"
#include "data/json.h"

static const char text[] =
	"{\"a\": {\"b\": [10, [20, 21], {\"c.d\": 30}]}, \"\": 1, \"e]\": 2}";

static void finds(const json_t *root, const char *path, json_int_t to)
{
	size_t reached;
	VT_AUTO_ERR struct vt_err *err = NULL;
	const json_t *at = vt_jpath_get(root, path, &reached);
	ok(vt_jpath_check(path, &err) == 0 && at &&
			json_integer_value(at) == to,
		"'%s' finds %lld", path, (long long)to);
}

static void missing(const json_t *root, const char *path, size_t far)
{
	size_t reached = 99;
	VT_AUTO_ERR struct vt_err *err = NULL;
	ok(vt_jpath_check(path, &err) == 0 &&
			!vt_jpath_get(root, path, &reached),
		"'%s' finds nothing", path);
	is_int((long)reached, (long)far, "  and how much of the path exists");
}

static void bad(const json_t *root, const char *path)
{
	size_t reached;
	VT_AUTO_ERR struct vt_err *err = NULL;
	ok(vt_jpath_check(path, &err) < 0 && vt_err_status(err) == VT_USAGE &&
			!vt_jpath_get(root, path, &reached),
		"'%s' is not a valid path", path);
}

int main(void)
{
	static const char *const bads[] = {"..", "a.", "a..b", "a[", "a[]",
		"a[x]", "a[1", "a[1]b", "a[\"b]", "a]", "a[--1]", "[1.5]",
		"a[99999999999999999999]", "\"a\"", NULL};
	VT_AUTO_JSON json_t *root = json_loads(text, 0, NULL);
	size_t reached;
	finds(root, "a.b[0]", 10);
	finds(root, ".a.b[1][1]", 21);
	finds(root, "a.b[-1][\"c.d\"]", 30);
	finds(root, "[\"a\"].b[-3]", 10);
	finds(root, "[\"\"]", 1);
	finds(root, "[\"e]\"]", 2);
	ok(vt_jpath_get(root, "", &reached) == root,
		"'' is the whole document");
	ok(vt_jpath_get(root, ".", &reached) == root, "and so is '.'");
	missing(root, "a.x.y", 1);
	missing(root, "a.b[3]", 3);
	missing(root, "a.b[-4]", 3);
	missing(root, "a[0]", 1);
	missing(root, "a.b.c", 3);
	missing(root, "b", 0);
	for (const char *const *b = bads; *b; b++)
		bad(root, *b);
	return done_testing();
}

#include "tests.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "extend.h"
#include "releases.h"
#include "test/known.h"
#include "test/topdir.h"

enum { MAX_TESTS = 100000 };

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct vt_test *)a)->name,
		((const struct vt_test *)b)->name);
}

const struct vt_test *vt_tests_find(struct vt_tests *t, const char *name)
{
	struct vt_test want = {.name = (char *)name};
	struct vt_test **found = tfind(&want, &t->by_name, by_name);
	return found ? *found : NULL;
}

static struct vt_test *add(struct vt_tests *t, const char *name,
	const char *file, const struct vt_node *keys)
{
	struct vt_test *test = vt_alloc(sizeof(*test));
	*test = (struct vt_test){vt_strdup(name), vt_strdup(file), keys, false};
	t->v = vt_realloc(t->v, t->n + 1, sizeof(struct vt_test *));
	t->v[t->n++] = test;
	if (!tsearch(test, &t->by_name, by_name))
		abort(); /* out of memory, as vt_alloc() */
	return test;
}

/* A file's name without directory and ".yaml"; owned. */
static char *name_of(const char *path)
{
	const char *base = vt_fs_basename(path);
	size_t len = strlen(base);
	if (vt_str_ends(base, ".yaml"))
		len -= strlen(".yaml");
	return vt_strndup(base, len);
}

/* Remember the config that a definition uses. */
static void use_config(struct vt_tests *t, const struct vt_node *keys)
{
	const struct vt_node *n = vt_node_get(keys, "conf_file");
	if (!vt_node_text(n))
		return;
	VT_AUTO_FREE char *path = vt_path_of(n, n->text);
	char *real = realpath(path, NULL);
	if (real)
		vt_strv_take(&t->configs, real);
}

struct adding {
	struct vt_tests *tests;
	const char *file;
};

static int add_member(void *ctx, const char *name, const struct vt_node *keys,
	struct vt_err **err)
{
	struct adding *a = ctx;
	const struct vt_test *have = vt_tests_find(a->tests, name);
	if (have)
		return vt_err_set(err, VT_USAGE,
			"%s: the test name '%s' is already used by '%s'",
			a->file, name, have->file);
	if (a->tests->n == MAX_TESTS)
		return vt_err_set(
			err, VT_USAGE, "more than %d tests", MAX_TESTS);
	use_config(a->tests, keys);
	add(a->tests, name, a->file, keys);
	return 0;
}

static int add_definition(struct vt_tests *t, struct vt_files *files,
	const char *path, struct vt_err **err)
{
	VT_AUTO_FREE char *name = name_of(path);
	VT_AUTO_FREE char *fault = vt_test_name_fault(name);
	if (fault)
		return vt_err_set(err, VT_USAGE, "%s:1:1: %s", path, fault);
	const struct vt_node *keys = vt_extend(files, path, err);
	if (!keys)
		return -1;
	struct adding a = {t, path};
	return vt_matrix_each(files, name, keys, add_member, &a, err);
}

static bool used(const struct vt_tests *t, const char *path)
{
	VT_AUTO_FREE char *real = realpath(path, NULL);
	return real && vt_strv_has(&t->configs, real);
}

static int add_config(struct vt_tests *t, struct vt_files *files,
	const char *path, struct vt_err **err)
{
	VT_AUTO_FREE char *name = name_of(path);
	vt_files_watch(files, path);
	const struct vt_test *have = vt_tests_find(t, name);
	if (used(t, path) || (have && have->keys))
		return 0;
	VT_AUTO_FREE char *fault = vt_test_name_fault(name);
	if (fault)
		return vt_err_set(err, VT_USAGE, "%s:1:1: %s", path, fault);
	if (have)
		return vt_err_set(err, VT_USAGE,
			"%s: the test name '%s' is already used by '%s'", path,
			name, have->file);
	add(t, name, path, NULL);
	return 0;
}

typedef int adder(struct vt_tests *t, struct vt_files *files, const char *path,
	struct vt_err **err);

int vt_tests_files(const char *path, struct vt_strv *out, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	if (!vt_fs_exists(path))
		return vt_err_set(err, VT_USAGE, "no such file: '%s'", path);
	if (!vt_fs_is_dir(path)) {
		vt_strv_add(out, path);
		return 0;
	}
	if (vt_fs_list(path, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		const char *base = names.v[i];
		if (*base == '_' || *base == '.' ||
			!vt_str_ends(base, ".yaml") ||
			!strcmp(base, VT_RELEASES_FILE) ||
			!strcmp(base, VT_KNOWN_FILE))
			continue;
		vt_strv_take(out, strcmp(path, ".") ? vt_fs_join(path, base)
						    : vt_strdup(base));
	}
	return 0;
}

static int add_path(struct vt_tests *t, struct vt_files *files,
	const char *path, adder *one, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	if (vt_fs_is_dir(path))
		vt_files_watch(files, path);
	if (vt_tests_files(path, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++)
		if (one(t, files, names.v[i], err) < 0)
			return -1;
	return 0;
}

int vt_tests_add_definitions(struct vt_tests *t, struct vt_files *files,
	const char *path, struct vt_err **err)
{
	return add_path(t, files, path, add_definition, err);
}

int vt_tests_add_configs(struct vt_tests *t, struct vt_files *files,
	const char *path, struct vt_err **err)
{
	return add_path(t, files, path, add_config, err);
}

/* The tests that a name consists of. Return: whether there are such. */
static bool parts_of(struct vt_tests *t, const char *name,
	const struct vt_test **test, const struct vt_test **base)
{
	static const char again[] = ".again", on[] = "-on-";
	if (vt_str_ends(name, again)) {
		VT_AUTO_FREE char *stem =
			vt_strndup(name, strlen(name) - strlen(again));
		*test = *base = vt_tests_find(t, stem);
		return *test;
	}
	for (const char *s = name; (s = strstr(s, on)); s++) {
		VT_AUTO_FREE char *first = vt_strndup(name, (size_t)(s - name));
		*test = vt_tests_find(t, first);
		*base = vt_tests_find(t, s + strlen(on));
		if (*test && *base)
			return true;
	}
	return false;
}

int vt_tests_derive(struct vt_tests *t, struct vt_files *files,
	const char *name, struct vt_err **err)
{
	const struct vt_test *test, *base;
	if (vt_tests_find(t, name) || !parts_of(t, name, &test, &base))
		return 0;
	if (!vt_str_valid_name(name))
		return vt_err_set(err, VT_USAGE,
			"'%s' is not a valid test name: it has more than 100 "
			"letters",
			name);
	struct vt_doc *doc = vt_files_own(files);
	struct vt_node *from = vt_node_string(doc, base->name);
	struct vt_node *conf = vt_node_string(doc, vt_fs_basename(test->file));
	doc->root->pos.file = from->pos.file = conf->pos.file = test->file;
	if (!test->keys)
		vt_node_set(doc, doc->root, "conf_file", conf);
	for (size_t i = 0; test->keys && i < test->keys->n; i++)
		vt_node_set(doc, doc->root, test->keys->keys[i]->text,
			test->keys->items[i]);
	vt_node_set(doc, doc->root, "disks_from", from);
	add(t, name, test->file, doc->root)->derived = true;
	return 0;
}

static void keep(void *p)
{
	(void)p; /* the list frees it */
}

void vt_tests_free(struct vt_tests *t)
{
	tdestroy(t->by_name, keep);
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i]->name);
		free(t->v[i]->file);
		free(t->v[i]);
	}
	free(t->v);
	vt_strv_free(&t->configs);
}

#include "checks.h"

#include <string.h>
#include <unistd.h>

#include "files.h"
#include "fs.h"
#include "match.h"
#include "mem.h"

enum { MAX_CHECKS = 10000 };

char *vt_node_at(const struct vt_node *n)
{
	return n->pos.file ? vt_printf("%s:%u:%u", n->pos.file, n->pos.line,
				     n->pos.column)
			   : NULL;
}

int vt_check_ere(const struct vt_node *n, struct vt_err **err)
{
	const char *ere;
	VT_AUTO_ERR struct vt_err *why = NULL;
	if (vt_node_str(n, &ere, err) < 0)
		return -1;
	struct vt_match *m = vt_match_new();
	int rc = vt_match_add(m, ere, &why);
	vt_match_free(m);
	return rc < 0 ? vt_node_err(n, err, "%s", why->msg) : 0;
}

static int check_true(const struct vt_node *n, struct vt_err **err)
{
	bool yes;
	if (vt_node_bool(n, &yes, err) < 0)
		return -1;
	return yes ? 0
		   : vt_node_err(n, err,
			     "say true, or ask for the opposite instead");
}

static int check_text(const struct vt_node *n, struct vt_err **err)
{
	const char *s;
	return vt_node_str(n, &s, err);
}

static int check_argv(const struct vt_node *n, struct vt_err **err)
{
	const char *s;
	if (n->kind == VT_SCALAR)
		return vt_node_str(n, &s, err);
	if (vt_node_expect(n, VT_SEQ, err) < 0)
		return -1;
	if (!n->n)
		return vt_node_err(n, err, "no command to run");
	for (size_t i = 0; i < n->n; i++)
		if (vt_node_str(n->items[i], &s, err) < 0)
			return -1;
	return 0;
}

/* What can be asked; all but `run` of a file. */
static const struct {
	const char *word;
	int (*check)(const struct vt_node *n, struct vt_err **err);
} asks[] = {
	{"exists", check_true},
	{"absent", check_true},
	{"has_line", check_text},
	{"matches", vt_check_ere},
	{"equals", check_text},
	{"run", check_argv},
};

static const char *const known[] = {"name", "file", "why", "exists", "absent",
	"has_line", "matches", "equals", "run", NULL};

/* The one question of a check: its word, or NULL. */
static const char *question(const struct vt_node *n, struct vt_err **err)
{
	const char *word = NULL;
	if (vt_node_expect(n, VT_MAP, err) < 0 ||
		vt_node_keys_known(n, known, err) < 0)
		return NULL;
	for (size_t i = 0; i < VT_COUNT(asks); i++) {
		const struct vt_node *v = vt_node_get(n, asks[i].word);
		if (!v)
			continue;
		if (word) {
			vt_node_err(v, err,
				"'%s' and '%s' in one check: make two of it",
				word, asks[i].word);
			return NULL;
		}
		if (asks[i].check(v, err) < 0)
			return NULL;
		word = asks[i].word;
	}
	if (!word)
		vt_node_err(n, err,
			"nothing is checked: one of exists, absent, has_line, "
			"matches, equals and run is needed");
	return word;
}

/* The argv of a `run` check. A command with a '/' is a file of the user's,
 * beside the definition; one without is looked up when it runs. */
static struct vt_node *argv_of(struct vt_doc *doc, const struct vt_node *run,
	struct vt_strv *programs, struct vt_err **err)
{
	const struct vt_node *first = run->kind == VT_SEQ ? run->items[0] : run;
	struct vt_node *argv = vt_node_seq(doc);
	vt_node_push(doc, argv, vt_node_copy(doc, first));
	for (size_t i = 1; run->kind == VT_SEQ && i < run->n; i++)
		vt_node_push(doc, argv, vt_node_copy(doc, run->items[i]));
	if (!strchr(first->text, '/'))
		return argv;
	VT_AUTO_FREE char *cwd = getcwd(NULL, 0);
	VT_AUTO_FREE char *path = vt_path_of(first, first->text);
	VT_AUTO_FREE char *full = vt_fs_join(cwd ? cwd : ".", path);
	if (!vt_fs_exists(path)) {
		vt_node_err(first, err, "no program at '%s'", path);
		return NULL;
	}
	vt_strv_add(programs, path);
	argv->items[0] = vt_node_string(doc, full);
	return argv;
}

static int emit(struct vt_doc *doc, struct vt_node *map,
	const struct vt_node *n, struct vt_strv *programs, struct vt_err **err)
{
	const char *word = question(n, err);
	if (!word)
		return -1;
	const struct vt_node *file = vt_node_get(n, "file");
	const struct vt_node *why = vt_node_get(n, "why");
	const struct vt_node *name = vt_node_get(n, "name");
	bool runs = !strcmp(word, "run");
	const char *s;
	if ((!runs || file) && vt_node_is_null(file))
		return vt_node_err(n, err, "'file' is missing");
	if (file && runs)
		return vt_node_err(file, err, "a program needs no 'file'");
	if ((file && vt_node_str(file, &s, err) < 0) ||
		(name && vt_node_str(name, &s, err) < 0) ||
		(why && vt_node_str(why, &s, err) < 0))
		return -1;
	VT_AUTO_FREE char *at = vt_node_at(n);
	struct vt_node *value =
		runs ? argv_of(doc, vt_node_get(n, word), programs, err)
		     : vt_node_copy(doc, vt_node_get(n, word));
	if (!value)
		return -1;
	vt_node_set_str(doc, map, "name", vt_node_text(name));
	vt_node_set_str(doc, map, "at", at);
	vt_node_set_str(doc, map, "why", vt_node_text(why));
	vt_node_set_str(doc, map, "file", vt_node_text(file));
	vt_node_set(doc, map, word, value);
	return 0;
}

struct vt_node *vt_checks_emit(struct vt_doc *doc, const struct vt_node *list,
	struct vt_strv *programs, struct vt_err **err)
{
	struct vt_node *out = vt_node_seq(doc);
	if (!list)
		return out;
	if (vt_node_expect(list, VT_SEQ, err) < 0)
		return NULL;
	if (list->n > MAX_CHECKS) {
		vt_node_err(list, err, "more than %d checks", MAX_CHECKS);
		return NULL;
	}
	for (size_t i = 0; i < list->n; i++) {
		struct vt_node *map = vt_node_map(doc);
		if (emit(doc, map, list->items[i], programs, err) < 0)
			return NULL;
		vt_node_push(doc, out, map);
	}
	return out;
}

#include "checks.h"

#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "files.h"
#include "test/ask.h"
#include "when.h"

enum { MAX_CHECKS = 10000 };

/* The arguments of a command. A program with a '/' is relative to the
 * definition; one without is searched in PATH when it runs. */
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
		vt_node_err(first, err, "no such program: '%s'", path);
		return NULL;
	}
	vt_strv_add(programs, path);
	argv->items[0] = vt_node_string(doc, full);
	return argv;
}

static int emit(struct vt_checks_for *to, struct vt_node *map,
	const struct vt_node *n, struct vt_err **err)
{
	static const char *const also[] = {"when", NULL};
	struct vt_doc *doc = to->doc;
	struct vt_question q;
	VT_AUTO_FREE char *skip = NULL;
	bool made;
	if (vt_ask_read(&q, n, also, err) < 0 ||
		vt_when(vt_node_get(n, "when"), to->attributes, &made, &skip,
			err) < 0)
		return -1;
	VT_AUTO_FREE char *at = vt_node_at(n);
	struct vt_node *value =
		q.ask->program ? argv_of(doc, q.value, to->programs, err)
			       : vt_node_copy(doc, q.value);
	if (!value)
		return -1;
	vt_node_set_str(doc, map, "name", q.name);
	vt_node_set_str(doc, map, "at", at);
	vt_node_set_str(doc, map, "why", q.why);
	vt_node_set_str(doc, map, "skip", skip);
	vt_node_set_str(doc, map, "file", q.file);
	if (q.timeout_s)
		vt_node_set(
			doc, map, "timeout", vt_node_number(doc, q.timeout_s));
	vt_node_set(doc, map, q.ask->word, value);
	return 0;
}

void vt_checks_add_line(struct vt_doc *doc, struct vt_node *checks,
	const struct vt_line_check *c)
{
	struct vt_node *map = vt_node_map(doc);
	vt_node_set_str(doc, map, "name", c->name);
	vt_node_set_str(doc, map, "why", c->why);
	vt_node_set_str(doc, map, "file", c->file);
	vt_node_set_str(doc, map, "has_line", c->line);
	vt_node_push(doc, checks, map);
}

struct vt_node *vt_checks_emit(struct vt_checks_for *to,
	const struct vt_node *list, struct vt_err **err)
{
	struct vt_node *out = vt_node_seq(to->doc);
	if (!list)
		return out;
	if (vt_node_expect(list, VT_SEQ, err) < 0)
		return NULL;
	if (list->n > MAX_CHECKS) {
		vt_node_err(list, err, "more than %d checks", MAX_CHECKS);
		return NULL;
	}
	for (size_t i = 0; i < list->n; i++) {
		struct vt_node *map = vt_node_map(to->doc);
		if (emit(to, map, list->items[i], err) < 0)
			return NULL;
		vt_node_push(to->doc, out, map);
	}
	return out;
}

#include "coverage.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"

static const char *const sections[] = {"storage", "network", "swap", NULL};

struct sum {
	size_t all, answered;
};

struct coverage {
	struct vt_doc *doc;
	struct vt_node *tests; /* one map each */
	struct sum sums[VT_COUNT(sections)];
	bool alone; /* there is one test */
};

static struct vt_node *sides_of(
	struct vt_doc *doc, const struct vt_statement *s)
{
	struct vt_node *list = vt_node_seq(doc);
	if (s->check && s->sides != VT_SIDES_FACTS)
		vt_node_push(doc, list, vt_node_string(doc, "disk"));
	if (s->check && s->sides != VT_SIDES_DISK)
		vt_node_push(doc, list, vt_node_string(doc, "facts"));
	return list;
}

static void count(struct sum *sum, const struct vt_statement *s)
{
	sum->all++;
	sum->answered += s->check != NULL;
}

static void add_sum(
	struct vt_doc *doc, struct vt_node *map, const struct sum *sum)
{
	vt_node_set(
		doc, map, "statements", vt_node_number(doc, (int64_t)sum->all));
	vt_node_set(doc, map, "answered",
		vt_node_number(doc, (int64_t)sum->answered));
}

static void add_statements(struct coverage *c, struct vt_node *test,
	const struct vt_statements *all)
{
	struct vt_node *list = vt_node_seq(c->doc);
	struct sum sum = {0};
	for (size_t i = 0; i < all->n; i++) {
		const struct vt_statement *s = &all->v[i];
		struct vt_node *map = vt_node_map(c->doc);
		vt_node_set_str(c->doc, map, "statement", s->name);
		vt_node_set_str(c->doc, map, "section", s->section);
		vt_node_set_str(c->doc, map, "at", s->at);
		vt_node_set_str(c->doc, map, "check", s->check);
		vt_node_set_str(c->doc, map, "reason", s->reason);
		vt_node_set(c->doc, map, "sides", sides_of(c->doc, s));
		vt_node_push(c->doc, list, map);
		count(&sum, s);
		for (size_t k = 0; sections[k]; k++)
			if (!strcmp(sections[k], s->section))
				count(&c->sums[k], s);
	}
	add_sum(c->doc, test, &sum);
	vt_node_set(c->doc, test, "list", list);
}

static int add_test(struct coverage *c, struct vt_world *world,
	const struct vt_test *test, struct vt_err **err)
{
	VT_AUTO_PLAN struct vt_plan plan = {0};
	VT_AUTO_STATEMENTS struct vt_statements all = {0};
	VT_AUTO_ERR struct vt_err *why = NULL;
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	struct vt_node *map = vt_node_map(c->doc);
	vt_node_set_str(c->doc, map, "test", test->name);
	vt_node_set_str(c->doc, map, "file", test->file);
	vt_node_push(c->doc, c->tests, map);
	if (vt_plan_make(&plan, world, test, &why) == 0) {
		vt_emit_storage(&plan, doc);
		vt_emit_network(&plan, doc);
		vt_plan_statements(&plan, &all);
		add_statements(c, map, &all);
		return 0;
	}
	/* of several, the others are shown */
	if (test->keys || why->status != VT_USAGE || c->alone)
		return vt_err_set(err, why->status, "%s", why->msg);
	vt_node_set_str(c->doc, map, "broken", why->msg);
	return 0;
}

/* JSON */

static void show_json(struct coverage *c, struct vt_str *out)
{
	struct vt_node *sums = vt_node_map(c->doc);
	for (size_t i = 0; sections[i]; i++) {
		struct vt_node *map = vt_node_map(c->doc);
		add_sum(c->doc, map, &c->sums[i]);
		vt_node_set(c->doc, sums, sections[i], map);
	}
	vt_node_set(c->doc, c->doc->root, "tests", c->tests);
	vt_node_set(c->doc, c->doc->root, "sums", sums);
	vt_node_emit_json(c->doc->root, out);
}

/* Text */

static const char *text_of(const struct vt_node *map, const char *key)
{
	const struct vt_node *n = vt_node_get(map, key);
	return n ? n->text : "";
}

/* Ids may have any characters. */
static void show_statement(struct vt_str *out, const struct vt_node *s)
{
	const struct vt_node *sides = vt_node_get(s, "sides");
	const char *check = text_of(s, "check");
	VT_AUTO_FREE char *line =
		*check ? vt_printf("%s: %s: '%s' on %s", text_of(s, "at"),
				 text_of(s, "statement"), check,
				 sides->n == 2 ? "disk and facts"
					       : sides->items[0]->text)
		       : vt_printf("%s: %s: not answered: %s", text_of(s, "at"),
				 text_of(s, "statement"), text_of(s, "reason"));
	vt_str_add(out, "  ");
	vt_str_printable(out, line, strlen(line), false);
	vt_str_addc(out, '\n');
}

static void show_test(struct vt_str *out, const struct vt_node *test)
{
	const struct vt_node *list = vt_node_get(test, "list");
	if (!list) {
		vt_str_addf(out, "%s: cannot be run: %s\n",
			text_of(test, "file"), text_of(test, "broken"));
		return;
	}
	vt_str_addf(out, "%s: %s of %s statements answered\n",
		text_of(test, "file"), text_of(test, "answered"),
		text_of(test, "statements"));
	for (size_t i = 0; i < list->n; i++)
		show_statement(out, list->items[i]);
}

static void show_sum(
	struct vt_str *out, const char *name, const struct sum *sum)
{
	vt_str_addf(out, "%s: %zu of %zu statements answered", name,
		sum->answered, sum->all);
	if (sum->all)
		vt_str_addf(out, " (%zu%%)", sum->answered * 100 / sum->all);
	vt_str_addc(out, '\n');
}

static void show_text(const struct coverage *c, struct vt_str *out)
{
	struct sum all = {0};
	for (size_t i = 0; i < c->tests->n; i++)
		show_test(out, c->tests->items[i]);
	for (size_t i = 0; sections[i]; i++) {
		show_sum(out, sections[i], &c->sums[i]);
		all.all += c->sums[i].all;
		all.answered += c->sums[i].answered;
	}
	show_sum(out, "all", &all);
}

int vt_coverage(const struct vt_tests *tests, struct vt_world *world, bool json,
	struct vt_err **err)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	struct coverage c = {
		.doc = doc, .tests = vt_node_seq(doc), .alone = tests->n == 1};
	for (size_t i = 0; i < tests->n; i++)
		if (add_test(&c, world, tests->v[i], err) < 0)
			return -1;
	if (json)
		show_json(&c, &out);
	else
		show_text(&c, &out);
	return vt_fs_write("-", vt_str_c(&out), out.len, 0, err);
}

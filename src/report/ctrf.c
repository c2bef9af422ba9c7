/* CTRF has five statuses. What the host is at fault for is not known to pass,
 * so it failed, with the word of vt in rawStatus. Start and stop of the run are
 * those of its phases, so that the same results give the same bytes. */
#include "ctrf.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "data/doc.h"
#include "test/verdict.h"

#define SPEC "0.0.0"

struct counts {
	int64_t tests, passed, failed, skipped, suites;
	int64_t start_ms, stop_ms;
};

static void set_number(
	struct vt_doc *doc, struct vt_node *map, const char *key, int64_t value)
{
	vt_node_set(doc, map, key, vt_node_number(doc, value));
}

/* A known failure that does not count is skipped, as in JUnit. */
static const char *status(const struct vt_check_result *r)
{
	return r->status == VT_CHECK_OK                   ? "passed"
	       : r->status == VT_CHECK_SKIP || r->excused ? "skipped"
							  : "failed";
}

/* What is known besides the message. */
static char *trace(const struct vt_check_result *r)
{
	const char *const lines[][2] = {{"expected", r->expected},
		{"found", r->found}, {"at", r->at}, {"why", r->why},
		{"see", r->see}, {"context", r->detail}};
	struct vt_str s = VT_STR_INIT;
	for (size_t i = 0; i < VT_COUNT(lines); i++)
		if (lines[i][1])
			vt_str_addf(&s, "%s: %s\n", lines[i][0], lines[i][1]);
	return vt_str_take(&s);
}

/* FILE:LINE:COLUMN as a path and a line. */
static void set_place(struct vt_doc *doc, struct vt_node *test, const char *at)
{
	long line;
	VT_AUTO_FREE char *file = vt_strdup(at);
	char *colon = file ? strrchr(file, ':') : NULL;
	if (colon)
		*colon = '\0';
	colon = colon ? strrchr(file, ':') : NULL;
	if (!colon || vt_parse_int(colon + 1, 1, 100000000, &line, NULL) < 0)
		return;
	*colon = '\0';
	vt_node_set_str(doc, test, "filePath", file);
	set_number(doc, test, "line", line);
}

static void add_test(struct vt_doc *doc, struct vt_node *tests,
	const struct vt_result *of, const struct vt_check_result *r)
{
	struct vt_node *test = vt_node_map(doc), *suite = vt_node_seq(doc);
	vt_node_set_str(doc, test, "name", r->name);
	vt_node_set_str(doc, test, "status", status(r));
	set_number(doc, test, "duration", (int64_t)r->ms);
	vt_node_push(doc, suite, vt_node_string(doc, of->test));
	vt_node_set(doc, test, "suite", suite);
	if (r->status != VT_CHECK_OK)
		vt_node_set_str(doc, test, "message", r->found);
	if (r->status == VT_CHECK_NOT_OK) {
		VT_AUTO_FREE char *text = trace(r);
		vt_node_set_str(doc, test, "trace", text);
		vt_node_set_str(doc, test, "rawStatus",
			r->host ? "host fault"
				: vt_verdict_kind((int)of->exit));
	}
	set_place(doc, test, r->at);
	vt_node_push(doc, tests, test);
}

static void count(struct counts *c, const struct vt_result *of)
{
	const struct vt_check_results *all = &of->checks;
	c->suites++;
	c->tests += (int64_t)all->n;
	c->passed += (int64_t)vt_check_count(all, VT_CHECK_OK);
	for (size_t i = 0; i < all->n; i++) {
		c->failed += !strcmp(status(&all->v[i]), "failed");
		c->skipped += !strcmp(status(&all->v[i]), "skipped");
	}
	for (size_t i = 0; i < of->n_phases; i++) {
		const struct vt_result_phase *p = &of->phases[i];
		struct tm tm = {0};
		if (!p->started || p->cached ||
			!strptime(p->started, "%Y-%m-%dT%H:%M:%SZ", &tm))
			continue;
		int64_t start = (int64_t)timegm(&tm) * 1000;
		int64_t stop = start + (int64_t)p->ms;
		if (!c->start_ms || start < c->start_ms)
			c->start_ms = start;
		if (stop > c->stop_ms)
			c->stop_ms = stop;
	}
}

static struct vt_node *summary(struct vt_doc *doc, const struct counts *c)
{
	struct vt_node *map = vt_node_map(doc);
	set_number(doc, map, "tests", c->tests);
	set_number(doc, map, "passed", c->passed);
	set_number(doc, map, "failed", c->failed);
	set_number(doc, map, "skipped", c->skipped);
	set_number(doc, map, "pending", 0);
	set_number(doc, map, "other", 0);
	set_number(doc, map, "suites", c->suites);
	set_number(doc, map, "start", c->start_ms);
	set_number(doc, map, "stop", c->stop_ms);
	return map;
}

/* What each test ran with; CTRF has no place for it at a suite. */
static struct vt_node *versions(struct vt_doc *doc, const struct rows *rows)
{
	struct vt_node *map = vt_node_map(doc);
	for (size_t i = 0; i < rows->n; i++) {
		const struct vt_result *of = &rows->v[i].result;
		struct vt_node *one = vt_node_map(doc);
		for (size_t k = 0; k < of->n_versions; k++)
			vt_node_set_str(doc, one, of->versions[k].name,
				of->versions[k].value);
		if (one->n)
			vt_node_set(doc, map, of->test, one);
	}
	return map;
}

int ctrf_write(const struct rows *rows, const char *path, struct vt_err **err)
{
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	VT_AUTO_STR struct vt_str json = VT_STR_INIT;
	struct vt_node *results = vt_node_map(doc), *tool = vt_node_map(doc);
	struct vt_node *tests = vt_node_seq(doc), *extra = vt_node_map(doc);
	struct counts c = {0};
	for (size_t i = 0; i < rows->n; i++) {
		const struct vt_result *of = &rows->v[i].result;
		count(&c, of);
		for (size_t k = 0; k < of->checks.n; k++)
			add_test(doc, tests, of, &of->checks.v[k]);
	}
	vt_node_set_str(doc, tool, "name", "vt");
	vt_node_set_str(doc, tool, "version", VT_VERSION);
	vt_node_set(doc, extra, "versions", versions(doc, rows));
	vt_node_set(doc, results, "tool", tool);
	vt_node_set(doc, results, "summary", summary(doc, &c));
	vt_node_set(doc, results, "tests", tests);
	vt_node_set(doc, results, "extra", extra);
	vt_node_set_str(doc, doc->root, "reportFormat", "CTRF");
	vt_node_set_str(doc, doc->root, "specVersion", SPEC);
	vt_node_set(doc, doc->root, "results", results);
	vt_node_emit_json(doc->root, &json);
	return vt_fs_write(path, json.s, json.len, 0644, err);
}

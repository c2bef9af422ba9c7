#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "test/result.h"

/* Results hold only what XML allows (see result.h); C1 controls and the rest
 * of Unicode are fine. */
static void add_text(struct vt_str *out, const char *s)
{
	for (; s && *s; s++) {
		switch (*s) {
		case '&':
			vt_str_add(out, "&amp;");
			break;
		case '<':
			vt_str_add(out, "&lt;");
			break;
		case '>': /* of ]]> */
			vt_str_add(out, "&gt;");
			break;
		case '"':
			vt_str_add(out, "&quot;");
			break;
		case '\n': /* an attribute would lose it */
			vt_str_add(out, "&#10;");
			break;
		case '\t':
			vt_str_add(out, "&#9;");
			break;
		default:
			vt_str_addc(out, *s);
		}
	}
}

static void add_attribute(
	struct vt_str *out, const char *name, const char *value)
{
	vt_str_addf(out, " %s=\"", name);
	add_text(out, value);
	vt_str_addc(out, '"');
}

static void add_line(struct vt_str *out, const char *head, const char *text)
{
	if (!text)
		return;
	vt_str_addf(out, "%s: ", head);
	for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
		VT_AUTO_STR struct vt_str line = VT_STR_INIT;
		vt_str_addn(&line, text, (size_t)(end - text));
		add_text(out, vt_str_c(&line));
		vt_str_addc(out, '\n');
	}
	add_text(out, text);
	vt_str_addc(out, '\n');
}

static void add_seconds(struct vt_str *out, uint64_t ms)
{
	vt_str_addf(out, " time=\"%" PRIu64 ".%03u\"", ms / 1000,
		(unsigned)(ms % 1000));
}

static bool is_error(
	const struct vt_result *of, const struct vt_check_result *r)
{
	return r->status == VT_CHECK_NOT_OK && !r->excused &&
	       (r->host || !strcmp(of->status, "error"));
}

/* Inside of an element that says why: failure or error. */
static void add_reason(struct vt_str *out, const struct vt_result *of,
	const struct vt_check_result *r)
{
	const char *kind = is_error(of, r) ? "error" : "failure";
	const char *type = r->host                  ? "host"
			   : r->known               ? "known"
			   : of->exit == VT_TIMEOUT ? "timeout"
						    : "check";
	vt_str_addf(out, "      <%s", kind);
	add_attribute(out, "type", type);
	add_attribute(out, "message", r->found);
	vt_str_addc(out, '>');
	add_line(out, "expected", r->expected);
	add_line(out, "found", r->found);
	add_line(out, "at", r->at);
	add_line(out, "why", r->why);
	add_line(out, "known", r->known);
	add_line(out, "see", r->see);
	vt_str_addf(out, "</%s>\n", kind);
	if (!r->detail)
		return;
	vt_str_add(out, "      <system-out>");
	add_line(out, "context", r->detail);
	vt_str_add(out, "</system-out>\n");
}

static void add_skipped(struct vt_str *out, const char *why)
{
	vt_str_add(out, "      <skipped");
	add_attribute(out, "message", why);
	vt_str_add(out, "/>\n");
}

static void add_case(struct vt_str *out, const struct vt_result *of,
	const struct vt_check_result *r)
{
	vt_str_add(out, "    <testcase");
	add_attribute(out, "classname", of->test);
	add_attribute(out, "name", r->name);
	add_seconds(out, r->ms);
	if (r->status == VT_CHECK_OK) {
		vt_str_add(out, "/>\n");
		return;
	}
	vt_str_add(out, ">\n");
	if (r->status == VT_CHECK_SKIP) {
		add_skipped(out, r->found);
	} else if (r->excused) {
		VT_AUTO_FREE char *why = vt_printf("known: %s: %s", r->known,
			r->found ? r->found : "failed");
		add_skipped(out, why);
	} else {
		add_reason(out, of, r);
	}
	vt_str_add(out, "    </testcase>\n");
}

struct counts {
	size_t tests, failures, errors, skipped;
	uint64_t ms;
};

static void count(struct counts *c, const struct vt_result *of)
{
	const struct vt_check_results *all = &of->checks;
	size_t errors = 0, excused = 0;
	for (size_t i = 0; i < all->n; i++) {
		errors += is_error(of, &all->v[i]);
		excused += all->v[i].excused;
		c->ms += all->v[i].ms;
	}
	c->tests += all->n;
	c->failures += vt_check_count(all, VT_CHECK_NOT_OK) - errors - excused;
	c->errors += errors;
	c->skipped += vt_check_count(all, VT_CHECK_SKIP) + excused;
}

static void add_counts(struct vt_str *out, const struct counts *c)
{
	vt_str_addf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"",
		c->tests, c->failures, c->errors);
	add_seconds(out, c->ms);
}

static void add_notes(struct vt_str *out, const struct vt_result *of)
{
	if (!of->n_notes)
		return;
	vt_str_add(out, "    <system-out>");
	for (size_t i = 0; i < of->n_notes; i++) {
		const struct vt_note *n = &of->notes[i];
		VT_AUTO_FREE char *text =
			vt_printf("%s%s%s%s", n->text, n->see ? " (see " : "",
				n->see ? n->see : "", n->see ? ")" : "");
		add_line(out, "note", text);
	}
	vt_str_add(out, "</system-out>\n");
}

static void add_versions(struct vt_str *out, const struct vt_result *of)
{
	if (!of->n_versions)
		return;
	vt_str_add(out, "    <properties>\n");
	for (size_t i = 0; i < of->n_versions; i++) {
		vt_str_add(out, "      <property");
		add_attribute(out, "name", of->versions[i].name);
		add_attribute(out, "value", of->versions[i].value);
		vt_str_add(out, "/>\n");
	}
	vt_str_add(out, "    </properties>\n");
}

static void add_suite(struct vt_str *out, const struct vt_result *of)
{
	struct counts c = {0};
	count(&c, of);
	vt_str_add(out, "  <testsuite");
	add_attribute(out, "name", of->test);
	add_counts(out, &c);
	/* the schema of Jenkins has it here, but not in the root element */
	vt_str_addf(out, " skipped=\"%zu\"", c.skipped);
	if (of->n_phases && of->phases[0].started)
		add_attribute(out, "timestamp", of->phases[0].started);
	vt_str_add(out, ">\n");
	add_versions(out, of);
	for (size_t i = 0; i < of->checks.n; i++)
		add_case(out, of, &of->checks.v[i]);
	add_notes(out, of);
	vt_str_add(out, "  </testsuite>\n");
}

void vt_result_junit(
	const struct vt_result *const *all, size_t n, struct vt_str *out)
{
	struct counts sum = {0};
	for (size_t i = 0; i < n; i++)
		count(&sum, all[i]);
	vt_str_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			"<testsuites");
	add_counts(out, &sum);
	vt_str_add(out, ">\n");
	for (size_t i = 0; i < n; i++)
		add_suite(out, all[i]);
	vt_str_add(out, "</testsuites>\n");
}

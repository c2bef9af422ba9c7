#include <string.h>

#include "write.h"

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

static bool is_error(const struct result *r, const struct verdict *verdict)
{
	return r->status == RESULT_NOT_OK &&
	       (r->host || !strcmp(verdict->word, "error"));
}

static void add_case(struct vt_str *out, const struct verify *v,
	const struct verdict *verdict, const struct result *r)
{
	vt_str_add(out, "    <testcase");
	add_attribute(out, "classname", v->test);
	add_attribute(out, "name", r->name);
	vt_str_addf(out, " time=\"%.3f\"", r->seconds);
	if (r->status == RESULT_OK) {
		vt_str_add(out, "/>\n");
		return;
	}
	vt_str_add(out, ">\n      ");
	if (r->status == RESULT_SKIP) {
		vt_str_add(out, "<skipped");
		add_attribute(out, "message", r->found);
		vt_str_add(out, "/>\n    </testcase>\n");
		return;
	}
	const char *kind = is_error(r, verdict) ? "error" : "failure";
	vt_str_addf(out, "<%s", kind);
	add_attribute(out, "type",
		r->host                       ? "host"
		: verdict->exit == VT_TIMEOUT ? "timeout"
					      : "check");
	add_attribute(out, "message", r->found);
	vt_str_addc(out, '>');
	add_line(out, "expected", r->expected);
	add_line(out, "found", r->found);
	add_line(out, "at", r->at);
	add_line(out, "why", r->why);
	add_line(out, "see", r->see);
	vt_str_addf(out, "</%s>\n", kind);
	if (r->detail) {
		vt_str_add(out, "      <system-out>");
		add_line(out, "context", r->detail);
		vt_str_add(out, "</system-out>\n");
	}
	vt_str_add(out, "    </testcase>\n");
}

void write_junit(const struct verify *v, const struct verdict *verdict,
	struct vt_str *out)
{
	const struct results *all = &v->results;
	VT_AUTO_STR struct vt_str counts = VT_STR_INIT;
	size_t errors = 0;
	double seconds = 0;
	for (size_t i = 0; i < all->n; i++) {
		errors += is_error(all->v[i], verdict);
		seconds += all->v[i]->seconds;
	}
	vt_str_addf(&counts,
		" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
		"skipped=\"%zu\" time=\"%.3f\"",
		all->n, results_count(all, RESULT_NOT_OK) - errors, errors,
		results_count(all, RESULT_SKIP), seconds);
	vt_str_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	vt_str_addf(out, "<testsuites%s>\n  <testsuite", counts.s);
	add_attribute(out, "name", v->test);
	vt_str_addf(out, "%s", counts.s);
	if (v->phases.n && v->phases.v[0].started)
		add_attribute(out, "timestamp", v->phases.v[0].started);
	vt_str_add(out, ">\n");
	for (size_t i = 0; i < all->n; i++)
		add_case(out, v, verdict, all->v[i]);
	vt_str_add(out, "  </testsuite>\n</testsuites>\n");
}

#include <string.h>

#include "test/result.h"

/* A '#' would begin a directive. */
static void add_name(struct vt_str *out, const char *name)
{
	for (; *name; name++) {
		if (*name == '#' || *name == '\\')
			vt_str_addc(out, '\\');
		vt_str_addc(out, *name);
	}
}

/* A text of one or more lines, each of them a comment. */
static void add_lines(struct vt_str *out, const char *head, const char *text)
{
	while (text) {
		const char *end = strchr(text, '\n');
		vt_str_addf(out, "#   %-10s", head);
		vt_str_addn(
			out, text, end ? (size_t)(end - text) : strlen(text));
		vt_str_addc(out, '\n');
		text = end ? end + 1 : NULL;
		head = "";
	}
}

static void add_detail(struct vt_str *out, const char *text)
{
	while (text) {
		const char *end = strchr(text, '\n');
		vt_str_add(out, "#   | ");
		vt_str_addn(
			out, text, end ? (size_t)(end - text) : strlen(text));
		vt_str_addc(out, '\n');
		text = end ? end + 1 : NULL;
	}
}

static void add_failure(
	struct vt_str *out, const char *shown, const struct vt_check_result *r)
{
	add_lines(out, "expected:", r->expected);
	add_lines(out, "found:", r->found);
	add_detail(out, r->detail);
	add_lines(out, "at:", r->at);
	add_lines(out, "why:", r->why);
	add_lines(out, "known:", r->known);
	if (r->see)
		vt_str_addf(out, "#   see:      %s%s%s\n", shown,
			*shown ? "/" : "", r->see);
}

static void add_coverage(struct vt_str *out, const struct vt_result *r)
{
	vt_result_coverage(r, "# ", out);
	if (r->statements)
		vt_str_addc(out, '\n');
	for (size_t i = 0; i < r->n_unanswered; i++) {
		const struct vt_unanswered *u = &r->unanswered[i];
		vt_str_addf(out, "#   not answered: %s%s%s: %s\n",
			u->at ? u->at : "", u->at ? ": " : "", u->statement,
			u->reason ? u->reason : "");
	}
}

static void add_notes(
	struct vt_str *out, const char *shown, const struct vt_result *r)
{
	for (size_t i = 0; i < r->n_notes; i++) {
		const struct vt_note *n = &r->notes[i];
		vt_str_addf(out, "# note: %s", n->text);
		if (n->see)
			vt_str_addf(out, " (see %s%s%s)", shown,
				*shown ? "/" : "", n->see);
		vt_str_addc(out, '\n');
	}
	for (size_t i = 0; i < r->n_known; i++) {
		const struct vt_known_result *k = &r->known[i];
		if (k->state == VT_KNOWN_EXPIRED)
			vt_str_addf(out,
				"# known issue that has expired: %s: %s\n",
				k->at, k->bug);
	}
}

void vt_result_tap(
	const struct vt_result *result, const char *shown, struct vt_str *out)
{
	const struct vt_check_results *all = &result->checks;
	vt_str_addf(out, "TAP version 13\n1..%zu\n", all->n);
	for (size_t i = 0; i < all->n; i++) {
		const struct vt_check_result *r = &all->v[i];
		bool failed = r->status == VT_CHECK_NOT_OK;
		vt_str_addf(out, "%sok %zu - ", failed ? "not " : "", i + 1);
		add_name(out, r->name);
		if (r->status == VT_CHECK_SKIP)
			vt_str_addf(out, " # SKIP %s", r->found);
		/* not a failure to who reads TAP */
		if (failed && r->excused)
			vt_str_addf(out, " # TODO %s", r->known);
		vt_str_addc(out, '\n');
		if (failed)
			add_failure(out, shown, r);
	}
	add_coverage(out, result);
	add_notes(out, shown, result);
}

/* Checks of a whole file: exists, absent, equals, same_as; and helpers for all
 * checks of files. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "check.h"
#include "text.h"

struct vt_check_result *check_start(struct verify *v, const struct check *c)
{
	const struct vt_node *first = c->value;
	if (first && first->kind == VT_SEQ)
		first = first->items[0];
	const char *what = c->file ? c->file : vt_node_text(first);
	struct vt_check_result *r =
		c->name ? check_result(v, c, "%s", c->name)
			: check_result(v, c, "%s %s", c->kind->word,
				  what ? what : "");
	if (c->file) {
		VT_AUTO_FREE char *see = facts_see(c->file);
		vt_check_see(r, "%s", see);
	}
	return r;
}

/* symlinks.txt has "TYPE\tPATH\tTARGET", resolved in the guest. */
static char *link_target(struct verify *v, const char *file)
{
	AUTO_FACT struct fact fact = {0};
	const char *s;
	size_t at = 0, len;
	if (facts_read(&v->facts, "symlinks.txt", &fact, NULL) != 1)
		return NULL;
	while (*file == '/' || (file[0] == '.' && file[1] == '/'))
		file++;
	while (fact_line(&fact, &at, &s, &len)) {
		VT_AUTO_FREE char *line = vt_strndup(s, len);
		VT_AUTO_STRV struct vt_strv field = VT_STRV_INIT;
		vt_str_split(line, '\t', &field);
		if (field.n == 3 && !strcmp(field.v[1], file))
			return vt_strdup(field.v[2]);
	}
	return NULL;
}

/* Set `found` for a missing file. Return: whether it was a symbolic link */
static bool found_no_file(
	struct verify *v, struct vt_check_result *r, const char *file)
{
	VT_AUTO_FREE char *target = link_target(v, file);
	if (target)
		vt_check_found(r,
			"a symbolic link to '%s', which was not collected",
			target);
	else
		vt_check_found(r, "no file '%s'", file);
	return target;
}

bool check_open(struct verify *v, struct vt_check_result *r,
	const struct check *c, const char *file, struct fact *fact)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	int rc = facts_read(&v->facts, file, fact, &err);
	(void)c;
	if (rc < 0)
		vt_check_error(r, &err);
	else if (rc == 0)
		found_no_file(v, r, file);
	return rc == 1;
}

void check_exists(struct verify *v, const struct check *c)
{
	bool wanted = !strcmp(c->kind->word, "exists");
	struct vt_check_result *r = check_start(v, c);
	VT_AUTO_ERR struct vt_err *err = NULL;
	vt_check_expect(r, "%s '%s'", wanted ? "file" : "no file", c->file);
	int rc = facts_exists(&v->facts, c->file, &err);
	if (rc < 0) {
		vt_check_error(r, &err);
		return;
	}
	if (rc == 1) {
		vt_check_found(r, "'%s' exists", c->file);
		vt_check_judge(r, wanted);
		return;
	}
	/* it is unknown whether the target of a link exists: both fail */
	bool link = found_no_file(v, r, c->file);
	vt_check_judge(r, !wanted && !link);
}

void check_equals(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact fact = {0};
	struct vt_check_result *r = check_start(v, c);
	const char *text = vt_node_text(c->value);
	struct text want = text_without_newlines(text, strlen(text));
	vt_check_expect(r, "'%.*s'", (int)want.len, want.s);
	if (check_open(v, r, c, c->file, &fact))
		text_judge(r, fact.text, fact.len, want);
}

void check_same_as(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact fact = {0}, other = {0};
	struct vt_check_result *r = check_start(v, c);
	const char *file = vt_node_text(c->value);
	vt_check_expect(r, "the same text as '%s'", file);
	if (!check_open(v, r, c, c->file, &fact) ||
		!check_open(v, r, c, file, &other))
		return;
	struct text want = text_without_newlines(other.text, other.len);
	VT_AUTO_FREE char *shown = text_shown(want.s, want.len);
	vt_check_expect(r, "the same text as '%s': '%s'", file, shown);
	text_judge(r, fact.text, fact.len, want);
}

/* The checks of a test: those that are not ok in full, the others as a table.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "page.h"

enum { MAX_CONFIG = 1 << 20, MAX_CHECKS = 3000 };

void page_see(const struct page *p, const struct page_test *t, const char *see,
	struct vt_str *out)
{
	if (!see || !*see)
		return;
	/* "FILE:LINE" is a file, and its line for people */
	VT_AUTO_FREE char *file = vt_strdup(see);
	char *colon = strrchr(file, ':');
	if (colon && colon[1] && !colon[1 + strspn(colon + 1, "0123456789")])
		*colon = '\0';
	vt_str_add(out, "<a class=\"see\" href=\"");
	page_link(p, t, file, out);
	html_addf(out, "\">%s</a>", see);
}

/* The line of a config that a position names. Only YAML is read: positions
 * stand in files that may come from elsewhere. Return: owned, or NULL */
static char *line_at(const char *at)
{
	VT_AUTO_FREE char *file = vt_strdup(at);
	char *column = strrchr(file, ':');
	if (!column)
		return NULL;
	*column = '\0';
	char *number = strrchr(file, ':');
	if (!number)
		return NULL;
	*number++ = '\0';
	unsigned long line = strtoul(number, NULL, 10);
	if (!line ||
		(!vt_str_ends(file, ".yaml") && !vt_str_ends(file, ".yml")))
		return NULL;
	struct stat st;
	if (stat(file, &st) < 0 || !S_ISREG(st.st_mode))
		return NULL;
	VT_AUTO_FREE char *text = vt_fs_read(file, MAX_CONFIG, NULL, NULL);
	char *p = text;
	while (p && --line)
		if ((p = strchr(p, '\n')))
			p++;
	return p && *p ? vt_strndup(p, strcspn(p, "\n")) : NULL;
}

/* A check's name in the fragment of a URL. */
static void add_check_id(struct vt_str *out, const struct page_test *t,
	const struct vt_check_result *c)
{
	vt_str_addf(out, "%s/", t->id);
	html_id(out, c->name);
}

static void add_bad_check(struct vt_str *out, const struct page *p,
	const struct page_test *t, const struct vt_check_result *c)
{
	VT_AUTO_STR struct vt_str id = VT_STR_INIT;
	add_check_id(&id, t, c);
	html_addf(out,
		"<div class=\"check\" id=\"%s\"><h4><a class=\"anchor\" "
		"href=\"#%s\" aria-label=\"link to this check\">#</a> %s%s"
		"</h4>\n",
		id.s, id.s, c->name, c->host ? " (the host failed)" : "");
	if (c->why)
		html_addf(out, "<p class=\"why\">%s</p>\n", c->why);
	vt_str_add(out, "<div class=\"pair\">");
	if (c->expected)
		html_addf(out,
			"<div><b>expected</b><pre class=\"exp\">%s</pre>"
			"</div>",
			c->expected);
	if (c->found)
		html_addf(out,
			"<div><b>found</b><pre class=\"fnd\">%s</pre></div>",
			c->found);
	vt_str_add(out, "</div>\n");
	VT_AUTO_FREE char *line = c->at ? line_at(c->at) : NULL;
	if (c->at)
		html_addf(out,
			"<p class=\"at\"><code>%s</code>%s<code>%s"
			"</code></p>\n",
			c->at, line ? " " : "", line ? line : "");
	if (c->see) {
		vt_str_add(out, "<p>");
		page_see(p, t, c->see, out);
		vt_str_add(out, "</p>\n");
	}
	if (c->detail)
		html_addf(out, "<pre class=\"lines\">%s</pre>\n", c->detail);
	vt_str_add(out, "</div>\n");
}

static void add_other_checks(
	struct vt_str *out, const struct page_test *t, size_t n)
{
	const struct vt_check_results *all = &t->row->result.checks;
	size_t shown = 0;
	if (!n)
		return;
	html_addf(out,
		"<details class=\"checks\"><summary>%zu checks: %zu ok, %zu "
		"skipped</summary><div class=\"scroll\" tabindex=\"0\" "
		"role=\"region\" aria-label=\"checks\"><table><thead><tr><th>"
		"</th><th>check</th><th>found</th><th>by</th></tr></thead>"
		"<tbody>\n",
		n, vt_check_count(all, VT_CHECK_OK),
		vt_check_count(all, VT_CHECK_SKIP));
	for (size_t i = 0; i < all->n; i++) {
		const struct vt_check_result *c = &all->v[i];
		if (c->status == VT_CHECK_NOT_OK || shown++ >= MAX_CHECKS)
			continue;
		vt_str_add(out, "<tr id=\"");
		add_check_id(out, t, c);
		html_addf(out,
			"\"><td>%s</td><td>%s</td><td>%s</td><td>%s</td>"
			"</tr>\n",
			c->status == VT_CHECK_OK ? "ok" : "skip", c->name,
			c->found      ? c->found
			: c->expected ? c->expected
				      : "",
			c->at ? c->at : "");
	}
	vt_str_add(out, "</tbody></table></div>");
	if (shown > MAX_CHECKS)
		html_addf(out, "<p>and %zu more</p>", shown - MAX_CHECKS);
	vt_str_add(out, "</details>\n");
}

void page_checks(
	const struct page *p, const struct page_test *t, struct vt_str *out)
{
	const struct vt_check_results *all = &t->row->result.checks;
	size_t bad = 0;
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].status == VT_CHECK_NOT_OK && bad++ < MAX_CHECKS)
			add_bad_check(out, p, t, &all->v[i]);
	if (bad > MAX_CHECKS)
		html_addf(out, "<p>and %zu more that are not ok</p>\n",
			bad - MAX_CHECKS);
	add_other_checks(out, t, all->n - bad);
}

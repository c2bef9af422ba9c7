/* How a run differs from another, on the page. */
#include "page.h"

static void add_value(struct vt_str *out, const char *tag, const char *text)
{
	if (text)
		html_addf(out, "<td><%s>%s</%s></td>", tag, text, tag);
	else
		vt_str_add(out, "<td class=\"dim\">absent</td>");
}

void page_changes(const struct changes *c, const char *id, struct vt_str *out)
{
	if (!c->n) {
		vt_str_add(out, "<p class=\"dim\">No difference in what is "
				"compared.</p>\n");
		return;
	}
	html_addf(out,
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		"aria-label=\"differences\"><table class=\"diff\" "
		"id=\"%s/changes\"><thead><tr><th>in</th><th>what</th>"
		"<th>before</th><th>now</th></tr></thead><tbody>\n",
		id);
	for (size_t i = 0; i < c->n; i++) {
		const struct change *one = &c->v[i];
		bool first = !i || c->v[i - 1].group != one->group;
		html_addf(out, "<tr%s><td>%s</td><td>%s</td>",
			first ? " class=first" : "", first ? one->group : "",
			one->what);
		add_value(out, "del", one->from);
		add_value(out, "ins", one->to);
		vt_str_add(out, "</tr>\n");
	}
	vt_str_add(out, "</tbody></table></div>\n");
	if (c->more)
		html_addf(out, "<p class=\"dim\">and %zu more</p>\n", c->more);
}

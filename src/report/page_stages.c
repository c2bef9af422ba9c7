/* The stages of a phase on one clock: what the guest was at, the installer's
 * own steps below that, and the times without any output. */
#include <string.h>

#include "page.h"

enum { WIDE = 1000, HEIGHT = 24, STEP = 17, MAX_DEPTH = 3 };

static double at(const struct stages *s, uint64_t ms)
{
	return s->ms ? (double)ms * WIDE / (double)s->ms : 0;
}

static void add_title(
	struct vt_str *out, const char *name, uint64_t from, uint64_t to)
{
	html_addf(out, "<title>%s: ", name);
	html_seconds(out, to - from);
	vt_str_add(out, ", from ");
	html_seconds(out, from);
	vt_str_add(out, "</title>");
}

/* A box, with its name if that fits. */
static void add_box(struct vt_str *out, const struct stages *s,
	const char *class, const char *name, uint64_t from, uint64_t to, int y,
	int h)
{
	double x = at(s, from), wide = at(s, to) - x;
	html_addf(out,
		"<g class=\"%s\"><rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" "
		"height=\"%d\"/>",
		class, x, y, wide < 1 ? 1.0 : wide, h);
	if (wide > 6.6 * (double)strlen(name) + 8)
		html_addf(out, "<text x=\"%.2f\" y=\"%d\">%s</text>", x + 4,
			y + h / 2 + 4, name);
	add_title(out, name, from, to);
	vt_str_add(out, "</g>");
}

/* Of "cmd-install/stage-late/cmd-x", the last part. */
static const char *last_part(const char *name)
{
	const char *slash = strrchr(name, '/');
	return slash && slash[1] ? slash + 1 : name;
}

static unsigned deepest(const struct stages *s)
{
	unsigned depth = 0;
	for (size_t i = 0; i < s->n_steps; i++)
		if (s->steps[i].depth + 1 > depth)
			depth = s->steps[i].depth + 1;
	return depth < MAX_DEPTH ? depth : MAX_DEPTH;
}

static void draw(struct vt_str *out, const struct stages *s, const char *phase)
{
	unsigned depth = deepest(s);
	int y = HEIGHT + 2, height = y + (int)depth * STEP + 8;
	html_addf(out,
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		"aria-label=\"stages of %s\"><svg class=\"stages\" viewBox=\"0 "
		"0 %d %d\" role=\"img\" "
		"aria-label=\"stages of the %s phase\">",
		phase, WIDE, height, phase);
	for (size_t i = 0; i < s->n; i++) {
		VT_AUTO_STR struct vt_str class = VT_STR_INIT;
		vt_str_addf(&class, "g-%s", s->v[i].name);
		add_box(out, s, class.s, s->v[i].name, s->v[i].from_ms,
			s->v[i].to_ms, 0, HEIGHT);
	}
	for (size_t i = 0; i < s->n_steps; i++) {
		const struct step *p = &s->steps[i];
		if (p->depth < depth)
			add_box(out, s,
				p->failed   ? "step bad"
				: !p->ended ? "step unk"
					    : "step",
				last_part(p->name), p->from_ms, p->to_ms,
				y + (int)p->depth * STEP, STEP - 2);
	}
	for (size_t i = 0; i < s->n_silences; i++) {
		const struct silence *q = &s->silences[i];
		add_box(out, s, "silent", "no output", q->from_ms, q->to_ms,
			height - 5, 5);
	}
	vt_str_add(out, "</svg></div>\n");
}

/* The same in words, for those who do not see the drawing. */
static void add_words(struct vt_str *out, const struct stages *s)
{
	uint64_t longest = 0;
	vt_str_add(out, "<p class=\"legend\">");
	for (size_t i = 0; i < s->n; i++) {
		html_addf(out, "<span class=\"g-%s\">%s ", s->v[i].name,
			s->v[i].name);
		html_seconds(out, s->v[i].to_ms - s->v[i].from_ms);
		vt_str_add(out, "</span> ");
	}
	for (size_t i = 0; i < s->n_silences; i++)
		if (s->silences[i].to_ms - s->silences[i].from_ms > longest)
			longest = s->silences[i].to_ms - s->silences[i].from_ms;
	if (longest) {
		vt_str_add(out, "<span class=\"silent\">longest silence ");
		html_seconds(out, longest);
		vt_str_add(out, "</span> ");
	}
	if (s->shifted)
		vt_str_add(out,
			"<span>the guest's clock was wrong: its steps were "
			"moved to the begin of the installer</span>");
	vt_str_add(out, "</p>\n");
}

void page_stages(const struct stages *s, const char *phase, struct vt_str *out)
{
	if (!s->n || !s->ms)
		return;
	html_addf(out, "<h5>%s: ", phase);
	html_seconds(out, s->ms);
	vt_str_add(out, "</h5>\n");
	draw(out, s, phase);
	add_words(out, s);
}

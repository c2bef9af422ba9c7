#include "page_layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "graph/type.h"
#include "html.h"
#include "storage/types.h"

enum {
	MAX_NODES = 150,
	MAX_COLUMNS = 16,
	MAX_GOOD = 4, /* lines of keys as expected */
	WIDTH = 220,
	GAP_X = 44,
	GAP_Y = 12,
	LINE = 15,
	PAD = 7,
	LETTERS = 33,
};

/* A line of a node's box. */
struct line {
	const char *word, *text;
	const char *class; /* "": as expected, "e" expected, "f" found */
};

struct node {
	const struct vt_dev *d;
	int column, x, y, h;
	const char *class; /* ok, bad, unk */
	struct line *lines;
	size_t n, more; /* keys as expected that have no line */
};

struct drawing {
	const struct vt_graph *g;
	const struct vt_check_result **checks; /* by name */
	size_t n_checks;
	struct node *v;
	int width, height;
	int free_y[MAX_COLUMNS];
};

static int by_name(const void *a, const void *b)
{
	const struct vt_check_result *const *x = a, *const *y = b;
	return strcmp((*x)->name, (*y)->name);
}

static void index_checks(struct drawing *w, const struct vt_result *r)
{
	w->checks =
		vt_calloc(r->checks.n + 1, sizeof(struct vt_check_result *));
	for (size_t i = 0; i < r->checks.n; i++)
		w->checks[i] = &r->checks.v[i];
	w->n_checks = r->checks.n;
	qsort(w->checks, w->n_checks, sizeof(*w->checks), by_name);
}

/* The result of a key, by the name that vt_compare_dev() gives it. */
static const struct vt_check_result *check_of(const struct drawing *w,
	const struct vt_dev *d, const struct vt_type_key *key)
{
	struct vt_check_result wanted = {
		.name = vt_printf("%s %s %s", d->type->word, d->id, key->word)};
	const struct vt_check_result *p = &wanted;
	const struct vt_check_result **hit = bsearch(
		&p, w->checks, w->n_checks, sizeof(*w->checks), by_name);
	free(wanted.name);
	return hit ? *hit : NULL;
}

static void add_line(
	struct node *n, const char *word, const char *text, const char *class)
{
	n->lines = vt_realloc(n->lines, n->n + 1, sizeof(*n->lines));
	n->lines[n->n++] = (struct line){word, text ? text : "", class};
}

/* Keys that differ first, so that they have lines whatever else there is. */
static void add_bad(const struct drawing *w, struct node *n)
{
	for (const struct vt_type_key *k = n->d->type->keys; k->word; k++) {
		const struct vt_check_result *c = check_of(w, n->d, k);
		if (!c || c->status != VT_CHECK_NOT_OK)
			continue;
		n->class = "bad";
		add_line(n, k->word, c->expected, "e");
		add_line(n, "found", c->found, "f");
	}
}

static void add_good(const struct drawing *w, struct node *n)
{
	size_t good = 0;
	for (const struct vt_type_key *k = n->d->type->keys; k->word; k++) {
		const struct vt_check_result *c = check_of(w, n->d, k);
		const struct vt_field *f = vt_dev_field(n->d, k->word);
		bool there = c ? c->status != VT_CHECK_NOT_OK
			       : f && f->expected && f->text;
		if (!there)
			continue;
		if (c && c->status == VT_CHECK_OK && !strcmp(n->class, "unk"))
			n->class = "ok";
		if (good++ < MAX_GOOD)
			add_line(n, k->word, c ? c->expected : f->text, "");
		else
			n->more++;
	}
}

static int column_of(const struct drawing *w, const struct vt_dev *d)
{
	int column = 0;
	for (size_t i = 0; i < d->n_refs; i++) {
		const struct node *used = &w->v[d->refs[i].used - w->g->v];
		if (column <= used->column)
			column = used->column + 1;
	}
	return column < MAX_COLUMNS ? column : MAX_COLUMNS - 1;
}

/* Columns of what is used are known before those of what uses it after as many
 * rounds as there are columns. */
static void find_columns(struct drawing *w)
{
	for (int round = 0; round < MAX_COLUMNS; round++)
		for (size_t i = 0; i < w->g->n; i++)
			w->v[i].column = column_of(w, &w->g->v[i]);
}

/* Beside the first that it is made of, or below what is there. */
static void place(struct drawing *w, struct node *n)
{
	const struct vt_dev *d = n->d;
	int *free_y = &w->free_y[n->column];
	n->h = 2 * PAD + LINE * (1 + (int)n->n + (n->more > 0));
	n->x = n->column * (WIDTH + GAP_X) + 1;
	n->y = *free_y + 1;
	if (d->n_refs && n->y < w->v[d->refs[0].used - w->g->v].y)
		n->y = w->v[d->refs[0].used - w->g->v].y;
	*free_y = n->y + n->h + GAP_Y;
	if (w->height < n->y + n->h)
		w->height = n->y + n->h;
	if (w->width < n->x + WIDTH)
		w->width = n->x + WIDTH;
}

static void make_nodes(struct drawing *w)
{
	w->v = vt_calloc(w->g->n, sizeof(*w->v));
	find_columns(w);
	for (size_t i = 0; i < w->g->n; i++) {
		struct node *n = &w->v[i];
		n->d = &w->g->v[i];
		n->class = "unk";
		add_bad(w, n);
		add_good(w, n);
	}
	for (int column = 0; column < MAX_COLUMNS; column++)
		for (size_t i = 0; i < w->g->n; i++)
			if (w->v[i].column == column)
				place(w, &w->v[i]);
}

static void draw_edges(const struct drawing *w, struct vt_str *out)
{
	for (size_t i = 0; i < w->g->n; i++) {
		const struct node *n = &w->v[i];
		for (size_t k = 0; k < n->d->n_refs; k++) {
			const struct node *from =
				&w->v[n->d->refs[k].used - w->g->v];
			int x = from->x + WIDTH;
			int middle = (x + n->x) / 2;
			html_addf(out,
				"<path class=\"edge\" d=\"M%d %dC%d %d %d %d "
				"%d %d\"/>",
				x, from->y + 15, middle, from->y + 15, middle,
				n->y + 15, n->x, n->y + 15);
		}
	}
}

/* A text that fits, and all of it in a title. */
static void draw_text(struct vt_str *out, int x, int y, const char *class,
	const char *word, const char *text)
{
	/* an expectation may begin with its key */
	bool again = vt_str_starts(text, word);
	VT_AUTO_FREE char *all = vt_printf(
		"%s%s%s", again ? "" : word, !again && *text ? " " : "", text);
	VT_AUTO_STR struct vt_str cut = VT_STR_INIT;
	size_t fits = vt_utf8_cut(all, strlen(all), LETTERS);
	vt_str_addn(&cut, all, fits);
	if (fits < strlen(all))
		vt_str_add(&cut, "…");
	for (char *s = cut.s; s && *s; s++)
		if (*s == '\n' || *s == '\t')
			*s = ' ';
	html_addf(out, "<text x=\"%d\" y=\"%d\" class=\"%s\">%s", x, y, class,
		vt_str_c(&cut));
	if (fits < strlen(all))
		html_addf(out, "<title>%s</title>", all);
	vt_str_add(out, "</text>");
}

static void draw_node(const struct node *n, struct vt_str *out)
{
	int x = n->x + PAD, y = n->y + PAD + 11;
	html_addf(out,
		"<g class=\"node %s\"><rect x=\"%d\" y=\"%d\" width=\"%d\" "
		"height=\"%d\" rx=\"5\"/>",
		n->class, n->x, n->y, WIDTH, n->h);
	VT_AUTO_FREE char *head =
		vt_printf("%s · %s", n->d->id, n->d->type->word);
	draw_text(out, x, y, "h", head, "");
	for (size_t i = 0; i < n->n; i++)
		draw_text(out, x, y += LINE, n->lines[i].class,
			n->lines[i].word, n->lines[i].text);
	if (n->more)
		html_addf(out,
			"<text x=\"%d\" y=\"%d\" class=\"m\">and %zu "
			"more</text>",
			x, y + LINE, n->more);
	vt_str_add(out, "</g>");
}

/* The partitions of a disk, in their order, to the scale of their sizes. */
static void draw_bar(const struct drawing *w, const struct node *disk, int y,
	struct vt_str *out)
{
	uint64_t total = 0;
	const struct vt_dev *d = disk->d;
	for (size_t i = 0; i < d->n_users; i++)
		total += vt_dev_num(d->users[i]->user, "size");
	double at = 110, scale = total ? (w->width - 112.0) / (double)total : 0;
	draw_text(out, 1, y + 17, "h", d->id, "");
	for (size_t i = 0; i < d->n_users; i++) {
		const struct vt_dev *part = d->users[i]->user;
		double wide = (double)vt_dev_num(part, "size") * scale;
		if (wide <= 0)
			continue;
		html_addf(out,
			"<g class=\"node %s\"><rect x=\"%.1f\" y=\"%d\" "
			"width=\"%.1f\" height=\"26\"/>",
			w->v[part - w->g->v].class, at, y, wide);
		if (wide > 8.0 * (double)strlen(part->id))
			html_addf(out, "<text x=\"%.1f\" y=\"%d\">%s</text>",
				at + 5, y + 17, part->id);
		html_addf(out, "<title>%s</title></g>", part->id);
		at += wide;
	}
}

static bool has_sizes(const struct vt_graph *g, const struct vt_dev *d)
{
	size_t n = 0;
	for (size_t i = 0; i < d->n_users; i++)
		n += vt_dev_num(d->users[i]->user, "size") > 0 &&
		     vt_dev_is(d->users[i]->user, VT_PARTITION);
	return g->types == &vt_storage_types && vt_dev_is(d, VT_DISK) &&
	       n >= 1 && n == d->n_users;
}

static void draw(struct drawing *w, struct vt_str *out, const char *title)
{
	VT_AUTO_STR struct vt_str bars = VT_STR_INIT;
	int y = w->height + GAP_Y;
	for (size_t i = 0; i < w->g->n; i++) {
		if (!has_sizes(w->g, &w->g->v[i]))
			continue;
		draw_bar(w, &w->v[i], y, &bars);
		y += 26 + GAP_Y;
	}
	html_addf(out,
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		"aria-label=\"%s\"><svg class=\"lay\" width=\"%d\" "
		"height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
		"aria-label=\"%s\">",
		title, w->width + 1, y, w->width + 1, y, title);
	draw_edges(w, out);
	for (size_t i = 0; i < w->g->n; i++)
		draw_node(&w->v[i], out);
	vt_str_add(out, vt_str_c(&bars));
	vt_str_add(out, "</svg></div>\n");
}

static void release(struct drawing *w)
{
	for (size_t i = 0; w->v && i < w->g->n; i++)
		free(w->v[i].lines);
	free(w->v);
	free(w->checks);
}

void page_layout(struct vt_str *out, const struct vt_graph *g,
	const struct vt_result *r, const char *title)
{
	__attribute__((cleanup(release))) struct drawing w = {.g = g};
	if (!g->n)
		return;
	if (g->n > MAX_NODES) {
		html_addf(out,
			"<p class=\"dim\">%s: %zu entries, too many to "
			"draw</p>\n",
			title, g->n);
		return;
	}
	index_checks(&w, r);
	make_nodes(&w);
	draw(&w, out, title);
}

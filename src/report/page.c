#include "page.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "test/verdict.h"

/* Linked from page.css and page.js. */
extern const char page_css[], page_js[];

enum {
	OPEN = 100, /* sections that are read without JavaScript */
	/* Bytes for packed logs, of all tests that did not pass and of all that
	 * did; and what each log gets of it. */
	BAD_LOGS = 2500000,
	GOOD_LOGS = 1200000,
	LOGS = 2, /* of a test, mostly */
	MIN_SHARE = 800,
	MAX_SHARE = 400000,
	SLOWEST = 10,
	MAX_CAUSES = 500,
};

static const struct {
	const char *class, *name;
} verdicts[] = {
	{"failed", "failed"},
	{"timeout", "timed out"},
	{"error", "error"},
	{"noresult", "no result"},
	{"known", VT_KNOWN_FAILURE},
	{"unsteady", VT_UNSTEADY},
	{"passed", "passed"},
	{"skipped", "skipped"},
};

const char *page_verdict(const char *class)
{
	for (size_t i = 0; i < VT_COUNT(verdicts); i++)
		if (!strcmp(verdicts[i].class, class))
			return verdicts[i].name;
	return NULL;
}

static const char *class_of(const struct row *row)
{
	for (size_t i = 0; i < VT_COUNT(verdicts); i++)
		if (!strcmp(row->verdict, verdicts[i].name) &&
			row->result.exit != VT_TIMEOUT)
			return verdicts[i].class;
	return row->result.exit == VT_TIMEOUT ? "timeout" : "error";
}

/* An id that no other test has, even if several directories have a test of this
 * name. */
static char *id_of(const struct page *p, const struct row *row)
{
	VT_AUTO_STR struct vt_str id = VT_STR_INIT;
	size_t same = 0;
	vt_str_add(&id, "t.");
	html_id(&id, row->result.test);
	for (size_t i = 0; i < p->n; i++)
		same += vt_str_starts(p->v[i].id, id.s) &&
			(!p->v[i].id[id.len] || p->v[i].id[id.len] == '~');
	if (same)
		vt_str_addf(&id, "~%zu", same + 1);
	return vt_str_take(&id);
}

static void add_test(struct page *p, const struct row *row)
{
	struct page_test *t = &p->v[p->n];
	*t = (struct page_test){.row = row,
		.id = id_of(p, row),
		.class = class_of(row),
		.good = vt_verdict_good((int)row->result.exit)};
	for (size_t i = 0; i < row->result.n_phases; i++)
		if (!row->result.phases[i].cached)
			t->ms += row->result.phases[i].ms;
	p->n++;
}

static size_t share(size_t all, size_t tests)
{
	size_t one = all / (tests ? tests * LOGS : 1);
	return one < MIN_SHARE ? MIN_SHARE : one > MAX_SHARE ? MAX_SHARE : one;
}

void page_begin(struct page *p, const struct rows *rows, const char *path)
{
	VT_AUTO_FREE char *dir =
		path && strcmp(path, "-") ? vt_fs_dirname(path) : NULL;
	size_t bad;
	*p = (struct page){.rows = rows,
		.v = vt_calloc(rows->n + 1, sizeof(*p->v)),
		.base = dir ? realpath(dir, NULL) : NULL,
		.open = OPEN};
	for (size_t i = 0; i < rows->n; i++)
		if (!vt_verdict_good((int)rows->v[i].result.exit))
			add_test(p, &rows->v[i]);
	bad = p->n;
	for (size_t i = 0; i < rows->n; i++)
		if (vt_verdict_good((int)rows->v[i].result.exit))
			add_test(p, &rows->v[i]);
	p->shares[false] = share(BAD_LOGS, bad);
	p->shares[true] = share(GOOD_LOGS, rows->n - bad);
}

void page_end(struct page *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->v[i].id);
		free(p->v[i].attributes);
		free(p->v[i].spans);
	}
	free(p->v);
	free(p->base);
	vt_str_free(&p->sections);
	vt_str_free(&p->data);
}

unsigned page_add(struct page *p, const struct vt_str *packed)
{
	unsigned number = p->n_data++;
	vt_str_addf(
		&p->data, "<script type=\"text/plain\" id=\"d%u\">", number);
	vt_str_addn(&p->data, vt_str_c(packed), packed->len);
	vt_str_add(&p->data, "</script>\n");
	return number;
}

unsigned page_pack(struct page *p, const char *text, size_t len)
{
	VT_AUTO_STR struct vt_str packed = VT_STR_INIT;
	/* it fails only without memory */
	html_pack(&packed, text, len, NULL);
	return page_add(p, &packed);
}

/* The source of a policy for a text of our own. */
static void add_source(struct vt_str *out, const char *text)
{
	char hex[65];
	unsigned char sum[32];
	vt_sha256_hex(text, strlen(text), hex);
	for (size_t i = 0; i < sizeof(sum); i++) {
		char byte[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
		sum[i] = (unsigned char)strtoul(byte, NULL, 16);
	}
	vt_str_add(out, "'sha256-");
	html_base64(out, sum, sizeof(sum));
	vt_str_addc(out, '\'');
}

static void add_head(const struct page *p, struct vt_str *out)
{
	size_t bad = 0;
	while (bad < p->n && !p->v[bad].good)
		bad++;
	vt_str_add(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		"<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" "
		"content=\"default-src 'none'; img-src data:; base-uri 'none'; "
		"form-action 'none'; style-src ");
	add_source(out, page_css);
	vt_str_add(out, "; script-src ");
	add_source(out, page_js);
	vt_str_add(out,
		"\">\n<meta name=\"viewport\" "
		"content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n");
	html_addf(out, "<title>vt: %zu of %zu test%s did not pass</title>\n",
		bad, p->n, p->n == 1 ? "" : "s");
	vt_str_addf(out, "<style>%s</style>\n</head>\n<body>\n", page_css);
}

/* Boxes are buttons of the filter; they count without JavaScript, too. */
static void add_boxes(const struct page *p, struct vt_str *out)
{
	vt_str_add(out, "<header>\n<div class=\"bar\"><h1>vt</h1>"
			"<div class=\"boxes\">");
	for (size_t k = 0; k < VT_COUNT(verdicts); k++) {
		size_t n = 0;
		for (size_t i = 0; i < p->n; i++)
			n += p->v[i].class == verdicts[k].class;
		if (n)
			html_addf(out,
				"<button type=\"button\" class=\"box %s\" "
				"data-v=\"%s\" aria-pressed=\"false\"><b>%zu"
				"</b> %s</button>",
				verdicts[k].class, verdicts[k].class, n,
				verdicts[k].name);
	}
	vt_str_add(out,
		"</div><label class=\"find\"><span>filter</span><input "
		"id=\"filter\" type=\"search\" placeholder=\"words, "
		"release:bookworm, -word\" autocomplete=\"off\"></label>"
		"<span id=\"count\" class=\"dim\" role=\"status\"></span>"
		"</div>\n</header>\n<main>\n");
}

/* Causes that several tests have in common. */
static void add_causes(const struct page *p, struct vt_str *out)
{
	VT_AUTO_STR struct vt_str list = VT_STR_INIT;
	for (size_t i = 0; i < p->n && i < MAX_CAUSES && !p->v[i].good; i++) {
		const char *cause = p->v[i].row->result.cause;
		size_t n = 0, first = i;
		for (size_t k = 0; k < p->n && !p->v[k].good; k++) {
			if (strcmp(p->v[k].row->result.cause, cause) != 0)
				continue;
			first = k < first ? k : first;
			n++;
		}
		if (n < 2 || first < i)
			continue;
		html_addf(&list, "<li><b>%zu tests</b>: %s <span>", n, cause);
		for (size_t k = i; k < p->n && !p->v[k].good; k++)
			if (!strcmp(p->v[k].row->result.cause, cause))
				html_addf(&list, " <a href=\"#%s\">%s</a>",
					p->v[k].id, p->v[k].row->result.test);
		vt_str_add(&list, "</span></li>\n");
	}
	if (list.len)
		vt_str_addf(out,
			"<details class=\"part\" open><summary><h2>Common "
			"causes</h2></summary><ul>\n%s</ul></details>\n",
			list.s);
}

static int by_time(const void *a, const void *b)
{
	const struct page_test *const *x = a, *const *y = b;
	if ((*x)->ms != (*y)->ms)
		return (*x)->ms > (*y)->ms ? -1 : 1;
	return *x < *y ? -1 : 1;
}

static void add_slowest(const struct page *p, struct vt_str *out)
{
	VT_AUTO_FREE const struct page_test **v =
		vt_calloc(p->n + 1, sizeof(*v));
	for (size_t i = 0; i < p->n; i++)
		v[i] = &p->v[i];
	qsort(v, p->n, sizeof(*v), by_time);
	if (p->n < 2 || !v[0]->ms)
		return;
	vt_str_add(out,
		"<details class=\"part\"><summary><h2>Slowest</h2></summary>"
		"<table class=\"slow\"><tbody>\n");
	for (size_t i = 0; i < p->n && i < SLOWEST && v[i]->ms; i++) {
		html_addf(out,
			"<tr><td><a href=\"#%s\">%s</a></td><td class=\"n\">",
			v[i]->id, v[i]->row->result.test);
		html_seconds(out, v[i]->ms);
		html_addf(out,
			"</td><td><svg width=\"240\" height=\"10\" "
			"aria-hidden=\"true\"><rect class=\"p-install\" "
			"width=\"%.1f\" height=\"10\"/></svg></td></tr>\n",
			(double)v[i]->ms / (double)v[0]->ms * 240);
	}
	vt_str_add(out, "</tbody></table></details>\n");
}

static void add_page(const struct page *p, struct vt_str *out)
{
	add_head(p, out);
	add_boxes(p, out);
	add_causes(p, out);
	vt_str_add(out, "<details class=\"part\" open><summary><h2>Tests</h2>"
			"</summary>\n");
	page_table(p, out);
	vt_str_add(out, "</details>\n");
	page_timeline(p, out);
	add_slowest(p, out);
	vt_str_addn(out, vt_str_c(&p->sections), p->sections.len);
	vt_str_add(out,
		"</main>\n<footer class=\"dim\">Keys: <kbd>/</kbd> filter, "
		"<kbd>j</kbd> <kbd>k</kbd> next and previous test, "
		"<kbd>Enter</kbd> open, <kbd>Esc</kbd> back. Written by "
		"vt-report " VT_VERSION ".</footer>\n"
		"<dialog id=\"viewer\" aria-label=\"log\"></dialog>\n");
	vt_str_addn(out, vt_str_c(&p->data), p->data.len);
	vt_str_addf(out, "<script>%s</script>\n</body>\n</html>\n", page_js);
}

int page_write(const struct rows *rows, const char *path, const char *against,
	struct vt_err **err)
{
	AUTO_PAGE struct page p;
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	page_begin(&p, rows, path);
	p.against = against;
	for (size_t i = 0; i < p.n; i++)
		page_section(&p, &p.v[i]);
	add_page(&p, &out);
	/* not for all users: consoles may show secrets */
	return vt_fs_write(path, out.s, out.len, 0640, err);
}

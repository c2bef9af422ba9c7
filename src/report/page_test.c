/* The section of a test. */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "network/net_read.h"
#include "page.h"
#include "page_layout.h"
#include "storage/read.h"
#include "test/passed.h"
#include "test/phases.h"
#include "test/verdict.h"

enum {
	MAX_UNANSWERED = 3000,
	LAST_WORDS = 20,
	PHASES = 8,
	MANY = 300, /* tests: then, the steps of what passed are left out */
};

/* What of a test's directory the section shows. */
struct files {
	struct vt_phase_report reports[PHASES];
	struct stages stages[PHASES];
	const char *phases[PHASES];
	size_t n;
	struct vt_verify_file verify;
	bool has_verify;
};

static void read_reports(const struct page_test *t, bool steps, struct files *f)
{
	const struct vt_phase_row *row;
	const char *dir = t->row->dir;
	for (size_t i = 0; (row = vt_phases_at(i)) && f->n < PHASES; i++) {
		struct vt_phase_report *r = &f->reports[f->n];
		VT_AUTO_FREE char *path = vt_phases_report(dir, row->name);
		if (!vt_fs_exists(path))
			continue;
		if (vt_phase_report_read(r, dir, row->name, NULL) < 0) {
			vt_phase_report_free(r);
			*r = (struct vt_phase_report){0};
			continue;
		}
		stages_of(r, dir, steps, &f->stages[f->n]);
		f->phases[f->n++] = row->name;
	}
}

static void free_files(struct files *f)
{
	for (size_t i = 0; i < f->n; i++) {
		vt_phase_report_free(&f->reports[i]);
		stages_free(&f->stages[i]);
	}
	vt_verify_file_free(&f->verify);
}

/* "release:bookworm": what the page's filter finds a test by. */
static char *attributes(const struct files *f)
{
	struct vt_str out = VT_STR_INIT;
	const char *const target[][2] = {
		{"distro", f->verify.target.distro},
		{"release", f->verify.target.release},
		{"arch", f->verify.target.arch},
		{"firmware", f->verify.target.firmware},
		{"installer",
			f->has_verify
				? vt_installer_words[f->verify.installer.kind]
				: NULL},
	};
	for (size_t i = 0; i < VT_COUNT(target); i++)
		if (target[i][1] && *target[i][1])
			vt_str_addf(&out, "%s%s:%s", out.len ? " " : "",
				target[i][0], target[i][1]);
	for (size_t i = 0; i < f->n; i++)
		if (f->reports[i].accel) {
			vt_str_addf(&out, " accel:%s", f->reports[i].accel);
			break;
		}
	vt_str_add(&out, "");
	return vt_str_take(&out);
}

/* For the timeline: phases that ran, and not long ago in another run. */
static void take_spans(const struct files *f, struct page_test *t)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct vt_phase_report *r = &f->reports[i];
		int64_t start = stages_epoch_ms(r->started);
		/* a year: its end must be a number */
		if (!start || r->cached || r->ms > 366ull * 86400000)
			continue;
		t->spans =
			vt_realloc(t->spans, t->n_spans + 1, sizeof(*t->spans));
		t->spans[t->n_spans++] = (struct span){f->phases[i], start,
			r->ms, r->waited_ms < r->ms ? r->waited_ms : r->ms};
		/* what has no result yet has reports */
		if (!t->row->result.n_phases)
			t->ms += r->ms;
	}
}

void page_spans(struct page_test *t)
{
	__attribute__((cleanup(free_files))) struct files f = {0};
	read_reports(t, false, &f);
	take_spans(&f, t);
}

static void add_coverage(struct vt_str *out, const struct vt_result *r)
{
	VT_AUTO_STR struct vt_str words = VT_STR_INIT;
	vt_result_coverage(r, "", &words);
	if (!words.len)
		return;
	if (!r->n_unanswered) {
		html_addf(out, "<p>%s</p>\n", words.s);
		return;
	}
	html_addf(out, "<details><summary>%s</summary><ul>\n", words.s);
	for (size_t i = 0; i < r->n_unanswered && i < MAX_UNANSWERED; i++) {
		const struct vt_unanswered *u = &r->unanswered[i];
		html_addf(out, "<li><b>%s</b> <code>%s</code> %s</li>\n",
			u->statement, u->at ? u->at : "",
			u->reason ? u->reason : "");
	}
	vt_str_add(out, "</ul></details>\n");
}

/* The report of the phase that ended the test. */
static const struct vt_phase_report *failed(const struct files *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->reports[i].exit)
			return &f->reports[i];
	return NULL;
}

/* The cause, the rule that decided, and the guest's last words. */
static void add_cause(struct vt_str *out, const struct page *p,
	const struct page_test *t, const struct files *f)
{
	const struct vt_result *r = &t->row->result;
	const struct vt_phase_report *report = failed(f);
	if (!*r->cause)
		return;
	html_addf(out, "<p class=\"big\">%s</p>\n", r->cause);
	if (vt_result_known(r))
		html_addf(out, "<p>Known: %s</p>\n", vt_result_known(r));
	vt_str_add(out, "<p>");
	page_see(p, t, r->see, out);
	vt_str_add(out, "</p>\n");
	if (t->good || !report)
		return;
	if (report->rule.id)
		html_addf(out,
			"<p>The rule <code>%s</code> fired at %.1f s: %s</p>\n"
			"<pre class=\"fnd\">%s</pre>\n",
			report->rule.id, (double)report->rule.at_ms / 1000,
			report->rule.why ? report->rule.why : "",
			report->rule.line);
	size_t n = report->context.n;
	if (!n)
		return;
	vt_str_add(out, "<details open><summary>the guest's words</summary>"
			"<pre class=\"lines\">");
	for (size_t i = n > 2 * LAST_WORDS ? n - 2 * LAST_WORDS : 0; i < n; i++)
		html_addf(out, "%s\n", report->context.v[i]);
	vt_str_add(out, "</pre></details>\n");
}

static void add_layout(
	struct vt_str *out, const struct page_test *t, const struct files *f)
{
	VT_AUTO_GRAPH struct vt_graph storage = {0}, network = {0};
	VT_AUTO_STR struct vt_str drawn = VT_STR_INIT;
	const struct vt_result *r = &t->row->result;
	if (f->verify.storage && vt_storage_read_expected(&storage,
					 f->verify.storage, NULL) == 0)
		page_layout(&drawn, &storage, r, "disks as expected and found");
	if (f->verify.network && vt_network_read_expected(&network,
					 f->verify.network, NULL) == 0)
		page_layout(
			&drawn, &network, r, "network as expected and found");
	if (drawn.len)
		vt_str_addf(out,
			"<details class=\"layout\"%s><summary>layout of disks "
			"and network</summary>\n%s</details>\n",
			t->good ? "" : " open", drawn.s);
}

static void add_changes(
	struct vt_str *out, const struct page *p, const struct page_test *t)
{
	VT_AUTO_FREE char *passed = vt_fs_join(t->row->dir, VT_PASSED);
	VT_AUTO_FREE char *dir =
		p->against ? against_dir(p->against, t->row) : NULL;
	AUTO_CHANGES struct changes c = {0};
	/* the last pass is what a test that passed is compared with */
	if (!dir && t->good)
		return;
	changes_find(dir ? dir : passed, t->row->dir, &c);
	if (!c.known) {
		html_addf(out, "<p class=\"dim\">%s</p>\n",
			dir ? "There is no result of it to compare with."
			    : "No pass of it is known to compare with.");
		return;
	}
	html_addf(out,
		"<details%s><summary>%s%s%s: %zu differences</summary>\n",
		c.n ? " open" : "",
		dir ? "compared with another run"
		    : "what changed since it "
		      "passed",
		c.when ? ", which began at " : "", c.when ? c.when : "",
		c.n + c.more);
	page_changes(&c, t->id, out);
	vt_str_add(out, "</details>\n");
}

static void add_stages(struct vt_str *out, const struct files *f)
{
	VT_AUTO_STR struct vt_str drawn = VT_STR_INIT;
	for (size_t i = 0; i < f->n; i++)
		page_stages(&f->stages[i], f->phases[i], &drawn);
	if (drawn.len)
		vt_str_addf(out,
			"<details class=\"times\" open><summary>stages"
			"</summary>\n%s</details>\n",
			drawn.s);
}

/* The logs of phases, and of others that are there. */
static void add_logs(struct vt_str *out, struct page *p,
	const struct page_test *t, const struct files *f)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	VT_AUTO_FREE char *logs = vt_fs_join(t->row->dir, VT_PHASES_LOGS);
	enum { MAX_LOGS = 6 };
	size_t n = 0;
	if (vt_fs_list(logs, &names, NULL) < 0)
		return;
	for (size_t i = 0; i < names.n && n < MAX_LOGS; i++) {
		VT_AUTO_FREE char *name =
			vt_fs_join(VT_PHASES_LOGS, names.v[i]);
		size_t k = 0;
		if (!vt_str_ends(name, ".log"))
			continue;
		for (; k < f->n; k++) {
			VT_AUTO_FREE char *own =
				vt_phases_console(NULL, f->phases[k]);
			if (!strcmp(own, name))
				break;
		}
		n++;
		page_log(p, t, name, k < f->n ? &f->stages[k] : NULL,
			k < f->n ? &f->reports[k] : NULL, f->verify.fatal, out);
	}
}

static void add_head(struct vt_str *out, const struct page_test *t)
{
	const struct vt_result *r = &t->row->result;
	html_addf(out,
		"<h3><a class=\"anchor\" href=\"#%s\" aria-label=\"link to "
		"this test\">#</a> <span class=\"v %s\">%s</span> %s</h3>\n"
		"<p class=\"dim\">",
		t->id, t->class, t->row->verdict, r->test);
	html_seconds(out, t->ms);
	if (r->n_phases && r->phases[0].started)
		html_addf(out, " from %s", r->phases[0].started);
	html_addf(out, " · %s · <code>make tests/%s.done</code></p>\n",
		*t->attributes ? t->attributes : "no attributes", r->test);
}

static void add_body(struct vt_str *out, struct page *p,
	const struct page_test *t, const struct files *f)
{
	add_cause(out, p, t, f);
	page_checks(p, t, out);
	add_changes(out, p, t);
	add_layout(out, t, f);
	add_stages(out, f);
	add_logs(out, p, t, f);
	add_coverage(out, &t->row->result);
	vt_str_add(out, "<p>");
	page_durations(t, out);
	vt_str_add(out, "</p>\n");
	page_files(p, t, out);
}

void page_section(struct page *p, struct page_test *t)
{
	__attribute__((cleanup(free_files))) struct files f = {0};
	VT_AUTO_STR struct vt_str body = VT_STR_INIT;
	read_reports(t, !t->good || p->n <= MANY, &f);
	f.has_verify = vt_verify_file_read(&f.verify, t->row->dir, NULL) == 0;
	t->attributes = attributes(&f);
	t->n_past = vt_history_lines(t->row->dir, t->past, PAGE_PAST);
	take_spans(&f, t);
	html_addf(&p->sections, "<section class=\"test %s\" id=\"%s\">\n",
		t->good ? "good" : "notgood", t->id);
	add_head(&p->sections, t);
	add_body(&body, p, t, &f);
	if (!t->good && p->open) {
		p->open--;
		vt_str_addn(&p->sections, body.s, body.len);
	} else {
		unsigned data = page_pack(p, vt_str_c(&body), body.len);
		html_addf(&p->sections,
			"<div data-body=\"%u\"><p class=\"dim\">Unpacked by "
			"JavaScript when this test is opened.</p></div>\n",
			data);
	}
	vt_str_add(&p->sections, "</section>\n");
}

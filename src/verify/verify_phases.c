#include "verify_phases.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "test/phases.h"

/* The console log of a phase, else its report. */
static char *log_of(const struct facts *facts, const char *name)
{
	char *serial = vt_phases_console(NULL, name);
	if (facts_exists(facts, serial, NULL) == 1)
		return serial;
	free(serial);
	return vt_phases_report(NULL, name);
}

static int load(struct phases *all, const struct facts *facts, const char *name,
	struct vt_err **err)
{
	VT_AUTO_FREE char *file = vt_phases_report(NULL, name);
	AUTO_FACT struct fact fact = {0};
	struct vt_phase_report r = {0};
	int rc = facts_read(facts, file, &fact, err);
	if (rc == 1)
		rc = vt_phase_report_parse(&r, file, fact.text, fact.len, err);
	else if (rc == 0)
		return 0;
	if (rc < 0) {
		vt_phase_report_free(&r);
		if (err && *err)
			(*err)->status = VT_HOST; /* not a file of the user */
		return -1;
	}
	all->v = vt_realloc(all->v, all->n + 1, sizeof(*all->v));
	all->v[all->n++] = (struct phase){
		.name = vt_strdup(name),
		.log = log_of(facts, name),
		.report = r,
		.exit = (int)r.exit,
		.ms = r.ms,
		.outcome = r.outcome ? r.outcome : "",
		.cause = r.cause,
		.started = r.started,
	};
	return 0;
}

int phases_load(struct phases *all, const struct facts *facts,
	const char *failed, struct vt_err **err)
{
	/* other phases write a report only on failure, which may be of an
	 * earlier run */
	const struct vt_phase_row *row;
	for (size_t i = 0; (row = vt_phases_at(i)); i++) {
		bool last = failed && !strcmp(row->name, failed);
		if ((last || row->kind == VT_PHASE_RUNS) &&
			load(all, facts, row->name, err) < 0)
			return -1;
		if (last)
			return 0;
	}
	return failed ? load(all, facts, failed, err) : 0;
}

void phases_free(struct phases *all)
{
	for (size_t i = 0; i < all->n; i++) {
		vt_phase_report_free(&all->v[i].report);
		free(all->v[i].name);
		free(all->v[i].log);
	}
	free(all->v);
	*all = (struct phases){0};
}

const struct phase *phases_find(const struct phases *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->v[i].name, name))
			return &all->v[i];
	return NULL;
}

/* Add what was seen of a guest that hung, and the console lines around the
 * cause. */
static void add_context(struct vt_check_result *r, const struct phase *p)
{
	VT_AUTO_STR struct vt_str lines = VT_STR_INIT;
	for (size_t i = 0; i < p->report.hang.n_parts; i++) {
		const struct vt_phase_part *part = &p->report.hang.parts[i];
		vt_str_addf(&lines, "%s: %s\n", part->what,
			part->see   ? part->see
			: part->why ? part->why
				    : "?");
	}
	for (size_t i = 0; i < p->report.context.n; i++)
		vt_str_addf(&lines, "%s\n", p->report.context.v[i]);
	if (lines.len)
		vt_check_detail(r, lines.s, lines.len);
}

struct vt_check_result *phase_result(struct vt_check_results *results,
	const struct phase *p, const char *name, int wanted)
{
	struct vt_check_result *r =
		vt_check_new(results, p->report.at, NULL, "%s", name);
	r->ms = p->ms;
	vt_check_expect(
		r, "the %s phase ends with exit status %d", p->name, wanted);
	vt_check_found(r, "%s%sexit status %d, %s after %.1f s", p->cause,
		*p->cause ? ": " : "", p->exit,
		*p->outcome ? p->outcome : "no outcome", (double)p->ms / 1000);
	vt_check_judge(r, p->exit == wanted);
	r->host = p->exit == VT_HOST && p->exit != wanted;
	vt_check_see(r, "%s", p->log);
	if (p->exit != 0)
		add_context(r, p);
	return r;
}

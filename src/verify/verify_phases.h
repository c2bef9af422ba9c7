/* Reports of phases: logs/PHASE.json. */
#ifndef VT_VERIFY_PHASE_H
#define VT_VERIFY_PHASE_H

#include "facts.h"
#include "test/phase_report.h"
#include "test/result.h"

struct phase {
	char *name; /* install, boot, ... */
	char *log;  /* relative to the test directory */
	struct vt_phase_report report;
	int exit;
	uint64_t ms;
	const char *outcome, *cause; /* of the report, "" when absent */
	const char *started;         /* or NULL */
};

struct phases {
	struct phase *v; /* those with a report, in order */
	size_t n;
};

/**
 * phases_load() - read the reports of phases that always write one, in order
 * @failed: NULL, or the phase that failed: it is read as the last one, as
 *   reports of later phases are of an earlier run
 * Errors: VT_HOST for an invalid report
 */
int phases_load(struct phases *all, const struct facts *facts,
	const char *failed, struct vt_err **err);
void phases_free(struct phases *all);
const struct phase *phases_find(const struct phases *all, const char *name);

/** phase_result() - add the result of a phase: ok when its exit status is
 * `wanted` */
struct vt_check_result *phase_result(struct vt_check_results *results,
	const struct phase *p, const char *name, int wanted);

#endif

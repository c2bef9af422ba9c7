/* What the phases of a test left in logs/PHASE.json. */
#ifndef VT_VERIFY_PHASE_H
#define VT_VERIFY_PHASE_H

#include "facts.h"
#include "test/phase_report.h"
#include "test/result.h"

struct phase {
	char *name; /* install, boot, ... */
	char *log;  /* below the test's directory, to look at */
	struct vt_phase_report report;
	int exit;
	uint64_t ms;
	const char *outcome, *cause; /* of the report, "" when absent */
	const char *started;         /* or NULL */
};

struct phases {
	struct phase *v; /* those that left a file, in their order */
	size_t n;
};

/**
 * phases_load() - those that report always, in their order
 * @failed: NULL; or the phase that failed, whichever it is, which is loaded
 *   last: those after it are of an older run
 * Errors: VT_HOST for a file that is not as our tools write it
 */
int phases_load(struct phases *all, const struct facts *facts, const char *also,
	struct vt_err **err);
void phases_free(struct phases *all);
const struct phase *phases_find(const struct phases *all, const char *name);

/** phase_result() - add the result of one phase, ok when it ended with
 * `wanted` */
struct result *phase_result(struct results *results, const struct phase *p,
	const char *name, int wanted);

#endif

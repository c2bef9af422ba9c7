/* Evidence: what must be there to verify a test. One table, evidence.c, for
 * what the seed and the collect scripts of vt collect, and what its phases
 * write.
 */
#ifndef VT_VERIFY_EVIDENCE_H
#define VT_VERIFY_EVIDENCE_H

#include "check.h"

/** evidence_required() - whether a collected file, by its name below collect/,
 * must be there: scripts of vt collect it in each system, and they ran in this
 * test */
bool evidence_required(const struct verify *v, const char *name);

/** evidence_of_phases() - add a result of a fault of the host for each report
 * and console that a phase has written and that is not there
 * @last: name of the last phase that ran */
void evidence_of_phases(struct verify *v, const char *last);

#endif

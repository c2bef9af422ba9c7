/* Why a phase failed: what its machine's console says of it. */
#ifndef VT_PHASE_CAUSE_H
#define VT_PHASE_CAUSE_H

#include "test/phase.h"

/** vt_phase_decisive() - the line of the console that decided the outcome, or
 * NULL. A host that was too busy for its guest shows in a line like those of
 * guests that fail by themselves. */
const struct vt_hit *vt_phase_decisive(const struct vt_phase *p);

/** vt_phase_explain() - once the verdict stands: set the context, and if a line
 * of the console says more than the cause, the cause, and the place in the
 * config that it is about */
void vt_phase_explain(struct vt_phase *p);

#endif

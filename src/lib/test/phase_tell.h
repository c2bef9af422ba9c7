/* Report a finished phase on stderr. */
#ifndef VT_PHASE_TELL_H
#define VT_PHASE_TELL_H

#include "test/phase.h"

/** vt_phase_tell() - log one line for a success; for a failure: outcome, cause,
 * an excerpt of the console, paths of the logs and commands to go on with */
void vt_phase_tell(const struct vt_phase *p);

#endif

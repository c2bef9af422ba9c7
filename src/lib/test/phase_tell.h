/* What people are shown of a phase that is over. */
#ifndef VT_PHASE_TELL_H
#define VT_PHASE_TELL_H

#include "test/phase.h"

/** vt_phase_tell() - one line for a success; one screen for a failure: how it
 * ended and why, the lines around it, the files, and what to type next */
void vt_phase_tell(const struct vt_phase *p);

#endif

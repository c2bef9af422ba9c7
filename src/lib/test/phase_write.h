/* The report of a phase that ran a machine. */
#ifndef VT_PHASE_WRITE_H
#define VT_PHASE_WRITE_H

#include "test/phase.h"

/** vt_phase_write_report() - DIR/logs/PHASE.json, of what is known now */
int vt_phase_write_report(const struct vt_phase *p, struct vt_err **err);

#endif

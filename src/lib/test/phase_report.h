/* logs/PHASE.json, written by vt_phase_end(). */
#ifndef VT_PHASE_REPORT_H
#define VT_PHASE_REPORT_H

#include "test/phase.h"

char *vt_phase_report_path(const struct vt_phase *p); /* owned */
int vt_phase_report_write(const struct vt_phase *p, struct vt_err **err);

#endif

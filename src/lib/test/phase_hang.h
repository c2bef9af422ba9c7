/* Guests that hang: when one does, in this phase, and where what can be seen of
 * it then is left.
 *
 *	vt_phase_hang_plan(p, m, &accel, &s, err);	before vt_supervise()
 *	vt_phase_hang_take(p, &s);			after it
 *	... p->autopsy ...
 *
 * Only a phase in a test's directory is watched, if nobody attends it: by hand,
 * a guest may be idle as long as its user likes.
 */
#ifndef VT_PHASE_HANG_H
#define VT_PHASE_HANG_H

#include "test/phase.h"

/** vt_phase_hang_plan() - set hang_ms and autopsy of the supervisor
 * Errors: VT_USAGE for a bad setting */
int vt_phase_hang_plan(struct vt_phase *p, const struct vt_machine *m,
	const struct vt_accel_choice *accel, struct vt_supervise *s,
	struct vt_err **err);
/** vt_phase_hang_take() - move the results to the phase */
void vt_phase_hang_take(struct vt_phase *p, struct vt_supervise *s);
void vt_phase_hang_free(struct vt_phase *p);

#endif

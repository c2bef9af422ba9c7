/* The template of a phase's machine (qemu/warm.h). Private to phase_run.c. */
#ifndef VT_PHASE_WARM_H
#define VT_PHASE_WARM_H

#include "host/reserve.h"
#include "qemu/warm.h"
#include "test/phase.h"

/**
 * vt_phase_warm() - open the machine's template; make it, if there is none
 * What fails here, such as a guest that does not wait, is logged, and the
 * machine then boots.
 * Return: 1 it is open; 0 there is none; -1 a signal arrived, which is in p
 * Errors: VT_USAGE for a bad setting
 */
int vt_phase_warm(struct vt_phase *p, const struct vt_vm *vm,
	const struct vt_accel_choice *accel, struct vt_warm *w,
	struct vt_err **err);

/** vt_phase_warm_ms() - how long its guest may take to go on */
uint64_t vt_phase_warm_ms(const struct vt_accel_choice *accel);

/** vt_phase_reserve() - reserve the guest's memory and processor
 * Return: as vt_reserve_take(); a signal is in p */
int vt_phase_reserve(struct vt_phase *p, const struct vt_vm *vm,
	enum vt_accel accel, struct vt_reserve *memory, struct vt_err **err);

#endif

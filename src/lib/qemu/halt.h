/* Detects a halted guest: QEMU keeps running then and sends no event.
 *
 *	h = vt_halt_new(qmp, pid);
 *	once a second while the guest runs:
 *		if (vt_halt_check(h)) ... it has halted ...
 *	vt_halt_free(h);
 *
 * A processor that has halted for good executes HLT with interrupts disabled.
 * QEMU's monitor shows that, but asking it costs more than reading the CPU time
 * of the vCPU threads. So the monitor is asked only when no thread has used CPU
 * time since the last check, and two answers in a row must agree. An idle guest
 * waits with interrupts enabled, however long it sleeps, and is not taken for
 * halted. This works on x86 only; on other architectures the kernel's message
 * on the console is the only sign.
 */
#ifndef VT_HALT_H
#define VT_HALT_H

#include <stdbool.h>
#include <sys/types.h>

#include "qemu/qmp.h"

enum { VT_HALT_CHECK_MS = 1000 };

struct vt_halt;

/** vt_halt_new() - @qmp: must be ready, and must outlive the detector */
struct vt_halt *vt_halt_new(struct vt_qmp *qmp, pid_t qemu);
void vt_halt_free(struct vt_halt *h);

/** vt_halt_check() - never blocks: an answer is evaluated by the next check
 * Return: whether the guest has halted */
bool vt_halt_check(struct vt_halt *h);

/** vt_halt_registers() - whether the output of `info registers -a` shows every
 * processor halted with interrupts disabled */
bool vt_halt_registers(const char *text);

#endif

/* A guest that has halted without a word: QEMU goes on, no event tells it.
 *
 *	h = vt_halt_new(qmp, pid);
 *	once a second while the guest runs:
 *		if (vt_halt_check(h)) ... it has halted ...
 *	vt_halt_free(h);
 *
 * A processor that has halted for good waits with interrupts off. QEMU's
 * monitor shows that, yet asking costs more than a look at the processor time
 * of the threads that run the guest: only when they have not moved since the
 * last check is the monitor asked, and the answer counts when it is the same
 * twice. An idle guest waits with interrupts on, whatever the length of its
 * sleep, and is left alone. On processors other than x86 nothing is seen; the
 * kernel's own line about it has to do.
 */
#ifndef VT_HALT_H
#define VT_HALT_H

#include <stdbool.h>
#include <sys/types.h>

#include "qemu/qmp.h"

enum { VT_HALT_CHECK_MS = 1000 };

struct vt_halt;

/** vt_halt_new() - @qmp: ready, and freed only after the watch */
struct vt_halt *vt_halt_new(struct vt_qmp *qmp, pid_t qemu);
void vt_halt_free(struct vt_halt *h);

/** vt_halt_check() - never blocks: an answer counts at the next check */
bool vt_halt_check(struct vt_halt *h);

/** vt_halt_registers() - whether what `info registers -a` prints says that
 * every processor waits with interrupts off */
bool vt_halt_registers(const char *text);

#endif

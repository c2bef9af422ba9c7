/* The autopsy of a guest that hangs: what can be seen of it before it is ended.
 *
 *	struct vt_autopsy a = {.files = {...}, .memory_bytes = ...};
 *	struct vt_autopsy_run r = {.a = &a, .qmp = qmp, .serial = fd};
 *	vt_autopsy_begin(&r);
 *	what the guest prints: vt_autopsy_output(&r, buf, n);
 *	events of QEMU: vt_autopsy_event(&r, name, data);
 *	every VT_AUTOPSY_TICK_MS: if (vt_autopsy_step(&r)) ... it is complete
 *	vt_autopsy_stop(&r);		in any case
 *	... a.parts ...
 *	vt_autopsy_free(&a);
 *
 * Parts are made in the order of their enum, each within a time of its own. A
 * file is there completely or not at all, and then there is a reason. Nothing
 * blocks. The kernel's answers to sysrq come on the console, and are in its
 * log.
 */
#ifndef VT_AUTOPSY_H
#define VT_AUTOPSY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/tmp.h"
#include "qemu/qmp.h"

enum vt_autopsy_what {
	VT_AUTOPSY_SCREEN,    /* a picture, if there is a screen */
	VT_AUTOPSY_REGISTERS, /* of the processors, and their stacks */
	VT_AUTOPSY_TASKS,     /* what the kernel answers to sysrq */
	VT_AUTOPSY_MEMORY,    /* a dump, for crash(8) */
	VT_AUTOPSY_PARTS
};
const char *vt_autopsy_name(enum vt_autopsy_what what);

enum {
	VT_AUTOPSY_TICK_MS = 100,
	/* more than the times of all parts together */
	VT_AUTOPSY_MS = 420000,
};

struct vt_autopsy {
	/* where each part is to be; NULL: it is not made. That of the tasks is
	 * the console's log, which others write. Borrowed */
	const char *files[VT_AUTOPSY_PARTS];
	uint64_t memory_bytes; /* of the guest */

	/* results */
	bool made;           /* a guest hung, and was looked at */
	uint64_t silence_ms; /* how long nothing had happened */
	int percent;         /* of one processor that it wanted; -1: unknown */
	struct {
		bool there;
		char *why; /* there is none; NULL: it is not made, or there */
	} parts[VT_AUTOPSY_PARTS];
};
void vt_autopsy_free(struct vt_autopsy *a);

struct vt_autopsy_run {
	struct vt_autopsy *a;
	struct vt_qmp *qmp;
	const int *serial; /* our end of the console; -1: closed */

	enum vt_autopsy_what now; /* VT_AUTOPSY_PARTS: complete */
	uint64_t since_ms;        /* when this part began */
	bool done;                /* as far as it goes */
	struct vt_tmp file;       /* of this part */
	struct vt_str text;       /* the registers */
	unsigned awaited;         /* answers of QEMU that are outstanding */
	struct {
		size_t key; /* of the keys that are pressed */
		uint64_t pressed_ms, heard_ms;
		bool answers; /* the kernel has answered */
		bool refuses;
		bool nmi;
		struct vt_str line; /* the end of what it printed */
	} sysrq;
};

void vt_autopsy_begin(struct vt_autopsy_run *r);
void vt_autopsy_output(struct vt_autopsy_run *r, const char *s, size_t len);
void vt_autopsy_event(
	struct vt_autopsy_run *r, const char *name, const json_t *data);
/** vt_autopsy_step() - Return: whether all parts are done */
bool vt_autopsy_step(struct vt_autopsy_run *r);
void vt_autopsy_stop(struct vt_autopsy_run *r);

/* The parts; private to autopsy.c, autopsy_registers.c and autopsy_sysrq.c. */
/** vt_autopsy_done() - this part is complete; @why: it is not there, or NULL */
void vt_autopsy_done(struct vt_autopsy_run *r, const char *why);
void vt_autopsy_registers(struct vt_autopsy_run *r);
/** vt_autopsy_stack() - where a processor's stack is, from its part of the
 * output of `info registers -a`; Return: whether that is known */
bool vt_autopsy_stack(const char *registers, uint64_t *address);
void vt_autopsy_sysrq(struct vt_autopsy_run *r);
void vt_autopsy_sysrq_step(struct vt_autopsy_run *r);
void vt_autopsy_sysrq_end(struct vt_autopsy_run *r);

#endif

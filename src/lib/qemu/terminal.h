/* A person at a guest's serial console: our terminal, made raw.
 *
 *	VT_AUTO_TERMINAL struct vt_terminal *t = vt_terminal_new(STDIN_FILENO);
 *	vt_terminal_begin(t, &serial);		raw from here on
 *	poll(vt_terminal_fd(t), at most vt_terminal_timeout_ms(t)):
 *		if (vt_terminal_run(t) == 1) the person has left
 *	vt_terminal_end(t);
 *
 * What is typed goes to the guest, Ctrl-C as well. Ctrl-a is the escape, as
 * QEMU has it: x leaves, h helps, a second Ctrl-a goes to the guest. Output is
 * the caller's: the guest's bytes as they are. The terminal is put back by
 * vt_terminal_end(), and when a crash ends us.
 *
 * Input that is no terminal is forwarded as it comes, without an escape, no
 * faster than the guest takes it; its end is not the guest's.
 */
#ifndef VT_TERMINAL_H
#define VT_TERMINAL_H

#include "base/err.h"

struct vt_terminal;

/** vt_terminal_new() - from a descriptor, which stays the caller's */
struct vt_terminal *vt_terminal_new(int in);
void vt_terminal_free(struct vt_terminal *t); /* ends as well */
void vt_terminal_freep(struct vt_terminal **t);
#define VT_AUTO_TERMINAL __attribute__((cleanup(vt_terminal_freep)))

/** vt_terminal_begin() - one at a time
 * @serial: where to write, non-blocking; becomes -1 when the guest is gone */
int vt_terminal_begin(
	struct vt_terminal *t, const int *serial, struct vt_err **err);
void vt_terminal_end(struct vt_terminal *t);

int vt_terminal_fd(const struct vt_terminal *t); /* readable: run; -1: none */
int vt_terminal_timeout_ms(const struct vt_terminal *t); /* run then; or -1 */
/** vt_terminal_run() - Return: 1 when the person wants to leave, else 0 */
int vt_terminal_run(struct vt_terminal *t);

#endif

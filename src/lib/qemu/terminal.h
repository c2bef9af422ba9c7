/* Connects the user's terminal to a guest's serial console.
 *
 *	VT_AUTO_TERMINAL struct vt_terminal *t = vt_terminal_new(STDIN_FILENO);
 *	vt_terminal_begin(t, &serial, err);	sets raw mode
 *	poll(vt_terminal_fd(t), at most vt_terminal_timeout_ms(t)):
 *		if (vt_terminal_run(t) == 1) the user has left
 *	vt_terminal_end(t);			restores the terminal
 *
 * Input goes to the guest, Ctrl-C as well. Ctrl-a is the escape key, as in
 * QEMU: followed by x it leaves, by h it prints help, by Ctrl-a it sends Ctrl-a
 * to the guest. The caller prints the guest's output. The terminal's settings
 * are restored by vt_terminal_end() and when this process crashes.
 *
 * Input that is not a terminal is forwarded unchanged, without an escape key,
 * no faster than the guest reads it; its end does not end the guest.
 */
#ifndef VT_TERMINAL_H
#define VT_TERMINAL_H

#include "base/err.h"

struct vt_terminal;

/** vt_terminal_new() - @in: the input; stays owned by the caller */
struct vt_terminal *vt_terminal_new(int in);
/** vt_terminal_free() - calls vt_terminal_end() first */
void vt_terminal_free(struct vt_terminal *t);
void vt_terminal_freep(struct vt_terminal **t);
#define VT_AUTO_TERMINAL __attribute__((cleanup(vt_terminal_freep)))

/** vt_terminal_begin() - set raw mode, for one terminal at a time
 * @serial: where input goes, non-blocking; the caller sets it to -1 when the
 *   guest has ended
 * Errors: VT_HOST when the terminal cannot be set */
int vt_terminal_begin(
	struct vt_terminal *t, const int *serial, struct vt_err **err);
void vt_terminal_end(struct vt_terminal *t);

int vt_terminal_fd(const struct vt_terminal *t); /* to poll for input, or -1 */
int vt_terminal_timeout_ms(const struct vt_terminal *t); /* or -1 */
/** vt_terminal_run() - forward input to the guest
 * Return: 1 when the user wants to leave, else 0 */
int vt_terminal_run(struct vt_terminal *t);

#endif

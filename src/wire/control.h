/* The commands that a parent gives over the control socket, a line each:
 *
 *	down NAME	take the link of a port down
 *	up NAME		take it up again
 *	stats		counters: a line for each port, one for the capture
 *
 * Each answer ends in a line "ok" or "error: WHY". Before the first, the line
 * "ready" says that all ports are connected.
 */
#ifndef VT_CONTROL_H
#define VT_CONTROL_H

#include <stdbool.h>

#include "base/err.h"
#include "ports.h"

struct control;

/** control_new() - @fd: a connected stream socket, which remains the caller's;
 * Errors: VT_USAGE if it is none */
struct control *control_new(int fd, struct ports *p, struct vt_err **err);
void control_free(struct control *c); /* NULL does nothing */
void control_freep(struct control **c);

/** control_read() - read and answer what is there; Return: false at its end */
bool control_read(struct control *c);

/** control_waits() - whether answers wait for the parent to read */
bool control_waits(const struct control *c);
/** control_flush() - write what the parent takes now */
void control_flush(struct control *c);

#endif

/* QMP client: controls a QEMU over a socket that it has inherited.
 *
 *	socketpair(); QEMU gets -chardev socket,id=qmp,fd=N
 *			-mon chardev=qmp,mode=control
 *	struct vt_qmp *q = vt_qmp_new(fd);	owns fd from now on
 *	loop: poll vt_qmp_fd(q) for vt_qmp_poll_events(q), then
 *		rc = vt_qmp_pump(q, err);	never blocks
 *		while ((ev = vt_qmp_event(q))) ... json_decref(ev);
 *
 * The client answers QEMU's greeting with qmp_capabilities; commands queued
 * earlier are sent after that. vt_qmp_ready() says whether QEMU has accepted
 * it, which it does from its main loop: the machine exists by then.
 *
 * The length of lines and the number of queued events are limited. A line that
 * is too long or not a JSON object is an error, after which the connection
 * cannot be used any more.
 */
#ifndef VT_QMP_H
#define VT_QMP_H

#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"

struct vt_qmp;

/** vt_qmp_new() - a client on a stream socket, which is made non-blocking */
struct vt_qmp *vt_qmp_new(int fd);
void vt_qmp_free(struct vt_qmp *q);
void vt_qmp_freep(struct vt_qmp **q);
#define VT_AUTO_QMP __attribute__((cleanup(vt_qmp_freep)))

int vt_qmp_fd(const struct vt_qmp *q); /* -1 once QEMU has closed it */
short vt_qmp_poll_events(const struct vt_qmp *q);
bool vt_qmp_ready(const struct vt_qmp *q);
/** vt_qmp_version() - QEMU's, such as "7.2.22", "" before its greeting */
const char *vt_qmp_version(const struct vt_qmp *q);

/**
 * vt_qmp_pump() - send queued commands, read what arrived, call the replies'
 * callbacks
 * Return: 1, 0 when QEMU has closed the connection, -1 on an error
 */
int vt_qmp_pump(struct vt_qmp *q, struct vt_err **err);

/** vt_qmp_event() - Return: the next event (a new reference), or NULL */
json_t *vt_qmp_event(struct vt_qmp *q);

/* The reply to a command: `ret` is its return value, or NULL with `error`
 * holding QEMU's message. Both are borrowed. */
typedef void vt_qmp_reply(void *data, const json_t *ret, const char *error);

/**
 * vt_qmp_execute() - queue a command; `reply` may be NULL
 * @args: its arguments (takes the reference), or NULL
 */
void vt_qmp_execute(struct vt_qmp *q, const char *command, json_t *args,
	vt_qmp_reply *reply, void *data);

/**
 * vt_qmp_call() - execute a command and wait for its reply; queues events
 * meanwhile
 * Return: 0, with the value in *ret (a new reference) if ret is not NULL
 * Errors: VT_HOST with QEMU's message if it refuses, or for a closed
 *   connection; VT_TIMEOUT
 */
int vt_qmp_call(struct vt_qmp *q, const char *command, json_t *args,
	int timeout_ms, json_t **ret, struct vt_err **err);

/**
 * vt_qmp_send_fd() - give QEMU a descriptor, which commands name as "fd:NAME"
 * Errors: as vt_qmp_call()
 */
int vt_qmp_send_fd(struct vt_qmp *q, const char *name, int fd, int timeout_ms,
	struct vt_err **err);

#endif

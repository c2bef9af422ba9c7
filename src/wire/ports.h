/* The ports of the switch: their sockets, and what passed them.
 *
 *	struct ports *ports = ports_new(epoll, recording);
 *	ports_add(ports, "interface0:wire:5", err);
 *	... on an event with data.u32 == i: ports_receive(ports, i, false) ...
 *	ports_free(ports);
 *
 * Nothing here waits. A port whose socket takes no more loses frames, which are
 * counted, and does not delay others: the socket's buffer is the only queue.
 */
#ifndef VT_PORTS_H
#define VT_PORTS_H

#include "base/err.h"
#include "network/switch.h"
#include "recording.h"

struct port {
	char *name;
	char *segment;
	int fd; /* -1: its peer has closed it */
	/* frames received by what became of them */
	uint64_t verdicts[VT_SWITCH_VERDICTS];
	uint64_t oversized;       /* longer than VT_FRAME_MAX */
	uint64_t received, bytes; /* all of these */
	uint64_t sent;
	uint64_t dropped; /* not taken by the port's peer */
};

struct ports {
	struct vt_switch *sw;
	struct recording *recording; /* NULL: none; not owned */
	int epoll;                   /* not owned */
	struct batch *batch;
	struct port v[VT_SWITCH_PORTS];
	unsigned n;
	unsigned n_open;
};

/** ports_new() - @epoll: where ports are added, with their number */
struct ports *ports_new(int epoll, struct recording *recording);
void ports_free(struct ports *p); /* NULL does nothing */
void ports_freep(struct ports **p);

/** ports_add() - add a port from the argument of --port
 * Errors: VT_USAGE */
int ports_add(struct ports *p, const char *arg, struct vt_err **err);

/** ports_find() - Return: the port's number, or -1 */
int ports_find(const struct ports *p, const char *name);

/** ports_receive() - receive frames from a port, as many as one system call
 * takes, and forward them
 * @hung_up: the peer has closed its end (EPOLLHUP or EPOLLRDHUP): the port is
 *   closed after its last frame
 */
void ports_receive(struct ports *p, unsigned port, bool hung_up);

#endif

/* The wire between virtual machines: runs vt-wire, a switch, as a child
 *process.
 *
 *	const struct vt_wire_port ports[] = {{"interface0", NULL},
 *		{"peer0", NULL}};
 *	VT_AUTO_WIRE struct vt_wire wire = VT_WIRE_INIT;
 *	vt_wire_start(&wire, &(struct vt_wire_plan){.ports = ports,
 *		.n = 2, .capture = "tests/x/logs/wire.pcapng"}, err);
 *	... each QEMU inherits its descriptors of wire.guests, as
 *	"-netdev dgram,id=n0,local.type=fd,local.str=FD" ...
 *	vt_wire_close_guests(&wire);	so that a QEMU's end is seen
 *	... supervise vt_wire_watch() with it; vt_wire_link(&wire, "peer0",
 *	false, err) ...
 *	vt_wire_end(&wire, err);
 *
 * A guest is connected by a socket pair, on which a message is a frame: there
 * are no names and no addresses on the host, and nothing to clean up. The
 * switch ends with this process. It connects the ports of a segment (network/
 * switch.h).
 */
#ifndef VT_WIRE_H
#define VT_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/proc.h"
#include "qemu/supervise.h"

struct vt_wire_port {
	const char *name;
	const char *segment; /* NULL: "wire" */
};

/* Members that are zero have the default in brackets. */
struct vt_wire_plan {
	const struct vt_wire_port *ports;
	size_t n;
	const char *capture; /* pcapng file [none] */
	unsigned limit_mib;  /* largest size of the capture [64] */
	unsigned snaplen;    /* how much of a frame is captured [4040] */
	const char *program; /* [vt-wire beside the running tool] */
};

struct vt_wire {
	struct vt_proc proc;
	int control; /* -1: none */
	int output;  /* its stderr, from vt_capture_open() */
	int *guests; /* QEMU's end of each port, close-on-exec; -1: closed */
	size_t n;
};
#define VT_WIRE_INIT                                                           \
	{                                                                      \
		VT_PROC_INIT, -1, -1, NULL, 0                                  \
	}

/**
 * vt_wire_start() - start the switch; it forwards when this returns
 * Errors: VT_HOST, with the end of its output
 */
int vt_wire_start(struct vt_wire *w, const struct vt_wire_plan *plan,
	struct vt_err **err);

/** vt_wire_close_guests() - close QEMU's ends here, once they are inherited */
void vt_wire_close_guests(struct vt_wire *w);

/** vt_wire_link() - take the link of a port down or up
 * Errors: VT_HOST when the switch does not answer, or has no such port */
int vt_wire_link(
	struct vt_wire *w, const char *port, bool up, struct vt_err **err);

/** vt_wire_stats() - append the counters: vt-wire(1) describes the lines */
int vt_wire_stats(struct vt_wire *w, struct vt_str *out, struct vt_err **err);

/**
 * vt_wire_end() - end the switch, which completes the capture, and free all
 * Errors: VT_HOST when it had failed, for example to write the capture
 */
int vt_wire_end(struct vt_wire *w, struct vt_err **err);

/** vt_wire_stop() - the same without a word */
void vt_wire_stop(struct vt_wire *w);
#define VT_AUTO_WIRE __attribute__((cleanup(vt_wire_stop)))

/** vt_wire_watch() - for the supervisor: fails when the switch ends before it
 * was told to. Return: an empty watch when there is no switch */
struct vt_watch vt_wire_watch(struct vt_wire *w);

#endif

/* The peer on the wire: a small machine of vt's own, with which the tested one
 * talks. Its image and its console's lines are described in images/peer/start.
 *
 *	VT_AUTO_PEER struct vt_peer peer = VT_PEER_INIT;
 *	vt_peer_start(&peer, &(struct vt_peer_plan){.machine = &machine,
 *		.accel = accel, .nics = descriptors, .config = tar,
 *		.log = "tests/x/logs/peer-serial.log", .ready_ms = 60000}, err);
 *	... supervise vt_peer_watch(&peer) with the tested machine ...
 *	vt_peer_stop(&peer);
 *
 * It is ready some seconds later, while the tested machine boots.
 */
#ifndef VT_PEER_H
#define VT_PEER_H

#include "base/err.h"
#include "base/proc.h"
#include "qemu/console_lines.h"
#include "qemu/supervise.h"

/* The network of a NIC that is on no segment, but on QEMU's user networking:
 * the peer's address ends in 15, the gateway's in 2, the name server's in 3. */
#define VT_PEER_OUTSIDE "198.18.255."

struct vt_peer_plan {
	const struct vt_machine *machine;
	enum vt_accel accel;
	const int *nics;   /* a descriptor for each NIC; -1: none */
	int config;        /* of the archive that configures it */
	const char *log;   /* for its console, or NULL */
	uint64_t ready_ms; /* it must be ready after this time */
};

struct vt_peer {
	struct vt_proc qemu;
	struct vt_sockets sockets;
	struct vt_lines *lines;
	int log;              /* -1: none */
	int output;           /* of QEMU, from vt_capture_open() */
	uint64_t log_bytes;   /* written */
	uint64_t deadline_ms; /* when it must be ready; 0: it is */
	char *failure;        /* what it said of itself, or NULL */
};
#define VT_PEER_INIT                                                           \
	{                                                                      \
		VT_PROC_INIT, VT_SOCKETS_INIT, NULL, -1, -1, 0, 0, NULL        \
	}

/** vt_peer_start() - Errors: VT_HOST; as vt_machine_argv() */
int vt_peer_start(struct vt_peer *p, const struct vt_peer_plan *plan,
	struct vt_err **err);
void vt_peer_stop(struct vt_peer *p);
#define VT_AUTO_PEER __attribute__((cleanup(vt_peer_stop)))

/** vt_peer_watch() - for the supervisor: fails when the peer cannot do what it
 * was told, ends, or is not ready in time. Return: an empty watch when there is
 * no peer */
struct vt_watch vt_peer_watch(struct vt_peer *p);

#endif

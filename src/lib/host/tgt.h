/* tgtd, Debian's iSCSI server: starts one, and runs tgtadm, which controls it
 * or one that the user provides.
 *
 *	VT_AUTO_TGT struct vt_tgt t = VT_TGT_INIT;
 *	vt_tgt_start(&t, "tests/x/install/tgt", "127.0.0.1", 0, err);
 *	... t.portal: "127.0.0.1:23456" ...
 *	vt_tgt_admin(&t, NULL, err, "--mode", "target", ..., NULL);
 *	vt_tgt_stop(&t);
 *
 * The server creates in its directory: `info` (for a shell to source; written
 * last, when the server is ready), `pid`, the control socket and `tgt.log`. All
 * but the log are removed by vt_tgt_stop(). When this process ends in another
 * way, even by SIGKILL, tgtd is killed and a keeper process removes them.
 */
#ifndef VT_TGT_H
#define VT_TGT_H

#include "base/err.h"
#include "base/keeper.h"
#include "base/proc.h"
#include "base/str.h"

struct vt_tgt {
	char *portal; /* ADDRESS:PORT, [ADDRESS]:PORT */
	char *ipc;    /* TGT_IPC_SOCKET for others; NULL: tgt's default */
	char *dir;    /* of a server that we started; NULL: the user's */
	struct vt_proc proc;
	struct vt_keeper keeper;
	int lock_fd;
};
#define VT_TGT_INIT                                                            \
	{                                                                      \
		.proc = VT_PROC_INIT, .keeper = VT_KEEPER_INIT, .lock_fd = -1  \
	}

/**
 * vt_tgt_start() - start a server; it is ready when this returns
 * @dir: created when it is missing; for one server at a time
 * @address: IPv4 or IPv6, without brackets
 * @port: 0: any free port
 * Errors: VT_HOST (tgt is not installed, no port is free, tgtd failed: with the
 *   end of its log), VT_USAGE for a malformed address
 */
int vt_tgt_start(struct vt_tgt *t, const char *dir, const char *address,
	long port, struct vt_err **err);

/** vt_tgt_stop() - stop the server that we started, with its targets; leaves a
 * server of the user's alone. May be called when nothing was started. */
void vt_tgt_stop(struct vt_tgt *t);
#define VT_AUTO_TGT __attribute__((cleanup(vt_tgt_stop)))

/** vt_tgt_env() - append "NAME=VALUE" for a shell or a child: TGT_PID,
 * TGT_IPC_SOCKET, TGT_PORTAL, CURTIN_VMTEST_ISCSI_PORTAL */
void vt_tgt_env(const struct vt_tgt *t, struct vt_strv *env);

/**
 * vt_tgt_admin() - run `tgtadm --lld iscsi ARG...`; NULL ends the arguments
 * @out: receives its output, or NULL
 * Errors: VT_HOST with tgtadm's output, but without its arguments, which may
 *   contain passwords
 */
int vt_tgt_admin(const struct vt_tgt *t, struct vt_str *out,
	struct vt_err **err, ...) __attribute__((sentinel));

/** vt_tgt_log_tail() - Return: the last lines of tgt.log; owned */
char *vt_tgt_log_tail(const struct vt_tgt *t);

#endif

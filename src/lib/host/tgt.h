/* tgtd, Debian's iSCSI server: one of our own, and tgtadm, which speaks to it
 * or to one of the user's.
 *
 *	VT_AUTO_TGT struct vt_tgt t = VT_TGT_INIT;
 *	vt_tgt_start(&t, "tests/x/install/tgt", "127.0.0.1", 0, err);
 *	... t.portal: "127.0.0.1:23456" ...
 *	vt_tgt_admin(&t, NULL, err, "--mode", "target", ..., NULL);
 *	vt_tgt_stop(&t);
 *
 * The directory gets `info` (to be sourced by a shell; written last, when the
 * server is ready), `pid`, the control socket and `tgt.log`. All but the log
 * are gone after vt_tgt_stop(), and after any other end of ours: tgtd dies
 * with us, and a keeper removes its files.
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
	char *dir;    /* of our own server; NULL: it is the user's */
	struct vt_proc proc;
	struct vt_keeper keeper;
	int lock_fd;
};
#define VT_TGT_INIT                                                            \
	{                                                                      \
		.proc = VT_PROC_INIT, .keeper = VT_KEEPER_INIT, .lock_fd = -1  \
	}

/**
 * vt_tgt_start() - a server of our own, ready when this returns
 * @dir: made when it is missing; one server at a time
 * @address: IPv4 or IPv6, without brackets
 * @port: 0: any that is free
 * Errors: VT_HOST (tgt is not installed, no port is free, tgtd's last words),
 *   VT_USAGE for what is no address
 */
int vt_tgt_start(struct vt_tgt *t, const char *dir, const char *address,
	long port, struct vt_err **err);

/** vt_tgt_stop() - its targets with it; a server of the user's is left alone.
 * Fine when nothing was started */
void vt_tgt_stop(struct vt_tgt *t);
#define VT_AUTO_TGT __attribute__((cleanup(vt_tgt_stop)))

/** vt_tgt_env() - "NAME=VALUE" for a shell or a child: TGT_PID, TGT_IPC_SOCKET,
 * TGT_PORTAL, CURTIN_VMTEST_ISCSI_PORTAL */
void vt_tgt_env(const struct vt_tgt *t, struct vt_strv *env);

/**
 * vt_tgt_admin() - `tgtadm --lld iscsi ARG...`, NULL-terminated
 * @out: what it prints, or NULL
 * Errors: VT_HOST with tgtadm's words, but not its arguments, which may be
 *   secret
 */
int vt_tgt_admin(const struct vt_tgt *t, struct vt_str *out,
	struct vt_err **err, ...) __attribute__((sentinel));

/** vt_tgt_log_tail() - the end of tgt.log; owned */
char *vt_tgt_log_tail(const struct vt_tgt *t);

#endif
